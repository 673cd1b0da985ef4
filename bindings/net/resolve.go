package net

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"
	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
)

// ErrNoName is what a name without an address gives.
var ErrNoName = fmt.Errorf("no address for this name: %w", unix.ENOENT)

// Resolver looks up names as resolv.conf(5) and hosts(5) of the calling thread's
// mount namespace say, with queries sent from a network namespace.
type Resolver struct {
	Namespace *namespace.Handle // nil: the thread's own
	Wait      Waiter
	Deadline  time.Time
	Server    netip.AddrPort // instead of those of resolv.conf, if valid
}

// Lookup returns the addresses of a name, those of the family only unless that is
// 0, IPv4 first. An address is its own.
func (r *Resolver) Lookup(name string, fam uint8) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(name); err == nil {
		return []netip.Addr{a.Unmap()}, nil
	}
	if err := checkHostname(name); err != nil {
		return nil, err
	}
	if list := ofFamily(hostsFile("/etc/hosts", name), fam); len(list) > 0 && !r.Server.IsValid() {
		return list, nil
	}
	conf := resolvConf("/etc/resolv.conf")
	if r.Server.IsValid() {
		conf.servers = []netip.AddrPort{r.Server}
	}
	var failed error
	for _, full := range conf.candidates(name) {
		list, err := r.query(full, fam, conf.servers)
		if len(list) > 0 {
			return list, nil
		}
		if err != nil && failed == nil {
			failed = err
		}
	}
	if failed == nil {
		failed = ErrNoName
	}
	return nil, fmt.Errorf("resolve %s: %w", name, failed)
}

// checkHostname refuses what can't be a name, numbers with a dot too many included.
func checkHostname(name string) error {
	labels := strings.Split(strings.TrimSuffix(name, "."), ".")
	last := labels[len(labels)-1]
	bad := len(name) > 253 || strings.Trim(last, "0123456789") == "" || strings.ContainsAny(name, ":/ %@")
	for _, l := range labels {
		bad = bad || l == "" || len(l) > 63
	}
	if bad {
		return fmt.Errorf("%q is neither an address nor a host name: %w", name, unix.EINVAL)
	}
	return nil
}

func ofFamily(list []netip.Addr, fam uint8) []netip.Addr {
	return slices.DeleteFunc(list, func(a netip.Addr) bool { return fam != 0 && family(a) != fam })
}

// hostsFile finds a name's addresses in a file like hosts(5).
func hostsFile(path, name string) []netip.Addr {
	f, err := os.Open(path)
	if err != nil {
		return nil // as the C library: no file, no names
	}
	defer f.Close()
	var list []netip.Addr
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line, _, _ := strings.Cut(lines.Text(), "#")
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		a, err := netip.ParseAddr(words[0])
		if err == nil && slices.ContainsFunc(words[1:], func(w string) bool { return strings.EqualFold(w, name) }) {
			list = append(list, a.Unmap())
		}
	}
	return list
}

type resolvConfig struct {
	servers []netip.AddrPort
	search  []string
	ndots   int
}

// resolvConf reads a file like resolv.conf(5).
func resolvConf(path string) *resolvConfig {
	c := &resolvConfig{ndots: 1}
	text, err := os.ReadFile(path)
	if err != nil {
		text = []byte("nameserver 127.0.0.1") // resolv.conf(5): the default
	}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		switch words[0] {
		case "nameserver":
			if a, err := netip.ParseAddr(words[1]); err == nil {
				c.servers = append(c.servers, netip.AddrPortFrom(a, 53))
			}
		case "search", "domain":
			c.search = words[1:]
		}
	}
	return c
}

// candidates are the full names to try for a name, in turn.
func (c *resolvConfig) candidates(name string) []string {
	if strings.HasSuffix(name, ".") {
		return []string{name}
	}
	var list []string
	for _, s := range c.search {
		list = append(list, name+"."+strings.TrimSuffix(s, ".")+".")
	}
	if strings.Count(name, ".") >= c.ndots {
		return append([]string{name + "."}, list...)
	}
	return append(list, name+".")
}

// query asks the servers in turn, each twice.
func (r *Resolver) query(name string, fam uint8, servers []netip.AddrPort) ([]netip.Addr, error) {
	var list []netip.Addr
	var failed error
	for _, typ := range []dnsmessage.Type{dnsmessage.TypeA, dnsmessage.TypeAAAA} {
		if fam == unix.AF_INET && typ == dnsmessage.TypeAAAA || fam == unix.AF_INET6 && typ == dnsmessage.TypeA {
			continue
		}
		for try := range 2 * len(servers) {
			found, err := r.ask(servers[try%len(servers)], name, typ)
			if err == nil {
				list, failed = append(list, found...), nil
				break
			}
			failed = err
			if !errors.Is(err, unix.ETIMEDOUT) && !unreachable(unixErrno(err)) || !time.Now().Before(r.Deadline) {
				return list, err
			}
		}
	}
	return list, failed
}

// perTry is how long one server gets for one answer.
const perTry = 2 * time.Second

func (r *Resolver) ask(server netip.AddrPort, name string, typ dnsmessage.Type) ([]netip.Addr, error) {
	host, err := dnsmessage.NewName(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", err, unix.EINVAL)
	}
	q := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: uint16(rand.Uint32()), RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: host, Type: typ, Class: dnsmessage.ClassINET}},
	}
	packet, err := q.Pack()
	if err != nil {
		return nil, err
	}
	anywhere := netip.IPv4Unspecified()
	if server.Addr().Is6() {
		anywhere = netip.IPv6Unspecified()
	}
	s, err := OpenUDP(r.Namespace, netip.AddrPortFrom(anywhere, 0), 0)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	deadline := time.Now().Add(perTry)
	if r.Deadline.Before(deadline) {
		deadline = r.Deadline
	}
	if err := unix.Connect(s.fd, sockaddr(server.Addr(), int(server.Port()), 0)); err != nil {
		return nil, fmt.Errorf("name server %s: %w", server, err)
	}
	if err := unix.Send(s.fd, packet, unix.MSG_NOSIGNAL); err != nil {
		return nil, fmt.Errorf("name server %s: %w", server, err)
	}
	for {
		b, _, err := s.ReceiveFrom(r.Wait, deadline)
		if err != nil {
			return nil, fmt.Errorf("name server %s: %w", server, err)
		}
		var m dnsmessage.Message
		if m.Unpack(b) != nil || m.ID != q.ID || !m.Response || len(m.Questions) != 1 || m.Questions[0] != q.Questions[0] {
			continue
		}
		return answers(&m)
	}
}

func answers(m *dnsmessage.Message) ([]netip.Addr, error) {
	switch m.RCode {
	case dnsmessage.RCodeSuccess:
	case dnsmessage.RCodeNameError:
		return nil, ErrNoName
	default:
		return nil, fmt.Errorf("the name server answers %s: %w", strings.TrimPrefix(m.RCode.String(), "RCode"), unix.EPROTO)
	}
	var list []netip.Addr
	for _, a := range m.Answers {
		switch body := a.Body.(type) {
		case *dnsmessage.AResource:
			list = append(list, netip.AddrFrom4(body.A))
		case *dnsmessage.AAAAResource:
			list = append(list, netip.AddrFrom16(body.AAAA))
		}
	}
	return list, nil
}
