package net

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

func ruleFunctions() []function {
	return []function{
		{"rules", (*place).rules},
		{"rule.add", func(p *place, c *lua.Call) error { return p.ruleChange(c, (*Conn).AddRule) }},
		{"rule.del", func(p *place, c *lua.Call) error { return p.ruleChange(c, (*Conn).DeleteRule) }},
		{"nexthops", (*place).nexthops},
		{"nexthop.add", (*place).nexthopAdd},
		{"nexthop.del", (*place).nexthopDel},
	}
}

func (p *place) rules(c *lua.Call) error {
	fam := "inet"
	if err := c.Unpack("options?", lua.Fields{"family": lua.Enum(&fam, "inet", "inet6")}); err != nil {
		return err
	}
	return p.do(func(conn *Conn) error {
		list, err := conn.Rules(families[fam])
		if err != nil {
			return err
		}
		return c.Return(lua.List(list, func(r Rule) any { return ruleRecord(&r) }))
	})
}

func ruleRecord(r *Rule) lua.Record {
	rec := lua.R("priority", r.Priority, "action", r.Action)
	add := func(given bool, name string, v any) {
		if given {
			rec = append(rec, lua.Field{Name: name, Value: v})
		}
	}
	add(r.From.Bits() > 0, "from", r.From.String())
	add(r.To.Bits() > 0, "to", r.To.String())
	add(r.In != "", "iif", r.In)
	add(r.Out != "", "oif", r.Out)
	add(r.Mark != 0, "fwmark", r.Mark)
	add(r.Mask != 0 && r.Mask != ^uint32(0), "fwmask", r.Mask)
	add(r.TOS != 0, "tos", int(r.TOS))
	add(r.Not, "invert", true)
	add(r.Action == "lookup" && !r.L3MDev, "table", TableName(r.Table))
	add(r.L3MDev, "l3mdev", true)
	add(r.Goto != 0, "goto", r.Goto)
	add(r.SuppressLen >= 0, "suppress_prefixlength", int(r.SuppressLen))
	add(r.Protocol != "", "protocol", r.Protocol)
	add(r.WithUIDs, "uidrange", fmt.Sprintf("%d-%d", r.UIDs[0], r.UIDs[1]))
	add(r.Sport[1] != 0, "sport", rangeText(r.Sport))
	add(r.Dport[1] != 0, "dport", rangeText(r.Dport))
	if r.Proto != 0 {
		rec = append(rec, lua.Field{Name: "ipproto", Value: ipProtocolName(r.Proto)})
	}
	return rec
}

func ipProtocolName(n uint8) string {
	for name, number := range ipProtocols {
		if n == number {
			return name
		}
	}
	return strconv.Itoa(int(n))
}

func rangeText(p [2]uint16) string {
	if p[0] == p[1] {
		return strconv.Itoa(int(p[0]))
	}
	return fmt.Sprintf("%d-%d", p[0], p[1])
}

// rangeArg is a number or two with a dash between them.
func rangeArg(limit uint64, set func(low, high uint64)) lua.Arg {
	return textArg("integer|string", func(text string) error {
		low, high, found := strings.Cut(text, "-")
		if !found {
			high = low
		}
		from, err := strconv.ParseUint(low, 10, 64)
		to, err2 := strconv.ParseUint(high, 10, 64)
		if err != nil || err2 != nil || from > to || to > limit {
			return fmt.Errorf(`a number up to %d or a range ("1000-2000") expected, got %q`, limit, text)
		}
		set(from, to)
		return nil
	})
}

func portRangeArg(target *[2]uint16) lua.Arg {
	return rangeArg(65535, func(low, high uint64) { *target = [2]uint16{uint16(low), uint16(high)} })
}

func (p *place) ruleChange(c *lua.Call, change func(*Conn, *Rule) error) error {
	r := Rule{SuppressLen: -1}
	var priority lua.Optional[uint32]
	var suppress lua.Optional[int]
	var tos uint32
	fam := "any"
	if err := c.Unpack("rule", lua.Fields{
		"priority": &priority, "from": prefixArg(&r.From), "to": prefixArg(&r.To), "iif": linkArg(&r.In), "oif": linkArg(&r.Out),
		"fwmark": &r.Mark, "fwmask": &r.Mask, "tos": &tos, "ipproto": ipProtocolArg(&r.Proto), "sport": portRangeArg(&r.Sport),
		"dport": portRangeArg(&r.Dport), "invert": &r.Not, "table": tableArg(&r.Table), "goto": &r.Goto,
		"uidrange": rangeArg(1<<32-1, func(low, high uint64) {
			r.UIDs, r.WithUIDs = [2]uint32{uint32(low), uint32(high)}, true
		}),
		"action":                lua.Enum(&r.Action, "lookup", "goto", "nop", "blackhole", "unreachable", "prohibit"),
		"suppress_prefixlength": &suppress, "protocol": protocolArg(&r.Protocol), "family": familyArg(&fam), "l3mdev": &r.L3MDev,
	}); err != nil {
		return err
	}
	r.Priority, r.Given, r.TOS, r.Family = priority.Value, priority.Given, uint8(tos), families[fam]
	if suppress.Given {
		r.SuppressLen = int32(suppress.Value)
	}
	if err := r.settleFamily(); err != nil {
		return err
	}
	return p.do(func(conn *Conn) error {
		if err := change(conn, &r); err != nil {
			return lua.WithHint(err, ruleHint(unixErrno(err)))
		}
		return c.Return()
	})
}

// settleFamily takes the family from the addresses, IPv4 where there are none.
func (r *Rule) settleFamily() error {
	for _, p := range []*netip.Prefix{&r.From, &r.To} {
		if !p.IsValid() {
			continue
		}
		*p = p.Masked()
		if f := family(p.Addr()); r.Family == 0 {
			r.Family = f
		} else if f != r.Family {
			return lua.Invalid("%s is not of the rule's family", p)
		}
	}
	if r.Family == 0 {
		r.Family = unix.AF_INET
	}
	return nil
}

func ruleHint(n unix.Errno) string {
	switch n {
	case unix.ENOENT:
		return "no rule agrees with all that is given; net.rules() shows what there is"
	case unix.EEXIST:
		return "there is such a rule already"
	case unix.EPERM:
		return changeHint(n)
	}
	return ""
}

func (p *place) nexthops(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	return p.do(func(conn *Conn) error {
		list, err := conn.NextHops()
		if err != nil {
			return err
		}
		name := conn.namer()
		known := newWords()
		return c.Return(lua.List(list, func(n NextHop) any {
			r := hopFields(lua.R("id", n.ID, "protocol", n.Protocol), &n.Hop, name, known)
			if n.Blackhole {
				r = append(r, lua.R("blackhole", true)...)
			}
			if n.Members != nil {
				r = append(r, lua.R("group", lua.List(n.Members, func(m NextHopMember) any {
					return lua.R("id", m.ID, "weight", m.Weight)
				}))...)
			}
			return r
		}))
	})
}

// membersArg is a list of nexthop numbers, or of tables with a number and a weight.
type membersArg struct{ members *[]NextHopMember }

func (a *membersArg) Set(c *lua.Call, v lua.Value) error {
	var list []lua.Value
	if err := c.Assign(v, &list); err != nil {
		return err
	}
	for i, item := range list {
		m := NextHopMember{Weight: 1}
		var err error
		if _, isTable := item.(*lua.Table); isTable {
			err = c.Assign(item, lua.Fields{"id!": &m.ID, "weight": &m.Weight})
		} else {
			err = c.Assign(item, &m.ID)
		}
		if err == nil && (m.Weight < 1 || m.Weight > 256) {
			err = fmt.Errorf("a weight from 1 to 256 expected, got %d", m.Weight)
		}
		if err != nil {
			return fmt.Errorf("item %d: %w", i+1, err)
		}
		*a.members = append(*a.members, m)
	}
	return nil
}

func (a *membersArg) TypeName() string { return "(integer|net.NextHopMember)[]" }

func (p *place) nexthopAdd(c *lua.Call) error {
	var n NextHop
	var dev string
	replace, onlink := false, false
	fam := "any"
	if err := c.Unpack("id", &n.ID, "options", lua.Fields{
		"via": addrArg(&n.Gateway), "dev": linkArg(&dev), "onlink": &onlink, "blackhole": &n.Blackhole,
		"group": &membersArg{&n.Members}, "replace": &replace, "family": familyArg(&fam),
	}); err != nil {
		return err
	}
	if onlink {
		n.Flags = unix.RTNH_F_ONLINK
	}
	n.Family = families[fam]
	if n.Gateway.IsValid() {
		n.Family = family(n.Gateway)
	} else if n.Family == 0 && n.Members == nil {
		n.Family = unix.AF_INET
	}
	return p.do(func(conn *Conn) (err error) {
		if dev != "" {
			if n.Index, err = conn.Index(dev); err != nil {
				return err
			}
		}
		if err := conn.AddNextHop(&n, replace); err != nil {
			return lua.WithHint(err, changeHint(err))
		}
		return c.Return()
	})
}

func (p *place) nexthopDel(c *lua.Call) error {
	var id uint32
	if err := c.Unpack("id", &id); err != nil {
		return err
	}
	return p.do(func(conn *Conn) error {
		if err := conn.DeleteNextHop(id); err != nil {
			return err
		}
		return c.Return()
	})
}
