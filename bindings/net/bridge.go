package net

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// PortVLAN is a VLAN that a port of a bridge, or the bridge itself, takes part in.
type PortVLAN struct {
	ID       uint16
	PVID     bool // untagged frames that come in belong to it
	Untagged bool // frames go out without its tag
}

// AddVLAN lets a port take part in VLANs from the ID of v to last. self is for the bridge itself.
func (c *Conn) AddVLAN(index int, v PortVLAN, last uint16, self bool) error {
	err := c.call(func(h *netlink.Handle) error {
		return h.BridgeVlanAddRange(byIndex(index), v.ID, rangeEnd(v, last), v.PVID, v.Untagged, self, false)
	})
	if err != nil {
		return fmt.Errorf("add vlan %d: %w", v.ID, err)
	}
	return nil
}

// DeleteVLAN takes a port out of VLANs.
func (c *Conn) DeleteVLAN(index int, v PortVLAN, last uint16, self bool) error {
	err := c.call(func(h *netlink.Handle) error {
		return h.BridgeVlanDelRange(byIndex(index), v.ID, rangeEnd(v, last), v.PVID, v.Untagged, self, false)
	})
	if err != nil {
		return fmt.Errorf("delete vlan %d: %w", v.ID, err)
	}
	return nil
}

// byIndex is a link as the library's calls take it.
func byIndex(index int) netlink.Link {
	return &netlink.GenericLink{LinkAttrs: netlink.LinkAttrs{Index: index}}
}

// rangeEnd is the last ID of more than one, 0 for one.
func rangeEnd(v PortVLAN, last uint16) uint16 {
	if last <= v.ID {
		return 0
	}
	return last
}

// VLANs lists the VLANs of a port or bridge.
func (c *Conn) VLANs(index int) ([]PortVLAN, error) {
	var all map[int32][]*nl.BridgeVlanInfo
	err := c.call(func(h *netlink.Handle) error {
		return again(func() (err error) { all, err = h.BridgeVlanList(); return err })
	})
	if err != nil {
		return nil, fmt.Errorf("list vlans: %w", err)
	}
	var list []PortVLAN
	for _, v := range all[int32(index)] {
		list = append(list, PortVLAN{v.Vid, v.PortVID(), v.EngressUntag()})
	}
	return list, nil
}

// GroupMember is an entry of a bridge's multicast database.
type GroupMember struct {
	Group     netip.Addr
	Port      int // index of the link
	VLAN      uint16
	Permanent bool
}

// Attributes of the multicast database, <linux/if_bridge.h>.
const (
	mdbSetEntry = 1
	mdbEntry    = 28 // size of struct br_mdb_entry
)

func mdbHeader(index int) fixed {
	return append(fixed{unix.AF_BRIDGE, 0, 0, 0}, nl.Uint32Attr(uint32(index))...)
}

// AddMember adds an entry to a bridge's multicast database.
func (c *Conn) AddMember(bridge int, g GroupMember) error {
	return c.changeMember(unix.RTM_NEWMDB, unix.NLM_F_CREATE|unix.NLM_F_EXCL, "add", bridge, g)
}

// DeleteMember deletes one.
func (c *Conn) DeleteMember(bridge int, g GroupMember) error {
	return c.changeMember(unix.RTM_DELMDB, 0, "delete", bridge, g)
}

func (c *Conn) changeMember(typ, flags uint16, what string, bridge int, g GroupMember) error {
	state := byte(0)
	if g.Permanent {
		state = 1
	}
	b := append(nl.Uint32Attr(uint32(g.Port)), state, 0)
	b = append(b, nl.Uint16Attr(g.VLAN)...)
	addr := make([]byte, 16)
	copy(addr, g.Group.AsSlice())
	b = append(b, addr...)
	proto := uint16(unix.ETH_P_IP)
	if g.Group.Is6() {
		proto = unix.ETH_P_IPV6
	}
	b = append(append(b, nl.BEUint16Attr(proto)...), 0, 0)
	m := newMessage(typ, flags, mdbHeader(bridge))
	m.bytes(mdbSetEntry, b)
	if err := c.Do(m); err != nil {
		return fmt.Errorf("%s group %s: %w", what, g.Group, err)
	}
	return nil
}

// Members lists a bridge's multicast database.
func (c *Conn) Members(bridge int) ([]GroupMember, error) {
	var list []GroupMember
	err := c.Dump(newMessage(unix.RTM_GETMDB, 0, mdbHeader(0)), func() { list = list[:0] }, func(body []byte) error {
		const header = 8
		if len(body) < header || int(binary.NativeEndian.Uint32(body[4:])) != bridge {
			return nil
		}
		for _, entry := range attributes(find(body[header:], 1)) {
			for _, info := range attributes(entry) {
				if len(info) >= mdbEntry {
					list = append(list, parseMember(info))
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list groups: %w", err)
	}
	return list, nil
}

func parseMember(b []byte) GroupMember {
	g := GroupMember{Port: int(binary.NativeEndian.Uint32(b)), Permanent: b[4]&1 != 0, VLAN: binary.NativeEndian.Uint16(b[6:])}
	switch binary.BigEndian.Uint16(b[24:]) {
	case unix.ETH_P_IP:
		g.Group = addrOf(b[8:12])
	case unix.ETH_P_IPV6:
		g.Group = addrOf(b[8:24])
	}
	return g
}
