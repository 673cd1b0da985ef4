// Package nft is nftables: tables, chains, rules, sets and maps of a network
// namespace, read and written in the syntax of nft(8) over nf_tables' netlink
// protocol (linux/netfilter/nf_tables.h).
//
// Parse makes commands of text, Conn.Commit carries them out as one transaction,
// Conn.Ruleset reads what there is and Ruleset.String writes it as text again.
package nft
