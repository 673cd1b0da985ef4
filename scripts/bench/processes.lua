-- Processes and namespaces, against unshare(1), nsenter(1) and a static Go program.
--   nslua scripts/bench/processes.lua NSLUA HELLO [ROUNDS]
local measure = require "measure"
local nslua, hello, rounds = arg[1], arg[2], tonumber(arg[3] or 200)
local all_ok = true
local function check(ok) all_ok = all_ok and ok end
local function quiet(argv) argv.stdout = "null"; return function() assert(proc.run(argv).ok) end end

check(measure.compare("a command in new user, mnt, pid, net, uts, ipc, cgroup namespaces", 0.7,
  measure.interleave(rounds, {
    {name = "ns.clone{…, run = {\"true\"}}:wait()", run = function()
      local p = ns.clone{"user", "mnt", "pid", "net", "uts", "ipc", "cgroup", run = {"true"}}
      assert(p:wait().ok)
      p:close()
    end},
    {name = "unshare -Urmpfniu -C true", run = quiet{"unshare", "-U", "-r", "-m", "-p", "-f", "-n", "-i", "-u", "-C", "true"}},
  })))

local holder = ns.clone{"user", "mnt", "pid", "net", "uts", "ipc", "cgroup", proc = true, run = {"sleep", "600"}}
local target = {}
for _, k in ipairs{"user", "mnt", "pid", "net", "uts", "ipc", "cgroup"} do table.insert(target, holder:ns(k)) end
check(measure.compare("joining these 7 namespaces and running a command", 0.5,
  measure.interleave(rounds, {
    {name = "ns.clone{join = {…}, run = {\"true\"}}:wait()", run = function()
      local p = ns.clone{join = target, run = {"true"}}
      assert(p:wait().ok)
      p:close()
    end},
    {name = "nsenter -a -t PID true", run = quiet{"nsenter", "-a", "-t", tostring(holder.pid), "true"}},
  })))
holder:kill(); holder:wait()

local closure = measure.interleave(rounds, {{name = "closure", run = function()
  local p = ns.clone{"user", "pid", "net", "uts", run = function() return proc.pid() end}
  assert(p:result() == 1)
  p:close()
end}})[1]
check(measure.limit("a closure in new user, pid, net, uts namespaces, median ms", closure.p50 * 1000, 4, "%.2f"))

local other, visits = ns.new("net"), 20000
local nothing = function() end
local start = sys.clock("monotonic")
for _ = 1, visits do other:call(nothing) end
check(measure.limit("h:call, in and out of a net namespace, µs", (sys.clock("monotonic") - start) / visits * 1e6, 10, "%.2f"))
other:close()

check(measure.compare("start, print, exit", 2.5, measure.interleave(rounds, {
  {name = "nslua -e 'print(1)'", run = quiet{nslua, "-e", "print(1)"}},
  {name = "a static Go hello", run = quiet{hello}},
})))
local status = proc.run{nslua, "-e", 'print(1); print(fs.read("/proc/self/status"))', capture = true}.out
local peak = tonumber(status:match("VmHWM:%s+(%d+)")) / 1024
check(measure.limit("peak memory of that, MiB", peak, 15, "%.1f"))

print()
os.exit(all_ok)
