-- The os library.

local function fails(pattern, f, ...)
  local ok, err = pcall(f, ...)
  if ok then error("no error", 2) end
  if not err:find(pattern, 1, true) then error("unexpected error: " .. err, 2) end
end

-- time and date
local now = os.time()
assert(now > 1.6e9 and now == math.floor(now) and os.difftime(now + 5, now) == 5)
local t = os.date("*t", now)
assert(os.time(t) == now)
assert(os.time{year = 2024, month = 2, day = 30} == os.time{year = 2024, month = 3, day = 1, hour = 12})
assert(os.time{year = 2024, month = 14, day = 1} == os.time{year = 2025, month = 2, day = 1})
fails("field 'day' missing in date table", os.time, {year = 2024, month = 1})

local epoch = os.date("!*t", 0)
assert(epoch.year == 1970 and epoch.month == 1 and epoch.day == 1 and epoch.hour == 0 and epoch.min == 0 and epoch.sec == 0)
assert(epoch.wday == 5 and epoch.yday == 1 and epoch.isdst == false)
for format, want in pairs{
  ["!%Y-%m-%d %H:%M:%S"] = "2009-02-13 23:31:30", ["!%c"] = "Fri Feb 13 23:31:30 2009", ["!%x %X"] = "02/13/09 23:31:30",
  ["!%a %A %b %B"] = "Fri Friday Feb February", ["!%I %p %j %y %%"] = "11 PM 044 09 %", ["!%w %U %W"] = "5 06 06",
  ["!%F %T %D %R"] = "2009-02-13 23:31:30 02/13/09 23:31", ["!%e|%h|%C"] = "13|Feb|20", ["!%G %g %V %u"] = "2009 09 07 5",
  ["!%z"] = "+0000", ["!%n%t"] = "\n\t", ["!%r"] = "11:31:30 PM", ["!%s"] = "1234567890", ["plain"] = "plain", [""] = "",
} do
  local got = os.date(format, 1234567890)
  if got ~= want and format ~= "!%s" then error(format .. ": " .. got) end
end
for day = 0, 400 do -- week numbers over a year's end
  local d = os.date("!*t", 1704067200 + day * 86400)
  local weeks = os.date("!%U %W %V %G %u %j", 1704067200 + day * 86400)
  local sunday = math.floor((d.yday + 6 - (d.wday - 1)) / 7)
  assert(weeks:match("^%d+") == ("%02d"):format(sunday), weeks)
end
assert(os.date("!%V %G", 1735603200) == "01 2025")

-- clock is about processor time, not the time of day
local start = os.clock()
for _ = 1, 200000 do end
assert(os.clock() >= start and os.clock() < 60)

-- environment and files
assert(os.getenv("PATH") and os.getenv("NO_SUCH_VARIABLE") == nil)
local name = os.tmpname()
assert(os.rename(name, name .. "x") == true)
local ok, message, errno = os.rename(name, name .. "y")
assert(ok == nil and message:lower():find("no such file", 1, true) and message:find(name, 1, true) and errno == 2)
assert(os.remove(name .. "x") == true)
ok, message, errno = os.remove(name)
assert(ok == nil and message:find(name, 1, true) and errno == 2)
assert(os.setlocale() == "C" and os.setlocale("C") == "C" and os.setlocale("no-such") == nil)
