package nft

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
)

// Conn is a socket of nf_tables. It works in the network namespace it was opened in, wherever its user is later.
type Conn struct {
	fd  int
	seq uint32
	buf []byte
}

// Dial opens a socket in a namespace; nil is the calling thread's.
func Dial(ns *namespace.Handle) (*Conn, error) {
	c := &Conn{fd: -1}
	open := func() (err error) {
		c.fd, err = unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_NETFILTER)
		return os.NewSyscallError("socket(AF_NETLINK)", err)
	}
	var err error
	if ns == nil {
		err = open()
	} else {
		err = ns.Visit(open)
	}
	if err != nil {
		return nil, err
	}
	if err := unix.Bind(c.fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		c.Close()
		return nil, os.NewSyscallError("bind(AF_NETLINK)", err)
	}
	_ = unix.SetsockoptInt(c.fd, unix.SOL_NETLINK, unix.NETLINK_EXT_ACK, 1) // before 4.12 errors are less wordy
	// A batch is one message to the socket. Who may not raise the limits has what the system gives to all.
	for _, o := range [...][2]int{{unix.SO_SNDBUFFORCE, unix.SO_SNDBUF}, {unix.SO_RCVBUFFORCE, unix.SO_RCVBUF}} {
		if unix.SetsockoptInt(c.fd, unix.SOL_SOCKET, o[0], bufferSize) != nil {
			_ = unix.SetsockoptInt(c.fd, unix.SOL_SOCKET, o[1], bufferSize)
		}
	}
	return c, nil
}

const (
	bufferSize = 8 << 20
	recvSize   = 64 << 10
)

// Close gives the socket back.
func (c *Conn) Close() error {
	if c.fd < 0 {
		return nil
	}
	fd := c.fd
	c.fd = -1
	return unix.Close(fd)
}

// message is a request of nf_tables: its type (NFT_MSG_*), the family, and attributes.
type message struct {
	typ    uint16
	flags  uint16
	family Family
	body   attrs
	pos    Pos // of the command it carries out
	what   string
}

// reply is a message from the kernel.
type reply struct {
	typ    uint16
	family Family
	body   []byte
}

func appendMessage(b []byte, typ, flags uint16, seq uint32, family Family, resource uint16, body []byte) []byte {
	b = binary.NativeEndian.AppendUint32(b, uint32(unix.SizeofNlMsghdr+4+len(body)))
	b = binary.NativeEndian.AppendUint16(b, typ)
	b = binary.NativeEndian.AppendUint16(b, flags|unix.NLM_F_REQUEST)
	b = binary.NativeEndian.AppendUint32(b, seq)
	b = binary.NativeEndian.AppendUint32(b, 0)
	b = append(b, byte(family), unix.NFNETLINK_V0)
	b = binary.BigEndian.AppendUint16(b, resource)
	return append(b, body...)
}

const subsystem = unix.NFNL_SUBSYS_NFTABLES << 8

func (c *Conn) send(b []byte) error {
	err := unix.Sendto(c.fd, b, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK})
	return os.NewSyscallError("send", err)
}

// receive gives the messages of one read to each: header, family and attributes.
func (c *Conn) receive(each func(h unix.NlMsghdr, body []byte) error) error {
	if c.buf == nil {
		c.buf = make([]byte, recvSize)
	}
	n, _, err := unix.Recvfrom(c.fd, c.buf, unix.MSG_TRUNC)
	for err == unix.EINTR {
		n, _, err = unix.Recvfrom(c.fd, c.buf, unix.MSG_TRUNC)
	}
	if err != nil {
		return os.NewSyscallError("receive", err)
	}
	if n > len(c.buf) {
		return fmt.Errorf("receive: a message of %d bytes: %w", n, unix.EMSGSIZE)
	}
	for b := c.buf[:n]; len(b) >= unix.SizeofNlMsghdr; {
		h := unix.NlMsghdr{
			Len: binary.NativeEndian.Uint32(b), Type: binary.NativeEndian.Uint16(b[4:]),
			Flags: binary.NativeEndian.Uint16(b[6:]), Seq: binary.NativeEndian.Uint32(b[8:]),
		}
		if h.Len < unix.SizeofNlMsghdr || int(h.Len) > len(b) {
			break
		}
		if err := each(h, b[unix.SizeofNlMsghdr:h.Len]); err != nil {
			return err
		}
		b = b[min(align4(int(h.Len)), len(b)):]
	}
	return nil
}

// Refusal is the kernel's answer to what it did not do. Errors.As finds the Errno.
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

// refusal reads an acknowledgement; nil is success.
func refusal(h unix.NlMsghdr, body []byte) error {
	if len(body) < 4 {
		return nil
	}
	errno := -int32(binary.NativeEndian.Uint32(body))
	if errno <= 0 {
		return nil
	}
	r := &Refusal{Errno: unix.Errno(errno)}
	rest := body[4:]
	if h.Flags&unix.NLM_F_ACK_TLVS == 0 || len(rest) < unix.SizeofNlMsghdr {
		return r
	}
	skip := unix.SizeofNlMsghdr // of the request, which follows whole unless capped
	if h.Flags&unix.NLM_F_CAPPED == 0 {
		skip = align4(int(binary.NativeEndian.Uint32(rest)))
	}
	if skip <= len(rest) {
		r.Said = cstring(find(rest[skip:], unix.NLMSGERR_ATTR_MSG))
	}
	return r
}

var errChanged = errors.New("the ruleset changed while it was read")

// dump asks for a list. One that changes meanwhile is read again.
func (c *Conn) dump(typ uint16, family Family, body attrs) ([]reply, error) {
	for try := 0; ; try++ {
		list, err := c.ask(typ, unix.NLM_F_DUMP, family, body)
		if err != errChanged || try == 20 {
			return list, err
		}
	}
}

func (c *Conn) ask(typ, flags uint16, family Family, body attrs) ([]reply, error) {
	c.seq++
	if err := c.send(appendMessage(nil, subsystem|typ, flags, c.seq, family, 0, body)); err != nil {
		return nil, err
	}
	var list []reply
	for done, changed := false, false; !done; {
		err := c.receive(func(h unix.NlMsghdr, b []byte) error {
			switch {
			case h.Seq != c.seq:
				return nil
			case h.Type == unix.NLMSG_ERROR, h.Type == unix.NLMSG_DONE:
				done = true
				changed = changed || h.Flags&unix.NLM_F_DUMP_INTR != 0
				if err := refusal(h, b); err != nil {
					return err
				}
				if changed {
					return errChanged
				}
				return nil
			}
			changed = changed || h.Flags&unix.NLM_F_DUMP_INTR != 0
			if r, ok := replyOf(h, b); ok {
				list = append(list, r)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

func replyOf(h unix.NlMsghdr, b []byte) (reply, bool) {
	if h.Type>>8 != unix.NFNL_SUBSYS_NFTABLES || len(b) < 4 {
		return reply{}, false
	}
	return reply{typ: h.Type & 0xff, family: Family(b[0]), body: append([]byte(nil), b[4:]...)}, true
}
