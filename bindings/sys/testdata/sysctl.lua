assert(sys.sysctl("net.ipv4.ip_forward") == sys.sysctl("net/ipv4/ip_forward"))
assert(sys.sysctl("/proc/sys/kernel/ostype") == "Linux")
sys.sysctl("net.ipv4.conf.lo.forwarding", true)
assert(sys.sysctl("net.ipv4.conf.lo.forwarding") == "1")
sys.sysctl("net.ipv4.conf.lo.forwarding", "0")
assert(sys.sysctl("net.ipv4.conf.lo.forwarding") == "0")
sys.sysctl("net.ipv4.ip_local_port_range", "10000 20000")
assert(sys.sysctl("net.ipv4.ip_local_port_range"):match("^10000%s+20000$"))

local list = sys.sysctl_list("net.ipv4.conf.lo")
assert(list["net.ipv4.conf.lo.forwarding"] == "0")
for name in pairs(list) do assert(name:find("^net%.ipv4%.conf%.lo%.")) end

local function fails(code, hint, ...)
  local ok, err = pcall(sys.sysctl, ...)
  assert(not ok and err.code == code, tostring(err))
  if hint then assert((err.hint or ""):find(hint, 1, true), tostring(err)) end
end
fails("ENOENT", "did you mean net.ipv4.ip_forward?", "net.ipv4.ip_forwrad")
fails("ENOENT", nil, "../../etc/passwd")
fails("ENOENT", nil, "net/../../../etc/passwd")
fails("ENOENT", nil, "nothing")
fails("EISDIR", "sys.sysctl_list", "net.ipv4")
fails("EINVAL", nil, "net.ipv4.ip_forward", "many")
fails("EINVAL", nil, "net.ipv4.ip_forward", {})
fails("EACCES", "reading only", "kernel.version", "x")
