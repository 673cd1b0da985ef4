package lua

import (
	"errors"
	"fmt"
	"io"
	"reflect"

	glua "github.com/yuin/gopher-lua"

	"nslua/lua/ship"
)

// Pack makes bytes and descriptors of values, closures included, for another
// process that runs this program. names say in errors which value it was:
// "argument 1". The descriptors stay the values' own.
func (s *State) Pack(names []string, values ...Value) (data []byte, fds []int, err error) {
	return s.codec().Encode(names, values...)
}

// Unpack is the inverse of Pack. It takes the descriptors over. Globals that come
// along with functions are set where there are none of that name; overwrite, in
// the process that closures are sent to, sets them all.
func (s *State) Unpack(data []byte, fds []int, overwrite bool) ([]Value, error) {
	c := s.codec()
	c.KeepGlobals = !overwrite
	return c.Decode(data, fds)
}

func (s *State) codec() *ship.Codec {
	byName := map[string]*ship.Type{}
	byGo := map[reflect.Type]*ship.Type{}
	for goType, t := range s.types {
		if t.Pack != nil {
			st := s.shipType(t)
			byName[t.Name], byGo[goType] = st, st
		}
	}
	return &ship.Codec{
		L:         s.l,
		Name:      func(v Value) (string, bool) { n, ok := s.named[v]; return n, ok },
		Resolve:   s.resolveShipped,
		Type:      func(v any) *ship.Type { return byGo[reflect.TypeOf(v)] },
		TypeNamed: func(name string) *ship.Type { return byName[name] },
	}
}

func (s *State) shipType(t *Type) *ship.Type {
	return &ship.Type{
		Name: t.Name,
		Pack: func(v any) ([]byte, []int, error) {
			h := v.(Handle)
			if h.Closed() {
				return nil, nil, fmt.Errorf("%s has been closed", h)
			}
			return t.Pack(h)
		},
		Unpack: func(payload []byte, fds []int) (any, error) { return t.Unpack(payload, fds) },
		Wrap:   func(v any) glua.LValue { return s.Wrap(v.(Handle)) },
	}
}

func (s *State) resolveShipped(name string) (Value, bool) { return s.resolve(name) }

// Failure is an error as it is sent to another process: the value and a traceback.
func (s *State) Failure(err error) (value, trace Value) {
	var r *Raised
	if errors.As(err, &r) {
		return r.Value, String(r.Traceback)
	}
	return s.errorValue(s.l, asError("", err)), String("")
}

// RaisedElsewhere makes an error of a value that was raised in another process.
// A text becomes an error object, so that the traceback of that process stays with it.
func (s *State) RaisedElsewhere(v Value, trace, where string) *Raised {
	if text, ok := v.(String); ok {
		t := s.record(R("message", string(text))).(*Table)
		t.Metatable = s.errMeta
		v = t
	}
	if t, ok := v.(*Table); ok && s.isError(t) {
		if own, ok := t.RawGetString("traceback").(String); ok && own != "" {
			trace = string(own)
		}
		trace = fmt.Sprintf("%s\n(in %s, started from)\n%s", trace, where, traceback(s.l, 1))
		t.RawSetString("traceback", String(trace))
	}
	return &Raised{Value: v, Traceback: trace, state: s}
}

// Strict reports whether reading an undefined global is an error.
func (s *State) Strict() bool { return s.strict }

// Adopt takes over from the shell's state what a child's should have too: a table with strict and arg.
func (s *State) Adopt(info *Table) {
	s.strict = info.RawGetString("strict") == Value(glua.LTrue)
	s.globals().RawSetString("arg", info.RawGetString("arg"))
}

func readAll(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("standard input: %w", err)
	}
	return data, nil
}
