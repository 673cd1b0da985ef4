-- long: moves gigabytes
-- children that end at the worst moment, and payloads that are too much
math.randomseed(7)
local killed, whole = 0, 0
for _ = 1, 40 do
  local p = ns.clone{run = function() return ("x"):rep(30 * 1024 * 1024) end}
  proc.sleep(math.random() * 0.08)
  p:kill()
  local ok, r = pcall(p.result, p)
  if ok then
    assert(#r == 30 * 1024 * 1024)
    whole = whole + 1
  else
    assert(tostring(r):find("SIGKILL", 1, true), tostring(r))
    killed = killed + 1
  end
  p:close()
end
assert(killed > 0, "no child was killed half way")

assert(#ns.clone{args = {("x"):rep(100 * 1024 * 1024)}, run = function(s) return s end}:result() == 100 * 1024 * 1024)

-- a closure that recurses without end, and one that returns a handle it has closed
local ok, e = pcall(function() return ns.clone{run = function() local function f() return 1 + f() end return f() end}:result() end)
assert(not ok and tostring(e):find("stack overflow", 1, true), tostring(e))
ok, e = pcall(function() return ns.clone{run = function() local h = ns.new("uts"); h:close(); return h end}:result() end)
assert(not ok and tostring(e):find("closed", 1, true), tostring(e))

-- many at once
local ps = {}
for i = 1, 100 do ps[i] = ns.clone{"user", "pid", "uts", args = {i}, run = function(n) return n * n end} end
for i, p in ipairs(ps) do assert(p:result() == i * i); p:close() end

-- descriptors do not grow, even if nobody closes the processes that have ended
local function fds() return #fs.list("/proc/self/fd") end
local before
for i = 1, 60 do
  ns.clone{"user", run = function() return 1 end}:result()
  ns.clone{"user", run = function() os.exit(3) end}:wait()
  pcall(function() ns.clone{"user", run = function() error("x") end}:result() end)
  local p = ns.clone{"user", run = function() return ns.new("uts") end}
  p:wait(); p:close() -- its handle was not taken
  proc.run{"true", capture = true}
  if i == 10 then before = fds() end
end
assert(fds() <= before, fds() .. " descriptors, " .. before .. " before")

-- more handles than a message can carry
local many = {}
for i = 1, 260 do many[i] = ns.new("uts") end
ok, e = pcall(ns.clone, {args = many, run = function() end})
assert(not ok and e.code == "E2BIG" and tostring(e):find("260 handles", 1, true), tostring(e))
