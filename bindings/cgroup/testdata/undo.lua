-- as: root
-- world: none
-- needs: controller:pids
-- a scope leaves nothing, whatever was in it
local function exists(path) return pcall(cgroup.open, path) end

local p, q
scope(function()
	local cg = cgroup.create("nslua-test-undo/a/b", {pids = 10})
	p = proc.start{"sleep", "60", detach = true, cgroup = cg}
	assert(exists("nslua-test-undo/a/b"))
	cg:delete{kill = true}
	assert(not exists("nslua-test-undo/a/b") and exists("nslua-test-undo/a"))
	cg = cgroup.create("nslua-test-undo/c")
	cg:set{pids = 5}
	q = proc.start{"sleep", "60", detach = true, cgroup = cg}
	cg:freeze()
end)
assert(not exists("nslua-test-undo"), "those above it went too")
assert(p:wait().signal == "SIGKILL" and q:wait().signal == "SIGKILL")

-- what fails half way is not there at all
assert(not pcall(cgroup.create, "nslua-test-undo/x", {cpus = "9999"}))
assert(not exists("nslua-test-undo"))

-- kept
scope(function() keep(cgroup.create("nslua-test-undo")) end)
assert(exists("nslua-test-undo"))
cgroup.open("nslua-test-undo"):delete()
