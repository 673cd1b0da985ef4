-- as: root
-- a program of another user keeps what caps says, through its exec
local function status(options)
  options[1], options[2], options[3] = "grep", "-E", "^(Cap|Uid)"
  options[4], options.capture = "/proc/self/status", true
  local r = proc.run(options)
  assert(r.ok, r.err)
  local fields = {}
  for key, value in r.out:gmatch("(%w+):%s*(%x+)") do fields[key] = value end
  return fields
end
local bind = ("%016x"):format(0x400)
local s = status{uid = 65534, gid = 65534, caps = {"net_bind_service"}}
assert(s.Uid == "65534" or s.Uid:sub(1, 5) == "65534")
assert(s.CapPrm == bind and s.CapEff == bind and s.CapAmb == bind and s.CapInh == bind and s.CapBnd == bind)
s = status{uid = 65534, gid = 65534}
assert(tonumber(s.CapPrm) == 0 and s.CapBnd ~= bind)
s = status{uid = 65534, gid = 65534, caps = {"net_bind_service"}, seccomp = "default", landlock = {execute = {"/"}}}
assert(s.CapPrm == bind)
-- without no_new_privs the filter is in place before the user changes
s = status{uid = 65534, gid = 65534, caps = {}, seccomp = "default", no_new_privs = false}
assert(tonumber(s.CapPrm) == 0)
