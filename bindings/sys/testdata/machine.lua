local l = sys.loadavg()
assert(l.load1 >= 0 and l.threads >= l.running and l.running >= 1)
local m = sys.memory()
assert(m.MemTotal > 2 ^ 20 and m.MemAvailable <= m.MemTotal)
local c = sys.cpus()
assert(c.count == #c.affinity and #c.online >= c.count and #c.possible >= #c.online)
local k = sys.kernel()
assert(k.release == sys.uname().release and k.release:find("^" .. k.major .. "%." .. k.minor))
local known = {}
for _, name in ipairs(k.filesystems) do known[name] = true end
assert(known.proc and known.tmpfs)
assert(sys.pagesize() % 4096 == 0)
if k.config_file then
  assert(sys.config("CONFIG_NAMESPACES") == "y" and sys.config("NAMESPACES") == "y")
  assert(sys.config("NO_SUCH_OPTION") == nil and sys.config().CONFIG_NAMESPACES == "y")
else
  local ok, err = pcall(sys.config)
  assert(not ok and err.code == "ENOENT" and err.hint)
end
assert(sys.env("NO_SUCH_VARIABLE") == nil and type(sys.env("PATH")) == "string")
sys.env("A", 5)
assert(sys.env("A") == "5" and os.getenv("A") == "5" and sys.env().A == "5")
sys.env("A", false)
assert(os.getenv("A") == nil)
assert(not pcall(sys.env, "A", true) and not pcall(sys.env, "A=B", "x"))
