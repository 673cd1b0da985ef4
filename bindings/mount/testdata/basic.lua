-- bind, tmpfs, proc, overlay, umount, list
local m = mount.tmpfs("/tmp/a", {mkdir = true, size = "1M", mode = "0750", nosuid = true})
assert(tostring(m) == "mount:/tmp/a", tostring(m))
local i = mount.find("/tmp/a")
assert(i.target == "/tmp/a" and i.type == "tmpfs", i.target)
assert(i.options.nosuid and not i.options.nodev and i.super_options.size == "1024k")
assert(t.stat("/tmp/a").mode == tonumber("750", 8))
assert(i.propagation == "private" and m:where() == "/tmp/a")

t.write("/tmp/a/x", "hello")
local b = mount.bind("/tmp/a", "/tmp/b", {mkdir = true, readonly = true})
assert(t.read("/tmp/b/x") == "hello")
local ok, e = pcall(t.write, "/tmp/b/y", "")
assert(not ok and e.code == "EROFS", e)
t.write("/tmp/a/y", "still writable there")

mount.bind("/tmp/a/x", "/tmp/c/file", {mkdir = true})
assert(t.read("/tmp/c/file") == "hello")
mount.umount("/tmp/c/file")
assert(not pcall(t.stat, "/tmp/c"), "the mount point goes with the mount")

mount.proc("/tmp/p", {mkdir = true, hidepid = "invisible", subset = "pid"})
assert(not pcall(t.read, "/tmp/p/meminfo"))
assert(#t.read("/tmp/p/self/stat") > 0)

local seen = {}
for _, r in ipairs(mount.list{under = "/tmp"}) do seen[r.target] = r.type end
assert(seen["/tmp/a"] == "tmpfs" and seen["/tmp/b"] == "tmpfs" and seen["/tmp/p"] == "proc")
assert(#mount.list{type = "proc"} >= 1)

b:umount()
local ok, e = pcall(b.umount, b)
assert(not ok and e.code == "EBADF")

scope(function()
  mount.tmpfs("/tmp/s", {mkdir = true})
  mount.tmpfs("/tmp/s")
  mount.tmpfs("/tmp/s/deep/er", {mkdir = true})
end)
assert(#mount.list{under = "/tmp/s"} == 0 and not pcall(t.stat, "/tmp/s"))

local ok, e = pcall(mount.bind, "/no/such/place", "/mnt")
assert(not ok and e.op == "mount.bind" and e.code == "ENOENT" and e.errno == 2)
assert(tostring(e) == "mount.bind: open_tree /no/such/place: no such file or directory (ENOENT)", tostring(e))
ok, e = pcall(mount.bind, "/", "/mnt", {readnly = true})
assert(not ok and tostring(e):find("readonly", 1, true), "did you mean")
ok, e = pcall(mount.tmpfs, "/tmp/a", {size = "1M", mode = "0999"})
assert(not ok and e.message:find("mode"))
ok, e = pcall(mount.mount, {target = "/tmp/a", type = "tmpfs", options = "nonsense=1"})
assert(not ok and e.code == "EINVAL" and e.message:find("Unknown parameter 'nonsense'", 1, true), tostring(e))
