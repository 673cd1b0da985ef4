package nft

import (
	"bytes"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// bounds are a value, or the first and last of a range.
type bounds struct {
	low, high []byte
	prefix    int  // bits of a prefix, else 0 or -1 for one of no bits
	wild      bool // a name that ends in *: what begins with low
}

func (b bounds) ranged() bool { return !bytes.Equal(b.low, b.high) }

// value takes one value.
func (p *parser) value(t *Type) ([]byte, error) {
	at := p.peek()
	b, err := p.bounds(t)
	if err == nil && (b.ranged() || b.wild) {
		return nil, fail(at, "one value of type %s expected, not a range", t.Name)
	}
	return b.low, err
}

// bounds takes a value, a range, a prefix, or a combination of flags.
func (p *parser) bounds(t *Type) (bounds, error) {
	tok := p.peek()
	if t.flags {
		n, err := p.combination(t)
		b := t.encode(n)
		return bounds{low: b, high: b}, err
	}
	if tok.kind != word && tok.kind != quoted {
		return bounds{}, unexpected(tok, "a value of type "+t.Name)
	}
	p.split(t)
	tok = p.take()
	b, err := p.single(t, tok)
	if err != nil {
		return b, err
	}
	if p.peek().is("-") && !b.ranged() && !b.wild {
		p.take()
		high := p.take()
		last, err := t.parse(high.text, p.world.Index)
		if err != nil {
			return b, fail(high, "%s", err)
		}
		return between(t, tok, b.low, last)
	}
	return b, nil
}

// split takes a word such as 80:accept apart where its type has no colons.
func (p *parser) split(t *Type) {
	tok := p.peek()
	i := strings.IndexByte(tok.text, ':')
	if tok.kind != word || i <= 0 || t.kind == ipv6 || t.kind == mac {
		return
	}
	rest := token{word, tok.text[i+1:], Pos{tok.pos.Line, tok.pos.Column + i + 1}}
	colon := token{mark, ":", Pos{tok.pos.Line, tok.pos.Column + i}}
	p.take()
	p.pending = []token{{word, tok.text[:i], tok.pos}, colon, rest}
}

func between(t *Type, at token, low, high []byte) (bounds, error) {
	if bytes.Compare(ordered(t, low), ordered(t, high)) > 0 {
		return bounds{}, fail(at, "a range goes from the lower to the higher value")
	}
	return bounds{low: low, high: high}, nil
}

func (p *parser) single(t *Type, tok token) (bounds, error) {
	if t.kind == named {
		if name, wild := strings.CutSuffix(tok.text, "*"); wild && !strings.HasSuffix(name, "\\") {
			if len(name) == 0 || len(name) >= t.size {
				return bounds{}, fail(tok, "a name of 1 to %d characters expected before *", t.size-1)
			}
			return bounds{low: []byte(name), high: []byte(name), wild: true}, nil
		}
		b, err := t.parse(strings.ReplaceAll(tok.text, "\\*", "*"), nil)
		if err != nil {
			return bounds{}, fail(tok, "%s", err)
		}
		return bounds{low: b, high: b}, nil
	}
	b, err := t.parse(tok.text, p.world.Index)
	if err == nil {
		return bounds{low: b, high: b}, nil
	}
	if t.kind == ipv4 || t.kind == ipv6 {
		if x, ok := prefixBounds(t, tok.text); ok {
			return x, nil
		}
	}
	for i := 1; i < len(tok.text)-1; i++ {
		if tok.text[i] != '-' {
			continue
		}
		low, e1 := t.parse(tok.text[:i], p.world.Index)
		high, e2 := t.parse(tok.text[i+1:], p.world.Index)
		if e1 == nil && e2 == nil {
			return between(t, tok, low, high)
		}
	}
	return bounds{}, fail(tok, "%s", err)
}

func prefixBounds(t *Type, text string) (bounds, bool) {
	x, err := netip.ParsePrefix(text)
	if err != nil || x.Addr().Is4() != (t.kind == ipv4) {
		return bounds{}, false
	}
	low := x.Masked().Addr().AsSlice()
	high := slices.Clone(low)
	for i, m := range maskOf(x.Bits(), t.size) {
		high[i] |= ^m
	}
	bits := x.Bits()
	if bits == 0 {
		bits = -1
	}
	return bounds{low: low, high: high, prefix: bits}, true
}

// maskOf is a mask of so many bits in size bytes.
func maskOf(bits, size int) []byte {
	b := make([]byte, size)
	for i := range bits {
		b[i/8] |= 0x80 >> (i % 8)
	}
	return b
}

// combination takes flags: a,b or a|b, also in parentheses.
func (p *parser) combination(t *Type) (uint64, error) {
	open := p.accept("(")
	var n uint64
	for {
		tok := p.peek()
		if tok.kind != word {
			return 0, unexpected(tok, "a value of type "+t.Name)
		}
		p.split(t)
		tok = p.take()
		b, err := t.parse(tok.text, p.world.Index)
		if err != nil {
			return 0, fail(tok, "%s", err)
		}
		n |= t.decode(b)
		if p.accept("|") || p.accept("or") {
			continue
		}
		if p.peek().is(",") && !open && p.inSet == 0 {
			p.take()
			continue
		}
		break
	}
	if open {
		return n, p.expect(")")
	}
	return n, nil
}

func (p *parser) duration(into *time.Duration) error {
	t := p.take()
	d, err := parseTime(t.text)
	if err != nil || t.kind != word {
		return unexpected(t, "a time such as 30s or 1h30m")
	}
	*into = d
	return nil
}

// verdict takes a verdict.
func (p *parser) verdict() (Verdict, error) {
	t := p.take()
	for _, v := range verdicts {
		if !t.is(v.name) {
			continue
		}
		out := Verdict{Code: v.code}
		var err error
		if v.code == verdictJump || v.code == verdictGoto {
			out.Chain, err = p.name("the name of a chain")
		}
		return out, err
	}
	return Verdict{}, unexpected(t, "a verdict (accept, drop, continue, return, jump CHAIN, goto CHAIN)")
}

// counts takes `[packets N bytes N]`.
func (p *parser) counts() (packets, octets uint64, err error) {
	if !p.accept("packets") {
		return 0, 0, nil
	}
	if packets, err = p.number("a number of packets", 1<<63); err != nil {
		return 0, 0, err
	}
	if err = p.expect("bytes"); err != nil {
		return 0, 0, err
	}
	octets, err = p.number("a number of bytes", 1<<63)
	return packets, octets, err
}

var byteUnits = map[string]uint64{"bytes": 1, "byte": 1, "kbytes": 1 << 10, "mbytes": 1 << 20, "gbytes": 1 << 30}

// octets takes a number and a unit of bytes.
func (p *parser) octets() (uint64, error) {
	n, err := p.number("a number", 1<<33)
	if err != nil {
		return 0, err
	}
	t := p.take()
	unit, ok := byteUnits[t.text]
	if !ok {
		return 0, unexpected(t, "bytes, kbytes, mbytes or gbytes")
	}
	return n * unit, nil
}

// quota takes `[over|until] N UNIT [used N UNIT]`.
func (p *parser) quota() (over bool, limit, used uint64, err error) {
	if p.accept("over") {
		over = true
	} else {
		p.accept("until")
	}
	if limit, err = p.octets(); err == nil && p.accept("used") {
		used, err = p.octets()
	}
	return over, limit, used, err
}

// octetText writes a number of bytes with the largest unit that divides it.
func octetText(n uint64) string {
	for _, u := range [...]string{"gbytes", "mbytes", "kbytes"} {
		if n >= byteUnits[u] && n%byteUnits[u] == 0 {
			return strconv.FormatUint(n/byteUnits[u], 10) + " " + u
		}
	}
	return strconv.FormatUint(n, 10) + " bytes"
}
