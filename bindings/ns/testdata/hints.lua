-- A refusal is explained by what is found to be the cause now, and only then.
local function refusal(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "was not refused")
  return e.code, e.hint or "", tostring(e)
end
local function expect(code, hint, f, ...)
  local got, text, all = refusal(f, ...)
  assert(got == code, all)
  if hint then assert(text:find(hint, 1, true), all) else assert(text == "", all) end
end

ns.clone{"user", run = function()
  -- ENOSPC: a limit is 0
  sys.sysctl("user.max_net_namespaces", 0)
  expect("ENOSPC", "user.max_net_namespaces is 0", ns.unshare, "net")
  expect("ENOSPC", "user.max_net_namespaces is 0", ns.clone, {"net", run = {"true"}})
  expect("ENOSPC", "user.max_net_namespaces is 0", ns.clone, {"user", "net", run = {"true"}})
  ns.clone{"uts", run = {"true"}}:wait()
  -- ENOSPC: a limit is reached
  sys.sysctl("user.max_uts_namespaces", 1)
  local one = ns.new("uts")
  expect("ENOSPC", "user.max_uts_namespaces=1", ns.unshare, "uts")
end}:result()

-- ENOSPC with another cause: nested too deep
local function nest(n)
  return ns.clone{"user", "pid", run = function()
    local ok, e, hint = pcall(nest, n + 1)
    if ok then return e, hint end
    return e.code, e.hint
  end}:result()
end
local code, hint = nest(1)
assert(code == "ENOSPC" and hint:find("nest at most 32 deep", 1, true), tostring(code) .. " " .. tostring(hint))
-- ENOSPC that has nothing to do with namespaces
scope(function()
  ns.unshare("mnt")
  mount.tmpfs("/mnt", {nr_inodes = 2})
  fs.mkdir("/mnt/one")
  expect("ENOSPC", nil, fs.mkdir, "/mnt/two")
end)

-- EINVAL of setns: our own user namespace, another one, and a file that is none
expect("EINVAL", "in already", ns.setns, ns.current("user"))
expect("EINVAL", "h:run", ns.setns, ns.new("user"))
expect("EINVAL", nil, ns.open, "/proc/self/status")

-- EPERM: the namespace belongs to a user namespace further out
local outer = ns.current("net")
local code, hint = ns.clone{"user", run = function() return refusal(ns.setns, outer) end}:result()
assert(code == "EPERM" and hint:find("owns it", 1, true), hint)
local pid = proc.pid()
code, hint = ns.clone{"user", uid_map = {1, sys.uid(), 1}, gid_map = {1, sys.gid(), 1}, uid = 1, gid = 1,
  run = function() return refusal(sys.setid, {uid = 0}) end}:result()
assert(hint == nil or not hint:find("owns it", 1, true))

-- EACCES of ping: no CAP_NET_RAW, and a group that is not in the range; the same errno of a file has no such hint
code, hint = ns.clone{"user", "net", uid_map = {1, sys.uid(), 1}, gid_map = {1, sys.gid(), 1}, uid = 1, gid = 1,
  run = function() return refusal(net.ping, "127.0.0.1") end}:result()
assert((code == "EACCES" or code == "EPERM") and hint:find("ping_group_range", 1, true), code .. " " .. hint)
code, hint = ns.clone{"user", uid_map = {1, sys.uid(), 1}, gid_map = {1, sys.gid(), 1}, uid = 1, gid = 1,
  run = function() return refusal(proc.run, {"/etc/passwd"}) end}:result()
assert(code == "EACCES" and not hint:find("ping_group_range", 1, true), code .. " " .. hint)
