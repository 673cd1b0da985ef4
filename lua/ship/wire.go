package ship

import (
	"encoding/binary"
	"fmt"
	"math"

	lua "github.com/yuin/gopher-lua"
)

// writer appends to a message. A string of two bytes or more is written once and
// referred to by its number from then on; so is a proto.
type writer struct {
	b       []byte
	strings map[string]uint64
	protos  map[*lua.FunctionProto]uint64
}

func (w *writer) byte(c byte)   { w.b = append(w.b, c) }
func (w *writer) uint(n uint64) { w.b = binary.AppendUvarint(w.b, n) }
func (w *writer) len(n int)     { w.uint(uint64(n)) }
func (w *writer) int(n int)     { w.b = binary.AppendVarint(w.b, int64(n)) }

func (w *writer) string(s string) {
	if len(s) > 1 {
		if id, ok := w.strings[s]; ok {
			w.byte(tagSeen)
			w.uint(id)
			return
		}
		if w.strings == nil {
			w.strings = map[string]uint64{}
		}
		w.strings[s] = uint64(len(w.strings))
	}
	w.byte(tagString)
	w.len(len(s))
	w.b = append(w.b, s...)
}

// scalar writes a value that has no identity, and says whether v is one.
func (w *writer) scalar(v lua.LValue) bool {
	switch v := v.(type) {
	case nil, *lua.LNilType: // a register that was never set holds Go's nil
		w.byte(tagNil)
	case lua.LBool:
		if v {
			w.byte(tagTrue)
		} else {
			w.byte(tagFalse)
		}
	case lua.LNumber:
		w.number(float64(v))
	case lua.LString:
		w.string(string(v))
	default:
		return false
	}
	return true
}

func (w *writer) number(f float64) {
	if n := int64(f); float64(n) == f && n > -1<<53 && n < 1<<53 && (n != 0 || !math.Signbit(f)) {
		w.byte(tagInt)
		w.b = binary.AppendVarint(w.b, n)
		return
	}
	w.byte(tagFloat)
	w.b = binary.LittleEndian.AppendUint64(w.b, math.Float64bits(f))
}

// reader is the inverse of writer. What it reads may be hostile.
type reader struct {
	b       []byte
	at      int
	counted int
	strings []lua.LValue
	protos  []*lua.FunctionProto
	checker verifier
}

func damaged(format string, args ...any) failure {
	return failure{fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...))}
}

func (r *reader) byte() byte {
	if r.at >= len(r.b) {
		panic(damaged("it ends too early"))
	}
	r.at++
	return r.b[r.at-1]
}

func (r *reader) uint() uint64 {
	n, size := binary.Uvarint(r.b[r.at:])
	if size <= 0 {
		panic(damaged("a number at byte %d", r.at))
	}
	r.at += size
	return n
}

func (r *reader) varint() int64 {
	n, size := binary.Varint(r.b[r.at:])
	if size <= 0 {
		panic(damaged("a number at byte %d", r.at))
	}
	r.at += size
	return n
}

func (r *reader) int() int { return int(r.varint()) }

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.b)-r.at) {
		panic(damaged("it ends too early"))
	}
	r.at += int(n)
	return r.b[r.at-int(n) : r.at : r.at]
}

// count reads how many items follow that take at least size bytes each. Items
// don't overlap, so all counts together are bounded by the length of the message,
// and with them what may be allocated ahead of reading the items.
func (r *reader) count(size int) int {
	n := r.uint()
	if n > uint64(len(r.b)-r.counted)/uint64(size) {
		panic(damaged("a count of %d at byte %d", n, r.at))
	}
	r.counted += int(n) * size
	return int(n)
}

// index reads a number below n.
func (r *reader) index(n int) int {
	i := r.uint()
	if i >= uint64(n) {
		panic(damaged("reference %d of %d at byte %d", i, n, r.at))
	}
	return int(i)
}

func (r *reader) string() string {
	s, ok := r.scalar(r.byte()).(lua.LString)
	if !ok {
		panic(damaged("no string at byte %d", r.at))
	}
	return string(s)
}

// scalar reads the rest of a value that has no identity; nil if tag is of another kind.
func (r *reader) scalar(tag byte) lua.LValue {
	switch tag {
	case tagNil:
		return lua.LNil
	case tagFalse:
		return lua.LFalse
	case tagTrue:
		return lua.LTrue
	case tagInt:
		return lua.LNumber(r.varint())
	case tagFloat:
		return lua.LNumber(math.Float64frombits(binary.LittleEndian.Uint64(r.bytes(8))))
	case tagString:
		var v lua.LValue = lua.LString(r.bytes(r.uint()))
		if len(v.(lua.LString)) > 1 {
			r.strings = append(r.strings, v)
		}
		return v
	case tagSeen:
		return r.strings[r.index(len(r.strings))]
	}
	return nil
}
