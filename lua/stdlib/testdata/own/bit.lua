-- bit works on 32 bits and gives signed results, as LuaJIT's does.

local function hex(n) return bit.tohex(n) end

assert(bit.tobit(0xffffffff) == -1 and bit.tobit(0xffffffff + 1) == 0 and bit.tobit(2^40 + 1234) == 1234)
assert(bit.tobit(2^31) == -2^31 and bit.tobit(-1) == -1 and bit.tobit(1.4) == 1)
assert(bit.band(0x12345678, 0xff) == 0x78 and bit.band(7, 3, 1) == 1 and bit.band(5) == 5)
assert(bit.bor(1, 2, 4, 8) == 15 and bit.bxor(0xf0, 0xff) == 15 and bit.bnot(0) == -1)
assert(bit.lshift(1, 0) == 1 and bit.lshift(1, 8) == 256 and bit.lshift(1, 40) == 256 and bit.lshift(1, 31) == -2^31)
assert(bit.rshift(256, 8) == 1 and bit.rshift(-256, 8) == 16777215 and bit.arshift(-256, 8) == -1)
assert(hex(bit.rol(0x12345678, 12)) == "45678123" and hex(bit.ror(0x12345678, 12)) == "67812345")
assert(hex(bit.bswap(0x12345678)) == "78563412")
assert(hex(1) == "00000001" and hex(-1) == "ffffffff" and bit.tohex(-1, -8) == "FFFFFFFF" and bit.tohex(0x21, 4) == "0021")
assert(bit.tohex(0x87654321, 4) == "4321" and bit.tohex(0, 1) == "0" and bit.tohex(255, -2) == "FF" and bit.tohex(1, 100) == "00000001")
local ok, err = pcall(bit.band)
assert(not ok and err:find("bad argument #1 to 'band' (number expected, got no value)", 1, true))
assert(bit.band("0xff", 15) == 15)
