-- pivot_root and chroot
local host = t.mntns()
local r = mount.tmpfs("/tmp/r", {mkdir = true})
t.mkdir("/tmp/r/mnt/inner")
t.write("/tmp/r/mark", "inside")
t.chdir("/tmp/r/mnt")

scope(function()
  mount.tmpfs("/tmp/undone", {mkdir = true})
  t.unshare()
  mount.chroot("/tmp/r/mnt")
  assert(t.cwd() == "/" and t.stat("/inner").dir and not pcall(t.stat, "/mark"))
end)
local left = mount.list{ns = host, under = "/tmp/undone"}
assert(#left == 0, "undone from inside a chroot in another namespace")
host:close()
