-- what lsns shows, and what only a descriptor keeps
local kinds = {}
for _, k in ipairs(ns.kinds()) do kinds[k.name] = k.available end
assert(#ns.kinds() == 8 and kinds.net and kinds.user)
local hidden = ns.new("net")
local mine
for _, n in ipairs(ns.list()) do
  if n.id == hidden:id() and n.kind == "net" then mine = n end
end
assert(mine and mine.processes == 0 and #mine.fds >= 1 and mine.fds[1].pid == proc.pid())
assert(mine.owner == ns.current("user"):id())
local p = ns.clone{"user", "pid", run = {"sleep", "60"}}
local of
for _ = 1, 100 do -- the kernel lets us go on just before it has noted the command's words
  of = ns.list{pid = p.pid, kind = "pid"}
  if of[1].command == "sleep 60" then break end
  proc.sleep("10ms")
end
assert(#of == 1 and of[1].pid == p.pid and of[1].parent == ns.current("pid"):id() and of[1].command == "sleep 60")
assert(ns.tree("pid"):find(tostring(p:ns("pid")), 1, true) and ns.tree():find("owns", 1, true))
local same = {}
for _, d in ipairs(ns.diff(proc.pid(), p)) do same[d.kind] = d.same end
assert(same.net and not same.user and not same.pid)
p:kill()
