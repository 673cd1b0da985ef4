-- as: user
-- A user's world has one id.
for line in io.lines("/proc/self/uid_map") do
  assert(line:match("^%s*0%s+%d+%s+1$"), line)
end
