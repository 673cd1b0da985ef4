-- names as ip netns makes them, pins, and what keeps a namespace
local blue = ns.new("net", {name = "blue"})
assert(#ns.names() == 1 and ns.names()[1].name == "blue" and ns.names()[1].id == blue:id())
assert(proc.sh("ip netns list"):find("blue"))
assert(ns.open("blue") == blue and ns.open("/run/netns/blue") == blue)
local ok, err = pcall(ns.new, "net", {name = "blue"})
assert(not ok and err.code == "EEXIST" and tostring(err):find("blue"))
for _, bad in ipairs{"", "..", string.rep("x", 300)} do
  ok, err = pcall(ns.remove, bad)
  assert(not ok and err.code == "EINVAL", bad)
end

proc.sh("ip netns add green")
assert(#ns.names() == 2)
local green = ns.open("green")
local sleeper = proc.start{"sleep", "60", ns = {green}}
ns.remove("green")
assert(#ns.names() == 1 and ns.open(sleeper.pid, "net") == green)
sleeper:kill(); sleeper:wait()

ns.remove("blue")
ok, err = pcall(ns.remove, "blue")
assert(not ok and err.code == "ENOENT")

-- any kind can be pinned to a path
local file = os.tmpname() .. ".ns"
local uts = ns.new("uts", {path = file})
local id = uts:id()
uts:close()
assert(ns.open(file):id() == id)
local found
for _, n in ipairs(ns.list{kind = "uts"}) do
  if n.id == id then found = n end
end
assert(found and found.processes == 0 and found.pins[1] == file)
ns.remove(file)
ok, err = pcall(ns.open, file)
assert(not ok and err.code == "ENOENT")
ok, err = pcall(uts.kind, uts)
assert(not ok and err.code == "EBADF")
assert(tostring(uts):find("closed"))

-- what is no pin is left alone: files, mounts, links, and a file that a pin covered
local function refused(path)
  local ok, err = pcall(ns.remove, path)
  assert(not ok and err.code == "EINVAL" and tostring(err):find(path, 1, true), tostring(err))
end
local kept = os.tmpname()
refused(kept) -- empty, but nobody's pin
fs.write(kept, "precious")
refused(kept)
assert(fs.read(kept) == "precious")
fs.symlink("/proc/self/ns/uts", kept .. ".link")
refused(kept .. ".link")
fs.mkdir(kept .. ".dir")
refused(kept .. ".dir")
mount.tmpfs(kept .. ".dir")
fs.write(kept .. ".dir/in", "mounted")
refused(kept .. ".dir")
assert(fs.read(kept .. ".dir/in") == "mounted")
mount.umount(kept .. ".dir")
refused("/proc/self/ns/uts")
mount.bind("/proc/self/ns/uts", kept)
ns.remove(kept)
assert(fs.read(kept) == "precious")
for _, path in ipairs{kept, kept .. ".link", kept .. ".dir"} do fs.remove(path) end

-- a scope takes names away
pcall(scope, function() ns.new("net", {name = "short"}); error("half way") end)
assert(#ns.names() == 0)
