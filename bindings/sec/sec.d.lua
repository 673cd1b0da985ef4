---@meta

--- What a process may do: capabilities, securebits, no_new_privs, seccomp filters, Landlock, keyrings, and what the
--- kernel's security modules say.
---
--- What is set here holds for the thread that Lua runs on and for everything started from then on; it can't be taken
--- back, and scopes undo nothing of it. It confines what a script starts. Other threads of the shell, which only copy data,
--- keep their rights: do not take it for a wall around Lua code. To confine one child and leave the shell as it
--- is, use the options `caps`, `seccomp`, `landlock` and `no_new_privs` of proc.run, proc.start and ns.clone, or run a function:
---
--- ```lua
--- local names = proc.run{run = function()
---   sec.retain_caps{"net_admin", "kill"}
---   return sec.caps().permitted
--- end}
--- assert(table.concat(names, " ") == "kill net_admin")
--- ```
sec = {}

--- The names of capabilities(7), in lower case and without CAP_; a list may also say "all".
---@alias sec.Cap string

---@class sec.Caps
---@field effective sec.Cap[] what the kernel checks
---@field permitted sec.Cap[] what may be made effective
---@field inheritable sec.Cap[] what programs with file capabilities may inherit
---@field bounding sec.Cap[] the most that an exec can give
---@field ambient sec.Cap[] what programs of users other than root keep at an exec

--- The capability sets of the shell, or of a process.
---
--- ```lua
--- print(table.concat(sec.caps().effective, " "))
--- print(#sec.caps(1).permitted)
--- ```
---@zh 读取本 shell 或某个进程的能力集。
---@param pid? integer default: the shell
---@return sec.Caps sets
---@errors ESRCH there is no such process
---@source capget(2), capabilities(7), /proc/PID/status
---@explain passive grep Cap /proc/{pid?{pid:pid}|self}/status
function sec.caps(pid) end

--- The capabilities that this kernel knows, by number.
---
--- ```lua
--- assert(sec.cap_names()[1] == "chown")
--- ```
---@zh 本内核支持的全部能力名称。
---@return sec.Cap[] names
---@source capabilities(7)
---@explain passive capsh --supports=cap_chown
function sec.cap_names() end

---@class sec.CapSets
---@field effective? sec.Cap[]
---@field permitted? sec.Cap[]
---@field inheritable? sec.Cap[]
---@field bounding? sec.Cap[]
---@field ambient? sec.Cap[]

--- Sets capability sets of the shell. Sets that are left out stay as they are, as far as the kernel's rules let them:
--- what is no longer permitted is no longer effective or ambient either.
---
--- ```lua
--- proc.run{run = function()
---   sec.set_caps{permitted = {"net_raw", "chown"}, effective = {"chown"}, inheritable = {"net_raw"}, ambient = {"net_raw"}}
---   assert(sec.caps().effective[1] == "chown" and sec.caps().ambient[1] == "net_raw")
--- end}
--- ```
---@zh 设置本 shell 的能力集。
---@param sets sec.CapSets
---@errors EPERM the permitted and the bounding set only shrink; what is effective or ambient must be permitted
---@source capset(2), prctl(2), capabilities(7)
---@explain none a process changes only itself; capsh(1) and setpriv(1) start a program with other sets
function sec.set_caps(sets) end

--- Takes capabilities out of all five sets of the shell, so that nothing it starts can ever have them.
---
--- ```lua
--- proc.run{run = function()
---   sec.drop_caps{"sys_chroot"}
---   local ok, e = pcall(proc.run, {"true", root = "/"})
---   assert(not ok and e.code == "EPERM")
--- end}
--- ```
---@zh 从全部五个能力集中移除指定的能力。
---@param names sec.Cap[]
---@errors EPERM setpcap is not effective, which it takes to shrink the bounding set
---@source capset(2), prctl(2), capabilities(7)
---@explain none a process changes only itself; capsh --drop=cap_NAME,… -- starts a shell without them
function sec.drop_caps(names) end

--- Takes all capabilities but these out of all five sets of the shell.
---
--- ```lua
--- proc.run{run = function()
---   sec.retain_caps{"net_bind_service"}
---   assert(#sec.caps().bounding == 1)
--- end}
--- ```
---@zh 只保留列出的能力，其余全部移除。
---@param names sec.Cap[]
---@errors EPERM setpcap is not effective, which it takes to shrink the bounding set
---@source capset(2), prctl(2), capabilities(7)
---@explain none a process changes only itself; setpriv --bounding-set=-all,+NAME,… starts a program so
function sec.retain_caps(names) end

--- Capabilities that container managers commonly leave to a container's root.
---
--- ```lua
--- assert(proc.run{"true", caps = sec.default_caps, seccomp = "default"}.ok)
--- ```
---@type string[]
sec.default_caps = {}

--- Tells whether no_new_privs is set, or sets it: from then on no exec gives rights, neither set-user-ID nor file
--- capabilities. It can't be unset.
---
--- ```lua
--- proc.run{run = function()
---   sec.no_new_privs(true)
---   assert(sec.no_new_privs())
--- end}
--- ```
---@zh 读取或设置 no_new_privs；设置后不可撤销。
---@param value? boolean true
---@return boolean? set # without `value`
---@source prctl(2), PR_SET_NO_NEW_PRIVS
---@explain none a process changes only itself; setpriv --no-new-privs starts a program so
function sec.no_new_privs(value) end

--- Flags that change what capabilities mean for user 0.
---@alias sec.Securebit
---| "noroot" # user 0 gets no capabilities at an exec
---| "no_setuid_fixup" # changing the user id leaves the capabilities alone
---| "keep_caps" # permitted capabilities survive the change from user 0 to others; an exec clears it
---| "no_cap_ambient_raise" # nothing becomes ambient any more
---| "exec_restrict_file" # for interpreters: check that a script may be executed (Linux 6.14)
---| "exec_deny_interactive" # for interpreters: run no code that is typed in (Linux 6.14)
---| "noroot_locked" # noroot stays as it is
---| "no_setuid_fixup_locked"
---| "keep_caps_locked"
---| "no_cap_ambient_raise_locked"
---| "exec_restrict_file_locked"
---| "exec_deny_interactive_locked"

--- The securebits of the shell; with `bits` sets exactly these.
---
--- ```lua
--- proc.run{run = function()
---   sec.securebits{"noroot", "noroot_locked"}
---   assert(#sec.securebits() == 2)
---   assert(proc.run{"grep", "CapEff:.0000000000000000", "/proc/self/status", capture = true}.ok)
--- end}
--- ```
---@zh 读取或设置 securebits。
---@param bits? sec.Securebit[]
---@return sec.Securebit[]? bits # without `bits`
---@errors EPERM setpcap is not effective, or a bit is locked
---@source prctl(2), PR_SET_SECUREBITS, capabilities(7)
---@explain none a process changes only itself; setpriv --securebits=+NAME starts a program so
function sec.securebits(bits) end

--- Tells whether the shell may be traced and its files in /proc belong to its user, or sets that, for the whole process.
--- "root" means that only root may: the system chose that when the process changed its ids.
---
--- ```lua
--- sec.dumpable(false)
--- assert(sec.dumpable() == false)
--- sec.dumpable(true)
--- ```
---@zh 读取或设置进程的 dumpable 属性。
---@param value? boolean
---@return boolean|"root"|nil dumpable # without `value`
---@source prctl(2), PR_SET_DUMPABLE
---@explain none there is no command for it
function sec.dumpable(value) end

--- What a seccomp filter does with a system call.
---@alias sec.SeccompAction
---| "allow"
---| "errno" # fails with `errno`, EPERM if that is left out
---| "kill" # the whole process ends with SIGSYS
---| "kill_process" # the same
---| "kill_thread" # the calling thread ends
---| "trap" # the thread gets SIGSYS, which it may handle
---| "log" # allowed, and written to the audit log
---| "trace" # a tracer decides; without one ENOSYS
---| "notify" # a handler decides: sec.seccomp_notify

--- A condition on an argument. The kernel compares 64 bits, though many calls look at 32 only: a condition on an int wants
--- the mask 0xffffffff, or bits above will get around it.
---@class sec.SeccompArg
---@field index integer the argument, from 0 as in OCI profiles
---@field op? "eq"|"ne"|"lt"|"le"|"gt"|"ge" default "eq"; the numbers are unsigned
---@field value integer|string a number, or a text such as "0xffffffff00000000"
---@field mask? integer|string only these bits of the argument are looked at

---@class sec.SeccompRule
---@field names string|string[] system calls; those that an architecture does not have are passed over there
---@field action sec.SeccompAction
---@field errno? string|integer for the action "errno": "EACCES"
---@field args? sec.SeccompArg[] all must hold

--- A seccomp filter as data. The first rule that matches a call decides. Calls made through an interface that is not among
--- the architectures, such as those of 32-bit programs, kill the process.
---@class sec.SeccompProfile
---@field default sec.SeccompAction for calls that no rule matches
---@field errno? string|integer for the default "errno"
---@field rules? sec.SeccompRule[]
---@field architectures? ("x86_64"|"x86"|"aarch64"|"arm")[] default: that of the shell
---@field flags? ("log"|"spec_allow")[] of seccomp(2)

---@class sec.Profiles
---@field default sec.SeccompProfile for containers with sec.default_caps

--- Profiles that come along. `default` allows what programs in containers need and refuses kernel modules, kexec, keys,
--- io_uring, new namespaces, mounts, obsolete calls; the options called seccomp take it by name.
---
--- ```lua
--- local r = proc.run{"unshare", "--user", "true", seccomp = "default", capture = true}
--- assert(not r.ok)
--- assert(sec.seccomp_simulate(sec.profiles.default, "kexec_load") == "errno")
--- ```
---@type sec.Profiles
sec.profiles = {}

---@class sec.ConfineOptions
---@field no_new_privs? boolean set no_new_privs first; false takes sys_admin (default true)

--- Puts the shell under a seccomp filter, for ever. Filters add up: the strictest result counts. The filter holds for
--- Lua's own calls as well, and for the Go runtime's on this thread: it should refuse by "errno" rather than kill.
---
--- ```lua
--- proc.run{run = function()
---   sec.seccomp{default = "allow", rules = {{names = {"mkdir", "mkdirat"}, action = "errno", errno = "EROFS"}}}
---   local r = proc.run{"mkdir", "/tmp/x", capture = true}
---   assert(r.err:find("Read%-only"))
--- end}
--- ```
---@zh 为本 shell 安装 seccomp 过滤器；不可撤销。
---@param profile sec.SeccompProfile|"default"
---@param options? sec.ConfineOptions
---@errors EINVAL an unknown system call or action
---@errors EACCES neither no_new_privs nor sys_admin
---@source seccomp(2)
---@explain none a process changes only itself; setpriv --seccomp-filter starts a program under a compiled filter
function sec.seccomp(profile, options) end

---@class sec.NotifyOptions: proc.Options
---@field handler fun(call: sec.Notification): boolean|string|integer|nil decides about a call
---@field syscalls? string|string[] calls to ask about; all others are allowed
---@field profile? sec.SeccompProfile instead of `syscalls`: calls with the action "notify" are asked about

--- Runs a command or a function to its end, and asks a handler about some of its system calls while they wait. The handler
--- runs in the shell, with the shell's rights. What it returns becomes of the call:
---
--- - nothing, true or "continue": the kernel carries it out;
--- - false, or an error's name such as "EACCES": it fails;
--- - a number: it returns that number, and nothing happens.
---
--- An error in the handler ends the process and is raised. What "continue" lets through may differ from what the handler saw:
--- the program can change its memory in between. Use it to watch and to emulate; to forbid, refuse. Calls that processes
--- still make after the first one has ended fail with ENOSYS. The result is that of proc.run.
---
--- ```lua
--- local asked = {}
--- local r = sec.seccomp_notify{"mkdir", "/tmp/a", "/tmp/b", syscalls = {"mkdir", "mkdirat"}, capture = true,
---   handler = function(call)
---     local path = call:string(call.syscall == "mkdir" and 1 or 2)
---     asked[#asked + 1] = path
---     return path == "/tmp/a" or "EROFS"
---   end}
--- assert(r.code == 1 and table.concat(asked, " ") == "/tmp/a /tmp/b")
--- assert(fs.exists("/tmp/a") and not fs.exists("/tmp/b"))
--- fs.remove("/tmp/a")
--- ```
---@zh 运行命令或函数，由 Lua 处理函数裁决其系统调用。
---@param command sec.NotifyOptions
---@return proc.Status status
---@errors EINVAL an unknown system call
---@errors ENOENT the command was not found
---@errors EBUSY a filter with a listener is in place already
---@source seccomp(2), seccomp_unotify(2)
---@explain none strace --inject tampers with calls in a like way, by ptrace(2)
function sec.seccomp_notify(command) end

--- A system call that waits for the handler's answer. It can be asked until the handler returns.
---@class sec.Notification
---@field pid integer the calling thread, as seen from the shell; 0 if it is in a pid namespace out of sight
---@field syscall string its name, or its number if it has none here
---@field architecture string "x86_64"
---@field args (integer|string)[] six words, the first is args[1]; what a number can't hold exactly is a string
local Notification = {}

--- Reads the text that an argument points to, at most 4096 bytes.
---
--- ```lua
--- sec.seccomp_notify{"chmod", "600", "/tmp", syscalls = {"chmod", "fchmodat", "fchmodat2"}, handler = function(call)
---   assert(call:string(call.syscall == "chmod" and 1 or 2) == "/tmp")
---   return 0
--- end}
--- ```
---@param index integer the argument, from 1 as in `args`
---@return string text
---@errors EFAULT the argument is no address
---@errors EPERM the shell may not trace the process
---@errors ENOENT the process has been killed meanwhile
---@source process_vm_readv(2)
---@explain passive none the memory of a stopped program is for debuggers such as gdb(1)
function Notification:string(index) end

--- Reads bytes from where an argument points to; fewer where the memory ends.
---
--- ```lua
--- sec.seccomp_notify{"sh", "-c", "cd /", syscalls = "chdir", handler = function(call)
---   assert(call:read(1, 1) == "/")
--- end}
--- ```
---@param index integer the argument, from 1 as in `args`
---@param size integer at most 1048576
---@return string bytes
---@errors EFAULT the argument is no address
---@errors EPERM the shell may not trace the process
---@errors ENOENT the process has been killed meanwhile
---@source process_vm_readv(2)
---@explain passive none the memory of a stopped program is for debuggers such as gdb(1)
function Notification:read(index, size) end

---@class sec.SimulateOptions
---@field args? (integer|string)[] up to six words; 0 if left out
---@field architecture? "x86_64"|"x86"|"aarch64"|"arm" default: that of the shell

--- Tells what a profile's filter makes of a system call, without the kernel: the compiled program runs in a BPF machine.
---
--- ```lua
--- local profile = {default = "allow", rules = {
---   {names = "socket", action = "errno", errno = "EACCES", args = {{index = 0, value = 16, mask = 0xffffffff}}}}}
--- local action, errno = sec.seccomp_simulate(profile, "socket", {args = {16, 3, 0}})
--- assert(action == "errno" and errno == "EACCES")
--- assert(sec.seccomp_simulate(profile, "socket", {args = {2, 1, 0}}) == "allow")
--- ```
---@zh 不经内核，模拟过滤器对某个系统调用的裁决。
---@param profile sec.SeccompProfile|"default"
---@param syscall string
---@param options? sec.SimulateOptions
---@return sec.SeccompAction action
---@return string? errno # of the action "errno"
---@errors EINVAL an unknown system call
---@source seccomp(2)
---@explain passive none libseccomp's scmp_bpf_sim does this for filters in a file
function sec.seccomp_simulate(profile, syscall, options) end

--- Shows the BPF program of a profile, an instruction an item. A call's number is found by binary search.
---
--- ```lua
--- local program = sec.seccomp_listing{default = "allow", rules = {{names = "reboot", action = "errno"}}}
--- assert(program[1] == "ld [4]")
--- print(table.concat(program, "\n"))
--- ```
---@zh 列出配置编译后的 BPF 指令。
---@param profile sec.SeccompProfile|"default"
---@return string[] instructions
---@errors EINVAL an unknown system call or action
---@source seccomp(2)
---@explain passive none libseccomp's scmp_bpf_disasm does this for filters in a file
function sec.seccomp_listing(profile) end

--- The actions that this kernel knows, the strictest first.
---
--- ```lua
--- for _, action in ipairs(sec.seccomp_actions()) do print(action) end
--- ```
---@zh 本内核支持的 seccomp 动作。
---@return sec.SeccompAction[] actions
---@source seccomp(2), /proc/sys/kernel/seccomp/actions_avail
---@explain passive cat /proc/sys/kernel/seccomp/actions_avail
function sec.seccomp_actions() end

--- The default profile for programs that keep the given capabilities: each opens the system calls that it is about.
---
--- ```lua
--- assert(sec.seccomp_simulate(sec.default_profile(), "mount") == "errno")
--- assert(sec.seccomp_simulate(sec.default_profile{"sys_admin"}, "mount") == "allow")
--- ```
---@zh 为保留指定能力的程序生成默认 seccomp 配置。
---@param caps? sec.Cap[] default: sec.default_caps
---@return sec.SeccompProfile profile
---@source seccomp(2)
---@explain passive none the table is data: print it
function sec.default_profile(caps) end

--- The system calls of an architecture and their numbers.
---
--- ```lua
--- assert(sec.syscalls("x86_64").mkdir == 83)
--- assert(sec.syscalls("aarch64").mkdir == nil)
--- ```
---@zh 某架构的系统调用名称与编号。
---@param architecture? "x86_64"|"x86"|"aarch64"|"arm" default: that of the shell
---@return table<string, integer> numbers
---@source syscalls(2)
---@explain passive none ausyscall --dump of the audit tools prints such a table
function sec.syscalls(architecture) end

---@class sec.LandlockPorts
---@field bind? integer[] ports that TCP sockets may be bound to
---@field connect? integer[] ports that TCP sockets may connect to

--- What stays allowed. Each kind that is named here is forbidden elsewhere: with any of read, write, execute and ioctl, all
--- access to files but what these four list; with tcp, all TCP ports but the listed; with scope, what it names.
--- A path means the file, or the directory and all below it.
---@class sec.LandlockRules
---@field read? Path[] read files and list directories
---@field write? Path[] write and truncate files; make, remove, rename and link what is in directories
---@field execute? Path[] execute programs, and read: their libraries have to be among them
---@field ioctl? Path[] ioctl(2) on devices (Linux 6.10; before that all are allowed)
---@field tcp? sec.LandlockPorts an empty table forbids TCP (Linux 6.7)
---@field scope? ("abstract_unix_socket"|"signal")[] do not reach processes outside that way (Linux 6.12)

--- Puts the shell under Landlock rules, for ever. Rules add up: what one set forbids no other gives back. Open files stay
--- usable. Kinds of file access that the kernel is too old to know are not restricted.
---
--- ```lua
--- proc.run{run = function()
---   sec.landlock{read = {"/usr", "/lib", "/lib64", "/bin", "/proc"}, execute = {"/usr", "/lib", "/lib64", "/bin"}, write = {"/tmp"}}
---   fs.write("/tmp/note", "fine")
---   local ok, e = pcall(fs.read, "/etc/passwd")
---   assert(not ok and e.code == "EACCES")
---   fs.remove("/tmp/note")
--- end}
--- ```
---@zh 为本 shell 施加 Landlock 规则；不可撤销。
---@param rules sec.LandlockRules
---@param options? sec.ConfineOptions
---@errors ENOENT a path does not exist
---@errors EOPNOTSUPP the kernel has no Landlock, or is too old for tcp or scope
---@errors EPERM neither no_new_privs nor sys_admin
---@source landlock(7), landlock_restrict_self(2)
---@explain none a process changes only itself; setpriv --landlock-access and --landlock-rule start a program so
function sec.landlock(rules, options) end

--- The version of the kernel's Landlock: 1 files, 2 renames across directories, 3 truncate, 4 TCP, 5 ioctl, 6 scopes, 7 audit.
---
--- ```lua
--- print("Landlock ABI", sec.landlock_abi())
--- ```
---@zh 内核 Landlock 的 ABI 版本；0 表示没有。
---@return integer abi # 0: there is none
---@source landlock_create_ruleset(2)
---@explain passive none there is no command for it
function sec.landlock_abi() end

---@class sec.Key
---@field id integer
---@field type? string "keyring", "user"…; it and what follows are missing if the shell may not see the key
---@field description? string
---@field uid? integer
---@field gid? integer
---@field perm? string rights in hexadecimal, see keyctl_setperm(3)

---@class sec.Keyring: sec.Key
---@field keys sec.Key[] what is in it

--- Describes one of the shell's keyrings.
---
--- ```lua
--- sec.join_keyring("lab")
--- assert(sec.keyring().description == "lab" and #sec.keyring().keys == 0)
--- ```
---@zh 查看本 shell 的密钥环。
---@param which? "session"|"process"|"thread"|"user"|"user_session" default "session"
---@return sec.Keyring ring
---@errors ENOKEY there is none of that kind
---@source keyctl(2), keyrings(7)
---@explain passive keyctl show
function sec.keyring(which) end

--- Gives the shell a new session keyring, which what it starts inherits: keys of the old one are out of its reach.
--- With the name of a keyring that exists it joins that, if it may.
---
--- ```lua
--- local id = sec.join_keyring()
--- assert(sec.keyring().id == id and sec.keyring().description == "_ses")
--- ```
---@zh 创建（或按名加入）会话密钥环。
---@param name? string default: a new one without a name of its own
---@return integer id
---@errors EACCES the keyring exists and may not be joined
---@errors EDQUOT the user has too many keys
---@source keyctl_join_session_keyring(3), session-keyring(7)
---@explain keyctl new_session[ {name}]
function sec.join_keyring(name) end

---@class sec.LSM
---@field modules? string[] in the order in which they are asked; missing if nothing tells
---@field label? string of the process: an AppArmor profile or an SELinux context; missing without such a module
---@field lockdown? string "none", "integrity" or "confidentiality"; missing if securityfs is not mounted

--- Reports the kernel's security modules and the label that they have on the shell or a process.
---
--- ```lua
--- local l = sec.lsm()
--- print(table.concat(l.modules or {}, " "), l.label or "no label", l.lockdown or "?")
--- ```
---@zh 内核启用的安全模块，以及进程的安全标签。
---@param pid? integer default: the shell
---@return sec.LSM report
---@errors ESRCH there is no such process
---@source lsm_list_modules(2), /sys/kernel/security/lsm, /proc/PID/attr/current
---@explain passive cat /sys/kernel/security/lsm
function sec.lsm(pid) end
