package net

import (
	"net/netip"
	"time"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

func trafficFunctions() []function {
	return []function{{"ping", (*place).ping}}
}

func (p *place) ping(c *lua.Call) error {
	spec := PingSpec{Count: 1, Timeout: time.Second, Size: 56}
	var to netip.Addr
	if err := c.Unpack("address", addrArg(&to), "options?", lua.Fields{
		"count": &spec.Count, "timeout": &spec.Timeout, "interval": &spec.Interval, "size": &spec.Size, "ttl": &spec.TTL,
		"source": addrArg(&spec.Source), "link": linkArg(&spec.Link),
	}); err != nil {
		return err
	}
	switch {
	case spec.Count < 1 || spec.Count > 65535:
		return lua.Invalid("option 'count': an integer from 1 to 65535 expected, got %d", spec.Count)
	case spec.Size < 0 || spec.Size > 65507-icmpHeader:
		return lua.Invalid("option 'size': an integer from 0 to %d expected, got %d", 65507-icmpHeader, spec.Size)
	case spec.TTL < 0 || spec.TTL > 255:
		return lua.Invalid("option 'ttl': an integer from 1 to 255 expected, got %d", spec.TTL)
	}
	if err := p.open(); err != nil {
		return err
	}
	spec.To = to.WithZone("")
	if to.Zone() != "" {
		if err := p.do(func(conn *Conn) (err error) { spec.Scope, err = conn.Index(to.Zone()); return err }); err != nil {
			return err
		}
	}
	r, err := Ping(p.ns, spec, c.State().Wait)
	if err != nil {
		return lua.WithHint(err, pingHint(err))
	}
	return c.Return(pingRecord(spec.To, r))
}

func pingRecord(to netip.Addr, r *PingResult) lua.Record {
	replies := lua.List(r.Replies, func(p PingReply) any {
		rec := lua.R("seq", p.Seq)
		if p.Err != 0 {
			rec = append(rec, lua.R("error", unix.ErrnoName(p.Err), "message", p.Err.Error())...)
		} else {
			rec = append(rec, lua.R("rtt", p.RTT, "ttl", p.TTL, "size", p.Size)...)
		}
		if p.From.IsValid() {
			rec = append(rec, lua.R("from", p.From.String())...)
		}
		return rec
	})
	out := lua.R("ok", r.Received > 0, "address", to.String(), "sent", r.Sent, "received", r.Received,
		"loss", float64(r.Sent-r.Received)/float64(r.Sent), "replies", replies)
	if r.Received > 0 {
		least, mean, most, deviation := r.RTT()
		out = append(out, lua.R("rtt", lua.R("min", least, "avg", mean, "max", most, "mdev", deviation))...)
	}
	for _, p := range r.Replies {
		if p.Err != 0 {
			return append(out, lua.R("error", unix.ErrnoName(p.Err))...)
		}
	}
	return out
}

func pingHint(err error) string {
	switch unixErrno(err) {
	case unix.EPERM, unix.EACCES:
		return "raw sockets take CAP_NET_RAW; without it the group must be in the range of net.ipv4.ping_group_range of the namespace (icmp(7))"
	case unix.EMSGSIZE:
		return "the request is larger than the link's mtu and may not be split"
	}
	return ""
}
