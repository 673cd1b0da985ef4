package net

import (
	"errors"
	"os"
	"sync"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
)

// explained has the sockets that the library opens for its own calls tell the kernel's words with a refusal.
var explained = sync.OnceFunc(func() { nl.EnableErrorMessageReporting = true })

// Conn is a netlink socket, of NETLINK_ROUTE if not said otherwise; it works in the network namespace it was
// opened in, whatever namespace its user is in later. See rtnetlink(7).
type Conn struct {
	ns       *namespace.Handle // nil: that of the thread
	protocol int
	socket   *nl.NetlinkSocket
	sockets  map[int]*nl.SocketHandle // socket, as requests want it
	cookie   uint64
}

// Dial opens a socket in the namespace; nil is the calling thread's.
func Dial(ns *namespace.Handle) (*Conn, error) { return DialProtocol(ns, unix.NETLINK_ROUTE) }

// DialProtocol opens a socket of another netlink protocol.
func DialProtocol(ns *namespace.Handle, protocol int) (*Conn, error) {
	explained()
	c := &Conn{ns: ns, protocol: protocol}
	err := within(ns, func() (err error) {
		c.socket, err = nl.GetNetlinkSocketAt(netns.None(), netns.None(), protocol)
		return os.NewSyscallError("socket(AF_NETLINK)", err)
	})
	if err != nil {
		return nil, err
	}
	c.sockets = map[int]*nl.SocketHandle{protocol: {Socket: c.socket}}
	fd := c.socket.GetFd()
	// Kernels before 4.12 and 4.20 lack these two; answers are then less wordy or less filtered, never wrong.
	_ = c.socket.SetExtAck(true)
	_ = unix.SetsockoptInt(fd, unix.SOL_NETLINK, unix.NETLINK_GET_STRICT_CHK, 1)
	if c.cookie, err = unix.GetsockoptUint64(fd, unix.SOL_SOCKET, unix.SO_NETNS_COOKIE); err != nil {
		c.cookie = 0
	}
	return c, nil
}

// within runs open in a namespace; nil is the calling thread's.
func within(ns *namespace.Handle, open func() error) error {
	if ns == nil {
		return open()
	}
	return ns.Visit(open)
}

// socketIn makes a socket that belongs to a namespace; nil is the calling thread's.
func socketIn(ns *namespace.Handle, domain, typ, proto int) (fd int, err error) {
	err = within(ns, func() error {
		fd, err = unix.Socket(domain, typ|unix.SOCK_CLOEXEC, proto)
		return os.NewSyscallError("socket", err)
	})
	return fd, err
}

// Close gives the socket back.
func (c *Conn) Close() error {
	if c.socket != nil {
		c.socket.Close()
		c.socket = nil
	}
	return nil
}

// Namespace is a number that is the namespace's own until the next boot; 0 before Linux 5.14.
func (c *Conn) Namespace() uint64 { return c.cookie }

// call makes a call of the library in the namespace. A zero Handle has each
// request open its own socket: one that keeps its sockets never has the kernel
// explain a refusal.
func (c *Conn) call(f func(h *netlink.Handle) error) error {
	return within(c.ns, func() error { return f(&netlink.Handle{}) })
}

// Do sends a request and waits for its acknowledgement.
func (c *Conn) Do(m *Message) error {
	return c.exchange(m, unix.NLM_F_ACK, func([]byte) error { return nil })
}

// Ask sends a request and gives its answer to each.
func (c *Conn) Ask(m *Message, each func(body []byte) error) error { return c.exchange(m, 0, each) }

// Dump reads a table. When the table changes meanwhile it is read again: reset
// is called before each reading.
func (c *Conn) Dump(m *Message, reset func(), each func(body []byte) error) error {
	// The library takes the words after a refused dump for the request's echo, and runs off their end.
	_ = c.socket.SetExtAck(false)
	defer c.socket.SetExtAck(true)
	return again(func() error {
		reset()
		return c.exchange(m, unix.NLM_F_DUMP, each)
	})
}

// again repeats a reading that a change of the table has spoilt.
func again(read func() error) error {
	for try := 0; ; try++ {
		if err := read(); !errors.Is(err, nl.ErrDumpInterrupted) || try == 20 {
			return err
		}
	}
}

func (c *Conn) exchange(m *Message, flags uint16, each func([]byte) error) error {
	m.Flags |= flags
	m.Sockets = c.sockets
	var failed error
	err := m.ExecuteIter(c.protocol, 0, func(body []byte) bool {
		failed = each(body)
		return failed == nil
	})
	if err != nil {
		return err
	}
	return failed
}
