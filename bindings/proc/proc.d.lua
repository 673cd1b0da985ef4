---@meta proc

--- Processes: starting them, talking to them, waiting for them, and what /proc says of them.
proc = {}

---@class proc.TerminalSize
---@field rows integer
---@field cols integer

--- What everything that starts a process understands.
---@class proc.Common
---@field run? fun(...: any): ...|string[] a function or a command, in the place of the positional words
---@field args? any[] arguments for the function
---@field cwd? Path the working directory
---@field env? table<string, string> added to the environment
---@field clearenv? boolean begin with an empty environment
---@field root? Path chroot(2) there first
---@field stdin? string "inherit" (default), "null", "pipe", or a path with a slash
---@field stdout? string as stdin; also "capture": the text is in the status
---@field stderr? string as stdout; also "stdout": together with it
---@field input? string what the process reads from its standard input
---@field capture? boolean capture both stdout and stderr
---@field pty? boolean|proc.TerminalSize give it a new terminal, read and written by p:read and p:write
---@field session? boolean make it a session of its own
---@field uid? integer user inside
---@field gid? integer group inside
---@field groups? integer[] supplementary groups inside
---@field rlimits? table<string, integer> limits by the names of getrlimit(2): {nofile = 1024, core = {0, "unlimited"}}
---@field no_new_privs? boolean no program it runs can raise its privilege; default true with seccomp or landlock, for which false takes sys_admin
---@field caps? sec.Cap[] all the capabilities that it has and can ever get, as root or with another uid; {} is none
---@field seccomp? sec.SeccompProfile|"default" a filter for its system calls; a function needs those of the Go runtime
---@field landlock? sec.LandlockRules the files and ports it may use, looked up in its root; a function may run without a rule for nslua
---@field detach? boolean let it live on when the scope or the shell ends
---@field cgroup? any a cgroup to start in, as cgroup.create returns

---@class proc.Options: proc.Common
---@field [integer] string the command, word by word
---@field ns? ns.Namespace|ns.Namespace[] namespaces to run in

---@class proc.Status
---@field pid integer
---@field code integer the exit code; 128 and the signal's number if a signal ended it
---@field ok boolean whether the code is 0
---@field signal? string what ended it: "SIGKILL"
---@field out? string captured standard output
---@field err? string captured standard error
---@field cpu number seconds of processor time it used
---@field maxrss integer the most memory it had, in bytes; never below the shell's own, which the kernel counts for a child as well

--- Starts a command or a function and goes on. The process ends with its scope.
---
--- ```lua
--- local p = proc.start{"sleep", "10"}
--- assert(p:alive())
--- p:kill()
--- assert(p:wait().signal == "SIGKILL")
--- ```
---
--- Pipes both ways:
--- ```lua
--- local p = proc.start{"tr", "a-z", "A-Z", stdin = "pipe", stdout = "pipe"}
--- p:write("hello\n")
--- p:close_stdin()
--- assert(p:read() == "HELLO")
--- ```
---@param command proc.Options
---@return proc.Process process
---@source clone(2), execve(2)
---@explain {input?printf %s {input} \| }{cgroup?sh -c 'until \[ "$1" = -- \]; do echo $$ > "$1/cgroup.procs"; shift; done; shift; exec "$@"' sh {cgroup.dirs} -- }[prlimit {rlimits:rlimits} ]{groups?setpriv --groups {,{groups}} }[nsenter {ns:enter} ]{session?setsid }[chroot {root} ][env -C {cwd} ]{clearenv?env -i }[env {env} ][setpriv --reuid {uid} ][setpriv --regid {gid} ]{no_new_privs?setpriv --no-new-privs }{run?{run}|{...}}{stdin=null? < /dev/null}{stdin=*/*? < {stdin}}{stdout=null? > /dev/null}{stdout=*/*? > {stdout}}{stderr=stdout? 2>&1}{stderr=*/*? 2> {stderr}}{stderr=null? 2> /dev/null} & {var}=$!
---@explain script {run.closure?stop 'a Lua function runs in another process'|start {var} {input?printf %s {input} \| }{cgroup?sh -c 'until \[ "$1" = -- \]; do echo $$ > "$1/cgroup.procs"; shift; done; shift; exec "$@"' sh {cgroup.dirs} -- }[prlimit {rlimits:rlimits} ]{groups?setpriv --groups {,{groups}} }[nsenter {ns:enter} ]{session?setsid }[chroot {root} ][env -C {cwd} ]{clearenv?env -i }[env {env} ][setpriv --reuid {uid} ][setpriv --regid {gid} ]{no_new_privs?setpriv --no-new-privs }{run?{run}|{...}}{stdin=null? < /dev/null}{stdin=*/*? < {stdin}}{stdout=null? > /dev/null}{stdout=*/*? > {stdout}}{stderr=stdout? 2>&1}{stderr=*/*? 2> {stderr}}{stderr=null? 2> /dev/null}}
---@explain undo kill -s KILL ${var} 2> /dev/null || :
---@explain as ${var}
---@errors ENOENT the command was not found
---@errors EACCES it can't be executed
function proc.start(command) end

--- Runs a command to its end. A code other than 0 is no error: look at the status.
--- A function instead of a command gives what the function returns.
---
--- ```lua
--- local r = proc.run{"sh", "-c", "echo hi; exit 3", capture = true}
--- assert(r.code == 3 and r.out == "hi\n" and not r.ok)
--- ```
---@param command proc.Options
---@return proc.Status status
---@explain {input?printf %s {input} \| }{cgroup?sh -c 'until \[ "$1" = -- \]; do echo $$ > "$1/cgroup.procs"; shift; done; shift; exec "$@"' sh {cgroup.dirs} -- }[prlimit {rlimits:rlimits} ]{groups?setpriv --groups {,{groups}} }[nsenter {ns:enter} ]{session?setsid }[chroot {root} ][env -C {cwd} ]{clearenv?env -i }[env {env} ][setpriv --reuid {uid} ][setpriv --regid {gid} ]{no_new_privs?setpriv --no-new-privs }{run?{run}|{...}}{stdin=null? < /dev/null}{stdin=*/*? < {stdin}}{stdout=null? > /dev/null}{stdout=*/*? > {stdout}}{stderr=stdout? 2>&1}{stderr=*/*? 2> {stderr}}{stderr=null? 2> /dev/null}
---@explain script {run.closure?stop 'a Lua function runs in another process'|{input?printf %s {input} \| }{cgroup?sh -c 'until \[ "$1" = -- \]; do echo $$ > "$1/cgroup.procs"; shift; done; shift; exec "$@"' sh {cgroup.dirs} -- }[prlimit {rlimits:rlimits} ]{groups?setpriv --groups {,{groups}} }[nsenter {ns:enter} ]{session?setsid }[chroot {root} ][env -C {cwd} ]{clearenv?env -i }[env {env} ][setpriv --reuid {uid} ][setpriv --regid {gid} ]{no_new_privs?setpriv --no-new-privs }{run?{run}|{...}}{stdin=null? < /dev/null}{stdin=*/*? < {stdin}}{stdout=null? > /dev/null}{stdout=*/*? > {stdout}}{stderr=stdout? 2>&1}{stderr=*/*? 2> {stderr}}{stdout=capture? > /dev/null}{capture? > /dev/null 2>&1}{stderr=null? 2> /dev/null} \|\| :}
---@errors ENOENT the command was not found
function proc.run(command) end

---@class proc.ShOptions
---@field cwd? Path the working directory
---@field env? table<string, string> added to the environment
---@field stderr? string as in proc.Options
---@field ns? ns.Namespace|ns.Namespace[] namespaces to run in

--- Runs a line with /bin/sh and returns what it prints, without the last line end. A code other than 0 is an error.
---
--- ```lua
--- assert(proc.sh("echo one two | wc -w") == "2")
--- assert(not pcall(proc.sh, "exit 1"))
--- ```
---@param line string
---@param options? proc.ShOptions
---@return string output
---@explain [nsenter {ns:enter} ][env -C {cwd} ][env {env} ]sh -c {line}
---@explain script [nsenter {ns:enter} ][env -C {cwd} ][env {env} ]sh -c {line} > /dev/null
function proc.sh(line, options) end

--- Replaces the shell by a command. Scopes do not end: what they hold stays.
---
--- ```lua
--- local p = ns.clone{"user", run = function() proc.exec{"sh", "-c", "exit 7"} end}
--- assert(p:wait().code == 7)
--- ```
---@param command string[]
---@source execve(2)
---@explain exec {command}
---@errors ENOENT the command was not found
function proc.exec(command) end

---@class proc.ParallelOptions
---@field workers? integer how many run at once; default all

--- Runs functions at the same time, each in a process of its own, and returns the first result of each in order.
--- The first that fails ends the others.
---
--- ```lua
--- local squares = proc.parallel{function() return 1 end, function() return 4 end}
--- assert(squares[1] == 1 and squares[2] == 4)
--- ```
---@param functions function[]
---@param options? proc.ParallelOptions
---@return any[] results
---@explain FUNCTION & FUNCTION & wait
---@explain script stop 'a Lua function runs in another process'
function proc.parallel(functions, options) end

--- Tells the shell's process number.
---
--- ```lua
--- assert(proc.get(proc.pid()).pid == proc.pid())
--- ```
---@return integer pid
---@source getpid(2)
---@explain passive echo $$
function proc.pid() end

--- Tells the number of the shell's parent, 0 if it is outside the pid namespace.
---
--- ```lua
--- print(proc.ppid())
--- ```
---@return integer pid
---@source getppid(2)
---@explain passive echo $PPID
function proc.ppid() end

---@class proc.Caps
---@field effective string[]
---@field permitted string[]
---@field inheritable string[]
---@field bounding string[]
---@field ambient string[]

---@class proc.Info
---@field pid integer
---@field ppid integer
---@field name string the command's name, at most 15 bytes
---@field args string[] empty for kernel threads and zombies
---@field state string "running", "sleeping", "zombie"…
---@field uid integer
---@field gid integer
---@field threads integer
---@field rss integer bytes in memory
---@field nspid integer[] its number in each pid namespace, the outermost first
---@field caps proc.Caps
---@field no_new_privs boolean
---@field seccomp integer 0 none, 1 strict, 2 filter
---@field cgroup table<string, string> path by hierarchy; "" is version 2
---@field ns? table<string, string> its namespaces by kind (proc.get only)

--- Lists the processes that /proc shows: those of the pid namespace that it was mounted in.
---
--- ```lua
--- for _, p in ipairs(proc.list()) do print(p.pid, p.name, p.state) end
--- ```
---@return proc.Info[] processes
---@source proc(5)
---@explain passive ps -e
function proc.list() end

--- Describes one process.
---
--- ```lua
--- local me = proc.get()
--- print(me.name, me.ns.net, table.concat(me.nspid, " "))
--- ```
---@param pid? integer default: the shell
---@return proc.Info process
---@source proc(5)
---@explain passive cat /proc/{pid?{pid:pid}|self}/status
---@errors ESRCH there is no such process
function proc.get(pid) end

--- Sends a signal to a process by its number.
---
--- ```lua
--- local p = proc.start{"sleep", "10"}
--- proc.kill(p.pid, "term")
--- assert(p:wait().signal == "SIGTERM")
--- ```
---@param pid integer
---@param signal? string|integer default SIGKILL
---@source kill(2)
---@explain kill -s {signal?{signal:signal}|KILL} {pid:pid}
---@errors ESRCH there is no such process
---@errors EPERM it is someone else's
function proc.kill(pid, signal) end

---@class proc.WaitOptions
---@field timeout? Duration give up after that, with ETIMEDOUT

--- Waits for the first of several processes to end.
---
--- ```lua
--- local slow, quick = proc.start{"sleep", "10"}, proc.start{"true"}
--- local first, status = proc.wait_any{slow, quick}
--- assert(first == quick and status.ok)
--- ```
---@param processes proc.Process[]
---@param options? proc.WaitOptions
---@return proc.Process process # the one that ended
---@return proc.Status status
---@explain wait -n {processes}
---@explain script none
---@errors ETIMEDOUT none ended in time
function proc.wait_any(processes, options) end

--- Waits for some time.
---
--- ```lua
--- proc.sleep("10ms")
--- ```
---@param duration Duration
---@explain sleep {duration:seconds}
function proc.sleep(duration) end

--- A process that the script started.
---@class proc.Process
---@field pid integer its number, as seen from the shell
local Process = {}

--- Waits for its end and tells how that was.
---
--- ```lua
--- assert(proc.start{"false"}:wait().code == 1)
--- ```
---@param options? proc.WaitOptions
---@return proc.Status status
---@source waitid(2)
---@explain wait {self}
---@explain script wait {self} 2> /dev/null || :
---@errors ETIMEDOUT it did not end in time; it goes on
function Process:wait(options) end

--- Waits for a function's end and returns what it returned. What it raised is raised here, with its traceback.
---
--- ```lua
--- local p = ns.clone{"user", run = function() return 6 * 7, "ok" end}
--- local n, word = p:result()
--- assert(n == 42 and word == "ok")
--- ```
---@param options? proc.WaitOptions
---@return any ... the function's results
---@explain wait {self}
---@errors ETIMEDOUT it did not end in time; it goes on
function Process:result(options) end

--- Tells how it ended, nil while it runs.
---
--- ```lua
--- local p = proc.start{"sleep", "10"}
--- assert(p:status() == nil)
--- p:kill()
--- ```
---@return proc.Status? status
---@explain passive kill -0 {self}
function Process:status() end

--- Tells whether it still runs.
---
--- ```lua
--- local p = proc.start{"true"}
--- p:wait()
--- assert(not p:alive())
--- ```
---@return boolean alive
---@explain passive kill -0 {self}
function Process:alive() end

--- Sends it a signal, by default the one that can't be refused.
---
--- ```lua
--- local p = proc.start{"sleep", "10"}
--- p:kill()
--- p:wait()
--- ```
---@param signal? string|integer default SIGKILL
---@source pidfd_send_signal(2)
---@explain kill -s {signal?{signal:signal}|KILL} {self}
function Process:kill(signal) end

--- Sends it a signal; the same as kill, for signals that do not kill.
---
--- ```lua
--- local p = proc.start{"sleep", "10"}
--- p:signal("stop")
--- p:signal("cont")
--- p:kill()
--- ```
---@param signal? string|integer default SIGKILL
---@source pidfd_send_signal(2)
---@explain kill -s {signal?{signal:signal}|KILL} {self}
function Process:signal(signal) end

--- Opens one of its namespaces.
---
--- ```lua
--- local p = ns.clone{"user", "net", run = {"sleep", "10"}}
--- assert(p:ns("net") ~= ns.current("net") and p:ns("uts") == ns.current("uts"))
--- p:kill()
--- ```
---@param kind ns.Kind
---@return ns.Namespace namespace
---@explain passive none a namespace of a process has a path: /proc/PID/ns/KIND
---@explain as /proc/{self}/ns/{kind=pid?pid_for_children|{kind}}
---@errors ESRCH it has ended
function Process:ns(kind) end

--- Tells what /proc says of it.
---
--- ```lua
--- local p = proc.start{"sleep", "10"}
--- assert(p:info().ppid == proc.pid())
--- p:kill()
--- ```
---@return proc.Info info
---@explain passive cat /proc/{self}/status
---@errors ESRCH it has ended
function Process:info() end

--- Writes to its standard input (option stdin = "pipe", or a pty).
---
--- ```lua
--- local p = proc.start{"cat", stdin = "pipe", stdout = "pipe"}
--- p:write("hello\n")
--- assert(p:read() == "hello")
--- p:kill()
--- ```
---@param data string
---@param options? proc.WaitOptions
---@explain none what goes through a pipe is part of the program
---@errors EPIPE it does not read any more
function Process:write(data, options) end

--- Ends its standard input.
---
--- ```lua
--- local p = proc.start{"cat", stdin = "pipe"}
--- p:close_stdin()
--- assert(p:wait().ok)
--- ```
---@explain none what goes through a pipe is part of the program
function Process:close_stdin() end

--- Reads from its standard output (option stdout = "pipe", or a pty): a line
--- without its end, everything, or some bytes. At the end nil.
---
--- ```lua
--- local p = proc.start{"printf", "a\nb\nc", stdout = "pipe"}
--- assert(p:read() == "a" and p:read("all") == "b\nc" and p:read() == nil)
--- ```
---@param amount? "line"|"all"|integer default "line"; a number is the most bytes to read
---@param options? proc.WaitOptions
---@return string? text
---@explain passive none what goes through a pipe is part of the program
---@errors ETIMEDOUT nothing came in time
function Process:read(amount, options) end

--- Goes through the lines it writes.
---
--- ```lua
--- local n = 0
--- for line in proc.start{"seq", "3", stdout = "pipe"}:lines() do n = n + tonumber(line) end
--- assert(n == 6)
--- ```
---@return fun(): string? next
---@explain passive none what goes through a pipe is part of the program
function Process:lines() end

--- Changes the size of its terminal (option pty).
---
--- ```lua
--- local p = proc.start{"sleep", "10", pty = true}
--- p:resize(50, 120)
--- p:kill()
--- ```
---@param rows integer
---@param cols integer
---@source ioctl_tty(2)
---@explain stty rows {rows} cols {cols}
---@explain script stop 'a shell has no terminal to resize'
function Process:resize(rows, cols) end

--- Gives its pipes and descriptors back. The process goes on until its scope ends.
---
--- ```lua
--- local p = proc.start{"true"}
--- p:wait()
--- p:close()
--- ```
---@explain passive none a handle is nothing the kernel knows
function Process:close() end
