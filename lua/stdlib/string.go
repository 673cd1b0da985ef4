package stdlib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// maxString bounds the strings that one call may build.
const maxString = 1 << 30

func (b *library) openString(L *lua.LState) {
	t := b.module(L, lua.StringLibName, []function{
		{"byte", b.strByte},
		{"char", b.strChar},
		{"find", b.strFind},
		{"format", b.strFormat},
		{"gmatch", b.strGmatch},
		{"gsub", b.strGsub},
		{"len", b.strLen},
		{"lower", b.strLower},
		{"match", b.strMatch},
		{"rep", b.strRep},
		{"reverse", b.strReverse},
		{"sub", b.strSub},
		{"upper", b.strUpper},
	})
	meta := L.CreateTable(0, 8)
	meta.RawSetString("__index", t)
	openArithmetic(L, meta)
	L.SetMetatable(lua.LString(""), meta)
}

func (b *library) strByte(L *lua.LState) int {
	s := b.str(L, 1)
	from := b.optInt(L, 2, 1)
	start := startIndex(from, len(s))
	if from < -len(s) {
		from = 0
	}
	end := endIndex(b.optInt(L, 3, from), len(s))
	if start >= end {
		return 0
	}
	if end-start >= maxUnpack {
		L.RaiseError("string slice too long")
	}
	for i := start; i < end; i++ {
		L.Push(lua.LNumber(s[i]))
	}
	return end - start
}

func (b *library) strChar(L *lua.LState) int {
	s := make([]byte, L.GetTop())
	for i := range s {
		c := b.int(L, i+1)
		if c < 0 || c > 255 {
			b.argError(L, i+1, "value out of range")
		}
		s[i] = byte(c)
	}
	return pushString(L, string(s))
}

func (b *library) strLen(L *lua.LState) int {
	return pushNumber(L, float64(len(b.str(L, 1))))
}

func (b *library) strLower(L *lua.LState) int { return b.mapBytes(L, 'A', 'Z') }
func (b *library) strUpper(L *lua.LState) int { return b.mapBytes(L, 'a', 'z') }

// mapBytes changes the case of the letters from low to high; other bytes stay.
func (b *library) mapBytes(L *lua.LState, low, high byte) int {
	s := []byte(b.str(L, 1))
	for i, c := range s {
		if low <= c && c <= high {
			s[i] = c ^ 0x20
		}
	}
	return pushString(L, string(s))
}

func (b *library) strRep(L *lua.LState) int {
	s, n, separator := b.str(L, 1), b.int(L, 2), b.optStr(L, 3, "")
	if n <= 0 || len(s)+len(separator) == 0 {
		return pushString(L, "")
	}
	if n > maxString/(len(s)+len(separator)) {
		L.RaiseError("resulting string too large")
	}
	if separator == "" {
		return pushString(L, strings.Repeat(s, n))
	}
	return pushString(L, strings.Repeat(s+separator, n-1)+s)
}

func (b *library) strReverse(L *lua.LState) int {
	s := b.str(L, 1)
	out := make([]byte, len(s))
	for i := range out {
		out[i] = s[len(s)-1-i]
	}
	return pushString(L, string(out))
}

func (b *library) strSub(L *lua.LState) int {
	s := b.str(L, 1)
	start := startIndex(b.int(L, 2), len(s))
	end := endIndex(b.optInt(L, 3, -1), len(s))
	if start >= end {
		return pushString(L, "")
	}
	L.Push(piece(s, start, end))
	return 1
}
