package net

import (
	"bytes"
	"encoding/binary"
	"iter"
	"net/netip"

	"golang.org/x/sys/unix"
)

// Message is a netlink request under construction: a header, a fixed part and attributes.
type Message struct {
	b []byte
}

// newMessage starts a request. fixed is the structure that follows the header.
func newMessage(typ uint16, flags uint16, fixed []byte) *Message {
	m := &Message{b: make([]byte, unix.SizeofNlMsghdr, 256)}
	binary.NativeEndian.PutUint16(m.b[4:], typ)
	binary.NativeEndian.PutUint16(m.b[6:], unix.NLM_F_REQUEST|flags)
	m.raw(fixed)
	return m
}

func (m *Message) finish(flags uint16, seq uint32) []byte {
	binary.NativeEndian.PutUint32(m.b, uint32(len(m.b)))
	binary.NativeEndian.PutUint16(m.b[6:], binary.NativeEndian.Uint16(m.b[6:])|flags)
	binary.NativeEndian.PutUint32(m.b[8:], seq)
	return m.b
}

func align4(n int) int { return (n + 3) &^ 3 }

// raw appends a structure, padded.
func (m *Message) raw(b []byte) {
	m.b = append(m.b, b...)
	m.b = append(m.b, make([]byte, align4(len(b))-len(b))...)
}

func (m *Message) bytes(typ uint16, v []byte) {
	m.b = binary.NativeEndian.AppendUint16(m.b, uint16(4+len(v)))
	m.b = binary.NativeEndian.AppendUint16(m.b, typ)
	m.raw(v)
}

func (m *Message) flag(typ uint16)           { m.bytes(typ, nil) }
func (m *Message) u8(typ uint16, v uint8)    { m.bytes(typ, []byte{v}) }
func (m *Message) u16(typ uint16, v uint16)  { m.bytes(typ, ne16(v)) }
func (m *Message) u32(typ uint16, v uint32)  { m.bytes(typ, ne32(v)) }
func (m *Message) u64(typ uint16, v uint64)  { m.bytes(typ, ne64(v)) }
func (m *Message) be16(typ uint16, v uint16) { m.bytes(typ, be16(v)) }
func (m *Message) be32(typ uint16, v uint32) { m.bytes(typ, be32(v)) }

// str appends a string with its final zero.
func (m *Message) str(typ uint16, v string) { m.bytes(typ, append([]byte(v), 0)) }

func (m *Message) addr(typ uint16, v netip.Addr) { m.bytes(typ, v.AsSlice()) }

// nest appends an attribute made of what body appends.
func (m *Message) nest(typ uint16, body func()) {
	start := len(m.b)
	m.bytes(typ, nil)
	body()
	binary.NativeEndian.PutUint16(m.b[start:], uint16(len(m.b)-start))
}

func ne16(v uint16) []byte { return binary.NativeEndian.AppendUint16(nil, v) }
func ne32(v uint32) []byte { return binary.NativeEndian.AppendUint32(nil, v) }
func ne64(v uint64) []byte { return binary.NativeEndian.AppendUint64(nil, v) }
func be16(v uint16) []byte { return binary.BigEndian.AppendUint16(nil, v) }
func be32(v uint32) []byte { return binary.BigEndian.AppendUint32(nil, v) }

// typeMask takes the flags NLA_F_NESTED and NLA_F_NET_BYTEORDER off an attribute's type.
const typeMask = 1<<14 - 1

// attributes walks a list of attributes. The flag bits of the type are cleared.
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

// Fixed parts of requests.

// ifinfo is struct ifinfomsg.
func ifinfo(index int, flags, change uint32) []byte {
	b := make([]byte, unix.SizeofIfInfomsg)
	binary.NativeEndian.PutUint32(b[4:], uint32(index))
	binary.NativeEndian.PutUint32(b[8:], flags)
	binary.NativeEndian.PutUint32(b[12:], change)
	return b
}
