package net

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

func streamFunctions() []function {
	return []function{
		{"tcp.listen", (*place).tcpListen},
		{"tcp.serve", (*place).tcpServe},
		{"tcp.connect", (*place).tcpConnect},
		{"tcp.get", (*place).tcpGet},
		{"udp.open", (*place).udpOpen},
		{"udp.send", (*place).udpSend},
		{"resolve", (*place).resolve},
	}
}

// readLimit is how much a reader gathers before it gives up.
const readLimit = 64 << 20

// waiter waits in the call's state; with a Deadline made of a timeout it ends when that is over.
func waiter(c *lua.Call) Waiter { return c.State().Wait }

// deadline is the end of a timeout; a negative one never ends.
func deadline(timeout time.Duration) time.Time {
	if timeout < 0 {
		return time.Time{}
	}
	return time.Now().Add(timeout)
}

// endpoint splits "host:port", ":port" or "[v6]:port".
func endpoint(text string) (host string, port uint16, err error) {
	i := strings.LastIndexByte(text, ':')
	bad := fmt.Errorf(`a host and port ("10.0.0.1:80", "[fd00::1]:80", ":80") expected, got %q`, text)
	if i < 0 {
		return "", 0, bad
	}
	host = text[:i]
	if h, ok := strings.CutPrefix(host, "["); ok {
		if host, ok = strings.CutSuffix(h, "]"); !ok {
			return "", 0, bad
		}
	} else if strings.Contains(host, ":") {
		return "", 0, bad
	}
	n, err := strconv.ParseUint(text[i+1:], 10, 16)
	if err != nil {
		return "", 0, bad
	}
	return host, uint16(n), nil
}

// target is where a socket goes to or is bound.
type target struct {
	host  string
	port  uint16
	addr  netip.AddrPort
	scope int
}

func (t *target) arg() lua.Arg {
	return textArg("string", func(text string) (err error) {
		t.host, t.port, err = endpoint(text)
		return err
	})
}

// find resolves the host, the wildcard address if there is none.
func (p *place) find(c *lua.Call, t *target, end time.Time) error {
	if err := p.open(); err != nil {
		return err
	}
	if t.host == "" {
		t.addr = netip.AddrPortFrom(p.wildcard(), t.port)
		return nil
	}
	if end.IsZero() {
		end = time.Now().Add(resolveTimeout)
	}
	r := Resolver{Namespace: p.ns, Wait: waiter(c), Deadline: end}
	list, err := r.Lookup(t.host, 0)
	if err != nil {
		return err
	}
	if zone := list[0].Zone(); zone != "" {
		err = p.do(func(conn *Conn) (err error) {
			t.scope, err = conn.Index(zone)
			return err
		})
	}
	t.addr = netip.AddrPortFrom(list[0].WithZone(""), t.port)
	return err
}

const resolveTimeout = 10 * time.Second

// wildcard is the IPv6 address for all, which serves IPv4 too, or where the kernel has no IPv6 that of IPv4.
func (p *place) wildcard() netip.Addr {
	fd, err := socketIn(p.ns, unix.AF_INET6, unix.SOCK_STREAM, 0)
	if err != nil {
		return netip.IPv4Unspecified()
	}
	unix.Close(fd)
	return netip.IPv6Unspecified()
}

func (p *place) tcpListen(c *lua.Call) error {
	var t target
	backlog := 128
	if err := c.Unpack("address", t.arg(), "options?", lua.Fields{"backlog": &backlog}); err != nil {
		return err
	}
	s, err := p.listen(c, &t, backlog)
	if err != nil {
		return err
	}
	return c.Return(s)
}

func (p *place) listen(c *lua.Call, t *target, backlog int) (*Socket, error) {
	if err := p.find(c, t, time.Time{}); err != nil {
		return nil, err
	}
	s, err := Listen(p.ns, t.addr, t.scope, backlog)
	if err != nil {
		return nil, lua.WithHint(err, listenHint(unixErrno(err)))
	}
	return s, nil
}

func listenHint(n unix.Errno) string {
	switch n {
	case unix.EADDRINUSE:
		return "another socket listens there: net.sockets{listening = true} shows which"
	case unix.EADDRNOTAVAIL:
		return "no link of the namespace has this address, or it is not ready yet (an IPv6 address is tentative for a second)"
	case unix.EACCES:
		return "ports below net.ipv4.ip_unprivileged_port_start take CAP_NET_BIND_SERVICE"
	}
	return ""
}

// tcpServe calls fn with each connection, one after the other, and closes it.
func (p *place) tcpServe(c *lua.Call) error {
	var t target
	var fn *lua.Function
	count, backlog := 0, 128
	if err := c.Unpack("address", t.arg(), "fn", &fn, "options?", lua.Fields{"count": &count, "backlog": &backlog}); err != nil {
		return err
	}
	s, err := p.listen(c, &t, backlog)
	if err != nil {
		return err
	}
	defer s.Close()
	for n := 0; count == 0 || n < count; n++ {
		conn, err := s.Accept(waiter(c), time.Time{})
		if err != nil {
			return err
		}
		v := c.State().Wrap(conn)
		_, err = c.Invoke(fn, v)
		c.State().Forget(conn)
		if err := errors.Join(err, conn.Close()); err != nil {
			return err
		}
	}
	return c.Return()
}

func (p *place) tcpConnect(c *lua.Call) error {
	var t target
	var source netip.Addr
	timeout := 10 * time.Second
	if err := c.Unpack("address", t.arg(), "options?", lua.Fields{"timeout": &timeout, "source": addrArg(&source)}); err != nil {
		return err
	}
	s, err := p.connect(c, &t, source, deadline(timeout))
	if err != nil {
		return err
	}
	return c.Return(s)
}

func (p *place) connect(c *lua.Call, t *target, source netip.Addr, end time.Time) (*Socket, error) {
	if err := p.find(c, t, end); err != nil {
		return nil, err
	}
	s, err := Connect(p.ns, t.addr, t.scope, source, waiter(c), end)
	if err != nil {
		return nil, lua.WithHint(err, p.connectHint(t, unixErrno(err)))
	}
	return s, nil
}

func (p *place) connectHint(t *target, n unix.Errno) string {
	switch n {
	case unix.ECONNREFUSED:
		return fmt.Sprintf("the host answers, but nothing listens on port %d there", t.addr.Port())
	case unix.ENETUNREACH:
		return fmt.Sprintf("this namespace has no route to %s: net.routes() shows what there is, net.links() which links are up", t.addr.Addr())
	case unix.EHOSTUNREACH:
		return "the host does not answer on its link: is it up, and in the same network?"
	case unix.ETIMEDOUT:
		return "no answer at all: a firewall, a missing route back, or a host that is not there"
	}
	return ""
}

// tcpGet connects, sends what is to be sent, and returns all that comes until the other side closes.
func (p *place) tcpGet(c *lua.Call) error {
	var t target
	var send string
	timeout := 10 * time.Second
	if err := c.Unpack("address", t.arg(), "options?", lua.Fields{"timeout": &timeout, "send": &send}); err != nil {
		return err
	}
	end := deadline(timeout)
	s, err := p.connect(c, &t, netip.Addr{}, end)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Write([]byte(send), waiter(c), end); err != nil {
		return err
	}
	if err := s.Shutdown(); err != nil && unixErrno(err) != unix.ENOTCONN {
		return err
	}
	b, err := s.ReadAll(readLimit, waiter(c), end)
	if err != nil {
		return err
	}
	return c.Return(b)
}

func (p *place) udpOpen(c *lua.Call) error {
	t := target{}
	if err := c.Unpack("address?", t.arg()); err != nil {
		return err
	}
	if err := p.find(c, &t, time.Time{}); err != nil {
		return err
	}
	s, err := OpenUDP(p.ns, t.addr, t.scope)
	if err != nil {
		return lua.WithHint(err, listenHint(unixErrno(err)))
	}
	return c.Return(s)
}

func (p *place) udpSend(c *lua.Call) error {
	var t target
	var data string
	if err := c.Unpack("address", t.arg(), "data", &data); err != nil {
		return err
	}
	end := deadline(resolveTimeout)
	if err := p.find(c, &t, end); err != nil {
		return err
	}
	anywhere := netip.IPv4Unspecified()
	if t.addr.Addr().Is6() {
		anywhere = netip.IPv6Unspecified()
	}
	s, err := OpenUDP(p.ns, netip.AddrPortFrom(anywhere, 0), 0)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.SendTo([]byte(data), t.addr, t.scope, waiter(c), end); err != nil {
		return lua.WithHint(err, p.connectHint(&t, unixErrno(err)))
	}
	return c.Return()
}

func (p *place) resolve(c *lua.Call) error {
	var name string
	fam, server := "any", netip.Addr{}
	timeout := resolveTimeout
	port := uint16(53)
	if err := c.Unpack("name", &name, "options?", lua.Fields{
		"family": familyArg(&fam), "timeout": &timeout, "server": addrArg(&server), "port": portArg(&port),
	}); err != nil {
		return err
	}
	if err := p.open(); err != nil {
		return err
	}
	r := Resolver{Namespace: p.ns, Wait: waiter(c), Deadline: time.Now().Add(timeout)}
	if server.IsValid() {
		r.Server = netip.AddrPortFrom(server, port)
	}
	list, err := r.Lookup(name, families[fam])
	if err != nil {
		return err
	}
	return c.Return(lua.List(list, func(a netip.Addr) any { return a.String() }))
}
