package net

import (
	"net/netip"

	"nslua/lua"
)

// bridgeMethods are the methods of links that are bridges or ports of one.
func bridgeMethods() []*lua.Func {
	return []*lua.Func{
		lua.F("fdb", linkFdb), lua.F("fdb_add", linkFdbAdd), lua.F("fdb_del", linkFdbDel),
		lua.F("vlans", linkVLANs), lua.F("vlan_add", linkVLANAdd), lua.F("vlan_del", linkVLANDel),
		lua.F("mdb", linkMDB), lua.F("mdb_add", linkMDBAdd), lua.F("mdb_del", linkMDBDel),
	}
}

func linkVLANs(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	d := lua.Self[*device](c)
	return d.do(func(conn *Conn) error {
		list, err := conn.VLANs(d.index)
		if err != nil {
			return err
		}
		return c.Return(lua.List(list, func(v PortVLAN) any {
			return lua.R("vid", int(v.ID), "pvid", v.PVID, "untagged", v.Untagged)
		}))
	})
}

// vlanRangeArg is a VLAN number or a range of them.
func vlanRangeArg(first, last *uint16) lua.Arg {
	return rangeArg(4094, func(low, high uint64) { *first, *last = uint16(low), uint16(high) })
}

func linkVLANAdd(c *lua.Call) error {
	var v PortVLAN
	var last uint16
	self := false
	if err := c.Unpack("vid", vlanRangeArg(&v.ID, &last), "options?", lua.Fields{
		"pvid": &v.PVID, "untagged": &v.Untagged, "self": &self,
	}); err != nil {
		return err
	}
	if v.PVID && last != v.ID {
		return lua.Invalid("option 'pvid': a port has one VLAN for untagged frames, not a range")
	}
	return chain(c, func(conn *Conn, d *device) error { return conn.AddVLAN(d.index, v, last, self) })
}

func linkVLANDel(c *lua.Call) error {
	var v PortVLAN
	var last uint16
	self := false
	if err := c.Unpack("vid", vlanRangeArg(&v.ID, &last), "options?", lua.Fields{"self": &self}); err != nil {
		return err
	}
	return chain(c, func(conn *Conn, d *device) error { return conn.DeleteVLAN(d.index, v, last, self) })
}

func linkMDB(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	d := lua.Self[*device](c)
	return d.do(func(conn *Conn) error {
		list, err := conn.Members(d.index)
		if err != nil {
			return err
		}
		name := conn.namer()
		return c.Return(lua.List(list, func(g GroupMember) any {
			r := lua.R("port", name(g.Port), "group", g.Group.String(), "permanent", g.Permanent)
			if g.VLAN != 0 {
				r = append(r, lua.R("vid", int(g.VLAN))...)
			}
			return r
		}))
	})
}

func linkMDBAdd(c *lua.Call) error { return linkMDBChange(c, (*Conn).AddMember) }
func linkMDBDel(c *lua.Call) error { return linkMDBChange(c, (*Conn).DeleteMember) }

func linkMDBChange(c *lua.Call, change func(*Conn, int, GroupMember) error) error {
	g := GroupMember{Permanent: true}
	var group netip.Addr
	var port string
	if err := c.Unpack("group", addrArg(&group), "options", lua.Fields{
		"port!": linkArg(&port), "vid": portArg(&g.VLAN), "permanent": &g.Permanent,
	}); err != nil {
		return err
	}
	if !group.IsMulticast() {
		return lua.Invalid("argument 'group': a multicast address expected, got %s", group)
	}
	g.Group = group
	return chain(c, func(conn *Conn, d *device) (err error) {
		if g.Port, err = conn.Index(port); err != nil {
			return err
		}
		return change(conn, d.index, g)
	})
}
