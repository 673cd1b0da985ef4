-- Coroutines work, and say so where they can't.

local function fails(want, f, ...)
  local co = coroutine.create(f)
  local ok, err = coroutine.resume(co, ...)
  assert(not ok and coroutine.status(co) == "dead", "no error")
  if not tostring(err):find(want, 1, true) then error("want " .. want .. ", got " .. tostring(err), 2) end
end

local co = coroutine.wrap(function(a)
  local b = coroutine.yield(a + 1)
  local function deeper() return coroutine.yield(b * 2) end
  local c, d = (function() local x, y = deeper() return x, y end)()
  return c + d
end)
assert(co(1) == 2 and co(10) == 20 and co(3, 4) == 7)
assert(coroutine.running() == nil)

local function tail(n) if n == 0 then return coroutine.yield("end") end return tail(n - 1) end
assert(coroutine.wrap(tail)(100000) == "end")
assert(coroutine.wrap(coroutine.yield)(5) == 5)
local inner = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)
local sum = 0
for i in inner do sum = sum + i end
assert(sum == 6)

local want = "attempt to yield across a function written in Go"
fails(want, function() ("x"):gsub("x", coroutine.yield) end)
fails(want, function() ("x"):gsub("x", function() coroutine.yield() end) end)
fails(want, function() table.sort({1, 2, 3}, function() coroutine.yield() end) end)
fails(want, function() tostring(setmetatable({}, {__tostring = function() coroutine.yield() end})) end)
fails(want, function() load(function() coroutine.yield() end) end)
