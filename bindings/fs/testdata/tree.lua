local base = fs.tempdir()
local function path(name) return base .. "/" .. name end
local function fails(code, hint, f, ...)
  local ok, err = pcall(f, ...)
  assert(not ok and err.code == code, tostring(err))
  if hint then assert((err.hint or ""):find(hint, 1, true), tostring(err)) end
end

fs.mkdir(path("from/sub/.hidden"), {parents = true})
fs.write(path("from/a.lua"), "a", {mode = "0640"})
fs.write(path("from/sub/b.lua"), ("b"):rep(100000))
fs.write(path("from/sub/.hidden/c.lua"), "c")
fs.link(path("from/a.lua"), path("from/sub/a2.lua"))
fs.symlink("../a.lua", path("from/sub/link"))
fs.symlink("/nowhere", path("from/dangling"))
fs.mknod(path("from/fifo"), "fifo")
fs.utimes(path("from/a.lua"), {mtime = 1000000000.5})
fs.chmod(path("from/sub"), "2750")

-- copy
fails("EISDIR", "tree = true", fs.copy, path("from"), path("to"))
fs.copy(path("from"), path("to"), {tree = true})
assert(fs.read(path("to/sub/b.lua")) == ("b"):rep(100000) and fs.read(path("to/sub/.hidden/c.lua")) == "c")
assert(fs.lstat(path("to/sub/link")).target == "../a.lua" and fs.lstat(path("to/dangling")).target == "/nowhere")
assert(fs.stat(path("to/fifo")).type == "fifo")
assert(fs.stat(path("to/a.lua")).inode == fs.stat(path("to/sub/a2.lua")).inode, "names of one file stay so")
assert(fs.stat(path("to/a.lua")).mode == "0640" and fs.stat(path("to/sub")).mode == "0750")
assert(fs.stat(path("to/a.lua")).mtime > 1500000000)

fs.write(path("to/extra"), "")
fs.write(path("to/a.lua"), "changed")
fs.copy(path("from"), path("to"), {tree = true, preserve = true})
assert(fs.exists(path("to/extra")) and fs.read(path("to/a.lua")) == "a", "existing directories are filled up")
assert(fs.stat(path("to/a.lua")).mtime == 1000000000.5 and fs.stat(path("to/sub")).mode == "2750")
assert(fs.stat(path("to/sub")).mtime == fs.stat(path("from/sub")).mtime)

fs.copy(path("from/sub/link"), path("followed"))
assert(fs.lstat(path("followed")).type == "file" and fs.read(path("followed")) == "a")
fs.copy(path("from/sub/link"), path("itself"), {follow = false})
assert(fs.lstat(path("itself")).target == "../a.lua")
fs.write(path("over"), "something longer")
fs.copy(path("from/a.lua"), path("over"), {reflink = "never"})
assert(fs.read(path("over")) == "a")
fs.copy("/proc/self/status", path("status"))
assert(fs.read(path("status")):find("Uid:", 1, true))

fails("EEXIST", nil, fs.copy, path("from/fifo"), path("over"))
fails("EEXIST", nil, fs.copy, path("from/sub/link"), path("over"), {follow = false})
assert(fs.read(path("over")) == "a")
fails("EINVAL", nil, fs.copy, path("over"), path("over"))
fails("EINVAL", nil, fs.copy, path("from"), path("from/sub/copy"), {tree = true})
fails("EISDIR", "name the file in it", fs.copy, path("over"), path("from"))
fails("ENOENT", "there is no", fs.copy, path("over"), path("no/such"))
fails("ENOENT", nil, fs.copy, path("no"), path("x"))
assert(not fs.exists(path("x")) and not fs.exists(path("from/sub/copy")))

-- a link that waits in the target is replaced, not followed
fs.mkdir(path("victim"))
fs.mkdir(path("trap"))
fs.symlink(path("victim/file"), path("trap/a.lua"))
fs.symlink(path("victim"), path("trap/sub"))
fails("ENOTDIR", nil, fs.copy, path("from"), path("trap"), {tree = true})
assert(#fs.list(path("victim")) == 0 and fs.lstat(path("trap/a.lua")).type == "file")

-- glob
local function globbed(pattern)
  local names = {}
  for i, p in ipairs(fs.glob(path(pattern))) do names[i] = p:sub(#base + 2) end
  return table.concat(names, " ")
end
assert(globbed("from/*.lua") == "from/a.lua")
assert(globbed("from/**/*.lua") == "from/a.lua from/sub/a2.lua from/sub/b.lua", globbed("from/**/*.lua"))
assert(globbed("from/sub/.h*/*") == "from/sub/.hidden/c.lua" and globbed("from/sub/[a-b]?.lua") == "from/sub/a2.lua")
assert(globbed("from/dangling") == "from/dangling" and globbed("none/*") == "" and globbed("from/**") ~= "")
fails("EINVAL", nil, fs.glob, "[")
fs.chdir(path("from"))
assert(table.concat(fs.glob("*/*2.lua")) == "sub/a2.lua")

-- walk
local function walked(options)
  local names = {}
  for e in fs.walk(path("from"), options) do
    assert(e.path:sub(1, #path("from")) == path("from") and e.err == nil)
    if e.name == ".hidden" then e.skip = true end
    names[#names + 1] = e.depth .. e.name
  end
  return table.concat(names, " ")
end
assert(walked() == "0from 1a.lua 1dangling 1fifo 1sub 2.hidden 2a2.lua 2b.lua 2link", walked())
assert(walked{depth = 0} == "0from" and walked{depth = 1} == "0from 1a.lua 1dangling 1fifo 1sub")
assert(walked{mounts = false} == walked())
for e in fs.walk(path("from")) do fs.remove(path("from"), {tree = true}); break end
fails("ENOENT", nil, fs.walk, path("from"))
for e in fs.walk("/proc/self/task") do end -- nothing in it stays long
fs.symlink("to", path("root"))
local n = 0
for e in fs.walk(path("root")) do n = n + 1 end
assert(n == 1)
for e in fs.walk(path("root"), {follow = true}) do n = n + 1 end
assert(n > 5)

-- usage
local u = fs.usage(path("to"))
assert(u.bytes == 100000 + 1 + 1 + #"../a.lua" + #"/nowhere" and u.dirs == 3 and u.files == 7, u.bytes .. " " .. u.files)
assert(u.disk >= 100000)
