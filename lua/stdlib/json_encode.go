package stdlib

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
)

func (b *library) jsonEncode(L *lua.LState) int {
	e := jsonEncoder{meter: b.meter(L), values: &b.json, open: map[*lua.LTable]bool{}}
	v := b.any(L, 1)
	if L.Get(2) != lua.LNil {
		e.options(b.table(L, 2))
	}
	e.value(v)
	return pushString(L, string(e.out))
}

type jsonEncoder struct {
	meter
	out    []byte
	pretty bool
	sorted bool
	values *jsonValues
	path   []step // how the present value is reached, for errors
	open   map[*lua.LTable]bool
}

// step is one key, or one index if that is not 0.
type step struct {
	key   string
	index int
}

func (s step) String() string {
	if s.index > 0 {
		return "[" + strconv.Itoa(s.index) + "]"
	}
	return "." + s.key
}

func (e *jsonEncoder) options(t *lua.LTable) {
	t.ForEach(func(k, v lua.LValue) {
		switch k {
		case lua.LString("pretty"):
			e.pretty = lua.LVAsBool(v)
		case lua.LString("sort"):
			e.sorted = lua.LVAsBool(v)
		default:
			e.L.RaiseError("json.encode: unknown option '%s'", k.String())
		}
	})
}

// fail raises an error about the present value.
func (e *jsonEncoder) fail(format string, args ...any) {
	var path strings.Builder
	for _, s := range e.path {
		path.WriteString(s.String())
	}
	e.L.RaiseError("json.encode: value%s %s", path.String(), fmt.Sprintf(format, args...))
}

func (e *jsonEncoder) value(v lua.LValue) {
	e.spend(1)
	switch v := v.(type) {
	case lua.LString:
		e.text(string(v))
	case lua.LNumber:
		e.number(float64(v))
	case lua.LBool:
		e.out = strconv.AppendBool(e.out, bool(v))
	case *lua.LNilType:
		e.out = append(e.out, "null"...)
	case *lua.LTable:
		e.table(v)
	default:
		if v != e.values.null {
			e.fail("is a %s", v.Type().String())
		}
		e.out = append(e.out, "null"...)
	}
	if len(e.out) > maxString {
		e.L.RaiseError("json.encode: the text is too large")
	}
}

func (e *jsonEncoder) number(f float64) {
	switch {
	case math.IsInf(f, 0) || f != f:
		e.fail("is %s, which JSON has no number for", formatNumber(f))
	case isInteger(f):
		e.out = strconv.AppendInt(e.out, int64(f), 10)
	default:
		e.out = strconv.AppendFloat(e.out, f, 'g', -1, 64)
	}
}

const hexDigits = "0123456789abcdef"

// text writes a string. A byte that is not of valid UTF-8 becomes \u00XX.
func (e *jsonEncoder) text(s string) {
	e.out = append(e.out, '"')
	start := 0 // s[start:i] goes out unchanged
	for i := 0; i < len(s); {
		e.passByte(i)
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' && c != 0x7f {
				i++
				continue
			}
		} else if r, size := utf8.DecodeRuneInString(s[i:]); r != utf8.RuneError || size > 1 {
			i += size
			continue
		}
		e.out = append(e.out, s[start:i]...)
		e.escape(c)
		i++
		start = i
	}
	e.out = append(append(e.out, s[start:]...), '"')
}

func (e *jsonEncoder) escape(c byte) {
	if i := strings.IndexByte("\"\\\b\f\n\r\t", c); i >= 0 {
		e.out = append(e.out, '\\', `"\bfnrt`[i])
		return
	}
	e.out = append(e.out, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

func (e *jsonEncoder) table(t *lua.LTable) {
	if e.open[t] {
		e.fail("contains itself")
	}
	if len(e.path) >= maxNesting {
		e.path = e.path[:8]
		e.fail("... is nested deeper than %d", maxNesting)
	}
	e.open[t] = true
	if keys, isArray := e.shape(t); isArray {
		e.array(t)
	} else {
		e.object(t, keys)
	}
	delete(e.open, t)
}

// shape tells an array from an object, and gives the keys of an object.
func (e *jsonEncoder) shape(t *lua.LTable) (keys []string, isArray bool) {
	marked := isMarkedArray(t)
	elements := 0
	for k, _ := t.Next(lua.LNil); k != lua.LNil; k, _ = t.Next(k) {
		e.spend(1)
		switch k := k.(type) {
		case lua.LNumber:
			if n := float64(k); n < 1 || n != math.Trunc(n) {
				e.fail("has the key %s; keys are strings, or 1 to n", formatNumber(n))
			}
			elements++
		case lua.LString:
			keys = append(keys, string(k))
		default:
			e.fail("has a key that is a %s", k.Type().String())
		}
	}
	switch {
	case elements > 0 && len(keys) > 0:
		e.fail("has both the key '%s' and elements of an array", keys[0])
	case marked && len(keys) > 0:
		e.fail("is marked as an array and has the key '%s'", keys[0])
	case elements != t.Len():
		e.fail("is an array with holes; json.null can fill them")
	}
	if e.sorted {
		slices.Sort(keys)
	}
	return keys, marked || elements > 0
}

func (e *jsonEncoder) array(t *lua.LTable) {
	n := t.Len()
	e.out = append(e.out, '[')
	e.path = append(e.path, step{})
	for i := 1; i <= n; i++ {
		e.path[len(e.path)-1] = step{index: i}
		e.separate(i == 1)
		e.value(t.RawGetInt(i))
	}
	e.finish(n == 0, ']')
}

func (e *jsonEncoder) object(t *lua.LTable, keys []string) {
	e.out = append(e.out, '{')
	e.path = append(e.path, step{})
	for i, k := range keys {
		e.path[len(e.path)-1] = step{key: k}
		e.separate(i == 0)
		e.text(k)
		e.out = append(e.out, ':')
		if e.pretty {
			e.out = append(e.out, ' ')
		}
		e.value(t.RawGetString(k))
	}
	e.finish(len(keys) == 0, '}')
}

// separate goes before each element.
func (e *jsonEncoder) separate(first bool) {
	if !first {
		e.out = append(e.out, ',')
	}
	if e.pretty {
		e.indent(len(e.path))
	}
}

// finish goes behind the last element.
func (e *jsonEncoder) finish(empty bool, end byte) {
	e.path = e.path[:len(e.path)-1]
	if e.pretty && !empty {
		e.indent(len(e.path))
	}
	e.out = append(e.out, end)
}

func (e *jsonEncoder) indent(depth int) {
	e.out = append(e.out, '\n')
	for range depth {
		e.out = append(e.out, "  "...)
	}
}
