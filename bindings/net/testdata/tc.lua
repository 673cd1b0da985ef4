-- What this kernel has of traffic control, checked against tc(8).
net.veth("a0", "b0", {up = true})
net.link("b0"):up()
net.tc.tbf("a0", {rate = "1mbit", burst = "10K", latency = "50ms"})
local q = tool.json("tc -j qdisc show dev a0 root")[1]
assert(q.kind == "tbf" and q.options.rate == 125000 and q.options.burst >= 10000 and q.options.burst <= 10240, json.encode(q))
local mine = net.tc.qdiscs("a0")[1]
assert(mine.kind == "tbf" and mine.rate == 1000000 and mine.burst == q.options.burst and mine.parent == "root", json.encode(mine))
net.tc.tbf("a0", {rate = "2mbit"})
q = tool.json("tc -j qdisc show dev a0 root")[1]
assert(q.options.rate == 250000 and q.options.burst > 10000, json.encode(q))
local ok, e = pcall(net.tc.htb, "a0")
assert(not ok and e.code == "EEXIST" and tostring(e):find("tbf", 1, true), tostring(e))
net.tc.del("a0")

net.tc.htb("a0", {handle = "1:", default = 0x20})
net.tc.class("a0", "1:1", {rate = "10mbit"})
net.tc.class("a0", "1:10", {parent = "1:1", rate = "4mbit", ceil = "8mbit", prio = 2})
net.tc.class("a0", "1:20", {parent = "1:1", rate = "1mbit"})
net.tc.class("a0", "1:20", {ceil = "3mbit"})
local out = tool.run("tc class show dev a0")
assert(out:find("class htb 1:10 parent 1:1 prio 2 rate 4Mbit ceil 8Mbit", 1, true), out)
assert(out:find("class htb 1:20 parent 1:1 prio 0 rate 1Mbit ceil 3Mbit", 1, true), out)
local by = {}
for _, c in ipairs(net.tc.classes("a0")) do by[c.handle] = c end
assert(by["1:10"].rate == 4000000 and by["1:10"].ceil == 8000000 and by["1:10"].parent == "1:1" and by["1:10"].prio == 2)
net.tc.pfifo("a0", {parent = "1:10", handle = "10:", limit = 50})
assert(tool.run("tc qdisc show dev a0"):find("qdisc pfifo 10: parent 1:10 limit 50p", 1, true))
net.tc.filter("a0", {parent = "1:", prio = 1, dst = "10.0.0.0/8", ipproto = "tcp", dport = 80, classid = "1:10"})
out = tool.run("tc filter show dev a0 parent 1:")
assert(out:find("flowid 1:10", 1, true) and out:find("match 0a000000/ff000000 at 16", 1, true)
  and out:find("match 00060000/00ff0000 at 8", 1, true) and out:find("match 00000050/0000ffff at 20", 1, true), out)
local found
for _, f in ipairs(net.tc.filters("a0", {parent = "1:"})) do found = found or f.classid end
assert(found == "1:10")
net.tc.filter_del("a0", {parent = "1:", prio = 1, protocol = "ip"})
assert(#net.tc.filters("a0", {parent = "1:"}) == 0)
net.tc.class_del("a0", "1:20")
net.tc.del("a0")
net.tc.clsact("b0")
assert(tool.run("tc qdisc show dev b0"):find("qdisc clsact ffff:", 1, true))
net.tc.del("b0", {parent = "ingress"})
net.tc.ingress("b0")
net.tc.del("b0", {parent = "ingress"})

for _, bad in ipairs{
  function() net.tc.tbf("a0", {rate = "1mbit"}) end,
  function() net.tc.tbf("nosuch", {rate = "1mbit", burst = 1000, limit = 1000}) end,
  function() net.tc.class("a0", "1:1", {rate = "1mbit", ceil = "1kbit"}) end,
  function() net.tc.class("a0", "nonsense", {rate = "1mbit"}) end,
  function() net.tc.netem("a0", {loss = "120%"}) end,
  function() net.tc.netem("a0", {reorder = 5}) end,
  function() net.tc.filter("a0", {parent = "1:", dport = 80}) end,
  function() net.tc.filter("a0", {action = {mirror = "b0", redirect = "b0"}}) end,
  function() net.tc.prio("a0", {bands = 77}) end,
  function() net.tc.del("a0") end,
} do
  local ok, e = pcall(bad)
  assert(not ok and e.code, tostring(e))
end
