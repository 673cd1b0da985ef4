-- as: root
-- world: none
-- needs: controller:cpu, controller:memory, controller:pids
-- what is set can be read back, and set again elsewhere
local M = 1024 * 1024
local cg = cgroup.create("nslua-test-limits", {
	cpu = "250m", cpu_period = "50ms", cpu_weight = 200, memory = "64Mi", memory_low = "16M", pids = 20,
})
local l = cg:limits()
assert(l.cpu == 0.25 and l.cpu_period == 0.05, l.cpu)
assert(math.abs(l.cpu_weight - 200) <= 1, l.cpu_weight)
assert(l.memory == 64 * M and l.memory_low == 16 * M and l.pids == 20)

local twin = cgroup.create("nslua-test-limits/twin", l)
local t = twin:limits()
for name, value in pairs(l) do assert(t[name] == value, name) end

cg:set{cpu = "max", memory = "max", pids = "max"}
l = cg:limits()
assert(l.cpu == nil and l.memory == nil and l.pids == nil and l.cpu_weight ~= nil)

-- memory and swap in either order: v1 wants one before the other
if pcall(cg.set, cg, {memory = "32M", swap = "32M"}) then
	assert(cg:limits().swap == 32 * M)
	cg:set{memory = "128M", swap = "32M"}
	cg:set{memory = "16M", swap = "0"}
	l = cg:limits()
	assert(l.memory == 16 * M and l.swap == 0, l.swap)
end

if cgroup.info().controllers.cpu.version == 1 then
	local ok, err = pcall(cg.set, cg, {cpu = 0.1})
	assert(not ok and err.hint:find("below it"), err)
end
twin:delete()

-- a share so small that the usual period can't express it
local tiny = cgroup.create("nslua-test-limits/tiny", {cpu = 0.002})
assert(math.abs(tiny:limits().cpu - 0.002) < 1e-6, tiny:limits().cpu)

-- as Kubernetes has it
local pod = cgroup.create("nslua-test-limits/pod", {
	requests = {cpu = "500m", memory = "8Mi"}, limits = {cpu = "2", memory = "128Mi", pids = 100},
})
l = pod:limits()
assert(l.cpu == 2 and l.memory == 128 * M and l.memory_low == 8 * M and l.pids == 100)
assert(math.abs(l.cpu_weight - 50) <= 1, l.cpu_weight)

-- files as they are
pod:write("pids.max", "7")
assert(pod:read("pids.max") == "7\n" and pod:limits().pids == 7)

-- a controller that was not asked for at first: its processes are in it from then on
if cgroup.info().controllers.cpuset then
	local sleeper = proc.start{"sleep", "60", cgroup = pod}
	pod:set{cpus = "0"}
	assert(pod:limits().cpus == "0")
	assert(fs.read("/proc/" .. sleeper.pid .. "/status"):find("Cpus_allowed_list:%s*0\n"))
	sleeper:kill()
	sleeper:wait()
end
cgroup.open("nslua-test-limits"):delete{recursive = true}
