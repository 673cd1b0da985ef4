package stdlib

import (
	"math"
	"math/bits"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// The bit library works on 32 bits, as LuaJIT's does; results are signed.
func (b *library) openBit(L *lua.LState) {
	b.module(L, "bit", []function{
		{"arshift", b.bitShift(func(x uint32, n int) uint32 { return uint32(int32(x) >> n) })},
		{"band", b.bitFold(func(x, y uint32) uint32 { return x & y })},
		{"bnot", b.bitMap(func(x uint32) uint32 { return ^x })},
		{"bor", b.bitFold(func(x, y uint32) uint32 { return x | y })},
		{"bswap", b.bitMap(bits.ReverseBytes32)},
		{"bxor", b.bitFold(func(x, y uint32) uint32 { return x ^ y })},
		{"lshift", b.bitShift(func(x uint32, n int) uint32 { return x << n })},
		{"rol", b.bitShift(bits.RotateLeft32)},
		{"ror", b.bitShift(func(x uint32, n int) uint32 { return bits.RotateLeft32(x, -n) })},
		{"rshift", b.bitShift(func(x uint32, n int) uint32 { return x >> n })},
		{"tobit", b.bitMap(func(x uint32) uint32 { return x })},
		{"tohex", b.bitTohex},
	})
}

// word is argument n modulo 2^32.
func (b *library) word(L *lua.LState, n int) uint32 {
	f := b.number(L, n)
	if math.Abs(f) < 1<<53 {
		return uint32(int64(math.RoundToEven(f)))
	}
	return uint32(int64(math.Mod(f, 1<<32)))
}

func pushWord(L *lua.LState, x uint32) int { return pushNumber(L, float64(int32(x))) }

func (b *library) bitMap(f func(uint32) uint32) lua.LGFunction {
	return func(L *lua.LState) int { return pushWord(L, f(b.word(L, 1))) }
}

func (b *library) bitFold(f func(x, y uint32) uint32) lua.LGFunction {
	return func(L *lua.LState) int {
		x := b.word(L, 1)
		for i := 2; i <= L.GetTop(); i++ {
			x = f(x, b.word(L, i))
		}
		return pushWord(L, x)
	}
}

// bitShift uses the lower five bits of the shift count.
func (b *library) bitShift(f func(x uint32, n int) uint32) lua.LGFunction {
	return func(L *lua.LState) int { return pushWord(L, f(b.word(L, 1), int(b.word(L, 2)&31))) }
}

// bitTohex takes the number of digits; a negative one asks for upper case.
func (b *library) bitTohex(L *lua.LState) int {
	x, n := b.word(L, 1), b.optInt(L, 2, 8)
	digits := strconv.FormatUint(uint64(x)|1<<32, 16)[1:]
	if n < 0 {
		digits = strings.ToUpper(digits)
		n = -max(n, -8)
	}
	return pushString(L, digits[8-min(n, 8):])
}
