package net

import (
	"errors"
	"fmt"
	gonet "net"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
)

// LinkSpec describes a link to make, or what to change of one: nil fields stay as they are.
type LinkSpec struct {
	Name       string
	Kind       string
	Up         *bool
	MTU        *int
	MAC        gonet.HardwareAddr
	Master     *string // "" releases the link
	Parent     string  // the link below
	Alias      *string
	TxQueueLen *int
	Group      *int
	Promisc    *bool
	AllMulti   *bool
	Multicast  *bool
	ARP        *bool
	TxQueues   *int
	RxQueues   *int
	Namespace  *namespace.Handle // where it is made, or moved to
	Options    Values            // of its kind
	Port       Values            // of the master it is a port of; PortOf names the master's kind
	PortOf     string
	Peer       *LinkSpec // the other end of a pair
}

// CheckName says why a name can't be a link's.
func CheckName(name string) error {
	switch {
	case name == "":
		return errors.New("a link needs a name")
	case len(name) >= unix.IFNAMSIZ:
		return fmt.Errorf("%q has %d characters, a link name at most 15; the long name can be an alternative one (altname) of a link with a short name",
			name, len(name))
	case name == "." || name == "..", strings.ContainsAny(name, "/: \t\n\v\f\r"):
		return fmt.Errorf("%q: a link name has no space, slash or colon, and is not . or ..", name)
	case strings.Contains(name, "%"):
		return fmt.Errorf("%q: a percent sign in a link name makes the kernel choose a number; write the name out", name)
	case name == "all" || name == "default":
		return fmt.Errorf("%q: the name is taken by a directory of net.ipv4.conf", name)
	}
	return nil
}

// checkLookup refuses what can't be the name of any link.
func checkLookup(name string) error {
	if name == "" || len(name) >= 128 {
		return fmt.Errorf("link %q: %w", name, unix.ENODEV)
	}
	return nil
}

// Add makes a link and returns its index, 0 if it is in another namespace. Either
// all of it is made or nothing.
func (c *Conn) Add(s *LinkSpec) (index int, err error) {
	kind, ok := KindNamed(s.Kind)
	if !ok {
		return 0, fmt.Errorf("no kind of link is called %q: %w", s.Kind, unix.EINVAL)
	}
	if err := s.check(&kind); err != nil {
		return 0, fmt.Errorf("add link: %w", err)
	}
	flags, change := s.flags()
	m := newMessage(unix.RTM_NEWLINK, unix.NLM_F_CREATE|unix.NLM_F_EXCL, ifinfo(0, flags, change))
	if err := c.common(m, s); err != nil {
		return 0, fmt.Errorf("add link %s: %w", s.Name, err)
	}
	var inner error
	m.nest(unix.IFLA_LINKINFO, func() {
		m.bytes(unix.IFLA_INFO_KIND, []byte(s.Kind))
		m.nest(unix.IFLA_INFO_DATA|unix.NLA_F_NESTED, func() {
			inner = encode(m, kind.Options, s.Options, c.Index)
			if s.Peer != nil && inner == nil {
				m.nest(kind.peer, func() { inner = c.peer(m, s.Peer) })
			}
		})
	})
	if inner != nil {
		return 0, fmt.Errorf("add link %s: %w", s.Name, inner)
	}
	if err = c.Do(m); err == nil {
		index, err = c.finishAdd(s)
	}
	if err != nil {
		return 0, fmt.Errorf("add %s link %s: %w", s.Kind, s.Name, err)
	}
	return index, nil
}

// finishAdd does what the kernel does not do when it makes a link, and finds its index.
func (c *Conn) finishAdd(s *LinkSpec) (index int, err error) {
	if s.Namespace == nil {
		if index, err = c.Index(s.Name); err != nil {
			return 0, err
		}
	}
	if s.Alias != nil {
		err = c.finishEnd(s, &LinkSpec{Alias: s.Alias})
	}
	if p := s.Peer; p != nil && err == nil && (p.Alias != nil || p.Up != nil && *p.Up) {
		err = c.finishEnd(p, &LinkSpec{Alias: p.Alias, Up: p.Up})
	}
	if err == nil && s.Namespace == nil && s.Up != nil && *s.Up {
		c.Settle(index)
	}
	if err == nil {
		return index, nil
	}
	undo := func(there *Conn, i int) error { return there.Delete(i) }
	return 0, errors.Join(err, c.atEnd(s, undo))
}

// finishEnd changes a link that was just made, or the other end of its pair.
func (c *Conn) finishEnd(s, change *LinkSpec) error {
	return c.atEnd(s, func(there *Conn, index int) error {
		err := there.Set(index, change)
		if err == nil && change.Up != nil {
			there.Settle(index)
		}
		return err
	})
}

// atEnd runs fn with a socket in the namespace that a link was made in.
func (c *Conn) atEnd(s *LinkSpec, fn func(*Conn, int) error) error {
	there := c
	if s.Namespace != nil {
		var err error
		if there, err = Dial(s.Namespace); err != nil {
			return err
		}
		defer there.Close()
	}
	index, err := there.Index(s.Name)
	if err != nil {
		return err
	}
	return fn(there, index)
}

// Settle makes the carrier of a link that was set up count at once, and that of
// its peer and the masters of both: otherwise the kernel drops what is sent for up
// to a second. To read a link's description is what does it, since Linux 6.9;
// links that can't be read are left to themselves.
func (c *Conn) Settle(index int) {
	l, err := c.LinkByIndex(index)
	if err != nil {
		return
	}
	if l.Master != 0 {
		_, _ = c.LinkByIndex(l.Master)
	}
	if l.Kind != "veth" || l.Parent == 0 {
		return
	}
	peer, err := c.linkIn(l.PeerNS, l.Parent)
	if err == nil && peer.Master != 0 {
		_, _ = c.linkIn(l.PeerNS, peer.Master)
	}
}

// linkIn finds a link by its index in the namespace that has this number here, -1 being this one.
func (c *Conn) linkIn(nsid, index int) (*Link, error) {
	m := newMessage(unix.RTM_GETLINK, 0, ifinfo(index, 0, 0))
	if nsid >= 0 {
		m.u32(unix.IFLA_TARGET_NETNSID, uint32(nsid))
	}
	return c.askLink(m)
}

func (s *LinkSpec) check(kind *Kind) error {
	if err := CheckName(s.Name); err != nil {
		return err
	}
	if kind.stacked && s.Parent == "" {
		return fmt.Errorf("a %s sits on another link: option 'link' names it", kind.Name)
	}
	if kind.peer == 0 && s.Peer != nil {
		return fmt.Errorf("a %s has no peer", kind.Name)
	}
	if s.Peer != nil {
		return CheckName(s.Peer.Name)
	}
	return nil
}

// peer appends the other end of a pair. It is set up later: it can't be while the pair is incomplete.
func (c *Conn) peer(m *Message, s *LinkSpec) error {
	flags, change := s.flags()
	flags, change = flags&^unix.IFF_UP, change&^unix.IFF_UP
	m.open.Data = ifinfo(0, flags, change).Serialize()
	return c.common(m, s)
}

// flags are the flags to set and those that the message is about.
func (s *LinkSpec) flags() (flags, change uint32) {
	for _, f := range []struct {
		want *bool
		flag uint32
		off  bool // the flag means the opposite
	}{
		{s.Up, unix.IFF_UP, false},
		{s.Promisc, unix.IFF_PROMISC, false},
		{s.AllMulti, unix.IFF_ALLMULTI, false},
		{s.Multicast, unix.IFF_MULTICAST, false},
		{s.ARP, unix.IFF_NOARP, true},
	} {
		if f.want != nil {
			change |= f.flag
			if *f.want != f.off {
				flags |= f.flag
			}
		}
	}
	return flags, change
}

// common appends the attributes that all kinds have.
func (c *Conn) common(m *Message, s *LinkSpec) error {
	if s.Name != "" {
		m.str(unix.IFLA_IFNAME, s.Name)
	}
	if s.MAC != nil {
		m.bytes(unix.IFLA_ADDRESS, s.MAC)
	}
	if s.Alias != nil { // of no effect on a link that is being made
		m.str(unix.IFLA_IFALIAS, *s.Alias)
	}
	for _, n := range []struct {
		attr  uint16
		value *int
	}{
		{unix.IFLA_MTU, s.MTU}, {unix.IFLA_TXQLEN, s.TxQueueLen}, {unix.IFLA_GROUP, s.Group},
		{unix.IFLA_NUM_TX_QUEUES, s.TxQueues}, {unix.IFLA_NUM_RX_QUEUES, s.RxQueues},
	} {
		if n.value != nil {
			m.u32(n.attr, uint32(*n.value))
		}
	}
	if s.Parent != "" {
		i, err := c.Index(s.Parent)
		if err != nil {
			return err
		}
		m.u32(unix.IFLA_LINK, uint32(i))
	}
	if s.Namespace != nil {
		m.u32(unix.IFLA_NET_NS_FD, uint32(s.Namespace.FD()))
	}
	if s.Master == nil {
		return nil
	}
	master := 0
	if *s.Master != "" {
		var err error
		if master, err = c.Index(*s.Master); err != nil {
			return err
		}
	}
	m.u32(unix.IFLA_MASTER, uint32(master))
	return nil
}

// Set changes a link; options of its kind and of its port need Kind and PortOf.
func (c *Conn) Set(index int, s *LinkSpec) error {
	if s.Name != "" {
		if err := CheckName(s.Name); err != nil {
			return err
		}
	}
	flags, change := s.flags()
	m := newMessage(unix.RTM_NEWLINK, 0, ifinfo(index, flags, change))
	if err := c.common(m, s); err != nil {
		return err
	}
	if s.Master == nil || len(s.Port) == 0 {
		if err := c.options(m, s); err != nil {
			return err
		}
		return c.Do(m)
	}
	// The kernel looks at the settings of a port before it makes the link one.
	port := newMessage(unix.RTM_NEWLINK, 0, ifinfo(index, 0, 0))
	if err := c.options(port, s); err != nil {
		return err
	}
	if err := c.Do(m); err != nil {
		return err
	}
	return c.Do(port)
}

// options appends what belongs to the kind of a link, or to it as a port.
func (c *Conn) options(m *Message, s *LinkSpec) error {
	if len(s.Options) == 0 && len(s.Port) == 0 {
		return nil
	}
	var inner error
	m.nest(unix.IFLA_LINKINFO, func() {
		if len(s.Options) > 0 {
			kind, _ := KindNamed(s.Kind)
			m.bytes(unix.IFLA_INFO_KIND, []byte(s.Kind))
			m.nest(unix.IFLA_INFO_DATA|unix.NLA_F_NESTED, func() { inner = encode(m, kind.Options, s.Options, c.Index) })
		}
		if len(s.Port) > 0 && inner == nil {
			m.bytes(unix.IFLA_INFO_SLAVE_KIND, []byte(s.PortOf))
			m.nest(unix.IFLA_INFO_SLAVE_DATA|unix.NLA_F_NESTED, func() {
				inner = encode(m, portOptions(s.PortOf), s.Port, c.Index)
			})
		}
	})
	return inner
}

// Delete removes a link; a pair goes with either end.
func (c *Conn) Delete(index int) error {
	return c.Do(newMessage(unix.RTM_DELLINK, 0, ifinfo(index, 0, 0)))
}

// AltName gives a link another name, of up to 127 characters, or takes it away.
func (c *Conn) AltName(index int, name string, add bool) error {
	typ := uint16(unix.RTM_NEWLINKPROP)
	flags := uint16(unix.NLM_F_CREATE | unix.NLM_F_EXCL)
	if !add {
		typ, flags = unix.RTM_DELLINKPROP, 0
	}
	m := newMessage(typ, flags, ifinfo(index, 0, 0))
	m.nest(unix.IFLA_PROP_LIST|unix.NLA_F_NESTED, func() { m.str(unix.IFLA_ALT_IFNAME, name) })
	return c.Do(m)
}

func unixErrno(err error) unix.Errno {
	var n unix.Errno
	errors.As(err, &n)
	return n
}
