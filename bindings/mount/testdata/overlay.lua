-- needs: overlay
-- overlay: layers of any name, marks that work where it is mounted
for _, d in ipairs{"/tmp/lo,w:er\\1", "/tmp/lower 2", "/tmp/up,p:er\\", "/tmp/wo,r:k\\"} do t.mkdir(d) end
t.write("/tmp/lo,w:er\\1/a", "one")
t.write("/tmp/lower 2/a", "two")
t.write("/tmp/lower 2/b", "two")
local o = mount.overlay("/tmp/m", {
  lower = {"/tmp/lo,w:er\\1", "/tmp/lower 2"}, upper = "/tmp/up,p:er\\", work = "/tmp/wo,r:k\\", mkdir = true,
})
assert(t.read("/tmp/m/a") == "one" and t.read("/tmp/m/b") == "two")
t.write("/tmp/m/b", "three")
assert(t.read("/tmp/up,p:er\\/b") == "three" and t.read("/tmp/lower 2/b") == "two")
local i = mount.find("/tmp/m")
assert(i.super_options.upperdir, "listed")
o:umount()

mount.overlay("/tmp/m", {lower = {"/tmp/lower 2", "/tmp/lo,w:er\\1"}, mkdir = true})
assert(t.read("/tmp/m/a") == "two")
assert(not pcall(t.write, "/tmp/m/x", ""))
local ok, e = pcall(mount.overlay, "/tmp/m", {lower = "/tmp/lower 2", upper = "/tmp/x"})
assert(not ok and e.message:find("work", 1, true))
ok, e = pcall(mount.overlay, "/tmp/m", {lower = "/tmp/none"})
assert(not ok and e.code == "ENOENT" and e.message:find("/tmp/none", 1, true), tostring(e))
ok, e = pcall(mount.overlay, "/tmp/m", {lower = "/tmp/lower 2", upper = "/tmp", work = "/tmp/m"})
assert(not ok, "work on another file system")
for _, d in ipairs{"/tmp/lo,w:er\\1", "/tmp/lower 2", "/tmp/up,p:er\\", "/tmp/wo,r:k\\"} do t.rmtree(d) end
