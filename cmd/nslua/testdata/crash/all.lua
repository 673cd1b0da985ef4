-- Kills make.lua at every step and at random moments; gc must then bring back the
-- state from before, and must not touch what only looks like ours.
local nslua, make = arg[1], arg[2]
local tmp = "/run/crash-test" -- in the world's own /run
fs.mkdir(tmp)
sys.env("TMPDIR", tmp)

-- Look-alikes: others' things with the names that the script uses for its own.
proc.sh("ip netns add other && ip link add crashother type veth peer name crashothe1 && mkdir -p /run/crash-test/other && mount -t tmpfs none /run/crash-test/other")

local function state()
  local lines = {}
  for _, command in ipairs{"ip -o link | sed 's/^[0-9]*: //' | sort", "ls /run/netns", "cut -d' ' -f4,5 /proc/self/mountinfo | sort",
    "ls -d /run/crash-test/* /run/nslua* 2>/dev/null | sort", "ps -e -o comm= | grep -c sleep || true"} do
    table.insert(lines, proc.sh(command))
  end
  return table.concat(lines, "\n---\n")
end

local function gc()
  local r = proc.run{nslua, "gc", capture = true}
  assert(r.ok, r.out .. r.err)
  return r.out
end

local function same(before, what)
  local after = state()
  for _ = 1, 100 do -- orphans are reaped, and namespaces end, a moment later
    if after == before then return end
    proc.sleep("20ms")
    after = state()
  end
  error(what .. ": before\n" .. before .. "\nafter\n" .. after, 0)
end

local before = state()
local all = proc.run{nslua, make, capture = true}
assert(all.ok, all.err)
local steps = tonumber(all.out)
same(before, "a run to the end")

for n = 1, steps do
  local r = proc.run{nslua, make, tostring(n), capture = true}
  assert(r.signal == "SIGKILL", r.err)
  local undone = gc()
  same(before, "killed at step " .. n .. ", gc said:\n" .. undone)
  assert(gc() == "", "nothing is left for a second gc")
end

-- In a world of its own a killed shell leaves nothing, without gc. Its /run is its own.
for n = 1, steps do
  local p = proc.start{nslua, "-U", make, tostring(n), "wait", stdout = "pipe", env = {TMPDIR = "/run"}}
  assert(p:read() == "here")
  p:kill()
  p:wait()
  p:close()
  same(before, "killed at step " .. n .. " with -U")
end

math.randomseed(tonumber(arg[3]))
for n = 1, 40 do
  local p = proc.start{nslua, make, stdout = "null"}
  proc.sleep(math.random() * 0.06)
  p:kill()
  p:wait()
  p:close()
  local undone = gc()
  same(before, "killed at random, round " .. n .. ", gc said:\n" .. undone)
end

-- A name that was given away and taken by somebody else is theirs.
proc.run{nslua, make, "7", capture = true}
proc.sh("ip netns delete crash && ip netns add crash")
gc()
assert(proc.sh("ls /run/netns"):find("crash"), "gc took somebody else's namespace")
proc.sh("ip netns delete crash")

-- The journal of a shell that lives is left alone.
local p = proc.start{nslua, "-e", 'net.veth("live0", "live1"); print("ready"); proc.sleep("60s")', stdout = "pipe"}
assert(p:read() == "ready")
assert(gc() == "" and proc.sh("ip -o link"):find("live0"))
p:kill()
print("steps", steps)
