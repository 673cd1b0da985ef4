-- The io library. The standard input is "first\n12 0x10 word\nrest\nof it".

local function fails(pattern, f, ...)
  local ok, err = pcall(f, ...)
  if ok then error("no error", 2) end
  if not err:find(pattern, 1, true) then error("unexpected error: " .. err, 2) end
end

-- standard input
assert(io.read() == "first")
local a, b, c = io.read("*n", "*n", "*n")
assert(a == 12 and b == 16 and c == nil)
assert(io.read("*l") == "word" or io.read("*l"))
assert(io.read(2) == "re" and io.read(0) == "" and io.stdin:read("*a") == "st\nof it")
assert(io.read("*a") == "" and io.read("*l") == nil and io.read(1) == nil and io.read(0) == nil)

-- write and read back
local name = "file.txt"
local f = assert(io.open(name, "w"))
assert(io.type(f) == "file" and tostring(f):find("^file %("))
assert(f:write("one\n", 2, "\n", 3.5, "\nlast"))
assert(f:seek() == 14 and f:close() == true)
assert(io.type(f) == "closed file" and tostring(f) == "file (closed)" and io.type(1) == nil)
fails("attempt to use a closed file", f.write, f, "x")
fails("attempt to use a closed file", f.close, f)

f = assert(io.open(name))
assert(f:read("*l") == "one" and f:read("*n") == 2 and f:read("*n") == 3.5 and f:read("*l") == "" and f:read("*a") == "last")
assert(f:read("*a") == "" and f:read("*l") == nil and f:read("*n") == nil)
assert(f:seek("set", 4) == 4 and f:read(1) == "2" and f:seek("cur") == 5 and f:seek("cur", -1) == 4 and f:read() == "2")
assert(f:seek("end") == 14 and f:seek("end", -4) == 10 and f:read(100) == "last" and f:read(1) == nil)
local ok, message, errno = f:write("x")
assert(ok == nil and errno == 9)
ok, message, errno = f:seek("set", -1)
assert(ok == nil and errno == 22)
f:close()

-- lines
local lines = {}
for line in io.lines(name) do lines[#lines + 1] = line end
assert(table.concat(lines, ",") == "one,2,3.5,last")
f = io.open(name)
lines = {}
for line in f:lines() do lines[#lines + 1] = line end
assert(#lines == 4 and io.type(f) == "file" and f:close())
fails("no_such", io.lines, "no_such")
local iterate = io.lines(name)
for _ = 1, 5 do iterate() end
fails("file is already closed", iterate)

-- modes
f = io.open(name, "a")
f:write("+more")
f:close()
f = io.open(name, "r+")
assert(f:read() == "one" and f:seek("set", 0) == 0)
f:write("ONE")
assert(f:seek("cur", 0) == 3 and f:read() == "")
assert(f:seek("set") == 0 and f:read("*a") == "ONE\n2\n3.5\nlast+more")
f:close()
f = io.open(name, "w+b")
f:write("abc")
assert(f:seek("set") == 0 and f:read("*a") == "abc")
f:close()
ok, message, errno = io.open("no_such")
assert(ok == nil and message:lower() == "no_such: no such file or directory" and errno == 2)

-- buffering
f = io.open(name, "w")
local reader = io.open(name)
assert(f:setvbuf("full", 1024) and f:write("x") and reader:read("*a") == "")
assert(f:flush() and reader:read("*a") == "x")
assert(f:setvbuf("line") and f:write("y") and reader:read("*a") == "" and f:write("\n") and reader:read("*a") == "y\n")
assert(f:setvbuf("no") and f:write("z") and reader:read("*a") == "z")
f:close()
reader:close()

-- long lines, all bytes
local bytes = {}
for i = 0, 255 do bytes[#bytes + 1] = string.char(i) end
bytes = table.concat(bytes)
local long = ("x"):rep(100000)
f = io.open(name, "wb")
f:write(bytes, "\n", long, "\n", "end")
f:close()
f = io.open(name, "rb")
assert(f:read(256) == bytes and f:read() == "" and f:read() == long and f:read() == "end" and f:read() == nil)
f:close()

-- default files
local stdout = io.output()
assert(io.output(name) ~= stdout and io.write("to file ", 1) and io.close())
fails("closed", io.write, "x")
io.output(stdout)
assert(io.input(name) ~= io.stdin and io.read("*a") == "to file 1")
io.input():close()
io.input(io.stdin)
f = io.tmpfile()
f:write("temporary")
assert(f:seek("set") == 0 and f:read("*a") == "temporary" and f:close())
fails("bad argument #1 to", io.open)
fails("no_such", io.input, "no_such")
assert(os.remove(name))
