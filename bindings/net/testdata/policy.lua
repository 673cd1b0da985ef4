-- Rules, neighbours and nexthops, checked against ip(8).
net.veth("a0", "b0", {up = true})
net.link("b0"):up()
net.link("lo"):up()
net.link("a0"):addr("10.0.0.1/24")
net.rule.add{from = "10.1.0.0/16", table = 100, priority = 500}
net.rule.add{fwmark = 7, fwmask = 15, table = 101, ipproto = "tcp", dport = "80-90", uidrange = 0}
net.rule.add{from = "fd00::/8", table = 100, priority = 600}
assert(tool.run("ip -j rule show priority 500"):find('"table":"100"', 1, true))
local r = net.rules()
assert(r[1].priority == 0 and r[1].table == "local" and r[#r].table == "default")
local seen
for _, x in ipairs(r) do if x.fwmark == 7 then seen = x end end
assert(seen.fwmask == 15 and seen.ipproto == "tcp" and seen.dport == "80-90" and seen.uidrange == "0-0" and seen.table == 101)
assert(net.rules{family = "inet6"}[2].from == "fd00::/8")
net.rule.del{priority = 500}
assert(tool.run("ip -j rule show priority 500"):match("^%s*%[?%s*{?}?%s*%]?%s*$"))
local ok, e = pcall(net.rule.del, {priority = 500})
assert(not ok and e.code == "ENOENT" and e.hint, tostring(e))
ok, e = pcall(net.rule.add, {from = "10.0.0.0/8", to = "fd00::/8"})
assert(not ok and e.code == "EINVAL", tostring(e))

net.neigh.add("10.0.0.9", {dev = "a0", mac = "02:00:00:00:00:09"})
assert(tool.run("ip neigh show 10.0.0.9"):find("02:00:00:00:00:09 PERMANENT", 1, true))
local n = net.neighs{dev = "a0", family = "inet"}
assert(#n == 1 and n[1].dst == "10.0.0.9" and n[1].mac == "02:00:00:00:00:09" and n[1].state == "permanent")
net.neigh.add("10.0.0.9", {dev = "a0", mac = "02:00:00:00:00:0a", replace = true})
ok, e = pcall(net.neigh.add, "10.0.0.9", {dev = "a0", mac = "02:00:00:00:00:0a"})
assert(not ok and e.code == "EEXIST", tostring(e))
net.neigh.del("10.0.0.9", {dev = "a0"})

net.nexthop.add(1, {via = "10.0.0.2", dev = "a0"})
net.nexthop.add(2, {via = "10.0.0.3", dev = "a0"})
net.nexthop.add(10, {group = {1, {id = 2, weight = 3}}})
net.nexthop.add(3, {blackhole = true})
local hops = net.nexthops()
assert(#hops == 4 and hops[1].via == "10.0.0.2" and hops[3].blackhole and hops[4].group[2].weight == 3)
net.route.add("10.7.0.0/16", {nhid = 10})
assert(tool.run("ip route show 10.7.0.0/16"):find("nhid 10", 1, true))
net.nexthop.del(10)
assert(tool.run("ip route show 10.7.0.0/16") == "")

-- addresses
local l = net.link("a0")
l:addr("10.0.1.1/24", {label = "a0:x", broadcast = "+", noprefixroute = true, valid = "1h", preferred = "10m"})
l:addr("fd00::1/64", {nodad = true, metric = 9})
l:addr("10.0.2.1/32", {peer = "10.0.2.2", scope = "link"})
local out = tool.json("ip -j addr show dev a0")[1].addr_info
local by = {}
for _, a in ipairs(out) do by[a["local"]] = a end
assert(by["10.0.1.1"].label == "a0:x" and by["10.0.1.1"].broadcast == "10.0.1.255" and by["10.0.1.1"].noprefixroute)
assert(by["fd00::1"].nodad and by["fd00::1"].metric == 9)
assert(by["10.0.2.1"].address == "10.0.2.2" and by["10.0.2.1"].scope == "link")
local mine = {}
for _, a in ipairs(l:addrs()) do mine[a.address] = a end
assert(mine["10.0.1.1/24"].label == "a0:x" and mine["10.0.1.1/24"].broadcast == "10.0.1.255")
assert(mine["10.0.1.1/24"].valid > 3500 and mine["10.0.1.1/24"].preferred <= 600)
assert(mine["10.0.2.1/32"].peer == "10.0.2.2" and mine["fd00::1/64"].metric == 9 and mine["10.0.0.1/24"])
assert(#net.addrs{family = "inet"} == 4 and net.addrs()[1].link == "lo")
l:addr_del("10.0.1.1/24")
l:addr_flush{family = "inet6"}
assert(#l:addrs{family = "inet6"} == 0 and #l:addrs() == 2)
ok, e = pcall(l.addr, l, "10.0.0.1/24")
assert(not ok and e.code == "EEXIST" and tostring(e):find("10.0.0.1/24", 1, true), tostring(e))
ok, e = pcall(l.addr, l, "10.0.0.1/240")
assert(not ok and e.code == "EINVAL", tostring(e))
ok, e = pcall(l.addr_del, l, "10.9.9.9/24")
assert(not ok and e.code == "EADDRNOTAVAIL", tostring(e))
