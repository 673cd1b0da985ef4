package net

import (
	"fmt"
	"net/netip"
	"strconv"
	"sync"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// Route is an entry of a routing table, ip-route(8).
type Route struct {
	Family    uint8
	Dst       netip.Prefix // of length 0: the default route
	Src       netip.Prefix // what a route is for, IPv6 only
	Type      string       // "unicast", "blackhole"…
	Table     uint32
	Protocol  string
	Scope     string
	Metric    uint32
	Source    netip.Addr // the address that packets leave from
	TOS       uint8
	Pref      string // router preference of RFC 4191
	NextHopID uint32
	Metrics   Values // mtu, advmss…
	Hop              // the only next hop
	Hops      []Hop  // of a multipath route
}

// Hop is a next hop.
type Hop struct {
	Gateway netip.Addr
	Index   int // of the link
	Weight  int
	Flags   uint8
	Encap   *Encap
}

// rtaNextHopID is the attribute RTA_NH_ID of a route.
const rtaNextHopID = 30

// Types of routes, in the order of their numbers.
var routeTypes = [...]string{"unspec", "unicast", "local", "broadcast", "anycast", "multicast", "blackhole", "unreachable",
	"prohibit", "throw", "nat", "xresolve"}

// routeProtocols are the origins that iproute2's rt_protos names.
var routeProtocols = map[uint8]string{0: "unspec", 1: "redirect", 2: "kernel", 3: "boot", 4: "static", 8: "gated", 9: "ra",
	10: "mrt", 11: "zebra", 12: "bird", 14: "xorp", 15: "ntk", 16: "dhcp", 18: "keepalived", 42: "babel", 186: "bgp",
	187: "isis", 188: "ospf", 189: "rip", 192: "eigrp"}

// hopFlags are the flags of a next hop.
var hopFlags = [...]struct {
	flag uint8
	name string
}{
	{unix.RTNH_F_DEAD, "dead"}, {unix.RTNH_F_PERVASIVE, "pervasive"}, {unix.RTNH_F_ONLINK, "onlink"},
	{unix.RTNH_F_OFFLOAD, "offload"}, {unix.RTNH_F_LINKDOWN, "linkdown"}, {unix.RTNH_F_UNRESOLVED, "unresolved"},
}

// routeMetrics are the settings of connections over a route.
var routeMetrics = sync.OnceValue(func() []Option {
	return []Option{
		num32("mtu", unix.RTAX_MTU), num32("window", unix.RTAX_WINDOW), num32("rtt", unix.RTAX_RTT), num32("rttvar", unix.RTAX_RTTVAR),
		num32("ssthresh", unix.RTAX_SSTHRESH), num32("cwnd", unix.RTAX_CWND), num32("advmss", unix.RTAX_ADVMSS),
		num32("reordering", unix.RTAX_REORDERING), num32("hoplimit", unix.RTAX_HOPLIMIT), num32("initcwnd", unix.RTAX_INITCWND),
		num32("rto_min", unix.RTAX_RTO_MIN), num32("initrwnd", unix.RTAX_INITRWND), yes32("quickack", unix.RTAX_QUICKACK),
	}
})

// TableNumber reads a table's name or number.
func TableNumber(name string) (uint32, error) {
	switch name {
	case "main":
		return unix.RT_TABLE_MAIN, nil
	case "local":
		return unix.RT_TABLE_LOCAL, nil
	case "default":
		return unix.RT_TABLE_DEFAULT, nil
	case "all":
		return 0, nil
	}
	n, err := strconv.ParseUint(name, 10, 32)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("%q is no routing table: main, local, default or a number expected", name)
	}
	return uint32(n), nil
}

// TableName is the name of a table that has one, or its number.
func TableName(n uint32) any {
	switch n {
	case unix.RT_TABLE_MAIN:
		return "main"
	case unix.RT_TABLE_LOCAL:
		return "local"
	case unix.RT_TABLE_DEFAULT:
		return "default"
	}
	return n
}

func protocolName(n uint8) string {
	if s, ok := routeProtocols[n]; ok {
		return s
	}
	return strconv.Itoa(int(n))
}

func protocolNumber(name string) (uint8, error) {
	for n, s := range routeProtocols {
		if s == name {
			return n, nil
		}
	}
	n, err := strconv.ParseUint(name, 10, 8)
	if err != nil {
		return 0, fmt.Errorf("%q is no origin of routes: kernel, boot, static, dhcp, bird… or a number expected", name)
	}
	return uint8(n), nil
}

func routeTypeNumber(name string) (uint8, error) {
	for i, s := range routeTypes {
		if s == name {
			return uint8(i), nil
		}
	}
	return 0, fmt.Errorf("%q is no type of route", name)
}

// RouteFilter chooses routes; zero values match all.
type RouteFilter struct {
	Family   uint8
	Table    uint32
	Index    int // of the link
	Type     string
	Protocol string
}

// Routes gives the routes that pass the filter to each, which may not keep them,
// in the kernel's order; IPv4 comes first. When the table changes while it is read,
// truncate is called with the number of routes that still count.
func (c *Conn) Routes(f RouteFilter, truncate func(n int), each func(*Route)) error {
	fams := []uint8{unix.AF_INET, unix.AF_INET6}
	if f.Family != 0 {
		fams = []uint8{f.Family}
	}
	count := 0
	var r Route
	for _, fam := range fams {
		m := newMessage(unix.RTM_GETROUTE, 0, rtmsg(fam, 0, 0, 0, 0, 0, 0))
		if f.Table != 0 {
			m.u32(unix.RTA_TABLE, f.Table)
		}
		if f.Index != 0 {
			m.u32(unix.RTA_OIF, uint32(f.Index))
		}
		start := count
		err := c.Dump(m, func() { count = start; truncate(start) }, func(body []byte) error {
			cloned, err := r.parse(body)
			if err == nil && !cloned && f.matches(&r, fam) {
				count++
				each(&r)
			}
			return err
		})
		if n := unixErrno(err); n == unix.ENOENT || len(fams) > 1 && (n == unix.EAFNOSUPPORT || n == unix.EOPNOTSUPP) {
			continue // no such table; no IPv6
		}
		if err != nil {
			return fmt.Errorf("list routes: %w", err)
		}
	}
	return nil
}

// matches applies the filter to what older kernels send unfiltered.
func (f *RouteFilter) matches(r *Route, fam uint8) bool {
	if r.Family != fam || f.Table != 0 && r.Table != f.Table || f.Type != "" && r.Type != f.Type ||
		f.Protocol != "" && r.Protocol != f.Protocol {
		return false
	}
	if f.Index == 0 || r.Index == f.Index {
		return true
	}
	for _, h := range r.Hops {
		if h.Index == f.Index {
			return true
		}
	}
	return false
}

// How a route is added, besides failing when it is there.
const (
	Replace = unix.NLM_F_REPLACE
	Append  = unix.NLM_F_APPEND
)

// AddRoute adds a route; how is 0, Replace or Append.
func (c *Conn) AddRoute(r *Route, how int) error {
	flags := uint16(unix.NLM_F_CREATE | how)
	if how == 0 {
		flags |= unix.NLM_F_EXCL
	}
	m, err := routeMessage(unix.RTM_NEWROUTE, flags, r)
	if err == nil {
		err = c.Do(m)
	}
	if err != nil {
		return fmt.Errorf("add route %s: %w", DstName(r.Dst), err)
	}
	return nil
}

// DeleteRoute deletes the first route that agrees with what is given. ESRCH: there is none.
func (c *Conn) DeleteRoute(r *Route) error {
	m, err := routeMessage(unix.RTM_DELROUTE, 0, r)
	if err == nil {
		err = c.Do(m)
	}
	if err != nil {
		return fmt.Errorf("delete route %s: %w", DstName(r.Dst), err)
	}
	return nil
}

// DstName is "default" or the prefix.
func DstName(p netip.Prefix) string {
	if p.Bits() == 0 {
		return "default"
	}
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

func routeMessage(typ, flags uint16, r *Route) (*Message, error) {
	deleting := typ == unix.RTM_DELROUTE
	kind, protocol, scope, err := r.header(deleting)
	if err != nil {
		return nil, err
	}
	b := rtmsg(r.Family, r.Dst.Bits(), max(0, r.Src.Bits()), r.TOS, protocol, scope, kind)
	b.Flags = uint32(r.Flags)
	m := newMessage(typ, flags, b)
	if r.Dst.Bits() > 0 {
		m.addr(unix.RTA_DST, r.Dst.Addr())
	}
	if r.Src.IsValid() {
		m.addr(unix.RTA_SRC, r.Src.Addr())
	}
	table := r.Table
	if table == 0 {
		table = unix.RT_TABLE_MAIN
		if r.Type == "local" || r.Type == "broadcast" || r.Type == "anycast" || r.Type == "nat" {
			table = unix.RT_TABLE_LOCAL
		}
	}
	m.u32(unix.RTA_TABLE, table)
	if r.Metric != 0 {
		m.u32(unix.RTA_PRIORITY, r.Metric)
	}
	if r.Source.IsValid() {
		m.addr(unix.RTA_PREFSRC, r.Source)
	}
	if r.NextHopID != 0 {
		m.u32(rtaNextHopID, r.NextHopID)
	}
	if r.Pref != "" {
		m.u8(unix.RTA_PREF, map[string]uint8{"low": 3, "medium": 0, "high": 1}[r.Pref])
	}
	err = r.Hop.append(m, r.Family)
	if len(r.Metrics) > 0 && err == nil {
		m.nest(unix.RTA_METRICS, func() { err = encode(m, routeMetrics(), r.Metrics, nil) })
	}
	if len(r.Hops) > 0 && err == nil {
		m.nest(unix.RTA_MULTIPATH, func() { err = appendHops(m, r) })
	}
	return m, err
}

// header works out the fields that iproute2 derives from what is given.
func (r *Route) header(deleting bool) (typ, protocol, scope uint8, err error) {
	typ, protocol = unix.RTN_UNICAST, unix.RTPROT_BOOT
	if deleting {
		typ, protocol, scope = unix.RTN_UNSPEC, unix.RTPROT_UNSPEC, unix.RT_SCOPE_NOWHERE
	}
	if r.Type != "" {
		if typ, err = routeTypeNumber(r.Type); err != nil {
			return 0, 0, 0, err
		}
	}
	if r.Protocol != "" {
		if protocol, err = protocolNumber(r.Protocol); err != nil {
			return 0, 0, 0, err
		}
	}
	if r.Scope != "" {
		scope, err = scopeNumber(r.Scope)
		return typ, protocol, scope, err
	}
	if r.Family == unix.AF_INET && !deleting {
		direct := !r.Gateway.IsValid() && len(r.Hops) == 0 && r.NextHopID == 0
		switch {
		case typ == unix.RTN_LOCAL || typ == unix.RTN_NAT:
			scope = unix.RT_SCOPE_HOST
		case typ == unix.RTN_BROADCAST || typ == unix.RTN_MULTICAST || typ == unix.RTN_ANYCAST,
			typ == unix.RTN_UNICAST && direct:
			scope = unix.RT_SCOPE_LINK
		}
	}
	return typ, protocol, scope, nil
}

func (h *Hop) append(m *Message, fam uint8) error {
	switch {
	case !h.Gateway.IsValid():
	case family(h.Gateway) == fam:
		m.addr(unix.RTA_GATEWAY, h.Gateway)
	default:
		m.bytes(unix.RTA_VIA, append(nl.Uint16Attr(uint16(family(h.Gateway))), h.Gateway.AsSlice()...))
	}
	if h.Index != 0 {
		m.u32(unix.RTA_OIF, uint32(h.Index))
	}
	if h.Encap != nil {
		return h.Encap.append(m)
	}
	return nil
}

func appendHops(m *Message, r *Route) error {
	for _, h := range r.Hops {
		hop := &nl.RtNexthop{RtNexthop: unix.RtNexthop{
			Flags: h.Flags, Hops: uint8(max(h.Weight, 1) - 1), Ifindex: int32(h.Index),
		}}
		h.Index = 0
		attrs := &Message{}
		if err := h.append(attrs, r.Family); err != nil {
			return err
		}
		hop.Children = attrs.Data
		m.add(hop)
	}
	return nil
}
