package stdlib

import (
	"errors"
	"fmt"
)

// A pattern is a sequence of items that are matched one after the other. There
// is no alternation, so a capture has a fixed place in the sequence: whatever
// was noted for it on a failed attempt is noted anew on the next.
type pattern struct {
	items    []item
	captures int
	anchored bool   // it started with '^'
	literal  string // the whole pattern, if it is plain text
	plain    bool
}

type opcode uint8

const (
	opByte     opcode = iota // one byte
	opSet                    // one byte out of set
	opStar                   // bytes of set, as many as possible
	opPlus                   // the same, at least one
	opMinus                  // bytes of set, as few as possible
	opOption                 // a byte of set or nothing
	opOpen                   // start of capture n
	opPosition               // position capture n
	opClose                  // end of capture n
	opBack                   // what capture n holds
	opBalance                // from ch to the lim that balances it
	opFrontier               // between a byte outside set and one in it
	opEnd                    // the end of the text
)

type byteSet [256]bool

type item struct {
	op  opcode
	ch  byte
	lim byte
	n   uint8
	set *byteSet
}

const maxCaptures = 32

var errCapture = errors.New("invalid pattern capture")

// compilePattern reads a Lua pattern.
func compilePattern(src string) (*pattern, error) {
	c := patternCompiler{src: src, out: &pattern{}}
	if src != "" && src[0] == '^' {
		c.out.anchored = true
		c.pos = 1
	}
	for c.pos < len(src) {
		if err := c.next(); err != nil {
			return nil, err
		}
	}
	if len(c.open) > 0 {
		return nil, errors.New("unfinished capture")
	}
	c.out.findLiteral()
	return c.out, nil
}

// findLiteral notes that the pattern is plain text.
func (p *pattern) findLiteral() {
	if p.anchored {
		return
	}
	text := make([]byte, len(p.items))
	for i, it := range p.items {
		if it.op != opByte {
			return
		}
		text[i] = it.ch
	}
	p.plain, p.literal = true, string(text)
}

type patternCompiler struct {
	src  string
	pos  int
	out  *pattern
	open []uint8 // captures that have not ended
}

func (c *patternCompiler) emit(it item) { c.out.items = append(c.out.items, it) }

// next compiles the item at pos.
func (c *patternCompiler) next() error {
	switch ch := c.src[c.pos]; {
	case ch == '(':
		return c.openCapture()
	case ch == ')':
		return c.closeCapture()
	case ch == '$' && c.pos == len(c.src)-1:
		c.pos++
		c.emit(item{op: opEnd})
		return nil
	case ch == '%' && c.pos+1 < len(c.src):
		switch d := c.src[c.pos+1]; {
		case d == 'b':
			return c.balance()
		case d == 'f':
			return c.frontier()
		case isDigit(d):
			return c.backReference(d)
		}
	}
	return c.single()
}

func (c *patternCompiler) openCapture() error {
	if c.out.captures == maxCaptures {
		return errors.New("too many captures")
	}
	n := uint8(c.out.captures)
	c.out.captures++
	c.pos++
	if c.pos < len(c.src) && c.src[c.pos] == ')' {
		c.pos++
		c.emit(item{op: opPosition, n: n})
		return nil
	}
	c.open = append(c.open, n)
	c.emit(item{op: opOpen, n: n})
	return nil
}

func (c *patternCompiler) closeCapture() error {
	last := len(c.open) - 1
	if last < 0 {
		return errCapture
	}
	c.emit(item{op: opClose, n: c.open[last]})
	c.open = c.open[:last]
	c.pos++
	return nil
}

func (c *patternCompiler) backReference(d byte) error {
	n := int(d) - '1'
	if n < 0 || n >= c.out.captures {
		return fmt.Errorf("invalid capture index %%%c", d)
	}
	for _, open := range c.open {
		if int(open) == n {
			return fmt.Errorf("invalid capture index %%%c", d)
		}
	}
	c.pos += 2
	c.emit(item{op: opBack, n: uint8(n)})
	return nil
}

func (c *patternCompiler) balance() error {
	if c.pos+3 >= len(c.src) {
		return errors.New("malformed pattern (missing arguments to '%b')")
	}
	c.emit(item{op: opBalance, ch: c.src[c.pos+2], lim: c.src[c.pos+3]})
	c.pos += 4
	return nil
}

func (c *patternCompiler) frontier() error {
	c.pos += 2
	if c.pos >= len(c.src) || c.src[c.pos] != '[' {
		return errors.New("missing '[' after '%f' in pattern")
	}
	set, err := c.set()
	if err != nil {
		return err
	}
	c.emit(item{op: opFrontier, set: set})
	return nil
}

// single compiles what matches one byte, and the sign after it.
func (c *patternCompiler) single() error {
	it := item{op: opSet}
	switch ch := c.src[c.pos]; ch {
	case '.':
		it.set = anyByte
		c.pos++
	case '[':
		set, err := c.set()
		if err != nil {
			return err
		}
		it.set = set
	case '%':
		if c.pos+1 == len(c.src) {
			return errors.New("malformed pattern (ends with '%')")
		}
		ch = c.src[c.pos+1]
		c.pos += 2
		if it.set = byteClass(ch); it.set == nil {
			it.op, it.ch = opByte, ch
		}
	default:
		it.op, it.ch = opByte, ch
		c.pos++
	}
	if c.pos < len(c.src) {
		if op, ok := repetitions[c.src[c.pos]]; ok {
			c.pos++
			if it.op == opByte {
				it.set = new(byteSet)
				it.set[it.ch] = true
			}
			it.op = op
		}
	}
	c.emit(it)
	return nil
}

var repetitions = map[byte]opcode{'*': opStar, '+': opPlus, '-': opMinus, '?': opOption}

// set compiles the [set] at pos. A ']' that comes first stands for itself.
func (c *patternCompiler) set() (*byteSet, error) {
	missing := errors.New("malformed pattern (missing ']')")
	i := c.pos + 1
	negated := i < len(c.src) && c.src[i] == '^'
	if negated {
		i++
	}
	first, end := i, i
	for end == first || end < len(c.src) && c.src[end] != ']' {
		if end < len(c.src) && c.src[end] == '%' {
			end++
		}
		end++
		if end > len(c.src) {
			return nil, missing
		}
	}
	if end >= len(c.src) {
		return nil, missing
	}
	set := new(byteSet)
	for i < end {
		switch {
		case c.src[i] == '%':
			set.addClass(c.src[i+1])
			i += 2
		case i+2 < end && c.src[i+1] == '-':
			for b := int(c.src[i]); b <= int(c.src[i+2]); b++ {
				set[b] = true
			}
			i += 3
		default:
			set[c.src[i]] = true
			i++
		}
	}
	if negated {
		for b := range set {
			set[b] = !set[b]
		}
	}
	c.pos = end + 1
	return set, nil
}

// addClass adds what %ch stands for: a class, or ch itself.
func (s *byteSet) addClass(ch byte) {
	class := byteClass(ch)
	if class == nil {
		s[ch] = true
		return
	}
	for b, in := range class {
		if in {
			s[b] = true
		}
	}
}

// byteClass is the class %ch, nil if ch names none. Classes know ASCII alone.
func byteClass(ch byte) *byteSet {
	if ch|0x20 < 'a' || ch|0x20 > 'z' {
		return nil
	}
	if ch >= 'a' {
		return classes[ch-'a'][0]
	}
	return classes[ch-'A'][1]
}

var anyByte = newByteSet(func(byte) bool { return true })

// classes holds each class and its complement by its letter.
var classes = func() (table [26][2]*byteSet) {
	tests := map[byte]func(byte) bool{
		'a': isAlpha,
		'c': func(b byte) bool { return b < ' ' || b == 127 },
		'd': isDigit,
		'g': func(b byte) bool { return ' ' < b && b < 127 },
		'l': func(b byte) bool { return 'a' <= b && b <= 'z' },
		'p': func(b byte) bool { return ' ' < b && b < 127 && !isAlpha(b) && !isDigit(b) },
		's': isSpace,
		'u': func(b byte) bool { return 'A' <= b && b <= 'Z' },
		'w': func(b byte) bool { return isAlpha(b) || isDigit(b) },
		'x': isHex,
		'z': func(b byte) bool { return b == 0 },
	}
	for letter, test := range tests {
		table[letter-'a'][0] = newByteSet(test)
		table[letter-'a'][1] = newByteSet(func(b byte) bool { return !test(b) })
	}
	return table
}()

func isAlpha(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }

func newByteSet(test func(byte) bool) *byteSet {
	set := new(byteSet)
	for b := range set {
		set[b] = test(byte(b))
	}
	return set
}
