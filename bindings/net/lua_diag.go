package net

import (
	"net/netip"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

func diagFunctions() []function {
	return []function{
		{"sockets", (*place).sockets},
		{"traceroute", (*place).traceroute},
	}
}

func (p *place) sockets(c *lua.Call) error {
	var protos []string
	listening, processes := false, false
	state := ""
	if err := c.Unpack("options?", lua.Fields{
		"proto": &protos, "listening": &listening, "processes": &processes, "state": lua.Enum(&state, slices.Compact(slices.Sorted(slices.Values(tcpStates[1:])))...),
	}); err != nil {
		return err
	}
	if protos == nil {
		protos = []string{"tcp", "udp"}
	}
	for _, name := range protos {
		if name != "tcp" && name != "udp" && name != "unix" {
			return lua.Invalid(`option 'proto': "tcp", "udp" or "unix" expected, got %q`, name)
		}
	}
	if err := p.open(); err != nil {
		return err
	}
	conn, err := DialProtocol(p.ns, unix.NETLINK_SOCK_DIAG)
	if err != nil {
		return err
	}
	defer conn.Close()
	var all []SocketInfo
	for _, name := range protos {
		list, err := conn.list(name)
		if err != nil {
			return err
		}
		all = append(all, list...)
	}
	all = slices.DeleteFunc(all, func(s SocketInfo) bool {
		return listening && s.State != "listen" && !(s.Proto == "udp" && s.State == "unconnected") || state != "" && s.State != state
	})
	var owners map[uint32][]SocketOwner
	if processes {
		owners = SocketOwners()
	}
	return c.Return(lua.List(all, func(s SocketInfo) any { return socketRecord(&s, owners[s.Inode]) }))
}

func (c *Conn) list(proto string) ([]SocketInfo, error) {
	if proto == "unix" {
		return c.UnixSockets()
	}
	return c.InetSockets(proto)
}

func socketRecord(s *SocketInfo, owners []SocketOwner) lua.Record {
	r := lua.R("proto", s.Proto, "state", s.State, "inode", s.Inode)
	if s.Proto == "unix" {
		r = append(r, lua.R("type", s.Type, "path", text(s.Path))...)
	} else {
		r = append(r, lua.R("address", s.Local.Addr().String(), "port", int(s.Local.Port()), "uid", s.UID,
			"receive_queue", s.Receive, "send_queue", s.Send)...)
		if s.Remote.Port() != 0 {
			r = append(r, lua.R("peer", s.Remote.String())...)
		}
	}
	if owners != nil {
		r = append(r, lua.R("processes", lua.List(owners, func(o SocketOwner) any { return lua.R("pid", o.PID, "name", o.Name) }))...)
	}
	return r
}

// traceroute asks with growing hop limits who is on the way.
func (p *place) traceroute(c *lua.Call) error {
	var to netip.Addr
	hops, tries := 30, 1
	timeout := time.Second
	var source netip.Addr
	if err := c.Unpack("address", addrArg(&to), "options?", lua.Fields{
		"hops": &hops, "count": &tries, "timeout": &timeout, "source": addrArg(&source),
	}); err != nil {
		return err
	}
	if hops < 1 || hops > 255 || tries < 1 || tries > 100 {
		return lua.Invalid("option 'hops': from 1 to 255 expected, 'count': from 1 to 100, got %d and %d", hops, tries)
	}
	if err := p.open(); err != nil {
		return err
	}
	var list []any
	for ttl := 1; ttl <= hops; ttl++ {
		r, err := Ping(p.ns, PingSpec{To: to, Count: tries, Timeout: timeout, Size: 32, TTL: ttl, Source: source}, waiter(c))
		if err != nil {
			return lua.WithHint(err, pingHint(err))
		}
		rec, end := hopRecord(ttl, to, r)
		list = append(list, rec)
		if end {
			break
		}
	}
	return c.Return(list)
}

// hopRecord describes who answered at a hop limit, and whether the way ends there.
func hopRecord(ttl int, to netip.Addr, r *PingResult) (rec lua.Record, end bool) {
	rec = lua.R("hop", ttl)
	for _, reply := range r.Replies {
		if !reply.From.IsValid() {
			end = end || reply.Err != unix.ETIMEDOUT
			continue
		}
		rec = append(rec, lua.R("address", reply.From.String(), "rtt", reply.RTT, "reached", reply.From == to && reply.Err == 0)...)
		return rec, !reply.Over
	}
	if len(r.Replies) > 0 {
		rec = append(rec, lua.R("error", unix.ErrnoName(r.Replies[0].Err))...)
	}
	return rec, end
}
