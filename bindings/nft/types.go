package nft

import (
	"bytes"
	"encoding/binary"
	"fmt"
	gonet "net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Type is a type of value, as sets and matches have it. Values are bytes in the
// order of the register: network order, or the machine's own if host is set.
type Type struct {
	Name    string
	id      uint32 // nft's number for it, which the kernel keeps with a set for others to read
	size    int
	host    bool
	flags   bool // names are bits, which can be combined
	kind    valueKind
	symbols []symbol
	base    int // of numbers in listings: 10, or 16 for marks
}

type valueKind int

const (
	integer valueKind = iota
	ipv4
	ipv6
	mac
	named
	link // an index of a network link
	span // of time, in milliseconds
	verdict
)

type symbol struct {
	name  string
	value uint64
}

// names are the symbols of consecutive numbers; "" has none.
func names(first uint64, list ...string) []symbol {
	var out []symbol
	for i, n := range list {
		if n != "" {
			out = append(out, symbol{n, first + uint64(i)})
		}
	}
	return out
}

// bitNames are the symbols of bits from the lowest.
func bitNames(list ...string) []symbol {
	var out []symbol
	for i, n := range list {
		if n != "" {
			out = append(out, symbol{n, 1 << i})
		}
	}
	return out
}

var (
	typeVerdict   = &Type{Name: "verdict", id: 1, kind: verdict}
	typeNfproto   = &Type{Name: "nf_proto", id: 2, size: 1, symbols: []symbol{{"ipv4", 2}, {"ipv6", 10}}}
	typeInteger   = &Type{Name: "integer", id: 4, size: 4}
	typeString    = &Type{Name: "string", id: 5, kind: named}
	typeIPv4      = &Type{Name: "ipv4_addr", id: 7, size: 4, kind: ipv4}
	typeIPv6      = &Type{Name: "ipv6_addr", id: 8, size: 16, kind: ipv6}
	typeEther     = &Type{Name: "ether_addr", id: 9, size: 6, kind: mac}
	typeEthertype = &Type{Name: "ether_type", id: 10, size: 2, base: 16, symbols: []symbol{
		{"ip", 0x0800}, {"arp", 0x0806}, {"ip6", 0x86dd}, {"8021q", 0x8100}, {"8021ad", 0x88a8}, {"vlan", 0x8100}}}
	typeArpop = &Type{Name: "arp_op", id: 11, size: 2, symbols: names(1, "request", "reply", "rrequest", "rreply", "", "", "", "inrequest", "inreply", "nak")}
	typeProto = &Type{Name: "inet_proto", id: 12, size: 1, symbols: []symbol{
		{"icmp", 1}, {"igmp", 2}, {"ipencap", 4}, {"tcp", 6}, {"udp", 17}, {"dccp", 33}, {"ipv6", 41}, {"gre", 47}, {"esp", 50}, {"ah", 51},
		{"ipv6-icmp", 58}, {"icmpv6", 58}, {"ospf", 89}, {"vrrp", 112}, {"comp", 108}, {"sctp", 132}, {"udplite", 136}}}
	typeService = &Type{Name: "inet_service", id: 13, size: 2, symbols: []symbol{
		{"ftp", 21}, {"ssh", 22}, {"telnet", 23}, {"smtp", 25}, {"domain", 53}, {"bootps", 67}, {"bootpc", 68}, {"tftp", 69}, {"http", 80},
		{"pop3", 110}, {"sunrpc", 111}, {"ntp", 123}, {"imap2", 143}, {"snmp", 161}, {"bgp", 179}, {"ldap", 389}, {"https", 443},
		{"syslog", 514}, {"submission", 587}, {"ldaps", 636}, {"imaps", 993}, {"pop3s", 995}, {"mysql", 3306}, {"postgresql", 5432}}}
	typeICMP = &Type{Name: "icmp_type", id: 14, size: 1, symbols: []symbol{
		{"echo-reply", 0}, {"destination-unreachable", 3}, {"source-quench", 4}, {"redirect", 5}, {"echo-request", 8}, {"router-advertisement", 9},
		{"router-solicitation", 10}, {"time-exceeded", 11}, {"parameter-problem", 12}, {"timestamp-request", 13}, {"timestamp-reply", 14},
		{"info-request", 15}, {"info-reply", 16}, {"address-mask-request", 17}, {"address-mask-reply", 18}}}
	typeTCPFlag = &Type{Name: "tcp_flag", id: 15, size: 1, flags: true, symbols: bitNames("fin", "syn", "rst", "psh", "ack", "urg", "ecn", "cwr")}
	typeTime    = &Type{Name: "time", id: 18, size: 4, host: true, kind: span}
	typeMark    = &Type{Name: "mark", id: 19, size: 4, host: true, base: 16}
	typeIndex   = &Type{Name: "iface_index", id: 20, size: 4, host: true, kind: link}
	typeARPHRD  = &Type{Name: "iface_type", id: 21, size: 2, host: true, symbols: []symbol{{"ether", 1}, {"ppp", 512}, {"ipip", 768}, {"loopback", 772}, {"sit", 776}, {"ipgre", 778}}}
	typeRealm   = &Type{Name: "realm", id: 22, size: 4, host: true}
	typeClassid = &Type{Name: "classid", id: 23, size: 4, host: true, base: 16}
	typeUID     = &Type{Name: "uid", id: 24, size: 4, host: true}
	typeGID     = &Type{Name: "gid", id: 25, size: 4, host: true}
	typeCtState = &Type{Name: "ct_state", id: 26, size: 4, host: true, flags: true, symbols: []symbol{
		{"invalid", 1}, {"established", 2}, {"related", 4}, {"new", 8}, {"untracked", 64}}}
	typeCtDir    = &Type{Name: "ct_dir", id: 27, size: 1, symbols: names(0, "original", "reply")}
	typeCtStatus = &Type{Name: "ct_status", id: 28, size: 4, host: true, flags: true, symbols: []symbol{
		{"expected", 1}, {"seen-reply", 2}, {"assured", 4}, {"confirmed", 8}, {"snat", 16}, {"dnat", 32}, {"dying", 512}}}
	typeICMPv6 = &Type{Name: "icmpv6_type", id: 29, size: 1, symbols: []symbol{
		{"destination-unreachable", 1}, {"packet-too-big", 2}, {"time-exceeded", 3}, {"parameter-problem", 4}, {"echo-request", 128},
		{"echo-reply", 129}, {"mld-listener-query", 130}, {"mld-listener-report", 131}, {"mld-listener-done", 132}, {"mld-listener-reduction", 132},
		{"nd-router-solicit", 133}, {"nd-router-advert", 134}, {"nd-neighbor-solicit", 135}, {"nd-neighbor-advert", 136}, {"nd-redirect", 137},
		{"router-renumbering", 138}, {"ind-neighbor-solicit", 141}, {"ind-neighbor-advert", 142}, {"mld2-listener-report", 143}}}
	typePkttype = &Type{Name: "pkt_type", id: 31, size: 1, symbols: []symbol{
		{"host", 0}, {"unicast", 0}, {"broadcast", 1}, {"multicast", 2}, {"other", 3}}}
	typeICMPCode = &Type{Name: "icmp_code", id: 32, size: 1, symbols: []symbol{
		{"net-unreachable", 0}, {"host-unreachable", 1}, {"prot-unreachable", 2}, {"port-unreachable", 3}, {"frag-needed", 4},
		{"net-prohibited", 9}, {"host-prohibited", 10}, {"admin-prohibited", 13}}}
	typeICMPv6Code = &Type{Name: "icmpv6_code", id: 33, size: 1, symbols: []symbol{
		{"no-route", 0}, {"admin-prohibited", 1}, {"addr-unreachable", 3}, {"port-unreachable", 4}, {"policy-fail", 5}, {"reject-route", 6}}}
	typeICMPXCode = &Type{Name: "icmpx_code", id: 34, size: 1, symbols: []symbol{
		{"no-route", 0}, {"port-unreachable", 1}, {"host-unreachable", 2}, {"admin-prohibited", 3}}}
	typeGroup = &Type{Name: "devgroup", id: 35, size: 4, host: true, symbols: []symbol{{"default", 0}}}
	typeDSCP  = &Type{Name: "dscp", id: 36, size: 1, base: 16, symbols: []symbol{
		{"cs0", 0}, {"cs1", 8}, {"cs2", 16}, {"cs3", 24}, {"cs4", 32}, {"cs5", 40}, {"cs6", 48}, {"cs7", 56}, {"lephb", 1},
		{"af11", 10}, {"af12", 12}, {"af13", 14}, {"af21", 18}, {"af22", 20}, {"af23", 22}, {"af31", 26}, {"af32", 28}, {"af33", 30},
		{"af41", 34}, {"af42", 36}, {"af43", 38}, {"ef", 46}, {"va", 44}}}
	typeECN     = &Type{Name: "ecn", id: 37, size: 1, symbols: names(0, "not-ect", "ect1", "ect0", "ce")}
	typeFibAddr = &Type{Name: "fib_addrtype", id: 38, size: 4, host: true, symbols: names(0, "unspec", "unicast", "local", "broadcast", "anycast",
		"multicast", "blackhole", "unreachable", "prohibit")}
	typeBoolean = &Type{Name: "boolean", id: 39, size: 1, symbols: names(0, "missing", "exists")}
	typeExists  = &Type{Name: "boolean", id: 39, size: 4, host: true, symbols: names(0, "missing", "exists")} // of fib, as wide as an index
	typeIfname  = &Type{Name: "ifname", id: 41, size: 16, host: true, kind: named}
	typeIGMP    = &Type{Name: "igmp_type", id: 42, size: 1, symbols: []symbol{{"membership-query", 17}, {"membership-report-v1", 18}, {"membership-report-v2", 22},
		{"leave-group", 23}, {"membership-report-v3", 34}}}
	typeHost32 = &Type{Name: "integer", id: 4, size: 4, host: true}
	typeHost64 = &Type{Name: "integer", id: 4, size: 8, host: true}
	typeHost16 = &Type{Name: "integer", id: 4, size: 2, host: true}
	typeInt8   = &Type{Name: "integer", id: 4, size: 1}
	typeInt16  = &Type{Name: "integer", id: 4, size: 2}
)

// setTypes are the types a set can be declared with.
var setTypes = []*Type{typeIPv4, typeIPv6, typeEther, typeEthertype, typeArpop, typeProto, typeService, typeICMP, typeTCPFlag, typeMark,
	typeIndex, typeARPHRD, typeRealm, typeClassid, typeUID, typeGID, typeCtState, typeCtDir, typeCtStatus, typeICMPv6, typePkttype, typeICMPCode,
	typeICMPv6Code, typeICMPXCode, typeGroup, typeDSCP, typeECN, typeFibAddr, typeBoolean, typeIfname, typeIGMP, typeNfproto, typeVerdict, typeInteger, typeString}

// TypeNamed finds the type of a set by its name.
func TypeNamed(name string) (*Type, bool) {
	for _, t := range setTypes {
		if t.Name == name && t != typeInteger && t != typeString {
			return t, true
		}
	}
	return nil, false
}

// typeWithID finds a type by nft's number.
func typeWithID(id uint32) *Type {
	for _, t := range setTypes {
		if t.id == id {
			return t
		}
	}
	return nil
}

// typesWithID takes the number of a concatenation apart: six bits for each type.
func typesWithID(id uint32) []*Type {
	var list []*Type
	for ; id != 0; id >>= 6 {
		t := typeWithID(id & 63)
		if t == nil {
			return nil
		}
		list = append(list, t)
	}
	slices.Reverse(list)
	return list
}

func concatID(types []*Type) uint32 {
	var id uint32
	for _, t := range types {
		id = id<<6 | t.id
	}
	return id
}

func typeNames(types []*Type) string {
	list := make([]string, len(types))
	for i, t := range types {
		list[i] = t.Name
	}
	return strings.Join(list, " . ")
}

// encode makes the bytes of a number.
func (t *Type) encode(n uint64) []byte {
	b := be64(n)[8-min(8, t.size):]
	b = append(make([]byte, t.size-len(b)), b...)
	if t.host {
		turn(b)
	}
	return b
}

// decode is the number in bytes.
func (t *Type) decode(b []byte) uint64 {
	if t.host {
		b = slices.Clone(b)
		turn(b)
	}
	if len(b) > 8 {
		b = b[len(b)-8:]
	}
	return number(b)
}

// turn brings bytes from the machine's order to the network's, or back.
func turn(b []byte) {
	if binary.NativeEndian.Uint16([]byte{1, 0}) == 1 {
		slices.Reverse(b)
	}
}

// parse reads one value. Links are looked up in index.
func (t *Type) parse(word string, index func(string) (int, error)) ([]byte, error) {
	switch t.kind {
	case ipv4, ipv6:
		a, err := netip.ParseAddr(word)
		if err != nil || a.Is4() != (t.kind == ipv4) || a.Zone() != "" {
			return nil, fmt.Errorf("an %s address expected, got %q", map[valueKind]string{ipv4: "IPv4", ipv6: "IPv6"}[t.kind], word)
		}
		return a.AsSlice(), nil
	case mac:
		a, err := gonet.ParseMAC(word)
		if err != nil || len(a) != 6 || strings.Count(word, ":") != 5 {
			return nil, fmt.Errorf("a hardware address expected, got %q", word)
		}
		return a, nil
	case named:
		if len(word) >= t.size && t.size > 0 {
			return nil, fmt.Errorf("%q has more than %d characters", word, t.size-1)
		}
		b := make([]byte, t.size)
		copy(b, word)
		return b, nil
	case link:
		if n, err := strconv.ParseUint(word, 0, 32); err == nil {
			return t.encode(n), nil
		}
		i, err := index(word)
		if err != nil {
			return nil, err
		}
		return t.encode(uint64(i)), nil
	case span:
		d, err := parseTime(word)
		if err != nil {
			return nil, err
		}
		return t.encode(uint64(d / time.Millisecond)), nil
	}
	for _, s := range t.symbols {
		if s.name == word {
			return t.encode(s.value), nil
		}
	}
	n, err := parseNumber(word)
	if err != nil {
		return nil, fmt.Errorf("a value of type %s expected, got %q%s", t.Name, word, t.suggestion())
	}
	if t.size < 8 && n>>(8*t.size) != 0 {
		return nil, fmt.Errorf("%d is more than %d, the largest %s", n, uint64(1)<<(8*t.size)-1, t.Name)
	}
	return t.encode(n), nil
}

func (t *Type) suggestion() string {
	if len(t.symbols) == 0 || len(t.symbols) > 12 {
		return ""
	}
	var list []string
	for _, s := range t.symbols {
		list = append(list, s.name)
	}
	return ": a number or one of " + strings.Join(list, ", ")
}

// parseNumber reads decimal, or hexadecimal after 0x.
func parseNumber(word string) (uint64, error) {
	if rest, ok := strings.CutPrefix(word, "0x"); ok {
		return strconv.ParseUint(rest, 16, 64)
	}
	return strconv.ParseUint(word, 10, 64)
}

// format writes a value as nft does. Names of links are those that name gives.
func (t *Type) format(b []byte, name func(int) string) string {
	switch t.kind {
	case ipv4, ipv6:
		if a, ok := netip.AddrFromSlice(b); ok {
			return a.String()
		}
	case mac:
		return gonet.HardwareAddr(b).String()
	case named:
		return quote(string(bytes.TrimRight(b, "\x00")))
	case link:
		return quote(name(int(t.decode(b))))
	case span:
		return formatTime(time.Duration(t.decode(b)) * time.Millisecond)
	}
	n := t.decode(b)
	if t == typeService {
		return strconv.FormatUint(n, 10)
	}
	for _, s := range t.symbols {
		if s.value == n {
			return s.name
		}
	}
	if t.flags {
		if text := t.bits(n, ","); text != "" {
			return text
		}
	}
	if t.base == 16 {
		return fmt.Sprintf("0x%0*x", 2*t.size, n)
	}
	return strconv.FormatUint(n, 10)
}

// bits are the names of the bits set in n, "" if some have none.
func (t *Type) bits(n uint64, join string) string {
	var list []string
	for _, s := range t.symbols {
		if s.value != 0 && n&s.value == s.value {
			list = append(list, s.name)
			n &^= s.value
		}
	}
	if n != 0 {
		return ""
	}
	return strings.Join(list, join)
}

// quote writes a string so that it reads back; nft has no escapes.
func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `'`) + `"` }

// parseTime reads a time as nft writes it: 1d2h3m4s500ms, or seconds.
func parseTime(word string) (time.Duration, error) {
	if n, err := strconv.ParseUint(word, 10, 32); err == nil {
		return time.Duration(n) * time.Second, nil
	}
	days, rest, ok := strings.Cut(word, "d")
	if !ok {
		days, rest = "0", word
	}
	n, err := strconv.ParseUint(days, 10, 16)
	var d time.Duration
	if rest != "" && err == nil {
		d, err = time.ParseDuration(rest)
	}
	if err != nil || d < 0 || strings.ContainsAny(word, "-+.") {
		return 0, fmt.Errorf("a time such as 30s or 1h30m expected, got %q", word)
	}
	return time.Duration(n)*24*time.Hour + d, nil
}

func formatTime(d time.Duration) string {
	if d == 0 {
		return "0s"
	}
	var b strings.Builder
	for _, u := range [...]struct {
		name string
		unit time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}, {"ms", time.Millisecond}} {
		if n := d / u.unit; n > 0 {
			fmt.Fprintf(&b, "%d%s", n, u.name)
			d -= n * u.unit
		}
	}
	return b.String()
}
