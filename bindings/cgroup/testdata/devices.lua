-- as: root
-- world: none
-- needs: controller:pids
-- what may be done with devices: a list on v1, a BPF program on v2
local function try(cg, line) return proc.run{"sh", "-c", line, stderr = "null", cgroup = cg}.ok end

local cg = cgroup.create("nslua-test-devices", {devices = {"/dev/null rw", "c 1:5 r"}})
assert(try(cg, ": > /dev/null && : < /dev/null"))
assert(try(cg, ": < /dev/zero"))
assert(not try(cg, ": > /dev/zero"), "reading was allowed, writing was not")
assert(not try(cg, ": <> /dev/zero"), "nor is both at once")
assert(not try(cg, ": < /dev/full"))

cg:set{devices = {"a"}}
assert(try(cg, ": > /dev/zero && : < /dev/full"), "the new list takes the place of the old one")
cg:set{devices = {"c *:* r"}}
assert(try(cg, ": < /dev/full") and not try(cg, ": > /dev/zero"))

local ok, err = pcall(cg.set, cg, {devices = {"x 1:3"}})
assert(not ok and tostring(err):find("c 1:3 rwm", 1, true), err)
