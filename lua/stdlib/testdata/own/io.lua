-- What goes beyond Lua 5.1 in io and os.

local function fails(pattern, f, ...)
  local ok, err = pcall(f, ...)
  if ok then error("no error", 2) end
  if not tostring(err):find(pattern, 1, true) then error("unexpected error: " .. tostring(err), 2) end
end

-- formats without the star, lines with their ends
local f = assert(io.open("file", "w+"))
assert(f:write("1 2\nline\n\nlast") == f)
f:seek("set")
assert(f:read("n") == 1 and f:read("n") == 2 and f:read("L") == "\n" and f:read("L") == "line\n" and f:read("l") == "" and f:read("a") == "last")
f:seek("set")
local read = {}
for a, b in f:lines(1, "l") do read[#read + 1] = a .. "|" .. tostring(b) end
assert(table.concat(read, ",") == "1| 2,l|ine,\n|last", table.concat(read, ","))
for line in io.lines("file", "L") do assert(line:find("\n$") or line == "last") end
fails("invalid format", f.read, f, "x")
fails("bad argument #2 to 'open' (invalid mode)", io.open, "file", "rw")
fails("bad argument #2 to 'seek' (invalid option 'top')", f.seek, f, "top")
fails("bad argument #1 to 'read' (FILE* expected, got no value)", f.read)
f:close()

-- the standard files stay open
local ok, message = io.stdout:close()
assert(ok == nil and message == "cannot close standard file")
ok, message = io.stdout:seek()
assert(ok == nil)
io.stderr:write("to stderr\n")

-- os
fails("bad argument #1 to 'date' (invalid conversion specifier '%Q')", os.date, "%Q")
fails("is incomplete", os.date, "%")
fails("field 'month' is not an integer", os.time, {year = 2024, month = 1.5, day = 1})
fails("field 'year' is out-of-bound", os.time, {year = 1e12, month = 1, day = 1})
os.exit(3)
os.exit(true)
os.exit(false)
os.exit()
