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
---@explain test -e {path}
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
---@explain cat {path}
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
---@explain stat -L {path}
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
---@explain stat {path}
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
---@explain ls -A {path}
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
---@explain realpath -e {path}
function fs.realpath(path) end

--- The working directory.
---
--- ```lua
--- assert(fs.cwd():sub(1, 1) == "/")
--- ```
---@zh 当前工作目录。
---@return string
---@source getcwd(2)
---@explain pwd
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
---@explain command -v {program}
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
---@explain mkdir {path}
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
---@explain rm -r {path}
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
---@explain mv -T {old} {new}
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
---@explain mknod -m {mode} {path} {type} {major} {minor}
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
---@explain readlink {path}
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
---@explain ln -T {old} {path}
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
---@explain truncate -s {size} {path}
function fs.truncate(path, size) end
