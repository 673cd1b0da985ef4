-- remount, propagation, move, mask, readonly, list of options, tree, diff
local before = mount.list()
local m = mount.tmpfs("/tmp/a", {mkdir = true, size = "1M", mode = "0755", nosuid = true})
mount.remount("/tmp/a", {readonly = true})
local i = mount.find("/tmp/a")
assert(i.options.ro and i.options.nosuid and i.options.relatime)
mount.remount("/tmp/a", {readonly = false, noatime = true})
i = mount.find("/tmp/a")
assert(i.options.rw and i.options.nosuid and i.options.noatime and not i.options.relatime)
mount.remount("/tmp/a", {options = {size = "2M"}})
i = mount.find("/tmp/a")
assert(i.super_options.size == "2048k" and i.super_options.mode == "755", i.super_options.size)
local ok, e = pcall(mount.remount, "/tmp/a", {relatime = true, noatime = true})
assert(not ok and e.message:find("only one of", 1, true))

for _, word in ipairs{"shared", "slave", "private", "unbindable"} do
  mount.propagation("/tmp/a", word)
  local want = word == "slave" and "private" or word
  assert(mount.find("/tmp/a").propagation == want, word)
end
mount.propagation("/tmp/a", "private")

mount.tmpfs("/tmp/a/sub", {mkdir = true})
t.mkdir("/tmp/b")
mount.move("/tmp/a", "/tmp/b")
assert(m:where() == "/tmp/b" and mount.find("/tmp/b/sub").target == "/tmp/b/sub")
mount.move("/tmp/b", "/tmp/a")

m:umount{recursive = true}

-- read-only on top, and masks
t.mkdir("/tmp/r/dir/deep")
t.write("/tmp/r/file", "secret")
t.write("/tmp/r/dir/x", "secret")
local masks = mount.mask({"/file", "/dir", "/missing"}, {root = "/tmp/r"})
assert(#masks == 2)
assert(t.read("/tmp/r/file") == "" and not pcall(t.read, "/tmp/r/dir/x"))
assert(not pcall(t.write, "/tmp/r/dir/y", ""))
for _, x in ipairs(masks) do x:umount() end
assert(t.read("/tmp/r/file") == "secret")
local ro = mount.readonly({"/tmp/r"})[1]
assert(not pcall(t.write, "/tmp/r/file", "") and t.read("/tmp/r/file") == "secret")
ro:umount()
t.write("/tmp/r/file", "")
t.rmtree("/tmp/r")
t.rmtree("/tmp/b")

-- tree and diff
local old = mount.list()
local keep = mount.tmpfs("/tmp/d e", {mkdir = true})
local d = mount.diff(old)
assert(#d == 1 and d[1].change == "added" and d[1].after.target == "/tmp/d e", #d)
local list = mount.list{under = "/tmp"}
mount.remount("/tmp/d e", {noexec = true})
local now = mount.list{under = "/tmp"}
d = mount.diff(list, now)
assert(#d == 1 and d[1].change == "changed" and not d[1].before.options.noexec and d[1].after.options.noexec)
assert(#mount.diff(now, now) == 0)
assert(mount.tree():find("`-/tmp/d e  tmpfs   tmpfs", 1, true) or mount.tree():find("/tmp/d e", 1, true))
assert(mount.diff(t.pid())[1] == nil, "by pid")
local ns = t.mntns()
assert(#mount.diff(ns) == 0 and #mount.list{ns = ns} == #mount.list())
ns:close()
keep:umount()
assert(#mount.diff(before) == 0)

-- a namespace of its own: what was made outside is undone outside
scope(function()
  mount.tmpfs("/tmp/outside", {mkdir = true})
  local out = t.mntns()
  t.unshare()
  mount.tmpfs("/tmp/inside", {mkdir = true})
  d = mount.diff(out)
  assert(#d == 1 and d[1].after.target == "/tmp/inside")
  out:close()
end)
assert(#mount.list{under = "/tmp/outside"} == 0, "the copy in this namespace goes with the mount point")
