-- string.format, tostring and tonumber.

local function eq(want, format, ...)
  local got = string.format(format, ...)
  if got ~= want then error("want [" .. want .. "], got [" .. got .. "]", 2) end
end

local function fails(pattern, f, ...)
  local ok, err = pcall(f, ...)
  if ok then error("no error", 2) end
  if not err:find(pattern, 1, true) then error("unexpected error: " .. err, 2) end
end

eq("a%b", "a%%b")
eq("12|   12|12   |00012|+12| 12", "%d|%5d|%-5d|%05d|%+d|% d", 12, 12, 12, 12, 12, 12)
eq("-12|  -12|-0012|012|  012", "%d|%5d|%05d|%.3d|%5.3d", -12, -12, -12, 12, 12)
eq("7|7", "%i|%u", 7, 7)
eq("12", "%d", "12")
eq("16", "%d", "0x10")
eq("-9007199254740992", "%d", -2^53)
eq("ff|FF|0xff|0XFF|17|017|00ff", "%x|%X|%#x|%#X|%o|%#o|%04x", 255, 255, 255, 255, 15, 15, 255)
eq("0|0", "%#x|%#o", 0, 0)
eq("ffffffffffffffff", "%x", -1)
eq("A|  A|A  ", "%c|%3c|%-3c", 65, 65, 65)
eq("1.500000|1.50|  1.5|1.5  |001.5|+1.5", "%f|%.2f|%5.1f|%-5.1f|%05.1f|%+.1f", 1.5, 1.5, 1.5, 1.5, 1.5, 1.5)
eq("2|2.", "%.0f|%#.0f", 2, 2)
eq("1.500000e+00|1.5E+10|1e-05", "%e|%.1E|%.0e", 1.5, 1.5e10, 1e-5)
eq("1e+20|0.1|100000|1e+06|1E-05", "%g|%g|%g|%g|%G", 1e20, 0.1, 100000, 1000000, 1e-5)
eq("3.14|1.00000|1.|1.0e+10", "%.3g|%#g|%#.1g|%#.2g", 3.14159, 1, 1, 1e10)
eq("0.1", "%.14g", 0.1)
eq("inf|-inf|INF|  inf|  inf", "%f|%g|%G|%5.1f|%05.1f", 1/0, -1/0, 1/0, 1/0, 1/0)
eq("abc|  abc|abc  |ab|   ab", "%s|%5s|%-5s|%.2s|%5.2s", "abc", "abc", "abc", "abc", "abc")
eq("12|0.5", "%s|%s", 12, 0.5)
eq('"a\\"b\\\\c\\\nd\\000e\\rf"', "%q", 'a"b\\c\nd\0e\rf')
eq("", "")

fails("number expected, got string", string.format, "%d", "x")
fails("no value", string.format, "%d")
fails("bad argument #3 to", string.format, "%d %d", 1)
fails("invalid option", string.format, "%y", 1)
fails("width or precision too long", string.format, "%123d", 1)
fails("width or precision too long", string.format, "%.123d", 1)

-- numbers to text
assert(tostring(1e15) == "1e+15" or tostring(1e15) == "1000000000000000")
for _, case in ipairs{
  {0, "0"}, {-1, "-1"}, {0.1, "0.1"}, {1/3, "0.33333333333333"}, {0.1 + 0.2, "0.3"}, {-1.5, "-1.5"},
  {1e100, "1e+100"}, {1e-7, "1e-07"}, {123456789012, "123456789012"}, {1/0, "inf"}, {-1/0, "-inf"},
  {2^63, "9.2233720368548e+18"}, {1e14, "1e+14", "100000000000000"},
} do
  local got = tostring(case[1])
  assert(got == case[2] or got == case[3], got)
end
assert((tostring(0/0):find("nan")))

-- text to numbers
for text, want in pairs{
  ["10"] = 10, ["  10  "] = 10, ["\t\n10\v\f\r"] = 10, ["-10"] = -10, ["+10"] = 10, ["010"] = 10, ["1e3"] = 1000,
  ["1E+3"] = 1000, ["1e-3"] = 0.001, [".5"] = 0.5, ["5."] = 5, ["0x10"] = 16, ["0XfF"] = 255, ["-0x10"] = -16,
  ["1e400"] = 1/0, ["0x.8p1"] = 1,
} do
  if tonumber(text) ~= want then error(("%q"):format(text)) end
end
for _, text in ipairs{"", " ", "x", "1x", "1 2", "0x", "1e", "1e+", "--1", ".", "e1", "1_000", "0b1", "0o7"} do
  if tonumber(text) then error(("%q"):format(text)) end
end
-- strings in arithmetic follow the same rules
assert("010" + 0 == 10 and "0x10" * 2 == 32 and "1e3" - 1 == 999 and -"08" == -8 and "7" / 2 == 3.5)
assert("-5" % 3 == 1 and "5" % -3 == -1 and 2 ^ " 3 " == 8)
for _, text in ipairs{"", "x", "1_000", "0b1"} do
  fails("attempt to perform arithmetic on", function() return text + 1 end)
  fails("attempt to perform arithmetic on", function() return -text end)
end
fails("attempt to perform arithmetic on a table", function() return "1" + {} end)
fails("attempt to perform arithmetic on a table", function() return {} - "1" end)
local sum = setmetatable({}, {__add = function(a, b) return a == "x" and "right" or b == "x" and "left" end})
assert("x" + sum == "right" and sum + "x" == "left")

-- numerals that no int64 holds
assert(0xffffffffffffffff == 2^64 and 0x8000000000000000 == 2^63 and 1e400 == 1/0 and 010 == 10)

assert(tonumber("ff", 16) == 255 and tonumber("FF", 16) == 255 and tonumber("0xff", 16) == 255)
assert(tonumber("zz", 36) == 1295 and tonumber("101", 2) == 5 and tonumber(" 11 ", 3) == 4 and tonumber(11, 2) == 3)
assert(tonumber("12", 2) == nil and tonumber("", 16) == nil and tonumber("8", 8) == nil and tonumber("1.0", 16) == nil)
assert(tonumber(12) == 12 and tonumber({}) == nil and tonumber(nil) == nil)
fails("base out of range", tonumber, "1", 1)
fails("base out of range", tonumber, "1", 37)
fails("bad argument #1 to", tonumber)
