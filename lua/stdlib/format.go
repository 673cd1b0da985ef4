package stdlib

import (
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// conversion is one directive of string.format, such as "%-5.2f".
type conversion struct {
	minus, plus, space, alt, zero bool
	width, precision              int // precision is -1 if it is not given
	verb                          byte
}

func (b *library) strFormat(L *lua.LState) int {
	format := b.str(L, 1)
	out := make([]byte, 0, len(format)+32)
	arg := 1
	for {
		i := strings.IndexByte(format, '%')
		if i < 0 {
			return pushString(L, string(append(out, format...)))
		}
		out = append(out, format[:i]...)
		format = format[i+1:]
		if strings.HasPrefix(format, "%") {
			out, format = append(out, '%'), format[1:]
			continue
		}
		c, rest := parseConversion(L, format)
		arg++
		out = b.formatValue(L, out, c, arg, format[:len(format)-len(rest)])
		format = rest
	}
}

// parseConversion reads what follows a '%'.
func parseConversion(L *lua.LState, s string) (c conversion, rest string) {
	i := 0
	for i < len(s) && c.flag(s[i]) {
		i++
	}
	digits := func() (n int) {
		start := i
		for i < len(s) && isDigit(s[i]) {
			n = n*10 + int(s[i]-'0')
			if i++; i-start > 2 {
				L.RaiseError("invalid format (width or precision too long)")
			}
		}
		return n
	}
	c.width = digits()
	c.precision = -1
	if i < len(s) && s[i] == '.' {
		i++
		c.precision = digits()
	}
	if i == len(s) {
		L.RaiseError("invalid format: it ends inside '%%%s'", s)
	}
	c.verb = s[i]
	return c, s[i+1:]
}

// flag notes a flag, and says false of what is none.
func (c *conversion) flag(ch byte) bool {
	switch ch {
	case '-':
		c.minus = true
	case '+':
		c.plus = true
	case ' ':
		c.space = true
	case '#':
		c.alt = true
	case '0':
		c.zero = true
	default:
		return false
	}
	return true
}

// formatValue appends argument arg as c asks; text is how c is written.
func (b *library) formatValue(L *lua.LState, out []byte, c conversion, arg int, text string) []byte {
	switch c.verb {
	case 'd', 'i':
		n := b.integer(L, arg)
		return c.appendInteger(out, n < 0, strconv.FormatUint(magnitude(n), 10), "")
	case 'u':
		c.plus, c.space = false, false
		return c.appendInteger(out, false, strconv.FormatUint(uint64(b.integer(L, arg)), 10), "")
	case 'o', 'x', 'X':
		return c.appendUnsigned(out, uint64(b.integer(L, arg)))
	case 'c':
		return c.pad(out, "", string([]byte{byte(b.int(L, arg))}), false)
	case 'a', 'A', 'e', 'E', 'f', 'F', 'g', 'G':
		return c.appendFloat(out, b.number(L, arg))
	case 'q':
		return appendQuoted(out, b.str(L, arg))
	case 's':
		s := b.tostring(L, b.any(L, arg))
		if c.precision >= 0 && c.precision < len(s) {
			s = s[:c.precision]
		}
		return c.pad(out, "", s, false)
	}
	L.RaiseError("invalid option '%%%s' to 'format'", text)
	return nil
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// sign is the text before a number.
func (c *conversion) sign(negative bool) string {
	switch {
	case negative:
		return "-"
	case c.plus:
		return "+"
	case c.space:
		return " "
	}
	return ""
}

func (c *conversion) appendUnsigned(out []byte, n uint64) []byte {
	c.plus, c.space = false, false
	base, prefix := 16, "0x"
	if c.verb == 'o' {
		base, prefix = 8, "0"
	}
	digits := strconv.FormatUint(n, base)
	if !c.alt || n == 0 {
		prefix = ""
	}
	if c.verb == 'X' {
		digits, prefix = strings.ToUpper(digits), strings.ToUpper(prefix)
	}
	return c.appendInteger(out, false, digits, prefix)
}

// appendInteger appends digits with sign, prefix and at least precision digits.
func (c *conversion) appendInteger(out []byte, negative bool, digits, prefix string) []byte {
	if c.precision == 0 && digits == "0" {
		digits = ""
	}
	if missing := c.precision - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	return c.pad(out, c.sign(negative)+prefix, digits, c.zero && c.precision < 0)
}

func (c *conversion) appendFloat(out []byte, f float64) []byte {
	negative := math.Signbit(f) && f == f
	upper := c.verb < 'a'
	var digits string
	switch {
	case math.IsInf(f, 0):
		digits = "inf"
	case f != f:
		digits = "nan"
	default:
		digits = c.floatDigits(math.Abs(f))
	}
	if upper {
		digits = strings.ToUpper(digits)
	}
	prefix := c.sign(negative)
	for _, hex := range []string{"0x", "0X"} {
		if rest, ok := strings.CutPrefix(digits, hex); ok {
			prefix, digits = prefix+hex, rest
		}
	}
	return c.pad(out, prefix, digits, c.zero && !math.IsInf(f, 0) && f == f)
}

// floatDigits is f, finite and not negative, in lower case.
func (c *conversion) floatDigits(f float64) string {
	verb, precision := c.verb|0x20, c.precision
	if verb == 'a' {
		return hexFloat(f, precision)
	}
	if precision < 0 {
		precision = 6
	}
	if verb == 'g' {
		precision = max(precision, 1)
		if c.alt {
			return alternateG(f, precision)
		}
	}
	s := strconv.FormatFloat(f, verb, precision, 64)
	if c.alt && precision == 0 {
		mantissa, exponent, found := strings.Cut(s, "e")
		s = mantissa + "."
		if found {
			s += "e" + exponent
		}
	}
	return s
}

// alternateG is %#g: the zeros at the end stay.
func alternateG(f float64, precision int) string {
	s := strconv.FormatFloat(f, 'e', precision-1, 64)
	_, exponent, _ := strings.Cut(s, "e")
	e, err := strconv.Atoi(exponent)
	if err == nil && e >= -4 && e < precision {
		s = strconv.FormatFloat(f, 'f', precision-1-e, 64)
	}
	if !strings.Contains(s, ".") {
		mantissa, exponent, found := strings.Cut(s, "e")
		s = mantissa + "."
		if found {
			s += "e" + exponent
		}
	}
	return s
}

// hexFloat is %a. C writes the exponent without leading zeros.
func hexFloat(f float64, precision int) string {
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'x', precision, 64), "p")
	digits := strings.TrimLeft(exponent[1:], "0")
	if digits == "" {
		digits = "0"
	}
	return mantissa + "p" + exponent[:1] + digits
}

// pad appends prefix and s, filled up to the width: with blanks, or with zeros
// between the two.
func (c *conversion) pad(out []byte, prefix, s string, zeros bool) []byte {
	fill := max(0, c.width-len(prefix)-len(s))
	if !c.minus && !zeros {
		out = appendFill(out, ' ', fill)
	}
	out = append(out, prefix...)
	if !c.minus && zeros {
		out = appendFill(out, '0', fill)
	}
	out = append(out, s...)
	if c.minus {
		out = appendFill(out, ' ', fill)
	}
	return out
}

func appendFill(out []byte, c byte, n int) []byte {
	for range n {
		out = append(out, c)
	}
	return out
}

// appendQuoted appends s as a Lua string that reads back as s.
func appendQuoted(out []byte, s string) []byte {
	out = append(out, '"')
	for i := range len(s) {
		switch c := s[i]; c {
		case '"', '\\', '\n':
			out = append(out, '\\', c)
		case '\r':
			out = append(out, `\r`...)
		case 0:
			out = append(out, `\000`...)
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}
