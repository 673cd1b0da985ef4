package net

import (
	"fmt"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

func linkFunctions() []function {
	list := []function{
		{"links", (*place).links},
		{"link", (*place).link},
	}
	for _, k := range Kinds() {
		list = append(list, function{k.Name, func(p *place, c *lua.Call) error { return p.add(c, &k) }})
	}
	return list
}

// device is a link as Lua holds it: a name and an index in a namespace. It keeps nothing open, and the link may be gone.
type device struct {
	place *place
	name  string
	index int    // 0: not looked up yet
	home  uint64 // namespace of the link, where place is the thread's own; 0: unknown
	owned bool   // place came with it from another process
}

// Close implements lua.Handle.
func (d *device) Close() error {
	if d.owned {
		return d.place.Close()
	}
	return nil
}

// Closed implements lua.Handle.
func (d *device) Closed() bool { return d.place.Closed() }

func (d *device) String() string { return "link " + d.name }

// do runs fn with a socket in the link's namespace. Its errors name the link.
func (d *device) do(fn func(*Conn) error) error {
	err := d.place.do(func(conn *Conn) error {
		if d.place.ns == nil && d.home != 0 && conn.Namespace() != d.home {
			return lua.WithHint(fmt.Errorf("it is in another network namespace than the shell now: %w", unix.ENODEV),
				"net.at(handle).link(name) is a link that can be used from everywhere")
		}
		if d.index == 0 {
			i, err := conn.Index(d.name)
			if err != nil {
				return err
			}
			d.index = i
		}
		return fn(conn)
	})
	if err != nil {
		return fmt.Errorf("link %s: %w", d.name, err)
	}
	return nil
}

// wrap gives a link to Lua. The state need not close it: it holds nothing.
func (p *place) wrap(c *lua.Call, d *device) lua.Value {
	v := c.State().Wrap(d)
	c.State().Forget(d)
	return v
}

func (p *place) links(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	return p.do(func(conn *Conn) error {
		links, err := conn.Links()
		if err != nil {
			return err
		}
		name := nameOf(links)
		return c.Return(lua.List(links, func(l Link) any { return linkRecord(&l, name) }))
	})
}

func (p *place) link(c *lua.Call) error {
	var name string
	if err := c.Unpack("name", &name); err != nil {
		return err
	}
	return p.do(func(conn *Conn) error {
		l, err := conn.Link(name)
		if err != nil {
			return err
		}
		return c.Return(p.wrap(c, &device{place: p, name: l.Name, index: l.Index, home: conn.Namespace()}))
	})
}

// flagNames are the flags of a link in ip(8)'s words, those that other fields tell left out.
var flagNames = [...]struct {
	flag uint32
	name string
}{
	{unix.IFF_LOOPBACK, "loopback"}, {unix.IFF_BROADCAST, "broadcast"}, {unix.IFF_POINTOPOINT, "pointopoint"},
	{unix.IFF_MULTICAST, "multicast"}, {unix.IFF_NOARP, "noarp"}, {unix.IFF_ALLMULTI, "allmulti"},
	{unix.IFF_PROMISC, "promisc"}, {unix.IFF_MASTER, "master"}, {unix.IFF_SLAVE, "slave"},
	{unix.IFF_UP, "up"}, {unix.IFF_LOWER_UP, "lower_up"}, {unix.IFF_DORMANT, "dormant"},
}

// linkRecord describes a link; name finds the names of those it refers to.
func linkRecord(l *Link, name func(int) string) lua.Record {
	var flags []string
	for _, f := range flagNames {
		if l.Flags&f.flag != 0 {
			flags = append(flags, f.name)
		}
	}
	r := lua.R("name", l.Name, "index", l.Index, "type", l.Type, "up", l.Up(), "state", l.State, "carrier", l.Carrier,
		"mtu", l.MTU, "mac", text(l.MAC), "permanent_mac", text(l.Permanent), "alias", text(l.Alias), "txqueuelen", l.TxQueueLen,
		"group", l.Group, "qdisc", text(l.Qdisc), "promiscuity", l.Promiscuity, "flags", flags)
	if l.Master != 0 {
		r = append(r, lua.Field{Name: "master", Value: name(l.Master)})
	}
	if l.PeerNS >= 0 {
		r = append(r, lua.R("netnsid", l.PeerNS, "link_index", l.Parent)...)
	} else if l.Parent != 0 && l.Parent != l.Index {
		r = append(r, lua.R("link", name(l.Parent))...)
	}
	if l.AltNames != nil {
		r = append(r, lua.Field{Name: "altnames", Value: l.AltNames})
	}
	if kind, ok := KindNamed(l.Kind); ok && l.Options != nil {
		if o := valuesRecord(kind.Options, decode(kind.Options, l.Options, name)); o != nil {
			r = append(r, lua.Field{Name: l.Kind, Value: o})
		}
	}
	if o := portOptions(l.PortOf); o != nil {
		r = append(r, lua.Field{Name: l.PortOf + "_slave", Value: valuesRecord(o, decode(o, l.Port, name))})
	}
	return r
}

// text is a string for a record, which leaves out an empty one.
func text(v any) any {
	if s := fmt.Sprint(v); s != "" {
		return s
	}
	return nil
}
