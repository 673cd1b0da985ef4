package net

import (
	"errors"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

// RouteQuery asks which way a packet goes.
type RouteQuery struct {
	To, From     netip.Addr
	In, Out      int // links
	Mark, UID    uint32
	WithUID      bool
	Proto        uint8
	Sport, Dport uint16
}

// Lookup is the route that the kernel would take, as ip route get. ENETUNREACH: none.
func (c *Conn) Lookup(q RouteQuery) (*Route, error) {
	fromBits := 0
	if q.From.IsValid() {
		fromBits = q.From.BitLen()
	}
	b := rtmsg(family(q.To), q.To.BitLen(), fromBits, 0, 0, 0, 0)
	if q.To.Is4() { // IPv6 tells the table anyway
		b.Flags = unix.RTM_F_LOOKUP_TABLE
	}
	m := newMessage(unix.RTM_GETROUTE, 0, b)
	m.addr(unix.RTA_DST, q.To)
	if q.From.IsValid() {
		m.addr(unix.RTA_SRC, q.From)
	}
	if q.In != 0 {
		m.u32(unix.RTA_IIF, uint32(q.In))
	}
	if q.Out != 0 {
		m.u32(unix.RTA_OIF, uint32(q.Out))
	}
	if q.Mark != 0 {
		m.u32(unix.RTA_MARK, q.Mark)
	}
	if q.WithUID {
		m.u32(unix.RTA_UID, q.UID)
	}
	if q.Proto != 0 {
		m.u8(unix.RTA_IP_PROTO, q.Proto)
	}
	if q.Sport != 0 {
		m.be16(unix.RTA_SPORT, q.Sport)
	}
	if q.Dport != 0 {
		m.be16(unix.RTA_DPORT, q.Dport)
	}
	var r Route
	err := c.Ask(m, func(body []byte) error {
		_, err := r.parse(body)
		return err
	})
	if err == nil && !r.Dst.IsValid() {
		err = errors.New("the kernel gave no route")
	}
	if err != nil {
		return nil, fmt.Errorf("route to %s: %w", q.To, err)
	}
	return &r, nil
}
