-- seccomp: the shell's own filter, conditions, simulation
local function refused(code, text, ...)
  local ok, e = pcall(...)
  assert(not ok, "accepted")
  assert(e.code == code and tostring(e):find(text, 1, true), tostring(e))
end
local function inside(fn, ...) return proc.run{run = fn, args = {...}} end

inside(function()
  sec.seccomp({default = "allow", rules = {
    {names = {"chmod", "fchmodat", "fchmodat2"}, action = "allow", args = {{index = sec.syscalls().chmod and 1 or 2, op = "lt", value = 512}}},
    {names = {"sethostname"}, action = "errno", errno = "EXDEV"},
  }})
  assert(sec.no_new_privs() and proc.get().seccomp == 2)
  refused("EXDEV", "box", sys.hostname, "box")
  -- filters add up
  sec.seccomp{default = "allow", rules = {{names = "sethostname", action = "errno", errno = "ENOTTY"}, {names = "chroot", action = "errno"}}}
  local ok, e = pcall(sys.hostname, "box")
  assert(not ok and (e.code == "ENOTTY" or e.code == "EXDEV"))
  local child = proc.run{run = function() return (select(2, pcall(sys.hostname, "box"))).code end}
  assert(child == e.code, "children inherit it")
end)
inside(function()
  sec.seccomp("default")
  refused("EPERM", "unshare", ns.unshare, "uts")
end)
inside(function()
  sec.set_caps{effective = {}}
  refused("EACCES", "it takes no_new_privs", sec.seccomp, "default", {no_new_privs = false})
end)
local nnp = inside(function()
  sec.seccomp("default", {no_new_privs = false})
  return sec.no_new_privs()
end)
assert(nnp == false)
refused("EINVAL", "sec.seccomp_notify", sec.seccomp, {default = "notify"})
refused("EINVAL", "did you mean \"openat\"", sec.seccomp, {default = "allow", rules = {{names = "opnat", action = "kill"}}})
refused("EINVAL", "is missing", sec.seccomp, {})
refused("EINVAL", "EPRM", sec.seccomp, {default = "errno", errno = "EPRM"})
refused("EINVAL", "spec_allow", sec.seccomp, {default = "allow", flags = {"tsync"}})

-- conditions on arguments, in the kernel and simulated
local p = {default = "errno", errno = "ENOSYS", rules = {
  {names = "socket", action = "errno", errno = "EACCES", args = {{index = 0, value = 16, mask = 0xffffffff}, {index = 2, op = "ne", value = 0, mask = 0xffffffff}}},
  {names = {"socket"}, action = "allow"},
  {names = "lseek", action = "trap", args = {{index = 1, op = "ge", value = "0xffffffff00000000"}}},
}}
local function try(name, ...)
  local action, errno = sec.seccomp_simulate(p, name, {args = {...}, architecture = "x86_64"})
  return errno and action .. " " .. errno or action
end
p.architectures = {"x86_64"}
assert(try("socket", 16, 3, 9) == "errno EACCES" and try("socket", 16, 3, 0) == "allow" and try("socket", 2, 3, 9) == "allow")
assert(try("lseek", 0, "0xffffffff00000001") == "trap" and try("lseek", 0, 1) == "errno ENOSYS" and try("getpid") == "errno ENOSYS")
refused("EINVAL", "has no system call", sec.seccomp_simulate, p, "mkdir", {architecture = "aarch64"})
assert(sec.seccomp_simulate(p, "getpid", {architecture = "x86"}) == "kill")
p.default, p.errno, p.architectures = "allow", nil, nil
assert(sec.seccomp_simulate(p, "socket", {args = {16, 3, 15}}) == "errno")

-- the default profile is data
local d = sec.profiles.default
assert(d.default == "errno" and d.errno == "EPERM" and #d.rules > 3)
assert(sec.seccomp_simulate(d, "openat") == "allow" and sec.seccomp_simulate(d, "mount") == "errno")
assert(select(2, sec.seccomp_simulate(d, "clone3")) == "ENOSYS")
assert(sec.seccomp_simulate(sec.default_profile{"all"}, "mount") == "allow")
assert(#sec.seccomp_listing("default") > 100)
local known = {}
for _, a in ipairs(sec.seccomp_actions()) do known[a] = true end
assert(known.allow and known.errno and known.notify and known.kill_process)
