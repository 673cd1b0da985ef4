package nft

import (
	"strconv"

	"golang.org/x/sys/unix"
)

// Family is the sort of packets a table sees: NFPROTO_*.
type Family uint8

// The families of tables.
const (
	Inet   Family = unix.NFPROTO_INET
	IP     Family = unix.NFPROTO_IPV4
	IP6    Family = unix.NFPROTO_IPV6
	ARP    Family = unix.NFPROTO_ARP
	Bridge Family = unix.NFPROTO_BRIDGE
	Netdev Family = unix.NFPROTO_NETDEV
)

var families = [...]struct {
	name   string
	family Family
}{{"ip", IP}, {"ip6", IP6}, {"inet", Inet}, {"arp", ARP}, {"bridge", Bridge}, {"netdev", Netdev}}

// FamilyNamed finds a family by nft's name for it.
func FamilyNamed(name string) (Family, bool) {
	for _, f := range families {
		if f.name == name {
			return f.family, true
		}
	}
	return 0, false
}

func (f Family) String() string {
	for _, x := range families {
		if x.family == f {
			return x.name
		}
	}
	return "family " + strconv.Itoa(int(f))
}

// hooks are the names of a family's hooks by number.
func (f Family) hooks() map[string]uint32 {
	switch f {
	case ARP:
		return map[string]uint32{"input": 0, "output": 1}
	case Netdev:
		return map[string]uint32{"ingress": 0, "egress": 1}
	case Inet:
		return map[string]uint32{"prerouting": 0, "input": 1, "forward": 2, "output": 3, "postrouting": 4, "ingress": 5}
	}
	return map[string]uint32{"prerouting": 0, "input": 1, "forward": 2, "output": 3, "postrouting": 4}
}

// priorities are the names of the usual places in a hook.
func (f Family) priorities() map[string]int32 {
	if f == Bridge {
		return map[string]int32{"dstnat": -300, "filter": -200, "out": 100, "srcnat": 300}
	}
	return map[string]int32{"raw": -300, "mangle": -150, "dstnat": -100, "filter": 0, "security": 50, "srcnat": 100}
}
