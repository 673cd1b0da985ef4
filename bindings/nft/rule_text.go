package nft

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// RuleText is a rule in nft's syntax. What has no words there, such as the
// extensions of iptables-nft, is shown as nft shows it: xt match "conntrack".
func (rs *Ruleset) RuleText(r *Rule) string {
	d := &ruleReader{rs: rs, rule: r, regs: map[int]*symbolic{}, layers: map[int]string{}, deps: map[int]int{}}
	switch r.Family {
	case IP:
		d.layers[3] = "ip"
	case IP6:
		d.layers[3] = "ip6"
	case ARP:
		d.layers[3] = "arp"
	case Bridge, Netdev:
		d.layers[2] = "ether"
	}
	for d.at = 0; d.at < len(r.exprs); d.at++ {
		d.read(&r.exprs[d.at])
	}
	var words []string
	for _, it := range d.items {
		if !it.hidden {
			words = append(words, it.text)
		}
	}
	if r.Comment != "" {
		words = append(words, "comment "+quote(r.Comment))
	}
	return strings.Join(words, " ")
}

// symbolic is what a register holds while a rule is read.
type symbolic struct {
	op           *operand // nil: a value, or something computed
	typ          *Type
	text         string // of what is computed
	base         uint32
	offset, size int // of a field not identified yet
	field        bool
	mask, xor    []byte
	swapped      bool
	value        []byte // of an immediate
}

type item struct {
	text   string
	match  bool
	hidden bool
}

// ruleReader makes text of expressions.
type ruleReader struct {
	rs     *Ruleset
	rule   *Rule
	at     int
	regs   map[int]*symbolic
	items  []item
	layers map[int]string
	deps   map[int]int // the items that only make sure of a layer's protocol, as long as they may be left out
}

func (d *ruleReader) say(text string)   { d.items = append(d.items, item{text: text}); clear(d.deps) }
func (d *ruleReader) match(text string) { d.items = append(d.items, item{text: text, match: true}) }

func (d *ruleReader) reg(e *Expr, attr uint16) *symbolic {
	if s := d.regs[e.slot(attr)]; s != nil {
		return s
	}
	return &symbolic{text: "?", typ: typeInteger}
}

func (d *ruleReader) read(e *Expr) {
	switch e.Name {
	case "meta", "ct", "rt", "socket":
		d.keyed(e)
	case "payload":
		d.payload(e)
	case "immediate":
		if v, ok := verdictOf(find(e.data, unix.NFTA_IMMEDIATE_DATA)); ok {
			d.say(v.String())
			return
		}
		d.regs[e.slot(unix.NFTA_IMMEDIATE_DREG)] = &symbolic{value: e.value(unix.NFTA_IMMEDIATE_DATA)}
	case "bitwise":
		d.bitwise(e)
	case "byteorder":
		s := *d.reg(e, unix.NFTA_BYTEORDER_SREG)
		s.swapped = true
		d.regs[e.slot(unix.NFTA_BYTEORDER_DREG)] = &s
	case "cmp":
		d.cmp(e)
	case "range":
		s := d.identified(d.reg(e, unix.NFTA_RANGE_SREG))
		op := ""
		if e.number(unix.NFTA_RANGE_OP) == unix.NFT_RANGE_NEQ {
			op = "!= "
		}
		d.match(d.name(s) + " " + op + d.between(s, e.value(unix.NFTA_RANGE_FROM_DATA), e.value(unix.NFTA_RANGE_TO_DATA)))
	case "lookup":
		d.lookup(e)
	case "numgen":
		d.numgen(e)
	case "fib":
		d.fib(e)
	default:
		d.statement(e)
	}
}

// keyed reads meta and its like: a value is loaded or set.
func (d *ruleReader) keyed(e *Expr) {
	kind := map[string]loadKind{"meta": meta, "ct": ct, "rt": rt, "socket": socket}[e.Name]
	key, dreg, sreg := uint16(unix.NFTA_META_KEY), uint16(unix.NFTA_META_DREG), uint16(unix.NFTA_META_SREG)
	switch kind {
	case ct:
		key, dreg, sreg = unix.NFTA_CT_KEY, unix.NFTA_CT_DREG, unix.NFTA_CT_SREG
	case rt:
		key, dreg, sreg = unix.NFTA_RT_KEY, unix.NFTA_RT_DREG, 99
	case socket:
		key, dreg, sreg = 1, 2, 99
	}
	dir := -1
	if kind == ct && e.has(unix.NFTA_CT_DIRECTION) {
		dir = int(e.number(unix.NFTA_CT_DIRECTION))
	}
	n := uint32(e.number(key))
	var op *operand
	for i := range operands {
		if o := &operands[i]; o.kind == kind && o.key == n && (kind != ct || o.dir == dir) {
			op = o
			break
		}
	}
	if op == nil {
		op = &operand{name: fmt.Sprintf("%s key %d", e.Name, n), typ: typeHost32, kind: kind}
	}
	if e.has(sreg) {
		d.say(op.name + " set " + d.source(d.reg(e, sreg), op.typ))
		return
	}
	d.regs[e.slot(dreg)] = &symbolic{op: op, typ: op.typ}
}

// source is the text of what is written somewhere.
func (d *ruleReader) source(s *symbolic, t *Type) string {
	if s.value != nil && s.op == nil && !s.field {
		return d.rs.format(t, s.value)
	}
	s = d.identified(s)
	text := d.name(s)
	if s.mask == nil {
		return text
	}
	zero := func(b []byte) bool { return len(bytes.Trim(b, "\x00")) == 0 }
	inverse := slices.Clone(s.mask)
	for i := range inverse {
		inverse[i] = ^inverse[i]
	}
	switch {
	case zero(s.xor):
		return text + " & " + d.rs.format(s.typ, s.mask)
	case bytes.Equal(inverse, s.xor):
		return text + " | " + d.rs.format(s.typ, s.xor)
	case zero(inverse):
		return text + " ^ " + d.rs.format(s.typ, s.xor)
	}
	return text + " & " + d.rs.format(s.typ, s.mask) + " ^ " + d.rs.format(s.typ, s.xor)
}

func (d *ruleReader) payload(e *Expr) {
	s := &symbolic{field: true, base: uint32(e.number(unix.NFTA_PAYLOAD_BASE)), offset: int(e.number(unix.NFTA_PAYLOAD_OFFSET)),
		size: int(e.number(unix.NFTA_PAYLOAD_LEN))}
	if !e.has(unix.NFTA_PAYLOAD_SREG) {
		d.regs[e.slot(unix.NFTA_PAYLOAD_DREG)] = s
		return
	}
	from := d.reg(e, unix.NFTA_PAYLOAD_SREG)
	if from.field && from.mask != nil && from.base == s.base && from.offset == s.offset && from.size == s.size {
		if o := d.within(s, from.mask); o != nil {
			shift := 8*(s.offset+s.size) - o.bit - o.bits
			d.use(o)
			d.say(o.name + " set " + d.rs.format(o.typ, o.typ.encode(number(from.xor)>>shift&(1<<o.bits-1))))
			return
		}
	}
	s = d.identified(s)
	d.say(d.name(s) + " set " + d.source(from, s.typ))
}

// within finds the field that a write changes: the bits that the mask does not keep.
func (d *ruleReader) within(s *symbolic, keep []byte) *operand {
	for i := range operands {
		o := &operands[i]
		if o.kind != payload || o.base != s.base || !d.about(o) || o.bit < 8*s.offset || o.bit+o.bits > 8*(s.offset+s.size) || len(keep) > 8 {
			continue
		}
		shift := 8*(s.offset+s.size) - o.bit - o.bits
		if bytes.Equal(be64(^uint64((1<<o.bits - 1) << shift))[8-len(keep):], keep) {
			return o
		}
	}
	return nil
}

func (d *ruleReader) bitwise(e *Expr) {
	s := *d.reg(e, unix.NFTA_BITWISE_SREG)
	if op := e.number(attrBitwiseOp); op != 0 {
		s = *d.identified(&s) // the shift brings a part of a byte to its place
		d.regs[e.slot(unix.NFTA_BITWISE_DREG)] = &s
		return
	}
	s.mask, s.xor = e.value(unix.NFTA_BITWISE_MASK), e.value(unix.NFTA_BITWISE_XOR)
	d.regs[e.slot(unix.NFTA_BITWISE_DREG)] = &s
}

// about reports whether the rule's packets have the header of a field.
func (d *ruleReader) about(o *operand) bool {
	switch o.base {
	case linkHeader:
		return o.proto == "ether" && d.layers[2] != "vlan" || o.proto == "vlan" && d.layers[2] == "vlan" || o.proto == "ether" && o.bit < 96
	case networkHeader:
		return d.layers[3] == o.proto
	}
	if d.layers[4] == "" {
		return o.proto == "th"
	}
	return d.layers[4] == o.proto
}

// identified finds out which field a register holds.
func (d *ruleReader) identified(s *symbolic) *symbolic {
	if !s.field || s.op != nil {
		return s
	}
	out := *s
	for i := range operands {
		o := &operands[i]
		if o.kind != payload || o.base != s.base || !d.about(o) {
			continue
		}
		offset, size, _ := o.region()
		part := (o.typ.kind == ipv4 || o.typ.kind == ipv6) && s.size < size
		if offset != s.offset || size != s.size && !part || o.partial() != (s.mask != nil && o.partial() && bytes.Equal(s.mask, o.mask())) {
			continue
		}
		d.use(o)
		out.op, out.typ = o, o.typ
		if o.partial() {
			out.mask, out.xor = nil, nil
		}
		return &out
	}
	base := [...]string{"ll", "nh", "th"}[min(s.base, 2)]
	out.typ = &Type{Name: "integer", id: 4, size: s.size, base: 16}
	out.text = fmt.Sprintf("@%s,%d,%d", base, 8*s.offset, 8*s.size)
	return &out
}

// use leaves out the matches that a field implies.
func (d *ruleReader) use(o *operand) {
	p := protocolNamed(o.proto)
	if p == nil || p.name == "th" {
		return
	}
	d.imply(p.layer)
	if p.only != "" && d.layers[3] == p.only {
		d.imply(3)
	}
}

func (d *ruleReader) imply(layer int) {
	if i, ok := d.deps[layer]; ok {
		d.items[i].hidden = true
		delete(d.deps, layer)
	}
}

func (d *ruleReader) name(s *symbolic) string {
	if s.op != nil {
		return s.op.shown()
	}
	return s.text
}

// plain is a value from a register in the form its type has.
func (d *ruleReader) plain(s *symbolic, b []byte) []byte {
	b = slices.Clone(b)
	if s.swapped && s.typ.host {
		turn(b)
	}
	if s.op != nil && s.op.partial() {
		_, _, shift := s.op.region()
		b = s.op.typ.encode(number(b) >> shift)
	}
	return b
}

func (d *ruleReader) between(s *symbolic, low, high []byte) string {
	low, high = d.plain(s, low), d.plain(s, high)
	return d.rs.format(s.typ, low) + "-" + d.rs.format(s.typ, high)
}

var operators = map[uint64]string{unix.NFT_CMP_EQ: "", unix.NFT_CMP_NEQ: "!= ", unix.NFT_CMP_LT: "< ", unix.NFT_CMP_LTE: "<= ", unix.NFT_CMP_GT: "> ", unix.NFT_CMP_GTE: ">= "}

func (d *ruleReader) cmp(e *Expr) {
	s := d.identified(d.reg(e, unix.NFTA_CMP_SREG))
	op, b := e.number(unix.NFTA_CMP_OP), e.value(unix.NFTA_CMP_DATA)
	if s.typ == nil {
		s.typ = typeInteger
	}
	if op == unix.NFT_CMP_GTE && d.at+1 < len(d.rule.exprs) {
		next := &d.rule.exprs[d.at+1]
		if next.Name == "cmp" && next.number(unix.NFTA_CMP_OP) == unix.NFT_CMP_LTE && next.slot(unix.NFTA_CMP_SREG) == e.slot(unix.NFTA_CMP_SREG) {
			d.at++
			d.match(d.name(s) + " " + d.between(s, b, next.value(unix.NFTA_CMP_DATA)))
			return
		}
	}
	text := d.name(s) + " " + operators[op]
	switch size := s.typ.size; {
	case s.mask != nil:
		d.match(d.maskText(s, op, b))
		return
	case s.typ.kind == named && len(b) < size && len(b) > 0:
		d.match(text + quote(string(b)+"*"))
		return
	case (s.typ.kind == ipv4 || s.typ.kind == ipv6) && len(b) < size:
		whole := append(slices.Clone(b), make([]byte, size-len(b))...)
		d.match(fmt.Sprintf("%s%s/%d", text, d.rs.format(s.typ, whole), 8*len(b)))
		return
	}
	v := d.plain(s, b)
	if op == unix.NFT_CMP_EQ && s.typ.flags {
		text += "== " // without it any of the flags would do
	}
	d.match(text + d.rs.format(s.typ, v))
	if op == unix.NFT_CMP_EQ {
		d.learn(s, v)
	}
}

// learn notes what a match says about protocols.
func (d *ruleReader) learn(s *symbolic, v []byte) {
	if s.op == nil {
		return
	}
	r := ruleParser{layers: map[int]string{}}
	r.learn(s.op, v)
	for layer, name := range r.layers {
		if d.layers[layer] != "" && !(layer == 2 && name == "vlan") {
			continue
		}
		d.layers[layer] = name
		implied := s.op.kind == meta && s.op.name != "meta protocol" || s.op.name == "meta protocol" && d.rule.Family != Inet || s.op.name == "ether type" && (name == "vlan" || name == "arp")
		if implied && (s.op.name != "meta nfproto" || d.rule.Family == Inet) {
			d.deps[layer] = len(d.items) - 1
		}
	}
}

// maskText is a comparison of some bits.
func (d *ruleReader) maskText(s *symbolic, op uint64, b []byte) string {
	zero := len(bytes.Trim(b, "\x00")) == 0
	if s.typ.kind == ipv4 || s.typ.kind == ipv6 {
		for bits := range 8*s.typ.size + 1 {
			if bytes.Equal(maskOf(bits, s.typ.size), s.mask) {
				return fmt.Sprintf("%s %s%s/%d", d.name(s), operators[op], d.rs.format(s.typ, b), bits)
			}
		}
	}
	if s.typ.flags && op == unix.NFT_CMP_NEQ && zero {
		if text := s.typ.bits(s.typ.decode(s.mask), ","); text != "" {
			return d.name(s) + " " + text
		}
	}
	bits := func(b []byte) string {
		if s.typ.kind == ipv4 || s.typ.kind == ipv6 {
			return d.rs.format(s.typ, b)
		}
		n := s.typ.decode(b)
		if !s.typ.flags || n == 0 {
			return fmt.Sprintf("0x%x", n)
		}
		text := s.typ.bits(n, "|")
		if strings.Contains(text, "|") {
			return "(" + text + ")"
		} else if text == "" {
			return fmt.Sprintf("0x%x", n)
		}
		return text
	}
	operator := operators[op]
	if operator == "" {
		operator = "== "
	}
	value := b
	if s.swapped && s.typ.host {
		value = d.plain(s, b)
	}
	return d.name(s) + " & " + bits(s.mask) + " " + operator + bits(value)
}
