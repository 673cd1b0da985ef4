package net

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
)

// Types of ICMP messages, icmp(7) and RFC 4443.
const (
	echoRequest4, echoReply4 = 8, 0
	echoRequest6, echoReply6 = 128, 129
	timeExceeded4            = 11
	timeExceeded6            = 3
)

const (
	icmpHeader = 8
	stampSize  = 8
)

// icmpSocket sends echo requests to one address.
type icmpSocket struct {
	fd   int
	to   netip.Addr
	dest unix.Sockaddr
	id   uint16
	raw  bool // else a ping socket: the kernel chooses the id
	tag  uint64
	buf  []byte
}

// echo is what came back for a request: a reply, or an error on the way.
type echo struct {
	seq  uint16
	from netip.Addr
	size int
	ttl  int
	err  unix.Errno // 0: a reply
	over bool       // the error is that the hop limit ran out
}

// dialICMP opens a raw socket, or where that is not allowed a ping socket (icmp(7)).
func dialICMP(ns *namespace.Handle, to netip.Addr, scope int) (*icmpSocket, error) {
	domain, proto := unix.AF_INET, unix.IPPROTO_ICMP
	if to.Is6() {
		domain, proto = unix.AF_INET6, unix.IPPROTO_ICMPV6
	}
	s := &icmpSocket{to: to, raw: true, id: uint16(os.Getpid()), tag: uint64(time.Now().UnixNano()), buf: make([]byte, 65536)}
	var err error
	if s.fd, err = socketIn(ns, domain, unix.SOCK_RAW|unix.SOCK_NONBLOCK, proto); unixErrno(err) == unix.EPERM {
		s.raw = false
		s.fd, err = socketIn(ns, domain, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK, proto)
	}
	if err != nil {
		return nil, err
	}
	if to.Is6() {
		s.dest = &unix.SockaddrInet6{Addr: to.As16(), ZoneId: uint32(scope)}
	} else {
		s.dest = &unix.SockaddrInet4{Addr: to.As4()}
	}
	if err := s.setUp(); err != nil {
		unix.Close(s.fd)
		return nil, os.NewSyscallError("setsockopt", err)
	}
	return s, nil
}

// setUp asks for the hop counts of replies and for the errors on the way, and for nothing that is no reply.
func (s *icmpSocket) setUp() error {
	if s.to.Is6() {
		if s.raw {
			filter := unix.ICMPv6Filter{}
			for i := range filter.Data {
				filter.Data[i] = ^uint32(0)
			}
			filter.Data[echoReply6>>5] &^= 1 << (echoReply6 & 31)
			if err := unix.SetsockoptICMPv6Filter(s.fd, unix.SOL_ICMPV6, unix.ICMPV6_FILTER, &filter); err != nil {
				return err
			}
		}
		if err := unix.SetsockoptInt(s.fd, unix.SOL_IPV6, unix.IPV6_RECVHOPLIMIT, 1); err != nil {
			return err
		}
		return unix.SetsockoptInt(s.fd, unix.SOL_IPV6, unix.IPV6_RECVERR, 1)
	}
	if s.raw {
		if err := unix.SetsockoptInt(s.fd, unix.SOL_RAW, icmpFilter, ^(1 << echoReply4)); err != nil {
			return err
		}
	}
	if err := unix.SetsockoptInt(s.fd, unix.SOL_IP, unix.IP_RECVTTL, 1); err != nil {
		return err
	}
	return unix.SetsockoptInt(s.fd, unix.SOL_IP, unix.IP_RECVERR, 1)
}

// icmpFilter is ICMP_FILTER of raw(7).
const icmpFilter = 1

func (s *icmpSocket) close() { unix.Close(s.fd) }

// setTTL limits the hops of what is sent from now on.
func (s *icmpSocket) setTTL(ttl int) error {
	if s.to.Is6() {
		return os.NewSyscallError("setsockopt(IPV6_UNICAST_HOPS)", unix.SetsockoptInt(s.fd, unix.SOL_IPV6, unix.IPV6_UNICAST_HOPS, ttl))
	}
	return os.NewSyscallError("setsockopt(IP_TTL)", unix.SetsockoptInt(s.fd, unix.SOL_IP, unix.IP_TTL, ttl))
}

// bind makes requests leave from an address, or by a link.
func (s *icmpSocket) bind(source netip.Addr, link string) error {
	if link != "" {
		if err := unix.BindToDevice(s.fd, link); err != nil {
			return fmt.Errorf("bind to link %s: %w", link, err)
		}
	}
	if !source.IsValid() {
		return nil
	}
	if err := unix.Bind(s.fd, sockaddr(source, 0, 0)); err != nil {
		return fmt.Errorf("bind to %s: %w", source, err)
	}
	return nil
}

// send sends request seq with size bytes behind the header; the first of them tell whose it is, if there is room.
func (s *icmpSocket) send(seq uint16, size int) error {
	b := make([]byte, icmpHeader+size)
	b[0] = echoRequest4
	if s.to.Is6() {
		b[0] = echoRequest6
	}
	binary.BigEndian.PutUint16(b[4:], s.id)
	binary.BigEndian.PutUint16(b[6:], seq)
	if size >= stampSize {
		binary.BigEndian.PutUint64(b[icmpHeader:], s.tag)
	}
	for i := icmpHeader + stampSize; i < len(b); i++ {
		b[i] = byte(i)
	}
	if !s.to.Is6() { // the kernel adds the other family's
		binary.BigEndian.PutUint16(b[2:], checksum(b))
	}
	for {
		if err := unix.Sendto(s.fd, b, 0, s.dest); err != unix.EINTR {
			return err
		}
	}
}

// checksum is that of RFC 1071 over b, whose own field is zero.
func checksum(b []byte) uint16 {
	var sum uint32
	for len(b) >= 2 {
		sum += uint32(b[0])<<8 | uint32(b[1])
		b = b[2:]
	}
	if len(b) == 1 {
		sum += uint32(b[0]) << 8
	}
	for sum>>16 != 0 {
		sum = sum&0xffff + sum>>16
	}
	return ^uint16(sum)
}

// receive reads what has arrived: ok is false for something that is not ours, err is EAGAIN when there is no more.
func (s *icmpSocket) receive(flags int) (e echo, ok bool, err error) {
	oob := make([]byte, 256)
	n, oobn, _, from, err := unix.Recvmsg(s.fd, s.buf, oob, flags)
	if err != nil {
		return e, false, err
	}
	b := s.buf[:n]
	e.from = sockaddrIP(from)
	controls, err := unix.ParseSocketControlMessage(oob[:oobn])
	if err != nil {
		return e, false, err
	}
	for _, c := range controls {
		e.control(c)
	}
	if flags&unix.MSG_ERRQUEUE != 0 {
		return e, e.err != 0 && s.mine(b, &e, true), nil
	}
	if s.raw && !s.to.Is6() && len(b) >= 20 { // comes with the IP header
		e.ttl = int(b[8])
		b = b[min(len(b), int(b[0]&15)*4):]
	}
	return e, s.mine(b, &e, false), nil
}

// control reads a hop count or an error with its origin.
func (e *echo) control(c unix.SocketControlMessage) {
	switch {
	case c.Header.Level == unix.SOL_IP && c.Header.Type == unix.IP_TTL,
		c.Header.Level == unix.SOL_IPV6 && c.Header.Type == unix.IPV6_HOPLIMIT:
		e.ttl = int(uintOf(c.Data[:min(4, len(c.Data))]))
	case c.Header.Level == unix.SOL_IP && c.Header.Type == unix.IP_RECVERR,
		c.Header.Level == unix.SOL_IPV6 && c.Header.Type == unix.IPV6_RECVERR:
		const extended = 16 // struct sock_extended_err, then the address of who reported it
		if len(c.Data) < extended {
			return
		}
		e.err = unix.Errno(binary.NativeEndian.Uint32(c.Data))
		origin, typ := c.Data[4], c.Data[5]
		e.over = origin == unix.SO_EE_ORIGIN_ICMP && typ == timeExceeded4 || origin == unix.SO_EE_ORIGIN_ICMP6 && typ == timeExceeded6
		switch d := c.Data[extended:]; {
		case len(d) >= 8 && binary.NativeEndian.Uint16(d) == unix.AF_INET:
			e.from = addrOf(d[4:8])
		case len(d) >= 24 && binary.NativeEndian.Uint16(d) == unix.AF_INET6:
			e.from = addrOf(d[8:24]).Unmap()
		}
	}
}

// mine reports whether an ICMP message answers, or in an error is, one of our requests.
func (s *icmpSocket) mine(b []byte, e *echo, request bool) bool {
	if len(b) < icmpHeader {
		return false
	}
	want := byte(echoReply4)
	switch {
	case s.to.Is6() && request:
		want = echoRequest6
	case s.to.Is6():
		want = echoReply6
	case request:
		want = echoRequest4
	}
	if b[0] != want || s.raw && binary.BigEndian.Uint16(b[4:]) != s.id {
		return false
	}
	if len(b) >= icmpHeader+stampSize && binary.BigEndian.Uint64(b[icmpHeader:]) != s.tag {
		return false
	}
	e.seq = binary.BigEndian.Uint16(b[6:])
	e.size = len(b)
	return true
}
