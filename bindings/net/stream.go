package net

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
)

// Socket is a TCP connection, a listening or a UDP socket of some network
// namespace. Its calls wait through a Waiter, at most until the deadline.
type Socket struct {
	fd     int
	local  netip.AddrPort
	remote netip.AddrPort
	buf    []byte // read from the connection, not yet given out
	kind   string
}

// Close gives the socket back.
func (s *Socket) Close() error {
	if s.fd < 0 {
		return nil
	}
	fd := s.fd
	s.fd = -1
	return unix.Close(fd)
}

// Closed reports whether Close was called.
func (s *Socket) Closed() bool { return s.fd < 0 }

func (s *Socket) String() string {
	if s.remote.IsValid() {
		return fmt.Sprintf("%s %s → %s", s.kind, s.local, s.remote)
	}
	return fmt.Sprintf("%s %s", s.kind, s.local)
}

// newSocket makes a socket of the address's family in a namespace.
func newSocket(ns *namespace.Handle, a netip.Addr, typ int, kind string) (*Socket, error) {
	fd, err := socketIn(ns, int(family(a)), typ|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	return &Socket{fd: fd, kind: kind}, nil
}

// Listen makes a TCP socket that accepts connections; port 0 takes a free one. A
// wildcard IPv6 address accepts IPv4 too.
func Listen(ns *namespace.Handle, at netip.AddrPort, scope, backlog int) (*Socket, error) {
	s, err := newSocket(ns, at.Addr(), unix.SOCK_STREAM, "tcp listener")
	if err != nil {
		return nil, err
	}
	if at.Addr().Is6() && at.Addr().IsUnspecified() {
		err = unix.SetsockoptInt(s.fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 0)
	}
	if err == nil {
		err = unix.SetsockoptInt(s.fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
	}
	if err == nil {
		err = unix.Bind(s.fd, sockaddr(at.Addr(), int(at.Port()), scope))
	}
	if err == nil {
		err = unix.Listen(s.fd, backlog)
	}
	if err == nil {
		err = s.name()
	}
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("listen on %s: %w", at, err)
	}
	return s, nil
}

// name notes the socket's own address.
func (s *Socket) name() error {
	sa, err := unix.Getsockname(s.fd)
	if err != nil {
		return os.NewSyscallError("getsockname", err)
	}
	s.local = sockaddrPort(sa)
	return nil
}

// ready waits until the socket can be read, or written.
func (s *Socket) ready(events int16, wait Waiter, deadline time.Time) error {
	timeout := time.Duration(-1)
	if !deadline.IsZero() {
		timeout = max(0, time.Until(deadline))
	}
	n, err := wait([]unix.PollFd{{Fd: int32(s.fd), Events: events}}, timeout)
	if err == nil && n == 0 {
		err = unix.ETIMEDOUT
	}
	return err
}

// Accept waits for a connection.
func (s *Socket) Accept(wait Waiter, deadline time.Time) (*Socket, error) {
	for {
		fd, sa, err := unix.Accept4(s.fd, unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK)
		switch err {
		case nil:
			conn := &Socket{fd: fd, kind: "tcp", remote: sockaddrPort(sa)}
			if err := conn.name(); err != nil {
				conn.Close()
				return nil, err
			}
			return conn, nil
		case unix.EAGAIN:
			if err := s.ready(unix.POLLIN, wait, deadline); err != nil {
				return nil, fmt.Errorf("accept on %s: %w", s.local, err)
			}
		case unix.EINTR, unix.ECONNABORTED:
		default:
			return nil, fmt.Errorf("accept on %s: %w", s.local, err)
		}
	}
}

// Connect opens a TCP connection; an invalid source leaves the choice to the kernel.
func Connect(ns *namespace.Handle, to netip.AddrPort, scope int, source netip.Addr, wait Waiter, deadline time.Time) (*Socket, error) {
	s, err := newSocket(ns, to.Addr(), unix.SOCK_STREAM, "tcp")
	if err != nil {
		return nil, err
	}
	if err := s.connect(to, scope, source, wait, deadline); err != nil {
		s.Close()
		return nil, fmt.Errorf("connect to %s: %w", to, err)
	}
	return s, nil
}

func (s *Socket) connect(to netip.AddrPort, scope int, source netip.Addr, wait Waiter, deadline time.Time) error {
	if source.IsValid() {
		if err := unix.Bind(s.fd, sockaddr(source, 0, scope)); err != nil {
			return fmt.Errorf("from %s: %w", source, err)
		}
	}
	err := unix.Connect(s.fd, sockaddr(to.Addr(), int(to.Port()), scope))
	if err == unix.EINPROGRESS {
		if err = s.ready(unix.POLLOUT, wait, deadline); err == nil {
			var n int
			if n, err = unix.GetsockoptInt(s.fd, unix.SOL_SOCKET, unix.SO_ERROR); err == nil && n != 0 {
				err = unix.Errno(n)
			}
		}
	}
	if err != nil {
		return err
	}
	s.remote = to
	return s.name()
}

// Write sends all of b.
func (s *Socket) Write(b []byte, wait Waiter, deadline time.Time) error {
	for len(b) > 0 {
		n, err := unix.SendmsgN(s.fd, b, nil, nil, unix.MSG_NOSIGNAL)
		switch err {
		case nil:
			b = b[n:]
		case unix.EAGAIN:
			if err := s.ready(unix.POLLOUT, wait, deadline); err != nil {
				return fmt.Errorf("write to %s: %w", s.remote, err)
			}
		case unix.EINTR:
		default:
			return fmt.Errorf("write to %s: %w", s.remote, err)
		}
	}
	return nil
}

const readChunk = 64 << 10

// fill reads once more. io.EOF: the other side has closed.
func (s *Socket) fill(wait Waiter, deadline time.Time) error {
	chunk := make([]byte, readChunk)
	for {
		n, err := unix.Read(s.fd, chunk)
		switch err {
		case nil:
			if n == 0 {
				return io.EOF
			}
			s.buf = append(s.buf, chunk[:n]...)
			return nil
		case unix.EAGAIN:
			if err := s.ready(unix.POLLIN, wait, deadline); err != nil {
				return fmt.Errorf("read from %s: %w", s.remote, err)
			}
		case unix.EINTR:
		default:
			return fmt.Errorf("read from %s: %w", s.remote, err)
		}
	}
}

// Read waits for data and returns at most size bytes of it. io.EOF: the other side has closed.
func (s *Socket) Read(size int, wait Waiter, deadline time.Time) ([]byte, error) {
	if len(s.buf) == 0 {
		if err := s.fill(wait, deadline); err != nil {
			return nil, err
		}
	}
	return s.take(min(size, len(s.buf))), nil
}

func (s *Socket) take(n int) []byte {
	out := s.buf[:n:n]
	if s.buf = s.buf[n:]; len(s.buf) == 0 {
		s.buf = nil
	}
	return out
}

// ReadUntil reads up to and with the first delim, which may be no further than
// limit. At the end of the stream it returns what there is, or io.EOF.
func (s *Socket) ReadUntil(delim byte, limit int, wait Waiter, deadline time.Time) ([]byte, error) {
	for from := 0; ; {
		for i := from; i < len(s.buf); i++ {
			if s.buf[i] == delim {
				return s.take(i + 1), nil
			}
		}
		if from = len(s.buf); from > limit {
			return nil, fmt.Errorf("read from %s: no end of line in %d bytes: %w", s.remote, from, unix.EMSGSIZE)
		}
		err := s.fill(wait, deadline)
		if errors.Is(err, io.EOF) && len(s.buf) > 0 {
			return s.take(len(s.buf)), nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// ReadAll reads until the other side closes. More than limit bytes are an error.
func (s *Socket) ReadAll(limit int, wait Waiter, deadline time.Time) ([]byte, error) {
	for {
		if len(s.buf) > limit {
			return nil, fmt.Errorf("read from %s: more than %d bytes: %w", s.remote, limit, unix.EMSGSIZE)
		}
		if err := s.fill(wait, deadline); errors.Is(err, io.EOF) {
			return s.take(len(s.buf)), nil
		} else if err != nil {
			return nil, err
		}
	}
}

// Shutdown says that nothing more will be written.
func (s *Socket) Shutdown() error {
	return os.NewSyscallError("shutdown", unix.Shutdown(s.fd, unix.SHUT_WR))
}

// OpenUDP makes a UDP socket, bound to at; port 0 takes a free one.
func OpenUDP(ns *namespace.Handle, at netip.AddrPort, scope int) (*Socket, error) {
	s, err := newSocket(ns, at.Addr(), unix.SOCK_DGRAM, "udp")
	if err != nil {
		return nil, err
	}
	for _, opt := range []int{unix.SO_BROADCAST, unix.SO_REUSEADDR} {
		if err == nil {
			err = unix.SetsockoptInt(s.fd, unix.SOL_SOCKET, opt, 1)
		}
	}
	if err == nil {
		err = unix.Bind(s.fd, sockaddr(at.Addr(), int(at.Port()), scope))
	}
	if err == nil {
		err = s.name()
	}
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("bind to %s: %w", at, err)
	}
	return s, nil
}

// SendTo sends a datagram.
func (s *Socket) SendTo(b []byte, to netip.AddrPort, scope int, wait Waiter, deadline time.Time) error {
	for {
		err := unix.Sendto(s.fd, b, unix.MSG_NOSIGNAL, sockaddr(to.Addr(), int(to.Port()), scope))
		if err == unix.EAGAIN {
			err = s.ready(unix.POLLOUT, wait, deadline)
			if err == nil {
				continue
			}
		}
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return fmt.Errorf("send to %s: %w", to, err)
		}
		return nil
	}
}

// ReceiveFrom waits for a datagram.
func (s *Socket) ReceiveFrom(wait Waiter, deadline time.Time) ([]byte, netip.AddrPort, error) {
	b := make([]byte, 65536)
	for {
		n, sa, err := unix.Recvfrom(s.fd, b, 0)
		switch err {
		case nil:
			return b[:n], sockaddrPort(sa), nil
		case unix.EAGAIN:
			if err := s.ready(unix.POLLIN, wait, deadline); err != nil {
				return nil, netip.AddrPort{}, fmt.Errorf("receive on %s: %w", s.local, err)
			}
		case unix.EINTR:
		default:
			return nil, netip.AddrPort{}, fmt.Errorf("receive on %s: %w", s.local, err)
		}
	}
}
