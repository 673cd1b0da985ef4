package net

import (
	"encoding/binary"
	"fmt"
	gonet "net"
	"net/netip"
	"os"
	"strings"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// SocketInfo is a socket as sock_diag(7) describes it.
type SocketInfo struct {
	Proto   string // "tcp", "udp", "unix"
	State   string // "listen", "established"…; "unconnected" for udp
	Local   netip.AddrPort
	Remote  netip.AddrPort
	Path    string // of a unix socket, "@…" in the abstract name space
	Type    string // of a unix socket: "stream", "dgram", "seqpacket"
	Index   int    // of the link it is bound to
	Receive uint32 // bytes waiting
	Send    uint32
	UID     uint32
	Inode   uint32
}

// tcpStates are the states of a socket by number, in ss(8)'s words.
var tcpStates = [...]string{"unknown", "established", "syn-sent", "syn-recv", "fin-wait-1", "fin-wait-2", "time-wait",
	"unconnected", "close-wait", "last-ack", "listen", "closing", "syn-recv"}

const unixDiagSize = 16 // struct unix_diag_msg

// InetSockets lists the sockets of a transport protocol, "tcp" or "udp", of both families.
func (c *Conn) InetSockets(proto string) ([]SocketInfo, error) {
	var all []SocketInfo
	err := c.call(func(h *netlink.Handle) error {
		list := h.SocketDiagTCP
		if proto == "udp" {
			list = h.SocketDiagUDP
		}
		for _, fam := range []uint8{unix.AF_INET, unix.AF_INET6} {
			var found []*netlink.Socket
			if err := again(func() (err error) { found, err = list(fam); return err }); err != nil {
				return err
			}
			for _, s := range found {
				all = append(all, inetSocket(s, proto))
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list %s sockets: %w", proto, err)
	}
	return all, nil
}

func inetSocket(s *netlink.Socket, proto string) SocketInfo {
	address := func(ip gonet.IP, port uint16) netip.AddrPort {
		if s.Family == unix.AF_INET {
			ip = ip.To4()
		}
		return netip.AddrPortFrom(addrOf(ip), port)
	}
	return SocketInfo{
		Proto: proto, State: tcpState(s.State), Local: address(s.ID.Source, s.ID.SourcePort),
		Remote: address(s.ID.Destination, s.ID.DestinationPort), Index: int(s.ID.Interface),
		Receive: s.RQueue, Send: s.WQueue, UID: s.UID, Inode: s.INode,
	}
}

func tcpState(n uint8) string {
	if int(n) < len(tcpStates) {
		return tcpStates[n]
	}
	return "unknown"
}

// UnixSockets lists the unix sockets.
func (c *Conn) UnixSockets() ([]SocketInfo, error) {
	request := make(fixed, 24) // struct unix_diag_req
	request[0] = unix.AF_UNIX
	copy(request[4:], nl.Uint32Attr(^uint32(0)))
	const showName = 1
	copy(request[12:], nl.Uint32Attr(showName))
	var all []SocketInfo
	err := c.Dump(newMessage(unix.SOCK_DIAG_BY_FAMILY, 0, request), func() { all = all[:0] }, func(b []byte) error {
		if len(b) < unixDiagSize {
			return fmt.Errorf("a socket of %d bytes: %w", len(b), unix.EBADMSG)
		}
		s := SocketInfo{Proto: "unix", State: tcpState(b[2]), Inode: binary.NativeEndian.Uint32(b[4:])}
		switch b[1] {
		case unix.SOCK_STREAM:
			s.Type = "stream"
		case unix.SOCK_DGRAM:
			s.Type = "dgram"
		case unix.SOCK_SEQPACKET:
			s.Type = "seqpacket"
		}
		if name := find(b[unixDiagSize:], 0); len(name) > 0 {
			if s.Path = strings.TrimRight(string(name), "\x00"); name[0] == 0 {
				s.Path = "@" + string(name[1:])
			}
		}
		all = append(all, s)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list unix sockets: %w", err)
	}
	return all, nil
}

// SocketOwner is a process that has a socket open.
type SocketOwner struct {
	PID  int
	Name string
}

// SocketOwners finds who has which socket open, by inode, among the processes that the caller may look into.
func SocketOwners() map[uint32][]SocketOwner {
	owners := map[uint32][]SocketOwner{}
	procs, err := os.ReadDir("/proc")
	if err != nil {
		return owners
	}
	for _, p := range procs {
		var pid int
		if n, _ := fmt.Sscanf(p.Name(), "%d", &pid); n != 1 {
			continue
		}
		dir := "/proc/" + p.Name()
		fds, err := os.ReadDir(dir + "/fd")
		if err != nil {
			continue // another user's, or gone
		}
		seen := map[uint32]bool{}
		for _, f := range fds {
			var inode uint32
			link, _ := os.Readlink(dir + "/fd/" + f.Name())
			if n, _ := fmt.Sscanf(link, "socket:[%d]", &inode); n != 1 || seen[inode] {
				continue
			}
			seen[inode] = true
			name, _ := os.ReadFile(dir + "/comm")
			owners[inode] = append(owners[inode], SocketOwner{pid, strings.TrimSpace(string(name))})
		}
	}
	return owners
}
