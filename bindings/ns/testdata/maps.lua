-- id maps
local function ids() return proc.get().uid, fs.read("/proc/self/uid_map"):gsub("%s+", " ") end
local uid, map = ns.clone{"user", run = ids}:result()
assert(uid == 0 and map:find("^ ?0 %d+ 1 $"), map)
uid, map = ns.clone{"user", uid_map = {1000, proc.get().uid, 1}, gid_map = {1000, proc.get().gid, 1}, uid = 1000, gid = 1000, run = ids}:result()
assert(uid == 1000 and map:find("1000 %d+ 1"), map)
for _, bad in ipairs{{1}, {{0, 0}}, {{-1, 0, 1}}, "x", {{0, 0, 1}, {0, 0, 1}}} do
  local ok, err = pcall(ns.clone, {"user", uid_map = bad, run = {"true"}})
  assert(not ok, "accepted a bad map")
end
local ok, err = pcall(ns.clone, {"net", uid_map = {0, 0, 1}, run = {"true"}})
assert(not ok and tostring(err):find('add "user"', 1, true))
assert(ns.clone{"user", map = "auto", run = function() return proc.get().uid end}:result() == 0)
