package net

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
)

// Conn is a netlink socket, of NETLINK_ROUTE if not said otherwise; it works in the network namespace it was
// opened in, whatever namespace its user is in later. See rtnetlink(7).
type Conn struct {
	fd     int
	seq    uint32
	buf    *[recvSize]byte
	cookie uint64
}

// recvSize holds the largest message of a dump: the kernel packs up to 32 KiB when the reader offers that much.
const recvSize = 64 << 10

// Dial opens a socket in the namespace; nil is the calling thread's.
func Dial(ns *namespace.Handle) (*Conn, error) { return DialProtocol(ns, unix.NETLINK_ROUTE) }

// DialProtocol opens a socket of another netlink protocol.
func DialProtocol(ns *namespace.Handle, protocol int) (*Conn, error) {
	fd, err := socketIn(ns, unix.AF_NETLINK, unix.SOCK_RAW, protocol)
	if err != nil {
		return nil, err
	}
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		unix.Close(fd)
		return nil, os.NewSyscallError("bind(AF_NETLINK)", err)
	}
	// Kernels before 4.12 and 4.20 lack these two; answers are then less wordy or less filtered, never wrong.
	_ = unix.SetsockoptInt(fd, unix.SOL_NETLINK, unix.NETLINK_EXT_ACK, 1)
	_ = unix.SetsockoptInt(fd, unix.SOL_NETLINK, unix.NETLINK_GET_STRICT_CHK, 1)
	cookie, err := unix.GetsockoptUint64(fd, unix.SOL_SOCKET, unix.SO_NETNS_COOKIE)
	if err != nil {
		cookie = 0
	}
	return &Conn{fd: fd, cookie: cookie}, nil
}

// socketIn makes a socket that belongs to a namespace; nil is the calling thread's.
func socketIn(ns *namespace.Handle, domain, typ, proto int) (fd int, err error) {
	open := func() error {
		fd, err = unix.Socket(domain, typ|unix.SOCK_CLOEXEC, proto)
		return os.NewSyscallError("socket", err)
	}
	if ns == nil {
		return fd, open()
	}
	return fd, ns.Visit(open)
}

// Close gives the socket back.
func (c *Conn) Close() error {
	if c.fd < 0 {
		return nil
	}
	fd := c.fd
	c.fd = -1
	if c.buf != nil {
		buffers.Put(c.buf)
		c.buf = nil
	}
	return unix.Close(fd)
}

// buffers are lent to sockets: most live for one request.
var buffers = sync.Pool{New: func() any { return new([recvSize]byte) }}

// Namespace is a number that is the namespace's own until the next boot; 0 before Linux 5.14.
func (c *Conn) Namespace() uint64 { return c.cookie }

// Refusal is the kernel's answer to a request it did not carry out. Errors.As finds the Errno.
type Refusal struct {
	Errno unix.Errno
	Said  string // the kernel's own words, if it had any
}

func (r *Refusal) Error() string {
	if r.Said == "" {
		return r.Errno.Error()
	}
	return r.Errno.Error() + ": " + r.Said
}

// Unwrap gives the errno.
func (r *Refusal) Unwrap() error { return r.Errno }

var errInterrupted = errors.New("the table changed while it was read")

// Do sends a request and waits for its acknowledgement.
func (c *Conn) Do(m *Message) error { return c.exchange(m, unix.NLM_F_ACK, nil) }

// Ask sends a request and gives its answers to each, which may not keep the bytes.
func (c *Conn) Ask(m *Message, each func(typ uint16, body []byte) error) error {
	return c.exchange(m, unix.NLM_F_ACK, each)
}

// Dump reads a table. When the table changes meanwhile it is read again: reset
// is called before each reading.
func (c *Conn) Dump(m *Message, reset func(), each func(typ uint16, body []byte) error) error {
	for try := 0; ; try++ {
		reset()
		err := c.exchange(m, unix.NLM_F_DUMP, each)
		if err != errInterrupted || try == 20 {
			return err
		}
	}
}

func (c *Conn) exchange(m *Message, flags uint16, each func(uint16, []byte) error) error {
	c.seq++
	if err := unix.Sendto(c.fd, m.finish(flags, c.seq), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return os.NewSyscallError("send", err)
	}
	if c.buf == nil {
		c.buf = buffers.Get().(*[recvSize]byte)
	}
	var failed error
	changed := false
	for {
		n, _, err := unix.Recvfrom(c.fd, c.buf[:], unix.MSG_TRUNC)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return os.NewSyscallError("receive", err)
		}
		if n > len(c.buf) {
			return fmt.Errorf("receive: a message of %d bytes: %w", n, unix.EMSGSIZE)
		}
		for h, body := range messages(c.buf[:n]) {
			if h.Seq != c.seq {
				continue
			}
			changed = changed || h.Flags&unix.NLM_F_DUMP_INTR != 0
			switch h.Type {
			case unix.NLMSG_ERROR, unix.NLMSG_DONE:
				if err := refusal(h, body); err != nil {
					return err
				}
				if changed && failed == nil {
					return errInterrupted
				}
				return failed
			case unix.NLMSG_NOOP:
			default:
				if failed == nil && each != nil {
					failed = each(h.Type, body)
				}
			}
		}
	}
}

// messages splits what one read returned.
func messages(b []byte) func(yield func(unix.NlMsghdr, []byte) bool) {
	return func(yield func(unix.NlMsghdr, []byte) bool) {
		for len(b) >= unix.SizeofNlMsghdr {
			h := unix.NlMsghdr{
				Len:   binary.NativeEndian.Uint32(b),
				Type:  binary.NativeEndian.Uint16(b[4:]),
				Flags: binary.NativeEndian.Uint16(b[6:]),
				Seq:   binary.NativeEndian.Uint32(b[8:]),
				Pid:   binary.NativeEndian.Uint32(b[12:]),
			}
			if h.Len < unix.SizeofNlMsghdr || int(h.Len) > len(b) {
				return
			}
			if !yield(h, b[unix.SizeofNlMsghdr:h.Len]) {
				return
			}
			b = b[min(align4(int(h.Len)), len(b)):]
		}
	}
}

// refusal reads an acknowledgement; nil is success.
func refusal(h unix.NlMsghdr, body []byte) error {
	if len(body) < 4 {
		return nil // a DONE without a result
	}
	errno := -int32(binary.NativeEndian.Uint32(body))
	if errno <= 0 {
		return nil
	}
	r := &Refusal{Errno: unix.Errno(errno)}
	rest := body[4:]
	if h.Type == unix.NLMSG_ERROR { // followed by the request: the header only, or all of it
		if len(rest) < unix.SizeofNlMsghdr {
			return r
		}
		skip := unix.SizeofNlMsghdr
		if h.Flags&unix.NLM_F_CAPPED == 0 {
			skip = align4(int(binary.NativeEndian.Uint32(rest)))
		}
		rest = rest[min(skip, len(rest)):]
	}
	if h.Flags&unix.NLM_F_ACK_TLVS != 0 {
		for typ, v := range attributes(rest) {
			if typ == unix.NLMSGERR_ATTR_MSG {
				r.Said = cstring(v)
			}
		}
	}
	return r
}
