package net

import (
	"encoding/binary"
	"fmt"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// NextHop is a nexthop object, ip-nexthop(8): routes refer to it by its number.
type NextHop struct {
	ID        uint32
	Family    uint8
	Hop       // without members
	Blackhole bool
	Members   []NextHopMember // of a group
	Protocol  string
}

// NextHopMember is one nexthop of a group.
type NextHopMember struct {
	ID     uint32
	Weight int
}

// nhmsg is struct nhmsg.
func nhmsg(family, protocol, flags uint8) fixed {
	return fixed{family, 0, protocol, 0, flags, 0, 0, 0}
}

// AddNextHop makes a nexthop or a group; with replace it may exist.
func (c *Conn) AddNextHop(n *NextHop, replace bool) error {
	how := uint16(unix.NLM_F_CREATE | unix.NLM_F_EXCL)
	if replace {
		how = unix.NLM_F_CREATE | unix.NLM_F_REPLACE
	}
	m := newMessage(unix.RTM_NEWNEXTHOP, how, nhmsg(n.Family, unix.RTPROT_BOOT, n.Flags))
	m.u32(unix.NHA_ID, n.ID)
	switch {
	case len(n.Members) > 0:
		var b []byte
		for _, member := range n.Members {
			b = append(append(b, nl.Uint32Attr(member.ID)...), uint8(member.Weight-1), 0, 0, 0)
		}
		m.bytes(unix.NHA_GROUP, b)
	case n.Blackhole:
		m.flag(unix.NHA_BLACKHOLE)
	default:
		if n.Gateway.IsValid() {
			m.addr(unix.NHA_GATEWAY, n.Gateway)
		}
		if n.Index != 0 {
			m.u32(unix.NHA_OIF, uint32(n.Index))
		}
	}
	if err := c.Do(m); err != nil {
		return fmt.Errorf("add nexthop %d: %w", n.ID, err)
	}
	return nil
}

// DeleteNextHop deletes a nexthop and the routes that use it. ENOENT: there is none.
func (c *Conn) DeleteNextHop(id uint32) error {
	m := newMessage(unix.RTM_DELNEXTHOP, 0, nhmsg(unix.AF_UNSPEC, 0, 0))
	m.u32(unix.NHA_ID, id)
	if err := c.Do(m); err != nil {
		return fmt.Errorf("delete nexthop %d: %w", id, err)
	}
	return nil
}

// NextHops lists the nexthops by number.
func (c *Conn) NextHops() ([]NextHop, error) {
	var list []NextHop
	m := newMessage(unix.RTM_GETNEXTHOP, 0, nhmsg(unix.AF_UNSPEC, 0, 0))
	err := c.Dump(m, func() { list = list[:0] }, func(body []byte) error {
		const size = 8
		if len(body) < size {
			return fmt.Errorf("a nexthop of %d bytes: %w", len(body), unix.EBADMSG)
		}
		n := NextHop{Family: body[0], Protocol: protocolName(body[2]), Hop: Hop{Flags: body[4]}}
		for typ, v := range attributes(body[size:]) {
			switch typ {
			case unix.NHA_ID:
				n.ID = uint32(uintOf(v))
			case unix.NHA_BLACKHOLE:
				n.Blackhole = true
			case unix.NHA_OIF:
				n.Index = int(uintOf(v))
			case unix.NHA_GATEWAY:
				n.Gateway = addrOf(v)
			case unix.NHA_GROUP:
				for ; len(v) >= 8; v = v[8:] {
					n.Members = append(n.Members, NextHopMember{binary.NativeEndian.Uint32(v), int(v[4]) + 1})
				}
			}
		}
		list = append(list, n)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list nexthops: %w", err)
	}
	return list, nil
}
