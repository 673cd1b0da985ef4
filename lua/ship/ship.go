// Package ship moves Lua values, closures included, between processes that run
// the same program.
//
// Everything is a copy. A function travels as its compiled code, with its
// upvalues by value (those that several functions share stay shared) and with the
// user's globals that it, or what it reaches, reads. Tables keep their cycles,
// metatables and order. A value that both sides have anyway, such as
// string.format, travels by name; what the script added to such a table stays
// behind. Userdata travels as a [Type] says, mostly as file descriptors.
package ship

import (
	"errors"

	lua "github.com/yuin/gopher-lua"
)

const (
	// maxDepth is how deep values may nest. Both sides recurse, so it bounds their
	// stacks (some 20 MB) rather than letting a long linked list end the process.
	maxDepth = 20000
	maxBytes = 256 << 20
)

// Codec is what both sides know. Its functions are called during Encode and
// Decode only.
type Codec struct {
	L *lua.LState // its globals are the ones that travel

	// Name tells the name of a value that both sides have.
	Name func(v lua.LValue) (string, bool)
	// Resolve finds a value by the name that Name gave it.
	Resolve func(name string) (lua.LValue, bool)

	// Type says how userdata with the Go value v travels; nil: it can't.
	Type func(v any) *Type
	// TypeNamed finds a Type by its name; nil if there is none.
	TypeNamed func(name string) *Type

	// KeepGlobals makes Decode set only globals that are nil here. It is for the
	// side that gets functions back, whose own globals are the newer ones.
	KeepGlobals bool
}

// Type says how userdata of one Go type travels.
type Type struct {
	Name string
	// Pack makes bytes and descriptors of a value. The descriptors stay the value's.
	Pack func(v any) (payload []byte, fds []int, err error)
	// Unpack is Pack's inverse. It owns the descriptors it is given, also when it
	// fails. If what it returns is an io.Closer, it is closed should the rest of the
	// message turn out damaged.
	Unpack func(payload []byte, fds []int) (any, error)
	// Wrap makes the userdata, with its metatable.
	Wrap func(v any) lua.LValue
}

// Error says which value can't travel, and why.
type Error struct {
	Path   string // "upvalue 'cfg'.on.start (of the function at lab.lua:12)"
	Reason string // "is a coroutine, which can't leave its process"
	Err    error  // what Pack returned, if it was that
}

func (e *Error) Error() string { return e.Path + " " + e.Reason }

func (e *Error) Unwrap() error { return e.Err }

// ErrDamaged is wrapped by the errors of Decode and DecodeProto for bytes that
// Encode or EncodeProto can't have made.
var ErrDamaged = errors.New("damaged message")

// Encode makes a message of values and all they reach. names are for errors:
// "argument 1". The descriptors that go with the message stay the values' own.
// What can't travel is an *Error.
func (c *Codec) Encode(names []string, vals ...lua.LValue) (b []byte, fds []int, err error) {
	defer catch(&err)
	e := &encoder{c: c, global: c.L.G.Global}
	e.message(names, vals)
	return e.b, e.fds, nil
}

// Decode is the inverse of Encode. It sets the globals that came along in c.L,
// unless it fails. Each of fds is handed to one Unpack or closed.
func (c *Codec) Decode(b []byte, fds []int) (vals []lua.LValue, err error) {
	d := &decoder{reader: reader{b: b}, c: c, fds: fds}
	done := false
	defer func() { d.cleanUp(done) }()
	defer catch(&err)
	vals = d.message()
	done = true
	return vals, nil
}

// failure carries an error up through the recursion of an encoder or decoder.
type failure struct{ err error }

func catch(err *error) {
	switch r := recover().(type) {
	case nil:
	case failure:
		*err = r.err
	default:
		panic(r)
	}
}

// The kinds of value in a message, each with what follows it.
const (
	tagNil = iota
	tagFalse
	tagTrue
	tagInt    // varint
	tagFloat  // 8 bytes
	tagString // length, bytes
	tagSeen   // number of a string
	tagTable  // array length, number of pairs, values, pairs, metatable
	tagFunc   // proto, environment, upvalues
	tagRef    // number of a table, function, userdata or named value
	tagNamed  // name
	tagData   // type name, payload, number of descriptors
)

// What a message and an encoded proto begin with. The last digit changes with the
// format.
const (
	messageMark = 0xA1
	protoMark   = 0xB1
)
