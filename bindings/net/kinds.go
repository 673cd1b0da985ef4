package net

import (
	"slices"
	"sync"
)

// Kind is a kind of link that can be made, as `ip link add … type KIND` names it.
type Kind struct {
	Name    string
	Options []Option
	peer    uint16 // of a pair: the attribute that describes the other end
	stacked bool   // sits on another link, which must be given
	config  string // what the kernel must be built with
}

// Kinds are all kinds that netlink makes; tun and tap come from a device file, see AddTun.
func Kinds() []Kind { return kinds() }

var kinds = sync.OnceValue(func() []Kind {
	return slices.Concat(plainKinds(), switchKinds(), stackedKinds(), tunnelKinds(), greKinds())
})

var kindsByName = sync.OnceValue(func() map[string]Kind {
	m := map[string]Kind{}
	for _, k := range Kinds() {
		m[k.Name] = k
	}
	return m
})

// KindNamed finds a kind.
func KindNamed(name string) (Kind, bool) {
	k, ok := kindsByName()[name]
	return k, ok
}

func plainKinds() []Kind {
	return []Kind{
		{Name: "dummy", config: "DUMMY"},
		{Name: "ifb", config: "IFB"},
		{Name: "nlmon", config: "NLMON"},
		{Name: "vcan", config: "CAN_VCAN"},
		{Name: "veth", peer: 1, config: "VETH"},
		{Name: "vxcan", peer: 1, config: "CAN_VXCAN"},
		{Name: "netkit", peer: 1, config: "NETKIT", Options: []Option{
			choice("mode", 5, 4, "l2", "l3"),
			choice("policy", 3, 4, "forward", "blackhole").valued(0, 2),
			choice("peer_policy", 4, 4, "forward", "blackhole").valued(0, 2),
			choice("scrub", 6, 4, "none", "default"),
			choice("peer_scrub", 7, 4, "none", "default"),
		}},
		{Name: "wireguard", config: "WIREGUARD"},
		{Name: "vrf", config: "NET_VRF", Options: []Option{num32("table", 1)}},
	}
}

func switchKinds() []Kind {
	return []Kind{
		{Name: "bridge", config: "BRIDGE", Options: []Option{
			ticks("forward_delay", 1, 4), ticks("hello_time", 2, 4), ticks("max_age", 3, 4), ticks("ageing_time", 4, 4),
			yes32("stp", 5), num16("priority", 6), yes8("vlan_filtering", 7),
			choice("vlan_protocol", 8, 2, "802.1Q", "802.1ad").swapped().valued(0x8100, 0x88a8),
			num16("group_fwd_mask", 9), hwaddr("group_address", 20),
			num8("mcast_router", 22), yes8("mcast_snooping", 23), yes8("mcast_query_use_ifaddr", 24), yes8("mcast_querier", 25),
			num32("mcast_hash_max", 27), yes8("nf_call_iptables", 36), yes8("nf_call_ip6tables", 37),
			yes8("nf_call_arptables", 38), num16("vlan_default_pvid", 39), yes8("vlan_stats", 41), yes8("mcast_stats", 42),
			num8("mcast_igmp_version", 43), num8("mcast_mld_version", 44), yes8("vlan_stats_per_port", 45),
			num32("fdb_max_learned", 49),
		}},
		{Name: "bond", config: "BONDING", Options: []Option{
			choice("mode", 1, 1, "balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"),
			dev("active_slave", 2), num32("miimon", 3), num32("updelay", 4), num32("downdelay", 5), yes8("use_carrier", 6),
			num32("arp_interval", 7), choice("arp_validate", 9, 4, "none", "active", "backup", "all", "filter", "filter_active", "filter_backup"),
			choice("arp_all_targets", 10, 4, "any", "all"), dev("primary", 11),
			choice("primary_reselect", 12, 1, "always", "better", "failure"),
			choice("fail_over_mac", 13, 1, "none", "active", "follow"),
			choice("xmit_hash_policy", 14, 1, "layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac"),
			num32("resend_igmp", 15), num8("num_grat_arp", 16), yes8("all_slaves_active", 17), num32("min_links", 18),
			num32("lp_interval", 19), num32("packets_per_slave", 20), choice("lacp_rate", 21, 1, "slow", "fast"),
			choice("ad_select", 22, 1, "stable", "bandwidth", "count"), num16("ad_actor_sys_prio", 24),
			num16("ad_user_port_key", 25), hwaddr("ad_actor_system", 26), yes8("tlb_dynamic_lb", 27),
			num32("peer_notify_delay", 28), yes8("lacp_active", 29), num8("missed_max", 30),
		}},
		{Name: "team", config: "NET_TEAM"},
		{Name: "hsr", config: "HSR", Options: []Option{
			dev("slave1", 1), dev("slave2", 2), num8("supervision", 3), num8("version", 6), num8("proto", 7), dev("interlink", 8),
		}},
	}
}

func stackedKinds() []Kind {
	macvlan := []Option{
		choice("mode", 1, 4, "private", "vepa", "bridge", "passthru", "source").valued(1, 2, 4, 8, 16),
		num32("bcqueuelen", 7),
	}
	ipvlan := []Option{
		choice("mode", 1, 2, "l2", "l3", "l3s"),
		choice("flag", 2, 2, "bridge", "private", "vepa"),
	}
	return []Kind{
		{Name: "vlan", stacked: true, config: "VLAN_8021Q", Options: []Option{
			num16("id", 1), choice("protocol", 5, 2, "802.1Q", "802.1ad").swapped().valued(0x8100, 0x88a8),
			bitOf("reorder_hdr", 2, 1), bitOf("gvrp", 2, 2), bitOf("loose_binding", 2, 4), bitOf("mvrp", 2, 8),
			bitOf("bridge_binding", 2, 16),
		}},
		{Name: "macvlan", stacked: true, config: "MACVLAN", Options: macvlan},
		{Name: "macvtap", stacked: true, config: "MACVTAP", Options: macvlan},
		{Name: "ipvlan", stacked: true, config: "IPVLAN", Options: ipvlan},
		{Name: "ipvtap", stacked: true, config: "IPVTAP", Options: ipvlan},
		{Name: "xfrm", config: "XFRM_INTERFACE", Options: []Option{
			dev("dev", 1), num32("if_id", 2), has("external", 3),
		}},
		{Name: "macsec", stacked: true, config: "MACSEC", Options: []Option{
			net16("port", 2), num8("icvlen", 3), num32("window", 5), num8("encodingsa", 6), yes8("encrypt", 7),
			yes8("protect", 8), yes8("send_sci", 9), yes8("end_station", 10), yes8("scb", 11), yes8("replay", 12),
			choice("validate", 13, 1, "disabled", "check", "strict"),
		}},
	}
}

func tunnelKinds() []Kind {
	return []Kind{
		{Name: "vxlan", config: "VXLAN", Options: []Option{
			num32("id", 1), ip("remote", 2, 16), dev("dev", 3), ip("local", 4, 17), num8("ttl", 5), num8("tos", 6),
			yes8("learning", 7), num32("ageing", 8), num32("maxaddress", 9), yes8("proxy", 11), yes8("rsc", 12),
			yes8("l2miss", 13), yes8("l3miss", 14), net16("dstport", 15), yes8("udpcsum", 18), yes8("udp6zerocsumtx", 19),
			yes8("udp6zerocsumrx", 20), has("gbp", 23), yes8("external", 25), net32("flowlabel", 26), has("gpe", 27),
			choice("df", 29, 1, "unset", "set", "inherit"), yes8("vnifilter", 30), yes8("localbypass", 31),
		}},
		{Name: "geneve", config: "GENEVE", Options: []Option{
			num32("id", 1), ip("remote", 2, 7), num8("ttl", 3), num8("tos", 4), net16("dstport", 5), has("external", 6),
			yes8("udpcsum", 8), yes8("udp6zerocsumtx", 9), yes8("udp6zerocsumrx", 10), net32("flowlabel", 11),
			choice("df", 13, 1, "unset", "set", "inherit"), has("innerprotoinherit", 14),
		}},
		{Name: "bareudp", config: "BAREUDP", Options: []Option{
			net16("dstport", 1), net16("ethertype", 2), num16("srcportmin", 3), has("multiproto", 4),
		}},
		{Name: "ipip", config: "NET_IPIP", Options: ipTunnel(2, 0)},
		{Name: "sit", config: "IPV6_SIT", Options: ipTunnel(2, 0)},
		{Name: "ip6tnl", config: "IPV6_TUNNEL", Options: append(ipTunnel(0, 2), num8("encaplimit", 6), num8("proto", 9))},
		{Name: "vti", config: "NET_IPVTI", Options: vti(4, 0)},
		{Name: "vti6", config: "IPV6_VTI", Options: vti(0, 4)},
	}
}

// ipTunnel has the options of IP in IP; local is the attribute of the local address in one family and local6 in the other.
func ipTunnel(local, local6 uint16) []Option {
	return []Option{
		dev("dev", 1), ip("local", local, local6), ip("remote", next(local), next(local6)), num8("ttl", 4), num8("tos", 5),
		yes8("pmtudisc", 10), num16("encap_type", 15), num16("encap_flags", 16), net16("encap_sport", 17),
		net16("encap_dport", 18), has("external", 19), num32("fwmark", 20),
	}
}

func vti(local, local6 uint16) []Option {
	return []Option{
		dev("dev", 1), net32("ikey", 2), net32("okey", 3), ip("local", local, local6), ip("remote", next(local), next(local6)),
		num32("fwmark", 6),
	}
}

func greKinds() []Kind {
	return []Kind{
		{Name: "gre", config: "NET_IPGRE", Options: gre(6, 0)},
		{Name: "gretap", config: "NET_IPGRE", Options: gre(6, 0)},
		{Name: "ip6gre", config: "IPV6_GRE", Options: append(gre(0, 6), num8("encaplimit", 11))},
		{Name: "ip6gretap", config: "IPV6_GRE", Options: append(gre(0, 6), num8("encaplimit", 11))},
	}
}

func gre(local, local6 uint16) []Option {
	const iflags, oflags, keyed = 2, 3, 0x2000
	return []Option{
		dev("dev", 1), net32("ikey", 4).marking(mark{iflags, keyed}), net32("okey", 5).marking(mark{oflags, keyed}),
		ip("local", local, local6), ip("remote", next(local), next(local6)), num8("ttl", 8), num8("tos", 9),
		yes8("pmtudisc", 10), num16("encap_type", 14), num16("encap_flags", 15), net16("encap_sport", 16),
		net16("encap_dport", 17), has("external", 18), yes8("ignore_df", 19), num32("fwmark", 20),
	}
}

// next is the attribute after attr, 0 if there is no attr.
func next(attr uint16) uint16 {
	if attr == 0 {
		return 0
	}
	return attr + 1
}

// portOptions are the settings of a link that is a port of a kind of master.
func portOptions(master string) []Option {
	switch master {
	case "bridge":
		return []Option{
			choice("state", 1, 1, "disabled", "listening", "learning", "forwarding", "blocking"),
			num16("priority", 2), num32("cost", 3), yes8("hairpin", 4), yes8("guard", 5), yes8("root_block", 6),
			yes8("fastleave", 7), yes8("learning", 8), yes8("flood", 9), yes8("proxy_arp", 10), yes8("proxy_arp_wifi", 12),
			num8("mcast_router", 25), yes8("mcast_flood", 27), yes8("mcast_to_unicast", 28), yes8("vlan_tunnel", 29),
			yes8("bcast_flood", 30), num16("group_fwd_mask", 31), yes8("neigh_suppress", 32), yes8("isolated", 33),
			dev("backup_port", 34), yes8("locked", 39), yes8("mab", 40),
		}
	case "bond":
		return []Option{
			choice("state", 1, 1, "active", "backup").readOnly(),
			choice("mii_status", 2, 1, "up", "going_down", "down", "going_back").readOnly(),
			num32("link_failure_count", 3).readOnly(), hwaddr("perm_hwaddr", 4).readOnly(), num16("queue_id", 5),
			num32("prio", 9),
		}
	case "vrf":
		return []Option{num32("table", 1).readOnly()}
	}
	return nil
}
