package net

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// rtmsg is struct rtmsg without its flags.
func rtmsg(family uint8, dstLen, srcLen int, tos, protocol, scope, typ uint8) *nl.RtMsg {
	return &nl.RtMsg{RtMsg: unix.RtMsg{Family: family, Dst_len: uint8(dstLen), Src_len: uint8(srcLen), Tos: tos,
		Protocol: protocol, Scope: scope, Type: typ}}
}

// parse reads a route's description. A cloned one is of a cache, not of a table.
func (r *Route) parse(body []byte) (cloned bool, err error) {
	if len(body) < unix.SizeofRtMsg {
		return false, fmt.Errorf("a route of %d bytes: %w", len(body), unix.EBADMSG)
	}
	flags := binary.NativeEndian.Uint32(body[8:])
	*r = Route{Family: body[0], TOS: body[3], Table: uint32(body[4]), Protocol: protocolName(body[5]), Scope: scopeName(body[6])}
	r.Type = strconv.Itoa(int(body[7]))
	if int(body[7]) < len(routeTypes) {
		r.Type = routeTypes[body[7]]
	}
	r.Flags = uint8(flags)
	zero := netip.IPv4Unspecified()
	if r.Family == unix.AF_INET6 {
		zero = netip.IPv6Unspecified()
	}
	dst, src := zero, zero
	var encap []byte
	encapType := uint16(0)
	for typ, v := range attributes(body[unix.SizeofRtMsg:]) {
		switch typ {
		case unix.RTA_DST:
			dst = addrOf(v)
		case unix.RTA_SRC:
			src = addrOf(v)
		case unix.RTA_TABLE:
			r.Table = uint32(uintOf(v))
		case unix.RTA_PRIORITY:
			r.Metric = uint32(uintOf(v))
		case unix.RTA_PREFSRC:
			r.Source = addrOf(v)
		case unix.RTA_METRICS:
			r.Metrics = decode(routeMetrics(), v, nil)
		case unix.RTA_MULTIPATH:
			r.Hops = parseHops(v)
		case unix.RTA_PREF:
			r.Pref = routerPreference(uintOf(v))
		case rtaNextHopID:
			r.NextHopID = uint32(uintOf(v))
		case unix.RTA_ENCAP:
			encap = v
		case unix.RTA_ENCAP_TYPE:
			encapType = uint16(uintOf(v))
		default:
			r.Hop.attribute(typ, v)
		}
	}
	r.Encap = parseEncap(encapType, encap)
	r.Dst = netip.PrefixFrom(dst, int(body[1]))
	if body[2] > 0 {
		r.Src = netip.PrefixFrom(src, int(body[2]))
	}
	return flags&unix.RTM_F_CLONED != 0, nil
}

func routerPreference(n uint64) string {
	switch n {
	case 1:
		return "high"
	case 3:
		return "low"
	}
	return "medium"
}

func (h *Hop) attribute(typ uint16, v []byte) {
	switch typ {
	case unix.RTA_GATEWAY:
		h.Gateway = addrOf(v)
	case unix.RTA_VIA: // a gateway of the other family, behind that
		if len(v) > 2 {
			h.Gateway = addrOf(v[2:])
		}
	case unix.RTA_OIF:
		h.Index = int(uintOf(v))
	}
}

func parseHops(b []byte) []Hop {
	var hops []Hop
	for len(b) >= unix.SizeofRtNexthop {
		n := int(binary.NativeEndian.Uint16(b))
		if n < unix.SizeofRtNexthop || n > len(b) {
			break
		}
		h := Hop{Flags: b[2], Weight: int(b[3]) + 1, Index: int(binary.NativeEndian.Uint32(b[4:]))}
		var encap []byte
		encapType := uint16(0)
		for typ, v := range attributes(b[unix.SizeofRtNexthop:n]) {
			switch typ {
			case unix.RTA_ENCAP:
				encap = v
			case unix.RTA_ENCAP_TYPE:
				encapType = uint16(uintOf(v))
			default:
				h.attribute(typ, v)
			}
		}
		h.Encap = parseEncap(encapType, encap)
		hops = append(hops, h)
		b = b[min(align4(n), len(b)):]
	}
	return hops
}
