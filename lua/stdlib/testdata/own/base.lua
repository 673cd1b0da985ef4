-- What goes beyond Lua 5.1 in the basic functions.

local function fails(pattern, f, ...)
  local ok, err = pcall(f, ...)
  if ok then error("no error", 2) end
  if not tostring(err):find(pattern, 1, true) then error("unexpected error: " .. tostring(err), 2) end
end

-- functions of other homes are not here
assert(require == nil and module == nil and os.execute == nil and io.popen == nil and _printregs == nil)

-- argument errors name the function, however it is called
local repeated = string.rep
fails("bad argument #1 to 'rep' (string expected, got no value)", repeated)
fails("bad argument #2 to 'rep' (number expected, got table)", function() return ("x"):rep({}) end)
fails("base.lua:17: bad argument #1 to 'len'", function()
  return string.len() .. ""
end)

-- text errors have a position, all other values are as they were
local ok, err = pcall(error, 12)
assert(err == 12)

-- tostring: integers in full up to 2^53, numbers that JSON and print agree on
assert(tostring(2^53) == "9007199254740992" and tostring(-2^53) == "-9007199254740992" and tostring(1e15) == "1000000000000000")
assert(tostring(2^60) == "1.1529215046068e+18" and tostring(0/0) == "nan" and tostring(-(0/0)) == "nan")
assert(tostring(setmetatable({}, {__tostring = function() return 12 end})) == "12")
fails("'__tostring' must return a string", tostring, setmetatable({}, {__tostring = function() return {} end}))
fails("'__tostring' must return a string", print, setmetatable({}, {__tostring = function() return {} end}))
assert(tonumber("inf") == nil and tonumber("nan") == nil and tonumber("-ff", 16) == -255)

-- load takes text, a name, a mode and an environment
local env = {n = 1}
assert(load("n = n + 1 return n", "=chunk", "t", env)() == 2 and env.n == 2 and n == nil)
local f, message = load("\27Lua", "=chunk")
assert(f == nil and message == "attempt to load a binary chunk (mode is 'bt')", message)
f, message = load("return 1", "=chunk", "b")
assert(f == nil and message == "attempt to load a text chunk (mode is 'b')")
f, message = load("x = (1 +\n", "=chunk")
assert(message:find("^chunk:2: .* near <eof>$"), message)
f, message = load(("local x = 1 -- a line that is longer than forty characters\n"):rep(2) .. "?")
assert(message:find('[string "local x = 1 -- a line that is longer than f..."]:3: ', 1, true), message)

-- pairs asks __pairs
local t = setmetatable({}, {__pairs = function(self) return function(_, k) if not k then return 1, self end end, self, nil end})
for k, v in pairs(t) do assert(k == 1 and v == t) end

-- print writes to the standard output, in one piece, and may be nested
print("one", 2, nil, true, 0.1 + 0.2)
print(setmetatable({}, {__tostring = function() print("inner") return "outer" end}))
print()
io.write("no newline ", 1.5, "\n")

assert(rawlen{1, 2} == 2 and rawlen("abc") == 3)
assert(collectgarbage("step") == true and collectgarbage("isrunning") == true)
fails("too many results to unpack", unpack, {}, 1, 2^31)
assert(select("#", unpack({}, 1, 200000)) == 200000)
assert(select("#", ("x"):rep(100000):byte(1, -1)) == 100000)
