package net

// Stats are the counters of a link: struct rtnl_link_stats64, see rtnetlink(7).
type Stats struct {
	RxPackets, TxPackets uint64
	RxBytes, TxBytes     uint64
	RxErrors, TxErrors   uint64
	RxDropped, TxDropped uint64
	Multicast            uint64
	Collisions           uint64
}

// Stats are the link's counters; all are 0 in the links of a list.
func (l *Link) Stats() Stats {
	var s Stats
	for i, n := range []*uint64{
		&s.RxPackets, &s.TxPackets, &s.RxBytes, &s.TxBytes, &s.RxErrors, &s.TxErrors, &s.RxDropped, &s.TxDropped,
		&s.Multicast, &s.Collisions,
	} {
		if len(l.stats) >= 8*(i+1) {
			*n = uintOf(l.stats[8*i : 8*i+8])
		}
	}
	return s
}
