-- needs: qdisc:netem
-- One parameter changes, the others stay.
net.veth("a0", "b0", {up = true})
net.tc.netem("a0", {delay = "20ms", jitter = "1ms", loss = "5%"})
net.tc.netem("a0", {loss = 1})
local q = net.tc.qdiscs("a0")[1]
assert(q.kind == "netem" and q.delay == 0.02 and q.jitter == 0.001 and q.loss == 1)
local out = tool.run("tc qdisc show dev a0")
assert(out:find("delay 20ms  1ms loss 1%", 1, true), out)
net.tc.del("a0")
