package stdlib

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
)

// maxNesting bounds arrays and objects inside each other, both ways.
const maxNesting = 1000

// jsonValues are the values that stand for what Lua cannot tell apart.
type jsonValues struct {
	null  *lua.LUserData
	array *lua.LTable // metatable of arrays
}

const arrayMark = "json.array"

func (b *library) openJSON(L *lua.LState) {
	t := b.module(L, "json", []function{
		{"array", b.jsonArray},
		{"decode", b.jsonDecode},
		{"encode", b.jsonEncode},
	})
	meta := L.CreateTable(0, 2)
	meta.RawSetString("__name", lua.LString("json.null"))
	meta.RawSetString("__tostring", L.NewFunction(func(L *lua.LState) int { return pushString(L, "null") }))
	b.json.null = L.NewUserData()
	b.json.null.Metatable = meta
	b.json.array = L.CreateTable(0, 1)
	b.json.array.RawSetString("__name", lua.LString(arrayMark))
	t.RawSetString("null", b.json.null)
}

// jsonArray marks a table as an array, also when it is empty.
func (b *library) jsonArray(L *lua.LState) int {
	var t *lua.LTable
	if L.Get(1) == lua.LNil {
		t = L.NewTable()
	} else {
		t = b.table(L, 1)
	}
	if t.Metatable != lua.LNil && !isMarkedArray(t) {
		b.argError(L, 1, "the table has a metatable")
	}
	t.Metatable = b.json.array
	L.Push(t)
	return 1
}

// isMarkedArray goes by name: a table from another process has a copied metatable.
func isMarkedArray(t *lua.LTable) bool {
	meta, ok := t.Metatable.(*lua.LTable)
	return ok && meta.RawGetString("__name") == lua.LString(arrayMark)
}

func (b *library) jsonDecode(L *lua.LState) int {
	d := jsonDecoder{meter: b.meter(L), src: b.str(L, 1), values: &b.json, keys: map[string]string{}}
	v := d.value()
	d.space()
	if d.pos < len(d.src) {
		d.fail("unexpected %s after the value", d.here())
	}
	L.Push(v)
	return 1
}

type jsonDecoder struct {
	meter
	src    string
	pos    int
	depth  int
	values *jsonValues
	keys   map[string]string // keys seen, so that records share them
}

// fail raises an error at the current place.
func (d *jsonDecoder) fail(format string, args ...any) {
	before := d.src[:d.pos]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	d.L.RaiseError("json.decode: line %d, column %d: %s", line, column, fmt.Sprintf(format, args...))
}

// here describes what is at the current place.
func (d *jsonDecoder) here() string {
	if d.pos >= len(d.src) {
		return "end of text"
	}
	r, size := utf8.DecodeRuneInString(d.src[d.pos:])
	if r == utf8.RuneError && size == 1 {
		return fmt.Sprintf("byte 0x%02x", d.src[d.pos])
	}
	return strconv.QuoteRune(r)
}

func (d *jsonDecoder) space() {
	for d.pos < len(d.src) {
		switch d.src[d.pos] {
		case ' ', '\t', '\n', '\r':
			d.pos++
		default:
			return
		}
	}
}

// peek is the next byte that is no space, 0 at the end.
func (d *jsonDecoder) peek() byte {
	d.space()
	if d.pos < len(d.src) {
		return d.src[d.pos]
	}
	return 0
}

func (d *jsonDecoder) value() lua.LValue {
	d.spend(1)
	switch c := d.peek(); {
	case c == '{':
		return d.nested(d.object)
	case c == '[':
		return d.nested(d.array)
	case c == '"':
		return stringValue(strings.Clone(d.text()))
	case c == '-' || isDigit(c):
		return d.number()
	}
	for _, word := range []struct {
		text  string
		value lua.LValue
	}{{"true", lua.LTrue}, {"false", lua.LFalse}, {"null", d.values.null}} {
		if strings.HasPrefix(d.src[d.pos:], word.text) {
			d.pos += len(word.text)
			return word.value
		}
	}
	d.fail("expected a value, got %s", d.here())
	return nil
}

func (d *jsonDecoder) nested(read func() *lua.LTable) *lua.LTable {
	if d.depth++; d.depth > maxNesting {
		d.fail("nested deeper than %d", maxNesting)
	}
	d.pos++
	t := read()
	d.depth--
	return t
}

// Tables start small: gopher-lua's own first guess is 32 elements.
func (d *jsonDecoder) array() *lua.LTable {
	t := d.L.CreateTable(4, 0)
	t.Metatable = d.values.array
	if d.peek() == ']' {
		d.pos++
		return t
	}
	for i := 1; ; i++ {
		t.RawSetInt(i, d.value())
		switch d.peek() {
		case ',':
			d.pos++
		case ']':
			d.pos++
			return t
		default:
			d.fail("expected ',' or ']', got %s", d.here())
		}
	}
}

func (d *jsonDecoder) object() *lua.LTable {
	t := d.L.CreateTable(0, 8)
	if d.peek() == '}' {
		d.pos++
		return t
	}
	for {
		if d.peek() != '"' {
			d.fail("expected a key in double quotes, got %s", d.here())
		}
		key := d.key()
		if d.peek() != ':' {
			d.fail("expected ':', got %s", d.here())
		}
		d.pos++
		t.RawSetString(key, d.value())
		switch d.peek() {
		case ',':
			d.pos++
		case '}':
			d.pos++
			return t
		default:
			d.fail("expected ',' or '}', got %s", d.here())
		}
	}
}

// key reads a key. Keys repeat: each is kept once.
func (d *jsonDecoder) key() string {
	const most = 10000
	text := d.text()
	if known, ok := d.keys[text]; ok {
		return known
	}
	text = strings.Clone(text)
	if len(d.keys) < most {
		d.keys[text] = text
	}
	return text
}

// text reads a string. It may be a part of the source.
func (d *jsonDecoder) text() string {
	d.pos++
	start := d.pos
	for d.pos < len(d.src) {
		switch c := d.src[d.pos]; {
		case c == '"':
			d.pos++
			return d.src[start : d.pos-1]
		case c == '\\':
			return d.escaped(start)
		case c < ' ':
			d.fail("control character in a string: %s", d.here())
		}
		d.pos++
		d.passByte(d.pos)
	}
	d.fail("string without end")
	return ""
}

// escaped reads the rest of a string that has escapes.
func (d *jsonDecoder) escaped(start int) string {
	out := []byte(d.src[start:d.pos])
	for d.pos < len(d.src) {
		d.passByte(d.pos)
		c := d.src[d.pos]
		switch {
		case c == '"':
			d.pos++
			return string(out)
		case c < ' ':
			d.fail("control character in a string: %s", d.here())
		case c != '\\':
			out = append(out, c)
			d.pos++
			continue
		}
		d.pos++
		if d.pos == len(d.src) {
			break
		}
		if d.src[d.pos] == 'u' {
			out = utf8.AppendRune(out, d.unicode())
			continue
		}
		i := strings.IndexByte(`"\/bfnrt`, d.src[d.pos])
		if i < 0 {
			d.fail("unknown escape %s", d.here())
		}
		out = append(out, "\"\\/\b\f\n\r\t"[i])
		d.pos++
	}
	d.fail("string without end")
	return ""
}

// unicode reads uHHHH, and the second half of a surrogate pair. A half alone
// gives U+FFFD.
func (d *jsonDecoder) unicode() rune {
	r := d.hex()
	if utf16.IsSurrogate(r) && strings.HasPrefix(d.src[d.pos:], `\u`) {
		mark := d.pos
		d.pos++
		if pair := utf16.DecodeRune(r, d.hex()); pair != utf8.RuneError {
			return pair
		}
		d.pos = mark
	}
	return r
}

func (d *jsonDecoder) hex() rune {
	if d.pos+5 > len(d.src) {
		d.fail("\\u needs four hexadecimal digits")
	}
	n, err := strconv.ParseUint(d.src[d.pos+1:d.pos+5], 16, 16)
	if err != nil {
		d.fail("\\u needs four hexadecimal digits")
	}
	d.pos += 5
	return rune(n)
}

func (d *jsonDecoder) number() lua.LValue {
	start := d.pos
	digits := func() bool {
		from := d.pos
		for d.pos < len(d.src) && isDigit(d.src[d.pos]) {
			d.pos++
		}
		return d.pos > from
	}
	next := func(set string) bool {
		ok := d.pos < len(d.src) && strings.IndexByte(set, d.src[d.pos]) >= 0
		if ok {
			d.pos++
		}
		return ok
	}
	next("-")
	ok := next("0") || digits()
	if ok && next(".") {
		ok = digits()
	}
	if ok && next("eE") {
		next("+-")
		ok = digits()
	}
	if !ok {
		d.fail("expected a digit, got %s", d.here())
	}
	f, err := strconv.ParseFloat(d.src[start:d.pos], 64)
	if err != nil {
		text := d.src[start:d.pos]
		d.pos = start
		d.fail("number %s is out of range", text)
	}
	return lua.LNumber(f)
}
