-- Events arrive in order, and a quiet network gives nil.
local m = net.monitor{links = true, addrs = true, routes = true}
assert(m:next{timeout = "20ms"} == nil)
net.veth("a0", "b0")
local seen = {}
for i = 1, 2 do
  local e = m:next{timeout = "1s"}
  assert(e.action == "new" and e.what == "link")
  seen[e.link.name] = e.link.index
end
assert(seen.a0 and seen.b0)
net.link("a0"):addr("10.0.0.1/24")
local e
repeat e = m:next{timeout = "1s"} until e.what == "addr"
assert(e.action == "new" and e.addr.address == "10.0.0.1/24" and e.addr.link == "a0")
net.link("a0"):delete()
repeat e = m:next{timeout = "1s"} until e.what == "link" and e.action == "del"
assert(e.link.name == "a0" or e.link.name == "b0")
m:close()
local ok, err = pcall(m.next, m)
assert(not ok and err.code == "EBADF")

local other = ns.new()
local far = net.at(other).monitor{links = true}
net.veth("c0", "c1")
net.at(other).link("lo"):up()
e = far:next{timeout = "1s"}
assert(e.link.name == "lo" and e.link.up)
assert(far:next{timeout = "10ms"} == nil)
far:close()
