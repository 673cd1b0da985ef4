-- a PID 1 that reaps: with init above a command, and a closure as PID 1 by itself
local p = ns.clone{"user", "pid", "mnt", proc = true, init = true, capture = true,
  run = {"sh", "-c", "echo $$; (sleep 0.05 &) ; sleep 0.3; ps -e -o stat= | grep -c Z; exit 5"}}
local r = p:wait()
local pid, zombies = r.out:match("^(%d+)\n(%d+)\n$")
assert(r.code == 5 and tonumber(pid) > 1 and zombies == "0", r.out)
local orphans = ns.clone{"user", "pid", "mnt", proc = true, run = function()
  proc.run{"sh", "-c", "(sleep 0.05 &)"}
  proc.sleep("300ms")
  local own = proc.run{"sh", "-c", "exit 3"}.code
  return #proc.list(), own
end}
local left, own = orphans:result()
assert(left == 1 and own == 3, left .. " " .. own)
-- signals reach the command through init
local q = ns.clone{"user", "pid", init = true, run = {"sh", "-c", 'trap "exit 9" TERM; : >/tmp/ready; while :; do sleep 0.01; done'}}
while not fs.exists("/tmp/ready") do proc.sleep("10ms") end
fs.remove("/tmp/ready")
q:signal("term")
assert(q:wait().code == 9)
