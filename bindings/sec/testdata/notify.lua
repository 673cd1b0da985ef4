-- seccomp notifications: a handler in Lua decides
local function refused(code, text, ...)
  local ok, e = pcall(...)
  assert(not ok, "accepted")
  assert((e.code == code or code == nil) and tostring(e):find(text, 1, true), tostring(e))
end
local mkdir = {"mkdir", "mkdirat"}
local function path(call) return call:string(call.syscall == "mkdir" and 1 or 2) end

-- the three sorts of answers
local seen = {}
local r = sec.seccomp_notify{"sh", "-c", "mkdir /tmp/go; mkdir /tmp/no; mkdir /tmp/fake; mkdir /tmp/false; echo end", capture = true, syscalls = mkdir,
  handler = function(call)
    assert(call.pid > 0 and #call.args == 6 and call.architecture ~= "")
    local p = path(call)
    seen[#seen + 1] = p
    if p == "/tmp/no" then return "EDQUOT" elseif p == "/tmp/fake" then return 0 elseif p == "/tmp/false" then return false end
  end}
assert(r.ok and r.out == "end\n", r.err)
assert(table.concat(seen, " ") == "/tmp/go /tmp/no /tmp/fake /tmp/false")
assert(fs.exists("/tmp/go") and not fs.exists("/tmp/no") and not fs.exists("/tmp/fake"))
assert(r.err:find("quota") and r.err:find("not permitted"), r.err)
fs.remove("/tmp/go")

-- a function: its results come back, and only Lua's own calls are asked about
local asked, result = 0, nil
result = sec.seccomp_notify{run = function(name)
  local ok, e = pcall(sys.hostname, name)
  return ok or e.code
end, args = {"notified"}, syscalls = "sethostname", handler = function(call)
  asked = asked + 1
  return call:read(1, call.args[2]) == "notified" and "EXDEV" or true
end}
assert(result == "EXDEV" and asked == 1)

-- even the exec itself, and everything that threads need to go to sleep
local programs = {}
r = sec.seccomp_notify{"sh", "-c", "/bin/true", syscalls = {"execve", "execveat"}, handler = function(call)
  programs[#programs + 1] = call:string(1)
end}
assert(r.ok and programs[#programs] == "/bin/true" and #programs >= 2)
r = sec.seccomp_notify{"true", syscalls = {"futex", "nanosleep", "sendmsg", "sendto", "clock_nanosleep", "read", "mmap"}, handler = function() end}
assert(r.ok)
r = sec.seccomp_notify{"true", profile = {default = "notify"}, handler = function() return "continue" end}
assert(r.ok, "every call is asked about")

-- a profile of its own, with a notification among other rules
r = sec.seccomp_notify{"sh", "-c", "mkdir /tmp/a; chmod 777 /tmp", capture = true,
  profile = {default = "allow", rules = {{names = {"chmod", "fchmodat", "fchmodat2"}, action = "errno", errno = "EROFS"}, {names = mkdir, action = "notify"}}},
  handler = function() return "ENOSPC" end}
assert(r.err:find("No space") and r.err:find("Read%-only"), r.err)

-- memory: bytes, and an address that is none
r = sec.seccomp_notify{run = function() pcall(sys.hostname, "abcdef") end, syscalls = "sethostname", handler = function(call)
  assert(call:read(1, call.args[2]) == "abcdef")
  refused("EFAULT", "memory of process", call.string, call, 2)
  refused("EINVAL", "from 1 to 6", call.string, call, 0)
  refused("EINVAL", "from 0 to", call.read, call, 1, -1)
  return 0
end}

-- what goes wrong
local kept
sec.seccomp_notify{"mkdir", "/tmp/kept", syscalls = mkdir, handler = function(call) kept = call return 0 end}
refused("EBADF", "has been closed", kept.string, kept, 1)
refused(nil, "handler broke", sec.seccomp_notify, {"mkdir", "/tmp/b", syscalls = mkdir, handler = function() error("handler broke") end})
refused(nil, "the handler's answer", sec.seccomp_notify, {"mkdir", "/tmp/b", syscalls = mkdir, handler = function() return {} end})
refused(nil, "EPRM", sec.seccomp_notify, {"mkdir", "/tmp/b", syscalls = mkdir, handler = function() return "EPRM" end})
refused("EINVAL", "'handler' is missing", sec.seccomp_notify, {"true", syscalls = mkdir})
refused("EINVAL", "nothing to ask", sec.seccomp_notify, {"true", handler = print})
refused("EINVAL", "exclude each other", sec.seccomp_notify, {"true", syscalls = mkdir, profile = {default = "notify"}, handler = print})
refused("EINVAL", "no rule has the action", sec.seccomp_notify, {"true", profile = {default = "allow"}, handler = print})
refused("EINVAL", "nothing to run", sec.seccomp_notify, {syscalls = mkdir, handler = print})
refused("ENOENT", "exec no-such-program", sec.seccomp_notify, {"no-such-program", syscalls = mkdir, handler = function() end})
refused("EACCES", "exec /etc/passwd", sec.seccomp_notify, {"/etc/passwd", syscalls = mkdir, handler = function() end})
refused(nil, "inside", sec.seccomp_notify, {run = function() error("inside") end, syscalls = mkdir, handler = function() end})

-- under the other confinements, and a child that is killed while it waits
r = sec.seccomp_notify{"grep", "CapPrm:.0000000000000020", "/proc/self/status", capture = true, caps = {"kill"}, seccomp = "default",
  syscalls = mkdir, handler = function() end}
assert(r.ok, r.err)
r = sec.seccomp_notify{"mkdir", "/tmp/c", syscalls = mkdir, handler = function(call) proc.kill(call.pid) proc.sleep("50ms") end}
assert(r.signal == "SIGKILL" and not fs.exists("/tmp/c"))
assert(not fs.exists("/tmp/kept"))

-- an interrupt ends the wait and the process
local p = proc.start{run = function() sec.seccomp_notify{"sleep", "60", syscalls = mkdir, handler = print} end}
proc.sleep("300ms")
p:signal("term")
assert(p:wait({timeout = "5s"}).code == 143)
