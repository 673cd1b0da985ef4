-- as: root
-- world: none
-- needs: controller:cpu, controller:memory, controller:pids
-- lists, trees, tables and files of what is used
local web = cgroup.create("nslua-test-views/pod/web", {memory = "64M"})
local burn = proc.start{"sh", "-c", "while :; do :; done", cgroup = web}

local all = cgroup.list("nslua-test-views")
assert(#all == 3 and all[3].path == web.path and all[3].processes == 1)
assert(all[1].processes == 0 and all[3].memory > 0)
local drawing = cgroup.tree("nslua-test-views")
assert(drawing:find("^/nslua%-test%-views") and drawing:find("└─ pod") and drawing:find("   └─ web  1 process"), drawing)

cgroup.top{path = "nslua-test-views", interval = "100ms", count = 1, sort = "memory"}
web:plot{"cpu", "memory", interval = "50ms", duration = "150ms"}

local file = os.tmpname()
local rows = web:record(file, {"cpu", "pids", interval = "100ms", duration = "350ms"})
local lines = {}
for line in io.lines(file) do lines[#lines + 1] = line end
os.remove(file)
assert(rows >= 2 and #lines == rows + 1 and lines[1] == "time,cpu,pids")
local time, cpu, pids = lines[#lines]:match("^([%d.]+),([%d.]+),(%d+)$")
assert(tonumber(time) > 0.09 and tonumber(cpu) > 0.02 and pids == "1", lines[#lines])
assert(not pcall(web.plot, web, {"cup"}))

-- handles are values: equal, and they travel into closures
assert(cgroup.open("/nslua-test-views/pod/web") == web)
assert(ns.clone{run = function() return #web:procs() end}:result() == 1)

-- the shell's own
local own = cgroup.current()
assert(#own:procs() > 0 and #own.dirs > 0)
for _, m in ipairs(cgroup.of()) do assert(m.path:sub(1, 1) == "/" and m.hierarchy >= 0) end

-- a new cgroup namespace begins where it was made: paths in it are shorter
local inside = ns.clone{"cgroup", cgroup = web, run = function() return cgroup.of() end}:result()
local outside = cgroup.of(burn.pid)
for i, m in ipairs(inside) do
	if outside[i].path == web.path then assert(m.path == "/", m.path) end
end
burn:kill()
burn:wait()
