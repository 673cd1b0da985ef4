package net

import (
	"bytes"
	"encoding/binary"
	"iter"
	"net/netip"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// Message is a netlink request under construction: a header, a fixed part and attributes.
type Message struct {
	nl.NetlinkRequest
	open *nl.RtAttr // takes what is appended; nil: the request itself
}

// newMessage starts a request. fixed is the structure that follows the header.
func newMessage(typ uint16, flags uint16, fixed nl.NetlinkRequestData) *Message {
	m := &Message{}
	m.Type, m.Flags = typ, unix.NLM_F_REQUEST|flags
	m.AddData(fixed)
	return m
}

// add appends an attribute, or another piece of a message.
func (m *Message) add(d nl.NetlinkRequestData) {
	if m.open != nil {
		m.open.AddChild(d)
		return
	}
	m.AddData(d)
}

func (m *Message) bytes(typ uint16, v []byte) { m.add(nl.NewRtAttr(int(typ), v)) }
func (m *Message) flag(typ uint16)            { m.bytes(typ, nil) }
func (m *Message) u8(typ uint16, v uint8)     { m.bytes(typ, nl.Uint8Attr(v)) }
func (m *Message) u16(typ uint16, v uint16)   { m.bytes(typ, nl.Uint16Attr(v)) }
func (m *Message) u32(typ uint16, v uint32)   { m.bytes(typ, nl.Uint32Attr(v)) }
func (m *Message) u64(typ uint16, v uint64)   { m.bytes(typ, nl.Uint64Attr(v)) }
func (m *Message) be16(typ uint16, v uint16)  { m.bytes(typ, nl.BEUint16Attr(v)) }

// str appends a string with its final zero.
func (m *Message) str(typ uint16, v string) { m.bytes(typ, nl.ZeroTerminated(v)) }

func (m *Message) addr(typ uint16, v netip.Addr) { m.bytes(typ, v.AsSlice()) }

// nest appends an attribute made of what body appends.
func (m *Message) nest(typ uint16, body func()) {
	outer, attr := m.open, nl.NewRtAttr(int(typ), nil)
	m.open = attr
	body()
	m.open = outer
	m.add(attr)
}

// fixed is a structure that is a piece of a message.
type fixed []byte

func (f fixed) Len() int          { return len(f) }
func (f fixed) Serialize() []byte { return f }

func align4(n int) int { return (n + 3) &^ 3 }

// typeMask takes the flags NLA_F_NESTED and NLA_F_NET_BYTEORDER off an attribute's type.
const typeMask = 1<<14 - 1

// attributes walks a list of attributes, as far as it is well formed. The flag
// bits of the type are cleared. Nothing is allocated: long dumps are read with it.
func attributes(b []byte) iter.Seq2[uint16, []byte] {
	return func(yield func(uint16, []byte) bool) {
		for len(b) >= 4 {
			n := int(binary.NativeEndian.Uint16(b))
			typ := binary.NativeEndian.Uint16(b[2:]) & typeMask
			if n < 4 || n > len(b) {
				return
			}
			if !yield(typ, b[4:n]) {
				return
			}
			b = b[min(align4(n), len(b)):]
		}
	}
}

// find is the first attribute of a type, nil if there is none.
func find(b []byte, path ...uint16) []byte {
	for _, want := range path {
		var found []byte
		for typ, v := range attributes(b) {
			if typ == want {
				found = v
				break
			}
		}
		b = found
	}
	return b
}

// uintOf reads a number of 1, 2, 4 or 8 bytes in the byte order of the machine.
func uintOf(b []byte) uint64 { return uintIn(binary.NativeEndian, b) }

func uintIn(order binary.ByteOrder, b []byte) uint64 {
	switch {
	case len(b) >= 8:
		return order.Uint64(b)
	case len(b) >= 4:
		return uint64(order.Uint32(b))
	case len(b) >= 2:
		return uint64(order.Uint16(b))
	case len(b) == 1:
		return uint64(b[0])
	}
	return 0
}

func cstring(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b)
}

func addrOf(b []byte) netip.Addr {
	a, _ := netip.AddrFromSlice(b)
	return a
}

// ifinfo is struct ifinfomsg.
func ifinfo(index int, flags, change uint32) *nl.IfInfomsg {
	m := nl.NewIfInfomsg(unix.AF_UNSPEC)
	m.Index, m.Flags, m.Change = int32(index), flags, change
	return m
}
