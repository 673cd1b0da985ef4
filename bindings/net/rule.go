package net

import (
	"fmt"
	"net/netip"
	"strconv"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// Rule is a rule of the routing policy, ip-rule(8). Zero values match all.
type Rule struct {
	Family       uint8
	Priority     uint32
	Given        bool // Priority counts: 0 is one too
	From, To     netip.Prefix
	In, Out      string // links
	Mark, Mask   uint32
	TOS          uint8
	UIDs         [2]uint32
	WithUIDs     bool
	Proto        uint8
	Sport, Dport [2]uint16
	Not          bool
	Action       string // "lookup", "goto", "nop", "blackhole", "unreachable", "prohibit"
	Table        uint32
	Goto         uint32
	SuppressLen  int32 // suppress_prefixlength, -1: none
	Protocol     string
	L3MDev       bool // the table of the link's vrf
}

// ruleActions are the actions of fib_rules.h in the order of their numbers.
var ruleActions = [...]string{"unspec", "lookup", "goto", "nop", "", "", "blackhole", "unreachable", "prohibit"}

// Rules lists the rules of a family in the order of their priorities.
func (c *Conn) Rules(fam uint8) ([]Rule, error) {
	var list []Rule
	m := newMessage(unix.RTM_GETRULE, 0, rtmsg(fam, 0, 0, 0, 0, 0, 0))
	err := c.Dump(m, func() { list = list[:0] }, func(body []byte) error {
		r, err := parseRule(body)
		list = append(list, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list rules: %w", err)
	}
	return list, nil
}

func parseRule(body []byte) (Rule, error) {
	if len(body) < unix.SizeofRtMsg {
		return Rule{}, fmt.Errorf("a rule of %d bytes: %w", len(body), unix.EBADMSG)
	}
	r := Rule{Family: body[0], TOS: body[3], Table: uint32(body[4]), Action: strconv.Itoa(int(body[7])), SuppressLen: -1,
		Not: body[8]&netlink.FibRuleInvert != 0, Given: true}
	if int(body[7]) < len(ruleActions) {
		r.Action = ruleActions[body[7]]
	}
	for typ, v := range attributes(body[unix.SizeofRtMsg:]) {
		r.attribute(typ, v, body)
	}
	return r, nil
}

func (r *Rule) attribute(typ uint16, v, header []byte) {
	switch typ {
	case nl.FRA_DST:
		r.To = netip.PrefixFrom(addrOf(v), int(header[1]))
	case nl.FRA_SRC:
		r.From = netip.PrefixFrom(addrOf(v), int(header[2]))
	case nl.FRA_IIFNAME:
		r.In = cstring(v)
	case nl.FRA_OIFNAME:
		r.Out = cstring(v)
	case nl.FRA_GOTO:
		r.Goto = uint32(uintOf(v))
	case nl.FRA_PRIORITY:
		r.Priority = uint32(uintOf(v))
	case nl.FRA_FWMARK:
		r.Mark = uint32(uintOf(v))
	case nl.FRA_FWMASK:
		r.Mask = uint32(uintOf(v))
	case nl.FRA_TABLE:
		r.Table = uint32(uintOf(v))
	case nl.FRA_SUPPRESS_PREFIXLEN:
		r.SuppressLen = int32(uintOf(v))
	case nl.FRA_L3MDEV:
		r.L3MDev = uintOf(v) != 0
	case nl.FRA_IP_PROTO:
		r.Proto = uint8(uintOf(v))
	case nl.FRA_PROTOCOL:
		r.Protocol = protocolName(uint8(uintOf(v)))
	case nl.FRA_UID_RANGE:
		if len(v) >= 8 {
			r.UIDs, r.WithUIDs = [2]uint32{uint32(uintOf(v[:4])), uint32(uintOf(v[4:8]))}, true
		}
	case nl.FRA_SPORT_RANGE:
		r.Sport = ports(v)
	case nl.FRA_DPORT_RANGE:
		r.Dport = ports(v)
	}
}

func ports(v []byte) [2]uint16 {
	if len(v) < 4 {
		return [2]uint16{}
	}
	return [2]uint16{uint16(uintOf(v[:2])), uint16(uintOf(v[2:4]))}
}

// AddRule adds a rule. EEXIST: there is one just like it.
func (c *Conn) AddRule(r *Rule) error {
	m, err := ruleMessage(unix.RTM_NEWRULE, unix.NLM_F_CREATE|unix.NLM_F_EXCL, r)
	if err == nil {
		err = c.Do(m)
	}
	if err != nil {
		return fmt.Errorf("add rule: %w", err)
	}
	return nil
}

// DeleteRule deletes the first rule that agrees with what is given. ENOENT: there is none.
func (c *Conn) DeleteRule(r *Rule) error {
	m, err := ruleMessage(unix.RTM_DELRULE, 0, r)
	if err == nil {
		err = c.Do(m)
	}
	if err != nil {
		return fmt.Errorf("delete rule: %w", err)
	}
	return nil
}

func ruleMessage(typ, flags uint16, r *Rule) (*Message, error) {
	action := uint8(0)
	switch {
	case r.Action != "":
		for i, a := range ruleActions {
			if a == r.Action {
				action = uint8(i)
			}
		}
	case r.Goto != 0:
		action = 2
	case typ == unix.RTM_NEWRULE || r.Table != 0:
		action = 1
	}
	b := rtmsg(r.Family, max(0, r.To.Bits()), max(0, r.From.Bits()), r.TOS, 0, 0, action)
	if r.Not {
		b.Flags = netlink.FibRuleInvert
	}
	m := newMessage(typ, flags, b)
	for _, p := range []struct {
		attr   uint16
		prefix netip.Prefix
	}{{nl.FRA_DST, r.To}, {nl.FRA_SRC, r.From}} {
		if p.prefix.IsValid() && p.prefix.Bits() > 0 {
			m.addr(p.attr, p.prefix.Addr())
		}
	}
	for attr, link := range map[uint16]string{nl.FRA_IIFNAME: r.In, nl.FRA_OIFNAME: r.Out} {
		if link != "" {
			m.str(attr, link)
		}
	}
	if r.Given {
		m.u32(nl.FRA_PRIORITY, r.Priority)
	}
	if r.Mark != 0 || r.Mask != 0 {
		m.u32(nl.FRA_FWMARK, r.Mark)
		if r.Mask != 0 {
			m.u32(nl.FRA_FWMASK, r.Mask)
		}
	}
	switch {
	case r.L3MDev:
		m.u8(nl.FRA_L3MDEV, 1)
	case r.Goto != 0:
		m.u32(nl.FRA_GOTO, r.Goto)
	case r.Table != 0:
		m.u32(nl.FRA_TABLE, r.Table)
	case action == 1 && typ == unix.RTM_NEWRULE:
		m.u32(nl.FRA_TABLE, unix.RT_TABLE_MAIN)
	}
	return m, r.selectors(m)
}

// selectors appends what a rule looks at beyond addresses, links and marks.
func (r *Rule) selectors(m *Message) error {
	if r.SuppressLen >= 0 {
		m.u32(nl.FRA_SUPPRESS_PREFIXLEN, uint32(r.SuppressLen))
	}
	if r.WithUIDs {
		m.bytes(nl.FRA_UID_RANGE, append(nl.Uint32Attr(r.UIDs[0]), nl.Uint32Attr(r.UIDs[1])...))
	}
	if r.Proto != 0 {
		m.u8(nl.FRA_IP_PROTO, r.Proto)
	}
	for _, p := range []struct {
		attr uint16
		pair [2]uint16
	}{{nl.FRA_SPORT_RANGE, r.Sport}, {nl.FRA_DPORT_RANGE, r.Dport}} {
		if p.pair[1] != 0 {
			m.bytes(p.attr, append(nl.Uint16Attr(p.pair[0]), nl.Uint16Attr(p.pair[1])...))
		}
	}
	if r.Protocol != "" {
		n, err := protocolNumber(r.Protocol)
		if err != nil {
			return err
		}
		m.u8(nl.FRA_PROTOCOL, n)
	}
	return nil
}
