local base = fs.tempdir()
local function path(name) return base .. "/" .. name end
fs.mkdir(path("d/sub"), {parents = true})
fs.write(path("d/sub/f"), "")
fs.symlink("/etc/passwd", path("d/l"))
local before = fs.stat("/etc/passwd").mode
fs.chmod(path("d"), "0711", {tree = true})
assert(fs.stat(path("d/sub/f")).mode == "0711" and fs.stat(path("d")).mode == "0711" and fs.stat("/etc/passwd").mode == before)
fs.chmod(path("d/sub/f"), "4755")
assert(fs.stat(path("d/sub/f")).mode == "4755")

fs.chown(path("d"), {uid = 0, gid = "root", tree = true})
fs.chown(path("d/l"), {uid = "root", follow = false})
local ok, err = pcall(fs.chown, path("d"), {uid = "no-such-user"})
assert(not ok and err.code == "EINVAL" and tostring(err):find("no user is called", 1, true))
assert(not pcall(fs.chown, path("d"), {uid = -1}) and not pcall(fs.chown, path("d"), {uid = 4294967295}))

fs.utimes(path("d/sub/f"), {mtime = 1.25, atime = 2})
local s = fs.stat(path("d/sub/f"))
assert(s.mtime == 1.25 and s.atime == 2)
fs.utimes(path("d/sub/f"), {atime = 3})
assert(fs.stat(path("d/sub/f")).mtime == 1.25)
fs.utimes(path("d/l"), {mtime = 5, follow = false})
assert(fs.lstat(path("d/l")).mtime == 5)
fs.touch(path("d/sub/f"))
assert(math.abs(fs.stat(path("d/sub/f")).mtime - os.time()) < 10)
fs.touch(path("new"), {mtime = 7})
assert(fs.stat(path("new")).size == 0 and fs.stat(path("new")).mtime == 7)
ok, err = pcall(fs.touch, path("no/such"))
assert(not ok and err.code == "ENOENT" and err.hint)

local t = fs.statfs(base)
assert(t.type == "tmpfs" and t.size >= t.free and t.name_max == 255 and t.block_size > 0)
local flags = {}
for _, f in ipairs(t.flags) do flags[f] = true end
assert(flags.nosuid and flags.nodev and not flags.ro)
assert(fs.statfs("/proc").type == "proc")
