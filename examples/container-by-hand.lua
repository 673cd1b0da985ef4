#!/usr/bin/env nslua
-- A complete container, step by step, with no container runtime.
--
--   nslua -U container-by-hand.lua                    as anybody
--   sudo nslua container-by-hand.lua                  as root
--   nslua -U container-by-hand.lua sh                 with a command of your own in it
--
-- It has namespaces of every kind, a user map, a host name, a root file system of
-- its own under an overlay, /proc, /sys and /dev, an address on either side of a
-- cable, and few capabilities. What it writes reaches nobody, and when the script
-- ends nothing of it is left.

local near, far = "10.200.0.1", "10.200.0.2"

-- The root: the host's files, seen through an overlay for each directory in /.
-- (One for / itself can't be in a user namespace: other file systems are mounted
-- below it, and what they hide must stay hidden.) What is written goes to a
-- tmpfs, which ends with the mount namespace.
local empty = {dev = true, mnt = true, proc = true, run = true, sys = true, tmp = true}
local function overlay_root(base)
  mount.tmpfs(base, {mode = "0755"})
  for _, name in ipairs{"upper", "work", "root"} do fs.mkdir(base .. "/" .. name) end
  mount.bind(base .. "/root", base .. "/root") -- pivot_root wants a mount
  for _, entry in ipairs(fs.list("/")) do
    local name = entry.name
    local target = base .. "/root/" .. name
    if entry.type == "symlink" then
      fs.symlink(fs.readlink("/" .. name), target)
    elseif empty[name] then
      fs.mkdir(target)
    elseif entry.type == "dir" and not pcall(fs.list, "/" .. name) then
      fs.mkdir(target) -- closed to us
    elseif entry.type == "dir" then
      local upper, work = base .. "/upper/" .. name, base .. "/work/" .. name
      for _, dir in ipairs{upper, work, target} do fs.mkdir(dir) end
      if not pcall(mount.overlay, target, {lower = "/" .. name, upper = upper, work = work}) then
        mount.bind("/" .. name, target, {recursive = true, readonly = true}) -- mounts lie below it
      end
    end
  end
  return base .. "/root"
end

-- /dev: a user namespace may not make devices, so those of the host are bound.
local function devices(root)
  mount.tmpfs("/dev", {root = root, mode = "0755", nosuid = true})
  for _, name in ipairs{"null", "zero", "full", "random", "urandom", "tty"} do
    fs.write(root .. "/dev/" .. name, "")
    mount.bind("/dev/" .. name, "/dev/" .. name, {root = root})
  end
  mount.devpts("/dev/pts", {root = root, mkdir = true, ptmxmode = "0666"})
  mount.tmpfs("/dev/shm", {root = root, mkdir = true, nosuid = true, nodev = true})
  fs.symlink("pts/ptmx", root .. "/dev/ptmx")
  for fd, name in ipairs{"stdin", "stdout", "stderr"} do
    fs.symlink("/proc/self/fd/" .. fd - 1, root .. "/dev/" .. name)
  end
end

-- Everything that happens inside, in the first process of the new namespaces.
local function inside(address, command)
  local root = overlay_root("/mnt")
  mount.proc("/proc", {root = root})
  mount.sysfs("/sys", {root = root, readonly = true})
  devices(root)
  mount.pivot_root(root)
  sys.sysctl("net.ipv4.ping_group_range", "0 0")

  repeat proc.sleep("1ms") until pcall(net.link, "eth0") -- our end of the cable
  net.link("lo"):up()
  net.link("eth0"):addr(address .. "/24"):up()

  sec.no_new_privs(true)
  sec.retain_caps{"chown", "dac_override", "fowner", "kill", "setgid", "setuid", "net_bind_service", "net_raw"}
  if command then return proc.run(command) end

  -- The verification of the old tutorials: ps, ip addr, hostname, id.
  fs.write("/opt/written-inside", "hello")
  return {
    pid = proc.pid(), seen = #proc.list(), hostname = sys.hostname(), id = proc.sh("id -u"),
    addresses = proc.sh("cat /proc/net/fib_trie"):find(address, 1, true) ~= nil,
    caps = #proc.get().caps.effective, devices = fs.exists("/dev/null"), root = #mount.list() > 0,
    ping = net.ping(near, {count = 2, timeout = "2s"}).received,
    mount_refused = not pcall(mount.tmpfs, "/tmp"),
  }
end

local command = #arg > 0 and {unpack(arg)} or nil
local container = ns.clone{
  "user", "mnt", "pid", "net", "uts", "ipc", "cgroup",
  hostname = "by-hand", args = {far, command}, run = inside,
}

-- The cable: one end here, the other born in the container's network namespace.
net.veth("byhand0", {name = "eth0", ns = container:ns("net")})
net.link("byhand0"):addr(near .. "/24"):up()

local r = container:result()
if command then os.exit(r.code) end

for _, name in ipairs{"pid", "seen", "hostname", "id", "addresses", "caps", "devices", "ping", "mount_refused"} do
  print(string.format("%-14s %s", name, tostring(r[name])))
end
assert(r.pid == 1 and r.seen == 1, "it is alone")
assert(r.hostname == "by-hand" and sys.hostname() ~= "by-hand")
assert(r.id == "0" and r.caps == 8 and r.mount_refused, "root, but not much of one")
assert(r.addresses and r.ping == 2, "the cable works")
assert(r.devices and not fs.exists("/opt/written-inside"), "what it wrote stayed inside")
print("a container, by hand")
