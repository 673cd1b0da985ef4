package ktrace

import (
	"fmt"
	"strings"

	"golang.org/x/sys/unix"
)

// describe names a netlink message and what it is about.
func describe(s *socket, proto int, m message) string {
	text := ""
	switch proto {
	case unix.NETLINK_ROUTE:
		text = routeMessage(s, m)
	case unix.NETLINK_NETFILTER:
		text = netfilterMessage(m)
	case unix.NETLINK_GENERIC:
		text = genericMessage(m)
	case unix.NETLINK_SOCK_DIAG:
		text = "SOCK_DIAG_BY_FAMILY"
	default:
		text = fmt.Sprintf("protocol %d, type %d", proto, m.kind)
	}
	if ns := s.elsewhere(); ns != "" {
		text += " in " + ns
	}
	return printable(text)
}

// genericMessage names the messages of the controller, by which others are found.
func genericMessage(m message) string {
	head := m.head(4)
	if m.kind == unix.GENL_ID_CTRL && head[0] == unix.CTRL_CMD_GETFAMILY {
		return "CTRL_CMD_GETFAMILY " + m.after(4).text(unix.CTRL_ATTR_FAMILY_NAME)
	}
	return fmt.Sprintf("generic family %d, command %d", m.kind, head[0])
}

// netfilterMessage names a message of nf_tables with its objects.
func netfilterMessage(m message) string {
	const subsystem, header = 8, 4 // struct nfgenmsg
	switch m.kind {
	case unix.NFNL_MSG_BATCH_BEGIN:
		return "NFNL_MSG_BATCH_BEGIN"
	case unix.NFNL_MSG_BATCH_END:
		return "NFNL_MSG_BATCH_END"
	}
	if m.kind>>subsystem != unix.NFNL_SUBSYS_NFTABLES {
		return fmt.Sprintf("netfilter subsystem %d, message %d", m.kind>>subsystem, m.kind&0xff)
	}
	what := m.kind & 0xff
	name := fmt.Sprintf("NFT_MSG_%d", what)
	if int(what) < len(nftMessages) {
		name = "NFT_MSG_" + nftMessages[what]
	}
	parts := []string{name}
	if what == unix.NFT_MSG_NEWGEN || what == unix.NFT_MSG_GETGEN {
		return name
	}
	if family := nftFamilies.String(uint64(m.head(header)[0])); family != "0x0" {
		parts = append(parts, family)
	}
	a := m.after(header)
	for _, kind := range nftNames(name) {
		if text := a.text(kind); text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, " ")
}

// nftNames are the attributes that hold the names of the table and of what is in it.
func nftNames(message string) []uint16 {
	const table = 1 // of all kinds of messages
	switch {
	case strings.Contains(message, "CHAIN"):
		return []uint16{table, unix.NFTA_CHAIN_NAME}
	case strings.Contains(message, "TABLE") && !strings.Contains(message, "FLOW"):
		return []uint16{unix.NFTA_TABLE_NAME}
	}
	return []uint16{table, 2} // NFTA_RULE_CHAIN, NFTA_SET_NAME, NFTA_SET_ELEM_LIST_SET, NFTA_OBJ_NAME, NFTA_FLOWTABLE_NAME
}

// nftMessages are the names of enum nf_tables_msg_types.
var nftMessages = [...]string{
	"NEWTABLE", "GETTABLE", "DELTABLE", "NEWCHAIN", "GETCHAIN", "DELCHAIN", "NEWRULE", "GETRULE", "DELRULE",
	"NEWSET", "GETSET", "DELSET", "NEWSETELEM", "GETSETELEM", "DELSETELEM", "NEWGEN", "GETGEN", "TRACE",
	"NEWOBJ", "GETOBJ", "DELOBJ", "GETOBJ_RESET", "NEWFLOWTABLE", "GETFLOWTABLE", "DELFLOWTABLE", "GETRULE_RESET",
	"DESTROYTABLE", "DESTROYCHAIN", "DESTROYRULE", "DESTROYSET", "DESTROYSETELEM", "DESTROYOBJ", "DESTROYFLOWTABLE",
	"GETSETELEM_RESET",
}

var nftFamilies = words{
	{unix.NFPROTO_INET, "inet"}, {unix.NFPROTO_IPV4, "ip"}, {unix.NFPROTO_ARP, "arp"}, {unix.NFPROTO_NETDEV, "netdev"},
	{unix.NFPROTO_BRIDGE, "bridge"}, {unix.NFPROTO_IPV6, "ip6"},
}
