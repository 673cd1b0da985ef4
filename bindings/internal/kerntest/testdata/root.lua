-- as: root
-- Real root: no user namespace around it.
for line in io.lines("/proc/self/uid_map") do
  assert(line:match("^%s*0%s+0%s+4294967295"))
end
