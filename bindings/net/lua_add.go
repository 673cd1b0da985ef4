package net

import (
	"fmt"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

// commonFields are the options that every kind of link has.
func commonFields(s *LinkSpec) lua.Fields {
	return lua.Fields{
		"up": given(&s.Up), "mtu": given(&s.MTU), "mac": macArg(&s.MAC), "master": masterArg(&s.Master),
		"alias": given(&s.Alias), "txqueuelen": given(&s.TxQueueLen), "group": given(&s.Group),
		"promisc": given(&s.Promisc), "allmulticast": given(&s.AllMulti), "multicast": given(&s.Multicast),
		"arp": given(&s.ARP),
	}
}

// creationFields are the common options and those that can only be given when the link is made.
func creationFields(s *LinkSpec) lua.Fields {
	f := commonFields(s)
	f["ns"] = lua.Ref(&s.Namespace)
	f["txqueues"] = given(&s.TxQueues)
	f["rxqueues"] = given(&s.RxQueues)
	return f
}

// peerArg is the other end of a pair: a name, or a table with one and options.
type peerArg struct{ spec *LinkSpec }

func (a *peerArg) Set(c *lua.Call, v lua.Value) error {
	if _, isString := v.(lua.String); isString {
		return c.Assign(v, &a.spec.Name)
	}
	f := creationFields(a.spec)
	f["name!"] = &a.spec.Name
	return c.Assign(v, f)
}

func (a *peerArg) TypeName() string { return "string|net.Peer" }

// add makes a link of a kind: net.veth(name, peer, options), net.bridge(name, options).
func (p *place) add(c *lua.Call, kind *Kind) error {
	s := LinkSpec{Kind: kind.Name}
	fields := creationFields(&s)
	for name, target := range optionFields(kind.Options, &s.Options) {
		fields[name] = target
	}
	args := []any{"name", &s.Name}
	if kind.peer != 0 {
		s.Peer = &LinkSpec{}
		args = append(args, "peer", &peerArg{s.Peer})
	}
	if kind.stacked {
		fields["link!"] = linkArg(&s.Parent)
		args = append(args, "options", fields)
	} else {
		args = append(args, "options?", fields)
	}
	if err := c.Unpack(args...); err != nil {
		return err
	}
	if err := s.check(kind); err != nil {
		return lua.Invalid("%v", err)
	}
	return p.make(c, &s, kind)
}

func (p *place) make(c *lua.Call, s *LinkSpec, kind *Kind) error {
	d := &device{place: p, name: s.Name}
	err := p.do(func(conn *Conn) (err error) {
		d.home = conn.Namespace()
		if d.index, err = conn.Add(s); err == nil && d.index == 0 && s.Namespace == nil {
			d.index, err = conn.Index(s.Name) // before Linux 6.2 the answer does not tell
		}
		return err
	})
	if err != nil {
		return lua.WithHint(err, p.addHint(s, kind, unixErrno(err)))
	}
	if s.Namespace != nil {
		d = &device{place: p.b.placeOf(s.Namespace), name: s.Name}
		if s.Peer != nil && s.Peer.Namespace == nil {
			p.undoable(c, &device{place: p, name: s.Peer.Name}) // undone by name: its index is not known
		}
	} else {
		p.undoable(c, d)
	}
	return c.Return(p.wrap(c, d))
}

// undoable notes how to take a link back. Only what is made in the namespace the
// shell started in needs that: other links die with their namespace.
func (p *place) undoable(c *lua.Call, d *device) {
	if p.ns != nil || currentID() != p.b.home {
		return
	}
	home, err := p.b.starting(c.State())
	if err != nil {
		return // without /proc no namespace can be left, and so none be returned to
	}
	there := &device{place: home, name: d.name, index: d.index}
	undo := c.State().OnUndo("link "+d.name, d, func() error {
		err := there.do(func(conn *Conn) error { return conn.Delete(there.index) })
		if unixErrno(err) == unix.ENODEV {
			return nil
		}
		return err
	}, nil)
	if d.index != 0 {
		p.b.undos[d.index] = undo
	}
}

// addHint explains why a link could not be made, from what can be seen now.
func (p *place) addHint(s *LinkSpec, kind *Kind, errno unix.Errno) string {
	switch errno {
	case unix.EOPNOTSUPP:
		return fmt.Sprintf("this kernel has no %s links: it is built without CONFIG_%s, or the module is not there", kind.Name, kind.config)
	case unix.EPERM:
		return "making links takes CAP_NET_ADMIN over the namespace: run as root, in `nslua -U`, or in a network namespace of your own user namespace"
	case unix.EEXIST:
		return "a link of this name, or one with the same settings, exists: net.links() shows them"
	case unix.ENODEV:
		if s.Parent != "" || s.Master != nil {
			return "the link named by an option must be in the namespace where the call works"
		}
	}
	return ""
}
