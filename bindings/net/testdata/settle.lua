-- A link that was set up passes packets at once, through a bridge too.
for round = 1, 5 do
  local a, b = ns.new(), ns.new()
  local br = net.bridge("br0", {stp = false, forward_delay = 0, mcast_snooping = false, up = true})
  net.veth("p1", {name = "eth0", ns = a, up = true, alias = "first"}, {up = true, master = br, alias = "port"})
  net.veth("p2", {name = "eth0", ns = b}, {master = br, up = true})
  net.at(a).link("eth0"):addr("10.0.0.1/24")
  net.at(b).link("eth0"):addr("10.0.0.2/24"):up()
  local p = net.at(a).ping("10.0.0.2", {timeout = "500ms"})
  assert(p.ok, "round " .. round .. ": " .. tostring(p.error))
  assert(net.at(a).link("eth0"):info().alias == "first" and net.link("p1"):info().alias == "port")
  br:delete()
  net.link("p1"):delete()
  net.link("p2"):delete()
  a:close()
  b:close()
end
