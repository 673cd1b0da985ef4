package lua

import (
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

// Unpack is the inverse of Pack. It takes the descriptors over.
func (s *State) Unpack(data []byte, fds []int) ([]Value, error) {
	return s.codec().Decode(data, fds)
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

// ErrorValue makes the Lua object of an error, for a host that sends it to another process.
func (s *State) ErrorValue(err error) Value {
	if r, ok := err.(*Raised); ok {
		return r.Value
	}
	return s.errorValue(s.l, asError("", err))
}

// RaisedBy makes an error of a value that another process raised. An error
// object keeps its fields; a string gets the other side's traceback with Report.
func (s *State) RaisedBy(v Value, trace string) *Raised {
	return &Raised{Value: v, Traceback: trace, state: s}
}

func readAll(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("standard input: %w", err)
	}
	return data, nil
}
