-- world: none
-- The machine's own namespaces.
assert(t.pid() > 2)
local f = assert(io.open(os.getenv("TMPDIR") .. "/x", "w"))
f:close()
