local before = sys.rlimit("nofile")
assert(type(before.soft) == "number" and before.soft <= before.hard)
sys.rlimit("nofile", {soft = 100})
assert(sys.rlimit("nofile").soft == 100 and sys.rlimit("nofile").hard == before.hard)
sys.rlimit("core", {soft = 0, hard = "64M"})
assert(sys.rlimit("core").hard == 64 * 1024 * 1024)
sys.rlimit("core", {hard = 4096})
assert(sys.rlimit("core").hard == 4096)

local function fails(text, ...)
  local ok, err = pcall(sys.rlimit, ...)
  assert(not ok and err.code, tostring(err))
  assert(tostring(err):find(text, 1, true), tostring(err))
end
fails('did you mean "nofile"', "nofiles")
fails("above the hard one", "core", {soft = "1G"})
fails('"unlimited" expected', "core", {soft = "lots"})
fails('"unlimited" expected', "core", {soft = -1})
if sys.rlimit("memlock").hard ~= "unlimited" then
  fails("CAP_SYS_RESOURCE", "memlock", {hard = "unlimited"})
end

local old = sys.umask("0077")
assert(sys.umask() == "0077" and sys.umask(old) == "0077")
assert(not pcall(sys.umask, 77), "a number is no mode")

local nice = sys.nice()
sys.nice(nice + 2)
assert(sys.nice() == nice + 2)
