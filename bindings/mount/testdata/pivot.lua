-- pivot_root: the old root is gone, and the working directory inside
t.unshare()
mount.tmpfs("/tmp/r", {mkdir = true})
t.mkdir("/tmp/r/proc")
t.write("/tmp/r/mark", "inside")
t.chdir("/tmp")
mount.bind("/proc", "/tmp/r/proc", {recursive = true})
mount.pivot_root("/tmp/r")
assert(t.cwd() == "/" and t.read("/mark") == "inside")
local list = mount.list()
assert(#list >= 2 and list[1].target == "/" and list[1].type == "tmpfs", #list)
for _, m in ipairs(list) do assert(not m.target:find("^/tmp"), m.target) end

-- with put_old the old root stays
mount.tmpfs("/again", {mkdir = true})
t.mkdir("/again/old")
mount.bind("/proc", "/again/proc", {mkdir = true, recursive = true})
mount.pivot_root("/again", "/again/old")
assert(t.cwd() == "/" and t.read("/old/mark") == "inside")
mount.umount("/old", {lazy = true})
assert(not pcall(t.read, "/old/mark"))
