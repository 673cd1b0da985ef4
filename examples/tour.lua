-- The tour of the README: nslua -U examples/tour.lua

home = ns.current("net")
print(home)                           --> net:[…]
for _, link in ipairs(net.links()) do
  print(link.name, link.up)           --> lo	false
end

ns.unshare("net", "uts")
sys.hostname("box")
net.link("lo"):up()
print(sys.hostname())                 --> box
print(net.ping("127.0.0.1").ok)       --> true
ns.setns(home)
print(ns.current("net") == home)      --> true

greeting = "hello from process"
child = ns.clone{"user", "pid", "uts", hostname = "inner",
  run = function() return greeting, proc.pid(), sys.hostname() end}
print(child:result())                 --> hello from process	1	inner

blue = ns.new("net")
net.veth("east", {name = "west", ns = blue})
net.link("east"):addr("10.0.0.1/24"):up()
blue:call(function()
  net.link("west"):addr("10.0.0.2/24"):up()
end)
print(net.ping("10.0.0.2").ok)        --> true

print(proc.sh("id -u"))               --> 0
r = proc.run{"sh", "-c", "echo out; exit 7", capture = true}
print(r.code, #r.out)                 --> 7	4

scope(function()
  mount.tmpfs("/mnt", {size = "1M"})
  fs.write("/mnt/note", "gone soon")
  print(fs.read("/mnt/note"))         --> gone soon
end)
print(fs.exists("/mnt/note"))         --> false

ok, err = pcall(mount.bind, "/", "/mnt", {readnly = true})
print(err)                            --> …unknown option 'readnly', did you mean 'readonly'?
ok, err = pcall(ns.open, 999999999, "net")
print(err.op, err.code)               --> ns.open	ESRCH

help(ns.clone)                        --> ns.clone{…
