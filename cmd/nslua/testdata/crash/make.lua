-- Makes one of everything that could outlive a process, and kills itself after
-- step number arg[1], or waits to be killed if there is a second argument.
local last, at = tonumber(arg[1]), 0
local tmp = sys.env("TMPDIR")
local function step()
  at = at + 1
  if at ~= last then return end
  if not arg[2] then proc.kill(proc.pid(), "KILL") end
  print("here")
  proc.sleep("60s")
end

step()
fs.mkdir(tmp .. "/crash")
step()
mount.tmpfs(tmp .. "/crash", {size = "1M"})
step()
for _, name in ipairs{"lower", "upper", "work", "merged", "bound"} do fs.mkdir(tmp .. "/crash/" .. name) end
mount.bind(tmp .. "/crash/lower", tmp .. "/crash/bound")
step()
mount.overlay(tmp .. "/crash/merged", {lower = tmp .. "/crash/lower", upper = tmp .. "/crash/upper", work = tmp .. "/crash/work"})
step()
fs.tempdir()
step()
ns.new("net", {name = "crash"})
step()
ns.new("uts", {path = tmp .. "/crash.uts"})
step()
net.veth("crash0", "crash1")
step()
net.bridge("crashbr")
step()
proc.start{"sleep", "600"}
step()
ns.clone{run = function() net.veth("crash2", "crash3"); return true end}:result()
step()
ns.clone{"user", "mnt", "net", "pid", run = {"sleep", "600"}}
step()
local world = ns.new("net", {name = "crash-entered"})
world:call(function() net.veth("inner0", "inner1") end)
step()
ns.unshare("net", "uts", "mnt")
net.veth("crash4", "crash5")
step()
mount.tmpfs("/mnt")
step()
print(at)
