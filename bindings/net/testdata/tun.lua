-- as: root
-- tun and tap links.
local t = net.tun("tun0", {up = true, mtu = 1400, multi_queue = true})
assert(t:info().type == "tun" and t:info().up and t:info().mtu == 1400)
assert(tool.run("ip -d link show tun0"):find("tun type tun", 1, true))
local tap = net.tap("tap0", {user = 0})
assert(tool.run("ip -d link show tap0"):find("tun type tap", 1, true))
local ok, e = pcall(net.tap, "tap0")
assert(not ok and e.code, tostring(e))
t:delete()
tap:delete()
assert(#net.links() == 1)
