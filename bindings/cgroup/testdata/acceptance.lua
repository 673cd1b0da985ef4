-- as: root
-- world: none
-- root: limit, account, control; the same on cgroup v1, v2 and hybrid hosts
local cg = cgroup.create("nslua-acceptance", {cpu = "500m", memory = "64Mi", pids = 32})
local burn = proc.start{"sh", "-c", "while :; do :; done", cgroup = cg}
proc.sleep("1s")
local s = cg:stat()
assert(s.cpu.usage > 0.3 and s.cpu.usage < 0.8, "half a core for a second: " .. s.cpu.usage)
assert(s.cpu.throttled_periods > 0)
assert(#cg:procs() == 1 and cg:procs()[1] == burn.pid)

cg:freeze()
local before = cg:stat().cpu.usage
proc.sleep("300ms")
assert(cg:stat().cpu.usage - before < 0.02, "frozen")
cg:thaw()
cg:kill()
assert(burn:wait().signal == "SIGKILL")

-- the memory limit is real
local hog = ns.clone{cgroup = cg, run = function() return #string.rep("x", 256 * 1024 * 1024) end}
local ok = pcall(hog.result, hog)
assert(not ok and cg:events().oom_kill >= 1)
cg:set{memory = "128M"}
assert(cg:limits().memory == 128 * 1024 * 1024)
cg:delete()

local ok2, err = pcall(cgroup.create, "nslua-acceptance", {memroy = "1G"})
assert(not ok2 and tostring(err):find("memory", 1, true), "did you mean 'memory'?")
