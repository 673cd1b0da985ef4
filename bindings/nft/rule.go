package nft

import (
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// ruleParser makes expressions of the text of one rule.
type ruleParser struct {
	*command
	rule   *Rule
	layers map[int]string // the protocols that earlier matches have made sure of
	sets   []*Set         // anonymous ones
}

// rule reads a rule and adds it, after the anonymous sets in it.
func (c *command) rule(r *Rule) error {
	rp := &ruleParser{command: c, rule: r, layers: map[int]string{}}
	switch c.family {
	case IP:
		rp.layers[3] = "ip"
	case IP6:
		rp.layers[3] = "ip6"
	case ARP:
		rp.layers[3] = "arp"
	case Bridge, Netdev:
		rp.layers[2] = "ether"
	}
	for t := c.peek(); t.kind != newline && t.kind != end && !t.is("}"); t = c.peek() {
		if c.accept("comment") {
			var err error
			if r.Comment, err = c.comment(); err != nil {
				return err
			}
			continue
		}
		if err := rp.statement(); err != nil {
			return err
		}
	}
	if len(r.exprs) == 0 {
		return unexpected(c.peek(), "a match or a statement")
	}
	for _, s := range rp.sets {
		c.message(unix.NFT_MSG_NEWSET, unix.NLM_F_CREATE, s.body())
		for _, list := range s.elementLists() {
			c.message(unix.NFT_MSG_NEWSETELEM, unix.NLM_F_CREATE, list)
		}
	}
	flags := uint16(unix.NLM_F_CREATE)
	switch c.verb {
	case "add", "create":
		flags |= unix.NLM_F_APPEND
	case "replace":
		flags = unix.NLM_F_REPLACE
	}
	c.message(unix.NFT_MSG_NEWRULE, flags, r.body())
	return nil
}

func (r *ruleParser) emit(e ...Expr) { r.rule.exprs = append(r.rule.exprs, e...) }

// findOperand finds an operand by its whole name.
func findOperand(name string) *operand {
	for i := range operands {
		if operands[i].name == name {
			return &operands[i]
		}
	}
	return nil
}

// operand takes the name of a field or the like; nil if there is none next.
func (p *parser) operand() *operand {
	first := p.peek()
	if first.kind != word {
		return nil
	}
	if slices.Contains(bareMeta, first.text) {
		p.take()
		return findOperand("meta " + first.text)
	}
	text := ""
	var found *operand
	length := 0
	for n := range 4 {
		t := p.ahead(n)
		if t.kind != word {
			break
		}
		text = strings.TrimSpace(text + " " + t.text)
		if o := findOperand(text); o != nil {
			found, length = o, n+1
		}
	}
	for range length {
		p.take()
	}
	return found
}

// load is how to get a value into a register.
type load struct {
	op   *operand // nil for one that is computed
	typ  *Type
	make func(slot int) []Expr // of what is computed
}

// load takes what a match or an assignment begins with; ok is false if nothing of the kind comes next.
func (r *ruleParser) load() (l load, ok bool, err error) {
	t := r.peek()
	if o := r.operand(); o != nil {
		return load{op: o, typ: o.typ}, true, nil
	}
	switch {
	case t.is("numgen"):
		l, err = r.numgen()
		return l, true, err
	case t.is("fib"):
		l, err = r.fib()
		return l, true, err
	}
	return load{}, false, r.unknownField(t)
}

// unknownField complains about a second word that does not go with the first.
func (r *ruleParser) unknownField(t token) error {
	if t.kind != word {
		return nil
	}
	var known []string
	for _, o := range operands {
		if rest, ok := strings.CutPrefix(o.name, t.text+" "); ok {
			if head, _, _ := strings.Cut(rest, " "); !slices.Contains(known, head) {
				known = append(known, head)
			}
		}
	}
	if known == nil {
		return nil
	}
	return fail(r.ahead(1), "one of %s expected after %q, got %s", strings.Join(known, ", "), t.text, r.ahead(1))
}

// loads takes what is matched: one thing, or several joined by dots.
func (r *ruleParser) loads() ([]load, error) {
	var list []load
	for {
		t := r.peek()
		l, ok, err := r.load()
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, unexpected(t, "a match such as tcp dport, or a statement such as accept")
		}
		list = append(list, l)
		if !r.accept(".") {
			break
		}
	}
	if len(list) > 5 {
		return nil, fail(r.peek(), "at most 5 fields can be joined")
	}
	return list, nil
}

// numgen reads `numgen inc|random mod N [offset M]`.
func (r *ruleParser) numgen() (load, error) {
	r.take()
	kind := uint32(unix.NFT_NG_INCREMENTAL)
	switch t := r.take(); t.text {
	case "inc":
	case "random":
		kind = unix.NFT_NG_RANDOM
	default:
		return load{}, unexpected(t, "inc or random")
	}
	if err := r.expect("mod"); err != nil {
		return load{}, err
	}
	mod, err := r.parser.number("a number", 1<<32-1)
	offset := uint64(0)
	if err == nil && r.accept("offset") {
		offset, err = r.parser.number("a number", 1<<32-1)
	}
	return load{typ: typeHost32, make: func(slot int) []Expr {
		return []Expr{expr("numgen", unix.NFTA_NG_DREG, register(slot), unix.NFTA_NG_MODULUS, uint32(mod), unix.NFTA_NG_TYPE, kind,
			unix.NFTA_NG_OFFSET, uint32(offset))}
	}}, err
}

var fibFlags = []symbol{{"saddr", unix.NFTA_FIB_F_SADDR}, {"daddr", unix.NFTA_FIB_F_DADDR}, {"mark", unix.NFTA_FIB_F_MARK},
	{"iif", unix.NFTA_FIB_F_IIF}, {"oif", unix.NFTA_FIB_F_OIF}}

// fib reads `fib saddr . iif oif`: what the routing tables say.
func (r *ruleParser) fib() (load, error) {
	r.take()
	var flags uint32
	for {
		t := r.take()
		i := slices.IndexFunc(fibFlags, func(s symbol) bool { return t.is(s.name) })
		if i < 0 {
			return load{}, unexpected(t, "saddr, daddr, mark, iif or oif")
		}
		flags |= uint32(fibFlags[i].value)
		if !r.accept(".") {
			break
		}
	}
	var result uint32
	l := load{}
	switch t := r.take(); t.text {
	case "oif":
		result, l.typ = unix.NFT_FIB_RESULT_OIF, typeIndex
	case "oifname":
		result, l.typ = unix.NFT_FIB_RESULT_OIFNAME, typeIfname
	case "type":
		result, l.typ = unix.NFT_FIB_RESULT_ADDRTYPE, typeFibAddr
	default:
		return load{}, unexpected(t, "oif, oifname or type")
	}
	next := r.peek()
	if next.is("==") || next.is("!=") {
		next = r.ahead(1)
	}
	if result == unix.NFT_FIB_RESULT_OIF && (next.is("exists") || next.is("missing")) {
		flags |= unix.NFTA_FIB_F_PRESENT
		l.typ = typeExists
	}
	l.make = func(slot int) []Expr {
		return []Expr{expr("fib", unix.NFTA_FIB_DREG, register(slot), unix.NFTA_FIB_RESULT, result, unix.NFTA_FIB_FLAGS, flags)}
	}
	return l, nil
}

// require makes sure that a header is there: rules in mixed families check the protocol first.
func (r *ruleParser) require(name string, at token) error {
	p := protocolNamed(name)
	if p == nil || name == "th" || r.layers[p.layer] == name {
		return nil
	}
	if p.only != "" {
		if err := r.require(p.only, at); err != nil {
			return err
		}
	}
	var e []Expr
	switch {
	case r.layers[p.layer] != "" && !(p.layer == 2 && name == "vlan"):
		return fail(at, "%s cannot match here: the rule is about %s already", name, r.layers[p.layer])
	case p.layer == 4:
		e = []Expr{exprMeta(unix.NFT_META_L4PROTO, 0), exprCmp(unix.NFT_CMP_EQ, []byte{byte(p.below)})}
	case name == "ether":
		e = []Expr{exprMeta(unix.NFT_META_IIFTYPE, 0), exprCmp(unix.NFT_CMP_EQ, typeARPHRD.encode(1))}
	case name == "vlan":
		if err := r.require("ether", at); err != nil {
			return err
		}
		e = []Expr{exprPayload(linkHeader, 12, 2, 0), exprCmp(unix.NFT_CMP_EQ, typeEthertype.encode(p.below))}
	case r.family == Inet:
		b := byte(unix.NFPROTO_IPV4)
		if name == "ip6" {
			b = unix.NFPROTO_IPV6
		} else if name == "arp" {
			return fail(at, "the family inet has no arp packets: use a table of the family arp, bridge or netdev")
		}
		e = []Expr{exprMeta(unix.NFT_META_NFPROTO, 0), exprCmp(unix.NFT_CMP_EQ, []byte{b})}
	default:
		e = []Expr{exprMeta(unix.NFT_META_PROTOCOL, 0), exprCmp(unix.NFT_CMP_EQ, typeEthertype.encode(p.below))}
	}
	r.emit(e...)
	r.layers[p.layer] = name
	return nil
}

// learn notes what a match of one value says about the protocols: later matches need not check it again.
func (r *ruleParser) learn(o *operand, b []byte) {
	if o == nil {
		return
	}
	n := o.typ.decode(b)
	layer, name := 0, ""
	switch o.name {
	case "meta l4proto", "ip protocol", "ip6 nexthdr":
		layer, name = 4, protocolWith(4, n)
	case "meta nfproto":
		layer, name = 3, map[uint64]string{unix.NFPROTO_IPV4: "ip", unix.NFPROTO_IPV6: "ip6"}[n]
	case "meta protocol", "ether type":
		if layer, name = 3, protocolWith(3, n); n == 0x8100 {
			layer, name = 2, "vlan"
		}
	case "meta iiftype":
		if n == 1 {
			layer, name = 2, "ether"
		}
	}
	if name != "" && (r.layers[layer] == "" || layer == 2) {
		r.layers[layer] = name
	}
}

// emitLoads puts the values of a match into registers, one behind the other.
func (r *ruleParser) emitLoads(list []load, at token) error {
	for _, l := range list {
		if l.op != nil && l.op.proto != "" {
			if err := r.require(l.op.proto, at); err != nil {
				return err
			}
		}
	}
	slot := 0
	for _, l := range list {
		r.emit(l.exprs(slot)...)
		slot += align4(l.typ.size) / 4
	}
	return nil
}

func (l *load) exprs(slot int) []Expr {
	o := l.op
	switch {
	case o == nil:
		return l.make(slot)
	case o.kind == meta:
		return []Expr{exprMeta(o.key, slot)}
	case o.kind == ct:
		e := expr("ct", unix.NFTA_CT_DREG, register(slot), unix.NFTA_CT_KEY, o.key)
		if o.dir >= 0 {
			e.data.u8(unix.NFTA_CT_DIRECTION, uint8(o.dir))
		}
		return []Expr{e}
	case o.kind == rt:
		return []Expr{expr("rt", unix.NFTA_RT_DREG, register(slot), unix.NFTA_RT_KEY, o.key)}
	case o.kind == socket:
		return []Expr{expr("socket", 1, o.key, 2, register(slot))}
	}
	offset, size, _ := o.region()
	e := []Expr{exprPayload(o.base, offset, size, slot)}
	if o.partial() {
		e = append(e, exprBitwise(slot, o.mask(), make([]byte, size)))
	}
	return e
}
