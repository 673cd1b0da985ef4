-- string.find, match, gmatch, gsub: what the manual of Lua 5.1 says, and what
-- the reference implementation does where the manual is silent.

local function eq(want, ...)
  local got = {}
  for i = 1, select("#", ...) do got[i] = tostring((select(i, ...))) end
  got = table.concat(got, "|")
  if got ~= want then error("want " .. want .. ", got " .. got, 2) end
end

local function fails(pattern, f, ...)
  local ok, err = pcall(f, ...)
  if ok then error("no error", 2) end
  if not err:find(pattern, 1, true) then error("unexpected error: " .. err, 2) end
end

-- find
eq("1|0", ("abc"):find(""))
eq("4|3", ("abc"):find("", 10 - 6))
eq("3|4", ("hello"):find("l+"))
eq("3|3", ("hello"):find("l", 1, true))
eq("nil", ("a.b"):find("..", 3))
eq("2|2", ("a.b"):find(".", 2, true))
eq("1|5|hel|lo", ("hello"):find("(h.l)(lo)"))
eq("1|3|2", ("abc"):find("a()bc"))
eq("nil", ("abc"):find("b", -1))
eq("3|3", ("abcabc"):find("c", -100))
eq("6|6", ("abcabc"):find("c", -1))
eq("1|1", ("^a"):find("^", 1, true))
eq("nil", ("ba"):find("^a"))
eq("2|2", ("ba"):find("^a", 2))
eq("2|2", ("ba"):find("a$"))
eq("2|2", ("a$b"):find("$", 1, true))
eq("2|3", ("a$b"):find("$b"))

-- classes and sets
eq("abc", ("  abc "):match("%a+"))
eq("123", ("abc123"):match("%d+"))
eq("_x1", (".-_x1;"):match("[%a_][%w_]*"))
eq("]]", ("a]]b"):match("[]]+"))
eq("ab", ("]ab]"):match("[^]]+"))
eq("a-", ("xa-y"):match("[a-]+"))
eq("-a", ("x-a"):match("[-a]+"))
eq("%%", ("x%%y"):match("[%%]+"))
eq("a%", ("a%b"):match("[a%%]+"))
eq("xyz", ("abxyz"):match("[x-z]+"))
eq("^", ("a^b"):match("[%^]"))
eq("\t \n", ("a\t \nb"):match("%s+"))
eq("ABC", ("abcABC"):match("%u+"))
eq("!?.", ("a!?.b"):match("%p+"))
eq("fF09", ("xfF09g"):match("%x+"))
eq("a b", ("a b\0"):match("%C+"))
eq("5", tostring(#("ab\0cd"):match(".*")))
eq("3", (("ab\0cd"):find("\0", 1, true)))
eq("3", (("ab\0cd"):find("%z")))

-- repetitions
eq("aaa", ("aaab"):match("a*"))
eq("", ("baaa"):match("a*"))
eq("", ("aaa"):match("a-"))
eq("aab", ("aab"):match("a-b"))
eq("ab", ("ab"):match("ab?"))
eq("a", ("ac"):match("ab?"))
eq("<a>", ("<a><b>"):match("<.->"))
eq("<a><b>", ("<a><b>"):match("<.*>"))
eq("a*", ("xa*"):match("a%*"))
eq("nil", ("ab"):match("a+b+c+"))
eq("key|value", ("key = value"):match("^(%w+)%s*=%s*(%w+)$"))

-- captures
eq("a=b|a|b", ("a=b"):match("((%w)=(%w))"))
eq("|1", ("abc"):match("()", 1) == 1 and "" or "no", 1)
eq('"|it\'s', ([["it's"]]):match([[(["'])(.-)%1]]))
eq("(a(b)c)", ("x(a(b)c)y"):match("%b()"))
eq("nil", ("x(a(b)c"):match("%b()y"))
eq("4|6", ("abcxyz"):find("(%w)yz") and 4, 6)

-- frontier, undocumented in 5.1 but there
eq("THE (quick) fox|1", ("THE (QUICK) fox"):gsub("%f[%a]%u+%f[%A]%)", "quick)"))
eq("2|4", ("[ab]"):find("%f[%w].-]"))

-- gmatch
local function all(s, p)
  local t = {}
  for a, b in s:gmatch(p) do t[#t + 1] = tostring(a) .. (b and "=" .. tostring(b) or "") end
  return table.concat(t, ",")
end
eq("one,two", all("one two", "%a+"))
eq("a=1,b=2", all("a=1, b=2", "(%w+)=(%w+)"))
eq("1,2,3,4", all("abc", "()"))
eq(",,", all("ab", "x*"))
eq("^a", all("b^a", "^a"))

-- gsub
eq("hexxo|2", ("hello"):gsub("l", "x"))
eq("hexlo|1", ("hello"):gsub("l", "x", 1))
eq("hello|0", ("hello"):gsub("l", "x", 0))
eq("-a-b-|3", ("ab"):gsub("", "-"))
eq("xx xx|4", ("hello world"):gsub("%w*", "x"))
eq("abc|0", ("abc"):gsub("^b", "x"))
eq("xbab|1", ("abab"):gsub("^a", "x"))
eq("<a><b>|2", ("ab"):gsub("%w", "<%0>"))
eq("ba|1", ("ab"):gsub("(%w)(%w)", "%2%1"))
eq("aa|1", ("a"):gsub("%w", "%1%1"))
eq("%|1", ("a"):gsub("a", "%%"))
eq("1|1", ("a"):gsub("()a", "%1"))
eq("x=1|1", ("$x"):gsub("$(%w+)", {x = "x=1"}))
eq("$y|1", ("$y"):gsub("$(%w+)", {x = "x=1"}))
eq("3|1", ("a"):gsub("a", {a = 3}))
eq("AbC|2", ("abc"):gsub("[ac]", string.upper))
eq("abc|3", ("abc"):gsub("%w", function() end))
eq("abc|3", ("abc"):gsub("%w", function() return false end))
eq("12|2", ("ab"):gsub("()%w", function(i) return i end))
eq("k-v|1", ("k=v"):gsub("(%w)=(%w)", function(k, v) return k .. "-" .. v end))
eq("12|1", ("a"):gsub("a", 12))

-- errors
fails("malformed pattern (ends with '%')", string.find, "a", "%")
fails("malformed pattern (missing ']')", string.find, "a", "[a")
fails("malformed pattern (missing ']')", string.find, "a", "[]")
fails("malformed pattern (missing ']')", string.find, "a", "[^]")
fails("malformed pattern (missing ']')", string.find, "a", "[a%")
fails("unfinished capture", string.find, "a", "(a")
fails("invalid pattern capture", string.find, "a", "(a))")
fails("invalid capture index", string.find, "a", "%1")
fails("invalid capture index", string.find, "aa", "(a%1)")
fails("invalid capture index", string.gsub, "a", "a", "%2")
fails("invalid replacement value (a table)", string.gsub, "a", "a", function() return {} end)
fails("string/function/table expected", string.gsub, "a", "a", true)
fails("bad argument #2 to", string.find, "a", {})
