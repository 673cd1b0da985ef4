-- The rest of the string library.

local function fails(pattern, f, ...)
  local ok, err = pcall(f, ...)
  if ok then error("no error", 2) end
  if not err:find(pattern, 1, true) then error("unexpected error: " .. err, 2) end
end

assert(("hello"):sub(2, 3) == "el" and ("hello"):sub(-3) == "llo" and ("hello"):sub(2, -2) == "ell")
assert(("hello"):sub(0) == "hello" and ("hello"):sub(10) == "" and ("hello"):sub(3, 2) == "")
assert(("hello"):sub(-100, 2) == "he" and ("hello"):sub(4, 100) == "lo" and ("hello"):sub(1, -100) == "")
assert(("hello"):sub(2.9) == "ello" and ("hello"):sub("2") == "ello")
assert(("x"):rep(3) == "xxx" and ("x"):rep(0) == "" and ("x"):rep(-1) == "")
assert(("abc"):reverse() == "cba" and (""):reverse() == "" and ("a\0b"):reverse() == "b\0a")
assert(("aBc\228"):upper() == "ABC\228" and ("AbC\196"):lower() == "abc\196")
assert(("abc"):len() == 3 and ("a\0c"):len() == 3 and string.len(123) == 3)
assert(("abc"):byte() == 97 and ("abc"):byte(2) == 98 and ("abc"):byte(-1) == 99)
assert(select("#", ("abc"):byte(1, -1)) == 3 and select("#", ("abc"):byte(10)) == 0 and select("#", (""):byte()) == 0)
assert(select("#", ("abc"):byte(-10)) == 0 and select("#", ("abc"):byte(-10, 1)) == 1)
assert(string.char() == "" and string.char(104, 105) == "hi" and string.char(0, 255) == "\0\255")
assert(("x").y == nil and ("x").len == string.len)
fails("bad argument #1 to", string.rep)
fails("number expected, got table", string.rep, "x", {})
fails("string expected, got nil", string.len, nil)
fails("string expected, got no value", string.len)
fails("string expected, got table", string.upper, {})

-- a string of a text that is no longer needed stands alone
local long = ("abcdefgh"):rep(10000)
assert(long:sub(3, 6) == "cdef" and long:match("efg") == "efg" and #long:sub(2) == 79999)

-- ordering of strings is by byte
assert("a" < "b" and "a" < "aa" and "Z" < "a" and "a\0a" < "a\0b")
