local function fails(pattern, f, ...)
  local ok, err = pcall(f, ...)
  if ok then error("no error", 2) end
  if not tostring(err):find(pattern, 1, true) then error("unexpected error: " .. tostring(err), 2) end
end

local text = "aé中😀"
assert(utf8.char() == "" and utf8.char(97, 233, 20013, 128512) == text)
assert(utf8.len(text) == 4 and utf8.len("") == 0 and utf8.len(text, 2) == 3 and utf8.len(text, -4) == 1 and utf8.len(text, 1, 1) == 1)
local n, at = utf8.len("ab\255c")
assert(n == nil and at == 3)
n, at = utf8.len("\237\160\128") -- a surrogate
assert(n == nil and at == 1)
assert(utf8.len("\192\128") == nil, "an overlong form")
fails("initial position out of bounds", utf8.len, "a", 3)
fails("final position out of bounds", utf8.len, "a", 1, 2)

assert(table.concat({utf8.codepoint(text, 1, -1)}, ",") == "97,233,20013,128512" and utf8.codepoint("é") == 233)
fails("invalid UTF-8 code", utf8.codepoint, "\255")
fails("out of bounds", utf8.codepoint, "a", 2)
fails("out of bounds", utf8.codepoint, "")
fails("value out of range", utf8.char, 0x110000)
fails("value out of range", utf8.char, 0xd800)
fails("value out of range", utf8.char, -1)

assert(utf8.offset(text, 1) == 1 and utf8.offset(text, 3) == 4 and utf8.offset(text, 5) == 11 and utf8.offset(text, 6) == nil)
assert(utf8.offset(text, -1) == 7 and utf8.offset(text, -4) == 1 and utf8.offset(text, -5) == nil and utf8.offset(text, 0, 8) == 7)
assert(utf8.offset(text, 2, 4) == 7 and utf8.offset("", 1) == 1)
fails("initial position is a continuation byte", utf8.offset, text, 1, 3)
fails("position out of bounds", utf8.offset, "abc", 1, 5)

local seen = {}
for i, c in utf8.codes(text) do seen[#seen + 1] = i .. "=" .. c end
assert(table.concat(seen, ",") == "1=97,2=233,4=20013,7=128512")
fails("invalid UTF-8 code", function() for _ in utf8.codes("a\255") do end end)
fails("invalid UTF-8 code", function() for _ in utf8.codes("\128") do end end)

seen = {}
for c in text:gmatch(utf8.charpattern) do seen[#seen + 1] = c end
assert(#seen == 4 and seen[2] == "é" and seen[4] == "😀")
assert(("a\0b"):match(utf8.charpattern, 2) == "\0")
