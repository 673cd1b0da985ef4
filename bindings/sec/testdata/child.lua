-- the options caps, seccomp, landlock and no_new_privs of children
local function refused(code, text, ...)
  local ok, e = pcall(...)
  assert(not ok, "accepted")
  assert(e.code == code and tostring(e):find(text, 1, true), tostring(e))
end
local function status(options)
  options[1], options[2], options[3] = "grep", "-E", "^(Cap|NoNewPrivs|Seccomp:)"
  options[4], options.capture = "/proc/self/status", true
  local r = proc.run(options)
  assert(r.ok, r.err)
  local fields = {}
  for key, value in r.out:gmatch("(%w+):%s*(%x+)") do fields[key] = value end
  return fields
end
local kill, chown = 0x20, 0x1
local function mask(n) return ("%016x"):format(n) end

-- caps: the five sets of a root child, and nothing comes back by an exec
local s = status{caps = {"kill", "chown"}}
assert(s.CapPrm == mask(kill + chown) and s.CapEff == s.CapPrm and s.CapBnd == s.CapPrm)
assert(s.CapInh == mask(0) and s.CapAmb == mask(0) and s.NoNewPrivs == "0")
s = status{caps = {}}
assert(s.CapPrm == mask(0) and s.CapBnd == mask(0))
assert(#proc.run{caps = {}, run = function() return sec.caps().permitted end} == 0)
assert(#sec.caps().permitted > 2, "the shell keeps its own")
-- in a new user namespace the child has all first
local r = ns.clone{"user", caps = {"kill"}, run = function() return sec.caps() end}:result()
assert(table.concat(r.permitted, " ") == "kill" and table.concat(r.bounding, " ") == "kill")
refused("EINVAL", 'did you mean "kill"', proc.run, {"true", caps = {"kil"}})
proc.run{run = function()
  sec.drop_caps{"chown"}
  refused("EPERM", "chown", proc.run, {"true", caps = {"chown"}})
  sec.retain_caps{"kill"}
  refused("EPERM", "PR_CAPBSET_DROP", proc.run, {"true", caps = {}})
  assert(status{caps = {}, no_new_privs = true}.CapPrm == mask(0), "nothing can come back, so the bounding set may stay")
end}

-- seccomp sets no_new_privs unless told not to
local deny = {default = "allow", architectures = {"x86_64", "x86"}, rules = {{names = {"mkdir", "mkdirat"}, action = "errno", errno = "EROFS"}}}
if not pcall(sec.seccomp_listing, deny) then error("the profile does not compile") end
if not sec.syscalls().mkdir then deny.architectures = {"aarch64", "arm"} end
s = status{seccomp = deny}
assert(s.Seccomp == "2" and s.NoNewPrivs == "1")
s = status{seccomp = deny, no_new_privs = false, caps = {"kill"}}
assert(s.Seccomp == "2" and s.NoNewPrivs == "0" and s.CapPrm == mask(kill))
r = proc.run{"mkdir", "/tmp/refused", seccomp = deny, capture = true}
assert(not r.ok and r.err:find("Read-only", 1, true), r.err)
deny.rules[2] = {names = "sethostname", action = "errno", errno = "EDQUOT"}
refused("EDQUOT", "hostname", proc.run, {run = function() sys.hostname("refused") end, seccomp = deny})
sys.hostname("allowed")
assert(proc.run{"sh", "-c", "kill -TERM $$", seccomp = {default = "allow", rules = {{names = "kill", action = "errno", errno = 3}}}}.ok == false)
r = proc.run{"sh", "-c", "mkdir /tmp/x", seccomp = {default = "allow", rules = {{names = {"mkdir", "mkdirat"}, action = "kill"}}}}
assert(r.code == 128 + 31, r.code)
assert(proc.run{"true", seccomp = "default"}.ok and proc.run{"true", seccomp = "default", caps = sec.default_caps}.ok)
assert(proc.run{run = function() return 1 end, seccomp = sec.profiles.default} == 1, "the Go runtime lives under it")
assert(not proc.run{"unshare", "-m", "true", seccomp = "default", capture = true}.ok)
assert(proc.run{"unshare", "-m", "true", seccomp = "default", caps = {"sys_admin"}, capture = true}.ok)
refused("EINVAL", 'did you mean "mkdir"', proc.run, {"true", seccomp = {default = "allow", rules = {{names = "mkdr", action = "kill"}}}})
refused("EINVAL", "needs a handler", proc.run, {"true", seccomp = {default = "notify"}})
refused("EINVAL", "did you mean 'rules'", proc.run, {"true", seccomp = {default = "allow", rule = {}}})
refused("EINVAL", "rule 1", proc.run, {"true", seccomp = {default = "allow", rules = {{names = "read", action = "kil"}}}})
refused("EINVAL", "condition 1", proc.run, {"true", seccomp = {default = "allow", rules = {{names = "read", action = "kill", args = {{index = 1}}}}}})
refused("EPERM", "exec true", proc.run, {"true", seccomp = {default = "allow", rules = {{names = {"execve", "execveat"}, action = "errno"}}}})
