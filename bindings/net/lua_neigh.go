package net

import (
	gonet "net"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

func neighFunctions() []function {
	return []function{
		{"neighs", (*place).neighs},
		{"neigh.add", (*place).neighAdd},
		{"neigh.del", (*place).neighDel},
	}
}

func (p *place) neighs(c *lua.Call) error {
	fam, dev := "any", ""
	if err := c.Unpack("options?", lua.Fields{"family": familyArg(&fam), "dev": linkArg(&dev)}); err != nil {
		return err
	}
	return p.do(func(conn *Conn) (err error) {
		index := 0
		if dev != "" {
			if index, err = conn.Index(dev); err != nil {
				return err
			}
		}
		list, err := conn.Neighbours(families[fam], index)
		if err != nil {
			return err
		}
		name := conn.namer()
		return c.Return(lua.List(list, func(n Neighbour) any { return neighRecord(&n, name) }))
	})
}

func neighRecord(n *Neighbour, name func(int) string) lua.Record {
	r := lua.R("dev", name(n.Index), "mac", text(n.MAC), "state", stateNames(n.State), "flags", flagList(n.Flags))
	if n.Addr.IsValid() {
		r = append(r, lua.R("dst", n.Addr.String())...)
	}
	for _, f := range []struct {
		name  string
		value int
	}{{"vlan", int(n.Vlan)}, {"vni", int(n.VNI)}, {"port", int(n.Port)}} {
		if f.value != 0 {
			r = append(r, lua.Field{Name: f.name, Value: f.value})
		}
	}
	if n.Master != 0 {
		r = append(r, lua.R("master", name(n.Master))...)
	}
	return r
}

func stateNames(state uint16) any {
	for _, s := range nudStates {
		if state&s.state != 0 {
			return s.name
		}
	}
	return "none"
}

func flagList(flags uint8) []string {
	var names []string
	for _, f := range ntfFlags {
		if flags&f.flag != 0 {
			names = append(names, f.name)
		}
	}
	return names
}

func nudArg(target *string) lua.Arg {
	words := make([]string, len(nudStates))
	for i, s := range nudStates {
		words[i] = s.name
	}
	return lua.Enum(target, words...)
}

func (p *place) neighAdd(c *lua.Call) error {
	var n Neighbour
	state, dev := "permanent", ""
	replace, proxy, router := false, false, false
	if err := c.Unpack("address", addrArg(&n.Addr), "options", lua.Fields{
		"dev!": linkArg(&dev), "mac": macArg(&n.MAC), "state": nudArg(&state), "replace": &replace, "proxy": &proxy,
		"router": &router,
	}); err != nil {
		return err
	}
	if n.MAC == nil && !proxy {
		return lua.Invalid("option 'mac' is missing: the hardware address of %s expected", n.Addr)
	}
	n.Family = family(n.Addr)
	for _, s := range nudStates {
		if s.name == state {
			n.State = s.state
		}
	}
	if proxy {
		n.Flags |= unix.NTF_PROXY
	}
	if router {
		n.Flags |= unix.NTF_ROUTER
	}
	how := 0
	if replace {
		how = Replace
	}
	return p.neighChange(c, &n, dev, func(conn *Conn) error { return conn.AddNeighbour(&n, how) })
}

func (p *place) neighDel(c *lua.Call) error {
	var n Neighbour
	dev, proxy := "", false
	if err := c.Unpack("address", addrArg(&n.Addr), "options", lua.Fields{"dev!": linkArg(&dev), "proxy": &proxy}); err != nil {
		return err
	}
	n.Family = family(n.Addr)
	if proxy {
		n.Flags = unix.NTF_PROXY
	}
	return p.neighChange(c, &n, dev, func(conn *Conn) error { return conn.DeleteNeighbour(&n) })
}

func (p *place) neighChange(c *lua.Call, n *Neighbour, dev string, change func(*Conn) error) error {
	return p.do(func(conn *Conn) (err error) {
		if n.Index, err = conn.Index(dev); err != nil {
			return err
		}
		if err := change(conn); err != nil {
			return lua.WithHint(err, changeHint(err))
		}
		return c.Return()
	})
}

// fdbFields are the options of a forwarding entry.
type fdbSpec struct {
	n            Neighbour
	vlan, port   uint16
	static       bool
	self, master bool
	replace      bool
	also         bool
}

func (s *fdbSpec) fields() lua.Fields {
	return lua.Fields{
		"dst": addrArg(&s.n.Addr), "vlan": portArg(&s.vlan), "vni": &s.n.VNI, "port": portArg(&s.port), "static": &s.static,
		"self": &s.self, "master": &s.master, "replace": &s.replace, "append": &s.also,
	}
}

func (s *fdbSpec) entry(mac gonet.HardwareAddr, index int) *Neighbour {
	n := &s.n
	n.Family, n.Index, n.MAC, n.Vlan, n.Port = unix.AF_BRIDGE, index, mac, s.vlan, s.port
	n.State = unix.NUD_PERMANENT
	if s.static {
		n.State = unix.NUD_NOARP
	}
	if s.master {
		n.Flags |= unix.NTF_MASTER
	}
	if s.self || !s.master {
		n.Flags |= unix.NTF_SELF
	}
	return n
}

// linkFdb lists the forwarding entries of a bridge or of a port.
func linkFdb(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	d := lua.Self[*device](c)
	return d.do(func(conn *Conn) error {
		list, err := conn.Neighbours(unix.AF_BRIDGE, d.index)
		if err != nil {
			return err
		}
		name := conn.namer()
		return c.Return(lua.List(list, func(n Neighbour) any { return neighRecord(&n, name) }))
	})
}

func linkFdbAdd(c *lua.Call) error {
	var mac gonet.HardwareAddr
	var s fdbSpec
	if err := c.Unpack("mac", macArg(&mac), "options?", s.fields()); err != nil {
		return err
	}
	how := 0
	switch {
	case s.replace:
		how = Replace
	case s.also:
		how = Append
	}
	return chain(c, func(conn *Conn, d *device) error { return conn.AddNeighbour(s.entry(mac, d.index), how) })
}

func linkFdbDel(c *lua.Call) error {
	var mac gonet.HardwareAddr
	var s fdbSpec
	if err := c.Unpack("mac", macArg(&mac), "options?", s.fields()); err != nil {
		return err
	}
	return chain(c, func(conn *Conn, d *device) error { return conn.DeleteNeighbour(s.entry(mac, d.index)) })
}
