-- The math library.

local function fails(pattern, f, ...)
  local ok, err = pcall(f, ...)
  if ok then error("no error", 2) end
  if not err:find(pattern, 1, true) then error("unexpected error: " .. err, 2) end
end

local function near(a, b) return math.abs(a - b) < 1e-12 end

assert(math.huge == 1/0 and near(math.pi, 3.141592653589793))
assert(math.floor(-1.5) == -2 and math.ceil(-1.5) == -1 and math.abs(-3) == 3 and math.floor("2.5") == 2)
assert(math.fmod(7, 3) == 1 and math.fmod(-7, 3) == -1 and math.fmod(7, -3) == 1)
assert(math.mod == math.fmod or math.mod(-7, 3) == -1)
assert(math.fmod(1, 0) ~= math.fmod(1, 0))
assert(math.max(1, 3, 2) == 3 and math.min(3, 1, 2) == 1 and math.max(1) == 1)
local whole, fraction = math.modf(-3.75)
assert(whole == -3 and fraction == -0.75)
whole, fraction = math.modf(math.huge)
assert(whole == math.huge and fraction == 0)
local m, e = math.frexp(8)
assert(m == 0.5 and e == 4 and math.ldexp(0.5, 4) == 8)
assert(math.sqrt(16) == 4 and math.pow(2, 10) == 1024 and math.exp(0) == 1 and math.log(1) == 0 and math.log10(1000) == 3)
assert(near(math.sin(math.pi / 2), 1) and near(math.cos(0), 1) and near(math.tan(0), 0) and near(math.atan2(1, 1), math.pi / 4))
assert(near(math.asin(1), math.pi / 2) and near(math.acos(1), 0) and near(math.atan(1), math.pi / 4))
assert(math.cosh(0) == 1 and math.sinh(0) == 0 and math.tanh(0) == 0)
assert(near(math.deg(math.pi), 180) and near(math.rad(180), math.pi))

for _ = 1, 1000 do
  local r = math.random()
  assert(r >= 0 and r < 1)
  r = math.random(6)
  assert(r >= 1 and r <= 6 and r == math.floor(r))
  r = math.random(-5, 5)
  assert(r >= -5 and r <= 5 and r == math.floor(r))
end
assert(math.random(1) == 1 and math.random(3, 3) == 3)
local function roll(seed)
  math.randomseed(seed)
  return math.random(1e9) .. "," .. math.random(1e9)
end
assert(roll(42) == roll(42) and roll(1) ~= roll(2))
fails("interval is empty", math.random, 0)
fails("interval is empty", math.random, 2, 1)
fails("number expected, got no value", math.max)
fails("number expected, got table", math.sin, {})
