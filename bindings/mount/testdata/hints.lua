-- as: user
-- needs: overlay
-- Each hint is provoked, and the same errno with another cause gets none of it.
local function fails(code, f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "it did not fail")
  assert(e.code == code, tostring(e))
  return e.hint or "", tostring(e)
end
local function has(hint, text) assert(hint:find(text, 1, true), hint .. " lacks " .. text) end
local function lacks(hint, text) assert(not hint:find(text, 1, true), hint .. " has " .. text) end

-- sysfs wants the network namespace too
mount.sysfs("/tmp/sys", {mkdir = true})

-- a type that only the system's root may mount, and one that nobody may
h = fails("EPERM", mount.mount, {type = "ext4", source = "/dev/null", target = "/mnt"})
has(h, "a user namespace can't mount ext4")
h = fails("ENODEV", mount.mount, {type = "tmpf", target = "/mnt"})
has(h, 'did you mean "tmpfs"')
h = fails("ENOENT", mount.tmpfs, "/no/such")
assert(h == "", h)

-- bind without what is mounted below
h = fails("EINVAL", mount.bind, "/", "/mnt")
has(h, "recursive = true")
mount.propagation("/tmp/sys", "unbindable")
h = fails("EINVAL", mount.bind, "/tmp/sys", "/mnt")
has(h, "unbindable") lacks(h, "recursive")

-- overlay
t.mkdir("/tmp/a") t.mkdir("/tmp/b/c")
h = fails("EINVAL", mount.overlay, "/mnt", {lower = "/tmp/a"})
has(h, "two lower layers")
h = fails("EINVAL", mount.overlay, "/mnt", {lower = "/tmp/a", upper = "/tmp/b", work = "/tmp/b/c"})
has(h, "side by side")
h = fails("EINVAL", mount.overlay, "/mnt", {lower = "/tmp/a", upper = "/tmp/a", work = "/tmp/sys"})
has(h, "on one mount")
h = fails("EINVAL", mount.overlay, "/mnt", {lower = {"/tmp/a", "/tmp/b"}, options = "nonsense"})
lacks(h, "two lower") lacks(h, "side by side")

-- locked flags: a mount that came from outside may get more of them and lose none
t.unshare()
local locked
for _, m in ipairs(mount.list()) do
  if m.options.nosuid and m.target ~= "/tmp" and m.target ~= "/run" and not m.target:find("^/tmp/") and m.target ~= "/proc" then locked = m.target end
end
if locked then
  h = fails("EPERM", mount.remount, locked, {nosuid = false})
  has(h, "nosuid, which is locked")
end
mount.tmpfs("/tmp/mine", {mkdir = true, nosuid = true})
mount.remount("/tmp/mine", {nosuid = false})
h = fails("EINVAL", mount.remount, "/tmp/a", {nosuid = true})
has(h, "not a mount point") lacks(h, "locked")

-- umount
h = fails("EINVAL", mount.umount, "/tmp/a")
has(h, "/tmp/a is not a mount point")
mount.tmpfs("/tmp/mine/below", {mkdir = true})
h = fails("EBUSY", mount.umount, "/tmp/mine")
has(h, "/tmp/mine/below") has(h, "recursive")
mount.umount("/tmp/mine/below")
t.write("/tmp/mine/file", "x")
local f = io.open("/tmp/mine/file")
h = fails("EBUSY", mount.umount, "/tmp/mine")
has(h, "process " .. t.pid()) has(h, "fd ") lacks(h, "recursive")
f:close()
t.chdir("/tmp/mine")
h = fails("EBUSY", mount.umount, "/tmp/mine")
has(h, "working directory")
t.chdir("/tmp")
mount.umount("/tmp/mine")
h = fails("EBUSY", mount.umount, "/")
has(h, "pivot_root")
assert(not mount.find("/").super_options.ro)

-- move
mount.tmpfs("/tmp/s", {mkdir = true})
mount.propagation("/tmp/s", "shared")
mount.tmpfs("/tmp/s/x", {mkdir = true})
t.mkdir("/tmp/to")
h = fails("EINVAL", mount.move, "/tmp/s/x", "/tmp/to")
has(h, "shared")
h = fails("EINVAL", mount.move, "/tmp/to", "/tmp/a")
has(h, "not a mount point") lacks(h, "shared")
h = fails("ELOOP", mount.move, "/tmp/s", "/tmp/s/x")

-- pivot_root
t.mkdir("/tmp/root")
h = fails("EINVAL", mount.pivot_root, "/tmp/root")
has(h, "not a mount point")
h = fails("EINVAL", mount.pivot_root, "/tmp/s/x")
has(h, "shared")
h = fails("EINVAL", mount.pivot_root, "/")
has(h, "already")
h = fails("ENOENT", mount.pivot_root, "/tmp/none")
assert(h == "", h)
mount.tmpfs("/tmp/root")
mount.bind("/proc", "/tmp/root/proc", {mkdir = true, recursive = true})
mount.tmpfs("/tmp/root/new", {mkdir = true})
scope(function()
  local back = t.mntns()
  t.mkdir("/tmp/root/plain")
  mount.bind("/tmp/root", "/tmp/root/plain", {recursive = true})
  t.mkdir("/tmp/root/plain/sub/new2")
  t.mkdir("/tmp/root/plain/sub/proc")
  mount.bind("/proc", "/tmp/root/plain/sub/proc", {recursive = true})
  mount.tmpfs("/tmp/root/plain/sub/new2")
  back:call(function()
    mount.chroot("/tmp/root/plain/sub")
    h = fails("EINVAL", mount.pivot_root, "/new2")
    has(h, "the root directory is not a mount point")
  end)
  back:close()
end)

-- images: the file may be anything, the loop device is not for us
t.write("/tmp/img", ("x"):rep(4096))
h = fails("EINVAL", mount.image, "/tmp/img", "/mnt")
h = select(1, pcall(mount.image, "/tmp/img", "/mnt", {type = "squashfs"}))
h = fails("EACCES", mount.image, "/tmp/img", "/mnt", {type = "squashfs"})
has(h, "loop devices belong")
h = fails("ENOENT", mount.image, "/tmp/none", "/mnt", {type = "squashfs"})
assert(h == "", h)

-- id maps: a file system of the system's own
local ok, e = pcall(mount.bind, "/etc", "/mnt", {recursive = true, idmap = {uid_map = {0, 0, 1}, gid_map = {0, 0, 1}}})
assert(not ok and (e.code == "EPERM" or e.code == "EINVAL"), e) -- EINVAL: one that knows no id maps
h = e.hint
has(h, "owns its file system")
for _, d in ipairs{"/tmp/a", "/tmp/b", "/tmp/img", "/tmp/to", "/tmp/root"} do pcall(mount.umount, d, {recursive = true}) t.rmtree(d) end
