package ktrace

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// socket is a tracee's, borrowed for questions to the kernel.
type socket struct {
	t  *task
	fd int
}

// socket borrows a descriptor; see pidfd_getfd(2).
func (t *task) socket(fd int) (*socket, error) {
	pidfd, err := unix.PidfdOpen(t.pid, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(pidfd)
	own, err := unix.PidfdGetfd(pidfd, fd, 0)
	if err != nil {
		return nil, err
	}
	return &socket{t, own}, nil
}

func (s *socket) close() { unix.Close(s.fd) }

// netlink gives the protocol if it is a netlink socket.
func (s *socket) netlink() (proto int, ok bool) {
	if domain, err := unix.GetsockoptInt(s.fd, unix.SOL_SOCKET, unix.SO_DOMAIN); err != nil || domain != unix.AF_NETLINK {
		return 0, false
	}
	proto, err := unix.GetsockoptInt(s.fd, unix.SOL_SOCKET, unix.SO_PROTOCOL)
	return proto, err == nil
}

// link is a network interface's name: the socket's namespace is asked.
func (s *socket) link(index uint32) string {
	var req [40]byte // struct ifreq
	binary.NativeEndian.PutUint32(req[unix.IFNAMSIZ:], index)
	if err := ioctl(s.fd, unix.SIOCGIFNAME, req[:]); err != nil {
		return fmt.Sprintf("#%d", index)
	}
	name, _, _ := bytes.Cut(req[:unix.IFNAMSIZ], []byte{0})
	return string(name)
}

// elsewhere is the network namespace that the socket belongs to, "" if it is the tracee's own.
func (s *socket) elsewhere() string {
	ns, err := unix.IoctlRetInt(s.fd, unix.SIOCGSKNS)
	if err != nil {
		return ""
	}
	defer unix.Close(ns)
	of, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", ns))
	if err != nil {
		return ""
	}
	own, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/net", s.t.pid))
	if err != nil || own == of {
		return ""
	}
	return of
}
