package net

import (
	"fmt"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

func tcFunctions() []function {
	list := []function{
		{"tc.qdiscs", (*place).qdiscs},
		{"tc.classes", (*place).classes},
		{"tc.del", (*place).qdiscDel},
		{"tc.class", (*place).class},
		{"tc.class_del", (*place).classDel},
		{"tc.filter", (*place).filter},
		{"tc.filters", (*place).filters},
		{"tc.filter_del", (*place).filterDel},
	}
	for _, q := range qdiscs() {
		list = append(list, function{"tc." + q.name, func(p *place, c *lua.Call) error { return p.qdisc(c, &q) }})
	}
	return list
}

func handleArg(target *uint32) lua.Arg {
	return textArg("string", func(text string) (err error) {
		*target, err = ParseHandle(text)
		return err
	})
}

// qdisc makes a discipline or changes the one that is there: net.tc.netem("eth0", {delay = "10ms"}).
func (p *place) qdisc(c *lua.Call, q *qdisc) error {
	var link string
	s := QdiscSpec{Kind: q.name, Parent: tcRoot}
	fields := optionFields(q.options, &s.Values)
	if q.name == "ingress" || q.name == "clsact" {
		s.Parent, s.Handle = tcIngress, 0xffff0000
	} else {
		fields["parent"], fields["handle"] = handleArg(&s.Parent), handleArg(&s.Handle)
	}
	var args []any
	if len(fields) > 0 {
		args = []any{"options?", fields}
	}
	if err := c.Unpack(append([]any{"dev", linkArg(&link)}, args...)...); err != nil {
		return err
	}
	return p.on(link, func(conn *Conn, index int) error {
		s.Index = index
		if err := conn.SetQdisc(&s); err != nil {
			return lua.WithHint(err, tcHint(err, "queueing discipline "+q.name, q.config))
		}
		return c.Return()
	})
}

// on runs fn with a link's index. Its errors name the link.
func (p *place) on(link string, fn func(*Conn, int) error) error {
	return p.do(func(conn *Conn) error {
		index, err := conn.Index(link)
		if err != nil {
			return err
		}
		if err := fn(conn, index); err != nil {
			return fmt.Errorf("link %s: %w", link, err)
		}
		return nil
	})
}

func tcHint(err error, what, config string) string {
	switch unixErrno(err) {
	case unix.ENOENT, unix.EOPNOTSUPP:
		return "this kernel has no " + what + ", or lacks an action it uses: it is built without CONFIG_" + config + ", or the module is not there"
	case unix.EEXIST:
		return "net.tc.del(dev) removes the discipline that is there"
	case unix.EPERM:
		return changeHint(err)
	}
	return ""
}

func (p *place) qdiscs(c *lua.Call) error {
	var link string
	if err := c.Unpack("dev?", linkArg(&link)); err != nil {
		return err
	}
	return p.do(func(conn *Conn) (err error) {
		index := 0
		if link != "" {
			if index, err = conn.Index(link); err != nil {
				return err
			}
		}
		list, err := conn.Disciplines(index)
		if err != nil {
			return err
		}
		name := conn.namer()
		return c.Return(lua.List(list, func(d Discipline) any {
			r := disciplineRecord(&d, name(d.Index))
			if q, ok := qdiscNamed(d.Kind); ok {
				r = append(r, valuesRecord(q.options, q.decode(d.Options))...)
			}
			return r
		}))
	})
}

func disciplineRecord(d *Discipline, dev string) lua.Record {
	return lua.R("kind", d.Kind, "dev", dev, "handle", HandleText(d.Handle), "parent", HandleText(d.Parent),
		"stats", lua.R("bytes", d.Bytes, "packets", d.Packets, "drops", d.Drops, "backlog", d.Backlog))
}

func (p *place) classes(c *lua.Call) error {
	var link string
	if err := c.Unpack("dev", linkArg(&link)); err != nil {
		return err
	}
	return p.on(link, func(conn *Conn, index int) error {
		list, err := conn.Classes(index)
		if err != nil {
			return err
		}
		return c.Return(lua.List(list, func(d Discipline) any {
			r := disciplineRecord(&d, link)
			if d.Kind == "htb" {
				r = append(r, valuesRecord(htbClassOptions(), decodeHTBClass(d.Options))...)
			}
			if d.Leaf != 0 {
				r = append(r, lua.R("leaf", HandleText(d.Leaf))...)
			}
			return r
		}))
	})
}

func (p *place) qdiscDel(c *lua.Call) error {
	var link string
	parent, handle := uint32(tcRoot), uint32(0)
	if err := c.Unpack("dev", linkArg(&link), "options?", lua.Fields{
		"parent": handleArg(&parent), "handle": handleArg(&handle),
	}); err != nil {
		return err
	}
	return p.on(link, func(conn *Conn, index int) error {
		if err := conn.DeleteQdisc(index, parent, handle); err != nil {
			hint := ""
			if n := unixErrno(err); n == unix.ENOENT || n == unix.EINVAL {
				hint = "there is none but the kernel's own; net.tc.qdiscs(dev) shows what there is"
			}
			return lua.WithHint(err, hint)
		}
		return c.Return()
	})
}

func (p *place) class(c *lua.Call) error {
	var link string
	var handle, parent uint32
	var values Values
	fields := optionFields(htbClassOptions(), &values)
	fields["parent"] = handleArg(&parent)
	if err := c.Unpack("dev", linkArg(&link), "classid", handleArg(&handle), "options", fields); err != nil {
		return err
	}
	return p.on(link, func(conn *Conn, index int) error {
		if err := conn.SetClass(index, handle, parent, values); err != nil {
			return lua.WithHint(err, changeHint(err))
		}
		return c.Return()
	})
}

func (p *place) classDel(c *lua.Call) error {
	var link string
	var handle uint32
	if err := c.Unpack("dev", linkArg(&link), "classid", handleArg(&handle)); err != nil {
		return err
	}
	return p.on(link, func(conn *Conn, index int) error {
		if err := conn.DeleteClass(index, handle); err != nil {
			return err
		}
		return c.Return()
	})
}

// etherTypes are the protocols of filters.
var etherTypes = map[string]uint16{"all": unix.ETH_P_ALL, "ip": unix.ETH_P_IP, "ipv6": unix.ETH_P_IPV6, "arp": unix.ETH_P_ARP,
	"802.1q": unix.ETH_P_8021Q}

func etherTypeArg(target *string) lua.Arg {
	return lua.Enum(target, "all", "ip", "ipv6", "arp", "802.1q")
}

// filterParentArg is where a filter hangs: a handle, or one of the two ends of clsact.
func filterParentArg(target *uint32) lua.Arg {
	return textArg("string", func(text string) (err error) {
		switch text {
		case "ingress":
			*target = tcInward
		case "egress":
			*target = tcEgress
		default:
			*target, err = ParseHandle(text)
		}
		return err
	})
}

// actionSpec is an action before its link is looked up.
type actionSpec struct {
	action Action
	dev    string
}

// actionsArg is an action or a list of them: "drop", {mirror = "ifb0"}, {police = {rate = …}}.
type actionsArg struct{ list *[]actionSpec }

func (a *actionsArg) TypeName() string { return "string|net.Action|net.Action[]" }

func (a *actionsArg) Set(c *lua.Call, v lua.Value) error {
	if t, ok := v.(*lua.Table); ok && t.Len() > 0 {
		for i := 1; i <= t.Len(); i++ {
			if err := a.one(c, t.RawGetInt(i)); err != nil {
				return fmt.Errorf("item %d: %w", i, err)
			}
		}
		return nil
	}
	return a.one(c, v)
}

func (a *actionsArg) one(c *lua.Call, v lua.Value) error {
	var s actionSpec
	if _, isString := v.(lua.String); isString {
		err := lua.Enum(&s.action.Kind, "drop", "pass").Set(c, v)
		*a.list = append(*a.list, s)
		return err
	}
	var mirror, redirect string
	var limit lua.Rate
	burst := lua.Size(10 << 10)
	exceed := "drop"
	if err := c.Assign(v, lua.Fields{
		"mirror": linkArg(&mirror), "redirect": linkArg(&redirect), "ingress": &s.action.In,
		"police": lua.Fields{"rate!": &limit, "burst": &burst, "exceed": lua.Enum(&exceed, "drop", "pass")},
	}); err != nil {
		return err
	}
	var kinds []string
	for name, given := range map[string]bool{"mirror": mirror != "", "redirect": redirect != "", "police": limit != 0} {
		if given {
			kinds = append(kinds, name)
		}
	}
	if len(kinds) != 1 {
		return fmt.Errorf(`one of mirror, redirect and police expected, got %d`, len(kinds))
	}
	s.action.Kind, s.dev = kinds[0], mirror+redirect
	s.action.Rate, s.action.Burst, s.action.Exceed = uint64(limit)/8, uint32(burst), exceed
	*a.list = append(*a.list, s)
	return nil
}

func (p *place) filter(c *lua.Call) error {
	f := Filter{Kind: "u32", Parent: tcRoot, Prio: 0}
	var link, protocol string
	var actions []actionSpec
	w := &f.Match
	if err := c.Unpack("dev", linkArg(&link), "options", lua.Fields{
		"kind": lua.Enum(&f.Kind, "u32", "flower", "matchall"), "parent": filterParentArg(&f.Parent), "prio": portArg(&f.Prio),
		"protocol": etherTypeArg(&protocol), "classid": handleArg(&f.Class), "src": prefixArg(&w.Src), "dst": prefixArg(&w.Dst),
		"src_mac": macArg(&w.SrcMAC), "dst_mac": macArg(&w.DstMAC), "ipproto": ipProtocolArg(&w.Proto), "sport": portArg(&w.Sport),
		"dport": portArg(&w.Dport), "vlan": portArg(&w.VLAN), "action": &actionsArg{&actions},
	}); err != nil {
		return err
	}
	if err := f.complete(protocol); err != nil {
		return lua.Invalid("%v", err)
	}
	return p.on(link, func(conn *Conn, index int) (err error) {
		f.Index = index
		for _, s := range actions {
			if s.dev != "" {
				if s.action.Index, err = conn.Index(s.dev); err != nil {
					return err
				}
			}
			f.Actions = append(f.Actions, s.action)
		}
		if err := conn.AddFilter(&f); err != nil {
			return lua.WithHint(err, tcHint(err, "filter "+f.Kind, "NET_CLS_"+strings.ToUpper(f.Kind)))
		}
		return c.Return()
	})
}

// complete takes the protocol from the addresses if it is not said, and checks what must fit together.
func (f *Filter) complete(protocol string) error {
	w := &f.Match
	f.Protocol = unix.ETH_P_ALL
	switch {
	case protocol != "":
		f.Protocol = etherTypes[protocol]
	case w.Src.Addr().Is6() || w.Dst.Addr().Is6():
		f.Protocol = unix.ETH_P_IPV6
	case w.Src.IsValid() || w.Dst.IsValid() || w.Proto != 0 || w.Sport != 0 || w.Dport != 0:
		f.Protocol = unix.ETH_P_IP
	}
	if (w.Sport != 0 || w.Dport != 0) && w.Proto == 0 {
		return fmt.Errorf("a port needs ipproto: tcp or udp")
	}
	if f.Kind == "matchall" && (w.Src.IsValid() || w.Dst.IsValid() || w.SrcMAC != nil || w.DstMAC != nil || w.Proto != 0 || w.VLAN != 0) {
		return fmt.Errorf("a matchall filter takes all packets: it has nothing to match")
	}
	return nil
}

func (p *place) filters(c *lua.Call) error {
	var link string
	parent := uint32(tcRoot)
	if err := c.Unpack("dev", linkArg(&link), "options?", lua.Fields{"parent": filterParentArg(&parent)}); err != nil {
		return err
	}
	return p.on(link, func(conn *Conn, index int) error {
		list, err := conn.Filters(index, parent)
		if err != nil {
			return err
		}
		return c.Return(lua.List(list, func(f Filter) any {
			r := lua.R("kind", f.Kind, "parent", HandleText(f.Parent), "prio", int(f.Prio), "protocol", etherTypeName(f.Protocol),
				"handle", fmt.Sprintf("%x", f.Handle))
			if f.Class != 0 {
				r = append(r, lua.R("classid", HandleText(f.Class))...)
			}
			return r
		}))
	})
}

func etherTypeName(n uint16) string {
	for name, number := range etherTypes {
		if n == number {
			return name
		}
	}
	return fmt.Sprintf("%#x", n)
}

func (p *place) filterDel(c *lua.Call) error {
	var link, protocol string
	f := Filter{Parent: tcRoot}
	if err := c.Unpack("dev", linkArg(&link), "options?", lua.Fields{
		"parent": filterParentArg(&f.Parent), "prio": portArg(&f.Prio), "protocol": etherTypeArg(&protocol),
	}); err != nil {
		return err
	}
	if protocol != "" {
		f.Protocol = etherTypes[protocol]
	}
	return p.on(link, func(conn *Conn, index int) error {
		f.Index = index
		if err := conn.DeleteFilter(&f); err != nil {
			return err
		}
		return c.Return()
	})
}
