package net

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
	"nslua/lua"
)

//go:embed net.d.lua
var docs string

// function is one of the module's: it works in the namespace of a place.
type function struct {
	name string
	run  func(*place, *lua.Call) error
}

func functions() []function {
	return slices.Concat(linkFunctions(), tunFunctions(), addrFunctions(), routeFunctions(), ruleFunctions(), neighFunctions(),
		trafficFunctions(), streamFunctions(), httpFunctions(), diagFunctions(),
		tcFunctions(), monitorFunctions())
}

// binding is what the module keeps for one process.
type binding struct {
	home  namespaceID // the namespace the shell started in
	funcs []*lua.Func
	runs  []function
	here  *place
	undos map[int]*lua.Undo // of links in the starting namespace, by index
	route routeArgs
	owned bool   // the state closes what here keeps
	start *place // of the namespace the shell started in; nil until something needs it
	there map[*namespace.Handle]*place
}

// netKind is the kind of namespace this is all about.
var netKind, _ = namespace.ByFlag(unix.CLONE_NEWNET)

type namespaceID struct{ dev, ino uint64 }

// Module is the module net.
func Module() *lua.Module {
	b := &binding{home: currentID(), there: map[*namespace.Handle]*place{}, undos: map[int]*lua.Undo{}, runs: functions()}
	b.here = &place{b: b}
	for _, f := range b.runs {
		b.funcs = append(b.funcs, lua.F(f.name, func(c *lua.Call) error {
			b.own(c.State())
			return f.run(b.here, c)
		}))
	}
	return &lua.Module{
		Name:  "net",
		Docs:  docs,
		Funcs: append(b.funcs, lua.F("at", b.at)),
		Types: []*lua.Type{b.linkType(), b.placeType(), socketType(), monitorType()},
		Undo:  map[string]func(lua.Entry) error{linkEntry: undoLink},
	}
}

// own has the state close the socket that is kept for it.
func (b *binding) own(s *lua.State) {
	if !b.owned {
		b.owned = true
		s.Wrap(b.here)
	}
}

// currentID identifies the calling thread's network namespace; zero where there is no /proc.
func currentID() namespaceID {
	var st unix.Stat_t
	if unix.Stat("/proc/thread-self/ns/net", &st) != nil {
		return namespaceID{}
	}
	return namespaceID{uint64(st.Dev), st.Ino}
}

// place is where a call works: the calling thread's namespace, or the one of a
// handle. It is what net.at returns to Lua.
type place struct {
	b       *binding
	ns      *namespace.Handle // nil: the thread's own
	conn    *Conn             // kept until ns closes; of the thread's own, only of the namespace the shell started in
	members map[string]lua.Value
	owned   bool // ns came with this place from another process
}

// at(h) is the module in another namespace.
func (b *binding) at(c *lua.Call) error {
	var h *namespace.Handle
	if err := c.Unpack("namespace", lua.Ref(&h)); err != nil {
		return err
	}
	if h.Kind.Name != "net" {
		return lua.Invalid("argument 'namespace': a net namespace expected, got %s", h)
	}
	p := b.placeOf(h)
	v := c.State().Wrap(p)
	c.State().Forget(p) // the namespace's handle closes what it keeps
	return c.Return(v)
}

// starting is the place of the namespace the shell started in; the caller is in it. The state closes it.
func (b *binding) starting(s *lua.State) (*place, error) {
	if b.start == nil {
		h, err := namespace.Current(netKind, false)
		if err != nil {
			return nil, err
		}
		b.start = b.placeOf(h)
		b.start.owned = true
		s.Wrap(b.start)
	}
	return b.start, nil
}

func (b *binding) placeOf(h *namespace.Handle) *place {
	p := b.there[h]
	if p == nil {
		p = &place{b: b, ns: h}
		b.there[h] = p
		h.OnClose(func() {
			p.hangUp()
			delete(b.there, h)
		})
	}
	return p
}

// open says whether the place can still be used.
func (p *place) open() error {
	if p.ns != nil && p.ns.Closed() {
		return fmt.Errorf("%s has been closed: %w", p.ns, unix.EBADF)
	}
	return nil
}

// do runs fn with a socket in the place.
func (p *place) do(fn func(*Conn) error) error {
	if p.ns == nil && (p.b.home == namespaceID{} || currentID() != p.b.home) {
		// To keep a socket would keep a namespace alive that the shell has only visited.
		conn, err := Dial(nil)
		if err != nil {
			return err
		}
		defer conn.Close()
		return fn(conn)
	}
	if err := p.open(); err != nil {
		return err
	}
	if p.conn == nil {
		conn, err := Dial(p.ns)
		if err != nil {
			return err
		}
		p.conn = conn
	}
	return fn(p.conn)
}

// hangUp closes the socket, which would keep the namespace alive.
func (p *place) hangUp() {
	if p.conn != nil {
		p.conn.Close()
		p.conn = nil
	}
}

// Close implements lua.Handle. A place holds nothing of its own, but for one that came from another process.
func (p *place) Close() error {
	p.hangUp()
	if p.owned {
		return p.ns.Close()
	}
	return nil
}

// Closed implements lua.Handle.
func (p *place) Closed() bool { return p.ns != nil && p.ns.Closed() }

func (p *place) String() string {
	if p.ns == nil {
		return "net"
	}
	return fmt.Sprintf("net at %s", p.ns)
}

// placeType makes net.at(h) look like the module: its fields are the module's functions, bound to the namespace.
func (b *binding) placeType() *lua.Type {
	fields := map[string]func(lua.Handle) any{}
	for _, f := range b.runs {
		name, _, _ := strings.Cut(f.name, ".")
		fields[name] = func(h lua.Handle) any { return h.(*place).member(name) }
	}
	return &lua.Type{
		Name:   "net.Place",
		Sample: (*place)(nil),
		Fields: fields,
		Equal:  func(x, y lua.Handle) bool { return x.(*place).ns.Same(y.(*place).ns) },
		Pack: func(h lua.Handle) ([]byte, []int, error) {
			return nil, []int{h.(*place).ns.FD()}, nil
		},
		Unpack: func(_ []byte, fds []int) (lua.Handle, error) {
			h, err := namespace.FromFD(fds[0])
			if err != nil {
				return nil, err
			}
			p := b.placeOf(h)
			p.owned = true
			return p, nil
		},
	}
}

// member is a function of the module, or a record of those under a name of their own, bound to the place.
func (p *place) member(name string) any {
	var group lua.Record
	for i, f := range p.b.runs {
		bound := p.b.funcs[i].At(p.ns, func(c *lua.Call) error { return f.run(p, c) })
		if f.name == name {
			return bound
		}
		if rest, ok := strings.CutPrefix(f.name, name+"."); ok {
			group = append(group, lua.Field{Name: rest, Value: bound})
		}
	}
	return group
}
