-- needs: qdisc:fq_codel
-- Filters and disciplines of a stock kernel.
net.veth("a0", "b0", {up = true})
net.tc.clsact("a0")
net.tc.filter("a0", {parent = "ingress", kind = "flower", prio = 1, dst = "10.0.0.1", ipproto = "udp", dport = 53, action = "drop"})
net.tc.filter("a0", {parent = "egress", kind = "matchall", prio = 2, action = {mirror = "b0"}})
net.tc.filter("a0", {parent = "ingress", kind = "matchall", prio = 3, protocol = "arp", action = {police = {rate = "1mbit", burst = "20K"}}})
local out = tool.run("tc filter show dev a0 ingress; tc filter show dev a0 egress")
assert(out:find("dst_port 53", 1, true) and out:find("action drop", 1, true) and out:find("Egress Mirror", 1, true)
  and out:find("rate 1Mbit", 1, true), out)
net.tc.fq_codel("b0", {target = "2ms", flows = 256})
net.tc.fq_codel("b0", {limit = 100})
out = tool.run("tc qdisc show dev b0")
assert(out:find("limit 100p flows 256", 1, true) and out:find("target 2ms", 1, true), out)
