---@meta ns

--- Namespaces: what a process sees of the system. Every kind of namespace gives
--- its members a system of their own in one respect: mounts, host name, IPC
--- objects, process numbers, network, users, cgroups or clocks.
---
--- A namespace is a value. Handles compare equal if they are the same namespace,
--- and keep it alive while they are open.
ns = {}

---@alias ns.Kind
---| "mnt" # the tree of mounts
---| "uts" # host name and domain name
---| "ipc" # System V IPC and POSIX message queues
---| "pid" # process numbers
---| "net" # links, addresses, routes, firewall, ports
---| "user" # user and group ids, capabilities
---| "cgroup" # the root of the cgroup hierarchy
---| "time" # the offsets of the boot-time and monotonic clocks

---@class ns.UnshareOptions
---@field [integer] ns.Kind the kinds
---@field propagation? "private"|"slave"|"shared"|"unchanged" of the mounts in a new mount namespace; default "private"

--- Moves the shell itself into new namespaces.
---
--- For `pid` and `time` only the processes started from now on are in the new
--- one. `user` can't be: the shell has several threads, and the kernel refuses.
--- When the scope ends the shell goes back.
---
--- ```lua
--- ns.unshare("net", "uts")
--- assert(#net.links() == 1)
--- ```
---@param ... ns.Kind|ns.UnshareOptions kinds, or one table of kinds and options
---@source unshare(2)
---@explain unshare {...:kinds}[ --propagation {propagation}]
---@explain script start {var} unshare {...:kinds}[ --propagation {propagation}] sleep infinity
---@explain undo kill ${var}
---@explain enter {...:held}
---@errors EINVAL `user`: several threads; `pid`: unshared once before
---@errors EPERM no CAP_SYS_ADMIN
---@errors ENOSPC a limit in /proc/sys/user is reached
---@see ns.clone
function ns.unshare(...) end

--- Moves the shell into existing namespaces.
---
--- When the scope ends the shell goes back. For `mnt` the root and working
--- directory become those of the namespace.
---
--- ```lua
--- local home = ns.current("uts")
--- ns.unshare("uts")
--- sys.hostname("elsewhere")
--- ns.setns(home)
--- assert(sys.hostname() ~= "elsewhere")
--- ```
---@param namespace ns.Namespace|ns.Namespace[] where to go
---@source setns(2)
---@explain nsenter {namespace:enter}
---@explain script none
---@explain enter {namespace:enter}
---@errors EINVAL `user` and `time`: several threads
---@errors EPERM no CAP_SYS_ADMIN there or here
---@see ns.Namespace:call
function ns.setns(namespace) end

---@class ns.Offsets
---@field boottime? Duration added to the time since boot
---@field monotonic? Duration added to the monotonic clock

---@class ns.CloneOptions: proc.Common
---@field [integer] ns.Kind the kinds to make
---@field join? ns.Namespace|ns.Namespace[] existing namespaces to enter first
---@field uid_map? integer[]|integer[][] lines {inside, outside, count}; default: you are root inside, alone
---@field gid_map? integer[]|integer[][] as uid_map
---@field map? "auto"|"self" "auto" also maps the subordinate ids of your user (/etc/subuid), for root every id
---@field setgroups? boolean leave setgroups(2) allowed in the new user namespace; default false
---@field hostname? string set inside
---@field domainname? string set inside
---@field proc? boolean mount a fresh /proc
---@field offsets? ns.Offsets of a new time namespace
---@field propagation? "private"|"slave"|"shared"|"unchanged" of the mounts in a new mount namespace; default "private"
---@field init? boolean put a supervising PID 1 above the command, which reaps orphans and forwards signals

--- Starts a process in any mix of new and existing namespaces.
---
--- What runs there is a command or a Lua function. A function travels with what
--- it uses: its upvalues, the globals it reads, handles as descriptors. All of it
--- is a copy; what it returns or raises comes back through `p:result()`.
--- The process ends with its scope.
---
--- ```lua
--- local p = ns.clone{"user", "uts", hostname = "inner", run = function(greeting)
---   return greeting .. " from " .. sys.hostname()
--- end, args = {"hello"}}
--- assert(p:result() == "hello from inner")
--- ```
---
--- A new pid namespace wants a /proc of its own:
--- ```lua
--- local p = ns.clone{"user", "pid", "mnt", proc = true, run = {"sh", "-c", "echo $$"}, capture = true}
--- assert(p:wait().out == "1\n")
--- ```
---@param spec ns.CloneOptions kinds and options
---@return proc.Process process # runs already
---@source clone(2), setns(2), user_namespaces(7)
---@explain {cgroup?sh -c 'until \[ "$1" = -- \]; do echo $$ > "$1/cgroup.procs"; shift; done; shift; exec "$@"' sh {cgroup.dirs} -- }[prlimit {rlimits:rlimits} ][nsenter {join:enter} ]unshare[ {...:kinds}] {...=user?{uid_map?--map-users={uid_map:map} --map-groups={gid_map:map}|--map-root-user {map=auto?--map-auto}}} {setgroups?--setgroups allow} {...=pid?--fork --kill-child} {...=time?--fork} {proc?--mount-proc}[ --propagation {propagation}][ --boottime {offsets.boottime:seconds}][ --monotonic {offsets.monotonic:seconds}][ --root {root}][ --wd {cwd}] {hostname?sh -c 'hostname "$0" && exec "$@"' {hostname}} {domainname?sh -c 'domainname "$0" && exec "$@"' {domainname}} {clearenv?env -i }[env {env} ][setpriv --reuid {uid} ][setpriv --regid {gid} ]{no_new_privs?setpriv --no-new-privs }{run}
---@explain script {run.closure?stop 'a Lua function runs in another process'|start {var} {cgroup?sh -c 'until \[ "$1" = -- \]; do echo $$ > "$1/cgroup.procs"; shift; done; shift; exec "$@"' sh {cgroup.dirs} -- }[prlimit {rlimits:rlimits} ][nsenter {join:enter} ]unshare[ {...:kinds}] {...=user?{uid_map?--map-users={uid_map:map} --map-groups={gid_map:map}|--map-root-user {map=auto?--map-auto}}} {setgroups?--setgroups allow} {...=pid?--fork --kill-child} {...=time?--fork} {proc?--mount-proc}[ --propagation {propagation}][ --boottime {offsets.boottime:seconds}][ --monotonic {offsets.monotonic:seconds}][ --root {root}][ --wd {cwd}] {hostname?sh -c 'hostname "$0" && exec "$@"' {hostname}} {domainname?sh -c 'domainname "$0" && exec "$@"' {domainname}} {clearenv?env -i }[env {env} ][setpriv --reuid {uid} ][setpriv --regid {gid} ]{no_new_privs?setpriv --no-new-privs }{run}}
---@explain undo kill -s KILL ${var} 2> /dev/null || :
---@explain as ${var}
---@errors EPERM user namespaces are forbidden, or no CAP_SYS_ADMIN
---@errors ENOENT the command was not found
---@errors ENOSPC a limit in /proc/sys/user is reached
function ns.clone(spec) end

---@class ns.NewOptions
---@field name? string a name, as `ip netns add` gives it (`net` only)
---@field path? string a file to bind the namespace to
---@field uid_map? integer[]|integer[][] of a `user` namespace: lines {inside, outside, count}
---@field gid_map? integer[]|integer[][] as uid_map
---@field map? "auto"|"self" as in ns.clone
---@field offsets? ns.Offsets of a `time` namespace

--- Makes a namespace without entering it. It lives while the handle is open, a pin keeps it or someone is in it.
---
--- ```lua
--- local blue = ns.new("net")
--- assert(blue:call(function() return #net.links() end) == 1)
--- blue:close()
--- ```
---@param kind ns.Kind any but `pid`, which begins with its first process
---@param options? ns.NewOptions
---@return ns.Namespace namespace
---@source unshare(2), ip-netns(8)
---@explain {name?ip netns add {name}|{path?touch {path} && unshare {kind:kinds}={path} true|unshare {kind:kinds} {kind=user?--map-root-user} sleep infinity & {var}=$!}}
---@explain script {name?ip netns add {name}|{path?touch {path} && unshare {kind:kinds}={path} true|start {var} unshare {kind:kinds} {kind=user?--map-root-user} sleep infinity}}
---@explain undo {name?ip netns delete {name}|{path?umount {path} && rm {path}|kill ${var}}}
---@explain as {name?/run/netns/{name}|{path?{path}|/proc/${var}/ns/{kind}}}
---@errors EEXIST the name is taken
---@errors EPERM no CAP_SYS_ADMIN
function ns.new(kind, options) end

--- Opens a namespace that exists.
---
--- ```lua
--- assert(ns.open(proc.pid(), "net") == ns.current("net"))
--- assert(ns.open("/proc/self/ns/uts") == ns.current("uts"))
--- ```
---@param what integer|proc.Process|string a process number, a process, a path, or a name as of `ip netns`
---@param kind? ns.Kind of a process's namespaces; default `net`
---@return ns.Namespace namespace
---@explain passive none a namespace has a path: {what:nsfile}
---@explain as {what:nsfile}
---@errors ESRCH there is no such process
---@errors ENOENT there is no such path or name
function ns.open(what, kind) end

--- Opens the namespace that the shell is in.
---
--- ```lua
--- print(ns.current("net"))    -- net:[4026531840]
--- ```
---@param kind ns.Kind
---@return ns.Namespace namespace
---@explain passive readlink /proc/self/ns/{kind}
---@explain as {kind:here}
function ns.current(kind) end

---@class ns.Name
---@field name string
---@field id? integer the inode that identifies the namespace; absent if the name is a leftover

--- Lists the named network namespaces.
---
--- ```lua
--- ns.new("net", {name = "blue"})
--- assert(ns.names()[1].name == "blue")
--- ```
---@return ns.Name[] names
---@explain passive ip netns list
function ns.names() end

--- Takes a name away. The namespace goes on while somebody lives in it or holds it open.
---
--- ```lua
--- local h = ns.new("net", {name = "blue"})
--- ns.remove("blue")
--- assert(#ns.names() == 0 and h:kind() == "net")
--- ```
---@param name string a name, or the path of a pin
---@source ip-netns(8)
---@explain {name=*/*?umount {name} && rm {name}|ip netns delete {name}}
---@errors ENOENT there is no such name
---@errors EINVAL it is no name, or no namespace is pinned at the path
function ns.remove(name) end

---@class ns.KindInfo
---@field name ns.Kind
---@field flag string as clone(2) names it: "CLONE_NEWNET"
---@field since string the first kernel that has it
---@field isolates string
---@field available boolean whether this kernel has it

--- Lists the kinds of namespaces.
---
--- ```lua
--- for _, k in ipairs(ns.kinds()) do print(k.name, k.flag, k.since, k.isolates) end
--- ```
---@return ns.KindInfo[] kinds
---@source namespaces(7)
---@explain passive none see namespaces(7)
function ns.kinds() end

---@class ns.Holder
---@field pid integer
---@field fd integer the descriptor that keeps the namespace

---@class ns.Info
---@field kind ns.Kind
---@field id integer the inode that identifies it
---@field processes integer how many live in it
---@field pid? integer the first of them
---@field uid? integer whose that is
---@field command? string what that runs
---@field owner? integer the user namespace it belongs to, if that is in sight
---@field parent? integer the parent of a pid or user namespace, if that is in sight
---@field pins string[] bind mounts that keep it
---@field fds ns.Holder[] descriptors that keep it

---@class ns.ListOptions
---@field kind? ns.Kind only these
---@field pid? integer only those the process is in

--- Lists the namespaces in sight, those that only a descriptor or a pin keeps too.
---
--- ```lua
--- for _, n in ipairs(ns.list{kind = "net"}) do print(n.id, n.processes, n.command) end
--- ```
---@param options? ns.ListOptions
---@return ns.Info[] namespaces
---@explain passive lsns[ --type {kind}][ --task {pid}]
function ns.list(options) end

--- Draws the user or pid namespaces below their parents.
---
--- ```lua
--- print(ns.tree("pid"))
--- ```
---@param kind? "user"|"pid" default `user`, which also says what each owns
---@return string drawing
---@explain passive lsns --tree=parent --type {kind?{kind}|user}
function ns.tree(kind) end

---@class ns.Difference
---@field kind ns.Kind
---@field same boolean
---@field a? string the first one's: "net:[4026531840]"
---@field b? string the second one's

--- Compares the namespaces of two processes.
---
--- ```lua
--- local p = ns.clone{"user", "net", run = {"sleep", "10"}}
--- for _, d in ipairs(ns.diff(proc.pid(), p)) do
---   assert(d.same == (d.kind ~= "user" and d.kind ~= "net"))
--- end
--- p:kill()
--- ```
---@param a integer|proc.Process
---@param b integer|proc.Process
---@return ns.Difference[] differences # one for each kind
---@explain passive lsns --task {a}
---@explain   lsns --task {b}
---@errors ESRCH there is no such process
---@errors EACCES the process is someone else's
function ns.diff(a, b) end

--- An open namespace. `tostring` shows it as the kernel does: `net:[4026531840]`.
---@class ns.Namespace
local Namespace = {}

--- Says what kind of namespace it is.
---
--- ```lua
--- assert(ns.current("uts"):kind() == "uts")
--- ```
---@return ns.Kind kind
---@source ioctl_nsfs(2)
---@explain passive none it is the name of the file in /proc/PID/ns
function Namespace:kind() end

--- Gives the inode that identifies it.
---
--- ```lua
--- print(ns.current("net"):id())
--- ```
---@return integer id
---@explain passive stat -L -c %i {self}
function Namespace:id() end

--- Opens the parent of a pid or user namespace.
---
--- ```lua
--- local child = ns.new("user")
--- assert(child:parent() == ns.current("user"))
--- ```
---@return ns.Namespace parent
---@source ioctl_nsfs(2)
---@explain passive none lsns(8) shows it
---@errors EINVAL only pid and user namespaces have parents
---@errors EPERM the parent is out of sight
function Namespace:parent() end

--- Opens the user namespace that it belongs to.
---
--- ```lua
--- assert(ns.new("net"):owner() == ns.current("user"))
--- ```
---@return ns.Namespace owner
---@source ioctl_nsfs(2)
---@explain passive none lsns(8) shows it
---@errors EPERM the owner is out of sight
function Namespace:owner() end

--- Tells the user that made a user namespace.
---
--- ```lua
--- assert(ns.new("user"):owner_uid() == sys.uid())
--- ```
---@return integer uid
---@source ioctl_nsfs(2)
---@explain passive none lsns(8) shows it
---@errors EINVAL it is no user namespace
function Namespace:owner_uid() end

--- Runs a function inside the namespace, in this very process, and comes back.
---
--- It works for net, uts, ipc, cgroup and mnt, and costs microseconds. The
--- function is no copy: it can change the script's variables.
---
--- ```lua
--- local blue = ns.new("net")
--- local names = blue:call(function() return net.links()[1].name end)
--- assert(names == "lo")
--- ```
---@param fn fun(...: any): ...
---@param ... any arguments for it
---@return any ... what it returned
---@source setns(2)
---@explain passive none it enters, runs and comes back: nsenter(1) in front of every command
---@explain inside {self:enter}
---@errors EINVAL pid, user and time namespaces can't be visited: use run
---@errors EPERM no CAP_SYS_ADMIN there
function Namespace:call(fn, ...) end

--- Runs a function or a command in the namespace, in a process of its own, and waits for it.
---
--- It works for every kind. A function is sent there as a copy, as by ns.clone.
---
--- ```lua
--- local u = ns.new("user")
--- assert(u:run(function(n) return sys.uid() + n end, 1) == 1)
--- assert(u:run{"true"}.ok)
--- ```
---@param what fun(...: any): ...|proc.Options a function, or a command with options
---@param ... any arguments for the function
---@return any ... what the function returned, or the command's proc.Status
---@explain nsenter {self:enter} {what.closure?nslua|{what.run?{what.run}|{...}}}
---@explain script {what.closure?stop 'a Lua function runs in another process'|{what.run.closure?stop 'a Lua function runs in another process'|nsenter {self:enter} {what.run?{what.run}|{...}} \|\| :}}
---@errors EPERM no CAP_SYS_ADMIN there
function Namespace:run(what, ...) end

--- Keeps the namespace under a name or a path, until the scope ends.
---
--- ```lua
--- local h = ns.new("net")
--- h:pin("blue")
--- assert(ns.open("blue") == h)
--- ```
---@param where string a name (`net` only), or a path with a slash for a new file
---@explain touch {where=*/*?|/run/netns/}{where} && mount --bind {self} {where=*/*?|/run/netns/}{where}
---@explain script {self=/proc/*?{where=*/*?touch {where} && mount --bind {self} {where}|ip netns attach {where} {self:netns}}|{where=*/*?|mkdir -p /run/netns && }touch {where=*/*?|/run/netns/}{where} && mount --bind {self} {where=*/*?|/run/netns/}{where}}
---@explain undo umount {where=*/*?|/run/netns/}{where} && rm {where=*/*?|/run/netns/}{where}
---@errors EEXIST it is taken
---@errors EINVAL a mount namespace can be pinned only in an older one
function Namespace:pin(where) end

--- Closes the handle. A namespace that nothing else holds ends.
---
--- ```lua
--- local h = ns.new("net")
--- h:close()
--- h:close()   -- once more does no harm
--- ```
---@explain passive none a handle is nothing the kernel knows
function Namespace:close() end
