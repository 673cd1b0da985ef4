-- capability sets: the rules of capabilities(7), and what children inherit
local function refused(code, text, ...)
  local ok, e = pcall(...)
  assert(not ok, "accepted")
  assert(e.code == code and tostring(e):find(text, 1, true), tostring(e))
end
local function has(list, name)
  for _, n in ipairs(list) do if n == name then return true end end
  return false
end
local function inside(fn, ...) return proc.run{run = fn, args = {...}} end

-- the shell's sets are those that /proc shows of it
local mine, shown = sec.caps(), sec.caps(proc.pid())
for set, names in pairs(mine) do assert(table.concat(names, " ") == table.concat(shown[set], " "), set) end
assert(has(mine.effective, "sys_admin") and has(sec.cap_names(), "checkpoint_restore"))
refused("ESRCH", "999999999", sec.caps, 999999999)
refused("EINVAL", 'did you mean "net_admin"', sec.drop_caps, {"net_admn"})

-- drop: from all five, for ever, and for what is started later
inside(function()
  sec.set_caps{inheritable = {"net_raw", "kill"}, ambient = {"net_raw", "kill"}}
  sec.drop_caps{"CAP_NET_RAW"}
  for set, names in pairs(sec.caps()) do assert(not has(names, "net_raw"), set) end
  assert(has(sec.caps().ambient, "kill"))
  local child = proc.run{run = function() return sec.caps() end}
  assert(not has(child.permitted, "net_raw") and has(child.permitted, "kill") and not has(child.bounding, "net_raw"))
  refused("EPERM", "can only shrink", sec.set_caps, {permitted = {"net_raw"}})
  refused("EPERM", "can only shrink", sec.set_caps, {bounding = {"net_raw"}})
end)

-- retain, and what it takes
inside(function()
  sec.retain_caps{"kill", "chown"}
  assert(table.concat(sec.caps().effective, " ") == "chown kill" and table.concat(sec.caps().bounding, " ") == "chown kill")
  refused("EPERM", "needs setpcap", sec.drop_caps, {"kill"})
  sec.set_caps{effective = {}}
  assert(#sec.caps().effective == 0 and #sec.caps().permitted == 2)
  sec.set_caps{effective = {"chown"}}
  sec.set_caps{permitted = {"chown"}}
  refused("EPERM", "must be permitted", sec.set_caps, {effective = {"kill"}})
  refused("EPERM", "permitted and inheritable", sec.set_caps, {ambient = {"chown"}})
  sec.set_caps{inheritable = {"chown"}, ambient = {"chown"}}
  sec.set_caps{permitted = {}}
  assert(#sec.caps().ambient == 0 and #sec.caps().effective == 0)
end)
refused("EINVAL", "did you mean 'bounding'", sec.set_caps, {boundin = {}})

-- no_new_privs
inside(function()
  assert(sec.no_new_privs() == false)
  sec.no_new_privs(true)
  assert(sec.no_new_privs() == true)
  refused("EINVAL", "can't be taken back", sec.no_new_privs, false)
  assert(proc.run{run = function() return sec.no_new_privs() end} == true)
end)

-- securebits
inside(function()
  assert(#sec.securebits() == 0)
  sec.securebits{"noroot", "no_setuid_fixup", "no_setuid_fixup_locked"}
  assert(table.concat(sec.securebits(), " ") == "noroot no_setuid_fixup no_setuid_fixup_locked")
  refused("EPERM", "_locked", sec.securebits, {"noroot"})
  refused("EINVAL", 'did you mean "noroot"', sec.securebits, {"norot"})
  assert(#proc.run{run = function() return sec.caps() end}.effective == 0)
  sec.set_caps{effective = {}}
  refused("EPERM", "takes setpcap", sec.securebits, {"no_setuid_fixup", "no_setuid_fixup_locked"})
end)

-- dumpable
inside(function()
  assert(sec.dumpable() == true)
  sec.dumpable(false)
  assert(sec.dumpable() == false)
  sec.dumpable(true)
  assert(sec.dumpable() == true)
end)
