-- as: root
-- world: none
-- needs: controller:cpu, controller:memory, controller:pids
-- changes are told as they happen
local cg = cgroup.create("nslua-test-watch", {memory = "32M", pids = 20})
local function wanted(name, value)
	return function(change)
		return change.name == name and (value == nil or change.value == value) and change
	end
end

-- out of memory
local hog = proc.start{"sh", "-c", "sleep 0.2; x=12345678; while :; do x=$x$x; done", stderr = "null", cgroup = cg}
local change = cg:watch(wanted("oom_kill"), {timeout = "20s"})
assert(change and change.value > change.before)
hog:wait()

-- the last one has left
if cgroup.info().v2 then
	local p = proc.start{"sleep", "0.2", cgroup = cg}
	assert(cg:watch(wanted("populated", false), {timeout = "20s"}))
	p:wait()
end

-- nothing happens
assert(cg:watch(function() return true end, {timeout = "50ms"}) == nil)

-- pressure: one processor's worth of limit for four that want it
if cgroup.info().v2 and fs.exists("/proc/pressure/cpu") then
	cg:set{cpu = 0.2}
	for _ = 1, 3 do proc.start{"sh", "-c", "while :; do :; done", cgroup = cg} end
	change = cg:watch(wanted("pressure"), {timeout = "20s", pressure = {cpu = {some = "50ms", window = "2s"}}})
	assert(change and change.resource == "cpu")
	local p = cg:pressure()
	assert(p.cpu.some.total > 0.05 and p.cpu.some.avg10 <= 1)
	assert(not pcall(cg.watch, cg, print, {pressure = {cpu = {some = "1s", window = "1ms"}}}))
end
cg:kill()
