package ship

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"syscall"

	lua "github.com/yuin/gopher-lua"
)

type decoder struct {
	reader
	c        *Codec
	fds      []int // not handed out yet
	refs     []lua.LValue
	upvalues []*lua.Upvalue
	unpacked []any
	depth    int
}

func (d *decoder) message() []lua.LValue {
	if d.byte() != messageMark {
		panic(damaged("it begins with another byte"))
	}
	vals := make([]lua.LValue, d.count(1))
	for i := range vals {
		vals[i] = d.value()
	}
	type global struct {
		name  string
		value lua.LValue
	}
	var globals []global
	for d.byte() == tagTrue {
		globals = append(globals, global{d.string(), d.value()})
	}
	if d.at < len(d.b) || len(d.fds) > 0 {
		panic(damaged("%d bytes and %d descriptors are left over", len(d.b)-d.at, len(d.fds)))
	}
	// Set last: names are resolved with the globals as they were.
	t := d.c.L.G.Global
	for _, g := range globals {
		if !d.c.KeepGlobals || t.RawGetString(g.name) == lua.LNil {
			t.RawSetString(g.name, g.value)
		}
	}
	return vals
}

// cleanUp closes the descriptors that nothing was made of and, if the message
// could not be decoded, what was made of the others.
func (d *decoder) cleanUp(done bool) {
	for _, fd := range d.fds {
		syscall.Close(fd)
	}
	if done {
		return
	}
	for _, v := range d.unpacked {
		if c, ok := v.(io.Closer); ok {
			c.Close()
		}
	}
}

func (d *decoder) value() lua.LValue {
	tag := d.byte()
	if v := d.scalar(tag); v != nil {
		return v
	}
	if tag == tagRef {
		return d.refs[d.index(len(d.refs))]
	}
	if d.depth++; d.depth > maxDepth {
		panic(damaged("nested more than %d deep", maxDepth))
	}
	v := d.object(tag)
	d.depth--
	return v
}

func (d *decoder) object(tag byte) lua.LValue {
	switch tag {
	case tagTable:
		return d.table()
	case tagFunc:
		return d.function()
	case tagNamed:
		return d.named()
	case tagData:
		return d.userdata()
	}
	panic(damaged("kind of value %d at byte %d", tag, d.at-1))
}

func (d *decoder) named() lua.LValue {
	name := d.string()
	v, ok := d.c.Resolve(name)
	if !ok {
		panic(failure{fmt.Errorf("'%s' does not exist here", name)})
	}
	d.refs = append(d.refs, v)
	return v
}

func (d *decoder) table() lua.LValue {
	n, pairs := d.count(1), d.count(2)
	t := d.c.L.CreateTable(n, pairs)
	d.refs = append(d.refs, t)
	for i := 1; i <= n; i++ {
		t.RawSetInt(i, d.value())
	}
	for range pairs {
		k := d.value()
		v := d.value()
		if !isPairKey(k) || v == lua.LNil {
			panic(damaged("a pair at byte %d", d.at))
		}
		t.RawSetH(k, v)
	}
	switch mt := d.value().(type) {
	case *lua.LNilType:
	case *lua.LTable:
		t.Metatable = mt
	default:
		panic(damaged("a metatable at byte %d", d.at))
	}
	return t
}

// isPairKey says whether k is a key that Encode writes outside of the array part.
// An index there would make the array grow up to it.
func isPairKey(k lua.LValue) bool {
	switch k := k.(type) {
	case *lua.LNilType:
		return false
	case lua.LNumber:
		f := float64(k)
		return !math.IsNaN(f) && (f < 1 || f >= float64(lua.MaxArrayIndex) || f != math.Trunc(f))
	}
	return true
}

func (d *decoder) function() lua.LValue {
	p := d.proto(0)
	f := d.c.L.NewFunctionFromProto(p)
	d.refs = append(d.refs, f)
	switch d.byte() {
	case envGlobal:
		f.Env = d.c.L.G.Global
	case envOwn:
		env, ok := d.value().(*lua.LTable)
		if !ok {
			panic(damaged("an environment at byte %d", d.at))
		}
		f.Env = env
	default:
		panic(damaged("an environment at byte %d", d.at))
	}
	for i := range f.Upvalues {
		f.Upvalues[i] = d.upvalue()
	}
	return f
}

func (d *decoder) upvalue() *lua.Upvalue {
	if id := d.index(len(d.upvalues) + 1); id > 0 {
		return d.upvalues[id-1]
	}
	uv := &lua.Upvalue{}
	uv.SetValue(lua.LNil)
	uv.Close()
	d.upvalues = append(d.upvalues, uv)
	uv.SetValue(d.value())
	return uv
}

func (d *decoder) userdata() lua.LValue {
	name := d.string()
	payload := bytes.Clone(d.bytes(d.uint()))
	n := d.uint()
	if n > uint64(len(d.fds)) {
		panic(damaged("%d descriptors of %d", n, len(d.fds)))
	}
	t := d.c.TypeNamed(name)
	if t == nil {
		panic(failure{fmt.Errorf("userdata of type '%s' is not known here", name)})
	}
	fds := d.fds[:n:n]
	d.fds = d.fds[n:]
	v, err := t.Unpack(payload, fds)
	if err != nil {
		panic(failure{fmt.Errorf("%s: %w", name, err)})
	}
	d.unpacked = append(d.unpacked, v)
	u := t.Wrap(v)
	d.refs = append(d.refs, u)
	return u
}
