package net

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

func addrFunctions() []function {
	return []function{{"addrs", (*place).addrs}}
}

// settableAddrFlags are the flags of an address that its maker can choose.
var settableAddrFlags = [...]string{"nodad", "optimistic", "home", "mngtmpaddr", "noprefixroute", "autojoin"}

// linkAddr gives the link an address.
func linkAddr(c *lua.Call) error {
	var a Address
	var set [len(settableAddrFlags)]bool
	replace := false
	broadcast := ""
	fields := lua.Fields{
		"peer": addrArg(&a.Peer), "broadcast": &broadcast, "label": &a.Label, "scope": &a.Scope, "valid": &a.Valid,
		"preferred": &a.Preferred, "metric": &a.Metric, "replace": &replace,
	}
	for i, name := range settableAddrFlags {
		fields[name] = &set[i]
	}
	if err := c.Unpack("address", prefixArg(&a.Prefix), "options?", fields); err != nil {
		return err
	}
	if err := a.complete(broadcast); err != nil {
		return lua.Invalid("%v", err)
	}
	var flags uint32
	for i, name := range settableAddrFlags {
		if set[i] {
			flags |= AddrFlag(name)
		}
	}
	return chain(c, func(conn *Conn, d *device) error { return conn.AddAddress(d.index, &a, flags, replace) })
}

// complete checks what must fit together and works out the broadcast address that "+" asks for.
func (a *Address) complete(broadcast string) error {
	if a.Peer.IsValid() && a.Peer.Is4() != a.Prefix.Addr().Is4() {
		return errors.New("option 'peer': the address and its peer are of different families")
	}
	if a.Scope != "" {
		if _, err := scopeNumber(a.Scope); err != nil {
			return fmt.Errorf("option 'scope': %w", err)
		}
	}
	switch {
	case broadcast == "":
		return nil
	case !a.Prefix.Addr().Is4():
		return errors.New("option 'broadcast': IPv6 has no broadcast")
	case broadcast == "+":
		b := a.Prefix.Masked().Addr().As4()
		for i := a.Prefix.Bits(); i < 32; i++ {
			b[i/8] |= 1 << (7 - i%8)
		}
		a.Broadcast = netip.AddrFrom4(b)
		return nil
	}
	var err error
	if a.Broadcast, err = netip.ParseAddr(broadcast); err != nil || !a.Broadcast.Is4() {
		return fmt.Errorf(`option 'broadcast': an IPv4 address or "+" expected, got %q`, broadcast)
	}
	return nil
}

func linkAddrDel(c *lua.Call) error {
	var a Address
	if err := c.Unpack("address", prefixArg(&a.Prefix), "options?", lua.Fields{"peer": addrArg(&a.Peer)}); err != nil {
		return err
	}
	return chain(c, func(conn *Conn, d *device) error { return conn.DeleteAddress(d.index, &a) })
}

// linkAddrFlush takes all addresses of a family from the link.
func linkAddrFlush(c *lua.Call) error {
	fam := "any"
	if err := c.Unpack("options?", lua.Fields{"family": familyArg(&fam)}); err != nil {
		return err
	}
	return chain(c, func(conn *Conn, d *device) error {
		list, err := conn.Addresses(d.index, families[fam])
		for _, a := range list {
			// Deleting an address takes its secondaries along.
			if e := conn.DeleteAddress(d.index, &a); e != nil && unixErrno(e) != unix.EADDRNOTAVAIL {
				err = errors.Join(err, e)
			}
		}
		return err
	})
}

var families = map[string]uint8{"any": unix.AF_UNSPEC, "inet": unix.AF_INET, "inet6": unix.AF_INET6}

func familyArg(target *string) lua.Arg { return lua.Enum(target, "any", "inet", "inet6") }

func linkAddrs(c *lua.Call) error {
	fam := "any"
	if err := c.Unpack("options?", lua.Fields{"family": familyArg(&fam)}); err != nil {
		return err
	}
	d := lua.Self[*device](c)
	return d.do(func(conn *Conn) error {
		list, err := conn.Addresses(d.index, families[fam])
		if err != nil {
			return err
		}
		return c.Return(lua.List(list, func(a Address) any { return addrRecord(&a, d.name) }))
	})
}

func (p *place) addrs(c *lua.Call) error {
	fam := "any"
	if err := c.Unpack("options?", lua.Fields{"family": familyArg(&fam)}); err != nil {
		return err
	}
	return p.do(func(conn *Conn) error {
		list, err := conn.Addresses(0, families[fam])
		if err != nil {
			return err
		}
		name := conn.namer()
		return c.Return(lua.List(list, func(a Address) any { return addrRecord(&a, name(a.Index)) }))
	})
}

// namer gives the names of links, asking the kernel once for each.
func (c *Conn) namer() func(int) string {
	known := map[int]string{}
	return func(index int) string {
		n, ok := known[index]
		if !ok {
			n = c.LinkName(index)
			known[index] = n
		}
		return n
	}
}

// allNames gives the names of all links there are now.
func (c *Conn) allNames() (func(int) string, error) {
	links, err := c.Links()
	return nameOf(links), err
}

// nameOf finds names among links by index; an index that is not there is its own name.
func nameOf(links []Link) func(int) string {
	known := make(map[int]string, len(links))
	for i := range links {
		known[links[i].Index] = links[i].Name
	}
	return func(index int) string {
		if n, ok := known[index]; ok {
			return n
		}
		return strconv.Itoa(index)
	}
}

func addrRecord(a *Address, link string) lua.Record {
	fam := "inet"
	if a.Prefix.Addr().Is6() {
		fam = "inet6"
	}
	r := lua.R("address", a.Prefix.String(), "family", fam, "link", link, "scope", a.Scope, "label", text(a.Label),
		"flags", slices.Clip(a.Flags))
	if a.Peer.IsValid() {
		r = append(r, lua.R("peer", a.Peer.String())...)
	}
	if a.Broadcast.IsValid() {
		r = append(r, lua.R("broadcast", a.Broadcast.String())...)
	}
	if a.Metric != 0 {
		r = append(r, lua.R("metric", a.Metric)...)
	}
	if a.Valid != Forever {
		r = append(r, lua.R("valid", a.Valid, "preferred", a.Preferred)...)
	}
	return r
}
