package stdlib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// maxMatchDepth bounds the recursion of a match; only repetitions recurse.
const maxMatchDepth = 10000

// positionCapture is the end of a capture that holds a position.
const positionCapture = -1

type capture struct{ start, end int }

// matcher matches one pattern against one text.
type matcher struct {
	meter
	*pattern
	src      string
	depth    int
	captures [maxCaptures]capture
}

// search finds the first match at or after init; start is -1 if there is none.
func (m *matcher) search(init int) (start, end int) {
	if m.plain {
		m.spend((len(m.src) - init) / 64)
		i := strings.Index(m.src[init:], m.literal)
		if i < 0 {
			return -1, -1
		}
		return init + i, init + i + len(m.literal)
	}
	for s := init; s <= len(m.src); s++ {
		if s = m.candidate(s); s < 0 {
			break
		}
		if e := m.match(0, s); e >= 0 {
			return s, e
		}
		if m.anchored {
			break
		}
	}
	return -1, -1
}

// candidate skips places where the first item cannot match.
func (m *matcher) candidate(s int) int {
	if m.anchored || len(m.items) == 0 {
		return s
	}
	first := &m.items[0]
	i := s
	switch first.op {
	case opByte, opBalance:
		i = strings.IndexByte(m.src[s:], first.ch)
		if i < 0 {
			return -1
		}
		i += s
	case opSet, opPlus:
		for i < len(m.src) && !first.set[m.src[i]] {
			i++
		}
		if i == len(m.src) {
			return -1
		}
	}
	m.spend((i - s) / 16)
	return i
}

// match matches the items from pc on at s. It returns where the match ends, or -1.
func (m *matcher) match(pc, s int) int {
	if m.depth++; m.depth > maxMatchDepth {
		m.L.RaiseError("pattern too complex")
	}
	end := m.run(pc, s)
	m.depth--
	return end
}

func (m *matcher) run(pc, s int) int {
	for ; pc < len(m.items); pc++ {
		m.spend(1)
		it := &m.items[pc]
		switch it.op {
		case opByte:
			if s >= len(m.src) || m.src[s] != it.ch {
				return -1
			}
			s++
		case opSet:
			if s >= len(m.src) || !it.set[m.src[s]] {
				return -1
			}
			s++
		case opStar:
			return m.longest(pc, s, s)
		case opPlus:
			return m.longest(pc, s, s+1)
		case opMinus:
			return m.shortest(pc, s)
		case opOption:
			if s < len(m.src) && it.set[m.src[s]] {
				if end := m.match(pc+1, s+1); end >= 0 {
					return end
				}
			}
		case opOpen:
			m.captures[it.n].start = s
		case opPosition:
			m.captures[it.n] = capture{s, positionCapture}
		case opClose:
			m.captures[it.n].end = s
		default:
			if s = m.special(it, s); s < 0 {
				return -1
			}
		}
	}
	return s
}

// longest matches as many bytes of item pc as let the rest match too, and not
// fewer than reach least.
func (m *matcher) longest(pc, s, least int) int {
	set := m.items[pc].set
	i := s
	for i < len(m.src) && set[m.src[i]] {
		i++
	}
	m.spend((i - s) / 16)
	if pc+1 == len(m.items) {
		if i < least {
			return -1
		}
		return i
	}
	next := &m.items[pc+1]
	for ; i >= least; i-- {
		if next.op == opByte && (i == len(m.src) || m.src[i] != next.ch) {
			m.spend(1)
			continue
		}
		if end := m.match(pc+1, i); end >= 0 {
			return end
		}
	}
	return -1
}

// shortest matches as few bytes of item pc as let the rest match.
func (m *matcher) shortest(pc, s int) int {
	set := m.items[pc].set
	for {
		if end := m.match(pc+1, s); end >= 0 {
			return end
		}
		if s >= len(m.src) || !set[m.src[s]] {
			return -1
		}
		s++
	}
}

// special matches the items that are not about single bytes.
func (m *matcher) special(it *item, s int) int {
	switch it.op {
	case opBack:
		c := m.captures[it.n]
		if c.end == positionCapture {
			m.L.RaiseError("invalid capture index %%%d", it.n+1)
		}
		text := m.src[c.start:c.end]
		m.spend(len(text) / 16)
		if strings.HasPrefix(m.src[s:], text) {
			return s + len(text)
		}
	case opBalance:
		return m.balance(it, s)
	case opFrontier:
		var before, after byte
		if s > 0 {
			before = m.src[s-1]
		}
		if s < len(m.src) {
			after = m.src[s]
		}
		if !it.set[before] && it.set[after] {
			return s
		}
	case opEnd:
		if s == len(m.src) {
			return s
		}
	}
	return -1
}

// balance matches %bxy.
func (m *matcher) balance(it *item, s int) int {
	if s >= len(m.src) || m.src[s] != it.ch {
		return -1
	}
	open := 1
	for i := s + 1; i < len(m.src); i++ {
		m.spend(1)
		switch m.src[i] {
		case it.lim:
			if open--; open == 0 {
				return i + 1
			}
		case it.ch:
			open++
		}
	}
	return -1
}

// piece is src[start:end]. A short piece of a long text is copied, so that it
// does not keep the text in memory.
func piece(src string, start, end int) lua.LValue {
	s := src[start:end]
	if len(src) > 4096 && len(s) > 1 && len(s) < len(src)/16 {
		s = strings.Clone(s)
	}
	return stringValue(s)
}

// capture is the value of capture n; n counts from 0. A pattern without
// captures has one: the whole match.
func (m *matcher) capture(n, start, end int) lua.LValue {
	if n >= m.pattern.captures {
		if n != 0 {
			m.L.RaiseError("invalid capture index %%%d", n+1)
		}
		return piece(m.src, start, end)
	}
	c := m.captures[n]
	if c.end == positionCapture {
		return lua.LNumber(c.start + 1)
	}
	return piece(m.src, c.start, c.end)
}

// pushCaptures pushes all captures, or the whole match, and says how many.
func (m *matcher) pushCaptures(start, end int) int {
	n := max(1, m.pattern.captures)
	for i := range n {
		m.L.Push(m.capture(i, start, end))
	}
	return n
}
