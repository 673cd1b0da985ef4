package net

import (
	"encoding/binary"
	"fmt"
	"net/netip"
)

// Encap is what a route wraps packets in: an MPLS label stack or an IPv6 segment routing header.
type Encap struct {
	Labels   []uint32     // MPLS
	Mode     string       // of SRv6: "inline", "encap", "l2encap", "encap.red", "l2encap.red"
	Segments []netip.Addr // in travel order
}

// Types of lightweight tunnels, <linux/lwtunnel.h>.
const (
	encapMPLS = 1
	encapSeg6 = 5
)

// seg6Modes are the ways to insert a segment routing header, in the order of their numbers.
var seg6Modes = [...]string{"inline", "encap", "l2encap", "encap.red", "l2encap.red"}

const (
	rtaEncapType = 21
	rtaEncap     = 22
)

// append adds the attributes of a route or next hop.
func (e *Encap) append(m *Message) {
	if len(e.Labels) > 0 {
		m.u16(rtaEncapType, encapMPLS)
		m.nest(rtaEncap, func() { m.bytes(1, labelStack(e.Labels)) })
		return
	}
	m.u16(rtaEncapType, encapSeg6)
	m.nest(rtaEncap, func() { m.bytes(1, e.segmentHeader()) })
}

// labelStack encodes labels as RFC 3032 has them, the last marked.
func labelStack(labels []uint32) []byte {
	var b []byte
	for i, l := range labels {
		entry := l << 12
		if i == len(labels)-1 {
			entry |= 1 << 8
		}
		b = binary.BigEndian.AppendUint32(b, entry)
	}
	return b
}

// segmentHeader is struct seg6_iptunnel_encap: the mode and the header of RFC 8754, whose segments run backwards.
func (e *Encap) segmentHeader() []byte {
	mode := 0
	for i, name := range seg6Modes {
		if name == e.Mode {
			mode = i
		}
	}
	segments := e.Segments
	if e.Mode == "inline" { // the packet's own destination becomes the last segment
		segments = append(segments[:len(segments):len(segments)], netip.IPv6Unspecified())
	}
	last := byte(len(segments) - 1)
	b := append(ne32(uint32(mode)), 0, byte(2*len(segments)), 4, last, last, 0, 0, 0)
	for i := len(segments) - 1; i >= 0; i-- {
		b = append(b, segments[i].AsSlice()...)
	}
	return b
}

// check says what is wrong with the encapsulation.
func (e *Encap) check() error {
	for _, l := range e.Labels {
		if l >= 1<<20 {
			return fmt.Errorf("%d is no MPLS label: they end at %d", l, 1<<20-1)
		}
	}
	for _, s := range e.Segments {
		if !s.Is6() {
			return fmt.Errorf("segment %s: an IPv6 address expected", s)
		}
	}
	return nil
}

func parseEncap(typ uint16, b []byte) *Encap {
	v := find(b, 1)
	switch typ {
	case encapMPLS:
		e := &Encap{}
		for ; len(v) >= 4; v = v[4:] {
			e.Labels = append(e.Labels, binary.BigEndian.Uint32(v)>>12)
		}
		return e
	case encapSeg6:
		const fixed = 12
		if len(v) < fixed {
			return nil
		}
		e := &Encap{Mode: "encap"}
		if n := binary.NativeEndian.Uint32(v); int(n) < len(seg6Modes) {
			e.Mode = seg6Modes[n]
		}
		for v = v[fixed:]; len(v) >= 16; v = v[16:] {
			e.Segments = append([]netip.Addr{addrOf(v[:16])}, e.Segments...)
		}
		if n := len(e.Segments); e.Mode == "inline" && n > 0 {
			e.Segments = e.Segments[:n-1]
		}
		return e
	}
	return nil
}
