-- The table library.

local function fails(pattern, f, ...)
  local ok, err = pcall(f, ...)
  if ok then error("no error", 2) end
  if not err:find(pattern, 1, true) then error("unexpected error: " .. err, 2) end
end

local function show(t) return table.concat(t, ",") end

-- concat
assert(show{} == "" and show{1} == "1" and show{1, "b", 2.5} == "1,b,2.5")
assert(table.concat({"a", "b", "c"}) == "abc" and table.concat({"a", "b", "c"}, "-", 2) == "b-c")
assert(table.concat({"a", "b", "c"}, "-", 2, 2) == "b" and table.concat({"a", "b"}, "-", 3) == "")
assert(table.concat({[5] = "x", [6] = "y"}, ",", 5, 6) == "x,y")
fails("invalid value (", table.concat, {1, {}, 3})
fails("invalid value (nil) at index 3", table.concat, {1, 2}, ",", 1, 3)
local many = {}
for i = 1, 300000 do many[i] = i % 10 end
assert(#table.concat(many) == 300000 and #table.concat(many, ", ") == 300000 + 2 * 299999)

-- insert and remove
local t = {}
table.insert(t, "b")
table.insert(t, 1, "a")
table.insert(t, 3, "d")
table.insert(t, 3, "c")
assert(show(t) == "a,b,c,d")
assert(table.remove(t) == "d" and table.remove(t, 1) == "a" and show(t) == "b,c")
assert(table.remove(t, 2) == "c" and table.remove(t) == "b" and #t == 0)
assert(not table.remove(t))
t = {1, 2, 3}
t[3] = nil
assert(table.remove(t) == 2 and #t == 1)
table.insert(t, 1, 0)
assert(show(t) == "0,1" and #t == 2)
t = {1, 2, 3}
t[#t] = nil
table.insert(t, 2, 9)
assert(show(t) == "1,9,2" and t[4] == nil)
fails("wrong number of arguments to 'insert'", table.insert, {})
fails("wrong number of arguments to 'insert'", table.insert, {}, 1, 2, 3)
fails("table expected", table.insert, nil, 1)

-- a queue and a stack of some size
local queue = {}
for i = 1, 1000 do table.insert(queue, 1, i) end
for i = 1, 1000 do assert(table.remove(queue) == i) end

-- sort
local function sorted(list, order)
  table.sort(list, order)
  return show(list)
end
assert(sorted{3, 1, 2} == "1,2,3" and sorted{"b", "a", "C"} == "C,a,b" and sorted{} == "" and sorted{1} == "1")
assert(sorted({3, 1, 2}, function(a, b) return a > b end) == "3,2,1")
local objects = {}
local order = {__lt = function(a, b) return a.n < b.n end}
for i = 1, 50 do objects[i] = setmetatable({n = i * 7 % 50}, order) end
table.sort(objects)
for i = 1, 50 do assert(objects[i].n == i - 1) end
for _, size in ipairs{2, 13, 100, 1000} do
  local list = {}
  for i = 1, size do list[i] = i * 7919 % size end
  table.sort(list)
  for i = 2, size do assert(list[i - 1] <= list[i]) end
  for i = 1, size do list[i] = i * 7919 % size end
  table.sort(list, function(a, b) return a > b end)
  for i = 2, size do assert(list[i - 1] >= list[i]) end
end
pcall(table.sort, {3, 1, 2, 5, 4, 9, 8, 7, 6, 10, 12, 11, 13, 14}, function() return true end)
fails("attempt to compare", table.sort, {1, "x"})
fails("attempt to compare", table.sort, {{}, {}})
fails("oops", table.sort, {1, 2, 3}, function() error("oops") end)
fails("function expected", table.sort, {}, 1)

-- unpack, maxn, getn
assert(select("#", unpack({}, 1, 3)) == 3 and select("#", unpack{}) == 0 and select("#", unpack({1, 2}, 2)) == 1)
local a, b = unpack({1, 2, 3}, 2, 3)
assert(a == 2 and b == 3)
fails("too many results to unpack", unpack, {}, 1, 1e8)
assert(table.maxn{1, 2, 3} == 3 and table.maxn{[10] = 1, [2.5] = 1} == 10 and table.maxn{x = 1} == 0)
