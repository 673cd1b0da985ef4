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
---@explain hostname {name}
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
---@explain domainname {name}
function sys.domainname(name) end

--- The names of the system, the kernel and the machine.
---
--- ```lua
--- assert(sys.uname().sysname == "Linux")
--- ```
---@zh 系统、内核与机器的名称。
---@return sys.Uname
---@source uname(2)
---@explain uname -a
function sys.uname() end

--- Identifies this boot of the kernel.
---
--- ```lua
--- assert(#sys.boot_id() == 36)
--- ```
---@zh 本次启动的标识（UUID）。
---@return string uuid
---@source /proc/sys/kernel/random/boot_id
---@explain cat /proc/sys/kernel/random/boot_id
function sys.boot_id() end

--- How long the system has been up, in seconds, suspended time included. A time namespace shifts it.
---
--- ```lua
--- assert(sys.uptime() > 0)
--- ```
---@zh 系统已运行的秒数。
---@return number seconds
---@source clock_gettime(2), time_namespaces(7)
---@explain uptime
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
---@explain none date(1) and /proc/uptime show some of them
function sys.clock(name) end

--- Reads all clocks.
---
--- ```lua
--- assert(sys.clocks().boottime >= sys.clocks().monotonic - 1)
--- ```
---@zh 读取全部时钟。
---@return table<sys.Clock, number> seconds # by name
---@source clock_gettime(2)
---@explain none date(1) and /proc/uptime show some of them
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
---@explain cat /proc/self/timens_offsets
function sys.time_offsets() end

--- The user id of this process, as its user namespace shows it.
---
--- ```lua
--- assert(sys.uid() == 0)
--- ```
---@zh 本进程的用户 ID。
---@return integer
---@source getuid(2), user_namespaces(7)
---@explain id -ru
function sys.uid() end

--- The group id of this process.
---
--- ```lua
--- assert(sys.gid() == 0)
--- ```
---@zh 本进程的组 ID。
---@return integer
---@source getgid(2)
---@explain id -rg
function sys.gid() end

--- The effective user id: the one that permissions are checked for.
---
--- ```lua
--- assert(sys.euid() == sys.uid())
--- ```
---@zh 有效用户 ID。
---@return integer
---@source geteuid(2)
---@explain id -u
function sys.euid() end

--- The effective group id.
---
--- ```lua
--- assert(sys.egid() == sys.gid())
--- ```
---@zh 有效组 ID。
---@return integer
---@source getegid(2)
---@explain id -g
function sys.egid() end

--- The supplementary groups of this process. Those that its user namespace does not map show as 65534.
---
--- ```lua
--- for _, gid in ipairs(sys.groups()) do print(gid) end
--- ```
---@zh 附加组。
---@return integer[]
---@source getgroups(2)
---@explain id -G
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
---@explain id
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
---@explain setpriv --reuid {uid} --regid {gid} --groups {groups}
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
---@explain sysctl -w {name}={value}
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
---@explain sysctl {prefix}
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
---@explain prlimit --pid $$ --{name}={soft}:{hard}
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
---@explain umask {mask}
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
---@explain renice -n {value} $$
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
---@explain cat /proc/loadavg
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
---@explain cat /proc/meminfo
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
---@explain lscpu
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
---@explain uname -r
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
---@explain zgrep {name} /proc/config.gz
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
---@explain export {name}={value}
function sys.env(name, value) end

--- The size of a page of memory, in bytes.
---
--- ```lua
--- assert(sys.pagesize() >= 4096)
--- ```
---@zh 内存页大小（字节）。
---@return integer
---@source sysconf(3)
---@explain getconf PAGESIZE
function sys.pagesize() end
