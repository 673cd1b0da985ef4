---@meta

--- The system and this process: names, clocks, ids, limits, sysctls, memory, and the objects of System V and POSIX IPC.
---
--- What belongs to a namespace is that of the shell: after `ns.unshare("uts")`, `sys.hostname` reads and sets the new one.
--- What a script sets here stays set when it ends; only objects it creates (`sys.ipc`, `sys.mq`) go with their scope.
---
--- ```lua
--- print(sys.hostname(), sys.uname().release, sys.uptime())
--- ```
sys = {}

--- The names of the system, the kernel and the machine.
---@class sys.Uname
---@field sysname string "Linux"
---@field nodename string the host name
---@field release string of the kernel: "6.8.0-45-generic"
---@field version string the kernel's build
---@field machine string the architecture: "x86_64"
---@field domainname string the NIS domain name

--- The host name, or with a `name` sets it.
---
--- ```lua
--- sys.hostname("box")
--- assert(sys.hostname() == "box")
--- ```
---@zh 读取或设置主机名。
---@param name? string the new one, up to 64 bytes
---@return string? hostname # without `name`
---@errors EPERM without CAP_SYS_ADMIN in the user namespace that owns the uts namespace
---@errors EINVAL the name is longer than 64 bytes
---@source gethostname(2), sethostname(2), uts_namespaces(7)
---@explain hostname[ {name}]
---@explain script {name?hostname {name}}
function sys.hostname(name) end

--- The NIS domain name, or with a `name` sets it. It is not the DNS domain.
---
--- ```lua
--- sys.domainname("example")
--- assert(sys.domainname() == "example" and sys.uname().domainname == "example")
--- ```
---@zh 读取或设置 NIS 域名。
---@param name? string the new one, up to 64 bytes
---@return string? domainname # without `name`; "(none)" if it was never set
---@errors EPERM without CAP_SYS_ADMIN in the user namespace that owns the uts namespace
---@source setdomainname(2)
---@explain domainname[ {name}]
---@explain script {name?domainname {name}}
function sys.domainname(name) end

--- The names of the system, the kernel and the machine.
---
--- ```lua
--- assert(sys.uname().sysname == "Linux")
--- ```
---@zh 系统、内核与机器的名称。
---@return sys.Uname
---@source uname(2)
---@explain passive uname -a
function sys.uname() end

--- Identifies this boot of the kernel.
---
--- ```lua
--- assert(#sys.boot_id() == 36)
--- ```
---@zh 本次启动的标识（UUID）。
---@return string uuid
---@source /proc/sys/kernel/random/boot_id
---@explain passive cat /proc/sys/kernel/random/boot_id
function sys.boot_id() end

--- How long the system has been up, in seconds, suspended time included. A time namespace shifts it.
---
--- ```lua
--- assert(sys.uptime() > 0)
--- ```
---@zh 系统已运行的秒数。
---@return number seconds
---@source clock_gettime(2), time_namespaces(7)
---@explain passive uptime
function sys.uptime() end

--- A clock of the kernel.
---@alias sys.Clock
---| "realtime" # the time of day, since 1970
---| "monotonic" # since boot, without suspended time
---| "boottime" # since boot, with suspended time
---| "monotonic_raw" # monotonic, not slewed by NTP
---| "realtime_coarse" # realtime as of the last tick
---| "monotonic_coarse" # monotonic as of the last tick
---| "tai" # atomic time: realtime without leap seconds
---| "process_cputime" # the processor time of this process
---| "thread_cputime" # the processor time of this thread

--- Reads a clock, in seconds.
---
--- ```lua
--- local start = sys.clock("monotonic")
--- assert(sys.clock("monotonic") >= start)
--- assert(math.abs(sys.clock() - os.time()) < 2)
--- ```
---@zh 读取一个时钟（秒）。
---@param name? sys.Clock "realtime" if left out
---@return number seconds
---@source clock_gettime(2)
---@explain passive none date(1) and /proc/uptime show some of them
function sys.clock(name) end

--- Reads all clocks.
---
--- ```lua
--- assert(sys.clocks().boottime >= sys.clocks().monotonic - 1)
--- ```
---@zh 读取全部时钟。
---@return table<sys.Clock, number> seconds # by name
---@source clock_gettime(2)
---@explain passive none date(1) and /proc/uptime show some of them
function sys.clocks() end

---@class sys.TimeOffsets
---@field monotonic number seconds
---@field boottime number seconds

--- What the time namespace of this process adds to the clocks.
---
--- ```lua
--- assert(sys.time_offsets().boottime == 0)
--- ```
---@zh 时间命名空间给时钟加上的偏移量。
---@return sys.TimeOffsets
---@source /proc/PID/timens_offsets, time_namespaces(7)
---@explain passive cat /proc/self/timens_offsets
function sys.time_offsets() end

--- The user id of this process, as its user namespace shows it.
---
--- ```lua
--- assert(sys.uid() == 0)
--- ```
---@zh 本进程的用户 ID。
---@return integer
---@source getuid(2), user_namespaces(7)
---@explain passive id -ru
function sys.uid() end

--- The group id of this process.
---
--- ```lua
--- assert(sys.gid() == 0)
--- ```
---@zh 本进程的组 ID。
---@return integer
---@source getgid(2)
---@explain passive id -rg
function sys.gid() end

--- The effective user id: the one that permissions are checked for.
---
--- ```lua
--- assert(sys.euid() == sys.uid())
--- ```
---@zh 有效用户 ID。
---@return integer
---@source geteuid(2)
---@explain passive id -u
function sys.euid() end

--- The effective group id.
---
--- ```lua
--- assert(sys.egid() == sys.gid())
--- ```
---@zh 有效组 ID。
---@return integer
---@source getegid(2)
---@explain passive id -g
function sys.egid() end

--- The supplementary groups of this process. Those that its user namespace does not map show as 65534.
---
--- ```lua
--- for _, gid in ipairs(sys.groups()) do print(gid) end
--- ```
---@zh 附加组。
---@return integer[]
---@source getgroups(2)
---@explain passive id -G
function sys.groups() end

---@class sys.Identity
---@field uid integer real user id
---@field euid integer effective user id
---@field suid integer saved user id
---@field gid integer real group id
---@field egid integer effective group id
---@field sgid integer saved group id
---@field groups integer[] supplementary groups
---@field user? string the name of `uid` in /etc/passwd
---@field group? string the name of `gid` in /etc/group

--- All ids of this process, with the names of user and group where /etc has them.
---
--- ```lua
--- local me = sys.id()
--- print(me.user, me.uid, me.group, me.gid)
--- ```
---@zh 本进程的全部 ID 及其名称。
---@return sys.Identity
---@source credentials(7)
---@explain passive id
function sys.id() end

---@class sys.NewIds
---@field uid? integer|string real, effective and saved user id; or a name in /etc/passwd
---@field euid? integer|string the effective user id alone
---@field gid? integer|string real, effective and saved group id; or a name in /etc/group
---@field egid? integer|string the effective group id alone
---@field groups? integer[] the supplementary groups; {} for none

--- Changes the ids of this process, all its threads included: the groups first, the user last.
---
--- A process that gives its user id up can't take it back; `ns.clone` or `proc.run` with `uid` change it in a child.
---
--- ```lua root
--- sys.setid{uid = 65534, gid = 65534, groups = {}}
--- assert(sys.uid() == 65534 and #sys.groups() == 0)
--- assert(not pcall(sys.setid, {uid = 0}))
--- ```
---@zh 改变本进程（所有线程）的用户、组与附加组。
---@param ids sys.NewIds
---@errors EPERM without CAP_SETUID or CAP_SETGID, and for `groups` where the user namespace denies setgroups
---@errors EINVAL an id that the user namespace does not map; no user or group of that name
---@source setresuid(2), setresgid(2), setgroups(2)
---@explain setpriv[ --reuid {uid}][ --regid {gid}]{groups? --groups {,{groups}}| --clear-groups} COMMAND
---@explain script stop 'a shell cannot change its user and go on'
function sys.setid(ids) end

--- A sysctl: its text, or with a `value` sets it.
---
--- Names are dotted or with slashes. An interface may have dots of its own: "net.ipv4.conf.eth0.1.forwarding" finds it, and
--- as with sysctl(8) a slash stands for such a dot.
---
--- ```lua
--- sys.sysctl("net.ipv4.ip_forward", 1)
--- assert(sys.sysctl("net/ipv4/ip_forward") == "1")
--- ```
---@zh 读取或设置内核参数。
---@param name string
---@param value? string|number|boolean the new value; true is 1
---@return string? text # without `value`
---@errors ENOENT there is none of that name
---@errors EACCES this user, or this user namespace, may not
---@errors EINVAL the kernel refuses the value
---@source proc(5), sysctl(8)
---@explain {value?sysctl -w {name}={value}|sysctl -n {name}}
---@explain script {value?sysctl -qw {name}={value}}
function sys.sysctl(name, value) end

--- All readable sysctls below a prefix.
---
--- ```lua
--- for name, value in pairs(sys.sysctl_list("net.ipv4.conf.lo")) do print(name, value) end
--- ```
---@zh 列出某前缀下的内核参数。
---@param prefix? string all if left out
---@return table<string, string> values # by dotted name; a dot of an interface's name shows as a slash
---@errors ENOENT there is none of that name
---@source proc(5), sysctl(8)
---@explain passive sysctl {prefix?{prefix}|-a}
function sys.sysctl_list(prefix) end

--- A resource limit.
---@alias sys.Resource
---| "cpu" # processor time, in seconds
---| "fsize" # the size of files it writes
---| "data" # heap and data
---| "stack" # the main stack
---| "core" # core dumps
---| "rss" # nothing any more
---| "nproc" # processes of the user
---| "nofile" # open files
---| "memlock" # locked memory
---| "as" # address space
---| "locks" # nothing any more
---| "sigpending" # queued signals
---| "msgqueue" # bytes in POSIX message queues
---| "nice" # 20 minus the lowest nice value
---| "rtprio" # the highest realtime priority
---| "rttime" # realtime processor time without a system call, in µs

---@class sys.Limit
---@field soft? Size|"unlimited" what the kernel enforces
---@field hard? Size|"unlimited" as far as the soft limit can be raised

--- A resource limit of this process, or with `limit` sets it. Children inherit it.
---
--- The shell itself runs with the soft "nofile" raised to the hard one, as all Go programs do; its children get the value
--- it was started with unless the script sets one.
---
--- ```lua
--- sys.rlimit("core", {soft = 0})
--- assert(sys.rlimit("core").soft == 0)
--- print(sys.rlimit("stack").hard)
--- ```
---@zh 读取或设置资源限制。
---@param name sys.Resource
---@param limit? sys.Limit what is left out stays
---@return sys.Limit? # without `limit`
---@errors EPERM raising the hard limit without CAP_SYS_RESOURCE in the initial user namespace
---@errors EINVAL the soft limit is above the hard one
---@source getrlimit(2), setrlimit(2)
---@explain prlimit --pid $$ --{name}{limit?={limit.soft?{limit.soft:limit}}:{limit.hard?{limit.hard:limit}}}
---@explain script {limit?prlimit --pid $$ --{name}={limit.soft?{limit.soft:limit}}:{limit.hard?{limit.hard:limit}}}
function sys.rlimit(name, limit) end

--- The file mode creation mask: the permissions that new files don't get.
---
--- ```lua
--- local old = sys.umask("077")
--- assert(sys.umask(old) == "0077")
--- ```
---@zh 读取或设置文件权限掩码。
---@param mask? Mode the new one
---@return string mask # the one before
---@source umask(2)
---@explain umask[ {mask}]
---@explain script {mask?umask {mask}}
function sys.umask(mask) end

--- The nice value of the shell, or with a `value` sets it. The processes it starts inherit it.
---
--- ```lua
--- sys.nice(sys.nice() + 1)
--- ```
---@zh 读取或设置 nice 值。
---@param value? integer from -20 (first) to 19 (last)
---@return integer? nice # without `value`
---@errors EACCES a lower value than the limit "nice" allows, without CAP_SYS_NICE in the initial user namespace
---@source getpriority(2), setpriority(2)
---@explain {value?renice -n {value} $$|nice}
---@explain script {value?renice -n {value} $$ > /dev/null}
function sys.nice(value) end

---@class sys.Load
---@field load1 number runnable and waiting tasks, over one minute
---@field load5 number over five minutes
---@field load15 number over fifteen minutes
---@field running integer runnable now
---@field threads integer that exist
---@field last_pid integer the process id given last, in this pid namespace

--- How busy the machine is.
---
--- ```lua
--- print(sys.loadavg().load1)
--- ```
---@zh 系统负载。
---@return sys.Load
---@source /proc/loadavg
---@explain passive cat /proc/loadavg
function sys.loadavg() end

--- The memory of the machine, in bytes, under the kernel's names: MemTotal, MemAvailable, SwapFree…
---
--- No namespace and no cgroup changes what it says. Those named HugePages_… are numbers of pages.
---
--- ```lua
--- assert(sys.memory().MemAvailable < sys.memory().MemTotal)
--- ```
---@zh 机器的内存情况（字节）。
---@return table<string, integer>
---@source /proc/meminfo
---@explain passive cat /proc/meminfo
function sys.memory() end

---@class sys.Cpus
---@field count integer how many the shell may run on
---@field affinity integer[] those
---@field online integer[] those that are up
---@field possible integer[] those that could ever be

--- The numbers of the processors.
---
--- ```lua
--- assert(sys.cpus().count >= 1)
--- ```
---@zh 处理器列表。
---@return sys.Cpus
---@source sched_getaffinity(2), /sys/devices/system/cpu
---@explain passive lscpu
function sys.cpus() end

---@class sys.Kernel
---@field release string "6.8.0-45-generic"
---@field major integer 6
---@field minor integer 8
---@field patch integer 0
---@field command_line string it was booted with; "" where only root may read it
---@field filesystems string[] those it knows now; modules can add more
---@field config_file? string what `sys.config` reads

--- What the running kernel says of itself.
---
--- ```lua
--- local k = sys.kernel()
--- print(k.release, k.major .. "." .. k.minor)
--- ```
---@zh 内核自身的信息。
---@return sys.Kernel
---@source uname(2), /proc/cmdline, /proc/filesystems
---@explain passive uname -r
function sys.kernel() end

--- The configuration the kernel was built with: one option, or all.
---
--- ```lua needs=/proc/config.gz
--- assert(sys.config("CONFIG_NET_NS") == "y" and sys.config("net_ns") == nil)
--- ```
---@zh 内核的构建配置。
---@param name? string "CONFIG_NET_NS", or without the prefix
---@return string|table<string, string>|nil value # "y", "m", a number or a text; nil if the option is not set; without `name` all options that are set
---@errors ENOENT the kernel keeps no configuration where the shell can find it
---@source /proc/config.gz, /boot/config-RELEASE
---@explain passive zgrep {name} /proc/config.gz
function sys.config(name) end

--- The environment: all of it, one variable, or with a `value` sets one. Children inherit it.
---
--- ```lua
--- sys.env("COLOUR", "blue")
--- assert(sys.env("COLOUR") == "blue")
--- sys.env("COLOUR", false)
--- assert(sys.env("COLOUR") == nil and sys.env().COLOUR == nil)
--- ```
---@zh 读取或设置环境变量。
---@param name? string
---@param value? string|number|false the new value; false removes the variable
---@return string|table<string, string>|nil value # nil if the variable is not set; without `name` all variables
---@source environ(7)
---@explain {value?export {name}={value}|printenv[ {name}]}
---@explain script {value?export {name}={value}|{value=false?unset {name}}}
function sys.env(name, value) end

--- The size of a page of memory, in bytes.
---
--- ```lua
--- assert(sys.pagesize() >= 4096)
--- ```
---@zh 内存页大小（字节）。
---@return integer
---@source sysconf(3)
---@explain passive getconf PAGESIZE
function sys.pagesize() end

--- System V IPC: message queues, semaphores, shared memory. Each ipc namespace has its own.
---
--- What a script creates goes with its scope. A handle stays with the namespace it was made in.
sys.ipc = {}

---@alias sys.IpcKind
---| "msg" # a message queue
---| "sem" # a set of semaphores
---| "shm" # a segment of shared memory

--- A System V IPC object. The kernel shows more for each kind, under its own names: `cbytes`, `qnum`, `lspid`, `lrpid`,
--- `stime`, `rtime`, `ctime` for msg; `nsems`, `otime`, `ctime` for sem; `size`, `cpid`, `lpid`, `nattch`, `atime`, `dtime`,
--- `ctime`, `rss`, `swap` for shm.
---@class sys.IpcObject
---@field kind sys.IpcKind
---@field id integer
---@field key integer 0 for a private one
---@field mode string "0600"
---@field uid integer owner
---@field gid integer owner's group
---@field cuid integer creator
---@field cgid integer creator's group
---@field qbytes? integer how many bytes a message queue holds; from `info` only

---@class sys.IpcOptions
---@field key? integer others open it by; left out, the object is private
---@field mode? Mode "0600" if left out

---@class sys.IpcChange
---@field mode? Mode
---@field uid? integer|string
---@field gid? integer|string
---@field qbytes? Size how many bytes a message queue holds

--- Lists the System V IPC objects of the ipc namespace.
---
--- ```lua
--- sys.ipc.msg.create{key = 42}
--- for _, o in ipairs(sys.ipc.list()) do print(o.kind, o.id, o.key, o.mode) end
--- ```
---@zh 列出 System V IPC 对象。
---@param kind? sys.IpcKind all if left out
---@return sys.IpcObject[]
---@source /proc/sysvipc, sysvipc(7), ipc_namespaces(7)
---@explain passive ipcs{kind=msg? --queues}{kind=sem? --semaphores}{kind=shm? --shmems}
function sys.ipc.list(kind) end

--- Removes a System V IPC object, whoever made it.
---
--- ```lua
--- local q = sys.ipc.msg.create()
--- sys.ipc.remove("msg", q.id)
--- assert(#sys.ipc.list() == 0)
--- ```
---@zh 删除一个 System V IPC 对象。
---@param kind sys.IpcKind
---@param id integer
---@errors EINVAL there is none of that number
---@errors EPERM it is another user's
---@source msgctl(2), semctl(2), shmctl(2)
---@explain ipcrm {kind=msg?--queue-id}{kind=sem?--semaphore-id}{kind=shm?--shmem-id} {id}
function sys.ipc.remove(kind, id) end

--- System V message queues.
sys.ipc.msg = {}

--- A System V message queue.
---@class sys.MsgQueue
---@field id integer
---@field key integer 0 for a private one
local MsgQueue = {}

---@class sys.MsgSendOptions
---@field type? integer 1 or more; 1 if left out
---@field timeout? Duration how long to wait while the queue is full; left out, without end

---@class sys.MsgReceiveOptions
---@field type? integer 0: the first message; n: the first of type n; -n: the first of the lowest type up to n
---@field timeout? Duration how long to wait while there is none; left out, without end

--- Puts a message into the queue.
---
--- ```lua
--- local q = sys.ipc.msg.create()
--- q:send("hello", {type = 7})
--- local text, type = q:receive()
--- assert(text == "hello" and type == 7)
--- ```
---@zh 发送一条消息。
---@param text string
---@param options? sys.MsgSendOptions
---@errors ETIMEDOUT the queue stayed full
---@errors EINVAL the message is too long, or its type not positive
---@errors EIDRM the queue has been removed
---@source msgsnd(2)
---@explain none no command sends to such a queue
function MsgQueue:send(text, options) end

--- Takes a message from the queue.
---
--- ```lua
--- local q = sys.ipc.msg.create()
--- assert(q:receive{timeout = "10ms"} == nil)
--- ```
---@zh 接收一条消息。
---@param options? sys.MsgReceiveOptions
---@return string? text # nil if the timeout ended first
---@return integer? type
---@errors EIDRM the queue has been removed
---@source msgrcv(2)
---@explain none no command receives from such a queue
function MsgQueue:receive(options) end

--- What the kernel knows of the queue.
---
--- ```lua
--- local q = sys.ipc.msg.create()
--- q:send("abc")
--- assert(q:info().qnum == 1 and q:info().cbytes == 3)
--- ```
---@zh 队列的信息。
---@return sys.IpcObject
---@source /proc/sysvipc/msg, msgctl(2)
---@explain passive ipcs --queues --id {self}
function MsgQueue:info() end

--- Changes owner, permissions or room of the queue.
---
--- ```lua
--- local q = sys.ipc.msg.create()
--- q:set{mode = "0660", qbytes = 4096}
--- assert(q:info().mode == "0660" and q:info().qbytes == 4096)
--- ```
---@zh 修改队列的属主、权限或容量。
---@param options sys.IpcChange
---@errors EPERM it is another user's; or the room is to grow without CAP_SYS_RESOURCE
---@source msgctl(2)
---@explain none no command changes such a queue
function MsgQueue:set(options) end

--- Removes the queue with all that is in it. The handle is closed.
---
--- ```lua
--- local q = sys.ipc.msg.create()
--- q:remove()
--- ```
---@zh 删除队列。
---@errors EPERM it is another user's
---@source msgctl(2)
---@explain ipcrm --queue-id {self}
function MsgQueue:remove() end

--- Closes the handle; the queue stays. Twice does no harm.
---
--- ```lua
--- local q = sys.ipc.msg.create{key = 1}
--- q:close()
--- assert(sys.ipc.msg.open(1).id)
--- ```
---@zh 关闭句柄，队列本身保留。
---@source msgget(2)
---@explain passive none a handle is nothing the kernel knows
function MsgQueue:close() end

--- Creates a message queue. Its scope removes it.
---
--- ```lua
--- local q = sys.ipc.msg.create{key = 0x1234, mode = "0666"}
--- assert(sys.ipc.list("msg")[1].key == 0x1234)
--- ```
---@zh 创建消息队列，随作用域删除。
---@param options? sys.IpcOptions
---@return sys.MsgQueue
---@errors EEXIST the key is taken
---@errors ENOSPC there are too many queues
---@source msgget(2)
---@explain ipcmk --queue[ --mode {mode}]
---@explain script {var}=$(ipcmk --queue[ --mode {mode}] | sed 's/.*: //')
---@explain undo ipcrm --queue-id ${var}
---@explain as ${var}
function sys.ipc.msg.create(options) end

--- Opens the message queue with a key.
---
--- ```lua
--- sys.ipc.msg.create{key = 5}:send("for the other side")
--- assert(sys.ipc.msg.open(5):receive() == "for the other side")
--- ```
---@zh 按键值打开消息队列。
---@param key integer
---@return sys.MsgQueue
---@errors ENOENT there is none with that key
---@source msgget(2)
---@explain passive none a handle is nothing the kernel knows
function sys.ipc.msg.open(key) end

--- Opens the message queue of a number, as `sys.ipc.list` has it.
---
--- ```lua
--- local q = sys.ipc.msg.create()
--- assert(sys.ipc.msg.at(q.id).id == q.id)
--- ```
---@zh 按编号打开消息队列。
---@param id integer
---@return sys.MsgQueue
---@errors EIDRM there is none of that number
---@source /proc/sysvipc/msg
---@explain passive none a handle is nothing the kernel knows
function sys.ipc.msg.at(id) end

--- System V semaphores.
sys.ipc.sem = {}

--- A set of System V semaphores. They count from 0, as for semop(2).
---@class sys.SemSet
---@field id integer
---@field key integer 0 for a private one
local SemSet = {}

---@class sys.SemOpOptions
---@field undo? boolean the kernel takes it back when this process ends
---@field timeout? Duration how long to wait at most; left out, without end

--- Adds `delta` to a semaphore. A negative one waits until its value is large enough, 0 waits until it is 0.
---
--- ```lua
--- local s = sys.ipc.sem.create(1, {values = {1}})
--- assert(s:op(0, -1))
--- assert(not s:op(0, -1, {timeout = "10ms"}), "taken")
--- s:op(0, 1)
--- ```
---@zh 对一个信号量做加减。
---@param n integer which one, from 0
---@param delta integer
---@param options? sys.SemOpOptions
---@return boolean done # false if the timeout ended first
---@errors EFBIG the set has no such semaphore
---@errors ERANGE the value would become too large
---@errors EIDRM the set has been removed
---@source semop(2), semtimedop(2)
---@explain none no command operates a semaphore
function SemSet:op(n, delta, options) end

--- The values of all semaphores of the set.
---
--- ```lua
--- assert(sys.ipc.sem.create(3, {values = {4, 5, 6}}):getall()[2] == 5)
--- ```
---@zh 读取所有信号量的值。
---@return integer[] values # that of semaphore 0 is the first
---@errors EIDRM the set has been removed
---@source semctl(2)
---@explain passive ipcs --semaphores --id {self}
function SemSet:getall() end

--- Sets a semaphore.
---
--- ```lua
--- local s = sys.ipc.sem.create(2)
--- s:setval(1, 9)
--- assert(s:getall()[2] == 9)
--- ```
---@zh 设置一个信号量的值。
---@param n integer which one, from 0
---@param value integer from 0 to 32767
---@errors ERANGE the value is too large
---@errors EINVAL the set has no such semaphore
---@source semctl(2)
---@explain none no command sets a semaphore
function SemSet:setval(n, value) end

--- What the kernel knows of the set.
---
--- ```lua
--- assert(sys.ipc.sem.create(3):info().nsems == 3)
--- ```
---@zh 信号量集的信息。
---@return sys.IpcObject
---@source /proc/sysvipc/sem
---@explain passive ipcs --semaphores --id {self}
function SemSet:info() end

--- Changes owner or permissions of the set.
---
--- ```lua
--- local s = sys.ipc.sem.create(1)
--- s:set{mode = "0660"}
--- assert(s:info().mode == "0660")
--- ```
---@zh 修改信号量集的属主或权限。
---@param options sys.IpcChange
---@errors EPERM it is another user's
---@source semctl(2)
---@explain none no command changes a set
function SemSet:set(options) end

--- Removes the set. The handle is closed.
---
--- ```lua
--- sys.ipc.sem.create(1):remove()
--- ```
---@zh 删除信号量集。
---@errors EPERM it is another user's
---@source semctl(2)
---@explain ipcrm --semaphore-id {self}
function SemSet:remove() end

--- Closes the handle; the set stays. Twice does no harm.
---
--- ```lua
--- sys.ipc.sem.create(1):close()
--- ```
---@zh 关闭句柄，信号量集保留。
---@source semget(2)
---@explain passive none a handle is nothing the kernel knows
function SemSet:close() end

---@class sys.SemOptions : sys.IpcOptions
---@field values? integer[] what they begin with, one for each; 0 if left out

--- Creates a set of semaphores. Its scope removes it.
---
--- ```lua
--- local s = sys.ipc.sem.create(2, {key = 7, values = {1, 0}})
--- assert(s.key == 7)
--- ```
---@zh 创建信号量集，随作用域删除。
---@param count integer how many semaphores
---@param options? sys.SemOptions
---@return sys.SemSet
---@errors EEXIST the key is taken
---@errors EINVAL none, or too many semaphores
---@source semget(2)
---@explain ipcmk --semaphore {count}[ --mode {mode}]
---@explain script {var}=$(ipcmk --semaphore {count}[ --mode {mode}] | sed 's/.*: //')
---@explain undo ipcrm --semaphore-id ${var}
---@explain as ${var}
function sys.ipc.sem.create(count, options) end

--- Opens the set of semaphores with a key.
---
--- ```lua
--- sys.ipc.sem.create(1, {key = 7})
--- assert(sys.ipc.sem.open(7):getall()[1] == 0)
--- ```
---@zh 按键值打开信号量集。
---@param key integer
---@return sys.SemSet
---@errors ENOENT there is none with that key
---@source semget(2)
---@explain passive none a handle is nothing the kernel knows
function sys.ipc.sem.open(key) end

--- Opens the set of semaphores of a number, as `sys.ipc.list` has it.
---
--- ```lua
--- local s = sys.ipc.sem.create(1)
--- assert(sys.ipc.sem.at(s.id).id == s.id)
--- ```
---@zh 按编号打开信号量集。
---@param id integer
---@return sys.SemSet
---@errors EIDRM there is none of that number
---@source /proc/sysvipc/sem
---@explain passive none a handle is nothing the kernel knows
function sys.ipc.sem.at(id) end

--- System V shared memory.
sys.ipc.shm = {}

--- A segment of System V shared memory. It is attached when it is first read or written, and detached when the handle is closed.
---@class sys.SharedMemory
---@field id integer
---@field key integer 0 for a private one
local SharedMemory = {}

--- Reads from the segment.
---
--- ```lua
--- local m = sys.ipc.shm.create(4096)
--- m:write(100, "hello")
--- assert(m:read(100, 5) == "hello" and #m:read() == 4096)
--- ```
---@zh 读取共享内存。
---@param offset? Size where to begin; 0 if left out
---@param length? Size how much; all that follows if left out
---@return string
---@errors ERANGE it goes beyond the end
---@source shmat(2)
---@explain passive none no command reads shared memory
function SharedMemory:read(offset, length) end

--- Writes to the segment.
---
--- ```lua
--- local m = sys.ipc.shm.create("64K")
--- m:write(0, "counter=1")
--- ```
---@zh 写入共享内存。
---@param offset Size
---@param text string
---@errors ERANGE it goes beyond the end
---@errors EACCES this user may only read it
---@source shmat(2)
---@explain none no command writes shared memory
function SharedMemory:write(offset, text) end

--- What the kernel knows of the segment.
---
--- ```lua
--- assert(sys.ipc.shm.create(4096):info().size == 4096)
--- ```
---@zh 共享内存段的信息。
---@return sys.IpcObject
---@source /proc/sysvipc/shm
---@explain passive ipcs --shmems --id {self}
function SharedMemory:info() end

--- Changes owner or permissions of the segment.
---
--- ```lua
--- local m = sys.ipc.shm.create(4096)
--- m:set{mode = "0640"}
--- assert(m:info().mode == "0640")
--- ```
---@zh 修改共享内存段的属主或权限。
---@param options sys.IpcChange
---@errors EPERM it is another user's
---@source shmctl(2)
---@explain none no command changes a segment
function SharedMemory:set(options) end

--- Removes the segment once nobody has it attached. The handle is closed.
---
--- ```lua
--- sys.ipc.shm.create(4096):remove()
--- ```
---@zh 删除共享内存段。
---@errors EPERM it is another user's
---@source shmctl(2)
---@explain ipcrm --shmem-id {self}
function SharedMemory:remove() end

--- Closes the handle and detaches the memory; the segment stays. Twice does no harm.
---
--- ```lua
--- sys.ipc.shm.create(4096):close()
--- ```
---@zh 关闭句柄，共享内存段保留。
---@source shmdt(2)
---@explain passive none a handle is nothing the kernel knows
function SharedMemory:close() end

--- Creates a segment of shared memory. Its scope removes it.
---
--- ```lua
--- local m = sys.ipc.shm.create("1M", {key = 99, mode = "0666"})
--- assert(m:info().size == 1024 * 1024)
--- ```
---@zh 创建共享内存段，随作用域删除。
---@param size Size
---@param options? sys.IpcOptions
---@return sys.SharedMemory
---@errors EEXIST the key is taken
---@errors EINVAL the size is 0 or too large
---@source shmget(2)
---@explain ipcmk --shmem {size:bytes}[ --mode {mode}]
---@explain script {var}=$(ipcmk --shmem {size:bytes}[ --mode {mode}] | sed 's/.*: //')
---@explain undo ipcrm --shmem-id ${var}
---@explain as ${var}
function sys.ipc.shm.create(size, options) end

--- Opens the segment with a key.
---
--- ```lua
--- sys.ipc.shm.create(4096, {key = 99}):write(0, "x")
--- assert(sys.ipc.shm.open(99):read(0, 1) == "x")
--- ```
---@zh 按键值打开共享内存段。
---@param key integer
---@return sys.SharedMemory
---@errors ENOENT there is none with that key
---@source shmget(2)
---@explain passive none a handle is nothing the kernel knows
function sys.ipc.shm.open(key) end

--- Opens the segment of a number, as `sys.ipc.list` has it.
---
--- ```lua
--- local m = sys.ipc.shm.create(4096)
--- assert(sys.ipc.shm.at(m.id).id == m.id)
--- ```
---@zh 按编号打开共享内存段。
---@param id integer
---@return sys.SharedMemory
---@errors EIDRM there is none of that number
---@source /proc/sysvipc/shm
---@explain passive none a handle is nothing the kernel knows
function sys.ipc.shm.at(id) end

--- POSIX message queues. They have names, and belong to the ipc namespace.
sys.mq = {}

--- An open POSIX message queue. It travels to the processes that closures run in.
---@class sys.Queue
---@field name string "/work"
local Queue = {}

---@class sys.MqSendOptions
---@field priority? integer the higher, the sooner it is received; 0 if left out
---@field timeout? Duration how long to wait while the queue is full; left out, without end

--- Puts a message into the queue.
---
--- ```lua
--- local q = sys.mq.create("/work")
--- q:send("later")
--- q:send("at once", {priority = 9})
--- assert(q:receive() == "at once")
--- ```
---@zh 发送一条消息。
---@param text string
---@param options? sys.MqSendOptions
---@errors ETIMEDOUT the queue stayed full
---@errors EMSGSIZE the message is longer than the queue takes
---@source mq_send(3)
---@explain none no command sends to such a queue
function Queue:send(text, options) end

---@class sys.MqReceiveOptions
---@field timeout? Duration how long to wait while there is none; left out, without end

--- Takes the oldest message of the highest priority.
---
--- ```lua
--- local q = sys.mq.create("/work")
--- assert(q:receive{timeout = 0} == nil)
--- q:send("hello", {priority = 3})
--- local text, priority = q:receive()
--- assert(text == "hello" and priority == 3)
--- ```
---@zh 接收一条消息。
---@param options? sys.MqReceiveOptions
---@return string? text # nil if the timeout ended first
---@return integer? priority
---@source mq_receive(3)
---@explain none no command receives from such a queue
function Queue:receive(options) end

---@class sys.MqInfo
---@field max_messages integer how many it holds
---@field message_size integer how long each may be, in bytes
---@field messages integer how many wait

--- What the kernel knows of the queue.
---
--- ```lua
--- local q = sys.mq.create("/work", {max_messages = 4, message_size = 128})
--- assert(q:info().max_messages == 4 and q:info().messages == 0)
--- ```
---@zh 队列的信息。
---@return sys.MqInfo
---@source mq_getattr(3)
---@explain passive cat /dev/mqueue/NAME
function Queue:info() end

--- Closes the queue; its name stays. Twice does no harm.
---
--- ```lua
--- local q = sys.mq.create("/work")
--- q:close()
--- ```
---@zh 关闭队列，名称保留。
---@source mq_close(3)
---@explain passive none a handle is nothing the kernel knows
function Queue:close() end

---@class sys.MqOptions
---@field mode? Mode "0600" if left out; the umask counts
---@field max_messages? integer how many it holds; the sysctl fs.mqueue.msg_default if left out
---@field message_size? Size how long each may be; the sysctl fs.mqueue.msgsize_default if left out

--- Creates a queue. Its scope removes its name.
---
--- ```lua
--- local q = sys.mq.create("/work", {max_messages = 2, message_size = "1K"})
--- assert(tostring(q) == "mq:/work")
--- ```
---@zh 创建 POSIX 消息队列，名称随作用域删除。
---@param name string "/work": one slash, at the beginning, which may be left out
---@param options? sys.MqOptions
---@return sys.Queue
---@errors EEXIST the name is taken
---@errors EINVAL the name has more slashes; or more or longer messages than the sysctls fs.mqueue.msg_max and msgsize_max allow
---@source mq_open(3), mq_overview(7)
---@explain none no command creates such a queue
function sys.mq.create(name, options) end

--- Opens a queue.
---
--- ```lua
--- sys.mq.create("/work"):send("x")
--- assert(sys.mq.open("/work", "r"):receive() == "x")
--- ```
---@zh 打开 POSIX 消息队列。
---@param name string
---@param access? "r"|"w"|"rw" "rw" if left out
---@return sys.Queue
---@errors ENOENT there is none of that name
---@errors EACCES this user may not
---@source mq_open(3)
---@explain passive none a handle is nothing the kernel knows
function sys.mq.open(name, access) end

--- Removes the name of a queue, which goes when nobody has it open any more.
---
--- ```lua
--- sys.mq.create("/work")
--- sys.mq.unlink("/work")
--- assert(#sys.mq.list() == 0)
--- ```
---@zh 删除 POSIX 消息队列的名称。
---@param name string
---@errors ENOENT there is none of that name
---@source mq_unlink(3)
---@explain rm /dev/mqueue/{name}
function sys.mq.unlink(name) end

---@class sys.MqEntry
---@field name string "/work"
---@field mode string "0600"
---@field uid integer owner
---@field gid integer owner's group
---@field bytes integer in messages that wait; 0 for a queue this user may not read

--- Lists the POSIX message queues of the ipc namespace. Their file system need not be mounted for that, if the shell may mount.
---
--- ```lua
--- sys.mq.create("/work")
--- for _, q in ipairs(sys.mq.list()) do print(q.name, q.mode, q.bytes) end
--- ```
---@zh 列出 POSIX 消息队列。
---@return sys.MqEntry[]
---@errors ENODEV the shell may not mount, and no file system of queues is at /dev/mqueue
---@source mq_overview(7)
---@explain passive ls /dev/mqueue
function sys.mq.list() end
