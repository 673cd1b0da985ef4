package ship

import (
	"fmt"
	"strconv"

	lua "github.com/yuin/gopher-lua"
)

type encoder struct {
	writer
	c        *Codec
	global   *lua.LTable
	refs     map[lua.LValue]uint64
	upvalues map[*lua.Upvalue]uint64
	fds      []int
	path     path
	depth    int
	pairs    []lua.LValue // keys and values of the tables being written, a stack
	scanned  map[*lua.FunctionProto]bool
	reads    []read
	known    map[string]bool // the names in reads
}

// read is a global that a function on its way reads.
type read struct {
	name string
	by   *lua.FunctionProto
}

func (e *encoder) message(names []string, vals []lua.LValue) {
	e.refs = map[lua.LValue]uint64{}
	e.byte(messageMark)
	e.len(len(vals))
	for i, v := range vals {
		name := "value " + strconv.Itoa(i+1)
		if i < len(names) {
			name = names[i]
		}
		e.path = append(e.path[:0], step{kind: stepRoot, name: name})
		e.value(v)
	}
	e.globals()
}

// globals writes those that the functions read. Writing one may add to e.reads.
func (e *encoder) globals() {
	for i := 0; i < len(e.reads); i++ {
		g := e.reads[i]
		v := e.global.RawGetString(g.name)
		if v == lua.LNil {
			continue
		}
		if name, ok := e.nameOf(v); ok && name == g.name {
			continue
		}
		e.byte(tagTrue)
		e.string(g.name)
		e.path = append(e.path[:0], step{kind: stepGlobal, name: g.name, proto: g.by})
		e.value(v)
	}
	e.byte(tagFalse)
}

func (e *encoder) nameOf(v lua.LValue) (string, bool) {
	switch v.(type) {
	case *lua.LTable, *lua.LFunction, *lua.LUserData:
		return e.c.Name(v)
	}
	return "", false
}

func (e *encoder) fail(reason string, err error) {
	panic(failure{&Error{Path: e.path.String(), Reason: reason, Err: err}})
}

func (e *encoder) refuse(what string) { e.fail("is "+what+", which can't leave its process", nil) }

func (e *encoder) value(v lua.LValue) {
	if e.scalar(v) {
		return
	}
	if len(e.b) > maxBytes {
		e.fail(fmt.Sprintf("makes it more than %d MiB, too much to send", maxBytes>>20), nil)
	}
	if id, ok := e.refs[v]; ok {
		e.byte(tagRef)
		e.uint(id)
		return
	}
	if e.depth++; e.depth > maxDepth {
		e.path = e.path.anchor()
		e.fail(fmt.Sprintf("is nested more than %d deep", maxDepth), nil)
	}
	e.object(v)
	e.depth--
}

// object writes a value that has an identity. Its number is taken before what it
// holds is written, which may lead back to it.
func (e *encoder) object(v lua.LValue) {
	if name, ok := e.nameOf(v); ok {
		e.assign(v)
		e.byte(tagNamed)
		e.string(name)
		return
	}
	switch v := v.(type) {
	case *lua.LTable:
		e.assign(v)
		e.table(v)
	case *lua.LFunction:
		if v.IsG {
			e.refuse("a built-in function made while running (an iterator, a wrapped coroutine?)")
		}
		e.assign(v)
		e.function(v)
	case *lua.LUserData:
		e.assign(v)
		e.userdata(v)
	case *lua.LState:
		e.refuse("a coroutine")
	default:
		e.refuse("a " + v.Type().String())
	}
}

func (e *encoder) assign(v lua.LValue) { e.refs[v] = uint64(len(e.refs)) }

func (e *encoder) table(t *lua.LTable) {
	n := t.MaxN()
	base := len(e.pairs)
	for k, v := t.Next(arrayEnd(n)); k != lua.LNil; k, v = t.Next(k) {
		e.pairs = append(e.pairs, k, v)
	}
	end := len(e.pairs)
	e.byte(tagTable)
	e.len(n)
	e.len((end - base) / 2)
	e.path = append(e.path, step{kind: stepIndex})
	at := len(e.path) - 1
	for i := 1; i <= n; i++ {
		e.path[at].n = i
		e.value(t.RawGetInt(i))
	}
	for i := base; i < end; i += 2 {
		k := e.pairs[i]
		e.path[at] = step{kind: stepKeyOf, key: k}
		e.value(k)
		e.path[at].kind = stepField
		e.value(e.pairs[i+1])
	}
	clear(e.pairs[base:end])
	e.pairs = e.pairs[:base]
	if t.Metatable == nil || t.Metatable == lua.LNil {
		e.byte(tagNil)
	} else {
		e.path[at] = step{kind: stepMetatable}
		e.value(t.Metatable)
	}
	e.path = e.path[:at]
}

// arrayEnd is the key after which LTable.Next goes on with the pairs.
func arrayEnd(n int) lua.LValue {
	if n == 0 {
		return lua.LNil
	}
	return lua.LNumber(n)
}

// The environment of a function in a message.
const (
	envGlobal = iota
	envOwn    // a table follows
)

func (e *encoder) function(f *lua.LFunction) {
	p := f.Proto
	e.byte(tagFunc)
	e.proto(p)
	if f.Env == e.global || f.Env == nil {
		e.byte(envGlobal)
		e.noteReads(p)
	} else {
		e.byte(envOwn)
		e.path = append(e.path, step{kind: stepEnvironment})
		e.value(f.Env)
		e.path = e.path[:len(e.path)-1]
		if f.Env.Metatable != lua.LNil { // it may lead on to the globals
			e.noteReads(p)
		}
	}
	for i := range int(p.NumUpvalues) {
		e.upvalue(f, i)
	}
}

// upvalue writes the number of an upvalue that was written before, counted from
// one, or 0 and its value.
func (e *encoder) upvalue(f *lua.LFunction, i int) {
	uv := f.Upvalues[i]
	if id, ok := e.upvalues[uv]; ok && uv != nil {
		e.uint(id)
		return
	}
	e.uint(0)
	if e.upvalues == nil {
		e.upvalues = map[*lua.Upvalue]uint64{}
	}
	e.upvalues[uv] = uint64(len(e.upvalues) + 1)
	if uv == nil { // a function made from a proto, never closed over anything
		e.byte(tagNil)
		return
	}
	e.path = append(e.path, step{kind: stepUpvalue, proto: f.Proto, n: i})
	e.value(uv.Value())
	e.path = e.path[:len(e.path)-1]
}

// noteReads notes the globals that p and the functions in it read.
func (e *encoder) noteReads(p *lua.FunctionProto) {
	if e.scanned[p] {
		return
	}
	if e.scanned == nil {
		e.scanned, e.known = map[*lua.FunctionProto]bool{}, map[string]bool{}
	}
	e.scanned[p] = true
	for _, inst := range p.Code {
		if opcode(inst) != lua.OP_GETGLOBAL {
			continue
		}
		name, ok := p.Constants[argBx(inst)].(lua.LString)
		if ok && !e.known[string(name)] {
			e.known[string(name)] = true
			e.reads = append(e.reads, read{string(name), p})
		}
	}
	for _, inner := range p.FunctionPrototypes {
		e.noteReads(inner)
	}
}

func (e *encoder) userdata(u *lua.LUserData) {
	t := e.c.Type(u.Value)
	if t == nil {
		e.refuse(fmt.Sprintf("a userdata (%T)", u.Value))
	}
	payload, fds, err := t.Pack(u.Value)
	if err != nil {
		e.fail("can't be sent: "+err.Error(), err)
	}
	e.byte(tagData)
	e.string(t.Name)
	e.len(len(payload))
	e.b = append(e.b, payload...)
	e.len(len(fds))
	e.fds = append(e.fds, fds...)
}
