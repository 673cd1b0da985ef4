local me = sys.id()
assert(me.uid == 0 and me.euid == 0 and me.suid == 0 and me.gid == 0 and me.egid == 0 and me.sgid == 0)
assert(sys.uid() == 0 and sys.gid() == 0 and sys.euid() == 0 and sys.egid() == 0)
assert(me.user == "root" and me.group == "root")
assert(#me.groups == #sys.groups())
sys.setid{uid = "root", gid = 0}

local ok, err = pcall(sys.setid, {uid = "no-such-user"})
assert(not ok and err.code == "EINVAL" and tostring(err):find("no user is called 'no-such-user'", 1, true), tostring(err))
ok, err = pcall(sys.setid, {uid = -1})
assert(not ok and err.code == "EINVAL" and tostring(err):find("user id", 1, true))
ok, err = pcall(sys.setid, {user = 1})
assert(not ok and tostring(err):find("unknown option", 1, true))
