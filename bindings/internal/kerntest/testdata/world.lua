-- A world is fresh, and the script is root in it.
assert(t.uid() == 0 and t.main(), "root, on the main thread")
assert(t.pid() > 1 and t.pid() < 50, "below a supervising PID 1")
local function read(path)
  local f = assert(io.open(path))
  local text = f:read("*a")
  f:close()
  return text
end
local links = {}
for line in io.lines("/proc/net/dev") do
  local name = line:match("^%s*(%S+):")
  if name then links[#links + 1] = name end
end
assert(#links == 1 and links[1] == "lo")
assert(read("/proc/1/cmdline"):find("kerntest"), "its own /proc")
assert(read("/proc/self/mountinfo"):find(" /run ", 1, true))
local f = assert(io.open("/tmp/x", "w"))
f:close()
assert(os.getenv("TMPDIR") == "/tmp" and os.getenv("USER") == nil)
