package nft

import (
	"bytes"
	"encoding/binary"
	"iter"
)

// attrs is a list of netlink attributes under construction. Numbers are big-endian, as nf_tables wants them.
type attrs []byte

func align4(n int) int { return (n + 3) &^ 3 }

func (a *attrs) bytes(typ uint16, v []byte) {
	*a = binary.NativeEndian.AppendUint16(*a, uint16(4+len(v)))
	*a = binary.NativeEndian.AppendUint16(*a, typ)
	*a = append(*a, v...)
	*a = append(*a, make([]byte, align4(len(v))-len(v))...)
}

func (a *attrs) u8(typ uint16, v uint8)   { a.bytes(typ, []byte{v}) }
func (a *attrs) u16(typ uint16, v uint16) { a.bytes(typ, binary.BigEndian.AppendUint16(nil, v)) }
func (a *attrs) u32(typ uint16, v uint32) { a.bytes(typ, be32(v)) }
func (a *attrs) u64(typ uint16, v uint64) { a.bytes(typ, be64(v)) }
func (a *attrs) str(typ uint16, v string) { a.bytes(typ, append([]byte(v), 0)) }

const nested = 1 << 15 // NLA_F_NESTED

func (a *attrs) nest(typ uint16, inner attrs) { a.bytes(typ|nested, inner) }

func be32(v uint32) []byte { return binary.BigEndian.AppendUint32(nil, v) }
func be64(v uint64) []byte { return binary.BigEndian.AppendUint64(nil, v) }
func he32(v uint32) []byte { return binary.NativeEndian.AppendUint32(nil, v) }

// each walks a list of attributes; the flag bits of the types are cleared.
func each(b []byte) iter.Seq2[uint16, []byte] {
	return func(yield func(uint16, []byte) bool) {
		for len(b) >= 4 {
			n := int(binary.NativeEndian.Uint16(b))
			typ := binary.NativeEndian.Uint16(b[2:]) & (1<<14 - 1)
			if n < 4 || n > len(b) || !yield(typ, b[4:n]) {
				return
			}
			b = b[min(align4(n), len(b)):]
		}
	}
}

// find is the attribute at the end of a path of nested ones, nil if there is none.
func find(b []byte, path ...uint16) []byte {
	for _, want := range path {
		var found []byte
		for typ, v := range each(b) {
			if typ == want {
				found = v
				break
			}
		}
		b = found
	}
	return b
}

// number reads a big-endian number of up to 8 bytes.
func number(b []byte) uint64 {
	var n uint64
	for _, c := range b[:min(len(b), 8)] {
		n = n<<8 | uint64(c)
	}
	return n
}

func cstring(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b)
}
