-- as: user
-- What belongs to the whole machine is out of reach of a user namespace's root.
local ok, err = pcall(sys.sysctl, "vm.swappiness", sys.sysctl("vm.swappiness"))
assert(not ok and err.code == "EACCES" and err.hint:find("whole machine", 1, true), tostring(err))
