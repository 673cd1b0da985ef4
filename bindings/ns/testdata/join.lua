-- joining what exists and adding what is new
local holder = ns.clone{"user", "net", "uts", "mnt", hostname = "shared", run = {"sleep", "60"}}
local q = ns.clone{"pid", join = {holder:ns("user"), holder:ns("net"), holder:ns("uts"), holder:ns("mnt")},
  run = function() return proc.sh("hostname"), tostring(ns.current("net")), proc.pid() end}
local host, netns, pid = q:result()
assert(host == "shared" and netns == tostring(holder:ns("net")) and pid == 1)

-- h:run goes anywhere, h:call where the kernel lets a thread go
local net, user, uts = holder:ns("net"), holder:ns("user"), holder:ns("uts")
assert(net:run(function() return tostring(ns.current("net")) end) == tostring(net))
assert(uts:run{"sh", "-c", 'test "$(hostname)" = shared'}.ok)
assert(user:run(function() return ns.current("user") == user end))
local ok, err = pcall(user.call, user, print)
assert(not ok and err.code == "EINVAL" and err.hint:find("h:run", 1, true))

local calls = 0
local here = ns.current("uts")
assert(uts:call(function(a, ...) calls = calls + a; return proc.sh("hostname"), ... end, 2, "x") == "shared")
assert(calls == 2 and ns.current("uts") == here, "no copy, and back again")
ok, err = pcall(uts.call, uts, function() error("inside") end)
assert(not ok and err:find("inside") and ns.current("uts") == here, "back after an error too")
local mnt = holder:ns("mnt")
assert(mnt:call(function() return ns.current("mnt") == mnt end) and ns.current("mnt") ~= mnt)

assert(net:owner() == user and user:parent() == ns.current("user"))
ok, err = pcall(net.parent, net)
assert(not ok and err.code == "EINVAL" and err.hint:find("owner", 1, true))
holder:kill(); holder:wait()

-- among processes that may be hostile a closure runs from a sealed copy of the program:
-- what they write through /proc/PID/exe can't reach it (CVE-2019-5736)
local victim = ns.clone{"user", "pid", "mnt", proc = true, run = {"sleep", "60"}}
local exe, written = ns.clone{join = {victim:ns("user"), victim:ns("pid"), victim:ns("mnt")}, run = function()
  return fs.readlink("/proc/self/exe"), pcall(fs.write, "/proc/self/exe", "hijacked", {append = true})
end}:result()
assert(exe:find("memfd:nslua", 1, true) and written == false, exe)
local again = ns.clone{join = {victim:ns("user"), victim:ns("pid"), victim:ns("mnt")}, run = function()
  return ns.clone{"uts", run = function() return 42 end}:result()
end}
assert(again:result() == 42, "the copy serves for closures of closures")
victim:kill(); victim:wait()
