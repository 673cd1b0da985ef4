package net

import (
	"net/netip"

	"golang.org/x/sys/unix"
)

// sockaddr makes the socket address of an address and a port; scope is the link of a link-local one.
func sockaddr(a netip.Addr, port int, scope int) unix.Sockaddr {
	if a.Is4() {
		return &unix.SockaddrInet4{Addr: a.As4(), Port: port}
	}
	return &unix.SockaddrInet6{Addr: a.As16(), Port: port, ZoneId: uint32(scope)}
}

func sockaddrIP(sa unix.Sockaddr) netip.Addr {
	ap := sockaddrPort(sa)
	return ap.Addr()
}

// sockaddrPort is the address and port of a socket address, the zero value for another family.
func sockaddrPort(sa unix.Sockaddr) netip.AddrPort {
	switch sa := sa.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(sa.Addr), uint16(sa.Port))
	case *unix.SockaddrInet6:
		return netip.AddrPortFrom(netip.AddrFrom16(sa.Addr).Unmap(), uint16(sa.Port))
	}
	return netip.AddrPort{}
}
