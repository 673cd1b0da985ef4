package nft

import (
	_ "embed"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
	"nslua/lua"
)

//go:embed nft.d.lua
var docs string

// function is one of the module's: it works in the namespace of a place.
type function struct {
	name string
	run  func(*place, *lua.Call) error
}

func functions() []function {
	list := []function{
		{"apply", (*place).apply}, {"transaction", (*place).transaction}, {"list", (*place).list}, {"tables", (*place).tables},
		{"chains", (*place).chains}, {"rules", (*place).rules}, {"sets", (*place).sets}, {"counters", (*place).counters},
	}
	for _, verb := range []string{"add", "insert", "delete", "flush"} {
		list = append(list, function{verb, func(p *place, c *lua.Call) error { return p.command(c, verb) }})
	}
	return list
}

// binding is what the module keeps for one process.
type binding struct {
	home  uint64 // inode of the namespace the shell started in; 0 where there is no /proc
	funcs []*lua.Func
	runs  []function
	here  *place
	undos map[string]*lua.Undo // of tables in the starting namespace, by family and name
	start *place               // of the namespace the shell started in; nil until something needs it
	there map[*namespace.Handle]*place
}

var netKind, _ = namespace.ByFlag(unix.CLONE_NEWNET)

// Module is the module nft.
func Module() *lua.Module {
	b := &binding{home: currentInode(), there: map[*namespace.Handle]*place{}, undos: map[string]*lua.Undo{}, runs: functions()}
	b.here = &place{b: b}
	for _, f := range b.runs {
		b.funcs = append(b.funcs, lua.F(f.name, func(c *lua.Call) error { return f.run(b.here, c) }))
	}
	return &lua.Module{
		Name:  "nft",
		Docs:  docs,
		Funcs: append(b.funcs, lua.F("at", b.at)),
		Types: []*lua.Type{b.placeType(), transactionType()},
		Undo:  map[string]func(lua.Entry) error{tableEntry: undoTable},
	}
}

// currentInode identifies the calling thread's network namespace; 0 where there is no /proc.
func currentInode() uint64 {
	var st unix.Stat_t
	if unix.Stat("/proc/thread-self/ns/net", &st) != nil {
		return 0
	}
	return st.Ino
}

// place is where a call works: the calling thread's namespace, or the one of a
// handle. It is what nft.at returns to Lua.
type place struct {
	b     *binding
	ns    *namespace.Handle // nil: the thread's own
	conn  *Conn             // kept for ns only, until that closes
	owned bool              // ns came with this place from another process
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

// do runs fn with a socket in the place.
func (p *place) do(fn func(*Conn) error) error {
	if p.ns == nil {
		conn, err := Dial(nil)
		if err != nil {
			return err
		}
		defer conn.Close()
		return hinted(fn(conn))
	}
	if p.ns.Closed() {
		return fmt.Errorf("%s has been closed: %w", p.ns, unix.EBADF)
	}
	if p.conn == nil {
		conn, err := Dial(p.ns)
		if err != nil {
			return err
		}
		p.conn = conn
	}
	err := fn(p.conn)
	var r *Refusal
	if err != nil && !errors.As(err, &r) {
		p.hangUp() // answers may be left in it
	}
	return hinted(err)
}

// hinted says what an errno of nf_tables usually means.
func hinted(err error) error {
	switch lua.Errno(err) {
	case unix.EPERM:
		return lua.WithHint(err, "nftables takes CAP_NET_ADMIN over the network namespace: run as root, in `nslua -U`, or in a network namespace of your own user namespace")
	case unix.EBUSY:
		return lua.WithHint(err, "something refers to it still: rules to a set or chain, or rules in the chain; delete or flush those first, in the same transaction if need be")
	case unix.EMSGSIZE, unix.ENOBUFS:
		return lua.WithHint(err, "the transaction is larger than the socket's buffer, net.core.wmem_max for other users than root: add sets' elements in several calls")
	case unix.EOPNOTSUPP:
		return lua.WithHint(err, "this kind of chain or statement does not work in this place: nat needs a chain of type nat, reject one in input, forward or output")
	}
	return err
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

func (p *place) String() string { return fmt.Sprintf("nft at %s", p.ns) }

// placeType makes nft.at(h) look like the module: its fields are the module's functions, bound to the namespace.
func (b *binding) placeType() *lua.Type {
	fields := map[string]func(lua.Handle) any{}
	for i, f := range b.runs {
		fields[f.name] = func(h lua.Handle) any {
			p := h.(*place)
			return b.funcs[i].At(p.ns, func(c *lua.Call) error { return f.run(p, c) })
		}
	}
	return &lua.Type{
		Name:   "nft.Place",
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

// scope is which part of the ruleset a call is about: all of it, or a table such as "inet filter".
type scope struct {
	family Family
	table  string
}

func (s *scope) Set(_ *lua.Call, v lua.Value) error {
	text, ok := v.(lua.String)
	if !ok {
		return fmt.Errorf(`a table such as "inet filter" expected, got %s`, v.String())
	}
	var err error
	s.family, s.table, err = placeOf(strings.TrimSpace(string(text)))
	return err
}

// TypeName implements lua.Arg.
func (s *scope) TypeName() string { return "string" }

// read gives the ruleset, or a table of it, to fn.
func (p *place) read(s scope, fn func(*Ruleset) error) error {
	return p.do(func(conn *Conn) error {
		rs, err := conn.Ruleset(s.family, s.table)
		if err != nil && s.table != "" {
			return fmt.Errorf("table %s %s: %w", s.family, s.table, err)
		}
		if err != nil {
			return fmt.Errorf("read the ruleset: %w", err)
		}
		return fn(rs)
	})
}
