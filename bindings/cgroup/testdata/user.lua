-- as: user
-- world: none
-- an ordinary user has what was delegated to it, or an error that says how to get some
local host = cgroup.info()
if host.base then
	local cg = cgroup.create("nslua-test-user", {memory = "32M", pids = 10, cpu = 0.5})
	assert(cg.path == host.base .. "/nslua-test-user", cg.path)
	assert(cg:limits().pids == 10)
	local p = proc.start{"sleep", "60", cgroup = cg}
	assert(cg:procs()[1] == p.pid)
	cg:kill()
	assert(p:wait().signal == "SIGKILL")
	local ok, err = pcall(cgroup.create, "/nslua-test-user")
	assert(not ok and err.code == "EACCES" and err.hint:find(host.base, 1, true), err)
	cg:delete()
else
	local ok, err = pcall(cgroup.create, "nslua-test-user", {memory = "32M"})
	assert(not ok and err.code == "EACCES", err)
	assert(err.hint:find("systemd%-run") or err.hint:find("chown"), err.hint)
end
