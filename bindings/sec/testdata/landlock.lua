-- Landlock: files, ports, the shell and its children
local function refused(code, text, ...)
  local ok, e = pcall(...)
  assert(not ok, "accepted")
  assert(e.code == code and tostring(e):find(text, 1, true), tostring(e))
end
local abi = sec.landlock_abi()
if abi == 0 then return print("this kernel has no Landlock") end
fs.mkdir("/tmp/in")
fs.mkdir("/tmp/out")
fs.write("/tmp/in/file", "hello")
fs.write("/tmp/out/file", "secret")
local system = {"/usr", "/bin", "/lib", "/lib64", "/etc"}
local programs = {}
for _, dir in ipairs(system) do if fs.exists(dir) then programs[#programs + 1] = dir end end

proc.run{run = function()
  local open = io.open("/tmp/out/file")
  sec.landlock{read = {"/tmp/in", "/tmp/out/../out"}, write = {"/tmp/in/file"}}
  assert(fs.read("/tmp/in/file") == "hello" and fs.read("/tmp/out/file") == "secret")
  fs.write("/tmp/in/file", "changed")
  refused("EACCES", "/tmp/in/new", fs.write, "/tmp/in/new", "x")
  refused("EACCES", "/tmp/out/file", fs.write, "/tmp/out/file", "x")
  refused("EACCES", "true", proc.run, {"/bin/true"})
  sec.landlock{read = {"/tmp/in"}}
  refused("EACCES", "/tmp/out/file", fs.read, "/tmp/out/file")
  assert(open:read("*a") == "secret", "what was open stays open")
  open:close()
  assert(sec.no_new_privs())
end}
assert(fs.read("/tmp/in/file") == "changed")

-- children: looked up by the child; both a file and a directory; a function needs no rule for the program itself
local r = proc.run{"sh", "-c", "cat /tmp/in/file; cat /tmp/out/file", capture = true,
  landlock = {execute = programs, read = {"/tmp/in/file", "/tmp/in"}}}
assert(r.out == "changed" and r.err:find("denied"), r.err)
assert(proc.run{run = function() return fs.read("/tmp/in/file") end, landlock = {read = {"/tmp/in"}, execute = programs}} == "changed")
refused("EACCES", "/tmp/out/file", proc.run, {run = function() return fs.read("/tmp/out/file") end, landlock = {read = {"/tmp/in"}, execute = programs}})
refused("EACCES", "true", proc.run, {"/bin/true", landlock = {read = {"/tmp"}}})
refused("ENOENT", "/tmp/nowhere", proc.run, {"true", landlock = {read = {"/tmp/nowhere"}}})
refused("ENOENT", "/tmp/nowhere", sec.landlock, {read = {"/tmp/nowhere"}})
refused("EINVAL", "nothing to restrict", sec.landlock, {})
assert(not sec.no_new_privs(), "what fails leaves nothing behind")
refused("EINVAL", "did you mean 'execute'", sec.landlock, {exec = {}})
-- without no_new_privs it is for those with sys_admin
r = proc.run{"grep", "NoNewPrivs:.0", "/proc/self/status", capture = true, no_new_privs = false,
  landlock = {execute = programs, read = {"/proc"}}}
assert(r.ok, r.err)
proc.run{run = function()
  sec.set_caps{effective = {}}
  refused("EPERM", "it takes no_new_privs", sec.landlock, {read = {"/"}}, {no_new_privs = false})
end}
local shell = proc.run{run = function()
  sec.landlock({read = {"/"}}, {no_new_privs = false})
  return sec.no_new_privs()
end}
assert(shell == false)

if abi < 4 then
  refused("EOPNOTSUPP", "Linux 6.7", sec.landlock, {tcp = {}})
  return
end
ns.clone{"user", "net", run = function()
  proc.run{"ip", "link", "set", "lo", "up"}
  local listen = 'import socket,sys; s=socket.create_server(("127.0.0.1",int(sys.argv[1]))); s.close()'
  local function bind(port, rules) return proc.run{"/usr/bin/python3", "-c", listen, tostring(port), landlock = rules, capture = true} end
  if not fs.exists("/usr/bin/python3") then return end
  assert(bind(8080).ok)
  assert(bind(8080, {tcp = {bind = {8080}}}).ok)
  assert(bind(8081, {tcp = {bind = {8080}}}).err:find("Permission"))
  assert(bind(8080, {tcp = {}}).err:find("Permission"))
end}:result()
if abi >= 6 then
  local outside = proc.start{"sleep", "60"}
  assert(proc.run{run = function(pid) return pcall(proc.kill, pid, "cont") end, args = {outside.pid}, landlock = {scope = {"signal"}}} == false)
  assert(outside:alive())
  refused("EINVAL", "signal", sec.landlock, {scope = {"signals"}})
end
