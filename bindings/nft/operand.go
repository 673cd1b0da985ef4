package nft

import (
	"strings"

	"golang.org/x/sys/unix"
)

// operand is what rules match and set: a field of a header or something known of a packet.
type operand struct {
	name  string // "ip saddr"
	typ   *Type
	proto string // of the header; "" for what is none's
	kind  loadKind
	base  uint32 // of the header in the packet: NFT_PAYLOAD_*
	bit   int    // where the field begins in it
	bits  int
	key   uint32 // of meta, ct, rt and socket
	dir   int    // of ct: -1 for none
}

type loadKind int

const (
	payload loadKind = iota
	meta
	ct
	rt
	socket
)

const (
	linkHeader      = unix.NFT_PAYLOAD_LL_HEADER
	networkHeader   = unix.NFT_PAYLOAD_NETWORK_HEADER
	transportHeader = unix.NFT_PAYLOAD_TRANSPORT_HEADER
)

func field(proto, name string, base uint32, bit, bits int, t *Type) operand {
	return operand{name: proto + " " + name, typ: t, proto: proto, base: base, bit: bit, bits: bits}
}

func metaKey(name string, key uint32, t *Type) operand {
	return operand{name: "meta " + name, typ: t, kind: meta, key: key}
}

func ctKey(name string, key uint32, t *Type) operand {
	return operand{name: "ct " + name, typ: t, kind: ct, key: key, dir: -1}
}

func ctDir(dir int, name string, key uint32, t *Type) operand {
	return operand{name: "ct " + [...]string{"original", "reply"}[dir] + " " + name, typ: t, kind: ct, key: key, dir: dir}
}

// operands are all that there is, in the order in which an expression is looked up.
var operands = []operand{
	field("ether", "daddr", linkHeader, 0, 48, typeEther),
	field("ether", "saddr", linkHeader, 48, 48, typeEther),
	field("ether", "type", linkHeader, 96, 16, typeEthertype),
	field("vlan", "id", linkHeader, 116, 12, typeInt16),
	field("vlan", "pcp", linkHeader, 112, 3, typeInt8),
	field("vlan", "dei", linkHeader, 115, 1, typeInt8),
	field("vlan", "type", linkHeader, 128, 16, typeEthertype),
	field("arp", "htype", networkHeader, 0, 16, typeInt16),
	field("arp", "ptype", networkHeader, 16, 16, typeEthertype),
	field("arp", "hlen", networkHeader, 32, 8, typeInt8),
	field("arp", "plen", networkHeader, 40, 8, typeInt8),
	field("arp", "operation", networkHeader, 48, 16, typeArpop),
	field("arp", "saddr ether", networkHeader, 64, 48, typeEther),
	field("arp", "saddr ip", networkHeader, 112, 32, typeIPv4),
	field("arp", "daddr ether", networkHeader, 144, 48, typeEther),
	field("arp", "daddr ip", networkHeader, 192, 32, typeIPv4),
	field("ip", "saddr", networkHeader, 96, 32, typeIPv4),
	field("ip", "daddr", networkHeader, 128, 32, typeIPv4),
	field("ip", "protocol", networkHeader, 72, 8, typeProto),
	field("ip", "ttl", networkHeader, 64, 8, typeInt8),
	field("ip", "length", networkHeader, 16, 16, typeInt16),
	field("ip", "id", networkHeader, 32, 16, typeInt16),
	field("ip", "frag-off", networkHeader, 48, 16, typeInt16),
	field("ip", "checksum", networkHeader, 80, 16, typeInt16),
	field("ip", "dscp", networkHeader, 8, 6, typeDSCP),
	field("ip", "ecn", networkHeader, 14, 2, typeECN),
	field("ip", "version", networkHeader, 0, 4, typeInt8),
	field("ip", "hdrlength", networkHeader, 4, 4, typeInt8),
	field("ip6", "saddr", networkHeader, 64, 128, typeIPv6),
	field("ip6", "daddr", networkHeader, 192, 128, typeIPv6),
	field("ip6", "nexthdr", networkHeader, 48, 8, typeProto),
	field("ip6", "hoplimit", networkHeader, 56, 8, typeInt8),
	field("ip6", "length", networkHeader, 32, 16, typeInt16),
	field("ip6", "version", networkHeader, 0, 4, typeInt8),
	field("tcp", "sport", transportHeader, 0, 16, typeService),
	field("tcp", "dport", transportHeader, 16, 16, typeService),
	field("tcp", "sequence", transportHeader, 32, 32, typeInteger),
	field("tcp", "ackseq", transportHeader, 64, 32, typeInteger),
	field("tcp", "doff", transportHeader, 96, 4, typeInt8),
	field("tcp", "flags", transportHeader, 104, 8, typeTCPFlag),
	field("tcp", "window", transportHeader, 112, 16, typeInt16),
	field("tcp", "checksum", transportHeader, 128, 16, typeInt16),
	field("tcp", "urgptr", transportHeader, 144, 16, typeInt16),
	field("udp", "sport", transportHeader, 0, 16, typeService),
	field("udp", "dport", transportHeader, 16, 16, typeService),
	field("udp", "length", transportHeader, 32, 16, typeInt16),
	field("udp", "checksum", transportHeader, 48, 16, typeInt16),
	field("udplite", "sport", transportHeader, 0, 16, typeService),
	field("udplite", "dport", transportHeader, 16, 16, typeService),
	field("sctp", "sport", transportHeader, 0, 16, typeService),
	field("sctp", "dport", transportHeader, 16, 16, typeService),
	field("dccp", "sport", transportHeader, 0, 16, typeService),
	field("dccp", "dport", transportHeader, 16, 16, typeService),
	field("icmp", "type", transportHeader, 0, 8, typeICMP),
	field("icmp", "code", transportHeader, 8, 8, typeICMPCode),
	field("icmp", "id", transportHeader, 32, 16, typeInt16),
	field("icmp", "sequence", transportHeader, 48, 16, typeInt16),
	field("icmp", "mtu", transportHeader, 48, 16, typeInt16),
	field("icmpv6", "type", transportHeader, 0, 8, typeICMPv6),
	field("icmpv6", "code", transportHeader, 8, 8, typeICMPv6Code),
	field("icmpv6", "id", transportHeader, 32, 16, typeInt16),
	field("icmpv6", "sequence", transportHeader, 48, 16, typeInt16),
	field("icmpv6", "mtu", transportHeader, 32, 32, typeInteger),
	field("igmp", "type", transportHeader, 0, 8, typeIGMP),
	field("esp", "spi", transportHeader, 0, 32, typeInteger),
	field("esp", "sequence", transportHeader, 32, 32, typeInteger),
	field("th", "sport", transportHeader, 0, 16, typeService),
	field("th", "dport", transportHeader, 16, 16, typeService),

	metaKey("length", unix.NFT_META_LEN, typeHost32),
	metaKey("protocol", unix.NFT_META_PROTOCOL, typeEthertype),
	metaKey("priority", unix.NFT_META_PRIORITY, typeClassid),
	metaKey("mark", unix.NFT_META_MARK, typeMark),
	metaKey("iif", unix.NFT_META_IIF, typeIndex),
	metaKey("oif", unix.NFT_META_OIF, typeIndex),
	metaKey("iifname", unix.NFT_META_IIFNAME, typeIfname),
	metaKey("oifname", unix.NFT_META_OIFNAME, typeIfname),
	metaKey("iiftype", unix.NFT_META_IIFTYPE, typeARPHRD),
	metaKey("oiftype", unix.NFT_META_OIFTYPE, typeARPHRD),
	metaKey("skuid", unix.NFT_META_SKUID, typeUID),
	metaKey("skgid", unix.NFT_META_SKGID, typeGID),
	metaKey("nftrace", unix.NFT_META_NFTRACE, typeInt8),
	metaKey("rtclassid", unix.NFT_META_RTCLASSID, typeRealm),
	metaKey("nfproto", unix.NFT_META_NFPROTO, typeNfproto),
	metaKey("l4proto", unix.NFT_META_L4PROTO, typeProto),
	metaKey("ibrname", unix.NFT_META_BRI_IIFNAME, typeIfname),
	metaKey("obrname", unix.NFT_META_BRI_OIFNAME, typeIfname),
	metaKey("pkttype", unix.NFT_META_PKTTYPE, typePkttype),
	metaKey("cpu", unix.NFT_META_CPU, typeHost32),
	metaKey("iifgroup", unix.NFT_META_IIFGROUP, typeGroup),
	metaKey("oifgroup", unix.NFT_META_OIFGROUP, typeGroup),
	metaKey("cgroup", unix.NFT_META_CGROUP, typeHost32),
	metaKey("random", unix.NFT_META_PRANDOM, typeInteger),

	ctKey("state", unix.NFT_CT_STATE, typeCtState),
	ctKey("direction", unix.NFT_CT_DIRECTION, typeCtDir),
	ctKey("status", unix.NFT_CT_STATUS, typeCtStatus),
	ctKey("mark", unix.NFT_CT_MARK, typeMark),
	ctKey("expiration", unix.NFT_CT_EXPIRATION, typeTime),
	ctKey("l3proto", unix.NFT_CT_L3PROTOCOL, typeNfproto),
	ctKey("protocol", unix.NFT_CT_PROTOCOL, typeProto),
	ctKey("bytes", unix.NFT_CT_BYTES, typeHost64),
	ctKey("packets", unix.NFT_CT_PKTS, typeHost64),
	ctKey("avgpkt", unix.NFT_CT_AVGPKT, typeHost64),
	ctKey("zone", unix.NFT_CT_ZONE, typeHost16),
	ctDir(0, "ip saddr", ctSrcIP, typeIPv4), ctDir(0, "ip daddr", ctDstIP, typeIPv4),
	ctDir(1, "ip saddr", ctSrcIP, typeIPv4), ctDir(1, "ip daddr", ctDstIP, typeIPv4),
	ctDir(0, "ip6 saddr", ctSrcIP6, typeIPv6), ctDir(0, "ip6 daddr", ctDstIP6, typeIPv6),
	ctDir(1, "ip6 saddr", ctSrcIP6, typeIPv6), ctDir(1, "ip6 daddr", ctDstIP6, typeIPv6),
	ctDir(0, "protocol", unix.NFT_CT_PROTOCOL, typeProto), ctDir(1, "protocol", unix.NFT_CT_PROTOCOL, typeProto),
	ctDir(0, "proto-src", unix.NFT_CT_PROTO_SRC, typeService), ctDir(0, "proto-dst", unix.NFT_CT_PROTO_DST, typeService),
	ctDir(1, "proto-src", unix.NFT_CT_PROTO_SRC, typeService), ctDir(1, "proto-dst", unix.NFT_CT_PROTO_DST, typeService),
	ctDir(0, "bytes", unix.NFT_CT_BYTES, typeHost64), ctDir(1, "bytes", unix.NFT_CT_BYTES, typeHost64),
	ctDir(0, "packets", unix.NFT_CT_PKTS, typeHost64), ctDir(1, "packets", unix.NFT_CT_PKTS, typeHost64),

	{name: "rt classid", typ: typeRealm, kind: rt, key: unix.NFT_RT_CLASSID},
	{name: "rt ip nexthop", typ: typeIPv4, kind: rt, key: unix.NFT_RT_NEXTHOP4},
	{name: "rt ip6 nexthop", typ: typeIPv6, kind: rt, key: unix.NFT_RT_NEXTHOP6},
	{name: "rt mtu", typ: typeHost16, kind: rt, key: unix.NFT_RT_TCPMSS},
	{name: "socket transparent", typ: typeInt8, kind: socket, key: 0},
	{name: "socket mark", typ: typeMark, kind: socket, key: 1},
}

// Keys of ct that tell the address of one family, since Linux 4.17.
const (
	ctSrcIP  = 19
	ctDstIP  = 20
	ctSrcIP6 = 21
	ctDstIP6 = 22
)

// bareMeta are the keys of meta that stand without that word.
var bareMeta = []string{"iif", "oif", "iifname", "oifname", "iiftype", "oiftype", "skuid", "skgid", "mark", "rtclassid", "iifgroup", "oifgroup",
	"ibrname", "obrname", "pkttype", "cpu", "cgroup", "nftrace"}

// shown is the operand's name as listings have it.
func (o *operand) shown() string {
	if rest, ok := strings.CutPrefix(o.name, "meta "); ok {
		switch rest {
		case "iif", "oif", "iifname", "oifname", "iiftype", "oiftype", "iifgroup", "oifgroup":
			return rest
		}
	}
	return o.name
}

// region is the bytes that hold the field, and how far it is from their end.
func (o *operand) region() (offset, size, shift int) {
	offset = o.bit / 8
	size = (o.bit+o.bits+7)/8 - offset
	return offset, size, 8*size - o.bit%8 - o.bits
}

// partial reports whether the field is only some bits of its bytes.
func (o *operand) partial() bool {
	return o.kind == payload && (o.bit%8 != 0 || o.bits%8 != 0)
}

// mask has the field's bits set, in bytes of region.
func (o *operand) mask() []byte {
	_, size, shift := o.region()
	return be64((1<<o.bits - 1) << shift)[8-size:]
}

// protocols says what a header needs to be there: the protocol of the layer below by number.
type protocol struct {
	layer int    // 2, 3, 4
	name  string // "tcp"
	below uint64 // its number in the header below
	only  string // the layer 3 protocol it goes with; "" for any
}

var protocols = []protocol{
	{3, "ip", 0x0800, ""}, {3, "ip6", 0x86dd, ""}, {3, "arp", 0x0806, ""}, {2, "ether", 0, ""}, {2, "vlan", 0x8100, ""},
	{4, "tcp", 6, ""}, {4, "udp", 17, ""}, {4, "udplite", 136, ""}, {4, "sctp", 132, ""}, {4, "dccp", 33, ""}, {4, "esp", 50, ""},
	{4, "icmp", 1, "ip"}, {4, "icmpv6", 58, "ip6"}, {4, "igmp", 2, "ip"}, {4, "th", 0, ""},
}

func protocolNamed(name string) *protocol {
	for i := range protocols {
		if protocols[i].name == name {
			return &protocols[i]
		}
	}
	return nil
}

// protocolWith finds a protocol of a layer by its number below.
func protocolWith(layer int, number uint64) string {
	for _, p := range protocols {
		if p.layer == layer && p.below == number && number != 0 {
			return p.name
		}
	}
	return ""
}
