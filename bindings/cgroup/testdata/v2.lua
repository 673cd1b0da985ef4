-- as: root
-- world: none
-- needs: cgroup2:cpu, cgroup2:memory, cgroup2:io, cgroup2:cpuset, cgroup2:pids
-- what only v2 has, and limits of devices
local M = 1024 * 1024
local cg = cgroup.create("nslua-test-v2", {memory_high = "32M", memory_min = "4M", oom_group = true, memory = "64M"})
local l = cg:limits()
assert(l.memory_high == 32 * M and l.memory_min == 4 * M and l.oom_group)

-- all or none: the sleeper goes with the hog
local sleeper = proc.start{"sleep", "60", cgroup = cg}
cg:set{memory_high = "max"}
local hog = proc.run{"sh", "-c", "x=12345678; while :; do x=$x$x; done", stderr = "null", cgroup = cg}
assert(not hog.ok and sleeper:wait().signal == "SIGKILL")
assert(cg:events().oom_group_kill >= 1)

-- reclaim
local n = cg:stat().memory.usage
if pcall(cg.reclaim, cg, "64K") then assert(cg:stat().memory.usage <= n + M) end

-- reads of a disk at a rate
local disk
for _, name in ipairs{"nullb0", "vda", "sda"} do
	if fs.exists("/dev/" .. name) then disk = disk or "/dev/" .. name end
end
if disk then
	local reader = cgroup.create("nslua-test-v2-io", {io = {[disk] = {rbps = "1M", riops = 1000}}})
	local _, limit = next(reader:limits().io)
	assert(limit.rbps == M and limit.riops == 1000)
	local start = os.time()
	proc.run{"dd", "if=" .. disk, "of=/dev/null", "bs=64k", "count=40", "iflag=direct", stderr = "null", cgroup = reader}
	assert(os.time() - start >= 1, "2.5 MB at 1 MB a second took " .. os.time() - start)
	local _, used = next(reader:stat().io)
	assert(used.rbytes >= 40 * 65536, used.rbytes)
	reader:set{io = {[disk] = {rbps = "max", riops = "max"}}}
	assert(reader:limits().io == nil)
end

-- threads of one process in cgroups of their own
local root = cgroup.create("nslua-test-v2-threads")
local t = cgroup.create("nslua-test-v2-threads/t")
local ok, err = pcall(t.write, t, "cgroup.type", "threaded")
assert(not ok and err.code == "EOPNOTSUPP" and err.hint:find("-memory", 1, true), err)
root:write("cgroup.subtree_control", "-memory")
t:write("cgroup.type", "threaded")
local p = proc.start{"sleep", "60", cgroup = root}
t:add(p.pid, {thread = true})
assert(t:threads()[1] == p.pid and root:procs()[1] == p.pid)
ok, err = pcall(t.procs, t)
assert(not ok and err.code == "EOPNOTSUPP" and err.hint:find("threads"), err)
root:kill()
p:wait()
