package net

import (
	"fmt"
	"strings"

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
	// Of a pair with one end here, that end is the one to take back.
	mine := s.Name
	if s.Namespace != nil {
		mine = ""
		if s.Peer != nil && s.Peer.Namespace == nil {
			mine = s.Peer.Name
		}
	}
	plan, err := p.plan(c, mine, kind.Name)
	if err != nil {
		return err
	}
	d := &device{place: p, name: s.Name}
	err = p.do(func(conn *Conn) (err error) {
		d.home = conn.Namespace()
		d.index, err = conn.Add(s)
		return err
	})
	if err != nil {
		return lua.WithHint(plan.cancel(err), p.addHint(s, kind, err))
	}
	if err := plan.made(&device{place: p, name: mine, index: d.index}); err != nil {
		return err
	}
	if s.Namespace != nil {
		d = &device{place: p.b.placeOf(s.Namespace), name: s.Name}
	}
	return c.Return(p.wrap(c, d))
}

// addHint explains why a link could not be made, from what the kernel said and what can be seen now.
func (p *place) addHint(s *LinkSpec, kind *Kind, err error) string {
	switch unixErrno(err) {
	case unix.EOPNOTSUPP:
		if strings.Contains(err.Error(), "Unknown device type") || kind.Options == nil {
			return fmt.Sprintf("this kernel has no %s links: it is built without CONFIG_%s, or the module is not there", kind.Name, kind.config)
		}
		return "this kernel has no " + kind.Name + " links, or lacks one of the options given"
	case unix.EPERM:
		return changeHint(err)
	case unix.EEXIST:
		return "a link of this name, or one with the same settings, exists: net.links() shows them"
	case unix.ENODEV:
		if s.Parent != "" || s.Master != nil {
			return "the link named by an option must be in the namespace where the call works"
		}
	}
	return ""
}
