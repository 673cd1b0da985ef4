package kerntest

import (
	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
	"nslua/lua"
)

// Namespaces is as much of the module ns as the tests of network bindings need: namespaces to work in.
func Namespaces() *lua.Module {
	return &lua.Module{
		Name: "ns",
		Funcs: []*lua.Func{
			lua.F("new", func(c *lua.Call) error {
				kind := "net"
				if err := c.Unpack("kind?", &kind); err != nil {
					return err
				}
				h, err := NewNetwork()
				if err != nil {
					return err
				}
				return c.Return(h)
			}),
			lua.F("current", func(c *lua.Call) error {
				if err := c.Unpack(); err != nil {
					return err
				}
				h, err := namespace.Current(namespace.Kind{Name: "net"}, false)
				if err != nil {
					return err
				}
				return c.Return(h)
			}),
			lua.F("enter", func(c *lua.Call) error {
				var h *namespace.Handle
				if err := c.Unpack("namespace", lua.Ref(&h)); err != nil {
					return err
				}
				return unix.Setns(h.FD(), unix.CLONE_NEWNET)
			}),
		},
		Types: []*lua.Type{{
			Name:   "ns.Namespace",
			Sample: (*namespace.Handle)(nil),
			Methods: []*lua.Func{
				lua.F("close", func(c *lua.Call) error {
					if err := c.Unpack(); err != nil {
						return err
					}
					return lua.Self[*namespace.Handle](c).Close()
				}),
				lua.F("call", func(c *lua.Call) error {
					var fn *lua.Function
					if err := c.Unpack("fn", &fn); err != nil {
						return err
					}
					return lua.Self[*namespace.Handle](c).Visit(func() error {
						results, err := c.Invoke(fn)
						if err != nil {
							return err
						}
						return c.ReturnValues(results)
					})
				}),
			},
			Equal: func(a, b lua.Handle) bool { return a.(*namespace.Handle).Same(b.(*namespace.Handle)) },
		}},
	}
}

// NewNetwork makes a network namespace that lives while the handle is open.
func NewNetwork() (*namespace.Handle, error) {
	home, err := namespace.Current(namespace.Kind{Name: "net", Flag: unix.CLONE_NEWNET}, false)
	if err != nil {
		return nil, err
	}
	defer home.Close()
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return nil, err
	}
	h, err := namespace.Current(namespace.Kind{Name: "net"}, false)
	if err != nil {
		return nil, err
	}
	return h, unix.Setns(home.FD(), unix.CLONE_NEWNET)
}
