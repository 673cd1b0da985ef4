package net

import (
	"encoding/binary"
	"fmt"
	gonet "net"
	"net/netip"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// Filter is a traffic classifier, tc-u32(8), tc-flower(8), tc-matchall(8).
type Filter struct {
	Index    int
	Parent   uint32
	Handle   uint32
	Prio     uint16
	Protocol uint16 // ETH_P_…
	Kind     string
	Class    uint32
	Match    Match
	Actions  []Action
}

// Match is what packets a filter takes; zero values match all.
type Match struct {
	Src, Dst       netip.Prefix
	SrcMAC, DstMAC gonet.HardwareAddr
	Proto          uint8 // transport protocol
	Sport, Dport   uint16
	VLAN           uint16
}

// Action is what becomes of a packet.
type Action struct {
	Kind   string // "drop", "pass", "mirror", "redirect", "police"
	Index  int    // of the link to send to
	In     bool   // to its ingress
	Rate   uint64 // of police, bytes a second
	Burst  uint32 // bytes
	Exceed string // what becomes of what is above the rate: "drop" or "pass"
}

// Verdicts of actions, <linux/pkt_cls.h>.
const (
	actOK     = 0
	actShot   = 2
	actPipe   = 3
	actStolen = 4
)

// AddFilter adds a filter; with a prio of 0 the kernel chooses one.
func (c *Conn) AddFilter(f *Filter) error {
	info := uint32(f.Prio)<<16 | uint32(binary.BigEndian.Uint16(nl.Uint16Attr(f.Protocol)))
	m := newMessage(unix.RTM_NEWTFILTER, unix.NLM_F_CREATE|unix.NLM_F_EXCL, tcmsg(f.Index, f.Handle, f.Parent, info))
	m.str(nl.TCA_KIND, f.Kind)
	var err error
	m.nest(nl.TCA_OPTIONS, func() {
		switch f.Kind {
		case "u32":
			err = f.u32(m)
		case "flower":
			f.flower(m)
		case "matchall":
			if f.Class != 0 {
				m.u32(1, f.Class)
			}
			appendActions(m, 2, f.Actions)
		default:
			err = fmt.Errorf("no filter is called %q: %w", f.Kind, unix.EINVAL)
		}
	})
	if err == nil {
		err = c.Do(m)
	}
	if err != nil {
		return fmt.Errorf("add %s filter: %w", f.Kind, err)
	}
	return nil
}

// DeleteFilter removes the filters of a parent that have this prio and protocol; all of them if both are 0.
func (c *Conn) DeleteFilter(f *Filter) error {
	info := uint32(f.Prio)<<16 | uint32(binary.BigEndian.Uint16(nl.Uint16Attr(f.Protocol)))
	if err := c.Do(newMessage(unix.RTM_DELTFILTER, 0, tcmsg(f.Index, f.Handle, f.Parent, info))); err != nil {
		return fmt.Errorf("delete filter: %w", err)
	}
	return nil
}

// Filters lists the filters below a parent.
func (c *Conn) Filters(index int, parent uint32) ([]Filter, error) {
	var list []Filter
	err := c.Dump(newMessage(unix.RTM_GETTFILTER, 0, tcmsg(index, 0, parent, 0)), func() { list = list[:0] }, func(b []byte) error {
		if len(b) < nl.SizeofTcMsg {
			return fmt.Errorf("a filter of %d bytes: %w", len(b), unix.EBADMSG)
		}
		info := binary.NativeEndian.Uint32(b[16:])
		f := Filter{Index: index, Handle: binary.NativeEndian.Uint32(b[8:]), Parent: binary.NativeEndian.Uint32(b[12:]),
			Prio: uint16(info >> 16), Protocol: binary.BigEndian.Uint16(nl.Uint16Attr(uint16(info)))}
		for typ, v := range attributes(b[nl.SizeofTcMsg:]) {
			switch typ {
			case nl.TCA_KIND:
				f.Kind = cstring(v)
			case nl.TCA_OPTIONS:
				f.Class = uint32(uintOf(find(v, 1)))
			}
		}
		list = append(list, f)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list filters: %w", err)
	}
	return list, nil
}

// key is one comparison of a u32 filter: the 32 bits at an offset into the network header.
type key struct {
	mask, value uint32
	offset      uint32
}

func (f *Filter) u32(m *Message) error {
	keys, err := f.Match.keys(f.Protocol)
	if err != nil {
		return err
	}
	if f.Class != 0 {
		m.u32(1, f.Class)
	}
	const terminal = 1
	sel := append([]byte{terminal, 0, byte(len(keys)), 0}, make([]byte, 12)...)
	for _, k := range keys {
		sel = append(append(append(sel, nl.BEUint32Attr(k.mask)...), nl.BEUint32Attr(k.value)...), put32(k.offset, 0)...)
	}
	m.bytes(5, sel)
	appendActions(m, 7, f.Actions)
	return nil
}

// keys are the comparisons for the headers of IPv4 without options, or of IPv6 without extensions.
func (w *Match) keys(protocol uint16) ([]key, error) {
	if w.SrcMAC != nil || w.DstMAC != nil || w.VLAN != 0 {
		return nil, fmt.Errorf("a u32 filter sees no link-layer header here; flower does: %w", unix.EINVAL)
	}
	var keys []key
	v6 := protocol == unix.ETH_P_IPV6
	src, dst, next, ports := uint32(12), uint32(16), key{0xff << 16, uint32(w.Proto) << 16, 8}, uint32(20)
	if v6 {
		src, dst, next, ports = 8, 24, key{0xff << 8, uint32(w.Proto) << 8, 4}, 40
	}
	for _, p := range []struct {
		prefix netip.Prefix
		at     uint32
	}{{w.Src, src}, {w.Dst, dst}} {
		if !p.prefix.IsValid() {
			continue
		}
		if p.prefix.Addr().Is6() != v6 {
			return nil, fmt.Errorf("%s is not of the filter's protocol: %w", p.prefix, unix.EINVAL)
		}
		keys = append(keys, prefixKeys(p.prefix, p.at)...)
	}
	if w.Proto != 0 {
		keys = append(keys, next)
	}
	if w.Sport != 0 {
		keys = append(keys, key{0xffff0000, uint32(w.Sport) << 16, ports})
	}
	if w.Dport != 0 {
		keys = append(keys, key{0xffff, uint32(w.Dport), ports})
	}
	if keys == nil {
		keys = []key{{}} // matches all
	}
	return keys, nil
}

func prefixKeys(p netip.Prefix, at uint32) []key {
	var keys []key
	b, bits := p.Masked().Addr().AsSlice(), p.Bits()
	for i := 0; i < len(b) && bits > 0; i, bits = i+4, bits-32 {
		mask := ^uint32(0)
		if bits < 32 {
			mask <<= 32 - bits
		}
		keys = append(keys, key{mask, binary.BigEndian.Uint32(b[i:]), at + uint32(i)})
	}
	return keys
}

func (f *Filter) flower(m *Message) {
	w := &f.Match
	if f.Class != 0 {
		m.u32(1, f.Class)
	}
	appendActions(m, 3, f.Actions)
	for _, a := range []struct {
		attr uint16
		mac  gonet.HardwareAddr
	}{{4, w.DstMAC}, {6, w.SrcMAC}} {
		if a.mac != nil {
			m.bytes(a.attr, a.mac)
			m.bytes(a.attr+1, []byte{255, 255, 255, 255, 255, 255})
		}
	}
	if f.Protocol != unix.ETH_P_ALL {
		m.be16(8, f.Protocol)
	}
	if w.Proto != 0 {
		m.u8(9, w.Proto)
	}
	for _, p := range []struct {
		prefix       netip.Prefix
		attr4, attr6 uint16
	}{{w.Src, 10, 14}, {w.Dst, 12, 16}} {
		if !p.prefix.IsValid() {
			continue
		}
		attr := p.attr4
		if p.prefix.Addr().Is6() {
			attr = p.attr6
		}
		m.addr(attr, p.prefix.Masked().Addr())
		m.bytes(attr+1, gonet.CIDRMask(p.prefix.Bits(), p.prefix.Addr().BitLen()))
	}
	base := uint16(18) // TCP; UDP follows
	if w.Proto == unix.IPPROTO_UDP {
		base = 20
	}
	if w.Sport != 0 {
		m.be16(base, w.Sport)
	}
	if w.Dport != 0 {
		m.be16(base+1, w.Dport)
	}
	if w.VLAN != 0 {
		m.u16(23, w.VLAN)
	}
}

// appendActions appends a list of actions.
func appendActions(m *Message, attr uint16, actions []Action) {
	if len(actions) == 0 {
		return
	}
	m.nest(attr|unix.NLA_F_NESTED, func() {
		for i, a := range actions {
			m.nest(uint16(i+1), func() { a.append(m) })
		}
	})
}

func (a *Action) append(m *Message) {
	general := func(verdict uint32) []byte { return put32(0, 0, verdict, 0, 0) } // struct tc_gen
	switch a.Kind {
	case "drop", "pass":
		verdict := uint32(actOK)
		if a.Kind == "drop" {
			verdict = actShot
		}
		m.str(1, "gact")
		m.nest(2|unix.NLA_F_NESTED, func() { m.bytes(2, general(verdict)) })
	case "mirror", "redirect":
		verdict, how := uint32(actStolen), uint32(1)
		if a.Kind == "mirror" {
			verdict, how = actPipe, 2
		}
		if a.In {
			how += 2
		}
		m.str(1, "mirred")
		m.nest(2|unix.NLA_F_NESTED, func() { m.bytes(2, append(general(verdict), put32(how, uint32(a.Index))...)) })
	case "police":
		m.str(1, "police")
		m.nest(2|unix.NLA_F_NESTED, func() { a.police(m) })
	}
}

// police appends struct tc_police and the table of sending times that it still wants.
func (a *Action) police(m *Message) {
	const cell, mtu = 3, 2047 // sizes in steps of 8 bytes, up to 2 KiB
	verdict := uint32(actShot)
	if a.Exceed == "pass" {
		verdict = actPipe
	}
	spec := ratespec(a.Rate)
	spec[0] = cell
	b := put32(0, verdict, 0, ticksOf(sendTime(uint64(a.Burst), a.Rate)), mtu)
	b = append(append(b, spec...), make([]byte, 12)...)
	m.bytes(1, append(b, put32(0, 0, 0)...))
	var table []byte
	for i := range uint64(256) {
		table = append(table, nl.Uint32Attr(ticksOf(sendTime((i+1)<<cell, a.Rate)))...)
	}
	m.bytes(2, table)
}
