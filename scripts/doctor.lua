--- What this machine lets you do, found out by trying: every kind of namespace,
--- id maps, mounts, cgroups, network devices, security.
local doctor = {}

---@class doctor.Finding
---@field group string "namespaces", "users", "mounts", "cgroups", "network" or "security"
---@field name string what was tried
---@field ok boolean whether it works for you, here and now
---@field why? string why it does not, as the kernel put it
---@field advice? string what to do about it
---@field detail? string more about what works

local checks = {}

-- check adds one: run returns a detail or raises; advise turns the error into advice.
local function check(group, name, run, advise)
  table.insert(checks, {group = group, name = name, run = run, advise = advise})
end

local function number(path)
  local ok, text = pcall(fs.read, path)
  return ok and tonumber(text) or nil
end

-- inside runs a function as root of a new user namespace with these kinds.
local function inside(kinds, fn)
  local spec = {"user", unpack(kinds)}
  spec.run = fn
  return ns.clone(spec):result()
end

local function user_advice()
  if number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1 then
    return "AppArmor forbids it to ordinary users: sysctl kernel.apparmor_restrict_unprivileged_userns=0"
  elseif number("/proc/sys/kernel/unprivileged_userns_clone") == 0 then
    return "switched off for ordinary users: sysctl kernel.unprivileged_userns_clone=1"
  elseif number("/proc/sys/user/max_user_namespaces") == 0 then
    return "the limit is 0: sysctl user.max_user_namespaces=10000"
  end
end

for _, kind in ipairs(ns.kinds()) do
  check("namespaces", kind.name, function()
    if not kind.available then error("this kernel has none (needs " .. kind.since .. ")", 0) end
    local kinds = kind.name == "user" and {} or {kind.name}
    inside(kinds, function() return true end)
    return kind.isolates
  end, user_advice)
end

local function subordinate(file)
  local uid = tostring(sys.euid())
  local name = sys.id().user
  for line in fs.read(file):gmatch("[^\n]+") do
    local who, start, count = line:match("^([^:]+):(%d+):(%d+)$")
    if who == uid or who == name then return count .. " ids from " .. start end
  end
  error("no line for you in " .. file, 0)
end

for _, file in ipairs{"/etc/subuid", "/etc/subgid"} do
  check("users", "range in " .. file, function()
    if sys.euid() == 0 then return "not needed: root maps any id" end
    return subordinate(file)
  end, function() return "root can give you one: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 NAME" end)
end
for _, program in ipairs{"newuidmap", "newgidmap"} do
  check("users", program, function()
    if sys.euid() == 0 then return "not needed: root maps any id" end
    local path = fs.which(program)
    if not path then error("not installed", 0) end
    return path
  end, function() return "install the package uidmap" end)
end
check("users", "more than your own id in a user namespace", function()
  local p = ns.clone{"user", map = "auto", run = function() return fs.read("/proc/self/uid_map") end}
  local total = 0
  for count in p:result():gmatch("%d+%s+%d+%s+(%d+)") do total = total + tonumber(count) end
  if total < 2 then error("only your own id can be mapped", 0) end
  return string.format("%.0f ids", total)
end)

check("mounts", "tmpfs", function()
  inside({"mnt"}, function() mount.tmpfs("/mnt") end)
end)
check("mounts", "proc", function()
  inside({"mnt", "pid"}, function() mount.proc("/proc") end)
end, function() return "a /proc of which parts are covered by other mounts can't be mounted anew: this happens inside containers" end)
check("mounts", "overlay", function()
  inside({"mnt"}, function()
    mount.tmpfs("/mnt")
    for _, d in ipairs{"lower", "upper", "work", "merged"} do fs.mkdir("/mnt/" .. d) end
    mount.overlay("/mnt/merged", {lower = "/mnt/lower", upper = "/mnt/upper", work = "/mnt/work"})
  end)
end, function() return "ordinary users need Linux 5.11 for it" end)
check("mounts", "pivot_root", function()
  inside({"mnt"}, function()
    mount.tmpfs("/mnt")
    mount.pivot_root("/mnt")
  end)
end)

check("cgroups", "version", function()
  local kinds = {}
  for _, m in ipairs(mount.list()) do
    if m.type == "cgroup2" then kinds.v2 = m.target elseif m.type == "cgroup" then kinds.v1 = true end
  end
  if kinds.v2 and kinds.v1 then return "hybrid: v1, and v2 at " .. kinds.v2 end
  if kinds.v2 then return "v2 at " .. kinds.v2 end
  if kinds.v1 then return "v1" end
  error("no cgroup file system is mounted", 0)
end, function() return "mount -t cgroup2 none /sys/fs/cgroup" end)
check("cgroups", "a group you may change", function()
  for _, m in ipairs(mount.list()) do
    if m.type == "cgroup2" then
      local own = fs.read("/proc/self/cgroup"):match("0::([^\n]*)")
      local dir = m.target .. (own or "")
      local name = dir .. "/nslua-doctor-" .. proc.pid()
      scope(function() fs.mkdir(name) end)
      return dir
    end
  end
  error("there is no v2 hierarchy", 0)
end, function() return "on a systemd host: systemd-run --user --scope -p Delegate=yes nslua …" end)

-- Kinds of links are tried in a network namespace that ends with the try.
local links = {
  veth = function() net.veth("d0", "d1") end,
  bridge = function() net.bridge("d0") end,
  ["bridge vlan_filtering"] = function() net.bridge("d0", {vlan_filtering = true}) end,
  dummy = function() net.dummy("d0") end,
  vlan = function() net.veth("d0", "d1"); net.vlan("d2", {link = "d0", id = 5}) end,
  vxlan = function() net.vxlan("d0", {id = 5, dstport = 4789}) end,
  macvlan = function() net.veth("d0", "d1"); net.macvlan("d2", {link = "d0"}) end,
  ipvlan = function() net.veth("d0", "d1"); net.ipvlan("d2", {link = "d0"}) end,
  bond = function() net.bond("d0") end,
  vrf = function() net.vrf("d0", {table = 5}) end,
  wireguard = function() net.wireguard("d0") end,
}
local names = {}
for name in pairs(links) do table.insert(names, name) end
table.sort(names)
for _, name in ipairs(names) do
  check("network", "link " .. name, function() inside({"net"}, links[name]) end,
    function() return "the kernel lacks it: modprobe " .. name:match("%S+") .. ", or another kernel" end)
end
for _, kind in ipairs{"netem", "tbf", "htb", "fq_codel"} do
  check("network", "qdisc " .. kind, function()
    inside({"net"}, function()
      net.veth("d0", "d1")
      net.tc[kind]("d0", kind == "netem" and {delay = "1ms"} or kind == "tbf" and {rate = "1mbit", burst = "10K", latency = "10ms"} or {})
    end)
  end, function() return "the kernel lacks it: modprobe sch_" .. kind .. ", or another kernel" end)
end
check("network", "nftables", function()
  inside({"net"}, function() nft.apply("table inet d { chain c { type nat hook postrouting priority 100; masquerade; } }") end)
end, function() return "the kernel lacks it: modprobe nf_tables nft_masq, or another kernel" end)
check("network", "ping without privilege", function()
  local range = fs.read("/proc/sys/net/ipv4/ping_group_range")
  local low, high = range:match("(%d+)%s+(%d+)")
  local gid = sys.egid()
  if gid < tonumber(low) or gid > tonumber(high) then error("your group " .. gid .. " is not in the range " .. low .. "–" .. high, 0) end
  return "groups " .. low .. "–" .. high
end, function() return "not needed where you are root; else sysctl net.ipv4.ping_group_range='0 2147483647'" end)

check("security", "seccomp", function()
  return fs.read("/proc/sys/kernel/seccomp/actions_avail"):gsub("\n", "")
end, function() return "the kernel was built without CONFIG_SECCOMP_FILTER" end)
check("security", "Landlock", function()
  local abi = sec.landlock_abi()
  if abi == 0 then error("this kernel has none", 0) end
  return "ABI " .. abi
end, function() return "needs Linux 5.13 and lsm=…,landlock on the kernel's command line" end)

--- Tries everything and returns what was found. Nothing stays.
---
--- ```lua
--- for _, f in ipairs(doctor.check()) do
---   if not f.ok then print(f.name, f.why, f.advice) end
--- end
--- ```
---@return doctor.Finding[] findings
---@explain none it tries things out
function doctor.check()
  local findings = {}
  for _, c in ipairs(checks) do
    local ok, value = pcall(c.run)
    local f = {group = c.group, name = c.name, ok = ok}
    if ok then
      f.detail = value
    else
      f.why = type(value) == "table" and value.message or tostring(value)
      f.advice = c.advise and c.advise(value) or type(value) == "table" and value.hint or nil
    end
    table.insert(findings, f)
  end
  return findings
end

--- Prints what this machine lets you do, and what to do about the rest.
---
--- ```lua
--- doctor.report()
--- ```
---@explain none no single command tells all this
function doctor.report()
  local user, u = sys.euid(), sys.uname()
  print(string.format("Linux %s on %s, %s", u.release, u.machine, user == 0 and "as root" or "as user " .. user))
  local group
  for _, f in ipairs(doctor.check()) do
    if f.group ~= group then
      group = f.group
      print("\n" .. group)
    end
    local text = f.ok and "works" or "no: " .. f.why
    if f.ok and f.detail then text = text .. ": " .. tostring(f.detail) end
    print(string.format("  %-44s %s", f.name, text))
    if f.advice then print(string.format("  %-44s → %s", "", f.advice)) end
  end
end

return setmetatable(doctor, {__call = doctor.report})
