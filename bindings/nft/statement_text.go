package nft

import (
	"fmt"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// keyText names what registers hold, one behind the other, as far as a set's key goes.
func (d *ruleReader) keyText(slot int, types []*Type) string {
	var list []string
	for _, t := range types {
		s := d.regs[slot]
		if s == nil {
			break
		}
		s = d.identified(s)
		text := d.name(s)
		if s.mask != nil {
			text = d.source(s, t)
		}
		list = append(list, text)
		slot += align4(t.size) / 4
	}
	return strings.Join(list, " . ")
}

func (d *ruleReader) lookup(e *Expr) {
	name := e.text(unix.NFTA_LOOKUP_SET)
	var set *Set
	for i := range d.rs.Sets {
		if s := &d.rs.Sets[i]; s.Family == d.rule.Family && s.Table == d.rule.Table && s.Name == name {
			set = s
		}
	}
	ref := "@" + name
	types := []*Type{typeInteger}
	if set != nil {
		types = set.Keys
		if set.Anonymous() {
			shown := *set
			if len(types) == 1 { // the field knows better what its values mean
				if s := d.identified(d.reg(e, unix.NFTA_LOOKUP_SREG)); s.typ != nil && s.typ.size == types[0].size {
					shown.Keys = []*Type{s.typ}
				}
			}
			ref = "{ " + strings.Join(d.rs.elements(&shown), ", ") + " }"
		}
	}
	key := d.keyText(e.slot(unix.NFTA_LOOKUP_SREG), types)
	switch dest := e.slot(unix.NFTA_LOOKUP_DREG); {
	case dest == -1:
		d.say(key + " vmap " + ref)
	case dest >= 0:
		s := &symbolic{text: key + " map " + ref}
		if set != nil && len(set.Data) > 0 {
			s.typ = set.Data[0]
		}
		d.regs[dest] = s
		if set != nil && len(set.Data) > 1 {
			d.regs[dest+align4(set.Data[0].size)/4] = &symbolic{text: "", typ: set.Data[1]}
		}
	default:
		op := ""
		if e.number(unix.NFTA_LOOKUP_FLAGS)&unix.NFT_LOOKUP_F_INV != 0 {
			op = "!= "
		}
		d.match(key + " " + op + ref)
	}
}

func (d *ruleReader) numgen(e *Expr) {
	kind := "inc"
	if e.number(unix.NFTA_NG_TYPE) == unix.NFT_NG_RANDOM {
		kind = "random"
	}
	text := fmt.Sprintf("numgen %s mod %d", kind, e.number(unix.NFTA_NG_MODULUS))
	if n := e.number(unix.NFTA_NG_OFFSET); n != 0 {
		text += fmt.Sprintf(" offset %d", n)
	}
	d.regs[e.slot(unix.NFTA_NG_DREG)] = &symbolic{text: text, typ: typeHost32}
}

func (d *ruleReader) fib(e *Expr) {
	flags := e.number(unix.NFTA_FIB_FLAGS)
	var list []string
	for _, f := range fibFlags {
		if flags&f.value != 0 {
			list = append(list, f.name)
		}
	}
	s := &symbolic{text: "fib " + strings.Join(list, " . ") + " "}
	switch e.number(unix.NFTA_FIB_RESULT) {
	case unix.NFT_FIB_RESULT_OIF:
		s.text, s.typ = s.text+"oif", typeIndex
		if flags&unix.NFTA_FIB_F_PRESENT != 0 {
			s.typ = typeExists
		}
	case unix.NFT_FIB_RESULT_OIFNAME:
		s.text, s.typ = s.text+"oifname", typeIfname
	default:
		s.text, s.typ = s.text+"type", typeFibAddr
	}
	d.regs[e.slot(unix.NFTA_FIB_DREG)] = s
}

// statement reads what neither loads nor compares.
func (d *ruleReader) statement(e *Expr) {
	switch e.Name {
	case "counter":
		d.say(fmt.Sprintf("counter packets %d bytes %d", e.number(unix.NFTA_COUNTER_PACKETS), e.number(unix.NFTA_COUNTER_BYTES)))
	case "quota":
		d.say("quota " + quotaText(e.number(unix.NFTA_QUOTA_FLAGS)&unix.NFT_QUOTA_F_INV != 0, e.number(unix.NFTA_QUOTA_BYTES), e.number(unix.NFTA_QUOTA_CONSUMED)))
	case "limit":
		d.say(limitText(e))
	case "log":
		d.say(logText(e))
	case "reject":
		d.say(d.rejectText(e))
	case "masq":
		d.say(d.selfText("masquerade", e, unix.NFTA_MASQ_REG_PROTO_MIN, unix.NFTA_MASQ_REG_PROTO_MAX, unix.NFTA_MASQ_FLAGS))
	case "redir":
		d.say(d.selfText("redirect", e, unix.NFTA_REDIR_REG_PROTO_MIN, unix.NFTA_REDIR_REG_PROTO_MAX, unix.NFTA_REDIR_FLAGS))
	case "nat":
		d.say(d.natText(e))
	case "notrack":
		d.say("notrack")
	case "objref":
		kind := map[uint64]string{objectCounter: "counter", objectQuota: "quota", objectLimit: "limit"}[e.number(unix.NFTA_OBJREF_IMM_TYPE)]
		d.say(kind + " name " + quote(e.text(unix.NFTA_OBJREF_IMM_NAME)))
	case "connlimit":
		over := ""
		if e.number(2)&1 != 0 {
			over = "over "
		}
		d.say(fmt.Sprintf("ct count %s%d", over, e.number(1)))
	case "fwd":
		d.say("fwd to " + d.source(d.reg(e, 1), typeIndex))
	case "dynset":
		d.say(d.dynsetText(e))
	case "match", "target":
		d.say(fmt.Sprintf("xt %s %s", e.Name, quote(e.text(unix.NFTA_MATCH_NAME))))
	default:
		d.say(fmt.Sprintf("unknown %s", quote(e.Name)))
	}
}

func limitText(e *Expr) string {
	over, unit := "", "second"
	if e.number(unix.NFTA_LIMIT_FLAGS)&unix.NFT_LIMIT_F_INV != 0 {
		over = "over "
	}
	for _, u := range limitUnits {
		if u.value == e.number(unix.NFTA_LIMIT_UNIT) {
			unit = u.name
		}
	}
	rate, burst := e.number(unix.NFTA_LIMIT_RATE), e.number(unix.NFTA_LIMIT_BURST)
	if e.number(unix.NFTA_LIMIT_TYPE) == unix.NFT_LIMIT_PKT_BYTES {
		text := fmt.Sprintf("limit rate %s%s/%s", over, octetText(rate), unit)
		if burst != 0 {
			text += " burst " + octetText(burst)
		}
		return text
	}
	return fmt.Sprintf("limit rate %s%d/%s burst %d packets", over, rate, unit, burst)
}

func logText(e *Expr) string {
	text := "log"
	if e.has(unix.NFTA_LOG_PREFIX) {
		text += " prefix " + quote(e.text(unix.NFTA_LOG_PREFIX))
	}
	if e.has(unix.NFTA_LOG_GROUP) {
		text += fmt.Sprintf(" group %d", e.number(unix.NFTA_LOG_GROUP))
		if n := e.number(unix.NFTA_LOG_SNAPLEN); n != 0 {
			text += fmt.Sprintf(" snaplen %d", n)
		}
		if n := e.number(unix.NFTA_LOG_QTHRESHOLD); n != 0 {
			text += fmt.Sprintf(" queue-threshold %d", n)
		}
		return text
	}
	if n := e.number(unix.NFTA_LOG_LEVEL); e.has(unix.NFTA_LOG_LEVEL) && n != 4 && n < uint64(len(logLevels)) {
		text += " level " + logLevels[n].name
	}
	flags := e.number(unix.NFTA_LOG_FLAGS)
	if flags == 0x2f {
		return text + " flags all"
	}
	if flags&3 == 3 {
		text, flags = text+" flags tcp sequence,options", flags&^3
	}
	for _, f := range logFlags[:5] {
		if flags&f.value != 0 {
			text += " flags " + f.name
		}
	}
	return text
}

func (d *ruleReader) rejectText(e *Expr) string {
	code := []byte{byte(e.number(unix.NFTA_REJECT_ICMP_CODE))}
	switch e.number(unix.NFTA_REJECT_TYPE) {
	case unix.NFT_REJECT_TCP_RST:
		d.imply(4)
		return "reject with tcp reset"
	case unix.NFT_REJECT_ICMPX_UNREACH:
		if code[0] == 1 && d.rule.Family != IP && d.rule.Family != IP6 {
			return "reject"
		}
		return "reject with icmpx " + d.rs.format(typeICMPXCode, code)
	}
	if d.layers[3] == "ip6" {
		if d.rule.Family == IP6 && code[0] == 4 {
			return "reject"
		}
		return "reject with icmpv6 " + d.rs.format(typeICMPv6Code, code)
	}
	if d.rule.Family == IP && code[0] == 3 {
		return "reject"
	}
	return "reject with icmp " + d.rs.format(typeICMPCode, code)
}

func natFlagText(flags uint64) string {
	var list []string
	for _, f := range natFlags {
		if flags&f.value != 0 {
			list = append(list, f.name)
		}
	}
	if list == nil {
		return ""
	}
	return " " + strings.Join(list, ",")
}

// ports is the text of registers with a port and maybe a second one.
func (d *ruleReader) ports(e *Expr, low, high uint16) string {
	text := d.source(d.reg(e, low), typeService)
	if e.has(high) && e.slot(high) != e.slot(low) {
		text += "-" + d.source(d.reg(e, high), typeService)
	}
	return text
}

func (d *ruleReader) selfText(verb string, e *Expr, low, high, flags uint16) string {
	text := verb
	if e.has(low) {
		if s := d.reg(e, low); s.value == nil {
			text += " to " + s.text
		} else {
			text += " to :" + d.ports(e, low, high)
		}
	}
	return text + natFlagText(e.number(flags))
}

func (d *ruleReader) natText(e *Expr) string {
	text := "snat"
	if e.number(unix.NFTA_NAT_TYPE) == unix.NFT_NAT_DNAT {
		text = "dnat"
	}
	family := Family(e.number(unix.NFTA_NAT_FAMILY))
	if d.rule.Family == Inet {
		text += " " + family.String()
	}
	text += " to "
	address := typeIPv4
	if family == IP6 {
		address = typeIPv6
	}
	mapped := false
	if e.has(unix.NFTA_NAT_REG_ADDR_MIN) {
		s := d.reg(e, unix.NFTA_NAT_REG_ADDR_MIN)
		mapped = s.value == nil
		low, high := d.source(s, address), ""
		if e.has(unix.NFTA_NAT_REG_ADDR_MAX) && e.slot(unix.NFTA_NAT_REG_ADDR_MAX) != e.slot(unix.NFTA_NAT_REG_ADDR_MIN) {
			high = d.source(d.reg(e, unix.NFTA_NAT_REG_ADDR_MAX), address)
		}
		if family == IP6 && e.has(unix.NFTA_NAT_REG_PROTO_MIN) && !mapped {
			low = "[" + low + "]"
			if high != "" {
				high = "[" + high + "]"
			}
		}
		text += low
		if high != "" {
			text += "-" + high
		}
	}
	if e.has(unix.NFTA_NAT_REG_PROTO_MIN) && !mapped {
		text += ":" + d.ports(e, unix.NFTA_NAT_REG_PROTO_MIN, unix.NFTA_NAT_REG_PROTO_MAX)
	}
	return text + natFlagText(e.number(unix.NFTA_NAT_FLAGS))
}

func (d *ruleReader) dynsetText(e *Expr) string {
	verb := "add"
	if e.number(unix.NFTA_DYNSET_OP) == unix.NFT_DYNSET_OP_UPDATE {
		verb = "update"
	}
	name := e.text(unix.NFTA_DYNSET_SET_NAME)
	types := []*Type{typeInteger}
	for i := range d.rs.Sets {
		if s := &d.rs.Sets[i]; s.Family == d.rule.Family && s.Table == d.rule.Table && s.Name == name {
			types = s.Keys
		}
	}
	text := fmt.Sprintf("%s @%s { %s", verb, name, d.keyText(e.slot(unix.NFTA_DYNSET_SREG_KEY), types))
	if n := e.number(unix.NFTA_DYNSET_TIMEOUT); n != 0 {
		text += fmt.Sprintf(" timeout %s", formatTime(time.Duration(n)*time.Millisecond))
	}
	if b := find(e.data, unix.NFTA_DYNSET_EXPR); b != nil {
		inner := &ruleReader{rs: d.rs, rule: d.rule, regs: d.regs, layers: d.layers, deps: map[int]int{}}
		state := exprOf(b)
		inner.statement(&state)
		text += " " + inner.items[0].text
	}
	return text + " }"
}
