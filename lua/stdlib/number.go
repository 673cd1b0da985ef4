package stdlib

import (
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// maxExact is the largest magnitude up to which a number holds every integer.
const maxExact = 1 << 53

// formatNumber is a number as tostring shows it: integers up to 2^53 in full,
// others with 14 significant digits.
func formatNumber(f float64) string {
	var buf [32]byte
	return string(appendNumber(buf[:0], f))
}

func appendNumber(dst []byte, f float64) []byte {
	switch {
	case f == math.Trunc(f) && math.Abs(f) <= maxExact && (f != 0 || !math.Signbit(f)):
		return strconv.AppendInt(dst, int64(f), 10)
	case math.IsInf(f, 1):
		return append(dst, "inf"...)
	case math.IsInf(f, -1):
		return append(dst, "-inf"...)
	case f != f:
		return append(dst, "nan"...)
	}
	return strconv.AppendFloat(dst, f, 'g', 14, 64)
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isHex(c byte) bool   { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }

// trimSpace removes what C's isspace removes.
func trimSpace(s string) string {
	for s != "" && isSpace(s[0]) {
		s = s[1:]
	}
	for s != "" && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

// parseNumber reads a numeral as strtod does, but neither "inf" nor "nan".
func parseNumber(s string) (float64, bool) {
	s = trimSpace(s)
	n, hex, exponent := scanNumeral(s)
	if n == 0 || n != len(s) {
		return 0, false
	}
	if hex && !exponent {
		s += "p0"
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}

// numeral spells a numeral of the source so that the compiler reads it right: by
// itself it takes what no int64 holds for nan, as 0xffffffffffffffff or 1e400.
func numeral(s string) string {
	f, ok := parseNumber(s)
	if !ok || math.Abs(f) <= maxExact {
		return s
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// scanNumeral is the length of the numeral that s starts with, 0 if there is
// none, and says if it is hexadecimal and if it has an exponent.
func scanNumeral(s string) (n int, hex, exponent bool) {
	at := func(i int) byte {
		if i < len(s) {
			return s[i]
		}
		return 0
	}
	i := 0
	if at(i) == '-' || at(i) == '+' {
		i++
	}
	digit, mark := isDigit, byte('e')
	if at(i) == '0' && at(i+1)|0x20 == 'x' {
		i, hex, digit, mark = i+2, true, isHex, 'p'
	}
	digits := 0
	for ; digit(at(i)); i++ {
		digits++
	}
	if at(i) == '.' {
		for i++; digit(at(i)); i++ {
			digits++
		}
	}
	if digits == 0 {
		return 0, false, false
	}
	if at(i)|0x20 == mark {
		j := i + 1
		if at(j) == '-' || at(j) == '+' {
			j++
		}
		if isDigit(at(j)) {
			for i, exponent = j, true; isDigit(at(i)); i++ {
			}
		}
	}
	return i, hex, exponent
}

// parseInBase reads an integer with digits of the given base.
func parseInBase(s string, base int) (float64, bool) {
	s = trimSpace(s)
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	if base == 16 && len(s) > 2 && s[0] == '0' && s[1]|0x20 == 'x' {
		s = s[2:]
	}
	f := 0.0
	for _, c := range []byte(s) {
		digit := base
		switch {
		case isDigit(c):
			digit = int(c - '0')
		case 'a' <= c|0x20 && c|0x20 <= 'z':
			digit = int(c|0x20-'a') + 10
		}
		if digit >= base {
			return 0, false
		}
		f = f*float64(base) + float64(digit)
	}
	if negative {
		f = -f
	}
	return f, s != ""
}

func (b *library) tonumber(L *lua.LState) int {
	v := b.any(L, 1)
	var f float64
	ok := false
	if L.Get(2) == lua.LNil {
		switch v := v.(type) {
		case lua.LNumber:
			f, ok = float64(v), true
		case lua.LString:
			f, ok = parseNumber(string(v))
		}
	} else {
		base := b.int(L, 2)
		if base < 2 || base > 36 {
			b.argError(L, 2, "base out of range")
		}
		f, ok = parseInBase(b.str(L, 1), base)
	}
	if !ok {
		L.Push(lua.LNil)
		return 1
	}
	return pushNumber(L, f)
}
