-- What is made in a scope goes with it; what has been removed, renamed or filled meanwhile is respected.
local base = fs.tempdir()
local function path(name) return base .. "/" .. name end

scope(function()
  fs.mkdir(path("empty"))
  fs.mkdir(path("deep/er/still"), {parents = true})
  fs.mkdir(path("full"))
  fs.write(path("full/file"), "")
  fs.mkdir(path("removed"))
  fs.remove(path("removed"))
  fs.mkdir(path("taken"))
  fs.rename(path("taken"), path("moved"))
  fs.mkdir(path("up/down"), {parents = true})
  fs.rename(path("up"), path("over"))
  fs.mkdir(path("swap1"))
  fs.write(path("swap2"), "")
  fs.rename(path("swap1"), path("swap2"), {exchange = true})
end)
local left = {}
for _, e in ipairs(fs.list(base)) do left[#left + 1] = e.name end
assert(table.concat(left, " ") == "full swap1", table.concat(left, " "))
assert(fs.stat(path("swap1")).type == "file")

-- a directory that took the place of ours behind our back is not ours
fs.mkdir(path("stranger"))
scope(function()
  fs.mkdir(path("ours"))
  assert(os.remove(path("ours")) and os.rename(path("stranger"), path("ours")))
end)
assert(fs.exists(path("ours")))

-- existing directories are left alone
scope(function() fs.mkdir(path("full"), {parents = true}) end)
assert(fs.exists(path("full")))

local t, f, kept
scope(function()
  t, f = fs.tempdir{prefix = "x-"}, fs.tempfile{dir = base, text = "hello"}
  fs.mkdir(t .. "/a/b", {parents = true})
  fs.write(t .. "/a/file", "")
  assert(t:match("/x%-[^/]+$") and f:sub(1, #base) == base and fs.read(f) == "hello")
  kept = fs.tempdir{keep = true, dir = base}
end)
assert(not fs.exists(t) and not fs.exists(f) and fs.exists(kept))

local ok, err = pcall(fs.mkdir, path("full"))
assert(not ok and err.code == "EEXIST" and err.hint:find("parents", 1, true))
ok, err = pcall(fs.mkdir, path("a/b"))
assert(not ok and err.code == "ENOENT" and err.hint:find("parents", 1, true))
ok, err = pcall(fs.mkdir, path("full/file/x"), {parents = true})
assert(not ok and err.code == "ENOTDIR")
ok, err = pcall(fs.tempdir, {prefix = "a/b"})
assert(not ok and err.code == "EINVAL")
fs.mkdir(path("wide"), {mode = "1777"})
assert(fs.stat(path("wide")).mode == "1777")
