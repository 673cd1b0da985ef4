package ktrace

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"golang.org/x/sys/unix"
)

// routeMessage describes a message of rtnetlink(7) in the words of ip(8).
func routeMessage(s *socket, m message) string {
	name := routeName(m.kind)
	d := &details{s: s, words: []string{name}}
	switch object := strings.TrimPrefix(name, "RTM_"); {
	case strings.HasSuffix(object, "LINK"), strings.HasSuffix(object, "LINKPROP"):
		d.linkMessage(m)
	case strings.HasSuffix(object, "NEWADDR"), strings.HasSuffix(object, "DELADDR"), strings.HasSuffix(object, "GETADDR"):
		d.address(m)
	case strings.HasSuffix(object, "ROUTE"):
		d.route(m)
	case strings.HasSuffix(object, "NEIGH"):
		d.neighbour(m)
	case strings.HasSuffix(object, "RULE"):
		d.rule(m)
	case strings.HasSuffix(object, "QDISC"), strings.HasSuffix(object, "TCLASS"), strings.HasSuffix(object, "TFILTER"):
		d.traffic(m)
	case strings.HasSuffix(object, "NSID"):
		d.nsid(m)
	}
	return strings.Join(d.words, " ")
}

// routeName is a message type's name: they come in groups of four.
func routeName(kind uint16) string {
	i := int(kind) - unix.RTM_BASE
	if i >= 0 && i/4 < len(routeObjects) && routeObjects[i/4] != "" {
		return "RTM_" + [...]string{"NEW", "DEL", "GET", "SET"}[i%4] + routeObjects[i/4]
	}
	return fmt.Sprintf("type %d", kind)
}

var routeObjects = [...]string{
	"LINK", "ADDR", "ROUTE", "NEIGH", "RULE", "QDISC", "TCLASS", "TFILTER", "ACTION", "PREFIX", "MULTICAST", "ANYCAST",
	"NEIGHTBL", "NDUSEROPT", "ADDRLABEL", "DCB", "NETCONF", "MDB", "NSID", "STATS", "CACHEREPORT", "CHAIN", "NEXTHOP",
	"LINKPROP", "VLAN", "NEXTHOPBUCKET", "TUNNEL",
}

// details collects the words about a message.
type details struct {
	s     *socket
	words []string
}

func (d *details) add(format string, args ...any) {
	d.words = append(d.words, fmt.Sprintf(format, args...))
}

// dev adds an interface unless there is none.
func (d *details) dev(key string, index uint32, ok bool) {
	if ok && index != 0 {
		d.add("%s%s", key, d.s.link(index))
	}
}

// number adds a 32-bit attribute if it is there.
func (d *details) number(key string, a attrs, kind uint16) {
	if v, ok := a.u32(kind); ok {
		d.add("%s%d", key, v)
	}
}

// linkMessage: struct ifinfomsg, see rtnetlink(7).
func (d *details) linkMessage(m message) {
	head, a := m.head(unix.SizeofIfInfomsg), m.after(unix.SizeofIfInfomsg)
	if index := binary.NativeEndian.Uint32(head[4:]); index != 0 {
		d.add("%s", d.s.link(index))
		if name := a.text(unix.IFLA_IFNAME); name != "" {
			d.add("name=%s", name)
		}
	} else if name := a.text(unix.IFLA_IFNAME); name != "" {
		d.add("%s", name)
	} else if name := a.text(unix.IFLA_ALT_IFNAME); name != "" {
		d.add("%s", name)
	}
	for _, name := range altNames(a[unix.IFLA_PROP_LIST]) {
		d.add("altname=%s", name)
	}
	flags, change := binary.NativeEndian.Uint32(head[8:]), binary.NativeEndian.Uint32(head[12:])
	switch {
	case change&unix.IFF_UP != 0 && flags&unix.IFF_UP != 0:
		d.add("up")
	case change&unix.IFF_UP != 0:
		d.add("down")
	}
	d.linkInfo(a)
	d.linkAttributes(a)
}

// linkInfo is what makes up a kind of link.
func (d *details) linkInfo(a attrs) {
	info := a.nested(unix.IFLA_LINKINFO)
	kind := info.text(unix.IFLA_INFO_KIND)
	if kind == "" {
		return
	}
	d.add("kind=%s", kind)
	const vethPeer = 1 // VETH_INFO_PEER
	if b := info.nested(unix.IFLA_INFO_DATA)[vethPeer]; kind == "veth" && len(b) >= unix.SizeofIfInfomsg {
		peer := attributes(b[unix.SizeofIfInfomsg:])
		d.add("peer=%s", peer.text(unix.IFLA_IFNAME))
		d.namespace("peer netns=", peer, unix.IFLA_NET_NS_FD, unix.IFLA_NET_NS_PID)
	}
}

func (d *details) linkAttributes(a attrs) {
	if master, ok := a.u32(unix.IFLA_MASTER); ok && master == 0 {
		d.add("nomaster")
	} else {
		d.dev("master=", master, ok)
	}
	link, ok := a.u32(unix.IFLA_LINK)
	d.dev("link=", link, ok)
	if mac := a[unix.IFLA_ADDRESS]; len(mac) > 0 {
		d.add("address=%s", net.HardwareAddr(mac))
	}
	d.number("mtu=", a, unix.IFLA_MTU)
	d.number("txqlen=", a, unix.IFLA_TXQLEN)
	d.namespace("netns=", a, unix.IFLA_NET_NS_FD, unix.IFLA_NET_NS_PID)
}

// namespace adds a namespace, which is given by a descriptor or a process.
func (d *details) namespace(key string, a attrs, byFD, byPID uint16) {
	if fd, ok := a.u32(byFD); ok {
		d.add("%s%s", key, d.s.t.fd(int(int32(fd))))
	}
	d.number(key+"pid ", a, byPID)
}

// altNames are all the names in a list of IFLA_ALT_IFNAME.
func altNames(b []byte) (names []string) {
	for len(b) >= unix.SizeofRtAttr {
		n := int(binary.NativeEndian.Uint16(b))
		if n < unix.SizeofRtAttr || n > len(b) {
			break
		}
		names = append(names, strings.TrimRight(string(b[unix.SizeofRtAttr:n]), "\x00"))
		b = b[min(align4(n), len(b)):]
	}
	return names
}

// address: struct ifaddrmsg.
func (d *details) address(m message) {
	head, a := m.head(unix.SizeofIfAddrmsg), m.after(unix.SizeofIfAddrmsg)
	local, peer := ip(a[unix.IFA_LOCAL]), ip(a[unix.IFA_ADDRESS])
	if local == "" {
		local = peer
	}
	if local != "" {
		d.add("%s/%d", local, head[1])
	}
	if peer != "" && peer != local {
		d.add("peer %s", peer)
	}
	d.dev("dev ", binary.NativeEndian.Uint32(head[4:]), true)
}

// route: struct rtmsg.
func (d *details) route(m message) {
	head, a := m.head(unix.SizeofRtMsg), m.after(unix.SizeofRtMsg)
	if kind := head[7]; kind > unix.RTN_UNICAST && int(kind) < len(routeTypes) {
		d.add("%s", routeTypes[kind])
	}
	const nexthopID = 30 // RTA_NH_ID
	dst := ip(a[unix.RTA_DST])
	switch {
	case dst != "":
		d.add("%s/%d", dst, head[1])
	case m.flags&unix.NLM_F_DUMP != unix.NLM_F_DUMP:
		d.add("default")
	}
	if src := ip(a[unix.RTA_SRC]); src != "" {
		d.add("from %s/%d", src, head[2])
	}
	d.hop(a)
	if src := ip(a[unix.RTA_PREFSRC]); src != "" {
		d.add("src %s", src)
	}
	d.number("nhid ", a, nexthopID)
	d.number("metric ", a, unix.RTA_PRIORITY)
	if table, ok := a.u32(unix.RTA_TABLE); ok && table != unix.RT_TABLE_MAIN {
		d.add("table %d", table)
	} else if table := head[4]; !ok && table != unix.RT_TABLE_MAIN && table != unix.RT_TABLE_UNSPEC {
		d.add("table %d", table)
	}
	for hops := a[unix.RTA_MULTIPATH]; len(hops) >= unix.SizeofRtNexthop; {
		n := int(binary.NativeEndian.Uint16(hops))
		if n < unix.SizeofRtNexthop || n > len(hops) {
			break
		}
		d.add("nexthop")
		d.hop(attributes(hops[unix.SizeofRtNexthop:n]))
		d.dev("dev ", binary.NativeEndian.Uint32(hops[4:]), true)
		hops = hops[min(align4(n), len(hops)):]
	}
}

// hop is where a route leads.
func (d *details) hop(a attrs) {
	if via := ip(a[unix.RTA_GATEWAY]); via != "" {
		d.add("via %s", via)
	} else if b := a[unix.RTA_VIA]; len(b) > 2 { // of another family, which comes first
		d.add("via %s", ip(b[2:]))
	}
	dev, ok := a.u32(unix.RTA_OIF)
	d.dev("dev ", dev, ok)
}

var routeTypes = [...]string{
	"", "unicast", "local", "broadcast", "anycast", "multicast", "blackhole", "unreachable", "prohibit", "throw", "nat",
}

// neighbour: struct ndmsg.
func (d *details) neighbour(m message) {
	head, a := m.head(unix.SizeofNdMsg), m.after(unix.SizeofNdMsg)
	if dst := ip(a[unix.NDA_DST]); dst != "" {
		d.add("%s", dst)
	}
	if mac := a[unix.NDA_LLADDR]; len(mac) > 0 {
		d.add("lladdr %s", net.HardwareAddr(mac))
	}
	d.dev("dev ", binary.NativeEndian.Uint32(head[4:]), true)
}

// rule: struct fib_rule_hdr, whose first fields are those of struct rtmsg.
func (d *details) rule(m message) {
	head, a := m.head(unix.SizeofRtMsg), m.after(unix.SizeofRtMsg)
	d.number("priority ", a, unix.FRA_PRIORITY)
	for _, side := range []struct {
		key  string
		kind uint16
		bits byte
	}{{"from", unix.FRA_SRC, head[2]}, {"to", unix.FRA_DST, head[1]}} {
		if prefix := ip(a[side.kind]); prefix != "" {
			d.add("%s %s/%d", side.key, prefix, side.bits)
		}
	}
	if name := a.text(unix.FRA_IIFNAME); name != "" {
		d.add("iif %s", name)
	}
	if name := a.text(unix.FRA_OIFNAME); name != "" {
		d.add("oif %s", name)
	}
	d.number("fwmark ", a, unix.FRA_FWMARK)
	d.number("table ", a, unix.FRA_TABLE)
}

// traffic: struct tcmsg, see tc(8).
func (d *details) traffic(m message) {
	head, a := m.head(20), m.after(20)
	if kind := a.text(unix.TCA_KIND); kind != "" {
		d.add("%s", kind)
	}
	d.dev("dev ", binary.NativeEndian.Uint32(head[4:]), true)
	for i, key := range []string{"handle", "parent"} {
		if v := binary.NativeEndian.Uint32(head[8+4*i:]); v == ^uint32(0) {
			d.add("root")
		} else if v != 0 {
			d.add("%s %x:%x", key, v>>16, v&0xffff)
		}
	}
}

// nsid: struct rtgenmsg, padded.
func (d *details) nsid(m message) {
	a := m.after(4)
	d.namespace("netns=", a, unix.NETNSA_FD, unix.NETNSA_PID)
	d.number("nsid ", a, unix.NETNSA_NSID)
}

// ip is an address of either family, "" if it is none.
func ip(b []byte) string {
	a, ok := netip.AddrFromSlice(b)
	if !ok {
		return ""
	}
	return a.String()
}
