-- Routes as net makes them and as ip(8) reports them, and the other way round.
local function ip(args) return tool.run("ip -j " .. args) end
local function has(text, what) assert(text:find(what, 1, true), what .. " not in " .. text) end

net.veth("a0", "b0", {up = true})
net.link("b0"):up()
net.link("a0"):addr("10.0.0.1/24"):addr("fd00::1/64", {nodad = true}):up()
assert(#net.routes{family = "inet"} == 1)
local r = net.routes{family = "inet"}[1]
assert(r.dst == "10.0.0.0/24" and r.dev == "a0" and r.protocol == "kernel" and r.src == "10.0.0.1" and r.scope == "link")

net.route.add("default", {via = "10.0.0.254", metric = 5, mtu = 1400})
has(ip("route show default"), '"gateway":"10.0.0.254"')
has(ip("route show default"), '"metric":5')
local d = net.routes{family = "inet"}[1]
assert(d.dst == "default" and d.via == "10.0.0.254" and d.metric == 5 and d.mtu == 1400)
net.route.add("10.9.0.0/16", {via = "10.0.0.9", table = 100})
assert(#net.routes{table = 100} == 1 and #net.routes{table = 101} == 0)
has(ip("route show table 100"), '"dst":"10.9.0.0/16"')
net.route.add("10.8.0.0/16", {type = "blackhole"})
net.route.add("10.7.0.0/16", {nexthops = {{via = "10.0.0.2", weight = 2}, {via = "10.0.0.3", dev = "a0"}}})
has(ip("route show 10.7.0.0/16"), '"weight":2')
local multi
for _, x in ipairs(net.routes{family = "inet"}) do if x.dst == "10.7.0.0/16" then multi = x end end
assert(#multi.nexthops == 2 and multi.nexthops[1].via == "10.0.0.2" and multi.nexthops[1].weight == 2)
net.route.add("fd01::/64", {via = "fd00::2"})
net.route.add("default", {via = "fd00::3"})
has(ip("-6 route show default"), '"gateway":"fd00::3"')
assert(net.route.get("10.3.3.3").via == "10.0.0.254" and net.route.get("fd01::5").via == "fd00::2")
assert(net.route.get("10.0.0.7").src == "10.0.0.1")

tool.run("ip route add 10.6.0.0/16 via 10.0.0.4 proto static && ip route add unreachable 10.5.0.0/16")
local seen = {}
for _, x in ipairs(net.routes()) do seen[x.dst] = x end
assert(seen["10.6.0.0/16"].protocol == "static" and seen["10.5.0.0/16"].type == "unreachable")

net.route.add("10.6.0.0/16", {via = "10.0.0.5", replace = true})
net.route.del("10.6.0.0/16")
net.route.del("10.8.0.0/16", {type = "blackhole"})
net.route.del("default", {via = "10.0.0.254"})
net.route.del("default", {family = "inet6"})
assert(ip("route show default"):match("^%s*%[%s*%]"), ip("route show default"))
local ok, e = pcall(net.route.del, "10.6.0.0/16")
assert(not ok and e.code == "ESRCH" and e.hint, tostring(e))
ok, e = pcall(net.route.add, "10.4.0.0/16", {via = "192.0.2.1"})
assert(not ok and e.code == "ENETUNREACH" and e.hint:find("192.0.2.1", 1, true), tostring(e))
ok, e = pcall(net.route.add, "10.4.0.0/16", {vai = "192.0.2.1"})
assert(not ok and tostring(e):find("did you mean 'via'", 1, true), tostring(e))
ok, e = pcall(net.route.add, "10.4.0.0/33", {via = "192.0.2.1"})
assert(not ok and e.code == "EINVAL", tostring(e))
ok, e = pcall(net.route.get, "192.0.2.77")
assert(not ok and e.code == "ENETUNREACH", tostring(e))

-- segment routing
net.route.add("fd02::/64", {dev = "a0", seg6 = {mode = "encap", segments = {"fc00::1", "fc00::2"}}})
has(ip("-6 route show fd02::/64"), '"fc00::1","fc00::2"')
for _, x in ipairs(net.routes{family = "inet6"}) do
  if x.dst == "fd02::/64" then assert(x.seg6.mode == "encap" and x.seg6.segments[2] == "fc00::2") end
end
