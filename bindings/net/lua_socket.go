package net

import (
	"errors"
	"io"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

// socketType is the type of connections, listeners and UDP sockets in Lua.
func socketType() *lua.Type {
	return &lua.Type{
		Name:   "net.Socket",
		Sample: (*Socket)(nil),
		Methods: []*lua.Func{
			lua.F("read", socketRead), lua.F("read_line", socketReadLine), lua.F("read_all", socketReadAll),
			lua.F("write", socketWrite), lua.F("shutdown", socketShutdown), lua.F("accept", socketAccept),
			lua.F("send", socketSend), lua.F("receive", socketReceive), lua.F("close", socketClose),
		},
		Fields: map[string]func(lua.Handle) any{
			"address": func(h lua.Handle) any { return h.(*Socket).local.Addr().String() },
			"port":    func(h lua.Handle) any { return int(h.(*Socket).local.Port()) },
			"peer": func(h lua.Handle) any {
				if r := h.(*Socket).remote; r.IsValid() {
					return r.String()
				}
				return nil
			},
		},
	}
}

// timeoutOnly reads the option that all waiting methods have.
func timeoutOnly(timeout *time.Duration) lua.Fields {
	*timeout = -1
	return lua.Fields{"timeout": timeout}
}

func socketRead(c *lua.Call) error {
	size := readChunk
	var timeout time.Duration
	if err := c.Unpack("size?", &size, "options?", timeoutOnly(&timeout)); err != nil {
		return err
	}
	if size < 1 {
		return lua.Invalid("argument 'size': at least 1 expected, got %d", size)
	}
	return returnData(c)(lua.Self[*Socket](c).Read(size, waiter(c), deadline(timeout)))
}

// returnData returns what was read, nil at the end of the stream.
func returnData(c *lua.Call) func([]byte, error) error {
	return func(b []byte, err error) error {
		if errors.Is(err, io.EOF) {
			return c.Return(nil)
		}
		if err != nil {
			return err
		}
		return c.Return(b)
	}
}

func socketReadLine(c *lua.Call) error {
	var timeout time.Duration
	if err := c.Unpack("options?", timeoutOnly(&timeout)); err != nil {
		return err
	}
	b, err := lua.Self[*Socket](c).ReadUntil('\n', readLimit, waiter(c), deadline(timeout))
	return returnData(c)([]byte(strings.TrimRight(string(b), "\r\n")), err)
}

func socketReadAll(c *lua.Call) error {
	var timeout time.Duration
	if err := c.Unpack("options?", timeoutOnly(&timeout)); err != nil {
		return err
	}
	return returnData(c)(lua.Self[*Socket](c).ReadAll(readLimit, waiter(c), deadline(timeout)))
}

func socketWrite(c *lua.Call) error {
	var data string
	var timeout time.Duration
	if err := c.Unpack("data", &data, "options?", timeoutOnly(&timeout)); err != nil {
		return err
	}
	if err := lua.Self[*Socket](c).Write([]byte(data), waiter(c), deadline(timeout)); err != nil {
		return err
	}
	return c.Return(c.Arg(1))
}

func socketShutdown(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	if err := lua.Self[*Socket](c).Shutdown(); err != nil {
		return err
	}
	return c.Return(c.Arg(1))
}

func socketAccept(c *lua.Call) error {
	var timeout time.Duration
	if err := c.Unpack("options?", timeoutOnly(&timeout)); err != nil {
		return err
	}
	s, err := lua.Self[*Socket](c).Accept(waiter(c), deadline(timeout))
	if err != nil {
		return err
	}
	return c.Return(s)
}

func socketSend(c *lua.Call) error {
	var to string
	var data string
	if err := c.Unpack("address", &to, "data", &data); err != nil {
		return err
	}
	host, port, err := endpoint(to)
	if err != nil {
		return lua.Invalid("argument 'address': %v", err)
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return lua.Invalid("argument 'address': an IP address and port expected, got %q", to)
	}
	s := lua.Self[*Socket](c)
	if a.Is4() && sockIs6(s) {
		a = netip.AddrFrom16(a.As16())
	}
	if err := s.SendTo([]byte(data), netip.AddrPortFrom(a.WithZone(""), port), 0, waiter(c), time.Time{}); err != nil {
		return err
	}
	return c.Return(c.Arg(1))
}

// sockIs6 reports whether the socket is of the family IPv6, which takes IPv4 addresses in mapped form.
func sockIs6(s *Socket) bool {
	n, err := unix.GetsockoptInt(s.fd, unix.SOL_SOCKET, unix.SO_DOMAIN)
	return err == nil && n == unix.AF_INET6
}

func socketReceive(c *lua.Call) error {
	var timeout time.Duration
	if err := c.Unpack("options?", timeoutOnly(&timeout)); err != nil {
		return err
	}
	b, from, err := lua.Self[*Socket](c).ReceiveFrom(waiter(c), deadline(timeout))
	if err != nil {
		return err
	}
	return c.Return(b, from.String())
}

func socketClose(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	return lua.Self[*Socket](c).Close()
}
