-- needs: linux-6.6
-- A tmpfs has user attributes since then.
local path = fs.tempdir() .. "/file"
fs.write(path, "")
assert(fs.xattr.get(path, "user.a") == nil and #fs.xattr.list(path) == 0)
fs.xattr.set(path, "user.b", "two")
fs.xattr.set(path, "user.a", "on\0e")
fs.xattr.set(path, "user.empty", "")
assert(table.concat(fs.xattr.list(path), " ") == "user.a user.b user.empty")
assert(fs.xattr.get(path, "user.a") == "on\0e" and fs.xattr.get(path, "user.empty") == "")
fs.copy(path, path .. ".copy", {preserve = true})
assert(fs.xattr.get(path .. ".copy", "user.b") == "two")
fs.copy(path, path .. ".plain")
assert(#fs.xattr.list(path .. ".plain") == 0)

fs.tar(path .. ".tar", path, {xattrs = true})
local out = fs.tempdir()
fs.untar(path .. ".tar", out, {xattrs = true})
assert(fs.xattr.get(fs.glob(out .. "/*")[1], "user.a") == "on\0e")

fs.xattr.remove(path, "user.b")
local function fails(code, hint, f, ...)
  local ok, err = pcall(f, ...)
  assert(not ok and err.code == code and (not hint or (err.hint or ""):find(hint, 1, true)), tostring(err))
end
fails("ENODATA", nil, fs.xattr.remove, path, "user.b")
fails("EOPNOTSUPP", 'begin with "user."', fs.xattr.set, path, "nothing", "x")
fs.symlink(path, path .. ".link")
assert(#fs.xattr.list(path .. ".link") == 2 and #fs.xattr.list(path .. ".link", {follow = false}) == 0)
fails("EPERM", "regular files", fs.xattr.set, path .. ".link", "user.x", "y", {follow = false})
