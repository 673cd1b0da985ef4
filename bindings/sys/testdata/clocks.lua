local c = sys.clocks()
for _, name in ipairs{"realtime", "monotonic", "boottime", "monotonic_raw", "tai", "process_cputime"} do
  assert(type(c[name]) == "number" and c[name] >= 0, name)
  assert(sys.clock(name) >= c[name] - 0.001, name)
end
assert(math.abs(sys.clock() - sys.clock("realtime")) < 1)
local f = io.open("/proc/uptime")
assert(math.abs(f:read("*n") - sys.uptime()) < 1)
f:close()
local o = sys.time_offsets()
assert(o.monotonic == 0 and o.boottime == 0)
local ok, err = pcall(sys.clock, "monotonc")
assert(not ok and tostring(err):find('did you mean "monotonic"', 1, true))
