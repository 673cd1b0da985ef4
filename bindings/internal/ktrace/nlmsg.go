package ktrace

import (
	"bytes"
	"encoding/binary"
	"iter"

	"golang.org/x/sys/unix"
)

// message is one netlink message, see netlink(7).
type message struct {
	kind, flags uint16
	seq         uint32
	body        []byte
}

// messages takes a datagram apart. It ends where that is damaged or cut off.
func messages(b []byte) iter.Seq[message] {
	return func(yield func(message) bool) {
		for len(b) >= unix.SizeofNlMsghdr {
			n := int(binary.NativeEndian.Uint32(b))
			if n < unix.SizeofNlMsghdr || n > len(b) {
				return
			}
			m := message{
				kind: binary.NativeEndian.Uint16(b[4:]), flags: binary.NativeEndian.Uint16(b[6:]),
				seq: binary.NativeEndian.Uint32(b[8:]), body: b[unix.SizeofNlMsghdr:n],
			}
			if !yield(m) {
				return
			}
			b = b[min(align4(n), len(b)):]
		}
	}
}

func align4(n int) int { return (n + 3) &^ 3 }

// said is the kernel's own explanation of an error, if it gave one.
func (m message) said() string {
	const header, capped, withText = 4 + unix.SizeofNlMsghdr, 0x100, 0x200 // NLM_F_CAPPED, NLM_F_ACK_TLVS
	if m.flags&withText == 0 || len(m.body) < header {
		return ""
	}
	rest := m.body[header:]
	if m.flags&capped == 0 { // the request is repeated
		n := align4(int(binary.NativeEndian.Uint32(m.body[4:])) - unix.SizeofNlMsghdr)
		if n < 0 || n > len(rest) {
			return ""
		}
		rest = rest[n:]
	}
	return attributes(rest).text(unix.NLMSGERR_ATTR_MSG)
}

// attrs are the attributes of a message; of one that is there several times the last.
type attrs map[uint16][]byte

func attributes(b []byte) attrs {
	out := attrs{}
	for len(b) >= unix.SizeofRtAttr {
		n := int(binary.NativeEndian.Uint16(b))
		if n < unix.SizeofRtAttr || n > len(b) {
			break
		}
		const flags = unix.NLA_F_NESTED | unix.NLA_F_NET_BYTEORDER
		out[binary.NativeEndian.Uint16(b[2:])&^flags] = b[unix.SizeofRtAttr:n]
		b = b[min(align4(n), len(b)):]
	}
	return out
}

// after are the attributes behind a header of n bytes.
func (m message) after(n int) attrs {
	if len(m.body) < n {
		return attrs{}
	}
	return attributes(m.body[n:])
}

// head is the fixed beginning of the message, filled up with zeros.
func (m message) head(n int) []byte {
	b := make([]byte, n)
	copy(b, m.body)
	return b
}

func (a attrs) text(kind uint16) string {
	s, _, _ := bytes.Cut(a[kind], []byte{0})
	return string(s)
}

func (a attrs) u32(kind uint16) (uint32, bool) {
	b, ok := a[kind]
	if !ok || len(b) < 4 {
		return 0, false
	}
	return binary.NativeEndian.Uint32(b), true
}

func (a attrs) nested(kind uint16) attrs { return attributes(a[kind]) }
