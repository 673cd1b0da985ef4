---@meta

--- Files and trees of files.
---
--- Everything happens in the mount namespace of the shell, on the calling thread. Modes are strings in octal ("0755"), and a
--- mode that is given is exact: the umask counts only where none is. Directories that `fs.mkdir` makes go with their scope
--- if they are empty by then, temporary ones with all that is in them; what else is written stays.
---
--- ```lua
--- local dir = fs.tempdir()
--- fs.write(dir .. "/hello", "world\n")
--- print(fs.read(dir .. "/hello"), fs.stat(dir).mode)
--- ```
fs = {}

--- Whether a path leads to something. Symbolic links are followed: one that dangles does not exist.
---
--- ```lua
--- assert(fs.exists("/proc/self") and not fs.exists("/no/such/place"))
--- ```
---@zh 路径是否存在（跟随符号链接）。
---@param path Path
---@return boolean
---@errors EACCES a directory of the way can't be searched, so there is no telling
---@source stat(2)
---@explain passive test -e {path}
function fs.exists(path) end

---@class fs.ReadOptions
---@field offset? Size where to begin
---@field limit? Size how much to read at most

--- Reads a file: all of it, or a part.
---
--- From a FIFO it waits for a writer, and reads until the last one has gone; Ctrl-C ends that.
---
--- ```lua
--- assert(fs.read("/proc/self/comm") ~= "")
--- fs.write("/tmp/letters", "abcdef")
--- assert(fs.read("/tmp/letters", {offset = 2, limit = 3}) == "cde")
--- ```
---@zh 读取文件内容。
---@param path Path
---@param options? fs.ReadOptions
---@return string
---@errors ENOENT there is no such file
---@errors EISDIR it is a directory
---@source open(2), read(2)
---@explain passive cat {path}
function fs.read(path, options) end

---@class fs.WriteOptions
---@field mode? Mode the file's mode; left out, a new file gets 0666 less the umask
---@field append? boolean at the end of what is there
---@field exclusive? boolean the file must not exist yet
---@field atomic? boolean others see the old text or the new one, never a part: a new file takes the old one's name
---@field sync? boolean come back only when it is on the disk

--- Writes a text to a file, which is made or emptied first. Files of the kernel's (/proc, /sys, cgroups) get it in one write.
---
--- ```lua
--- fs.write("/tmp/secret", "s3cret\n", {mode = "0600"})
--- fs.write("/tmp/secret", "changed\n", {atomic = true})
--- assert(fs.read("/tmp/secret") == "changed\n" and fs.stat("/tmp/secret").mode == "0600")
--- ```
---@zh 写入文件。
---@param path Path
---@param text string
---@param options? fs.WriteOptions
---@errors ENOENT a directory of the way does not exist
---@errors EEXIST the file exists, and `exclusive` was asked for
---@errors EROFS the file system or the mount is read-only
---@source open(2), write(2), rename(2)
---@explain printf %s {text} > {path}
---@explain {mode?chmod {mode} {path}}
function fs.write(path, text, options) end

--- Writes a text at the end of a file, which is made if need be.
---
--- ```lua
--- fs.append("/tmp/log", "one\n")
--- fs.append("/tmp/log", "two\n")
--- assert(fs.read("/tmp/log") == "one\ntwo\n")
--- ```
---@zh 在文件末尾追加内容。
---@param path Path
---@param text string
---@errors ENOENT a directory of the way does not exist
---@source open(2), write(2)
---@explain printf %s {text} >> {path}
function fs.append(path, text) end

--- What a file is.
---@alias fs.Type
---| "file" # a regular file
---| "dir" # a directory
---| "symlink" # a symbolic link
---| "fifo" # a named pipe
---| "socket" # a Unix domain socket
---| "char" # a character device
---| "block" # a block device

--- What the kernel knows of a file.
---@class fs.Stat
---@field type fs.Type
---@field mode string permissions, and the bits for set-user-ID and the like above them: "0755"
---@field size integer in bytes
---@field blocks integer what it takes on the disk, in units of 512 bytes
---@field uid integer its owner, as this user namespace shows it
---@field gid integer its group
---@field inode integer|string its number within the file system
---@field links integer how many names it has
---@field dev string the device of the file system, as in mountinfo: "8:1"
---@field atime number when it was read, in seconds since 1970
---@field mtime number when it was written
---@field ctime number when its inode changed
---@field btime? number when it was made, where the file system keeps that
---@field mount_id? integer of the mount it was found on (since Linux 5.8)
---@field major? integer of the device a device file stands for
---@field minor? integer of the device a device file stands for
---@field target? string what a symbolic link points to

--- Looks a file up. A symbolic link stands for what it points to.
---
--- ```lua
--- local s = fs.stat("/dev/null")
--- assert(s.type == "char" and s.major == 1 and s.minor == 3)
--- ```
---@zh 查看文件信息（跟随符号链接）。
---@param path Path
---@return fs.Stat
---@errors ENOENT there is no such file
---@source statx(2)
---@explain passive stat -L {path}
function fs.stat(path) end

--- Looks a file up. A symbolic link stands for itself.
---
--- ```lua
--- fs.symlink("/etc", "/tmp/link")
--- assert(fs.lstat("/tmp/link").target == "/etc")
--- ```
---@zh 查看文件信息（不跟随符号链接）。
---@param path Path
---@return fs.Stat
---@errors ENOENT there is no such file
---@source statx(2)
---@explain passive stat {path}
function fs.lstat(path) end

---@class fs.Entry
---@field name string
---@field type fs.Type

--- Reads a directory, by name. "." and ".." are left out.
---
--- ```lua
--- for _, e in ipairs(fs.list("/proc/self/ns")) do print(e.name, e.type) end
--- ```
---@zh 列出目录内容。
---@param path Path
---@return fs.Entry[]
---@errors ENOTDIR it is no directory
---@source getdents(2)
---@explain passive ls -A {path}
function fs.list(path) end

--- The absolute path without symbolic links, "." and "..". All of it must exist.
---
--- ```lua
--- fs.symlink("/proc", "/tmp/p")
--- assert(fs.realpath("/tmp/p/../p/sys") == "/proc/sys")
--- ```
---@zh 规范化的绝对路径。
---@param path Path
---@return string
---@errors ENOENT a part of it does not exist
---@source realpath(3)
---@explain passive realpath -e {path}
function fs.realpath(path) end

--- The working directory.
---
--- ```lua
--- assert(fs.cwd():sub(1, 1) == "/")
--- ```
---@zh 当前工作目录。
---@return string
---@source getcwd(2)
---@explain passive pwd
function fs.cwd() end

--- Changes the working directory.
---
--- ```lua
--- fs.chdir("/proc")
--- assert(fs.cwd() == "/proc")
--- ```
---@zh 改变当前工作目录。
---@param path Path
---@errors ENOENT there is no such directory
---@source chdir(2)
---@explain cd {path}
function fs.chdir(path) end

--- Finds a program on the PATH. A name with a slash is a path itself.
---
--- ```lua
--- assert(fs.which("sh") and not fs.which("no-such-program"))
--- ```
---@zh 在 PATH 中查找程序。
---@param program string
---@return string? path # nil if there is none
---@source execvp(3)
---@explain passive command -v {program}
function fs.which(program) end

---@class fs.MkdirOptions
---@field mode? Mode left out, 0777 less the umask
---@field parents? boolean make the directories above it too, and be content if it exists

--- Makes a directory. Its scope removes it at the end if it is empty then.
---
--- ```lua
--- fs.mkdir("/tmp/a/b/c", {parents = true, mode = "0700"})
--- assert(fs.stat("/tmp/a/b/c").mode == "0700")
--- ```
---@zh 创建目录；作用域结束时若为空则删除。
---@param path Path
---@param options? fs.MkdirOptions
---@errors EEXIST the path is taken
---@errors ENOENT a directory above it does not exist
---@source mkdir(2)
---@explain mkdir {parents?-p}[ -m {mode}] {path}
---@explain undo rmdir {made:thing} 2> /dev/null || :
function fs.mkdir(path, options) end

---@class fs.TempOptions
---@field dir? Path where to make it: $TMPDIR, or /tmp
---@field prefix? string how its name begins: "nslua-"
---@field keep? boolean it stays when its scope ends

--- Makes a new directory that only its owner may enter. Its scope removes it with all that is in it.
---
--- ```lua
--- local dir
--- scope(function()
---   dir = fs.tempdir()
---   fs.write(dir .. "/file", "text")
--- end)
--- assert(not fs.exists(dir))
--- ```
---@zh 创建临时目录，随作用域删除。
---@param options? fs.TempOptions
---@return string path
---@source mkdtemp(3)
---@explain mktemp -d
---@explain script mkdir -m 700 {result}
---@explain undo rm -r {result}
function fs.tempdir(options) end

---@class fs.TempfileOptions : fs.TempOptions
---@field text? string what to write to it

--- Makes a new file that only its owner may read and write. Its scope removes it.
---
--- ```lua
--- local path = fs.tempfile{text = "hello"}
--- assert(fs.read(path) == "hello" and fs.stat(path).mode == "0600")
--- ```
---@zh 创建临时文件，随作用域删除。
---@param options? fs.TempfileOptions
---@return string path
---@source mkstemp(3)
---@explain mktemp
---@explain script umask 077 && printf %s {text?{text}|''} > {result}
---@explain undo rm {result}
function fs.tempfile(options) end

---@class fs.RemoveOptions
---@field tree? boolean a directory goes with all that is in it
---@field missing? boolean it is no error if there is nothing

--- Removes a file, a symbolic link or an empty directory; with `tree` a directory with all that is in it.
---
--- No symbolic link is followed on the way, and if anything is mounted in the tree nothing is removed.
---
--- ```lua
--- fs.mkdir("/tmp/t/sub", {parents = true})
--- fs.write("/tmp/t/sub/file", "")
--- assert(not pcall(fs.remove, "/tmp/t"))
--- fs.remove("/tmp/t", {tree = true})
--- assert(not fs.exists("/tmp/t"))
--- ```
---@zh 删除文件、空目录或整棵目录树。
---@param path Path
---@param options? fs.RemoveOptions
---@errors ENOENT there is nothing of that name
---@errors ENOTEMPTY the directory is not empty
---@errors EBUSY something is mounted there
---@source unlink(2), rmdir(2), unlinkat(2)
---@explain rm {missing?-f} {tree?-r|-d} {path}
function fs.remove(path, options) end

---@class fs.RenameOptions
---@field replace? boolean false: the new name must be free
---@field exchange? boolean both exist, and swap their names

--- Gives a file or directory another name, on the same mount. What has the new name is replaced.
---
--- ```lua
--- fs.write("/tmp/old", "text")
--- fs.rename("/tmp/old", "/tmp/new")
--- assert(fs.exists("/tmp/new") and not fs.exists("/tmp/old"))
--- ```
---@zh 重命名文件或目录。
---@param old Path
---@param new Path
---@param options? fs.RenameOptions
---@errors EXDEV the two are on different mounts
---@errors EEXIST the new name is taken, and `replace` is false
---@source renameat2(2)
---@explain mv {exchange?--exchange} {replace=false?-n} -T {old} {new}
---@explain renames {old} {new}
function fs.rename(old, new, options) end

---@class fs.MknodOptions
---@field major? integer of the device
---@field minor? integer of the device
---@field mode? Mode "0600" if left out

--- Makes a special file: a device, a FIFO, or an empty file to mount something on.
---
--- ```lua
--- fs.mknod("/tmp/pipe", "fifo")
--- assert(fs.stat("/tmp/pipe").type == "fifo")
--- ```
---@zh 创建特殊文件（设备、管道等）。
---@param path Path
---@param type "char"|"block"|"fifo"|"file"|"socket"
---@param options? fs.MknodOptions
---@errors EPERM a device without CAP_MKNOD in the initial user namespace
---@source mknod(2)
---@explain {type=file?touch {path}|mknod[ -m {mode}] {path} {type=char?c}{type=block?b}{type=fifo?p}[ {major} {minor}]}
---@explain undo rm {path}
function fs.mknod(path, type, options) end

--- Makes a symbolic link. `target` may be anything; it need not exist.
---
--- ```lua
--- fs.symlink("/proc/self/ns", "/tmp/ns")
--- assert(fs.readlink("/tmp/ns") == "/proc/self/ns")
--- ```
---@zh 创建符号链接。
---@param target string where it points to
---@param path Path the link
---@errors EEXIST the path is taken
---@source symlink(2)
---@explain ln -sT {target} {path}
---@explain undo rm {path}
function fs.symlink(target, path) end

--- What a symbolic link points to.
---
--- ```lua
--- print(fs.readlink("/proc/self/ns/net"))
--- ```
---@zh 读取符号链接的目标。
---@param path Path
---@return string target
---@errors EINVAL it is no symbolic link
---@source readlink(2)
---@explain passive readlink {path}
function fs.readlink(path) end

--- Gives a file a further name. A symbolic link is not followed.
---
--- ```lua
--- fs.write("/tmp/one", "text")
--- fs.link("/tmp/one", "/tmp/two")
--- assert(fs.stat("/tmp/one").inode == fs.stat("/tmp/two").inode)
--- ```
---@zh 创建硬链接。
---@param old Path the file
---@param path Path the new name
---@errors EXDEV the two are on different mounts
---@errors EPERM it is a directory
---@source link(2)
---@explain ln -P -T {old} {path}
---@explain undo rm {path}
function fs.link(old, path) end

--- Gives a file a size: it is cut off, or ends in a hole that takes no room.
---
--- ```lua
--- fs.write("/tmp/disk.img", "")
--- fs.truncate("/tmp/disk.img", "64M")
--- assert(fs.stat("/tmp/disk.img").size == 64 * 1024 * 1024 and fs.stat("/tmp/disk.img").blocks == 0)
--- ```
---@zh 改变文件大小。
---@param path Path
---@param size Size
---@errors ENOENT there is no such file
---@source truncate(2)
---@explain truncate -s {size:bytes} {path}
function fs.truncate(path, size) end

---@class fs.ChmodOptions
---@field tree? boolean everything in the directory, too; symbolic links are left alone

--- Sets the mode of a file.
---
--- ```lua
--- fs.write("/tmp/tool", "#!/bin/sh\n")
--- fs.chmod("/tmp/tool", "0755")
--- assert(fs.stat("/tmp/tool").mode == "0755")
--- ```
---@zh 修改文件权限。
---@param path Path
---@param mode Mode
---@param options? fs.ChmodOptions
---@errors EPERM it is another user's
---@source chmod(2), fchmodat(2)
---@explain chmod {tree?-R} {mode} {path}
function fs.chmod(path, mode, options) end

---@class fs.ChownOptions
---@field uid? integer|string the new owner, or a name in /etc/passwd
---@field gid? integer|string the new group, or a name in /etc/group
---@field follow? boolean false: a symbolic link itself, not what it points to
---@field tree? boolean everything in the directory, too; symbolic links themselves

--- Sets owner and group of a file.
---
--- ```lua
--- fs.write("/tmp/file", "")
--- fs.chown("/tmp/file", {uid = 0, gid = "root"})
--- ```
---@zh 修改文件属主与属组。
---@param path Path
---@param options fs.ChownOptions
---@errors EPERM without CAP_CHOWN
---@errors EINVAL an id that the user namespace does not map
---@source chown(2), fchownat(2)
---@explain chown {tree?-R} {follow=false?-h} [{uid}][:{gid}] {path}
function fs.chown(path, options) end

---@class fs.Times
---@field atime? number when it was read, in seconds since 1970; left out, it stays
---@field mtime? number when it was written; left out, it stays

---@class fs.UtimesOptions : fs.Times
---@field follow? boolean false: a symbolic link itself, not what it points to

--- Sets the times of a file.
---
--- ```lua
--- fs.write("/tmp/file", "")
--- fs.utimes("/tmp/file", {mtime = 1000000000})
--- assert(fs.stat("/tmp/file").mtime == 1000000000)
--- ```
---@zh 设置文件时间。
---@param path Path
---@param options fs.UtimesOptions
---@errors EPERM it is another user's
---@source utimensat(2)
---@explain [touch {follow=false?-h} -a -d @{atime} {path}]
---@explain [touch {follow=false?-h} -m -d @{mtime} {path}]
function fs.utimes(path, options) end

--- Makes sure that a file exists, and sets its times: to now, or to those given.
---
--- ```lua
--- fs.touch("/tmp/file")
--- assert(fs.stat("/tmp/file").size == 0)
--- ```
---@zh 确保文件存在并更新其时间。
---@param path Path
---@param times? fs.Times
---@errors ENOENT a directory of the way does not exist
---@source utimensat(2)
---@explain touch {path}
---@explain [touch -a -d @{atime} {path}]
---@explain [touch -m -d @{mtime} {path}]
function fs.touch(path, times) end

---@class fs.Statfs
---@field type string the file system's name; a number in hexadecimal if it is not known
---@field block_size integer in bytes
---@field size integer in bytes
---@field free integer in bytes
---@field available integer in bytes, to ordinary users
---@field files integer how many inodes there can be; 0 if there is no limit
---@field files_free integer
---@field name_max integer how long a name may be
---@field flags string[] of the mount, as options are written: "ro", "nosuid"

--- Looks at the file system a path is on.
---
--- ```lua
--- assert(fs.statfs("/proc").type == "proc")
--- ```
---@zh 查看路径所在文件系统。
---@param path Path
---@return fs.Statfs
---@errors ENOENT there is no such file
---@source statfs(2)
---@explain passive stat -f {path}
function fs.statfs(path) end

--- Extended attributes of files. Names begin with "user.", "trusted.", "security." or "system.".
fs.xattr = {}

---@class fs.XattrOptions
---@field follow? boolean false: of a symbolic link itself, not of what it points to

--- Lists the names of a file's extended attributes.
---
--- ```lua
--- assert(#fs.xattr.list("/proc/self/comm") == 0)
--- ```
---@zh 列出扩展属性名。
---@param path Path
---@param options? fs.XattrOptions
---@return string[] names
---@source listxattr(2)
---@explain passive getfattr {path}
function fs.xattr.list(path, options) end

--- Reads an extended attribute.
---
--- ```lua needs=linux-6.6
--- fs.write("/tmp/file", "")
--- assert(fs.xattr.get("/tmp/file", "user.none") == nil)
--- ```
---@zh 读取扩展属性。
---@param path Path
---@param name string
---@param options? fs.XattrOptions
---@return string? value # nil if the file has none of that name
---@errors EOPNOTSUPP the file system has no such attributes
---@source getxattr(2)
---@explain passive getfattr --name {name} {path}
function fs.xattr.get(path, name, options) end

--- Sets an extended attribute.
---
--- ```lua needs=linux-6.6
--- fs.write("/tmp/file", "")
--- fs.xattr.set("/tmp/file", "user.origin", "here")
--- assert(fs.xattr.get("/tmp/file", "user.origin") == "here")
--- ```
---@zh 设置扩展属性。
---@param path Path
---@param name string
---@param value string
---@param options? fs.XattrOptions
---@errors EOPNOTSUPP the file system has no such attributes
---@errors EPERM "trusted." and most of "security." take real root; "user." is for files and directories only
---@source setxattr(2)
---@explain setfattr --name {name} --value {value} {path}
function fs.xattr.set(path, name, value, options) end

--- Removes an extended attribute.
---
--- ```lua needs=linux-6.6
--- fs.write("/tmp/file", "")
--- fs.xattr.set("/tmp/file", "user.origin", "here")
--- fs.xattr.remove("/tmp/file", "user.origin")
--- assert(#fs.xattr.list("/tmp/file") == 0)
--- ```
---@zh 删除扩展属性。
---@param path Path
---@param name string
---@param options? fs.XattrOptions
---@errors ENODATA the file has none of that name
---@source removexattr(2)
---@explain setfattr --remove {name} {path}
function fs.xattr.remove(path, name, options) end

---@class fs.CopyOptions
---@field tree? boolean a directory with all that is in it
---@field preserve? boolean owner, exact mode, times and extended attributes, too
---@field follow? boolean false: if the source is a symbolic link, the link itself
---@field reflink? "auto"|"always"|"never" share the data with the source instead of copying it, where the file system can

--- Copies a file, or with `tree` a directory, to a new name.
---
--- A file that exists is overwritten; a directory that exists gets what the source has in addition. Symbolic links in a
--- directory are copied as links, devices as devices; holes stay holes, and names of one file stay names of one file. A
--- link or a device itself is copied only to a name that is free.
---
--- ```lua
--- fs.mkdir("/tmp/from/sub", {parents = true})
--- fs.write("/tmp/from/sub/file", "text")
--- fs.copy("/tmp/from", "/tmp/to", {tree = true})
--- assert(fs.read("/tmp/to/sub/file") == "text")
--- ```
---@zh 复制文件或目录树。
---@param source Path
---@param target Path the new name, not the directory it goes into
---@param options? fs.CopyOptions
---@errors EISDIR the source is a directory and `tree` was not asked for; or the target is a directory, and the source a file
---@errors EINVAL the target is the source, or in it
---@errors EEXIST the source is a link or a device, and the target exists
---@errors EPERM an owner that this user can't give, with `preserve`; a device without CAP_MKNOD
---@source copy_file_range(2), ioctl_ficlone(2), lseek(2)
---@explain cp {tree?-R} {preserve?--preserve=all} {follow=false?-P}[ --reflink={reflink}] -T {source} {target}
function fs.copy(source, target, options) end

--- Lists the paths that match a pattern, by name: `*`, `?` and `[abc]` within a name, `**` for any number of directories.
---
--- A name that begins with a dot is matched by a pattern that does. `**` does not follow symbolic links.
---
--- ```lua
--- for _, path in ipairs(fs.glob("/proc/sys/net/ipv4/conf/*/forwarding")) do print(path) end
--- ```
---@zh 按通配符列出路径。
---@param pattern string
---@return string[] paths
---@errors EINVAL the pattern is malformed
---@source glob(7)
---@explain passive ls -d {pattern}
function fs.glob(pattern) end

---@class fs.WalkOptions
---@field depth? integer how deep to go; what is in the directory itself has 1
---@field mounts? boolean false: what is mounted in the tree is not entered
---@field follow? boolean the path may be a symbolic link to a directory

---@class fs.WalkEntry
---@field path string
---@field name string
---@field type fs.Type
---@field depth integer 0 for the path itself
---@field err? string why a directory can't be read: "EACCES"
---@field skip? boolean set it to true, and what is in the directory is left out

--- Goes through a tree: a directory before what is in it, each directory by name. Symbolic links are not followed.
---
--- ```lua
--- fs.mkdir("/tmp/tree/.git/objects", {parents = true})
--- fs.write("/tmp/tree/main.lua", "")
--- for e in fs.walk("/tmp/tree") do
---   if e.name == ".git" then e.skip = true end
---   print(e.type, e.path)
--- end
--- ```
---@zh 遍历目录树。
---@param path Path
---@param options? fs.WalkOptions
---@return fun(): fs.WalkEntry? iterator
---@errors ENOENT there is no such file
---@source getdents(2)
---@explain passive find {path}
function fs.walk(path, options) end

---@class fs.UsageOptions
---@field mounts? boolean false: what is mounted in the tree is left out

---@class fs.Usage
---@field bytes integer the sizes of all files
---@field disk integer what files and directories take on the disk, in bytes
---@field files integer how many; a file with several names counts once
---@field dirs integer how many, the path itself included

--- Adds up what a tree takes.
---
--- ```lua
--- fs.mkdir("/tmp/tree")
--- fs.write("/tmp/tree/file", ("x"):rep(100))
--- assert(fs.usage("/tmp/tree").bytes == 100)
--- ```
---@zh 统计目录树占用的空间。
---@param path Path
---@param options? fs.UsageOptions
---@return fs.Usage
---@errors EACCES a directory that this user may not read
---@source statx(2)
---@explain passive du -s {path}
function fs.usage(path, options) end

--- What a watch can look for.
---@alias fs.WatchEvent
---| "access" # it was read
---| "modify" # it was written
---| "attrib" # mode, owner, times or the number of its names changed
---| "close_write" # it was closed by a writer
---| "close_nowrite" # it was closed by a reader
---| "open" # it was opened
---| "moved_from" # it left the directory
---| "moved_to" # it came into the directory
---| "create" # it was made in the directory
---| "delete" # it was removed from the directory
---| "delete_self" # what is watched was removed
---| "move_self" # what is watched was moved

---@class fs.WatchOptions
---@field [integer] fs.WatchEvent what to look for; left out, everything that changes files

--- What has happened. Beside those asked for there are "unmount", "overflow" (events were lost) and "ignored" (the watch of a
--- path has ended, because it is gone).
---@class fs.Event
---@field event fs.WatchEvent|"unmount"|"overflow"|"ignored"
---@field path string of the file
---@field dir boolean it is a directory
---@field cookie? integer the same for the "moved_from" and "moved_to" of one rename

--- A watch on files.
---@class fs.Watch
local Watch = {}

--- Waits for the next event. Ctrl-C ends that.
---
--- ```lua
--- local w = fs.watch("/tmp")
--- assert(w:next("10ms") == nil)
--- fs.write("/tmp/new", "")
--- assert(w:next().event == "create")
--- ```
---@zh 等待下一个事件。
---@param timeout? Duration left out, without end
---@return fs.Event? event # nil if the timeout ended first
---@source inotify(7)
---@explain passive inotifywait PATH
function Watch:next(timeout) end

--- Ends the watch. Twice does no harm.
---
--- ```lua
--- fs.watch("/tmp"):close()
--- ```
---@zh 结束监视。
---@source inotify(7)
---@explain passive none a handle is nothing the kernel knows
function Watch:close() end

--- Watches files and directories. Of a directory it sees what happens to the files in it, but not in directories below.
---
--- ```lua
--- local w = fs.watch("/tmp", {"create", "delete"})
--- fs.write("/tmp/file", "")
--- fs.remove("/tmp/file")
--- assert(w:next().event == "create")
--- assert(w:next().path == "/tmp/file")
--- ```
---@zh 监视文件与目录的变化。
---@param paths Path|Path[]
---@param events? fs.WatchOptions
---@return fs.Watch
---@errors ENOENT there is no such file
---@errors ENOSPC this user watches too many files
---@source inotify(7)
---@explain passive inotifywait -m {paths}
function fs.watch(paths, events) end

---@class fs.TarOptions
---@field compress? "gzip"|"none" left out, the archive's name decides: .gz and .tgz are compressed
---@field xattrs? boolean extended attributes, too

--- Writes an archive of a directory, its names relative to it, or of a single file. Sockets are left out.
---
--- ```lua
--- fs.mkdir("/tmp/root/etc", {parents = true})
--- fs.write("/tmp/root/etc/hostname", "box\n")
--- fs.tar("/tmp/root.tar.gz", "/tmp/root")
--- fs.mkdir("/tmp/copy")
--- fs.untar("/tmp/root.tar.gz", "/tmp/copy")
--- assert(fs.read("/tmp/copy/etc/hostname") == "box\n")
--- ```
---@zh 打包目录或文件为 tar 归档。
---@param archive Path
---@param source Path
---@param options? fs.TarOptions
---@source tar(5)
---@explain tar -C {source} {compress=gzip?-z} {xattrs?--xattrs} -cf {archive} .
function fs.tar(archive, source, options) end

---@class fs.UntarOptions
---@field strip? integer so many leading directories of every name are left out
---@field owner? boolean files get the owner they have in the archive; left out, they belong to the shell's user
---@field xattrs? boolean extended attributes, too

--- Unpacks an archive, plain or compressed by gzip or bzip2, into a directory that exists.
---
--- No member gets out of the directory: names and links are resolved inside, as chroot(2) would, and names with ".." are
--- refused. Files get exactly the mode they have in the archive.
---
--- ```lua
--- fs.write("/tmp/file", "text")
--- fs.tar("/tmp/file.tar", "/tmp/file")
--- fs.mkdir("/tmp/out")
--- assert(fs.untar("/tmp/file.tar", "/tmp/out") == 1)
--- assert(fs.read("/tmp/out/file") == "text")
--- ```
---@zh 解开 tar 归档；成员不会越出目标目录。
---@param archive Path
---@param target Path
---@param options? fs.UntarOptions
---@return integer members # how many there were
---@errors EINVAL a name leads out of the directory
---@errors EOPNOTSUPP an unknown compression or kind of member
---@errors EPERM a device without CAP_MKNOD; an owner that this user can't give
---@source tar(5), openat2(2)
---@explain tar -C {target} {owner?--same-owner|--no-same-owner} {xattrs?--xattrs}[ --strip-components={strip}] -xpf {archive}
function fs.untar(archive, target, options) end
