-- keyrings and security modules
local function refused(code, text, ...)
  local ok, e = pcall(...)
  assert(not ok, "accepted")
  assert(e.code == code and tostring(e):find(text, 1, true), tostring(e))
end
local first = sec.join_keyring()
assert(sec.keyring().id == first and sec.keyring().type == "keyring")
local own = sec.join_keyring("named")
assert(own ~= first and sec.keyring("session").description == "named" and sec.keyring().perm:len() == 8)
assert(proc.run{run = function() return sec.keyring().id end} == own, "children share it")
assert(proc.run{run = function() sec.join_keyring() return sec.keyring().id end} ~= own and sec.keyring().id == own)
refused("ENOKEY", "thread keyring", sec.keyring, "thread")
refused("EINVAL", 'did you mean "session"', sec.keyring, "sesion")

local l = sec.lsm()
assert(l.modules == nil or #l.modules > 0)
assert(sec.lsm(proc.pid()).label == l.label)
refused("ESRCH", "999999999", sec.lsm, 999999999)
