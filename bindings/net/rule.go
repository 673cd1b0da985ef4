package net

import (
	"fmt"
	"net/netip"
	"strconv"

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

const ruleInvert = 0x2 // FIB_RULE_INVERT

// Attributes of rules, <linux/fib_rules.h>.
const (
	fraDst = iota + 1
	fraSrc
	fraIIF
	fraGoto
	_
	fraPriority
	_
	_
	_
	fraMark
	_
	_
	_
	fraSuppressLen
	fraTable
	fraMask
	fraOIF
	_
	fraL3MDev
	fraUIDRange
	fraProtocol
	fraIPProto
	fraSport
	fraDport
)

// Rules lists the rules of a family in the order of their priorities.
func (c *Conn) Rules(fam uint8) ([]Rule, error) {
	var list []Rule
	m := newMessage(unix.RTM_GETRULE, 0, rtmsg(fam, 0, 0, 0, 0, 0, 0))
	err := c.Dump(m, func() { list = list[:0] }, func(_ uint16, body []byte) error {
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
		Not: body[8]&ruleInvert != 0, Given: true}
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
	case fraDst:
		r.To = netip.PrefixFrom(addrOf(v), int(header[1]))
	case fraSrc:
		r.From = netip.PrefixFrom(addrOf(v), int(header[2]))
	case fraIIF:
		r.In = cstring(v)
	case fraOIF:
		r.Out = cstring(v)
	case fraGoto:
		r.Goto = uint32(uintOf(v))
	case fraPriority:
		r.Priority = uint32(uintOf(v))
	case fraMark:
		r.Mark = uint32(uintOf(v))
	case fraMask:
		r.Mask = uint32(uintOf(v))
	case fraTable:
		r.Table = uint32(uintOf(v))
	case fraSuppressLen:
		r.SuppressLen = int32(uintOf(v))
	case fraL3MDev:
		r.L3MDev = uintOf(v) != 0
	case fraIPProto:
		r.Proto = uint8(uintOf(v))
	case fraProtocol:
		r.Protocol = protocolName(uint8(uintOf(v)))
	case fraUIDRange:
		if len(v) >= 8 {
			r.UIDs, r.WithUIDs = [2]uint32{uint32(uintOf(v[:4])), uint32(uintOf(v[4:8]))}, true
		}
	case fraSport:
		r.Sport = ports(v)
	case fraDport:
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
		b[8] = ruleInvert
	}
	m := newMessage(typ, flags, b)
	for _, p := range []struct {
		attr   uint16
		prefix netip.Prefix
	}{{fraDst, r.To}, {fraSrc, r.From}} {
		if p.prefix.IsValid() && p.prefix.Bits() > 0 {
			m.addr(p.attr, p.prefix.Addr())
		}
	}
	for attr, link := range map[uint16]string{fraIIF: r.In, fraOIF: r.Out} {
		if link != "" {
			m.str(attr, link)
		}
	}
	if r.Given {
		m.u32(fraPriority, r.Priority)
	}
	if r.Mark != 0 || r.Mask != 0 {
		m.u32(fraMark, r.Mark)
		if r.Mask != 0 {
			m.u32(fraMask, r.Mask)
		}
	}
	switch {
	case r.L3MDev:
		m.u8(fraL3MDev, 1)
	case r.Goto != 0:
		m.u32(fraGoto, r.Goto)
	case r.Table != 0:
		m.u32(fraTable, r.Table)
	case action == 1 && typ == unix.RTM_NEWRULE:
		m.u32(fraTable, unix.RT_TABLE_MAIN)
	}
	return m, r.selectors(m)
}

// selectors appends what a rule looks at beyond addresses, links and marks.
func (r *Rule) selectors(m *Message) error {
	if r.SuppressLen >= 0 {
		m.u32(fraSuppressLen, uint32(r.SuppressLen))
	}
	if r.WithUIDs {
		m.bytes(fraUIDRange, append(ne32(r.UIDs[0]), ne32(r.UIDs[1])...))
	}
	if r.Proto != 0 {
		m.u8(fraIPProto, r.Proto)
	}
	for _, p := range []struct {
		attr uint16
		pair [2]uint16
	}{{fraSport, r.Sport}, {fraDport, r.Dport}} {
		if p.pair[1] != 0 {
			m.bytes(p.attr, append(ne16(p.pair[0]), ne16(p.pair[1])...))
		}
	}
	if r.Protocol != "" {
		n, err := protocolNumber(r.Protocol)
		if err != nil {
			return err
		}
		m.u8(fraProtocol, n)
	}
	return nil
}
