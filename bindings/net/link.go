package net

import (
	"encoding/binary"
	"fmt"
	gonet "net"
	"strconv"
	"strings"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// Link is a network device as the kernel describes it.
type Link struct {
	Index       int
	Name        string
	Type        string // its kind, or for one without: "loopback", "ether", "none"
	Kind        string // "" for a device that was not made through netlink
	Flags       uint32 // IFF_UP…, see netdevice(7)
	MTU         int
	MAC         gonet.HardwareAddr
	Permanent   gonet.HardwareAddr // the address it was born with
	State       string             // operational state of RFC 2863: "up", "down", "lowerlayerdown"…
	Carrier     bool
	Master      int // index, 0: none
	Parent      int // index of the link below it or of the peer, 0: none; in namespace PeerNS
	PeerNS      int // the namespace id of Parent, -1: this one
	Alias       string
	AltNames    []string
	TxQueueLen  int
	Group       int
	Qdisc       string
	Promiscuity int
	Options     []byte // attributes of its kind
	PortOf      string // kind of the master
	Port        []byte // attributes as a port of the master
	stats       []byte
}

// Up reports whether the link is set up; it may still lack a carrier.
func (l *Link) Up() bool { return l.Flags&unix.IFF_UP != 0 }

// skipStats is RTEXT_FILTER_SKIP_STATS: counters are most of a link's description.
const skipStats = 1 << 3

// Links lists the links in the order of their indexes.
func (c *Conn) Links() ([]Link, error) {
	m := newMessage(unix.RTM_GETLINK, 0, ifinfo(0, 0, 0))
	m.u32(unix.IFLA_EXT_MASK, skipStats)
	var links []Link
	err := c.Dump(m, func() { links = links[:0] }, func(body []byte) error {
		l, err := parseLink(body)
		links = append(links, l)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list links: %w", err)
	}
	return links, nil
}

// Link finds a link by name or alternative name. ENODEV: there is none.
func (c *Conn) Link(name string) (*Link, error) {
	if err := checkLookup(name); err != nil {
		return nil, err
	}
	m := newMessage(unix.RTM_GETLINK, 0, ifinfo(0, 0, 0))
	attr := uint16(unix.IFLA_IFNAME)
	if len(name) >= unix.IFNAMSIZ {
		attr = unix.IFLA_ALT_IFNAME
	}
	return c.getLink(m, attr, name)
}

func (c *Conn) getLink(m *Message, attr uint16, name string) (*Link, error) {
	m.str(attr, name)
	l, err := c.askLink(m)
	if unixErrno(err) == unix.ENODEV && attr == unix.IFLA_IFNAME {
		return c.getLink(newMessage(unix.RTM_GETLINK, 0, ifinfo(0, 0, 0)), unix.IFLA_ALT_IFNAME, name)
	}
	if err != nil {
		return nil, fmt.Errorf("link %s: %w", name, err)
	}
	return l, nil
}

// LinkByIndex finds a link by index.
func (c *Conn) LinkByIndex(index int) (*Link, error) {
	l, err := c.askLink(newMessage(unix.RTM_GETLINK, 0, ifinfo(index, 0, 0)))
	if err != nil {
		return nil, fmt.Errorf("link %d: %w", index, err)
	}
	return l, nil
}

func (c *Conn) askLink(m *Message) (*Link, error) {
	var l Link
	err := c.Ask(m, func(body []byte) (err error) {
		l, err = parseLink(body)
		return err
	})
	if err != nil {
		return nil, err
	}
	if l.Index == 0 {
		return nil, unix.ENODEV
	}
	return &l, nil
}

// Index is the index of the link with this name.
func (c *Conn) Index(name string) (int, error) {
	// The ioctl costs a tenth of the link's description. It takes a colon for the end of the name.
	if r, err := unix.NewIfreq(name); err == nil && !strings.Contains(name, ":") {
		if unix.IoctlIfreq(c.socket.GetFd(), unix.SIOCGIFINDEX, r) == nil {
			return int(r.Uint32()), nil
		}
	}
	l, err := c.Link(name)
	if err != nil {
		return 0, err
	}
	return l.Index, nil
}

// LinkName is the name of the link with this index, its number where there is none.
func (c *Conn) LinkName(index int) string {
	l, err := c.LinkByIndex(index)
	if err != nil {
		return strconv.Itoa(index)
	}
	return l.Name
}

func parseLink(body []byte) (Link, error) {
	if len(body) < unix.SizeofIfInfomsg {
		return Link{}, fmt.Errorf("a link of %d bytes: %w", len(body), unix.EBADMSG)
	}
	l := Link{
		Index:  int(int32(binary.NativeEndian.Uint32(body[4:]))),
		Flags:  binary.NativeEndian.Uint32(body[8:]),
		Type:   nl.DeserializeIfInfomsg(body).EncapType(),
		PeerNS: -1,
	}
	for typ, v := range attributes(body[unix.SizeofIfInfomsg:]) {
		l.attribute(typ, v)
	}
	if l.Kind != "" {
		l.Type = l.Kind
	}
	return l, nil
}

func (l *Link) attribute(typ uint16, v []byte) {
	switch typ {
	case unix.IFLA_IFNAME:
		l.Name = cstring(v)
	case unix.IFLA_MTU:
		l.MTU = int(uintOf(v))
	case unix.IFLA_ADDRESS:
		l.MAC = append(l.MAC, v...)
	case unix.IFLA_PERM_ADDRESS:
		l.Permanent = append(l.Permanent, v...)
	case unix.IFLA_OPERSTATE:
		l.State = operState(uintOf(v))
	case unix.IFLA_CARRIER:
		l.Carrier = uintOf(v) != 0
	case unix.IFLA_MASTER:
		l.Master = int(uintOf(v))
	case unix.IFLA_LINK:
		l.Parent = int(uintOf(v))
	case unix.IFLA_LINK_NETNSID:
		l.PeerNS = int(int32(uintOf(v)))
	case unix.IFLA_IFALIAS:
		l.Alias = cstring(v)
	case unix.IFLA_TXQLEN:
		l.TxQueueLen = int(uintOf(v))
	case unix.IFLA_GROUP:
		l.Group = int(uintOf(v))
	case unix.IFLA_QDISC:
		l.Qdisc = cstring(v)
	case unix.IFLA_PROMISCUITY:
		l.Promiscuity = int(uintOf(v))
	case unix.IFLA_STATS64:
		l.stats = append(l.stats, v...)
	case unix.IFLA_PROP_LIST:
		for t, name := range attributes(v) {
			if t == unix.IFLA_ALT_IFNAME {
				l.AltNames = append(l.AltNames, cstring(name))
			}
		}
	case unix.IFLA_LINKINFO:
		l.info(v)
	}
}

func (l *Link) info(b []byte) {
	for typ, v := range attributes(b) {
		switch typ {
		case unix.IFLA_INFO_KIND:
			l.Kind = cstring(v)
		case unix.IFLA_INFO_DATA:
			l.Options = append(l.Options, v...)
		case unix.IFLA_INFO_SLAVE_KIND:
			l.PortOf = cstring(v)
		case unix.IFLA_INFO_SLAVE_DATA:
			l.Port = append(l.Port, v...)
		}
	}
}

func operState(n uint64) string {
	states := [...]string{"unknown", "notpresent", "down", "lowerlayerdown", "testing", "dormant", "up"}
	if n < uint64(len(states)) {
		return states[n]
	}
	return strconv.FormatUint(n, 10)
}
