-- a closure carries what it uses, and what it does to that stays with the copy
local secret, count = "carried along", 0
local function bump() count = count + 1; return count end
helper = function(n) return n * 2 end
local p = ns.clone{"user", "mnt", "pid", "net", "uts", "ipc", "cgroup", hostname = "inner", domainname = "test",
  proc = true, args = {20, 22, nil, "last"},
  run = function(a, b, c, d)
    bump(); bump()
    return {pid = proc.pid(), secret = secret, count = count, sum = helper(a + b), hole = c, last = d,
      seen = #proc.list(), host = proc.sh("hostname")}, "second"
  end}
local r, second = p:result()
assert(r.pid == 1 and r.secret == secret and r.count == 2 and r.sum == 84 and second == "second")
assert(r.hole == nil and r.last == "last", "arguments with a hole")
assert(count == 0 and r.seen == 1 and r.host == "inner")
assert(p:status().code == 0)
local ok, err = pcall(p.result, p)
assert(not ok and tostring(err):find("taken already"))

-- handles travel, both ways
local blue = ns.new("net")
local same, back = ns.clone{run = function() return tostring(blue), blue end}:result()
assert(same == tostring(blue) and back == blue)

-- a failure inside comes out whole, with the traceback of that process
local ok, err = pcall(function()
  return ns.clone{"user", run = function()
    local function inner() local t; return t.x end
    inner()
  end}:result()
end)
assert(not ok and tostring(err):find("index", 1, true) and err.traceback:find("inner", 1, true), tostring(err.traceback))
ok, err = pcall(function() return ns.clone{run = function() error{code = "MINE", n = 7} end}:result() end)
assert(not ok and err.code == "MINE" and err.n == 7)
ok, err = pcall(function() return ns.clone{run = function() ns.open(999999999, "net") end}:result() end)
assert(not ok and err.code == "ESRCH" and err.op == "ns.open")

-- os.exit inside is the process's exit code
local q = ns.clone{run = function() os.exit(7) end}
ok, err = pcall(q.result, q)
assert(not ok and tostring(err):find("exit code 7") and q:status().code == 7)
assert(ns.clone{run = function() os.exit(0) end}:result() == nil)

-- a result that can't travel names itself
ok, err = pcall(function() return ns.clone{run = function() return coroutine.create(print) end}:result() end)
assert(not ok and tostring(err):find("coroutine") and tostring(err):find("result 1"), tostring(err))

-- a child that dies half way
q = ns.clone{run = function() proc.kill(proc.pid(), "KILL") end}
ok, err = pcall(q.result, q)
assert(not ok and tostring(err):find("SIGKILL"))

-- large values travel
local big = string.rep("x", 5 * 1024 * 1024)
assert(ns.clone{run = function() return #big, big end}:result() == #big)

-- closures nest
assert(ns.clone{"user", "pid", run = function()
  return ns.clone{"pid", "uts", run = function() return proc.pid() end}:result() + 1
end}:result() == 2)
