-- A bridge with two hosts, its ports, forwarding entries and groups, checked against bridge(8).
local h1, h2 = ns.new(), ns.new()
local br = net.bridge("br0", {stp = false, forward_delay = "2s", up = true})
for i, h in ipairs{h1, h2} do
  net.veth("p" .. i, {name = "eth0", ns = h}, {master = "br0", up = true})
  net.at(h).link("eth0"):addr("10.0.0." .. i .. "/24"):up()
end
assert(net.link("p1"):info().master == "br0" and net.link("p1"):info().up)
assert(br:info().bridge.forward_delay == 2 and br:info().bridge.stp == false)
assert(net.at(h1).ping("10.0.0.2", {timeout = "3s"}).ok)

net.link("p1"):set{bridge_slave = {hairpin = true, cost = 7}}
local p = net.link("p1"):info().bridge_slave
assert(p.hairpin and p.cost == 7 and p.state == "forwarding")
assert(tool.run("bridge -j -d link show dev p1"):find('"hairpin":true', 1, true))
br:set{mtu = 1400, bridge = {ageing_time = "30s"}}
assert(br:info().bridge.ageing_time == 30)
local ok, e = pcall(br.set, br, {bridge = {agin_time = 3}})
assert(not ok and tostring(e):find("ageing_time", 1, true), tostring(e))

net.link("p1"):fdb_add("02:00:00:00:00:07", {master = true, static = true})
assert(tool.run("bridge -j fdb show br br0"):find("02:00:00:00:00:07", 1, true))
local found
for _, f in ipairs(br:fdb()) do if f.mac == "02:00:00:00:00:07" then found = f end end
assert(found and found.dev == "p1" and found.master == "br0" and found.state == "noarp")
net.link("p1"):fdb_del("02:00:00:00:00:07", {master = true})

br:mdb_add("239.1.1.1", {port = "p2"})
local function member()
  for _, g in ipairs(br:mdb()) do if g.group == "239.1.1.1" then return g end end
end
assert(member().port == "p2" and member().permanent)
assert(tool.run("bridge mdb show"):find("239.1.1.1", 1, true))
br:mdb_del("239.1.1.1", {port = "p2"})
assert(not member())

net.link("p1"):set{master = false}
assert(net.link("p1"):info().master == nil)

ok, e = pcall(net.bridge, "br1", {vlan_filtering = true})
if ok then
  e:delete()
  br:set{bridge = {vlan_filtering = true}}
  net.link("p2"):vlan_add(10, {pvid = true, untagged = true}):vlan_add("20-25")
  assert(#net.link("p2"):vlans() >= 7)
  net.link("p2"):vlan_del("20-25")
else
  assert(e.errno == 95, tostring(e))
end

-- nothing half-made stays
local before = #net.links()
for _, bad in ipairs{
  function() net.veth("x0", "br0") end,
  function() net.veth("x0", {name = "x1", mtu = 99999999}) end,
  function() net.veth("x0", "x1", {master = "nosuch"}) end,
  function() net.veth("x0", "x1", {master = "lo"}) end,
  function() net.bridge("x0", {mtu = 1}) end,
  function() net.macvlan("x0", {link = "nosuch"}) end,
  function() net.macvlan("x0") end,
  function() net.macvlan("x0", {link = "br0", mode = "nosuch"}) end,
  function() net.vxlan("x0", {id = 2^24}) end,
  function() net.tap("p1") end,
} do
  local ok, err = pcall(bad)
  assert(not ok and err.code, tostring(err))
  assert(#net.links() == before, tostring(err))
end

local a = net.link("p1")
a:down():rename("port1"):altname("a-name-that-is-longer-than-fifteen")
assert(net.link("a-name-that-is-longer-than-fifteen"):info().name == "port1")
a:altname("a-name-that-is-longer-than-fifteen", {remove = true})
assert(not pcall(net.link, "a-name-that-is-longer-than-fifteen"))
assert(a.name == "port1" and a:exists())
net.at(h2).link("eth0"):down()
local s = net.at(h1).link("eth0"):stats()
assert(s.rx.packets > 0 and s.tx.bytes > 0)
a:delete()
assert(not a:exists())
local ok, e = pcall(a.up, a)
assert(not ok and e.code == "ENODEV" and tostring(e):find("port1", 1, true), tostring(e))
