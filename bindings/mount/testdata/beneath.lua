-- needs: linux-6.5
-- beneath: replace what is mounted without a moment in between
local old = mount.tmpfs("/tmp/a", {mkdir = true})
t.write("/tmp/a/x", "old")
local new = mount.tmpfs("/tmp/new", {mkdir = true})
t.write("/tmp/new/x", "new")
mount.move("/tmp/new", "/tmp/a", {beneath = true})
assert(t.read("/tmp/a/x") == "old")
old:umount{lazy = true}
assert(t.read("/tmp/a/x") == "new")
new:umount()
