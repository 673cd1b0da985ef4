-- as: user
-- In a namespace with a one-line map.
local ok, err = pcall(sys.setid, {groups = {}})
assert(not ok and err.code == "EPERM" and err.hint:find("setgroups is denied", 1, true), tostring(err))
ok, err = pcall(sys.setid, {uid = 1})
assert(not ok and err.code == "EINVAL" and err.hint:find("mapped", 1, true), tostring(err))
