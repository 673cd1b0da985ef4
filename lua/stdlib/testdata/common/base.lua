-- Basic functions.

local function fails(pattern, f, ...)
  local ok, err = pcall(f, ...)
  if ok then error("no error", 2) end
  if not tostring(err):find(pattern, 1, true) then error("unexpected error: " .. tostring(err), 2) end
end

-- error: values pass unchanged, text gets a position
local value = {}
local ok, err = pcall(error, value)
assert(not ok and err == value)
for _, v in ipairs{1, true} do
  ok, err = pcall(error, v)
  assert(not ok and tostring(err):find(tostring(v), 1, true))
end
ok, err = pcall(error)
assert(not ok and err == nil)
ok, err = pcall(error, nil)
assert(not ok and err == nil)
ok, err = pcall(error, "plain", 0)
assert(not ok and err == "plain")

local function current_line() return debug.getinfo(2, "l").currentline end
local here
local function level1() here = current_line() error("text") end
ok, err = pcall(level1)
assert(err:find(":" .. here .. ": text$"), err)
local function level2() error("text", 2) end
ok, err = pcall(function() here = current_line() level2() return 1 end)
assert(err:find(":" .. here .. ": text$"), err)

-- assert
assert(select("#", assert(1, 2, 3)) == 3)
fails("assertion failed!", assert, false)
fails("assertion failed!", assert, nil)
ok, err = pcall(assert, false, "my text")
assert(err == "my text")
fails("bad argument #1 to", assert)

-- select
assert(select("#") == 0 and select("#", nil, nil) == 2 and select(2, "a", "b", "c") == "b" and select(-1, "a", "b") == "b")
assert(select("#", select(4, 1, 2, 3)) == 0 and select("#", select(10, 1)) == 0 and select("#", select(-2, 1, 2, 3)) == 2)
fails("index out of range", select, 0)
fails("index out of range", select, -5, 1)

-- tostring
assert(tostring(nil) == "nil" and tostring(true) == "true" and tostring("x") == "x" and tostring(1) == "1")
assert(tostring({}):find("^table: ") and tostring(print):find("^function: "))
assert(tostring(setmetatable({}, {__tostring = function() return "me" end})) == "me")
fails("bad argument #1 to", tostring)
fails("bad argument #1 to", type)
assert(type(nil) == "nil" and type(io.stdout) == "userdata" and type(coroutine.create(function() end)) == "thread")

-- next, pairs, ipairs
assert(next{} == nil and next{5} == 1 and select(2, next{5}) == 5)
local seen = {}
for k, v in pairs{1, 2, x = 3, [2.5] = 4} do seen[k] = v end
assert(seen[1] == 1 and seen[2] == 2 and seen.x == 3 and seen[2.5] == 4)
local t = {a = 1, b = 2, c = 3}
for k in pairs(t) do t[k] = nil end
assert(next(t) == nil)
local sum = 0
for i, v in ipairs{1, 2, nil, 4} do sum = sum + i * v end
assert(sum == 5)
fails("table expected, got nil", pairs, nil)
fails("table expected, got no value", ipairs)

-- load, loadstring, dofile, loadfile
assert(loadstring("return 1 + 1")() == 2 and load(function() return nil end))
local pieces = {"return ", "1", "2"}
assert(load(function() return table.remove(pieces, 1) end)() == 12)
local f, message = loadstring("x = = 1")
assert(f == nil and message:find('^%[string "x = = 1"%]:1: ') and message:find("near '='", 1, true), message)
f, message = loadstring("x =\n")
assert(f == nil and message:find("<eof>", 1, true), message)
f, message = loadstring("x = = 1", "=name")
assert(message:find("^name:1: "))
f, message = loadstring("x = = 1", "@file.lua")
assert(message:find("^file.lua:1: "))
ok, err = pcall(loadstring("error('text')", "=name"))
assert(err == "name:1: text")
f, message = load(function() return {} end)
assert(f == nil and message:find("reader function must return a string", 1, true))

local name = os.tmpname()
local out = assert(io.open(name, "w"))
out:write("#!/usr/bin/lua\nx_from_file = 1\nreturn 'result', ...\n")
out:close()
assert(dofile(name) == "result" and x_from_file == 1)
assert(select(2, assert(loadfile(name))("arg")) == "arg")
assert(os.remove(name))
f, message = loadfile(name)
assert(f == nil and message:find(name, 1, true))
fails(name, dofile, name)

-- environments
local env = {}
f = setfenv(loadstring("y = 1; return y"), env)
assert(f() == 1 and env.y == 1 and y == nil and getfenv(f) == env and getfenv(0) == _G)

-- garbage collector
assert(collectgarbage("count") > 0 and collectgarbage() == 0 and collectgarbage("stop") == 0)
assert(collectgarbage("restart") == 0)
fails("invalid option", collectgarbage, "x")

-- raw access
assert(rawequal(t, t) and not rawequal({}, {}) and rawget(setmetatable({}, {__index = {x = 1}}), "x") == nil)
assert(_VERSION == "Lua 5.1" and _G._G == _G)
