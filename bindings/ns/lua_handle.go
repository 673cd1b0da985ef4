package ns

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
	"nslua/bindings/internal/spawn"
	"nslua/lua"
)

func namespaceType() *lua.Type {
	return &lua.Type{
		Name:   "ns.Namespace",
		Sample: (*namespace.Handle)(nil),
		Methods: []*lua.Func{
			lua.F("kind", kind), lua.F("id", id), lua.F("parent", parent), lua.F("owner", ownerOf), lua.F("owner_uid", ownerUID),
			lua.F("call", call), lua.F("run", run), lua.F("pin", pin), lua.F("close", closeHandle),
		},
		Shell: func(h lua.Handle) lua.Operand {
			n := h.(*namespace.Handle)
			return lua.Operand{
				Text: fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), n.FD()), Passing: true, Fields: lua.R("kind", n.Kind.Name),
			}
		},
		Equal: func(a, b lua.Handle) bool { return a.(*namespace.Handle).Same(b.(*namespace.Handle)) },
		Pack: func(h lua.Handle) ([]byte, []int, error) {
			return nil, []int{h.(*namespace.Handle).FD()}, nil
		},
		Unpack: func(_ []byte, fds []int) (lua.Handle, error) {
			if len(fds) != 1 {
				return nil, errors.New("a namespace travels as one descriptor")
			}
			return namespace.FromFD(fds[0])
		},
	}
}

func self(c *lua.Call) *namespace.Handle { return lua.Self[*namespace.Handle](c) }

func kind(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	return c.Return(self(c).Kind.Name)
}

func id(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	return c.Return(self(c).Inode)
}

func parent(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	h, err := self(c).Parent()
	if err != nil {
		return lua.WithHint(err, relativeHint(err, "only pid and user namespaces have parents; owner() works for every kind"))
	}
	return c.Return(h)
}

func ownerOf(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	h, err := self(c).Owner()
	if err != nil {
		return lua.WithHint(err, relativeHint(err, ""))
	}
	return c.Return(h)
}

func relativeHint(err error, invalid string) string {
	switch {
	case errors.Is(err, unix.EPERM):
		return "it lies outside the namespaces that can be seen from here"
	case errors.Is(err, unix.EINVAL):
		return invalid
	}
	return ""
}

func ownerUID(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	uid, err := self(c).OwnerUID()
	if err != nil {
		return lua.WithHint(err, relativeHint(err, "only user namespaces belong to a user: h:owner():owner_uid()"))
	}
	return c.Return(uid)
}

// call runs a function in place, inside the namespace.
func call(c *lua.Call) error {
	var fn *lua.Function
	var args []lua.Value
	if err := c.Unpack("fn", &fn, "...args", &args); err != nil {
		return err
	}
	h := self(c)
	var results []lua.Value
	err := h.Visit(func() (err error) {
		results, err = c.Invoke(fn, args...)
		return err
	})
	var raised *lua.Raised
	if err != nil && !errors.As(err, &raised) {
		return lua.WithHint(err, callHint(h, err))
	}
	if err != nil {
		return err
	}
	return c.ReturnValues(results)
}

func callHint(h *namespace.Handle, err error) string {
	switch {
	case errors.Is(err, unix.EINVAL):
		return "h:run(fn) goes there through a child process, which works for every kind"
	case errors.Is(err, unix.EPERM):
		return "this takes CAP_SYS_ADMIN both there and, for the way back, in the user namespace that owns the shell's own: h:run(fn) goes there through a child process"
	}
	return ""
}

// target are the arguments of run: a function, a command, or a table with either and options.
type target struct{ o *spawn.Options }

func (t *target) Set(c *lua.Call, v lua.Value) error {
	if fn, ok := v.(*lua.Function); ok {
		t.o.Fn = fn
		return nil
	}
	f := spawn.Common(t.o)
	f["..."] = &t.o.Argv
	return c.Assign(v, f)
}

func (t *target) TypeName() string { return "function|proc.Options" }

// run runs a function or a command in the namespace, in a process of its own, and waits for it.
func run(c *lua.Call) error {
	var o spawn.Options
	var args []lua.Value
	if err := c.Unpack("what", &target{&o}, "...args", &args); err != nil {
		return err
	}
	if len(args) > 0 {
		o.Args = args
	}
	h := self(c)
	o.Join = []*namespace.Handle{h}
	if owner := foreignOwner(h); owner != nil {
		defer owner.Close()
		o.Join = append(o.Join, owner)
	}
	p, err := spawn.Start(c.State(), &o)
	if err != nil {
		return err
	}
	defer p.Close()
	return spawn.Complete(c, p, o.Fn != nil)
}

// foreignOwner is the user namespace that must be joined first: the owner of h,
// where it is not our own and we have no privilege over it from here.
func foreignOwner(h *namespace.Handle) *namespace.Handle {
	if h.Kind.Name == "user" || os.Geteuid() == 0 {
		return nil
	}
	owner, err := h.Owner()
	if err != nil {
		return nil
	}
	own, err := namespace.Current(owner.Kind, false)
	if err != nil || own.Same(owner) {
		owner.Close()
		owner = nil
	}
	if own != nil {
		own.Close()
	}
	return owner
}

// pin keeps the namespace under a name or a path.
func pin(c *lua.Call) error {
	var where string
	if err := c.Unpack("where", &where); err != nil {
		return err
	}
	name, path := where, ""
	for _, r := range where {
		if r == '/' {
			name, path = "", where
		}
	}
	if err := pinned(c.State(), self(c), name, path); err != nil {
		return err
	}
	return nil
}

func closeHandle(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	return self(c).Close()
}
