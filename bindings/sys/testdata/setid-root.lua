-- as: root
-- The ids of all threads change, and for good.
sys.setid{groups = {7, 9}, egid = 12}
assert(sys.groups()[1] == 7 and sys.groups()[2] == 9 and sys.egid() == 12 and sys.gid() == 0)
sys.setid{euid = 1000}
assert(sys.uid() == 0 and sys.euid() == 1000)
sys.setid{euid = 0}
sys.setid{uid = 65534, gid = 65534, groups = {}}
local me = sys.id()
assert(me.uid == 65534 and me.suid == 65534 and me.sgid == 65534 and #me.groups == 0)
local ok, err = pcall(sys.setid, {uid = 0})
assert(not ok and err.code == "EPERM" and err.hint:find("CAP_SETUID", 1, true), tostring(err))
