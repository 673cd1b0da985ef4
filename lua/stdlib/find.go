package stdlib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// maxPatterns bounds the cache of compiled patterns.
const maxPatterns = 256

// pattern is the compiled form of src, from the cache if it is there.
func (b *library) pattern(L *lua.LState, src string, anchors bool) *pattern {
	key := src
	if !anchors && strings.HasPrefix(src, "^") {
		key = "%" + src // means the same in both modes
	}
	if p := b.patterns[key]; p != nil {
		return p
	}
	p, err := compilePattern(key)
	if err != nil {
		L.RaiseError("%s", err.Error())
	}
	if len(b.patterns) >= maxPatterns {
		clear(b.patterns)
	}
	b.patterns[strings.Clone(key)] = p
	return p
}

// startIndex is a start position in a string of length n as an index from 0,
// which may be beyond the end.
func startIndex(i, n int) int {
	switch {
	case i > 0:
		return i - 1
	case i == 0 || i < -n:
		return 0
	}
	return n + i
}

// endIndex is an end position as an index, exclusive.
func endIndex(i, n int) int {
	switch {
	case i >= n:
		return n
	case i >= 0:
		return i
	case i < -n:
		return 0
	}
	return n + i + 1
}

func (b *library) strFind(L *lua.LState) int {
	s, p := b.str(L, 1), b.str(L, 2)
	init := min(startIndex(b.optInt(L, 3, 1), len(s)), len(s))
	if lua.LVAsBool(L.Get(4)) {
		i := strings.Index(s[init:], p)
		if i < 0 {
			L.Push(lua.LNil)
			return 1
		}
		L.Push(lua.LNumber(init + i + 1))
		L.Push(lua.LNumber(init + i + len(p)))
		return 2
	}
	m := matcher{meter: b.meter(L), pattern: b.pattern(L, p, true), src: s}
	start, end := m.search(init)
	if start < 0 {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(lua.LNumber(start + 1))
	L.Push(lua.LNumber(end))
	if m.pattern.captures == 0 {
		return 2
	}
	return 2 + m.pushCaptures(start, end)
}

func (b *library) strMatch(L *lua.LState) int {
	s, p := b.str(L, 1), b.str(L, 2)
	init := min(startIndex(b.optInt(L, 3, 1), len(s)), len(s))
	m := matcher{meter: b.meter(L), pattern: b.pattern(L, p, true), src: s}
	start, end := m.search(init)
	if start < 0 {
		L.Push(lua.LNil)
		return 1
	}
	return m.pushCaptures(start, end)
}

func (b *library) strGmatch(L *lua.LState) int {
	s, p := b.str(L, 1), b.str(L, 2)
	m := &matcher{pattern: b.pattern(L, p, false), src: s}
	next := 0
	L.Push(L.NewFunction(func(L *lua.LState) int {
		if next > len(s) {
			return 0
		}
		m.meter, m.depth = b.meter(L), 0
		start, end := m.search(next)
		if start < 0 {
			next = len(s) + 1
			return 0
		}
		next = end
		if end == start {
			next++
		}
		return m.pushCaptures(start, end)
	}))
	return 1
}

func (b *library) strGsub(L *lua.LState) int {
	s, p := b.str(L, 1), b.str(L, 2)
	replace := b.replacement(L)
	limit := b.optInt(L, 4, len(s)+1)
	m := matcher{meter: b.meter(L), pattern: b.pattern(L, p, true), src: s}
	var out []byte
	next, count := 0, 0
	for count < limit {
		start, end := m.search(next)
		if start < 0 {
			break
		}
		count++
		out = append(out, s[next:start]...)
		out = replace(out, &m, start, end)
		next = end
		if start == end {
			if end == len(s) {
				break
			}
			out = append(out, s[end])
			next++
		}
		if m.anchored {
			break
		}
	}
	if count == 0 {
		L.Push(lua.LString(s))
	} else {
		out = append(out, s[next:]...)
		L.Push(stringValue(string(out)))
	}
	L.Push(lua.LNumber(count))
	return 2
}

// replacer appends to out what stands for the match from start to end.
type replacer func(out []byte, m *matcher, start, end int) []byte

// replacement is what argument 3 of gsub asks for.
func (b *library) replacement(L *lua.LState) replacer {
	switch r := L.Get(3).(type) {
	case lua.LString, lua.LNumber:
		return b.template(b.str(L, 3))
	case *lua.LTable:
		return func(out []byte, m *matcher, start, end int) []byte {
			return m.substitute(out, m.L.GetTable(r, m.capture(0, start, end)), start, end)
		}
	case *lua.LFunction:
		return func(out []byte, m *matcher, start, end int) []byte {
			m.L.Push(r)
			m.L.Call(m.pushCaptures(start, end), 1)
			v := m.L.Get(-1)
			m.L.Pop(1)
			return m.substitute(out, v, start, end)
		}
	}
	b.typeError(L, 3, "string/function/table")
	return nil
}

// substitute appends v; nil and false keep the match as it was.
func (m *matcher) substitute(out []byte, v lua.LValue, start, end int) []byte {
	switch v := v.(type) {
	case lua.LString:
		return append(out, v...)
	case lua.LNumber:
		return appendNumber(out, float64(v))
	}
	if lua.LVAsBool(v) {
		m.L.RaiseError("invalid replacement value (a %s)", v.Type().String())
	}
	return append(out, m.src[start:end]...)
}

// template replaces by a string in which %1 to %9 are captures and %0 is the match.
func (b *library) template(text string) replacer {
	if strings.IndexByte(text, '%') < 0 {
		return func(out []byte, _ *matcher, _, _ int) []byte { return append(out, text...) }
	}
	return func(out []byte, m *matcher, start, end int) []byte {
		for i := 0; i < len(text); i++ {
			if text[i] != '%' || i+1 == len(text) {
				out = append(out, text[i])
				continue
			}
			i++
			switch c := text[i]; {
			case c == '0':
				out = append(out, m.src[start:end]...)
			case isDigit(c):
				out = m.substitute(out, m.capture(int(c-'1'), start, end), start, end)
			default:
				out = append(out, c)
			}
		}
		return out
	}
}
