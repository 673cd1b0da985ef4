-- a clock of its own
local function uptime() return tonumber((fs.read("/proc/uptime"):match("^%S+"))) end
local day = 86400
local inner = ns.clone{"user", "time", offsets = {boottime = "100d"}, run = uptime}:result()
assert(inner > 100 * day and inner < 100 * day + uptime() + 60)
local t = ns.new("time", {offsets = {boottime = "10d", monotonic = "1h"}})
assert(t:run(uptime) > 10 * day)
local ok, err = pcall(ns.setns, t)
assert(not ok and err.hint:find("h:run", 1, true), tostring(err))
ok, err = pcall(ns.clone, {"user", offsets = {boottime = 1}, run = {"true"}})
assert(not ok and tostring(err):find('add "time"', 1, true))
ok, err = pcall(ns.clone, {"user", "time", offsets = {bootime = 1}, run = {"true"}})
assert(not ok and tostring(err):find("did you mean 'boottime'", 1, true))
