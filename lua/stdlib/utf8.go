package stdlib

import (
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
)

func (b *library) openUTF8(L *lua.LState) {
	t := b.module(L, "utf8", []function{
		{"char", b.utf8Char},
		{"codepoint", b.utf8Codepoint},
		{"codes", b.utf8Codes(L.NewFunction(b.utf8Next))},
		{"len", b.utf8Len},
		{"offset", b.utf8Offset},
	})
	t.RawSetString("charpattern", lua.LString("[\x00-\x7F\xC2-\xF4][\x80-\xBF]*"))
}

func (b *library) utf8Char(L *lua.LState) int {
	var out []byte
	for i := 1; i <= L.GetTop(); i++ {
		r := rune(-1)
		if n := b.integer(L, i); n >= 0 && n <= utf8.MaxRune {
			r = rune(n)
		}
		if !utf8.ValidRune(r) {
			b.argError(L, i, "value out of range")
		}
		out = utf8.AppendRune(out, r)
	}
	return pushString(L, string(out))
}

// decode is the character at index i and its length; ok is false if there is none.
func decode(s string, i int) (r rune, size int, ok bool) {
	r, size = utf8.DecodeRuneInString(s[i:])
	return r, size, r != utf8.RuneError || size > 1
}

// position is argument n, or def, as an index from 0 that may be out of bounds.
func (b *library) position(L *lua.LState, n, def, length int) int {
	i := b.optInt(L, n, def)
	if i < 0 {
		return length + i
	}
	return i - 1
}

func (b *library) utf8Codepoint(L *lua.LState) int {
	s := b.str(L, 1)
	start := b.position(L, 2, 1, len(s))
	last := b.position(L, 3, start+1, len(s))
	if start < 0 {
		b.argError(L, 2, "out of bounds")
	}
	if last >= len(s) {
		b.argError(L, 3, "out of bounds")
	}
	n := 0
	for i := start; i <= last; n++ {
		r, size, ok := decode(s, i)
		if !ok {
			L.RaiseError("invalid UTF-8 code")
		}
		L.Push(lua.LNumber(r))
		i += size
	}
	return n
}

func (b *library) utf8Len(L *lua.LState) int {
	s := b.str(L, 1)
	start := b.position(L, 2, 1, len(s))
	last := b.position(L, 3, -1, len(s))
	if start < 0 || start > len(s) {
		b.argError(L, 2, "initial position out of bounds")
	}
	if last >= len(s) {
		b.argError(L, 3, "final position out of bounds")
	}
	n := 0
	for i := start; i <= last; n++ {
		_, size, ok := decode(s, i)
		if !ok {
			L.Push(lua.LNil)
			L.Push(lua.LNumber(i + 1))
			return 2
		}
		i += size
	}
	return pushNumber(L, float64(n))
}

func continues(s string, i int) bool { return i < len(s) && s[i]&0xC0 == 0x80 }

// utf8Offset is where the n-th character counted from i starts.
func (b *library) utf8Offset(L *lua.LState) int {
	s, n := b.str(L, 1), b.int(L, 2)
	def := 1
	if n <= 0 {
		def = len(s) + 1
	}
	i := b.position(L, 3, def, len(s))
	if i < 0 || i > len(s) {
		b.argError(L, 3, "position out of bounds")
	}
	if n == 0 {
		for i > 0 && continues(s, i) {
			i--
		}
		return pushNumber(L, float64(i+1))
	}
	if continues(s, i) {
		L.RaiseError("initial position is a continuation byte")
	}
	for ; n < 0 && i > 0; n++ {
		for i--; i > 0 && continues(s, i); i-- {
		}
	}
	if n > 0 {
		for n--; n > 0 && i < len(s); n-- {
			for i++; continues(s, i); i++ {
			}
		}
	}
	if n != 0 {
		L.Push(lua.LNil)
		return 1
	}
	return pushNumber(L, float64(i+1))
}

func (b *library) utf8Codes(next lua.LValue) lua.LGFunction {
	return func(L *lua.LState) int {
		s := b.str(L, 1)
		L.Push(next)
		L.Push(lua.LString(s))
		L.Push(lua.LNumber(0))
		return 3
	}
}

func (b *library) utf8Next(L *lua.LState) int {
	s, i := b.str(L, 1), b.int(L, 2)
	for i > 0 && continues(s, i) {
		i++
	}
	if i >= len(s) {
		return 0
	}
	r, _, ok := decode(s, i)
	if !ok {
		L.RaiseError("invalid UTF-8 code")
	}
	L.Push(lua.LNumber(i + 1))
	L.Push(lua.LNumber(r))
	return 2
}
