package net

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// Places in the tree of queueing disciplines, <linux/pkt_sched.h>.
const (
	tcRoot    = netlink.HANDLE_ROOT
	tcIngress = netlink.HANDLE_INGRESS    // also that of clsact
	tcEgress  = netlink.HANDLE_MIN_EGRESS // filters of clsact
	tcInward  = netlink.HANDLE_MIN_INGRESS
)

// Discipline is a queueing discipline or a class of one, as it is on a link; tc(8).
type Discipline struct {
	Index   int
	Kind    string
	Handle  uint32 // "1:" is 0x10000
	Parent  uint32 // or tcRoot, tcIngress
	Leaf    uint32 // of a class: the handle of the discipline below it
	Options []byte
	Bytes   uint64
	Packets uint32
	Drops   uint32
	Backlog uint32
}

// HandleText writes a handle as tc(8) does: "1:", "1:10", "root".
func HandleText(h uint32) string {
	switch h {
	case tcRoot:
		return "root"
	case tcIngress:
		return "ingress"
	case 0:
		return "none"
	}
	if h&0xffff == 0 {
		return fmt.Sprintf("%x:", h>>16)
	}
	return fmt.Sprintf("%x:%x", h>>16, h&0xffff)
}

// ParseHandle reads what HandleText writes: numbers in hexadecimal.
func ParseHandle(text string) (uint32, error) {
	switch text {
	case "root":
		return tcRoot, nil
	case "ingress":
		return tcIngress, nil
	}
	major, minor, ok := strings.Cut(text, ":")
	n, err := strconv.ParseUint(major, 16, 16)
	m, err2 := uint64(0), error(nil)
	if minor != "" {
		m, err2 = strconv.ParseUint(minor, 16, 16)
	}
	if !ok || err != nil || err2 != nil {
		return 0, fmt.Errorf(`%q is no handle: "root", "1:" or "1:10" (hexadecimal) expected`, text)
	}
	return uint32(n<<16 | m), nil
}

// tcmsg is struct tcmsg.
func tcmsg(index int, handle, parent, info uint32) *nl.TcMsg {
	return &nl.TcMsg{Ifindex: int32(index), Handle: handle, Parent: parent, Info: info}
}

// Disciplines lists the queueing disciplines of a link, of all links if index is 0.
func (c *Conn) Disciplines(index int) ([]Discipline, error) {
	return c.disciplines(unix.RTM_GETQDISC, "list qdiscs", index)
}

// Classes lists the classes of a link.
func (c *Conn) Classes(index int) ([]Discipline, error) {
	return c.disciplines(unix.RTM_GETTCLASS, "list classes", index)
}

func (c *Conn) disciplines(typ uint16, what string, index int) ([]Discipline, error) {
	var list []Discipline
	err := c.Dump(newMessage(typ, 0, tcmsg(index, 0, 0, 0)), func() { list = list[:0] }, func(b []byte) error {
		if len(b) < nl.SizeofTcMsg {
			return fmt.Errorf("a qdisc of %d bytes: %w", len(b), unix.EBADMSG)
		}
		d := parseDiscipline(b)
		if index == 0 || d.Index == index {
			list = append(list, d)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return list, nil
}

func parseDiscipline(b []byte) Discipline {
	d := Discipline{Index: int(binary.NativeEndian.Uint32(b[4:])), Handle: binary.NativeEndian.Uint32(b[8:]),
		Parent: binary.NativeEndian.Uint32(b[12:]), Leaf: binary.NativeEndian.Uint32(b[16:])}
	for typ, v := range attributes(b[nl.SizeofTcMsg:]) {
		switch typ {
		case nl.TCA_KIND:
			d.Kind = cstring(v)
		case nl.TCA_OPTIONS:
			d.Options = append(d.Options, v...)
		case nl.TCA_STATS2:
			if basic := find(v, 1); len(basic) >= 12 {
				d.Bytes, d.Packets = uintOf(basic[:8]), uint32(uintOf(basic[8:12]))
			}
			if queue := find(v, 3); len(queue) >= 12 {
				d.Backlog, d.Drops = uint32(uintOf(queue[4:8])), uint32(uintOf(queue[8:12]))
			}
		}
	}
	return d
}

// QdiscSpec describes a queueing discipline, or a class, to make.
type QdiscSpec struct {
	Index  int
	Kind   string
	Handle uint32
	Parent uint32
	Values Values
}

// SetQdisc makes a queueing discipline, or changes the one of this kind that is at
// its place: what is not given stays as it is.
func (c *Conn) SetQdisc(s *QdiscSpec) error {
	kind, ok := qdiscNamed(s.Kind)
	if !ok {
		return fmt.Errorf("no queueing discipline is called %q: %w", s.Kind, unix.EINVAL)
	}
	list, err := c.Disciplines(s.Index)
	if err != nil {
		return err
	}
	values, flags := s.Values, uint16(unix.NLM_F_CREATE|unix.NLM_F_EXCL)
	handle := s.Handle
	for _, d := range list {
		if d.Parent != s.Parent || d.Handle == 0 {
			continue // a handle of 0 is the default one, which is replaced as if it were not there
		}
		if d.Kind != s.Kind {
			return fmt.Errorf("there is a %s %s at %s: %w", d.Kind, HandleText(d.Handle), HandleText(s.Parent), unix.EEXIST)
		}
		if handle == 0 || handle == d.Handle {
			handle, flags = d.Handle, 0
			values = merge(kind.decode(d.Options), s.Values)
		}
	}
	m := newMessage(unix.RTM_NEWQDISC, flags, tcmsg(s.Index, handle, s.Parent, 0))
	m.str(nl.TCA_KIND, s.Kind)
	if err := kind.encode(m, values); err != nil {
		return fmt.Errorf("%s: %w", s.Kind, err)
	}
	if err := c.Do(m); err != nil {
		return fmt.Errorf("set %s at %s: %w", s.Kind, HandleText(s.Parent), err)
	}
	return nil
}

// merge is base with the entries of over in place of its own.
func merge(base, over Values) Values {
	all := Values{}
	for k, v := range base {
		all[k] = v
	}
	for k, v := range over {
		all[k] = v
	}
	return all
}

// DeleteQdisc removes the queueing discipline at a place; the default one comes back.
func (c *Conn) DeleteQdisc(index int, parent, handle uint32) error {
	if err := c.Do(newMessage(unix.RTM_DELQDISC, 0, tcmsg(index, handle, parent, 0))); err != nil {
		return fmt.Errorf("delete the qdisc at %s: %w", HandleText(parent), err)
	}
	return nil
}

// SetClass makes an HTB class with this handle, or changes it.
func (c *Conn) SetClass(index int, handle, parent uint32, values Values) error {
	list, err := c.Classes(index)
	if err != nil {
		return err
	}
	flags := uint16(unix.NLM_F_CREATE | unix.NLM_F_EXCL)
	for _, d := range list {
		if d.Handle == handle {
			flags, values = 0, merge(decodeHTBClass(d.Options), values)
			if parent == 0 {
				parent = d.Parent
			}
		}
	}
	if parent == 0 {
		parent = handle &^ 0xffff
	}
	m := newMessage(unix.RTM_NEWTCLASS, flags, tcmsg(index, handle, parent, 0))
	m.str(nl.TCA_KIND, "htb")
	if err := encodeHTBClass(m, values); err != nil {
		return err
	}
	if err := c.Do(m); err != nil {
		return fmt.Errorf("set class %s: %w", HandleText(handle), err)
	}
	return nil
}

// DeleteClass removes a class.
func (c *Conn) DeleteClass(index int, handle uint32) error {
	if err := c.Do(newMessage(unix.RTM_DELTCLASS, 0, tcmsg(index, handle, 0, 0))); err != nil {
		return fmt.Errorf("delete class %s: %w", HandleText(handle), err)
	}
	return nil
}
