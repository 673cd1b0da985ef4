package net

import (
	"encoding/binary"
	"fmt"
	"maps"
	gonet "net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// valueKind is the sort of value an option takes.
type valueKind int

const (
	number    valueKind = iota // uint64
	boolean                    // bool, as an integer 0 or 1
	presence                   // bool, true is an empty attribute
	word                       // string, one of words
	address                    // netip.Addr
	hardware                   // gonet.HardwareAddr
	deviceRef                  // string, the name of a link; its index on the wire
	span                       // time.Duration, in units of unit
	percent                    // float64
	rate                       // uint64, bits a second
	size                       // uint64, bytes
	numbers                    // []int
	bit                        // bool, one bit of a pair of value and mask
)

// Option is one setting of a kind of link: its name as iproute2 has it, and its
// place in the kind's attributes.
type Option struct {
	Name  string
	kind  valueKind
	attr  uint16
	attr6 uint16 // of an IPv6 address, where that has an attribute of its own
	size  int    // bytes of the integer
	order binary.ByteOrder
	words []string
	value []uint64 // of words; nil: their position
	unit  time.Duration
	mask  uint32 // of a bit
	marks []mark
	read  bool // the kernel tells it but does not take it
}

// mark is a bit that goes into another attribute when the option is given.
type mark struct {
	attr uint16
	bit  uint16
}

func integer(name string, attr uint16, size int) Option {
	return Option{Name: name, attr: attr, size: size, order: binary.NativeEndian}
}
func num8(name string, attr uint16) Option  { return integer(name, attr, 1) }
func num16(name string, attr uint16) Option { return integer(name, attr, 2) }
func num32(name string, attr uint16) Option { return integer(name, attr, 4) }

func net16(name string, attr uint16) Option { return integer(name, attr, 2).swapped() }
func net32(name string, attr uint16) Option { return integer(name, attr, 4).swapped() }
func yes8(name string, attr uint16) Option  { return integer(name, attr, 1).as(boolean) }
func yes32(name string, attr uint16) Option { return integer(name, attr, 4).as(boolean) }
func has(name string, attr uint16) Option   { return integer(name, attr, 0).as(presence) }
func dev(name string, attr uint16) Option   { return integer(name, attr, 4).as(deviceRef) }
func hwaddr(name string, attr uint16) Option {
	return integer(name, attr, 6).as(hardware)
}

// ip is an address; attr6 is the attribute of an IPv6 one, attr again where there is only one.
func ip(name string, attr, attr6 uint16) Option {
	o := integer(name, attr, 0).as(address)
	o.attr6 = attr6
	return o
}

func choice(name string, attr uint16, size int, words ...string) Option {
	o := integer(name, attr, size).as(word)
	o.words = words
	return o
}

// ticks is a time in units of 1/100 s: the kernel's USER_HZ.
func ticks(name string, attr uint16, size int) Option {
	o := integer(name, attr, size).as(span)
	o.unit = 10 * time.Millisecond
	return o
}

func inUnits(name string, attr uint16, unit time.Duration) Option {
	o := integer(name, attr, 4).as(span)
	o.unit = unit
	return o
}

func bitOf(name string, attr uint16, mask uint32) Option {
	o := integer(name, attr, 8).as(bit)
	o.mask = mask
	return o
}

func (o Option) as(k valueKind) Option     { o.kind = k; return o }
func (o Option) swapped() Option           { o.order = binary.BigEndian; return o }
func (o Option) readOnly() Option          { o.read = true; return o }
func (o Option) valued(v ...uint64) Option { o.value = v; return o }
func (o Option) marking(m ...mark) Option  { o.marks = m; return o }

// Values are options by name: uint64, bool, string, netip.Addr, net.HardwareAddr or time.Duration.
type Values map[string]any

// names resolves names of links to indexes.
type names func(name string) (int, error)

// encode appends the attributes of values, in the order of the options.
func encode(m *Message, options []Option, values Values, index names) error {
	bits := map[uint16][2]uint32{}
	marks := map[uint16]uint16{}
	for i := range options {
		o := &options[i]
		v, given := values[o.Name]
		if !given {
			continue
		}
		if o.read {
			return fmt.Errorf("option '%s' can only be read: %w", o.Name, unix.EINVAL)
		}
		if o.kind == bit {
			pair := bits[o.attr]
			pair[1] |= o.mask
			if v.(bool) {
				pair[0] |= o.mask
			}
			bits[o.attr] = pair
			continue
		}
		if err := o.encode(m, v, index); unixErrno(err) != 0 {
			return fmt.Errorf("option '%s': %w", o.Name, err)
		} else if err != nil {
			return fmt.Errorf("option '%s': %w: %w", o.Name, unix.EINVAL, err)
		}
		for _, k := range o.marks {
			marks[k.attr] |= k.bit
		}
	}
	for _, o := range options {
		if pair, ok := bits[o.attr]; ok && o.kind == bit {
			m.bytes(o.attr, append(nl.Uint32Attr(pair[0]), nl.Uint32Attr(pair[1])...))
			delete(bits, o.attr)
		}
	}
	for _, attr := range slices.Sorted(maps.Keys(marks)) {
		m.be16(attr, marks[attr])
	}
	return nil
}

func (o *Option) encode(m *Message, v any, index names) error {
	switch o.kind {
	case number:
		return o.integer(m, v.(uint64))
	case boolean:
		n := uint64(0)
		if v.(bool) {
			n = 1
		}
		return o.integer(m, n)
	case presence:
		if v.(bool) {
			m.flag(o.attr)
		}
	case word:
		n, err := o.number(v.(string))
		if err != nil {
			return err
		}
		return o.integer(m, n)
	case address:
		a := v.(netip.Addr)
		attr := o.attr
		if a.Is6() {
			attr = o.attr6
		}
		if attr == 0 {
			return fmt.Errorf("%s is of the wrong family", a)
		}
		m.addr(attr, a)
	case hardware:
		m.bytes(o.attr, v.(gonet.HardwareAddr))
	case deviceRef:
		i, err := index(v.(string))
		if err != nil {
			return err
		}
		return o.integer(m, uint64(i))
	case span:
		d := v.(time.Duration)
		if d < 0 {
			return fmt.Errorf("%s is negative", d)
		}
		return o.integer(m, uint64(d/o.unit))
	}
	return nil
}

// number is the value of a word.
func (o *Option) number(text string) (uint64, error) {
	for i, w := range o.words {
		if w == text && w != "" {
			if o.value != nil {
				return o.value[i], nil
			}
			return uint64(i), nil
		}
	}
	return 0, fmt.Errorf("%q is none of %s", text, strings.Join(o.words, ", "))
}

func (o *Option) integer(m *Message, n uint64) error {
	if o.size < 8 && n>>(8*o.size) != 0 {
		return fmt.Errorf("%d is more than %d", n, uint64(1)<<(8*o.size)-1)
	}
	b := make([]byte, 8)
	switch o.size {
	case 1:
		b[0] = byte(n)
	case 2:
		o.order.PutUint16(b, uint16(n))
	case 4:
		o.order.PutUint32(b, uint32(n))
	case 8:
		o.order.PutUint64(b, n)
	}
	m.bytes(o.attr, b[:o.size])
	return nil
}

// decode reads the options from attributes. Links are named by name, "" where the index is 0.
func decode(options []Option, b []byte, name func(index int) string) Values {
	values := Values{}
	for typ, v := range attributes(b) {
		for i := range options {
			o := &options[i]
			if o.attr != typ && (o.attr6 != typ || o.attr6 == 0) {
				continue
			}
			if value := o.decode(v, name); value != nil {
				values[o.Name] = value
			}
		}
	}
	return values
}

func (o *Option) decode(b []byte, name func(int) string) any {
	switch o.kind {
	case presence:
		return true
	case address:
		if a := addrOf(b); a.IsValid() && !a.IsUnspecified() {
			return a
		}
		return nil
	case hardware:
		return gonet.HardwareAddr(slices.Clone(b))
	case bit:
		return uint32(uintOf(b[:min(4, len(b))]))&o.mask != 0
	}
	n := uintIn(o.order, b)
	switch o.kind {
	case boolean:
		return n != 0
	case word:
		return o.word(n)
	case deviceRef:
		if n == 0 {
			return nil
		}
		return name(int(n))
	case span:
		return time.Duration(n) * o.unit
	}
	return n
}

func (o *Option) word(n uint64) any {
	for i, w := range o.words {
		if o.value != nil && o.value[i] == n || o.value == nil && uint64(i) == n {
			return w
		}
	}
	return n
}
