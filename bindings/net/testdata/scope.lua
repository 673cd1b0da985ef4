-- What a scope made is undone, whatever namespace the shell is in when it ends.
local before = #net.links()
local home, away = ns.current(), ns.new()
local ok, err = pcall(scope, function()
  net.veth("s0", "s1")
  net.bridge("s2"):delete()
  net.veth("s3", "s4")
  net.link("s3"):delete()
  net.veth("s5", {name = "s6", ns = away})
  net.veth("s7", {name = "s8"}, {ns = away})
  net.veth("s9", "sa")
  net.link("s9"):rename("sb")
  ns.enter(away)
  net.veth("w0", "w1")
  net.link("w0"):delete()
  error("half way")
end)
assert(not ok and tostring(err):find("half way", 1, true), tostring(err))
assert(net.links()[1].name == "lo" and #net.links() == 1)
ns.enter(home)
assert(#net.links() == before)

-- a link belongs to its namespace
local l = net.veth("x0", "x1")
ns.enter(away)
local ok, e = pcall(l.up, l)
assert(not ok and e.code == "ENODEV" and e.hint:find("net.at", 1, true), tostring(e))
ns.enter(home)
l:up():delete()

-- a namespace ends with its handle although it was used from here
local n = ns.new()
net.veth("y0", {name = "y1", ns = n})
assert(#net.at(n).links() == 2)
n:close()
for i = 1, 500 do
  if not pcall(net.link, "y0") then break end
  assert(i < 500, "the pair outlived the namespace of one end")
  tool.run("sleep 0.01")
end
