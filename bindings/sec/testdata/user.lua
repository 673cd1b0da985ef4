-- as: user
-- world: none
-- an ordinary user without any capability: what still works, and what is refused and why
local function refused(code, text, ...)
  local ok, e = pcall(...)
  assert(not ok, "accepted")
  assert(e.code == code and tostring(e):find(text, 1, true), tostring(e))
end
assert(#sec.caps().permitted == 0 and #sec.caps().bounding > 0)
refused("EPERM", "needs setpcap", sec.drop_caps, {"chown"})
refused("EPERM", "chown", proc.run, {"true", caps = {"chown"}})
refused("EPERM", "PR_CAPBSET_DROP", proc.run, {"true", caps = {}})
assert(proc.run{"true", caps = {}, no_new_privs = true}.ok)
assert(proc.run{"true", seccomp = "default"}.ok)
refused("EACCES", "seccomp", proc.run, {"true", seccomp = "default", no_new_privs = false})
assert(proc.run{"true", landlock = {execute = {"/"}}}.ok)
assert(proc.run{run = function() sec.seccomp("default") return sec.no_new_privs() end} == true)
local n = 0
assert(sec.seccomp_notify{"true", syscalls = {"execve"}, handler = function(call)
  n = n + 1
  assert(call:string(1):find("true"))
end}.ok and n > 0)
