-- as: root
-- world: none
-- needs: controller:memory, controller:pids
-- errors say what the rule is
local function fails(pattern, f, ...)
	local ok, err = pcall(f, ...)
	assert(not ok, "no error, expected " .. pattern)
	assert(tostring(err):find(pattern), tostring(err))
	return err
end

fails("did you mean 'memory'", cgroup.create, "nslua-test-errors", {memroy = "1G"})
fails("processors", cgroup.create, "nslua-test-errors", {cpu = "much"})
fails('"max" takes the limit away', cgroup.create, "nslua-test-errors", {memory = "much"})
fails("1 to 10000", cgroup.create, "nslua-test-errors", {cpu_weight = 0})
fails("leads out of", cgroup.create, "../nslua-test-errors")
assert(fails("cgroup.list", cgroup.open, "nslua-test-none").code == "ENOENT")

local cg = cgroup.create("nslua-test-errors")
assert(fails("cgroup.open opens it", cgroup.create, "nslua-test-errors").code == "EEXIST")
assert(fails("no such process", cg.add, cg, 2 ^ 22).code == "ESRCH")
assert(fails("does not know it", cg.read, cg, "memory.nonsense").code == "ENOENT")
assert(fails("", cg.read, cg, "../cgroup.procs").code == "EINVAL")

-- what is in it holds it
local p = proc.start{"sleep", "60", cgroup = cg}
assert(fails("it has process " .. p.pid .. ".*kill = true", cg.delete, cg).code == "EBUSY")
cg:kill()
p:wait()
cgroup.create("nslua-test-errors/below")
assert(fails("below.*recursive = true", cg.delete, cg).code == "EBUSY")

-- what one version lacks
local version = cgroup.info().controllers.memory.version
if version == 1 then
	local err = fails("use memory, which is a hard limit", cg.set, cg, {memory_high = "1G"})
	assert(err.code == "EOPNOTSUPP" and err.message:find("option 'memory_high' does not exist on cgroup v1"))
	fails("kill the cgroup", cg.set, cg, {oom_group = true})
	cg:set{memory = "64M", swap = 0}
	fails("can't be above", cg.set, cg, {memory = "1T"})
else
	local err = fails("nftables", cg.set, cg, {net_cls = 1})
	assert(err.code == "EOPNOTSUPP")

	-- no internal processes
	local full = cgroup.create("nslua-test-errors-full")
	p = proc.start{"sleep", "60", cgroup = full}
	err = fails("internal processes.*process " .. p.pid, cgroup.create, "nslua-test-errors-full/other", {cpu = 1})
	assert(err.code == "EBUSY")
	full:move(cgroup.create("nslua-test-errors-full/main"))
	cgroup.create("nslua-test-errors-full/other", {cpu = 1})
	assert(fails("can have no processes itself", full.add, full, p).code == "EBUSY")
	assert(fails("can have no processes itself", proc.start, {"true", cgroup = full}).code == "EBUSY")
	p:kill()
	p:wait()

	-- threaded
	local root = cgroup.create("nslua-test-threads")
	local threaded = cgroup.create("nslua-test-threads/t")
	root:write("cgroup.subtree_control", "-memory")
	threaded:write("cgroup.type", "threaded")
	fails("threaded", cgroup.create, "nslua-test-threads/t/u", {memory = "1G"})
end
if not cgroup.info().controllers.rdma then
	assert(fails("built without the controller rdma", cg.set, cg, {rdma = {none = "hca_handle=1"}}).code == "ENODEV")
end
fails("stat /dev/nslua", cg.set, cg, {io = {["/dev/nslua-none"] = {rbps = 1}}})
fails("the shell itself is in it", function() cgroup.current():freeze() end)
fails("the shell itself is in it", function() cgroup.current():kill() end)
cg:delete{recursive = true}
fails("has been closed", cg.stat, cg)
