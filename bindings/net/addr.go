package net

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"
	"time"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// Address is an address of a link, ip-address(8).
type Address struct {
	Prefix    netip.Prefix // the local address and the length of its network
	Peer      netip.Addr   // the other end of a point-to-point link
	Broadcast netip.Addr
	Label     string
	Scope     string   // "global", "link", "host"…
	Flags     []string // "tentative", "nodad"…
	Valid     time.Duration
	Preferred time.Duration // Forever where the kernel does not count
	Metric    uint32        // of the route to the network
	Index     int           // of the link
}

// Forever is a lifetime without end.
const Forever = time.Duration(1<<63 - 1)

// addrFlags are the flags of if_addr.h that iproute2 names.
var addrFlags = [...]struct {
	flag uint32
	name string
}{
	{0x01, "secondary"}, {0x02, "nodad"}, {0x04, "optimistic"}, {0x08, "dadfailed"}, {0x10, "home"}, {0x20, "deprecated"},
	{0x40, "tentative"}, {0x80, "permanent"}, {0x100, "mngtmpaddr"}, {0x200, "noprefixroute"}, {0x400, "autojoin"},
	{0x800, "stable_privacy"},
}

// AddrFlag is the flag of a name that can be set: "nodad", "home", "mngtmpaddr", "noprefixroute", "autojoin", "optimistic".
func AddrFlag(name string) uint32 {
	for _, f := range addrFlags {
		if f.name == name {
			return f.flag
		}
	}
	return 0
}

// scopes are the names of iproute2's table rt_scopes.
var scopes = map[uint8]string{unix.RT_SCOPE_UNIVERSE: "global", unix.RT_SCOPE_SITE: "site", unix.RT_SCOPE_LINK: "link",
	unix.RT_SCOPE_HOST: "host", unix.RT_SCOPE_NOWHERE: "nowhere"}

func scopeName(n uint8) string {
	if s, ok := scopes[n]; ok {
		return s
	}
	return strconv.Itoa(int(n))
}

func scopeNumber(name string) (uint8, error) {
	for n, s := range scopes {
		if s == name {
			return n, nil
		}
	}
	n, err := strconv.ParseUint(name, 10, 8)
	if err != nil {
		return 0, fmt.Errorf("%q is no scope: they are global, site, link, host, nowhere, or a number", name)
	}
	return uint8(n), nil
}

// AddAddress gives a link an address. With replace it may be there already: its lifetimes and flags change.
func (c *Conn) AddAddress(index int, a *Address, flags uint32, replace bool) error {
	how := uint16(unix.NLM_F_CREATE | unix.NLM_F_EXCL)
	if replace {
		how = unix.NLM_F_CREATE | unix.NLM_F_REPLACE
	}
	m, err := addressMessage(unix.RTM_NEWADDR, how, index, a)
	if err != nil {
		return err
	}
	if a.Broadcast.IsValid() {
		m.addr(unix.IFA_BROADCAST, a.Broadcast)
	}
	if a.Label != "" {
		m.str(unix.IFA_LABEL, a.Label)
	}
	if flags != 0 {
		m.u32(unix.IFA_FLAGS, flags)
	}
	if a.Metric != 0 {
		m.u32(unix.IFA_RT_PRIORITY, a.Metric)
	}
	if a.Valid != 0 || a.Preferred != 0 {
		valid, preferred := lifetime(a.Valid), lifetime(a.Preferred)
		info := nl.IfaCacheInfo{IfaCacheinfo: unix.IfaCacheinfo{Prefered: min(preferred, valid), Valid: valid}}
		m.bytes(unix.IFA_CACHEINFO, info.Serialize())
	}
	if err := c.Do(m); err != nil {
		return fmt.Errorf("add address %s: %w", a.Prefix, err)
	}
	return nil
}

// lifetime is in seconds; not given is forever.
func lifetime(d time.Duration) uint32 {
	if d == 0 || d == Forever {
		return ^uint32(0)
	}
	return uint32(min(d/time.Second, time.Duration(^uint32(0)-1)))
}

// DeleteAddress takes an address from a link. EADDRNOTAVAIL: it does not have it.
func (c *Conn) DeleteAddress(index int, a *Address) error {
	m, err := addressMessage(unix.RTM_DELADDR, 0, index, a)
	if err != nil {
		return err
	}
	if err := c.Do(m); err != nil {
		return fmt.Errorf("delete address %s: %w", a.Prefix, err)
	}
	return nil
}

func addressMessage(typ, flags uint16, index int, a *Address) (*Message, error) {
	local := a.Prefix.Addr()
	scope := uint8(unix.RT_SCOPE_UNIVERSE)
	if local.Is4() && local.IsLoopback() {
		scope = unix.RT_SCOPE_HOST
	}
	if a.Scope != "" {
		var err error
		if scope, err = scopeNumber(a.Scope); err != nil {
			return nil, err
		}
	}
	m := newMessage(typ, flags, ifaddr(family(local), a.Prefix.Bits(), scope, index))
	m.addr(unix.IFA_LOCAL, local)
	if a.Peer.IsValid() {
		local = a.Peer
	}
	m.addr(unix.IFA_ADDRESS, local)
	return m, nil
}

// ifaddr is struct ifaddrmsg.
func ifaddr(family uint8, bits int, scope uint8, index int) *nl.IfAddrmsg {
	m := nl.NewIfAddrmsg(int(family))
	m.Prefixlen, m.Scope, m.Index = uint8(bits), scope, uint32(index)
	return m
}

func family(a netip.Addr) uint8 {
	if a.Is4() {
		return unix.AF_INET
	}
	return unix.AF_INET6
}

// Addresses lists the addresses of a link, of all links if index is 0. family 0 is both.
func (c *Conn) Addresses(index int, family uint8) ([]Address, error) {
	m := newMessage(unix.RTM_GETADDR, 0, ifaddr(family, 0, 0, index))
	var list []Address
	err := c.Dump(m, func() { list = list[:0] }, func(body []byte) error {
		if len(body) < unix.SizeofIfAddrmsg {
			return fmt.Errorf("an address of %d bytes: %w", len(body), unix.EBADMSG)
		}
		a := parseAddress(body)
		if index == 0 || a.Index == index {
			list = append(list, a)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list addresses: %w", err)
	}
	return list, nil
}

func parseAddress(body []byte) Address {
	flags := uint32(body[2])
	a := Address{Scope: scopeName(body[3]), Index: int(binary.NativeEndian.Uint32(body[4:])), Valid: Forever, Preferred: Forever}
	var local, address netip.Addr
	for typ, v := range attributes(body[unix.SizeofIfAddrmsg:]) {
		switch typ {
		case unix.IFA_LOCAL:
			local = addrOf(v)
		case unix.IFA_ADDRESS:
			address = addrOf(v)
		case unix.IFA_BROADCAST:
			a.Broadcast = addrOf(v)
		case unix.IFA_LABEL:
			a.Label = cstring(v)
		case unix.IFA_FLAGS:
			flags = uint32(uintOf(v))
		case unix.IFA_RT_PRIORITY:
			a.Metric = uint32(uintOf(v))
		case unix.IFA_CACHEINFO:
			if len(v) >= 8 {
				a.Preferred, a.Valid = span32(v[:4]), span32(v[4:8])
			}
		}
	}
	if !local.IsValid() {
		local = address
	} else if address != local {
		a.Peer = address
	}
	a.Prefix = netip.PrefixFrom(local, int(body[1]))
	for _, f := range addrFlags {
		if flags&f.flag != 0 {
			a.Flags = append(a.Flags, f.name)
		}
	}
	return a
}

func span32(b []byte) time.Duration {
	n := uint32(uintOf(b))
	if n == ^uint32(0) {
		return Forever
	}
	return time.Duration(n) * time.Second
}
