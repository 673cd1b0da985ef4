package nft

import (
	"bytes"
	"cmp"
	"slices"

	"golang.org/x/sys/unix"
)

var comparisons = []struct {
	text string
	op   uint32
}{{"==", unix.NFT_CMP_EQ}, {"!=", unix.NFT_CMP_NEQ}, {"<=", unix.NFT_CMP_LTE}, {">=", unix.NFT_CMP_GTE}, {"<", unix.NFT_CMP_LT}, {">", unix.NFT_CMP_GT},
	{"eq", unix.NFT_CMP_EQ}, {"ne", unix.NFT_CMP_NEQ}, {"lt", unix.NFT_CMP_LT}, {"gt", unix.NFT_CMP_GT}, {"le", unix.NFT_CMP_LTE}, {"ge", unix.NFT_CMP_GTE}}

// comparison takes an operator; given is false where there is none, which stands for ==.
func (p *parser) comparison() (op uint32, given bool) {
	for _, c := range comparisons {
		if p.accept(c.text) {
			return c.op, true
		}
	}
	return unix.NFT_CMP_EQ, false
}

// match reads a match, a verdict map, or the assignment of a value, by what follows the fields.
func (r *ruleParser) match() error {
	at := r.peek()
	list, err := r.loads()
	if err != nil {
		return err
	}
	if len(list) == 1 && r.accept("set") {
		return r.assign(list[0], at)
	}
	if err := r.emitLoads(list, at); err != nil {
		return err
	}
	if r.accept("vmap") {
		_, err := r.lookup(list, []*Type{typeVerdict}, -1, false)
		return err
	}
	if len(list) == 1 && (r.peek().is("&") || r.peek().is("and")) {
		r.take()
		return r.masked(list[0])
	}
	where := r.peek()
	op, given := r.comparison()
	next := r.peek()
	if next.is("{") || next.kind == word && next.text[0] == '@' {
		if op != unix.NFT_CMP_EQ && op != unix.NFT_CMP_NEQ {
			return fail(where, "a set can be compared by == and != only")
		}
		_, err := r.lookup(list, nil, -2, op == unix.NFT_CMP_NEQ)
		return err
	}
	if len(list) > 1 {
		return r.matchConcat(list, op)
	}
	return r.matchOne(list[0], op, given, where)
}

// matchConcat compares several fields with one value each: a set of one element.
func (r *ruleParser) matchConcat(list []load, op uint32) error {
	s := &Set{Keys: typesOf(list)}
	e, err := r.rawElement(s.Keys, nil, false)
	if err != nil {
		return err
	}
	if op != unix.NFT_CMP_EQ && op != unix.NFT_CMP_NEQ {
		return fail(e.at, "joined fields can be compared by == and != only")
	}
	if err := r.anonymous(s, []rawElement{e}); err != nil {
		return err
	}
	r.ready(list, s)
	r.emit(exprLookup(s.Name, s.id, -2, op == unix.NFT_CMP_NEQ))
	return nil
}

// matchOne compares a field with a value, a range, a prefix or flags.
func (r *ruleParser) matchOne(l load, op uint32, given bool, where token) error {
	several := r.peek().is("(")
	from := r.at
	b, err := r.bounds(l.typ)
	if err != nil {
		return err
	}
	several = several || r.at-from > 1
	if l.typ.flags && r.accept("/") {
		return r.maskedFlags(l, b.low, op)
	}
	switch {
	case l.typ.flags && (!given || several && op != unix.NFT_CMP_LT && op != unix.NFT_CMP_GT):
		r.anyFlag(b.low, op)
	case op != unix.NFT_CMP_EQ && op != unix.NFT_CMP_NEQ:
		if b.ranged() || b.wild {
			return fail(where, "a range cannot be compared by size")
		}
		if l.typ.host {
			r.emit(exprSwap(0, l.typ.size))
		}
		r.emit(exprCmp(op, ordered(l.typ, placed(l.op, b.low))))
	case b.prefix != 0:
		r.matchPrefix(l, b, op)
	case b.ranged():
		if l.typ.host {
			r.emit(exprSwap(0, l.typ.size))
		}
		low, high := ordered(l.typ, placed(l.op, b.low)), ordered(l.typ, placed(l.op, b.high))
		if op == unix.NFT_CMP_NEQ {
			r.emit(exprRange(unix.NFT_RANGE_NEQ, low, high))
		} else {
			r.emit(exprCmp(unix.NFT_CMP_GTE, low), exprCmp(unix.NFT_CMP_LTE, high))
		}
	default:
		r.emit(exprCmp(op, placed(l.op, b.low)))
		if op == unix.NFT_CMP_EQ {
			r.learn(l.op, b.low)
		}
	}
	return nil
}

// anyFlag matches if any of some flags is set, or with != none.
func (r *ruleParser) anyFlag(b []byte, op uint32) {
	zero := make([]byte, len(b))
	r.emit(exprBitwise(0, b, zero))
	if op == unix.NFT_CMP_NEQ {
		r.emit(exprCmp(unix.NFT_CMP_EQ, zero))
	} else {
		r.emit(exprCmp(unix.NFT_CMP_NEQ, zero))
	}
}

// maskedFlags reads the mask in `tcp flags syn / syn,ack`.
func (r *ruleParser) maskedFlags(l load, b []byte, op uint32) error {
	n, err := r.combination(l.typ)
	if err != nil {
		return err
	}
	r.emit(exprBitwise(0, l.typ.encode(n), make([]byte, len(b))), exprCmp(op, b))
	return nil
}

func (r *ruleParser) matchPrefix(l load, b bounds, op uint32) {
	bits := max(b.prefix, 0)
	mask := maskOf(bits, l.typ.size)
	if bits < 8*l.typ.size {
		r.emit(exprBitwise(0, mask, make([]byte, len(mask))))
	}
	r.emit(exprCmp(op, b.low))
}

// placed is a value where its field is among the bytes that are loaded.
func placed(o *operand, b []byte) []byte {
	if o == nil || !o.partial() {
		return b
	}
	_, size, shift := o.region()
	return be64(number(b) << shift)[8-size:]
}

// masked reads `MASK OP VALUE` behind a field and &.
func (r *ruleParser) masked(l load) error {
	if l.typ.kind == named || l.typ.size > 8 {
		return fail(r.peek(), "a %s has no bits to mask", l.typ.Name)
	}
	n, err := r.combination(l.typ)
	if err != nil {
		return err
	}
	where := r.peek()
	op, given := r.comparison()
	if !given {
		return unexpected(where, "a comparison (== or !=)")
	}
	v, err := r.combination(l.typ)
	if err != nil {
		return err
	}
	mask := placed(l.op, l.typ.encode(n))
	r.emit(exprBitwise(0, mask, make([]byte, len(mask))))
	if op != unix.NFT_CMP_EQ && op != unix.NFT_CMP_NEQ && l.typ.host {
		r.emit(exprSwap(0, l.typ.size))
	}
	b := placed(l.op, l.typ.encode(v))
	if op != unix.NFT_CMP_EQ && op != unix.NFT_CMP_NEQ {
		b = ordered(l.typ, b)
	}
	r.emit(exprCmp(op, b))
	return nil
}

// assign reads the value of `FIELD set …` and writes it.
func (r *ruleParser) assign(l load, at token) error {
	if l.op == nil {
		return fail(at, "this cannot be set")
	}
	if l.op.proto != "" {
		if err := r.require(l.op.proto, at); err != nil {
			return err
		}
	}
	o := l.op
	if o.kind == payload {
		if _, size, _ := o.region(); o.partial() || size%2 != 0 {
			return r.assignPart(o)
		}
	}
	if err := r.valueTo(l, 0); err != nil {
		return err
	}
	switch o.kind {
	case meta:
		r.emit(expr("meta", unix.NFTA_META_KEY, o.key, unix.NFTA_META_SREG, register(0)))
	case ct:
		e := expr("ct", unix.NFTA_CT_KEY, o.key)
		if o.dir >= 0 {
			e.data.u8(unix.NFTA_CT_DIRECTION, uint8(o.dir))
		}
		e.data.u32(unix.NFTA_CT_SREG, register(0))
		r.emit(e)
	case payload:
		offset, size, _ := o.region()
		r.emit(payloadWrite(o, offset, size))
	default:
		return fail(at, "%s cannot be set", o.name)
	}
	return nil
}

// checksums are where the headers have theirs.
var checksums = map[string]uint32{"ip": 10, "tcp": 16, "udp": 6, "udplite": 6, "icmp": 2, "icmpv6": 2, "igmp": 2}

func payloadWrite(o *operand, offset, size int) Expr {
	e := expr("payload", unix.NFTA_PAYLOAD_SREG, register(0), unix.NFTA_PAYLOAD_BASE, o.base,
		unix.NFTA_PAYLOAD_OFFSET, uint32(offset), unix.NFTA_PAYLOAD_LEN, uint32(size))
	at, ok := checksums[o.proto]
	if ok {
		e.data.u32(unix.NFTA_PAYLOAD_CSUM_TYPE, unix.NFT_PAYLOAD_CSUM_INET)
		e.data.u32(unix.NFTA_PAYLOAD_CSUM_OFFSET, at)
	}
	if o.kind == payload && o.base == networkHeader && (o.typ == typeIPv4 || o.typ == typeIPv6) && o.proto != "arp" {
		e.data.u32(unix.NFTA_PAYLOAD_CSUM_FLAGS, unix.NFT_PAYLOAD_L4CSUM_PSEUDOHDR)
	}
	return e
}

// assignPart writes a field that is not whole pairs of bytes, as checksums need them: the rest is kept.
func (r *ruleParser) assignPart(o *operand) error {
	v, err := r.parser.value(o.typ)
	if err != nil {
		return err
	}
	first := o.bit / 16 * 2
	size := (o.bit+o.bits+15)/16*2 - first
	shift := 8*(first+size) - o.bit - o.bits
	mask := be64(^uint64((1<<o.bits - 1) << shift))[8-size:]
	bits := be64(number(v) << shift)[8-size:]
	r.emit(exprPayload(o.base, first, size, 0), exprBitwise(0, mask, bits), payloadWrite(o, first, size))
	return nil
}

// valueTo reads what is to be set: a value, a field changed by bits, or what a map has for a field.
func (r *ruleParser) valueTo(target load, slot int) error {
	at := r.peek()
	l, ok, err := r.load()
	if err != nil {
		return err
	}
	if !ok {
		b, err := r.parser.value(target.typ)
		if err != nil {
			return err
		}
		r.emit(exprImmediate(slot, b))
		return nil
	}
	list := []load{l}
	for r.accept(".") {
		more, ok, err := r.load()
		if err != nil || !ok {
			return cmp.Or(err, unexpected(r.peek(), "a field"))
		}
		list = append(list, more)
	}
	if r.peek().is("map") {
		if err := r.emitLoads(list, at); err != nil {
			return err
		}
		r.take()
		_, err := r.lookup(list, []*Type{target.typ}, slot, false)
		return err
	}
	if len(list) > 1 || l.typ.size != target.typ.size || l.typ.host != target.typ.host {
		return fail(at, "a value of type %s expected, or one that a map gives", target.typ.Name)
	}
	if err := r.emitLoads(list, at); err != nil {
		return err
	}
	return r.changeBits(l)
}

// changeBits reads `& MASK`, `| BITS` and `^ BITS` behind a field.
func (r *ruleParser) changeBits(l load) error {
	for {
		t := r.peek()
		and, or, xor := t.is("&") || t.is("and"), t.is("|") || t.is("or"), t.is("^") || t.is("xor")
		if !and && !or && !xor {
			return nil
		}
		if l.typ.kind == named || l.typ.kind == ipv6 || l.typ.kind == mac {
			return fail(t, "a %s has no bits to change", l.typ.Name)
		}
		r.take()
		b, err := r.parser.value(l.typ)
		if err != nil {
			return err
		}
		mask, bits := bytes.Repeat([]byte{0xff}, len(b)), slices.Clone(b)
		switch {
		case and:
			mask, bits = b, make([]byte, len(b))
		case or:
			for i := range mask {
				mask[i] = ^b[i]
			}
		}
		r.emit(exprBitwise(0, mask, bits))
	}
}
