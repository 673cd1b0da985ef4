package nft

import (
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

var natFlags = []symbol{{"random", unix.NF_NAT_RANGE_PROTO_RANDOM}, {"fully-random", unix.NF_NAT_RANGE_PROTO_RANDOM_FULLY}, {"persistent", unix.NF_NAT_RANGE_PERSISTENT}}

func (r *ruleParser) natFlags() uint32 {
	var flags uint32
	for {
		t := r.peek()
		i := slices.IndexFunc(natFlags, func(s symbol) bool { return t.is(s.name) })
		if i < 0 {
			return flags
		}
		flags |= uint32(natFlags[i].value)
		r.take()
		r.accept(",")
	}
}

// needPorts checks that the rule is about packets with ports: translating them needs that.
func (r *ruleParser) needPorts(at token) error {
	ports := slices.Contains([]string{"tcp", "udp", "sctp", "dccp", "udplite"}, r.layers[4])
	if ports || slices.ContainsFunc(r.rule.exprs, func(e Expr) bool { return e.Name == "meta" && e.number(unix.NFTA_META_KEY) == unix.NFT_META_L4PROTO }) {
		return nil
	}
	return fail(at, "a port can be changed only after a match of the protocol, such as tcp dport or meta l4proto { tcp, udp }")
}

// toSelf reads `masquerade` and `redirect`, with `[to :PORT[-PORT]]` and flags.
func (r *ruleParser) toSelf() error {
	kind := r.take().text
	name, low, high, flag := "masq", uint16(unix.NFTA_MASQ_REG_PROTO_MIN), uint16(unix.NFTA_MASQ_REG_PROTO_MAX), uint16(unix.NFTA_MASQ_FLAGS)
	if kind == "redirect" {
		name, low, high, flag = "redir", unix.NFTA_REDIR_REG_PROTO_MIN, unix.NFTA_REDIR_REG_PROTO_MAX, unix.NFTA_REDIR_FLAGS
	}
	e := Expr{Name: name}
	var flags uint32
	if at := r.peek(); r.accept("to") {
		if err := r.needPorts(at); err != nil {
			return err
		}
		if isField(r) {
			if err := r.mapTo([]*Type{typeService}); err != nil {
				return err
			}
			e.data.u32(low, register(0))
		} else {
			if err := r.expect(":"); err != nil {
				return err
			}
			b, err := r.bounds(typeService)
			if err != nil {
				return err
			}
			r.emit(exprImmediate(0, b.low))
			e.data.u32(low, register(0))
			if b.ranged() {
				r.emit(exprImmediate(4, b.high))
				e.data.u32(high, register(4))
			}
		}
		flags = unix.NF_NAT_RANGE_PROTO_SPECIFIED
	}
	if flags |= r.natFlags(); flags != 0 {
		e.data.u32(flag, flags)
	}
	r.emit(e)
	return nil
}

// isField reports whether the name of a field comes next.
func isField(r *ruleParser) bool {
	at, pending := r.at, r.pending
	defer func() { r.at, r.pending = at, pending }()
	return r.operand() != nil || r.peek().is("numgen")
}

// mapTo reads `FIELD map …`, which puts what the map has into register 0.
func (r *ruleParser) mapTo(data []*Type) error {
	at := r.peek()
	list, err := r.loads()
	if err != nil {
		return err
	}
	if err := r.emitLoads(list, at); err != nil {
		return err
	}
	if err := r.expect("map"); err != nil {
		return err
	}
	if slices.ContainsFunc(list, func(l load) bool { return l.op == nil && l.typ.host }) && len(list) > 1 {
		return fail(at, "a computed value cannot be joined with others")
	}
	_, err = r.lookup(list, data, 0, false)
	return err
}

// nat reads `snat` and `dnat`: `[ip|ip6] to ADDRESS[-ADDRESS][:PORT[-PORT]]`, or a map.
func (r *ruleParser) nat() error {
	verb := r.take()
	family := r.family
	if r.accept("ip") {
		family = IP
	} else if r.accept("ip6") {
		family = IP6
	}
	if err := r.expect("to"); err != nil {
		return err
	}
	kind := uint32(unix.NFT_NAT_SNAT)
	if verb.text == "dnat" {
		kind = unix.NFT_NAT_DNAT
	}
	e := expr("nat", unix.NFTA_NAT_TYPE, kind)
	var err error
	var flags uint32
	if isField(r) {
		err = r.natMap(&e, &family, verb)
	} else {
		flags, err = r.natTarget(&e, &family)
	}
	if err != nil {
		return err
	}
	if family != IP && family != IP6 {
		return fail(verb, "the family of the address is needed: %s ip to … or %s ip6 to …", verb.text, verb.text)
	}
	e.data.u32(unix.NFTA_NAT_FAMILY, uint32(family))
	if flags |= r.natFlags(); flags != 0 {
		e.data.u32(unix.NFTA_NAT_FLAGS, flags)
	}
	r.emit(e)
	return nil
}

func (r *ruleParser) natMap(e *Expr, family *Family, verb token) error {
	if *family != IP && *family != IP6 {
		if *family = map[string]Family{"ip": IP, "ip6": IP6}[r.layers[3]]; *family == 0 {
			return fail(verb, "the family of the map's addresses is needed: %s ip to … or %s ip6 to …", verb.text, verb.text)
		}
	}
	address := typeIPv4
	if *family == IP6 {
		address = typeIPv6
	}
	data, ports := []*Type{address}, false
	if r.mapHasPorts() {
		data, ports = append(data, typeService), true
	}
	if ports {
		if r.layers[4] == "" && !isTransport(r) {
			return r.needPorts(verb)
		}
	}
	if err := r.mapTo(data); err != nil {
		return err
	}
	e.data.u32(unix.NFTA_NAT_REG_ADDR_MIN, register(0))
	if ports {
		e.data.u32(unix.NFTA_NAT_REG_PROTO_MIN, register(align4(address.size)/4))
	}
	return nil
}

// isTransport reports whether a field of a transport header comes next.
func isTransport(r *ruleParser) bool {
	at := r.at
	defer func() { r.at = at }()
	o := r.operand()
	return o != nil && o.base == transportHeader
}

// mapHasPorts looks ahead whether the values of the map are an address and a port.
func (r *ruleParser) mapHasPorts() bool {
	for n := 0; ; n++ {
		switch t := r.ahead(n); {
		case t.kind == end || t.kind == newline && r.ahead(n+1).kind == newline:
			return false
		case t.kind == word && t.text[0] == '@':
			s := r.set(r.family, r.table, t.text[1:])
			return s != nil && len(s.Data) == 2
		case t.is("{"):
			for ; !r.ahead(n).is("}") && r.ahead(n).kind != end; n++ {
				if r.ahead(n).is(":") {
					return r.ahead(n + 2).is(".")
				}
			}
			return false
		}
	}
}

// natTarget reads an address, a range of them, ports.
func (r *ruleParser) natTarget(e *Expr, family *Family) (uint32, error) {
	at := r.peek()
	addresses, ports := at.text, ""
	switch {
	case at.is(":"):
		addresses = ""
	case at.kind != word:
		return 0, unexpected(at, "an address, a range of addresses, or a field and a map")
	default:
		r.take()
		addresses, ports = splitTarget(at.text)
	}
	slot := 0
	if addresses != "" {
		low, high, _ := strings.Cut(addresses, "-")
		first, err1 := netip.ParseAddr(strings.Trim(low, "[]"))
		last := first
		var err2 error
		if high != "" {
			last, err2 = netip.ParseAddr(strings.Trim(high, "[]"))
		}
		if err1 != nil || err2 != nil || first.Is4() != last.Is4() || last.Less(first) || first.Zone()+last.Zone() != "" {
			return 0, unexpected(at, "an address, a range of addresses, or a field and a map")
		}
		is := IP6
		if first.Is4() {
			is = IP
		}
		if *family != is && *family != Inet {
			return 0, fail(at, "an address of the family %s expected, got %s", *family, at)
		}
		*family = is
		r.emit(exprImmediate(0, first.AsSlice()))
		e.data.u32(unix.NFTA_NAT_REG_ADDR_MIN, register(0))
		slot = 4
		if last != first {
			r.emit(exprImmediate(4, last.AsSlice()))
			e.data.u32(unix.NFTA_NAT_REG_ADDR_MAX, register(4))
			slot = 8
		}
	} else if *family != IP && *family != IP6 {
		*family = map[string]Family{"ip": IP, "ip6": IP6}[r.layers[3]]
	}
	if ports == "" && !r.accept(":") {
		return 0, nil
	}
	if err := r.needPorts(at); err != nil {
		return 0, err
	}
	return unix.NF_NAT_RANGE_PROTO_SPECIFIED, r.natPorts(e, ports, at, slot)
}

func (r *ruleParser) natPorts(e *Expr, ports string, at token, slot int) error {
	var b bounds
	var err error
	if ports != "" {
		b, err = r.single(typeService, token{word, ports, at.pos})
	} else {
		b, err = r.bounds(typeService)
	}
	if err != nil {
		return err
	}
	r.emit(exprImmediate(slot, b.low))
	e.data.u32(unix.NFTA_NAT_REG_PROTO_MIN, register(slot))
	if b.ranged() {
		r.emit(exprImmediate(slot+4, b.high))
		e.data.u32(unix.NFTA_NAT_REG_PROTO_MAX, register(slot+4))
	}
	return nil
}

// splitTarget splits 10.0.0.1:80 and [fd00::1]:80 into the address and the port.
func splitTarget(s string) (addresses, ports string) {
	if i := strings.LastIndex(s, "]:"); i >= 0 {
		return s[:i+1], s[i+2:]
	}
	if strings.Count(s, ":") == 1 {
		addresses, ports, _ = strings.Cut(s, ":")
		return addresses, ports
	}
	return s, ""
}
