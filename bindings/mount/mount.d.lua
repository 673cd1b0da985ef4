---@meta mount

--- Mounts: make, change, move, remove and list them.
---
--- Every call acts on the mount namespace the shell is in. A mount is complete, with all its flags, before it is
--- attached: nobody sees a read-only one writable for an instant. It goes when the scope ends that it was made in,
--- unless `keep()` takes it out or `mount.umount` is first.
---
--- ```lua
--- mount.tmpfs("/tmp/work", {size = "64M", mkdir = true})
--- mount.bind("/usr", "/tmp/work/usr", {mkdir = true, readonly = true, recursive = true})
--- print(mount.tree{under = "/tmp/work"})
--- ```
---
--- Paths are resolved by the kernel, from the working directory. With the option `root` they are resolved inside that
--- directory instead, and nothing in it leads out: neither `..`, nor a symbolic link, nor a rename while it goes on.
---
--- A mount made below a *shared* mount shows up at every peer of it. A new namespace of the shell's own starts private.
---@source mount(2), mount_namespaces(7)
mount = {}

---@alias mount.Propagation
---| "private" # sends and receives nothing
---| "shared" # mounts and umounts below it happen at all its peers too
---| "slave" # receives from its former peers, and sends nothing
---| "unbindable" # private, and can't be the source of a bind

--- Options of a file system, as fsconfig(2) takes them: `"size=1M,huge=always"`, `{"ro", "size=1M"}` or
--- `{size = "1M", ro = true}`. In the last form a value may have a comma in it.
---@alias mount.FSOptions string|string[]|table<string, string|number|boolean>

--- Flags of a mount: true sets one, false clears it.
---@class mount.Flags
---@field readonly? boolean writes are refused
---@field nosuid? boolean set-user-id bits and file capabilities have no effect
---@field nodev? boolean devices can't be opened
---@field noexec? boolean programs can't be run
---@field nosymfollow? boolean symbolic links are not followed
---@field relatime? boolean access times are kept roughly: the kernel's default
---@field noatime? boolean access times are not kept
---@field strictatime? boolean access times are kept exactly
---@field nodiratime? boolean access times of directories are not kept

--- What every function that makes a mount understands.
---@class mount.Options : mount.Flags
---@field root? string `target` is resolved inside this directory
---@field mkdir? boolean make the mount point if it is missing; it goes with the mount
---@field propagation? mount.Propagation what it shares; by default what the mount it is on does
---@field beneath? boolean attach it under the mount that is at `target`, which then hides it (Linux 6.5)

--- A mount that this shell has made. It stands for the mount wherever that is moved to.
---@class mount.Mount
---@field id integer the kernel's number for it, unique since Linux 6.15
---@field target string where it was attached
local Mount = {}

--- Removes the mount.
---
--- ```lua
--- local m = mount.tmpfs("/tmp/x", {mkdir = true})
--- m:umount()
--- ```
---@zh 卸载。
---@param options? {lazy?: boolean, force?: boolean, recursive?: boolean} as for mount.umount
---@errors EBUSY in use; the hint says by whom
---@errors ENOENT it is gone, or in another mount namespace
---@source umount2(2)
---@explain umount {lazy?-l} {force?-f} {recursive?-R} {self}
---@see mount.umount
function Mount:umount(options) end

--- Tells where the mount is attached now.
---
--- ```lua
--- local m = mount.tmpfs("/tmp/x", {mkdir = true})
--- mount.tmpfs("/tmp/y/z", {mkdir = true})
--- mount.move("/tmp/x", "/tmp/y/z")
--- assert(m:where() == "/tmp/y/z")
--- ```
---@zh 返回当前挂载位置。
---@return string path # as seen from the shell's root directory
---@errors ENOENT it is gone, in another mount namespace, or out of reach
---@source statmount(2)
---@explain passive findmnt -o TARGET {self}
function Mount:where() end

---@class mount.BindOptions : mount.Options
---@field recursive? boolean also what is mounted below `source`; in a user namespace often the only way
---@field source_root? string `source` is resolved inside this directory
---@field idmap? ns.Namespace|mount.IDMap files show other owners than they have: by the maps of a user namespace, or these

--- Maps of owners: lines {on disk, shown, count}.
---@class mount.IDMap
---@field uid_map? integer[]|integer[][]
---@field gid_map? integer[]|integer[][]

--- Makes the tree at `source` also visible at `target`.
---
--- ```lua
--- mount.bind("/etc", "/tmp/etc", {mkdir = true, readonly = true, nosuid = true, recursive = true})
--- assert(io.open("/tmp/etc/passwd"))
--- assert(not io.open("/tmp/etc/new", "w"))
--- ```
---
--- A file can be bound to a file:
--- ```lua
--- mount.bind("/etc/passwd", "/tmp/file", {mkdir = true})
--- ```
---
--- Files of user 0 shown as user 1000's:
--- ```lua root needs=linux-6.3
--- mount.tmpfs("/tmp/disk", {mkdir = true})
--- mount.bind("/tmp/disk", "/tmp/seen", {mkdir = true, idmap = {uid_map = {0, 1000, 1}, gid_map = {0, 1000, 1}}})
--- ```
---@zh 让 `source` 处的目录树也出现在 `target` 处。
---@param source string
---@param target string an existing directory, or a file if `source` is one
---@param options? mount.BindOptions
---@return mount.Mount
---@errors ENOENT `source` or `target` does not exist
---@errors EINVAL in a user namespace: mounts below `source` can't be left out; or `source` is unbindable, or the file system knows no id maps
---@errors EPERM no CAP_SYS_ADMIN over the mount namespace
---@source open_tree(2), mount_setattr(2), move_mount(2)
---@explain {mkdir?mkdir -p [{root}]{target}}
---@explain mount {recursive?--rbind|--bind}[ -o {,{readonly?ro} {nosuid} {nodev} {noexec} {nosymfollow} {relatime} {noatime} {strictatime} {nodiratime} X-mount.idmap={idmap}}] [{source_root}]{source} [{root}]{target}
---@explain {propagation?mount --make-{propagation} [{root}]{target}}
---@explain undo {made=mount point*?rmdir {made:thing}|umount {recursive?-R} {made:thing} 2> /dev/null \|\| umount {recursive?-R} -l {made:thing}}
function mount.bind(source, target, options) end

---@class mount.TmpfsOptions : mount.Options
---@field size? Size limit of the contents, also as "50%" of the memory; default half of the memory
---@field nr_inodes? integer limit of the number of files
---@field mode? Mode of its root directory; default "1777"
---@field uid? integer owner of its root directory
---@field gid? integer group of its root directory
---@field huge? "never"|"always"|"within_size"|"advise" huge pages
---@field noswap? boolean never swapped out (Linux 6.4)

--- Mounts an empty file system in memory.
---
--- ```lua
--- mount.tmpfs("/tmp/scratch", {size = "16M", mode = "0700", mkdir = true})
--- ```
---@zh 挂载一个空的内存文件系统。
---@param target string
---@param options? mount.TmpfsOptions
---@return mount.Mount
---@errors EINVAL an option the kernel does not take; the message says what it makes of it
---@errors EPERM no CAP_SYS_ADMIN over the mount namespace
---@source tmpfs(5), fsopen(2)
---@explain {mkdir?mkdir -p [{root}]{target}}
---@explain mount -t tmpfs[ -o {,{readonly?ro} {nosuid} {nodev} {noexec} {nosymfollow} {relatime} {noatime} {strictatime} {nodiratime} size={size:size} nr_inodes={nr_inodes} mode={mode} uid={uid} gid={gid} huge={huge} {noswap}}] tmpfs [{root}]{target}
---@explain {propagation?mount --make-{propagation} [{root}]{target}}
---@explain undo {made=mount point*?rmdir {made:thing}|umount {made:thing} 2> /dev/null \|\| umount -l {made:thing}}
function mount.tmpfs(target, options) end

---@class mount.ProcOptions : mount.Options
---@field hidepid? "off"|"noaccess"|"invisible"|"ptraceable" what users see of the processes of others
---@field gid? integer group that `hidepid` leaves out
---@field subset? "pid" show processes and nothing else

--- Mounts a view of the processes in the shell's pid namespace.
---
--- ```lua
--- mount.proc("/tmp/p", {mkdir = true, subset = "pid"})
--- assert(io.open("/tmp/p/self/status") and not io.open("/tmp/p/meminfo"))
--- ```
---
--- In a user namespace the kernel wants two things: a pid namespace made together with it, and a /proc in sight that
--- nothing is mounted over.
---@zh 挂载当前 pid 命名空间的进程视图。
---@param target string
---@param options? mount.ProcOptions
---@return mount.Mount
---@errors EPERM in a user namespace: the pid namespace is someone else's, or the mount would be too revealing
---@source proc(5)
---@explain {mkdir?mkdir -p [{root}]{target}}
---@explain mount -t proc[ -o {,{readonly?ro} {nosuid} {nodev} {noexec} {nosymfollow} {relatime} {noatime} {strictatime} {nodiratime} hidepid={hidepid} gid={gid} subset={subset}}] proc [{root}]{target}
---@explain {propagation?mount --make-{propagation} [{root}]{target}}
---@explain undo {made=mount point*?rmdir {made:thing}|umount {made:thing} 2> /dev/null \|\| umount -l {made:thing}}
function mount.proc(target, options) end

--- Mounts a view of the kernel's devices and of the links in the shell's network namespace.
---
--- ```lua
--- mount.sysfs("/tmp/sys", {mkdir = true, readonly = true})
--- assert(io.open("/tmp/sys/class/net/lo/address"))
--- ```
---@zh 挂载内核设备和当前网络命名空间链路的视图。
---@param target string
---@param options? mount.Options
---@return mount.Mount
---@errors EPERM in a user namespace: the network namespace is someone else's, or the mount would be too revealing
---@source sysfs(5)
---@explain {mkdir?mkdir -p [{root}]{target}}
---@explain mount -t sysfs[ -o {,{readonly?ro} {nosuid} {nodev} {noexec} {nosymfollow} {relatime} {noatime} {strictatime} {nodiratime}}] sysfs [{root}]{target}
---@explain {propagation?mount --make-{propagation} [{root}]{target}}
---@explain undo {made=mount point*?rmdir {made:thing}|umount {made:thing} 2> /dev/null \|\| umount -l {made:thing}}
function mount.sysfs(target, options) end

---@class mount.DevptsOptions : mount.Options
---@field ptmxmode? Mode of the file ptmx in it; default "0666"
---@field mode? Mode of new terminals
---@field uid? integer owner of new terminals
---@field gid? integer group of new terminals, 5 by custom
---@field max? integer limit of the number of terminals

--- Mounts a set of pseudo-terminals that is apart from all others.
---
--- ```lua
--- mount.devpts("/tmp/pts", {mkdir = true, mode = "0620"})
--- assert(io.open("/tmp/pts/ptmx", "r+"))
--- ```
---@zh 挂载一套独立的伪终端。
---@param target string
---@param options? mount.DevptsOptions
---@return mount.Mount
---@errors EINVAL a `uid` or `gid` that the user namespace does not map
---@source pts(4)
---@explain {mkdir?mkdir -p [{root}]{target}}
---@explain mount -t devpts -o {,newinstance {readonly?ro} {nosuid} {nodev} {noexec} {nosymfollow} {relatime} {noatime} {strictatime} {nodiratime} {ptmxmode?ptmxmode={ptmxmode}|ptmxmode=666} mode={mode} uid={uid} gid={gid} max={max}} devpts [{root}]{target}
---@explain {propagation?mount --make-{propagation} [{root}]{target}}
---@explain undo {made=mount point*?rmdir {made:thing}|umount {made:thing} 2> /dev/null \|\| umount -l {made:thing}}
function mount.devpts(target, options) end

--- Mounts the POSIX message queues of the shell's IPC namespace.
---
--- ```lua
--- mount.mqueue("/tmp/mq", {mkdir = true})
--- ```
---@zh 挂载当前 IPC 命名空间的 POSIX 消息队列。
---@param target string
---@param options? mount.Options
---@return mount.Mount
---@errors EPERM in a user namespace: the IPC namespace is someone else's
---@source mq_overview(7)
---@explain {mkdir?mkdir -p [{root}]{target}}
---@explain mount -t mqueue[ -o {,{readonly?ro} {nosuid} {nodev} {noexec} {nosymfollow} {relatime} {noatime} {strictatime} {nodiratime}}] mqueue [{root}]{target}
---@explain {propagation?mount --make-{propagation} [{root}]{target}}
---@explain undo {made=mount point*?rmdir {made:thing}|umount {made:thing} 2> /dev/null \|\| umount -l {made:thing}}
function mount.mqueue(target, options) end

---@class mount.CgroupOptions : mount.Options
---@field controllers? string|string[] the version 1 hierarchy that has them; without it and `name`: version 2
---@field name? string the version 1 hierarchy of this name, with no controller
---@field nsdelegate? boolean cgroup namespaces are borders of delegation (version 2, the first namespace only)

--- Mounts a control group hierarchy, from the root of the shell's cgroup namespace.
---
--- ```lua
--- mount.cgroup("/tmp/cg", {mkdir = true})
--- assert(io.open("/tmp/cg/cgroup.procs"))
--- ```
---@zh 挂载 cgroup 层级，从当前 cgroup 命名空间的根开始。
---@param target string
---@param options? mount.CgroupOptions
---@return mount.Mount
---@errors EPERM in a user namespace: the cgroup namespace is someone else's
---@errors EBUSY (version 1) a controller is on another hierarchy
---@source cgroups(7)
---@explain {mkdir?mkdir -p [{root}]{target}}
---@explain mount -t {controllers?cgroup|{name?cgroup|cgroup2}}[ -o {,{readonly?ro} {nosuid} {nodev} {noexec} {nosymfollow} {relatime} {noatime} {strictatime} {nodiratime} {nsdelegate} {controllers} {name?none} name={name}}] cgroup [{root}]{target}
---@explain {propagation?mount --make-{propagation} [{root}]{target}}
---@explain undo {made=mount point*?rmdir {made:thing}|umount {made:thing} 2> /dev/null \|\| umount -l {made:thing}}
function mount.cgroup(target, options) end

---@class mount.OverlayOptions : mount.Options
---@field lower string|string[] read-only layers, topmost first
---@field data? string|string[] layers below them, for the contents of files that they only name (Linux 6.8)
---@field upper? string the layer that takes the writes; without it the overlay is read-only and needs two lower layers
---@field work? string an empty directory on the mount of `upper`
---@field userxattr? boolean keep marks in user.overlay.* attributes; on by itself in a user namespace
---@field volatile? boolean skip fsync: faster, and after a crash of the system the upper layer is of no more use
---@field index? "on"|"off"
---@field redirect_dir? "on"|"off"|"follow"|"nofollow"
---@field metacopy? "on"|"off"
---@field xino? "on"|"off"|"auto"
---@field nfs_export? "on"|"off"
---@field options? mount.FSOptions others

--- Lays directories over one another. Any path will do as a layer, whatever characters are in it.
---
--- ```lua needs=overlay
--- mount.tmpfs("/tmp/layer", {mkdir = true})
--- fs.mkdir("/tmp/layer/upper")
--- fs.mkdir("/tmp/layer/work")
--- mount.overlay("/tmp/merged", {lower = "/etc", upper = "/tmp/layer/upper", work = "/tmp/layer/work", mkdir = true})
--- io.open("/tmp/merged/new", "w"):close()
--- assert(io.open("/tmp/layer/upper/new") and not io.open("/etc/new"))
--- ```
---@zh 把多个目录叠加成一个。
---@param target string
---@param options mount.OverlayOptions
---@return mount.Mount
---@errors EINVAL the layers do not fit together; the hint says how
---@errors ESTALE `upper` was used with other lower layers before
---@errors EPERM in a user namespace before Linux 5.11
---@source mount(8)
---@explain {mkdir?mkdir -p [{root}]{target}}
---@explain mount -t overlay -o {,{readonly?ro} {nosuid} {nodev} {noexec} {nosymfollow} {relatime} {noatime} {strictatime} {nodiratime} lowerdir={lower:layers} upperdir={upper} workdir={work} {userxattr} {volatile} index={index} redirect_dir={redirect_dir} metacopy={metacopy} xino={xino} nfs_export={nfs_export} {options.options}} overlay [{root}]{target}
---@explain {propagation?mount --make-{propagation} [{root}]{target}}
---@explain undo {made=mount point*?rmdir {made:thing}|umount {made:thing} 2> /dev/null \|\| umount -l {made:thing}}
function mount.overlay(target, options) end

---@class mount.ImageOptions : mount.Options
---@field type? "auto"|"squashfs"|"ext4"|"erofs"|"xfs"|"btrfs"|"iso9660" default "auto": by the mark in the file
---@field offset? Size where in the file it begins
---@field sizelimit? Size how much of the file it may use
---@field options? mount.FSOptions others

--- Mounts the file system in a file, through a loop device that goes with the mount.
---
--- ```lua root norun
--- mount.image("rootfs.squashfs", "/mnt")
--- ```
---@zh 通过 loop 设备挂载文件中的文件系统。
---@param source string the file
---@param target string
---@param options? mount.ImageOptions
---@return mount.Mount
---@errors EINVAL no known file system is in it
---@errors EPERM in a user namespace: loop devices belong to the system's root
---@source loop(4)
---@explain {mkdir?mkdir -p [{root}]{target}}
---@explain mount{type=auto?|[ -t {type}]} -o {,loop {readonly?ro} {nosuid} {nodev} {noexec} {nosymfollow} {relatime} {noatime} {strictatime} {nodiratime} offset={offset:bytes} sizelimit={sizelimit:bytes} {options.options}} {source} [{root}]{target}
---@explain {propagation?mount --make-{propagation} [{root}]{target}}
---@explain undo {made=mount point*?rmdir {made:thing}|umount {made:thing} 2> /dev/null \|\| umount -l {made:thing}}
function mount.image(source, target, options) end

---@class mount.MountOptions : mount.Options
---@field target string
---@field type string as in /proc/filesystems
---@field source? string a device, a server, or a free text; default the type
---@field options? mount.FSOptions of the file system

--- Mounts any file system.
---
--- ```lua
--- mount.mount{type = "ramfs", target = "/tmp/ram", mkdir = true, nosuid = true, options = {mode = "700"}}
--- ```
---@zh 挂载任意文件系统。
---@param options mount.MountOptions
---@return mount.Mount
---@errors ENODEV the kernel has no file system of this type
---@errors EINVAL an option it does not take; the message says what it makes of it
---@errors EPERM no CAP_SYS_ADMIN, or not a type for user namespaces
---@source fsopen(2), fsconfig(2), fsmount(2)
---@explain {mkdir?mkdir -p [{root}]{target}}
---@explain mount -t {type}[ -o {,{readonly?ro} {nosuid} {nodev} {noexec} {nosymfollow} {relatime} {noatime} {strictatime} {nodiratime} {options.options}}] {source?{source}|{type}} [{root}]{target}
---@explain {propagation?mount --make-{propagation} [{root}]{target}}
---@explain undo {made=mount point*?rmdir {made:thing}|umount {made:thing} 2> /dev/null \|\| umount -l {made:thing}}
function mount.mount(options) end

--- Hides paths: a directory under an empty read-only one, a file under /dev/null. What does not exist is left out.
---
--- ```lua
--- mount.mask({"/proc/kcore", "/proc/keys", "/no/such/file"})
--- assert(io.open("/proc/keys"):read("*a") == "")
--- ```
---@zh 遮盖路径：目录变为空的只读目录，文件变为 /dev/null。
---@param paths string|string[]
---@param options? {root?: string} the paths are resolved inside this directory
---@return mount.Mount[]
---@errors ENODEV /dev/null is not the null device
---@source mount_namespaces(7)
---@explain mount --bind /dev/null [{root}]{paths*}
---@explain script if test -d [{root}]{paths*}; then mount -t tmpfs -o ro,size=0 tmpfs [{root}]{paths*}; elif test -e [{root}]{paths*}; then mount --bind /dev/null [{root}]{paths*}; fi
---@explain undo umount {made:thing} 2> /dev/null || umount -l {made:thing}
function mount.mask(paths, options) end

--- Makes trees read-only, with what is mounted in them, by a bind of each onto itself. What does not exist is left out.
---
--- ```lua
--- mount.readonly({"/proc/sys", "/etc"})
--- assert(not io.open("/etc/new", "w"))
--- ```
---@zh 使目录树只读。
---@param paths string|string[]
---@param options? {root?: string} the paths are resolved inside this directory
---@return mount.Mount[]
---@errors EPERM no CAP_SYS_ADMIN over the mount namespace
---@source mount_setattr(2)
---@explain mount --rbind [{root}]{paths*} [{root}]{paths*}
---@explain mount -o remount,bind,ro [{root}]{paths*}
---@explain script if test -e [{root}]{paths*}; then mount --rbind [{root}]{paths*} [{root}]{paths*} && mount -o remount,bind,ro [{root}]{paths*}; fi
---@explain undo umount -R {made:thing} 2> /dev/null || umount -R -l {made:thing}
function mount.readonly(paths, options) end

---@class mount.UmountOptions
---@field lazy? boolean take it out of the tree now, with what is below it; it goes when nobody uses it any more
---@field force? boolean give up requests under way (network file systems, FUSE)
---@field recursive? boolean first what is mounted below
---@field nofollow? boolean refuse a symbolic link at the end of the path; default true
---@field root? string `target` is resolved inside this directory

--- Removes the topmost mount at a place.
---
--- ```lua
--- mount.tmpfs("/tmp/x", {mkdir = true})
--- mount.tmpfs("/tmp/x/y", {mkdir = true})
--- mount.umount("/tmp/x", {recursive = true})
--- ```
---@zh 卸载某处最上层的挂载。
---@param target string
---@param options? mount.UmountOptions
---@errors EBUSY in use; the hint says by whom
---@errors EINVAL not a mount point; or locked, in a user namespace
---@errors ENOENT there is nothing at `target`
---@source umount2(2)
---@explain umount {lazy?-l} {force?-f} {recursive?-R} [{root}]{target}
function mount.umount(target, options) end

---@class mount.RemountOptions : mount.Flags
---@field recursive? boolean the flags also of what is mounted below
---@field options? mount.FSOptions of the file system, which all its mounts show
---@field root? string `target` is resolved inside this directory

--- Changes flags of a mount and options of its file system. Only those that are given change. It is not undone.
---
--- ```lua
--- mount.tmpfs("/tmp/x", {mkdir = true, size = "1M"})
--- mount.remount("/tmp/x", {noexec = true, options = {size = "2M"}})
--- assert(mount.find("/tmp/x").options.noexec)
--- ```
---@zh 修改挂载的标志和文件系统的选项，只改给出的。
---@param target string a mount point
---@param options mount.RemountOptions
---@errors EINVAL not a mount point
---@errors EPERM no CAP_SYS_ADMIN; or the flag is locked, in a user namespace
---@source mount_setattr(2), fspick(2)
---@explain [mount -o remount,bind,{,{readonly?ro} {nosuid} {nodev} {noexec} {nosymfollow} {relatime} {noatime} {strictatime} {nodiratime} {readonly=false?rw} {nosuid=false?suid} {nodev=false?dev} {noexec=false?exec}} [{root}]{target}]
---@explain [mount -o remount,{,{options.options}} [{root}]{target}]
function mount.remount(target, options) end

--- Changes what a mount shares with others. It is not undone.
---
--- ```lua
--- mount.tmpfs("/tmp/x", {mkdir = true})
--- mount.propagation("/tmp/x", "shared")
--- assert(mount.find("/tmp/x").propagation == "shared")
--- ```
---@zh 修改挂载的传播类型。
---@param target string a mount point
---@param type mount.Propagation
---@param options? {recursive?: boolean, root?: string} `recursive`: also what is mounted below
---@errors EINVAL not a mount point
---@errors EPERM no CAP_SYS_ADMIN over the mount namespace
---@source mount_setattr(2), mount_namespaces(7)
---@explain mount --make-{recursive?r}{type} [{root}]{target}
function mount.propagation(target, type, options) end

--- Moves a mount, with what is mounted below it.
---
--- With `beneath` (Linux 6.5) it goes under the mount that is at `to`: umount that one, and the new one is there, without a moment
--- in between that has neither.
---
--- ```lua needs=linux-6.5
--- local old = mount.tmpfs("/tmp/app", {mkdir = true})
--- mount.tmpfs("/tmp/next", {mkdir = true})
--- mount.move("/tmp/next", "/tmp/app", {beneath = true})
--- old:umount()
--- ```
---@zh 移动挂载及其下的挂载。
---@param from string a mount point
---@param to string
---@param options? {beneath?: boolean, root?: string} `root`: both paths are resolved inside this directory
---@errors EINVAL the mount that `from` is on is shared; or no mount is at `to`, for `beneath`
---@errors ELOOP `to` is below `from`
---@source move_mount(2)
---@explain mount --move {beneath?--beneath} [{root}]{from} [{root}]{to}
---@explain renames [{root}]{from} [{root}]{to}
function mount.move(from, to, options) end

--- Makes a mount the root of the mount namespace. The working directory becomes `/`.
---
--- The old root, with all that is mounted below it, is then at `put_old`; without one it is gone. Where other
--- processes have the old root as theirs they go along.
---
--- ```lua
--- ns.unshare("mnt")
--- mount.tmpfs("/tmp/root", {mkdir = true})
--- mount.bind("/proc", "/tmp/root/proc", {mkdir = true, recursive = true})
--- mount.pivot_root("/tmp/root")
--- assert(mount.list()[1].type == "tmpfs" and not io.open("/etc/passwd"))
--- ```
---@zh 把一个挂载变为挂载命名空间的根。
---@param new_root string a mount point
---@param put_old? string a directory at or below `new_root`
---@errors EINVAL `new_root` is not a mount point, or the mount it is on is shared; the hint says which
---@errors EBUSY `new_root` is the root already
---@errors EXDEV the working directory has stayed outside
---@source pivot_root(2)
---@explain {put_old?pivot_root {new_root} {put_old}|cd {new_root}}
---@explain {put_old?cd /|pivot_root . .}
---@explain {put_old?|umount -l . && cd /}
---@explain script {put_old?pivot_root {new_root} {put_old} && cd /|cd {new_root} && pivot_root . . && umount -l . && cd /}
function mount.pivot_root(new_root, put_old) end

--- Makes a directory the root directory and the working directory of the shell. Mounts stay as they are.
---
--- ```lua
--- mount.tmpfs("/tmp/root", {mkdir = true})
--- mount.chroot("/tmp/root")
--- assert(not io.open("/etc/passwd"))
--- ```
---@zh 改变 shell 的根目录和工作目录。
---@param path string
---@param options? {root?: string} `path` is resolved inside this directory
---@errors EPERM no CAP_SYS_CHROOT
---@source chroot(2)
---@explain chroot [{root}]{path}
---@explain script stop 'a shell cannot go into a new root directory and read on: chroot'
---@see mount.pivot_root
function mount.chroot(path, options) end

--- A mount, as /proc/PID/mountinfo describes it.
---@class mount.Info
---@field id integer as in mountinfo: given anew once the mount is gone
---@field parent integer the mount it is on
---@field target string where it is, from the root directory of the shell (or process)
---@field type string the file system's, with the subtype: "fuse.sshfs"
---@field source string
---@field root string the directory of the file system that is seen at `target`
---@field options table<string, true> flags of the mount
---@field super_options table<string, true|string|string[]> options of the file system
---@field propagation string "private", "unbindable", "shared", "slave" or "slave,shared"
---@field peer_group? integer number of the group it shares with
---@field master? integer number of the group it receives from
---@field propagate_from? integer number of the nearest group in sight that it receives from
---@field device string MAJOR:MINOR
---@field unique_id? integer never given anew (Linux 6.15)

---@class mount.Filter
---@field pid? integer the mounts of a process, as far as its root directory has them in reach
---@field ns? ns.Namespace the mounts of a namespace
---@field under? string those at or below a path
---@field type? string those of a file system type; "fuse" has all its subtypes

--- Lists mounts, each behind the one it is on.
---
--- ```lua
--- for _, m in ipairs(mount.list{type = "tmpfs"}) do print(m.target, m.super_options.size) end
--- ```
---@zh 列出挂载。
---@param filter? mount.Filter
---@return mount.Info[]
---@errors ESRCH no such process
---@errors EPERM no CAP_SYS_ADMIN over the namespace
---@source statmount(2), listmount(2), /proc/PID/mountinfo
---@explain passive findmnt --list[ --task {pid}][ --types {type}][ --submounts {under}]
function mount.list(filter) end

--- Draws mounts as a tree, one line each: where, what, type, flags, propagation.
---
--- ```lua
--- print(mount.tree())
--- ```
---@zh 把挂载画成树。
---@param filter? mount.Filter
---@return string text
---@source statmount(2), listmount(2), /proc/PID/mountinfo
---@explain passive findmnt[ --task {pid}][ --types {type}][ --submounts {under}]
function mount.tree(filter) end

--- Tells which mount a path is on.
---
--- ```lua
--- local m = mount.find("/proc/self")
--- assert(m.target == "/proc" and m.type == "proc")
--- ```
---@zh 查找路径所在的挂载。
---@param path string
---@param options? {root?: string} `path` is resolved inside this directory
---@return mount.Info
---@errors ENOENT no such path
---@source statx(2), statmount(2)
---@explain passive findmnt --target [{root}]{path}
function mount.find(path, options) end

---@class mount.Change
---@field change "added"|"removed"|"changed"
---@field target string
---@field before? mount.Info
---@field after? mount.Info

--- Compares the mounts of two namespaces, processes or lists by where they are.
---
--- ```lua
--- local before = mount.list()
--- mount.tmpfs("/tmp/x", {mkdir = true})
--- local d = mount.diff(before)
--- assert(#d == 1 and d[1].change == "added" and d[1].target == "/tmp/x")
--- ```
---@zh 比较两个命名空间、进程或列表的挂载。
---@param a ns.Namespace|integer|mount.Info[]
---@param b? ns.Namespace|integer|mount.Info[] default: the shell's own mounts
---@return mount.Change[]
---@errors ESRCH no such process
---@source statmount(2), /proc/PID/mountinfo
---@explain passive diff /proc/A/mountinfo /proc/B/mountinfo
function mount.diff(a, b) end
