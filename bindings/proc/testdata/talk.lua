-- pipes, terminals, signals, waiting
local cat = proc.start{"cat", stdin = "pipe", stdout = "pipe"}
cat:write("one\ntwo\nrest")
assert(cat:read() == "one" and cat:read("line") == "two" and cat:read(2) == "re")
local ok, e = pcall(cat.read, cat, "line", {timeout = "20ms"})
assert(not ok and e.code == "ETIMEDOUT")
cat:close_stdin()
assert(cat:read("all") == "st" and cat:read() == nil and cat:wait().ok)

local tty = proc.start{"sh", "-c", "tty; read x; echo got $x; stty size", pty = {rows = 33, cols = 77}}
assert(tty:read():find("^/dev/pts/"))
tty:write("yes\n")
assert(tty:read() == "yes" and tty:read() == "got yes" and tty:read() == "33 77")
assert(tty:read() == nil and tty:wait().ok)
local size = proc.start{"sh", "-c", 'trap "stty size" WINCH; echo ready; while :; do sleep 0.01; done', pty = true}
assert(size:read() == "ready")
size:resize(50, 120)
assert(size:read() == "50 120")
size:kill()

local slow, quick = proc.start{"sleep", "60"}, proc.start{"true"}
local first, status = proc.wait_any{slow, quick}
assert(first == quick and status.ok)
ok, e = pcall(proc.wait_any, {slow}, {timeout = "10ms"})
assert(not ok and e.code == "ETIMEDOUT" and slow:alive() and slow:status() == nil)
ok, e = pcall(slow.wait, slow, {timeout = "10ms"})
assert(not ok and e.code == "ETIMEDOUT")
slow:signal("term")
assert(slow:wait().signal == "SIGTERM" and slow:status().code == 143 and not slow:alive())
slow:kill()
ok, e = pcall(slow.signal, slow, "hup")
assert(not ok and e.code == "ESRCH")
ok, e = pcall(slow.result, slow)
assert(not ok and tostring(e):find("only a closure"))

-- many at once; the first failure ends the rest
local squares = proc.parallel({function() return 1 end, function() return 4 end, function() return 9 end}, {workers = 2})
assert(squares[1] + squares[2] + squares[3] == 14)
ok, e = pcall(proc.parallel, {function() error("bad worker") end, function() proc.sleep("60s") end})
assert(not ok and tostring(e):find("bad worker"))

-- a scope ends its processes
local pid
scope(function() pid = proc.start{"sleep", "60"}.pid end)
ok, e = pcall(proc.get, pid)
assert(not ok and e.code == "ESRCH")
