-- Cgroups made, limited, filled, read and deleted, against a C program and bash. As root:
--   nslua scripts/bench/cgroups.lua [COUNT] [ROUNDS]
package.path = arg[0]:match("^(.*/)") .. "?.lua;" .. package.path
local measure = require "measure"
local count, rounds = tonumber(arg[1] or 1000), tonumber(arg[2] or 5)
local here = arg[0]:match("^(.*/)") or "./"
local program = os.tmpname()
proc.sh("cc -O2 -o " .. program .. " " .. here .. "cgroups.c")

local sleeper = proc.start{"sleep", "3600"}
local pid = tostring(sleeper.pid)
local v1 = cgroup.info().controllers.cpu.version == 1
local dirs = v1 and {"unified/", "cpu/", "cpuacct/", "memory/", "pids/"} or {""}
local root = {}
for _, dir in ipairs(dirs) do table.insert(root, "/sys/fs/cgroup/" .. dir) end

local function lua()
  local all = {}
  for i = 1, count do
    all[i] = cgroup.create("nslua-bench-" .. i, {cpu = 0.5, memory = "64M", pids = 32})
    all[i]:add(sleeper)
  end
  for i = 1, count do all[i]:stat() end
  for _, dir in ipairs(root) do fs.write(dir .. "cgroup.procs", pid) end
  for i = 1, count do all[i]:delete() end
end

local limits = v1 and {"cpu/cpu.cfs_period_us=100000", "cpu/cpu.cfs_quota_us=50000", "memory/memory.limit_in_bytes=67108864", "pids/pids.max=32"}
  or {"cpu.max=50000 100000", "memory.max=67108864", "pids.max=32"}
local stats = v1 and {"cpuacct/cpuacct.usage", "cpu/cpu.stat", "memory/memory.stat", "memory/memory.usage_in_bytes", "pids/pids.current"}
  or {"cpu.stat", "memory.stat", "memory.current", "pids.current"}

local function bash(n)
  local lines = {"set -e; cd /sys/fs/cgroup", "for i in $(seq " .. n .. "); do c=nslua-bench-$i"}
  local function add(text, ...) table.insert(lines, text:format(...)) end
  for _, dir in ipairs(dirs) do add("mkdir %s$c", dir) end
  for _, limit in ipairs(limits) do
    local dir, name, value = limit:match("^(.-)([^/]+)=(.*)$")
    add("echo '%s' > %s$c/%s", value, dir, name)
  end
  for _, dir in ipairs(dirs) do add("echo %s > %s$c/cgroup.procs", pid, dir) end
  for _, stat in ipairs(stats) do
    local dir, name = stat:match("^(.-)([^/]+)$")
    add("cat %s$c/%s > /dev/null", dir, name)
  end
  for _, dir in ipairs(dirs) do add("echo %s > %scgroup.procs; rmdir %s$c", pid, dir, dir) end
  add("done")
  assert(proc.run{"bash", "-c", table.concat(lines, "\n")}.ok)
end

local ok = measure.compare(count .. " cgroups made, limited, filled, read, deleted", 2, measure.interleave(rounds, {
  {name = "nslua", run = lua},
  {name = "C, the same file operations", run = function() assert(proc.run{program, v1 and "v1" or "v2", tostring(count), pid}.ok) end},
}))
local start = sys.clock("monotonic")
bash(count / 10)
local slow = (sys.clock("monotonic") - start) * 10
start = sys.clock("monotonic")
lua()
ok = measure.limit("share of what bash takes with mkdir, echo, cat, rmdir", (sys.clock("monotonic") - start) / slow, 0.2, "%.3f") and ok
sleeper:kill(); sleeper:wait()
os.remove(program)
os.exit(ok)
