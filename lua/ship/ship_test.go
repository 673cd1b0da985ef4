package ship

import (
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// side is one process: a state whose library is known by name, and files.
type side struct {
	*Codec
	t     testing.TB
	names map[lua.LValue]string
	known map[string]lua.LValue
}

func newSide(t testing.TB) *side {
	s := &side{t: t, names: map[lua.LValue]string{}, known: map[string]lua.LValue{}}
	l := lua.NewState(lua.Options{CallStackSize: 2000, RegistrySize: 4096, RegistryMaxSize: 1 << 20})
	t.Cleanup(l.Close)
	s.Codec = &Codec{
		L:       l,
		Name:    func(v lua.LValue) (string, bool) { n, ok := s.names[v]; return n, ok },
		Resolve: func(name string) (lua.LValue, bool) { v, ok := s.known[name]; return v, ok },
		Type: func(v any) *Type {
			if _, ok := v.(*os.File); ok {
				return s.fileType()
			}
			return nil
		},
		TypeNamed: func(name string) *Type {
			if name == "file" {
				return s.fileType()
			}
			return nil
		},
	}
	meta := l.NewTypeMetatable("file")
	l.SetField(meta, "__index", meta)
	l.SetField(meta, "name", l.NewFunction(func(l *lua.LState) int {
		l.Push(lua.LString(l.CheckUserData(1).Value.(*os.File).Name()))
		return 1
	}))
	s.names[l.G.Global], s.known["_G"] = "_G", l.G.Global
	s.name("", l.G.Global)
	s.names[meta], s.known["metatable file"] = "metatable file", meta
	return s
}

func (s *side) name(prefix string, t *lua.LTable) {
	for k, v := t.Next(lua.LNil); k != lua.LNil; k, v = t.Next(k) { // in the same order on both sides
		switch v.(type) {
		case *lua.LTable, *lua.LFunction:
			if _, seen := s.names[v]; seen || k.String() == "loaded" {
				continue
			}
			s.names[v], s.known[prefix+k.String()] = prefix+k.String(), v
			if sub, ok := v.(*lua.LTable); ok {
				s.name(prefix+k.String()+".", sub)
			}
		}
	}
}

// fileType sends a file as a duplicate of its descriptor.
func (s *side) fileType() *Type {
	return &Type{
		Name: "file",
		Pack: func(v any) ([]byte, []int, error) {
			f := v.(*os.File)
			if f.Fd() == ^uintptr(0) {
				return nil, nil, os.ErrClosed
			}
			return []byte(f.Name()), []int{int(f.Fd())}, nil
		},
		Unpack: func(payload []byte, fds []int) (any, error) {
			if len(fds) != 1 {
				for _, fd := range fds {
					syscall.Close(fd)
				}
				return nil, errors.New("one descriptor wanted")
			}
			return os.NewFile(uintptr(fds[0]), string(payload)), nil
		},
		Wrap: s.wrap,
	}
}

func (s *side) wrap(v any) lua.LValue {
	u := s.L.NewUserData()
	u.Value, u.Metatable = v, s.L.GetTypeMetatable("file")
	return u
}

// eval runs code and returns its results.
func (s *side) eval(code string, args ...lua.LValue) []lua.LValue {
	s.t.Helper()
	f, err := s.L.Load(strings.NewReader(code), "lab.lua")
	if err != nil {
		s.t.Fatal(err)
	}
	return s.call(f, args...)
}

func (s *side) call(f lua.LValue, args ...lua.LValue) []lua.LValue {
	s.t.Helper()
	top := s.L.GetTop()
	s.L.Push(f)
	for _, a := range args {
		s.L.Push(a)
	}
	if err := s.L.PCall(len(args), lua.MultRet, nil); err != nil {
		s.t.Fatal(err)
	}
	var out []lua.LValue
	for i := top + 1; i <= s.L.GetTop(); i++ {
		out = append(out, s.L.Get(i))
	}
	s.L.SetTop(top)
	return out
}

// send moves values from one side to another.
func send(t testing.TB, from, to *side, vals ...lua.LValue) []lua.LValue {
	t.Helper()
	b, fds, err := from.Encode(nil, vals...)
	if err != nil {
		t.Fatal(err)
	}
	dup := make([]int, len(fds))
	for i, fd := range fds {
		if dup[i], err = syscall.Dup(fd); err != nil {
			t.Fatal(err)
		}
	}
	out, err := to.Decode(b, dup)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func texts(vals []lua.LValue) []string {
	out := make([]string, len(vals))
	for i, v := range vals {
		out[i] = v.String()
	}
	return out
}
