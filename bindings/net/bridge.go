package net

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

// PortVLAN is a VLAN that a port of a bridge, or the bridge itself, takes part in.
type PortVLAN struct {
	ID       uint16
	PVID     bool // untagged frames that come in belong to it
	Untagged bool // frames go out without its tag
}

// Attributes of bridges, <linux/if_bridge.h>.
const (
	bridgeFlags    = 0
	bridgeVLANInfo = 2
	bridgeSelf     = 2

	vlanMaster   = 1
	vlanPVID     = 2
	vlanUntagged = 4
	vlanRange    = 8 // first of a range
	vlanRangeEnd = 16

	brVLANFilter = 1 << 1 // RTEXT_FILTER_BRVLAN
)

// bridgeInfo is struct ifinfomsg of family AF_BRIDGE.
func bridgeInfo(index int) []byte {
	b := ifinfo(index, 0, 0)
	b[0] = unix.AF_BRIDGE
	return b
}

// AddVLAN lets a port take part in VLANs from the ID of v to last. self is for the bridge itself.
func (c *Conn) AddVLAN(index int, v PortVLAN, last uint16, self bool) error {
	return c.changeVLAN(unix.RTM_SETLINK, "add", index, v, last, self)
}

// DeleteVLAN takes a port out of VLANs.
func (c *Conn) DeleteVLAN(index int, v PortVLAN, last uint16, self bool) error {
	return c.changeVLAN(unix.RTM_DELLINK, "delete", index, v, last, self)
}

func (c *Conn) changeVLAN(typ uint16, what string, index int, v PortVLAN, last uint16, self bool) error {
	m := newMessage(typ, 0, bridgeInfo(index))
	var flags uint16
	if v.PVID {
		flags |= vlanPVID
	}
	if v.Untagged {
		flags |= vlanUntagged
	}
	m.nest(unix.IFLA_AF_SPEC|unix.NLA_F_NESTED, func() {
		if self {
			m.u16(bridgeFlags, bridgeSelf)
		}
		if last <= v.ID {
			m.bytes(bridgeVLANInfo, append(ne16(flags), ne16(v.ID)...))
			return
		}
		m.bytes(bridgeVLANInfo, append(ne16(flags|vlanRange), ne16(v.ID)...))
		m.bytes(bridgeVLANInfo, append(ne16(flags|vlanRangeEnd), ne16(last)...))
	})
	if err := c.Do(m); err != nil {
		return fmt.Errorf("%s vlan %d: %w", what, v.ID, err)
	}
	return nil
}

// VLANs lists the VLANs of a port or bridge.
func (c *Conn) VLANs(index int) ([]PortVLAN, error) {
	m := newMessage(unix.RTM_GETLINK, 0, bridgeInfo(0))
	m.u32(unix.IFLA_EXT_MASK, brVLANFilter)
	var list []PortVLAN
	err := c.Dump(m, func() { list = list[:0] }, func(_ uint16, body []byte) error {
		if len(body) < unix.SizeofIfInfomsg || int(binary.NativeEndian.Uint32(body[4:])) != index {
			return nil
		}
		for typ, v := range attributes(find(body[unix.SizeofIfInfomsg:], unix.IFLA_AF_SPEC)) {
			if typ == bridgeVLANInfo && len(v) >= 4 {
				flags := binary.NativeEndian.Uint16(v)
				list = append(list, PortVLAN{binary.NativeEndian.Uint16(v[2:]), flags&vlanPVID != 0, flags&vlanUntagged != 0})
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list vlans: %w", err)
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

// Messages and attributes of the multicast database, <linux/if_bridge.h>.
const (
	rtmNewMDB   = 84
	rtmDelMDB   = 85
	rtmGetMDB   = 86
	mdbSetEntry = 1
	mdbEntry    = 28 // size of struct br_mdb_entry
)

func mdbHeader(index int) []byte {
	return append([]byte{unix.AF_BRIDGE, 0, 0, 0}, ne32(uint32(index))...)
}

// AddMember adds an entry to a bridge's multicast database.
func (c *Conn) AddMember(bridge int, g GroupMember) error {
	return c.changeMember(rtmNewMDB, unix.NLM_F_CREATE|unix.NLM_F_EXCL, "add", bridge, g)
}

// DeleteMember deletes one.
func (c *Conn) DeleteMember(bridge int, g GroupMember) error {
	return c.changeMember(rtmDelMDB, 0, "delete", bridge, g)
}

func (c *Conn) changeMember(typ, flags uint16, what string, bridge int, g GroupMember) error {
	state := byte(0)
	if g.Permanent {
		state = 1
	}
	b := append(ne32(uint32(g.Port)), state, 0)
	b = append(b, ne16(g.VLAN)...)
	addr := make([]byte, 16)
	copy(addr, g.Group.AsSlice())
	b = append(b, addr...)
	proto := uint16(unix.ETH_P_IP)
	if g.Group.Is6() {
		proto = unix.ETH_P_IPV6
	}
	b = append(append(b, be16(proto)...), 0, 0)
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
	err := c.Dump(newMessage(rtmGetMDB, 0, mdbHeader(0)), func() { list = list[:0] }, func(_ uint16, body []byte) error {
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
