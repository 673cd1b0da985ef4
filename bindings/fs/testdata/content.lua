local dir = fs.tempdir()
local path = dir .. "/file"
assert(not fs.exists(path))
fs.write(path, "one\0two")
assert(fs.exists(path) and fs.read(path) == "one\0two" and fs.stat(path).size == 7)
fs.write(path, "x")
assert(fs.read(path) == "x", "truncated")
fs.append(path, "y")
fs.write(path, "z", {append = true})
assert(fs.read(path) == "xyz")
assert(fs.read(path, {offset = 1}) == "yz" and fs.read(path, {limit = 1}) == "x" and fs.read(path, {offset = 9}) == "")
assert(fs.read(path, {limit = 0}) == "")
fs.write(path, "")
assert(fs.read(path) == "")

-- large, and files that say they are empty
local large = ("0123456789abcdef"):rep(200000)
fs.write(path, large)
assert(fs.read(path) == large)
assert(fs.read("/proc/self/status"):find("Uid:", 1, true))
assert(#fs.read("/dev/zero", {limit = "3M"}) == 3 * 1024 * 1024)

-- modes are exact, or follow the umask
fs.write(dir .. "/m", "", {mode = "0666"})
assert(fs.stat(dir .. "/m").mode == "0666")
fs.write(dir .. "/n", "")
assert(fs.stat(dir .. "/n").mode == "0644")

-- atomic: a new inode, the old mode; nothing else left in the directory
local before = fs.stat(dir .. "/m").inode
fs.write(dir .. "/m", "new", {atomic = true})
assert(fs.read(dir .. "/m") == "new" and fs.stat(dir .. "/m").inode ~= before and fs.stat(dir .. "/m").mode == "0666")
fs.write(dir .. "/fresh", "new", {atomic = true})
assert(fs.stat(dir .. "/fresh").mode == "0644")
assert(#fs.list(dir) == 4)

local function fails(code, hint, f, ...)
  local ok, err = pcall(f, ...)
  assert(not ok and err.code == code, tostring(err))
  if hint then assert((err.hint or ""):find(hint, 1, true), tostring(err)) end
end
fails("EEXIST", nil, fs.write, path, "", {exclusive = true})
fails("EEXIST", nil, fs.write, path, "", {exclusive = true, atomic = true})
fails("EINVAL", nil, fs.write, path, "", {append = true, atomic = true})
fails("ENOENT", "there is no " .. dir .. "/no", fs.write, dir .. "/no/such/file", "")
fails("ENOENT", nil, fs.read, dir .. "/nothing")
fails("EISDIR", "fs.list", fs.read, dir)
fails("EINVAL", nil, fs.write, path, "", {mode = 644})
fails("ENOENT", nil, fs.write, "/proc/sys/kernel/no_such_thing", "1")
assert(#fs.list(dir) == 4, "no temporary file is left")
