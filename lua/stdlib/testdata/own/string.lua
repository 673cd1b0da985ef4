-- What goes beyond Lua 5.1 in string, table and math.

local function fails(pattern, f, ...)
  local ok, err = pcall(f, ...)
  if ok then error("no error", 2) end
  if not tostring(err):find(pattern, 1, true) then error("unexpected error: " .. tostring(err), 2) end
end

-- format
assert(("%d"):format(3) == "3" and ("%5d|"):format("3") == "    3|")
fails("bad argument #2 to 'format' (number has no integer representation)", string.format, "%d", 1.5)
fails("number has no integer representation", string.format, "%x", 1/0)
fails("number has no integer representation", string.format, "%d", 0/0)
fails("bad argument #2 to 'format' (number expected, got string)", string.format, "%d", "x")
fails("bad argument #2 to 'format' (value expected)", string.format, "%s")
fails("bad argument #3 to 'format' (number expected, got no value)", string.format, "%d%d", 1)
fails("invalid option '%y' to 'format'", string.format, "%y", 1)
fails("it ends inside '%5'", string.format, "%5")
assert(("%s|%5s|%.2s"):format(nil, true, setmetatable({}, {__tostring = function() return "object" end})) == "nil| true|ob")
assert(("%s"):format("a\0b") == "a\0b" and #("%s"):format(("x"):rep(1e6)) == 1e6)
assert(("%a|%.1a|%A"):format(1, 0.5, 255) == "0x1p+0|0x1.0p-1|0X1.FEP+7")
assert(("%5.1f|%-8a|"):format(0/0, 1) == "  nan|0x1p+0  |")
assert(("%q"):format(1) == '"1"')

-- rep
assert(("ab"):rep(3, "-") == "ab-ab-ab" and ("ab"):rep(1, "-") == "ab" and (""):rep(3, ",") == ",," and (""):rep(1e9) == "")
fails("resulting string too large", string.rep, "x", 2^31)
fails("resulting string too large", string.rep, "", 2^40, "ab")
fails("resulting string too large", string.rep, ("x"):rep(1e6), 1e6)
fails("value out of range", string.char, 256)
fails("value out of range", string.char, -1)

-- patterns
assert(("a)b"):find(")", 1, true) == 2 and ("x.y"):match("%g+") == "x.y")
assert(("THE (quick) fox"):find("%f[%a]%a+%f[%A]") == 1)
assert(("word"):gsub("%f[%w]%w+", "[%0]") == "[word]")
fails("missing '[' after '%f' in pattern", string.find, "a", "%f")
fails("missing arguments to '%b'", string.find, "a", "%b")
fails("too many captures", string.find, "a", ("()"):rep(33))
assert(select("#", ("a"):find(("()"):rep(32))) == 34)
fails("pattern too complex", string.find, ("a"):rep(20000), ("a?"):rep(20000))
assert(#("a"):rep(1e6):match("(.-)$") == 1e6)
assert(#(("x"):rep(1e6):gsub("x", "yy")) == 2e6)

-- table
assert(table.unpack == unpack or select("#", table.unpack{1, 2}) == 2)
local packed = table.pack(1, nil, 3)
assert(packed.n == 3 and packed[1] == 1 and packed[2] == nil and packed[3] == 3)
assert(table.concat(table.move({1, 2, 3}, 2, 3, 1), ",") == "2,3,3")
assert(table.concat(table.move({1, 2, 3}, 1, 3, 2), ",") == "1,1,2,3")
assert(table.concat(table.move({1, 2, 3}, 1, 3, 1, {}), ",") == "1,2,3")
fails("bad argument #2 to 'insert' (position out of bounds)", table.insert, {1}, 5, "x")
fails("bad argument #2 to 'insert' (position out of bounds)", table.insert, {1}, 0, "x")
fails("bad argument #2 to 'remove' (position out of bounds)", table.remove, {1}, 5)
assert(table.remove({1}, 2) == nil and table.remove({}, 0) == nil)

-- an order function that fails leaves the table alone
local list = {3, 1, 2}
pcall(table.sort, list, function() error("no") end)
assert(table.concat(list, ",") == "3,1,2")
local n = 0
local many = {}
for i = 1, 200 do many[i] = i end
table.sort(many, function() n = n + 1 return n % 2 == 0 end)
assert(#many == 200)

-- math
assert(math.maxinteger == 2^53 and math.mininteger == -2^53)
assert(math.tointeger(3) == 3 and math.tointeger(3.5) == nil and math.tointeger("3") == nil and math.tointeger(2^60) == nil)
assert(math.type(3) == "integer" and math.type(3.5) == "float" and math.type("3") == nil)
assert(math.log(8, 2) == 3 and math.log(1000, 10) == 3 and math.abs(math.log(81, 3) - 4) < 1e-12)
assert(math.abs(math.atan(1, -1) - 3 * math.pi / 4) < 1e-12)
math.randomseed(42)
assert(math.random(1000000) == 637531 and math.random(1000000) == 789331)
assert(math.random(math.mininteger, math.maxinteger) ~= math.random(math.mininteger, math.maxinteger))
