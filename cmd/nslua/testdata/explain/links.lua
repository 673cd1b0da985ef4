-- links of several kinds, at both ends, with addresses, routes and rules
local blue = ns.new("net", {name = "blue"})
local inside = net.at(blue)
net.link("lo"):up()
net.veth("veth0", {name = "veth1", ns = blue, up = true}, {mtu = 1400})
net.link("veth0"):addr("10.1.1.2/24"):addr("fd00::2/64", {nodad = true}):up()
inside.link("lo"):up()
inside.link("veth1"):addr("10.1.1.1/24")
inside.route.add("default", {via = "10.1.1.2"})

local br = net.bridge("br0", {stp = false, ageing_time = "2m", up = true})
for i = 1, 2 do
  net.veth("p" .. i, "q" .. i, {master = "br0", up = true})
end
net.link("p2"):set{alias = "two words; and $HOME", mtu = 1300}
net.link("q1"):rename("port1"):up()
net.link("q2"):delete()
br:addr("192.168.7.1/24")
net.vxlan("vx0", {id = 7, dev = "veth0", remote = "10.1.1.1", dstport = 4789, learning = false, mtu = 1300})
net.macvlan("mv0", {link = "veth0", mode = "bridge", up = true})
local tun = io.open("/dev/net/tun", "r+")   -- closed to users on some machines
if tun then
  tun:close()
  net.tap("tap0", {up = true})
end

net.route.add("10.9.0.0/16", {via = "10.1.1.1", metric = 50, mtu = 1300})
net.route.add("10.8.0.0/16", {type = "blackhole", table = 100})
net.route.add("10.7.0.0/16", {nexthops = {{via = "10.1.1.1", weight = 2}, {dev = "br0"}}})
net.rule.add{from = "10.1.1.0/24", table = 100, priority = 1000, fwmark = 3}
net.neigh.add("10.1.1.77", {dev = "veth0", mac = "02:00:00:00:00:77"})
inside.link("veth1"):altname("a-rather-long-alternative-name")
sys.sysctl("net.ipv4.ip_forward", 1)
blue:call(function() sys.sysctl("net.ipv4.ip_forward", 1) end)
proc.run{"sh", arg[1]}
