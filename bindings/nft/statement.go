package nft

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// statement reads one match or statement of a rule.
func (r *ruleParser) statement() error {
	t := r.peek()
	if t.kind != word {
		return unexpected(t, "a match such as tcp dport, or a statement such as accept")
	}
	switch t.text {
	case "accept", "drop", "continue", "return", "jump", "goto":
		v, err := r.verdict()
		if err == nil {
			r.emit(exprVerdict(v))
		}
		return err
	case "counter", "quota":
		return r.stateful()
	case "limit":
		r.take()
		e, err := r.limit()
		if err == nil {
			r.emit(e)
		}
		return err
	case "log":
		return r.log()
	case "reject":
		return r.reject()
	case "masquerade", "redirect":
		return r.toSelf()
	case "snat", "dnat":
		return r.nat()
	case "notrack":
		r.take()
		r.emit(Expr{Name: "notrack"})
		return nil
	case "fwd":
		return r.forward()
	case "add", "update":
		return r.dynset()
	case "ct":
		if r.ahead(1).is("count") {
			return r.connlimit()
		}
	}
	return r.match()
}

// stateful reads a counter or quota: one of the rule's own, or one with a name.
func (r *ruleParser) stateful() error {
	kind := r.take().text
	if r.accept("name") {
		name, err := r.name("the name of a " + kind)
		if err != nil {
			return err
		}
		e := expr("objref", unix.NFTA_OBJREF_IMM_TYPE, kindOf(kind).typ)
		e.data.str(unix.NFTA_OBJREF_IMM_NAME, name)
		r.emit(e)
		return nil
	}
	if kind == "counter" {
		packets, octets, err := r.counts()
		r.emit(exprCounter(packets, octets))
		return err
	}
	over, limit, used, err := r.quota()
	r.emit(Expr{"quota", quotaData(limit, used, over)})
	return err
}

// connlimit reads `ct count [over] N`.
func (r *ruleParser) connlimit() error {
	r.take()
	r.take()
	var flags uint32
	if r.accept("over") {
		flags = 1
	}
	n, err := r.parser.number("a number of connections", 1<<32-1)
	r.emit(expr("connlimit", 1, uint32(n), 2, flags))
	return err
}

var limitUnits = []symbol{{"second", 1}, {"minute", 60}, {"hour", 3600}, {"day", 86400}, {"week", 604800}}

// limit reads `rate [over] N/UNIT [burst N packets]`, where N can be of bytes.
func (r *ruleParser) limit() (Expr, error) {
	var flags uint32
	if err := r.expect("rate"); err != nil {
		return Expr{}, err
	}
	if r.accept("over") {
		flags = unix.NFT_LIMIT_F_INV
	} else {
		r.accept("until")
	}
	t := r.take()
	number, per, slash := strings.Cut(t.text, "/")
	n, err := strconv.ParseUint(number, 10, 33)
	if err != nil || t.kind != word {
		return Expr{}, unexpected(t, "a rate such as 5/second or 10 mbytes/second")
	}
	kind, burst := uint32(unix.NFT_LIMIT_PKTS), uint64(5)
	if !slash && r.peek().kind == word {
		t = r.take()
		var unit string
		unit, per, slash = strings.Cut(t.text, "/")
		factor, ok := byteUnits[unit]
		if !ok && unit != "packets" {
			return Expr{}, unexpected(t, "packets/second, kbytes/second or the like")
		}
		if ok {
			n, kind, burst = n*factor, unix.NFT_LIMIT_PKT_BYTES, 0
		}
	}
	i := slices.IndexFunc(limitUnits, func(s symbol) bool { return s.name == per })
	if i < 0 || !slash || n == 0 {
		return Expr{}, fail(t, "a rate per second, minute, hour, day or week expected, such as 5/second")
	}
	if r.accept("burst") {
		if burst, err = r.burst(kind); err != nil {
			return Expr{}, err
		}
	}
	e := Expr{Name: "limit"}
	e.data.u64(unix.NFTA_LIMIT_RATE, n)
	e.data.u64(unix.NFTA_LIMIT_UNIT, limitUnits[i].value)
	e.data.u32(unix.NFTA_LIMIT_BURST, uint32(burst))
	e.data.u32(unix.NFTA_LIMIT_TYPE, kind)
	e.data.u32(unix.NFTA_LIMIT_FLAGS, flags)
	return e, nil
}

func (r *ruleParser) burst(kind uint32) (uint64, error) {
	at := r.peek()
	if kind == unix.NFT_LIMIT_PKT_BYTES {
		n, err := r.octets()
		if err == nil && n>>32 != 0 {
			err = fail(at, "a burst has less than 4 gbytes")
		}
		return n, err
	}
	n, err := r.parser.number("a number of packets", 1<<32-1)
	r.accept("packets")
	return n, err
}

var logLevels = names(0, "emerg", "alert", "crit", "err", "warn", "notice", "info", "debug", "audit")

var logFlags = []symbol{{"tcp sequence", 1}, {"tcp options", 2}, {"ip options", 4}, {"skuid", 8}, {"ether", 32}, {"all", 0x2f}}

// log reads `log [prefix "…"] [level L | group N …] [flags …]`.
func (r *ruleParser) log() error {
	r.take()
	e := Expr{Name: "log"}
	for {
		var n uint64
		var err error
		switch {
		case r.accept("prefix"):
			var text string
			if text, err = r.text("a prefix", 127); err == nil {
				e.data.str(unix.NFTA_LOG_PREFIX, text)
			}
		case r.accept("level"):
			t := r.take()
			i := slices.IndexFunc(logLevels, func(s symbol) bool { return t.is(s.name) || t.is("warning") && s.name == "warn" })
			if i < 0 {
				return unexpected(t, "a level such as warn or debug")
			}
			e.data.u32(unix.NFTA_LOG_LEVEL, uint32(i))
		case r.accept("group"):
			n, err = r.parser.number("a group", 65535)
			e.data.u16(unix.NFTA_LOG_GROUP, uint16(n))
		case r.accept("snaplen"):
			n, err = r.parser.number("a length", 1<<32-1)
			e.data.u32(unix.NFTA_LOG_SNAPLEN, uint32(n))
		case r.accept("queue-threshold"):
			n, err = r.parser.number("a number", 65535)
			e.data.u16(unix.NFTA_LOG_QTHRESHOLD, uint16(n))
		case r.accept("flags"):
			if n, err = r.logFlags(); err == nil {
				e.data.u32(unix.NFTA_LOG_FLAGS, uint32(n))
			}
		default:
			r.emit(e)
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (r *ruleParser) logFlags() (uint64, error) {
	t := r.take()
	switch {
	case t.is("tcp"), t.is("ip"):
		var n uint64
		for {
			w := r.take()
			i := slices.IndexFunc(logFlags, func(s symbol) bool { return s.name == t.text+" "+w.text })
			if i < 0 {
				return 0, unexpected(w, "sequence or options")
			}
			n |= logFlags[i].value
			if !r.accept(",") {
				return n, nil
			}
		}
	}
	i := slices.IndexFunc(logFlags, func(s symbol) bool { return t.is(s.name) })
	if i < 0 {
		return 0, unexpected(t, "tcp sequence,options, ip options, skuid, ether or all")
	}
	return logFlags[i].value, nil
}

// reject reads `reject [with …]`.
func (r *ruleParser) reject() error {
	at := r.take()
	kind, code := uint32(unix.NFT_REJECT_ICMPX_UNREACH), byte(1)
	switch r.family {
	case IP:
		kind, code = unix.NFT_REJECT_ICMP_UNREACH, 3
	case IP6:
		kind, code = unix.NFT_REJECT_ICMP_UNREACH, 4
	}
	if r.accept("with") {
		t := r.take()
		var typ *Type
		switch t.text {
		case "tcp":
			if err := r.expect("reset"); err != nil {
				return err
			}
			if err := r.require("tcp", at); err != nil {
				return err
			}
			kind, code = unix.NFT_REJECT_TCP_RST, 0
		case "icmp":
			typ, kind = typeICMPCode, unix.NFT_REJECT_ICMP_UNREACH
			if err := r.require("ip", t); err != nil {
				return err
			}
		case "icmpv6":
			typ, kind = typeICMPv6Code, unix.NFT_REJECT_ICMP_UNREACH
			if err := r.require("ip6", t); err != nil {
				return err
			}
		case "icmpx":
			typ, kind = typeICMPXCode, unix.NFT_REJECT_ICMPX_UNREACH
		default:
			return unexpected(t, "tcp reset, icmp CODE, icmpv6 CODE or icmpx CODE")
		}
		if typ != nil {
			r.accept("type")
			b, err := r.parser.value(typ)
			if err != nil {
				return err
			}
			code = b[0]
		}
	}
	e := expr("reject", unix.NFTA_REJECT_TYPE, kind)
	if kind != unix.NFT_REJECT_TCP_RST {
		e.data.u8(unix.NFTA_REJECT_ICMP_CODE, code)
	}
	r.emit(e)
	return nil
}

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

// forward reads `fwd to LINK`: a packet goes out there.
func (r *ruleParser) forward() error {
	at := r.take()
	if r.family != Netdev {
		return fail(at, "fwd is for tables of the family netdev")
	}
	if err := r.expect("to"); err != nil {
		return err
	}
	b, err := r.parser.value(typeIndex)
	if err != nil {
		return err
	}
	r.emit(exprImmediate(0, b), expr("fwd", 1, register(0)))
	return nil
}

// dynset reads `add|update @set { FIELDS [timeout T] [limit …|counter|ct count …] }`.
func (r *ruleParser) dynset() error {
	op := uint32(unix.NFT_DYNSET_OP_ADD)
	if r.take().text == "update" {
		op = unix.NFT_DYNSET_OP_UPDATE
	}
	at := r.take()
	name, ok := strings.CutPrefix(at.text, "@")
	if !ok || at.kind != word {
		return unexpected(at, "a set: @name")
	}
	if err := r.expect("{"); err != nil {
		return err
	}
	where := r.peek()
	list, err := r.loads()
	if err != nil {
		return err
	}
	if err := r.emitLoads(list, where); err != nil {
		return err
	}
	e := Expr{Name: "dynset"}
	e.data.str(unix.NFTA_DYNSET_SET_NAME, name)
	if s := r.set(r.family, r.table, name); s != nil {
		if err := fits(at, s, list, false); err != nil {
			return err
		}
		r.ready(list, s)
		if s.id != 0 {
			e.data.u32(unix.NFTA_DYNSET_SET_ID, s.id)
		}
	}
	e.data.u32(unix.NFTA_DYNSET_OP, op)
	e.data.u32(unix.NFTA_DYNSET_SREG_KEY, register(0))
	if err := r.dynsetState(&e); err != nil {
		return err
	}
	r.emit(e)
	return nil
}

func (r *ruleParser) dynsetState(e *Expr) error {
	if r.accept("timeout") {
		d := new(Element)
		if err := r.duration(&d.Timeout); err != nil {
			return err
		}
		e.data.u64(unix.NFTA_DYNSET_TIMEOUT, millis(d.Timeout))
	}
	mark := len(r.rule.exprs)
	if t := r.peek(); t.is("limit") || t.is("counter") || t.is("ct") {
		if err := r.statement(); err != nil {
			return err
		}
		made := r.rule.exprs[mark:]
		if len(made) != 1 {
			return fail(t, "a limit, a counter or ct count expected")
		}
		e.data.nest(unix.NFTA_DYNSET_EXPR, made[0].attrs())
		r.rule.exprs = r.rule.exprs[:mark]
	}
	return r.expect("}")
}
