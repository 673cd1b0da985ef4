package net

import (
	gonet "net"
	"slices"

	"fmt"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
	"net/netip"
)

// Encap is what a route wraps packets in: an MPLS label stack or an IPv6 segment routing header.
type Encap struct {
	Labels   []int        // MPLS
	Mode     string       // of SRv6: "inline", "encap", "l2encap", "encap.red", "l2encap.red"
	Segments []netip.Addr // in travel order
}

// seg6Modes are the ways to insert a segment routing header, in the order of their numbers.
var seg6Modes = [...]string{"inline", "encap", "l2encap", "encap.red", "l2encap.red"}

// append adds the attributes of a route or next hop.
func (e *Encap) append(m *Message) error {
	if len(e.Labels) > 0 {
		m.u16(unix.RTA_ENCAP_TYPE, unix.LWTUNNEL_ENCAP_MPLS)
		m.nest(unix.RTA_ENCAP, func() { m.bytes(nl.MPLS_IPTUNNEL_DST, nl.EncodeMPLSStack(e.Labels...)) })
		return nil
	}
	header, err := nl.EncodeSEG6Encap(max(slices.Index(seg6Modes[:], e.Mode), 0), e.backwards())
	m.u16(unix.RTA_ENCAP_TYPE, unix.LWTUNNEL_ENCAP_SEG6)
	m.nest(unix.RTA_ENCAP, func() { m.bytes(nl.SEG6_IPTUNNEL_SRH, header) })
	return err
}

// backwards is the list of segments as the header of RFC 8754 has it: the last comes first.
func (e *Encap) backwards() []gonet.IP {
	var list []gonet.IP
	if e.Mode == "inline" { // the packet's own destination becomes the last segment
		list = append(list, gonet.IPv6zero)
	}
	for _, s := range slices.Backward(e.Segments) {
		list = append(list, s.AsSlice())
	}
	return list
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
	switch typ {
	case unix.LWTUNNEL_ENCAP_MPLS:
		return &Encap{Labels: nl.DecodeMPLSStack(find(b, nl.MPLS_IPTUNNEL_DST))}
	case unix.LWTUNNEL_ENCAP_SEG6:
		return parseSegments(find(b, nl.SEG6_IPTUNNEL_SRH))
	}
	return nil
}

func parseSegments(b []byte) *Encap {
	const least = 12 // the mode and a header without segments
	if len(b) < least {
		return nil
	}
	mode, segments, err := nl.DecodeSEG6Encap(b)
	if err != nil {
		return nil
	}
	e := &Encap{Mode: "encap"}
	if mode >= 0 && mode < len(seg6Modes) {
		e.Mode = seg6Modes[mode]
	}
	for _, s := range slices.Backward(segments) {
		e.Segments = append(e.Segments, addrOf(s))
	}
	if n := len(e.Segments); e.Mode == "inline" && n > 0 {
		e.Segments = e.Segments[:n-1]
	}
	return e
}
