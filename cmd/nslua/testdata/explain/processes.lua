-- commands in new namespaces, joined ones, and IPC objects
local p = ns.clone{"net", "uts", "ipc", hostname = "box", run = {"sleep", "60"}}
local blue = p:ns("net")
net.veth("v0", {name = "v1", ns = blue})
net.at(blue).link("v1"):addr("10.0.0.1/24"):up()
ns.clone{join = {p:ns("net"), p:ns("uts")}, run = {"sh", arg[1]}}:wait()
p:ns("uts"):run{"sh", arg[1]}
sys.ipc.msg.create{mode = "0600"}
sys.ipc.shm.create("64Ki", {mode = "0640"})
sys.umask("027")
fs.write("/run/masked", "x")
sys.env("COLOUR", "it's blue")
proc.run{"sh", "-c", "echo $COLOUR > /run/colour"}
proc.sleep("10ms")
proc.run{"false"}
proc.run{"sh", arg[1]}
