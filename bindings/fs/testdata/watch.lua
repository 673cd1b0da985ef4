local dir = fs.tempdir()
local w = fs.watch(dir)
assert(tostring(w) == "watch:" .. dir and w:next(0) == nil)
local start = os.time()
fs.write(dir .. "/f", "x")
fs.mkdir(dir .. "/sub")
fs.rename(dir .. "/f", dir .. "/g")
fs.remove(dir .. "/g")
local seen, cookies = {}, {}
while true do
  local e = w:next("50ms")
  if not e then break end
  seen[#seen + 1] = e.event .. ":" .. e.path:sub(#dir + 2) .. (e.dir and "/" or "")
  if e.cookie then cookies[#cookies + 1] = e.cookie end
end
assert(table.concat(seen, " ") == "create:f modify:f create:sub/ moved_from:f moved_to:g delete:g", table.concat(seen, " "))
assert(#cookies == 2 and cookies[1] == cookies[2])

local two = fs.watch({dir .. "/sub", "/tmp"}, {"create", "delete_self"})
fs.remove(dir .. "/sub")
assert(two:next().event == "delete_self" and two:next().event == "ignored" and two:next(0) == nil)
two:close()
w:close()
w:close()

local function fails(code, text, ...)
  local ok, err = pcall(fs.watch, ...)
  assert(not ok and err.code == code and tostring(err):find(text, 1, true), tostring(err))
end
fails("ENOENT", dir .. "/no", dir .. "/no")
fails("EINVAL", 'did you mean "create"', dir, {"creat"})
fails("EINVAL", "one of", dir, {"unmount"})
local ok, err = pcall(w.next, w)
assert(not ok and err.code == "EBADF")
