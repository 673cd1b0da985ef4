-- as: root
-- world: none
-- needs: controller:cpu, controller:memory, controller:pids
-- limits and controls under real load

-- a share of a processor, and the wait that comes with it
local cg = cgroup.create("nslua-test-load", {cpu = 0.2})
local burn = proc.start{"sh", "-c", "while :; do :; done", cgroup = cg}
local before = cg:stat().cpu
proc.sleep("1s")
local s = cg:stat().cpu
assert(s.usage - before.usage > 0.1 and s.usage - before.usage < 0.35, s.usage)
assert(s.throttled_periods > 2 and s.throttled > 0.02, s.throttled)

-- everything stands still, and goes on
cg:freeze()
assert(cg:frozen() and cg:events().frozen)
before = cg:stat().cpu.usage
proc.sleep("200ms")
assert(cg:stat().cpu.usage - before < 0.02)
cg:thaw()
assert(not cg:frozen())
proc.sleep("200ms")
assert(cg:stat().cpu.usage > before)

-- killed while frozen, and killed while forking
cg:freeze()
cg:kill()
assert(burn:wait().signal == "SIGKILL" and #cg:procs() == 0)
local ok, err = pcall(proc.start, {"true", cgroup = cg})
assert(not ok and tostring(err):find("it is frozen"), err)
cg:thaw()
cg:set{cpu = "max", pids = 50}
local bomb = proc.start{"sh", "-c", "f() { f & f; }; f", stderr = "null", cgroup = cg}
for _ = 1, 100 do
	if cg:events().pids_max > 0 then break end
	proc.sleep("100ms")
end
assert(cg:events().pids_max > 0, "forks were refused")
assert(cg:stat().pids.current <= 50)
cg:kill()
assert(#cg:procs() == 0 and not cg:events().populated)
assert(not bomb:wait().ok)

-- out of memory
cg:set{memory = "32M", pids = "max"}
local hog = proc.run{"sh", "-c", "x=12345678; while :; do x=$x$x; done", stderr = "null", cgroup = cg}
assert(not hog.ok)
assert(cg:events().oom_kill >= 1, "nobody was killed")
assert(cg:stat().memory.peak >= 30 * 1024 * 1024, cg:stat().memory.peak)

-- a closure starts inside: no moment of it is outside
local where = ns.clone{cgroup = cg, run = function() return cgroup.of() end}:result()
local inside = 0
for _, m in ipairs(where) do if m.path == "/nslua-test-load" then inside = inside + 1 end end
assert(inside >= #cg.dirs, inside)

-- running processes move in, and on
local a = cgroup.create("nslua-test-load-a")
local p = proc.start{"sleep", "60"}
a:add(p)
assert(a:procs()[1] == p.pid and a:threads()[1] == p.pid)
local b = cgroup.create("nslua-test-load-b")
assert(a:move(b) == 1 and #a:procs() == 0 and b:procs()[1] == p.pid)
b:kill{signal = "SIGTERM"}
assert(p:wait().signal == "SIGTERM")
