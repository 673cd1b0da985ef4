-- unshare and setns act on the shell itself; scopes go back
local home = ns.current("net")
scope(function()
  ns.unshare("net", "uts")
  assert(ns.current("net") ~= home)
  ns.unshare("net")
  ns.unshare{"ipc", "mnt", propagation = "slave"}
end)
assert(ns.current("net") == home, "the scope went back to where it began")
ns.unshare("net")
ns.setns(home)
assert(ns.current("net") == home)

for kind, want in pairs{user = "EINVAL"} do
  local ok, e = pcall(ns.unshare, kind)
  assert(not ok and e.code == want and e.hint:find("ns.clone", 1, true))
end
for _, bad in ipairs{{}, {"nett"}, {42}, {{"net", propagation = "publc"}}, {{prop = 1}}} do
  local ok, e = pcall(ns.unshare, unpack(bad))
  assert(not ok and e.code == "EINVAL", tostring(e))
end
local ok, e = pcall(ns.unshare, "nett")
assert(tostring(e):find('did you mean "net"', 1, true))

-- pid: for children, once
local p = ns.clone{run = function()
  ns.unshare("pid")
  local first = ns.clone{run = function() return proc.pid() end}
  local ok, e = pcall(ns.unshare, "pid")
  return first:result(), ok, e and e.code, e and e.hint
end}
local first, ok, code, hint = p:result()
assert(first == 1 and not ok and code == "EINVAL" and hint:find("only once"), tostring(hint))

-- in the dead namespace nothing can be started any more, and the error says so
ok, e = pcall(function()
  return ns.clone{run = function()
    ns.unshare("pid")
    proc.run{"true"}
    proc.run{"true"}
  end}:result()
end)
assert(not ok and e.code == "ENOMEM" and e.hint:find("has ended"), tostring(e))

-- in a new user namespace alone the shell can't come back from a visit: it must not leave
local ok, code, stayed, ran = ns.clone{"user", run = function()
  local before = ns.current("net")
  local other = ns.new("net")
  local ok, e = pcall(other.call, other, print)
  scope(function() ns.unshare("uts") end)
  return ok, e.code, ns.current("net") == before, other:run(function() return true end)
end}:result()
assert(not ok and code == "EPERM" and stayed and ran)
