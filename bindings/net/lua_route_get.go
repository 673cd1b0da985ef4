package net

import (
	"fmt"
	"slices"
	"strings"

	"nslua/lua"
)

// ipProtocols are the transport protocols that rules and lookups know by name.
var ipProtocols = map[string]uint8{"icmp": 1, "tcp": 6, "udp": 17, "icmpv6": 58, "sctp": 132}

func ipProtocolArg(target *uint8) lua.Arg {
	var name string
	names := slices.Sorted(func(yield func(string) bool) {
		for n := range ipProtocols {
			if !yield(n) {
				return
			}
		}
	})
	one := lua.Enum(&name, names...)
	return &arg{one.TypeName(), func(c *lua.Call, v lua.Value) error {
		err := one.Set(c, v)
		*target = ipProtocols[strings.ToLower(name)]
		return err
	}}
}

func portArg(target *uint16) lua.Arg {
	return &arg{"integer", func(c *lua.Call, v lua.Value) error {
		var n uint32
		if err := c.Assign(v, &n); err != nil {
			return err
		}
		if n > 65535 {
			return fmt.Errorf("a port from 0 to 65535 expected, got %d", n)
		}
		*target = uint16(n)
		return nil
	}}
}

func (p *place) routeGet(c *lua.Call) error {
	var q RouteQuery
	var in, out string
	var uid lua.Optional[uint32]
	if err := c.Unpack("address", addrArg(&q.To), "options?", lua.Fields{
		"from": addrArg(&q.From), "iif": linkArg(&in), "dev": linkArg(&out), "mark": &q.Mark, "uid": &uid,
		"ipproto": ipProtocolArg(&q.Proto), "sport": portArg(&q.Sport), "dport": portArg(&q.Dport),
	}); err != nil {
		return err
	}
	q.UID, q.WithUID = uid.Value, uid.Given
	return p.do(func(conn *Conn) (err error) {
		if in != "" {
			if q.In, err = conn.Index(in); err != nil {
				return err
			}
		}
		if out != "" {
			if q.Out, err = conn.Index(out); err != nil {
				return err
			}
		}
		r, err := conn.Lookup(q)
		if err != nil {
			return err
		}
		return c.Return(routeRecord(r, conn.namer()))
	})
}
