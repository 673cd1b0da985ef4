package net

import (
	"encoding/binary"
	"fmt"
	gonet "net"
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// Neighbour is an entry of a neighbour table (ARP, NDP) or, of family AF_BRIDGE,
// of a forwarding database.
type Neighbour struct {
	Family uint8
	Index  int // of the link
	Addr   netip.Addr
	MAC    gonet.HardwareAddr
	State  uint16 // NUD_REACHABLE…
	Flags  uint8  // NTF_PROXY…
	Vlan   uint16
	VNI    uint32
	Port   uint16
	Master int // the bridge of a forwarding entry
}

// nudStates are the states of a neighbour.
var nudStates = [...]struct {
	state uint16
	name  string
}{
	{unix.NUD_INCOMPLETE, "incomplete"}, {unix.NUD_REACHABLE, "reachable"}, {unix.NUD_STALE, "stale"}, {unix.NUD_DELAY, "delay"},
	{unix.NUD_PROBE, "probe"}, {unix.NUD_FAILED, "failed"}, {unix.NUD_NOARP, "noarp"}, {unix.NUD_PERMANENT, "permanent"},
}

// ntfFlags are the flags of a neighbour.
var ntfFlags = [...]struct {
	flag uint8
	name string
}{
	{unix.NTF_USE, "use"}, {unix.NTF_SELF, "self"}, {unix.NTF_MASTER, "master"}, {unix.NTF_PROXY, "proxy"},
	{unix.NTF_EXT_LEARNED, "extern_learn"}, {unix.NTF_OFFLOADED, "offload"}, {ntfSticky, "sticky"},
	{unix.NTF_ROUTER, "router"},
}

const ntfSticky = 1 << 6

// ndmsg is struct ndmsg.
func ndmsg(n *Neighbour) *netlink.Ndmsg {
	return &netlink.Ndmsg{Family: n.Family, Index: uint32(n.Index), State: n.State, Flags: n.Flags}
}

// Neighbours lists the neighbours of a family, AF_BRIDGE for the forwarding entries; of a link if index is not 0.
func (c *Conn) Neighbours(fam uint8, index int) ([]Neighbour, error) {
	var list []Neighbour
	m := newMessage(unix.RTM_GETNEIGH, 0, ndmsg(&Neighbour{Family: fam}))
	err := c.Dump(m, func() { list = list[:0] }, func(body []byte) error {
		n, err := parseNeighbour(body)
		if index == 0 || n.Index == index || n.Master == index {
			list = append(list, n)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list neighbours: %w", err)
	}
	return list, nil
}

func parseNeighbour(body []byte) (Neighbour, error) {
	const size = 12
	if len(body) < size {
		return Neighbour{}, fmt.Errorf("a neighbour of %d bytes: %w", len(body), unix.EBADMSG)
	}
	n := Neighbour{Family: body[0], Index: int(binary.NativeEndian.Uint32(body[4:])), State: binary.NativeEndian.Uint16(body[8:]),
		Flags: body[10]}
	for typ, v := range attributes(body[size:]) {
		switch typ {
		case netlink.NDA_DST:
			n.Addr = addrOf(v)
		case netlink.NDA_LLADDR:
			n.MAC = append(n.MAC, v...)
		case netlink.NDA_VLAN:
			n.Vlan = uint16(uintOf(v))
		case netlink.NDA_PORT:
			n.Port = binary.BigEndian.Uint16(v)
		case netlink.NDA_VNI:
			n.VNI = uint32(uintOf(v))
		case netlink.NDA_MASTER:
			n.Master = int(uintOf(v))
		}
	}
	return n, nil
}

// AddNeighbour adds an entry; how is 0, Replace or Append.
func (c *Conn) AddNeighbour(n *Neighbour, how int) error {
	flags := uint16(unix.NLM_F_CREATE | how)
	if how == 0 {
		flags |= unix.NLM_F_EXCL
	}
	if err := c.Do(neighbourMessage(unix.RTM_NEWNEIGH, flags, n)); err != nil {
		return fmt.Errorf("add %s: %w", n.what(), err)
	}
	return nil
}

// DeleteNeighbour deletes an entry. ENOENT: there is none.
func (c *Conn) DeleteNeighbour(n *Neighbour) error {
	if err := c.Do(neighbourMessage(unix.RTM_DELNEIGH, 0, n)); err != nil {
		return fmt.Errorf("delete %s: %w", n.what(), err)
	}
	return nil
}

func (n *Neighbour) what() string {
	if n.Family == unix.AF_BRIDGE {
		return "forwarding entry " + n.MAC.String()
	}
	return "neighbour " + n.Addr.String()
}

func neighbourMessage(typ, flags uint16, n *Neighbour) *Message {
	m := newMessage(typ, flags, ndmsg(n))
	if n.Addr.IsValid() {
		m.addr(netlink.NDA_DST, n.Addr)
	}
	if n.MAC != nil {
		m.bytes(netlink.NDA_LLADDR, n.MAC)
	}
	if n.Vlan != 0 {
		m.u16(netlink.NDA_VLAN, n.Vlan)
	}
	if n.Port != 0 {
		m.be16(netlink.NDA_PORT, n.Port)
	}
	if n.VNI != 0 {
		m.u32(netlink.NDA_VNI, n.VNI)
	}
	return m
}
