-- needs: overlay, linux-6.6
-- a directory made anew in an overlay hides what was in the old one; the mark of that is a user.* attribute in a user
-- namespace, which tmpfs has since Linux 6.6
t.mkdir("/tmp/lower/dir/sub")
t.mkdir("/tmp/upper")
t.mkdir("/tmp/work")
local o = mount.overlay("/tmp/m", {lower = "/tmp/lower", upper = "/tmp/upper", work = "/tmp/work", mkdir = true})
t.rmtree("/tmp/m/dir")
t.mkdir("/tmp/m/dir")
assert(not pcall(t.stat, "/tmp/m/dir/sub"), "the directory is opaque")
o:umount()
for _, d in ipairs{"/tmp/lower", "/tmp/upper", "/tmp/work"} do t.rmtree(d) end
