package nft

import (
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
