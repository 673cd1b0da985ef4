---@meta cgroup

--- Cgroups: groups of processes that are limited, measured, frozen and killed together.
---
--- The same calls work on hosts with cgroup v2, with v1, and with both. Options are
--- named after the limits themselves; which file on which hierarchy that is, is the
--- module's business. What one version lacks is an error that says what to use instead.
---
--- A path without a slash in front is below the cgroup that the shell may write
--- to: the root, or for an ordinary user what has been delegated to it. What a script
--- makes is removed when its scope ends, with all processes in it; `keep` prevents that.
cgroup = {}

---@class cgroup.IOLimit
---@field rbps? Size bytes read a second, or "max"
---@field wbps? Size bytes written a second, or "max"
---@field riops? Size reads a second, or "max"
---@field wiops? Size writes a second, or "max"
---@field weight? integer share of this device, 1 to 10000
---@field latency? Duration target that others are slowed down for (v2)

--- Requests as Kubernetes has them.
---@class cgroup.Requests
---@field cpu? CPU becomes cpu_weight
---@field memory? Size becomes memory_low

--- Limits as Kubernetes has them.
---@class cgroup.KubernetesLimits
---@field cpu? CPU
---@field memory? Size
---@field pids? Size
---@field hugepages-2Mi? Size
---@field hugepages-1Gi? Size

--- What a cgroup may use. `"max"` takes a limit away.
---@class cgroup.Limits
---@field cpu? CPU processors: 0.5, "500m", 2
---@field cpu_period? Duration over which that is counted, 1ms to 1s; default "100ms"
---@field cpu_burst? Duration what may be saved up from quiet periods
---@field cpu_weight? integer share when processors are scarce: 1 to 10000, all have 100
---@field cpu_shares? integer the same in the unit of v1: 2 to 262144, all have 1024
---@field cpu_idle? boolean run only when nobody else wants to
---@field memory? Size beyond this the kernel reclaims, and then kills
---@field memory_high? Size beyond this it slows down and reclaims (v2)
---@field memory_low? Size up to this it is spared while others have more
---@field memory_min? Size up to this it is always spared (v2)
---@field swap? Size of swap space; on v1 together with memory
---@field oom_group? boolean out of memory kills all or none (v2)
---@field pids? Size processes and threads
---@field cpus? string processors it may run on: "0-3,7"
---@field mems? string memory nodes
---@field partition? string "root", "isolated" or "member": processors of its own (v2)
---@field io_weight? integer share of all devices, 1 to 10000
---@field io? table<string, cgroup.IOLimit> limits by block device: {["/dev/sda"] = {wbps = "10M"}}
---@field hugetlb? table<string, Size> by size of page: {["2MB"] = "64Mi"}
---@field rdma? table<string, string> by device: {mlx4_0 = "hca_handle=2 hca_object=2000"}
---@field misc? table<string, Size> of what the root's misc.capacity lists
---@field devices? string[] what may be done with devices, all else may not: {"/dev/null rw", "c 1:5 r", "b *:* m"}
---@field net_cls? integer class of its packets (v1)
---@field net_prio? table<string, Size> priority of its packets by link (v1)
---@field perf_event? boolean take part in perf_event, so that perf(1) can count for it
---@field requests? cgroup.Requests
---@field limits? cgroup.KubernetesLimits

--- Makes a cgroup, and those above it that are missing.
---
--- ```lua root needs=controller:memory
--- local cg = cgroup.create("nslua-doc-create", {cpu = "500m", memory = "64Mi", pids = 32})
--- assert(cg:limits().memory == 64 * 1024 * 1024)
--- local p = proc.start{"sleep", "60", cgroup = cg}
--- assert(cg:procs()[1] == p.pid)
--- cg:delete{kill = true}
--- ```
---
--- As Kubernetes writes it:
--- ```lua root needs=controller:memory
--- local cg = cgroup.create("nslua-doc-pod/web", {
---   requests = {cpu = "250m", memory = "64Mi"},
---   limits = {cpu = "1", memory = "128Mi"},
--- })
--- assert(cg:limits().cpu == 1)
--- ```
---@param path string "web", "pod/web", or from the root "/web"
---@param limits? cgroup.Limits
---@return cgroup.Cgroup cg
---@source cgroups(7), mkdir(2)
---@explain mkdir -p {result.dirs}
---@explain echo {result.writes*.text} > {result.writes*.path}
---@explain undo find {result.tops*} -name cgroup.procs -exec cat \{\} + | xargs -r kill -s KILL; sleep 0.1; find {result.tops*} -depth -type d -exec rmdir \{\} +
---@errors EEXIST there is one of that name
---@errors EACCES no cgroup of this user is above it
---@errors EBUSY a cgroup above it has processes, and so can't pass controllers on
---@errors ENODEV no hierarchy here has the controller of a limit
---@errors EOPNOTSUPP the limit does not exist on this version of cgroups
---@see cgroup.open
function cgroup.create(path, limits) end

--- Opens a cgroup that exists. It does not end with the scope.
---
--- ```lua root needs=controller:pids
--- cgroup.create("nslua-doc-open", {pids = 10})
--- assert(cgroup.open("nslua-doc-open"):limits().pids == 10)
--- ```
---@param path string
---@return cgroup.Cgroup cg
---@explain passive none a cgroup is a directory, and its name is enough
---@errors ENOENT there is none
function cgroup.open(path) end

--- Opens the cgroup that the shell is in. On v1 that can be another one on each
--- hierarchy: its path is then v2's, and its files are those of each.
---
--- ```lua root norun the example's own cgroup namespace hides it
--- print(cgroup.current():stat().memory.usage)
--- ```
---@return cgroup.Cgroup cg
---@source proc_pid_cgroup(5)
---@explain passive none a cgroup is a directory, and its name is enough
---@errors ENOENT no mounted hierarchy shows it, as in a new cgroup namespace before a new mount
function cgroup.current() end

---@class cgroup.Entry
---@field path string
---@field processes integer those in the cgroup itself
---@field cpu? number seconds of processor time, those below included
---@field memory? integer bytes, those below included

--- Lists the cgroups at and below a path, with what they use.
---
--- ```lua root needs=controller:memory
--- cgroup.create("nslua-doc-list/a")
--- cgroup.create("nslua-doc-list/b")
--- local all = cgroup.list("nslua-doc-list")
--- assert(#all == 3 and all[2].path:match("a$"))
--- ```
---@param path? string default: all
---@return cgroup.Entry[] cgroups those above come first
---@explain passive find /sys/fs/cgroup[/{path}] -type d
---@errors ENOENT there is none
function cgroup.list(path) end

--- Draws the cgroups at and below a path as a tree, with what they use.
---
--- ```lua root needs=controller:memory
--- cgroup.create("nslua-doc-tree/web")
--- assert(cgroup.tree("nslua-doc-tree"):find("└─ web"))
--- ```
---@param path? string default: all
---@return string drawing
---@explain passive systemd-cgls[ {path}]
---@errors ENOENT there is none
function cgroup.tree(path) end

---@class cgroup.TopOptions
---@field path? string only at and below it
---@field sort? "cpu"|"memory"|"pids" by what; default "cpu"
---@field interval? Duration between two looks; default "1s"
---@field count? integer pictures; default without end on a terminal, else one
---@field lines? integer rows; default 20

--- Shows the cgroups that use most: in place on a terminal, else as a table.
---
--- ```lua root needs=controller:memory
--- cgroup.create("nslua-doc-top")
--- cgroup.top{path = "nslua-doc-top", interval = "20ms", count = 1}
--- ```
---@param options? cgroup.TopOptions
---@explain passive systemd-cgtop
function cgroup.top(options) end

---@class cgroup.Controller
---@field version integer 1 or 2
---@field mount string where its hierarchy is

---@class cgroup.Info
---@field mode "v1"|"v2"|"hybrid"
---@field v2? string where cgroup v2 is mounted
---@field base? string the cgroup where paths without a slash start; nil if this user has none
---@field controllers table<string, cgroup.Controller> those in reach

--- Tells which cgroup hierarchies are mounted, and which version has which controller.
---
--- ```lua root needs=controller:pids
--- local host = cgroup.info()
--- assert(host.controllers.pids.version == 2 or host.mode ~= "v2")
--- ```
---@return cgroup.Info info
---@source cgroups(7)
---@explain passive findmnt -t cgroup,cgroup2
---@errors ENODEV none is mounted
function cgroup.info() end

---@class cgroup.Membership
---@field hierarchy integer 0 is v2
---@field path string as the shell's cgroup namespace names it
---@field controllers? string[] of v1
---@field name? string of a v1 hierarchy without controllers

--- Tells which cgroups a process is in. In a new cgroup namespace the paths begin at the cgroup the namespace was made in.
---
--- ```lua
--- local private = ns.clone{"user", "cgroup", run = function() return cgroup.of() end}:result()
--- for _, m in ipairs(private) do assert(m.path == "/") end
--- ```
---@param pid? integer default: the shell
---@return cgroup.Membership[] memberships
---@source proc_pid_cgroup(5), cgroup_namespaces(7)
---@explain passive cat /proc/{pid?{pid:pid}|self}/cgroup
---@errors ESRCH there is no such process
function cgroup.of(pid) end

--- A cgroup.
---@class cgroup.Cgroup
---@field path string from the root: "/web"
---@field dirs string[] its directories: on v2, then on v1
local Cgroup = {}

--- Changes limits. What is not named stays as it is.
---
--- ```lua root needs=controller:memory
--- local cg = cgroup.create("nslua-doc-set", {memory = "64M"})
--- cg:set{memory = "max", pids = 10}
--- assert(cg:limits().memory == nil and cg:limits().pids == 10)
--- ```
---@param limits cgroup.Limits
---@source cgroups(7)
---@explain echo {self.writes*.text} > {self.writes*.path}
---@errors EBUSY memory: it uses more, and the kernel can't take that away
---@errors EINVAL a value that the kernel refuses
---@errors EOPNOTSUPP the limit does not exist on this version of cgroups
function Cgroup:set(limits) end

--- Reads the limits back, as `create` takes them. What is not limited is not there.
---
--- ```lua root needs=controller:cpu
--- local cg = cgroup.create("nslua-doc-limits", {cpu = 0.25})
--- assert(cg:limits().cpu == 0.25 and cg:limits().pids == nil)
--- ```
---@return cgroup.Limits limits
---@explain passive grep . {self}/*.max
function Cgroup:limits() end

---@class cgroup.CPUStat
---@field usage number seconds of processor time
---@field user number
---@field system number
---@field periods integer of the limit that have passed
---@field throttled_periods integer those in which it was used up
---@field throttled number seconds that tasks had to wait for that

---@class cgroup.MemoryStat
---@field usage integer bytes
---@field peak? integer the most there was
---@field swap? integer
---@field anon integer memory of processes
---@field file integer cached files
---@field kernel integer
---@field detail table<string, integer> all of memory.stat

---@class cgroup.PIDsStat
---@field current integer processes and threads
---@field peak? integer

---@class cgroup.Stat
---@field cpu? cgroup.CPUStat
---@field memory? cgroup.MemoryStat
---@field pids? cgroup.PIDsStat
---@field io? table<string, table<string, integer>> by device: rbytes, wbytes, rios, wios

--- Tells what it has used and uses now, those below it included.
---
--- ```lua root needs=controller:pids
--- local cg = cgroup.create("nslua-doc-stat")
--- local p = proc.start{"sleep", "60", cgroup = cg}
--- assert(cg:stat().pids.current == 1)
--- p:kill()
--- ```
---@return cgroup.Stat stat
---@explain passive cat {self}/cpu.stat {self}/memory.stat
function Cgroup:stat() end

---@class cgroup.Events
---@field populated boolean there are processes
---@field frozen boolean all of them stand still
---@field oom? integer times that the limit was reached and nothing could be reclaimed
---@field oom_kill? integer processes killed for that
---@field oom_group_kill? integer times that all were
---@field under_oom? boolean it is happening now (v1)
---@field max? integer times that the limit of memory was reached
---@field high? integer times that memory_high was passed
---@field low? integer times that memory_low could not be kept
---@field pids_max? integer forks refused

--- Counts what has happened in it, and tells its state.
---
--- ```lua root needs=controller:pids
--- local cg = cgroup.create("nslua-doc-events", {pids = 1})
--- proc.run{"sh", "-c", "(true) & wait", stderr = "null", cgroup = cg}
--- assert(cg:events().pids_max > 0 and not cg:events().populated)
--- ```
---@return cgroup.Events events
---@explain passive cat {self}/cgroup.events {self}/memory.events
function Cgroup:events() end

---@class cgroup.ListOptions
---@field recursive? boolean of the cgroups below too

--- Lists the processes in it. One of a pid namespace that the shell can't see into is 0.
---
--- ```lua root needs=controller:pids
--- local cg = cgroup.create("nslua-doc-procs")
--- assert(#cg:procs() == 0)
--- ```
---@param options? cgroup.ListOptions
---@return integer[] pids
---@explain passive cat {self}/cgroup.procs
---@errors EOPNOTSUPP it is threaded: ask for threads
function Cgroup:procs(options) end

--- Lists the threads in it.
---
--- ```lua root needs=controller:pids
--- local cg = cgroup.create("nslua-doc-threads")
--- local p = proc.start{"sleep", "60", cgroup = cg}
--- assert(cg:threads()[1] == p.pid)
--- ```
---@param options? cgroup.ListOptions
---@return integer[] tids
---@explain passive cat {self}/cgroup.threads
function Cgroup:threads(options) end

---@class cgroup.AddOptions
---@field thread? boolean the number is of a thread, which alone is moved

--- Moves a running process into it. To start one inside, without a moment outside, use `proc.start{…, cgroup = cg}`.
---
--- ```lua root needs=controller:pids
--- local cg = cgroup.create("nslua-doc-add")
--- local p = proc.start{"sleep", "60"}
--- cg:add(p)
--- assert(cg:procs()[1] == p.pid)
--- ```
---@param process proc.Process|integer
---@param options? cgroup.AddOptions
---@explain echo {process:pid} > {self.writes*.path}
---@errors EBUSY it has controllers enabled for those below it
---@errors ESRCH there is no such process
---@errors EOPNOTSUPP it is threaded, or below a threaded one
function Cgroup:add(process, options) end

--- Moves all its processes into another cgroup.
---
--- ```lua root needs=controller:pids
--- local a, b = cgroup.create("nslua-doc-move/a"), cgroup.create("nslua-doc-move/b")
--- proc.start{"sleep", "60", cgroup = a}
--- assert(a:move(b) == 1 and #b:procs() == 1)
--- ```
---@param to cgroup.Cgroup
---@return integer count how many there were
---@explain while read -r p; do echo "$p" > {to}/cgroup.procs; done < {self}/cgroup.procs
---@errors EBUSY the other one has controllers enabled for those below it
function Cgroup:move(to) end

---@class cgroup.WaitOptions
---@field timeout? Duration how long to wait for it; default "10s"

--- Stops all its processes, those below included, and waits until they stand still.
---
--- ```lua root needs=controller:cpu
--- local cg = cgroup.create("nslua-doc-freeze")
--- proc.start{"sh", "-c", "while :; do :; done", cgroup = cg}
--- cg:freeze()
--- assert(cg:frozen())
--- cg:thaw()
--- ```
---@param options? cgroup.WaitOptions
---@explain echo {self.writes*.text} > {self.writes*.path}
---@errors EDEADLK the shell itself is in it
---@errors ETIMEDOUT some still move: they sleep uninterruptibly
function Cgroup:freeze(options) end

--- Lets its processes go on.
---
--- ```lua root needs=controller:cpu
--- local cg = cgroup.create("nslua-doc-thaw")
--- cg:freeze()
--- cg:thaw()
--- assert(not cg:frozen())
--- ```
---@param options? cgroup.WaitOptions
---@explain echo {self.writes*.text} > {self.writes*.path}
---@errors ETIMEDOUT not all go on: a cgroup above is frozen
function Cgroup:thaw(options) end

--- Tells whether its processes stand still.
---
--- ```lua root needs=controller:cpu
--- local cg = cgroup.create("nslua-doc-frozen")
--- assert(not cg:frozen())
--- ```
---@return boolean frozen
---@explain passive grep frozen {self}/cgroup.events
function Cgroup:frozen() end

---@class cgroup.KillOptions
---@field timeout? Duration how long to wait until they are gone; default "10s"
---@field signal? string another signal than SIGKILL: it is sent, and not waited for

--- Kills all its processes, those below included, and waits until they are gone. None can fork away.
---
--- ```lua root needs=controller:pids
--- local cg = cgroup.create("nslua-doc-kill")
--- local p = proc.start{"sleep", "60", cgroup = cg}
--- cg:kill()
--- assert(p:wait().signal == "SIGKILL" and #cg:procs() == 0)
--- ```
---@param options? cgroup.KillOptions
---@explain xargs -r kill -s {signal?{signal:signal}|KILL} < {self}/cgroup.procs
---@errors EDEADLK the shell itself is in it
---@errors ETIMEDOUT some are not gone yet
function Cgroup:kill(options) end

--- Asks the kernel to take memory away from it, as if it were short of it: v2 so much, v1 all it can.
---
--- ```lua root needs=controller:memory
--- local cg = cgroup.create("nslua-doc-reclaim")
--- pcall(cg.reclaim, cg, "1M")
--- ```
---@param size Size
---@explain echo {self.writes*.text} > {self.writes*.path}
---@errors EAGAIN it could not take that much
---@errors ENOENT this kernel has no memory.reclaim (before 5.19)
function Cgroup:reclaim(size) end

---@class cgroup.DeleteOptions
---@field recursive? boolean the cgroups below it too
---@field kill? boolean kill its processes first

--- Removes it. The handle is closed then.
---
--- ```lua root needs=controller:pids
--- local cg = cgroup.create("nslua-doc-delete/a/b")
--- proc.start{"sleep", "60", cgroup = cg}
--- cgroup.open("nslua-doc-delete"):delete{recursive = true, kill = true}
--- ```
---@param options? cgroup.DeleteOptions
---@source rmdir(2)
---@explain {kill?xargs -r kill -s KILL < {self.dirs*}/cgroup.procs}
---@explain {recursive?find {self.dirs*} -depth -type d -exec rmdir \{\} +|rmdir {self.dirs*}}
---@errors EBUSY it has processes, or cgroups below it
function Cgroup:delete(options) end

--- Reads one of its files.
---
--- ```lua root needs=controller:pids
--- local cg = cgroup.create("nslua-doc-read", {pids = 7})
--- assert(cg:read("pids.max") == "7\n")
--- ```
---@param file string "memory.stat"; the controller in front says on which hierarchy
---@return string text
---@explain passive cat {self}/{file}
---@errors ENOENT there is no such file: its controller is not enabled, or the kernel does not know it
function Cgroup:read(file) end

--- Writes one of its files.
---
--- ```lua root needs=controller:pids
--- local cg = cgroup.create("nslua-doc-write")
--- cg:write("pids.max", "7")
--- assert(cg:limits().pids == 7)
--- ```
---@param file string
---@param text string
---@explain echo {self.writes*.text} > {self.writes*.path}
---@errors ENOENT there is no such file
---@errors EINVAL a value that the kernel refuses
function Cgroup:write(file, text) end

--- Lists the controllers it takes part in.
---
--- ```lua root needs=controller:cpu
--- local cg = cgroup.create("nslua-doc-controllers")
--- print(table.concat(cg:controllers(), " "))
--- ```
---@return string[] names
---@explain passive cat {self}/cgroup.controllers
function Cgroup:controllers() end

---@class cgroup.Stall
---@field avg10 number part of the last 10 seconds, 0 to 1
---@field avg60 number
---@field avg300 number
---@field total number seconds in all

---@class cgroup.Stalls
---@field some cgroup.Stall some tasks waited
---@field full? cgroup.Stall all did

--- Tells how much its tasks have waited for processors, memory and devices (PSI). It is on v2 only, on hybrid hosts too.
---
--- ```lua root needs=/proc/pressure/cpu
--- local cg = cgroup.create("nslua-doc-pressure")
--- assert(cg:pressure().cpu.some.avg10 <= 1)
--- ```
---@return table<string, cgroup.Stalls> pressure by resource: cpu, memory, io, irq
---@explain passive cat {self}/cpu.pressure {self}/memory.pressure {self}/io.pressure
---@errors EOPNOTSUPP it is not on v2, or the kernel does not measure it (psi=1)
function Cgroup:pressure() end

---@class cgroup.Trigger
---@field some? Duration tell when some tasks have waited for so long in a window
---@field full? Duration tell when all have
---@field window? Duration 500ms to 10s, default "2s"; an ordinary user needs a multiple of that

---@class cgroup.WatchOptions
---@field timeout? Duration stop after that; default: never
---@field pressure? table<string, Duration|cgroup.Trigger> {memory = "100ms"}: tell of that too

---@class cgroup.Change
---@field name string as in cgroup.Events, or "pressure"
---@field value? integer|boolean
---@field before? integer|boolean
---@field resource? string under pressure: "cpu", "memory" or "io"

--- Calls a function for each change in its events, until that returns something
--- true, which is returned, or the time is over. It waits; it does not poll.
---
--- ```lua root needs=/proc/pressure/cpu
--- local cg = cgroup.create("nslua-doc-watch")
--- local p = proc.start{"sleep", "0.1", cgroup = cg}
--- local change = cg:watch(function(change) return change.name == "populated" and change end, {timeout = "10s"})
--- assert(change.value == false)
--- ```
---@param fn fun(change: cgroup.Change): any
---@param options? cgroup.WatchOptions
---@return any result what fn returned; nil when the time is over
---@source poll(2)
---@explain passive none inotifywait sees no such change; poll(2) on the file does
---@errors ENODEV the cgroup was removed
---@errors EINVAL a window that the kernel refuses
function Cgroup:watch(fn, options) end

---@alias cgroup.Metric
---| "cpu" # processors in use
---| "memory" # bytes
---| "swap" # bytes
---| "pids" # processes and threads
---| "throttled" # seconds a second that tasks waited for the limit of cpu
---| "rbps" # bytes read a second
---| "wbps" # bytes written a second

---@class cgroup.PlotOptions
---@field [integer] cgroup.Metric what to measure
---@field interval? Duration default "1s"
---@field duration? Duration default: until Ctrl-C, or the cgroup is gone

--- Draws what it uses, as bars that move on; a table where the output is no terminal.
---
--- ```lua root needs=controller:memory
--- local cg = cgroup.create("nslua-doc-plot", {memory = "64M"})
--- cg:plot{"memory", "pids", interval = "20ms", duration = "50ms"}
--- ```
---@param options? cgroup.PlotOptions default metrics: cpu and memory
---@explain passive watch cat {self}/memory.current
function Cgroup:plot(options) end

--- Writes what it uses into a file of comma-separated values: one line for each moment.
---
--- ```lua root needs=controller:memory
--- local cg = cgroup.create("nslua-doc-record")
--- local rows = cg:record("/tmp/usage.csv", {"cpu", "memory", interval = "20ms", duration = "50ms"})
--- assert(rows > 0)
--- os.remove("/tmp/usage.csv")
--- ```
---@param path Path
---@param options? cgroup.PlotOptions default metrics: all
---@return integer rows
---@explain passive none a loop around cat, sleep and date
function Cgroup:record(path, options) end

--- Ends the use of the handle. The cgroup stays.
---@explain passive none a directory needs no closing
function Cgroup:close() end
