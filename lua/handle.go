package lua

import (
	"errors"
	"fmt"
	"reflect"

	glua "github.com/yuin/gopher-lua"
)

// Handle is a Go object that Lua holds: a namespace, a process, a cgroup.
// Close is idempotent. String is what tostring shows: "net:[4026532170]".
type Handle interface {
	Close() error
	Closed() bool
	String() string
}

// handleSet keeps the open handles: Lua here never calls __gc, so what a script
// does not close is closed with the state. They are kept in the order they were made.
type handleSet struct {
	user  map[Handle]*glua.LUserData
	order []Handle
}

func (hs *handleSet) add(h Handle, ud *glua.LUserData) {
	if hs.user == nil {
		hs.user = map[Handle]*glua.LUserData{}
	}
	hs.user[h] = ud
	hs.order = append(hs.order, h)
	if len(hs.order) > 64 && len(hs.order) > 2*len(hs.user) {
		hs.compact()
	}
}

func (hs *handleSet) remove(h Handle) { delete(hs.user, h) }

// compact drops the removed from the order.
func (hs *handleSet) compact() {
	kept := hs.order[:0]
	for _, h := range hs.order {
		if _, ok := hs.user[h]; ok {
			kept = append(kept, h)
		}
	}
	clear(hs.order[len(kept):])
	hs.order = kept
}

func (hs *handleSet) closeAll() error {
	var errs []error
	for i := len(hs.order) - 1; i >= 0; i-- {
		h := hs.order[i]
		if _, open := hs.user[h]; !open {
			continue
		}
		if err := h.Close(); err != nil {
			errs = append(errs, fmt.Errorf("close %s: %w", h, err))
		}
	}
	hs.user, hs.order = nil, nil
	return errors.Join(errs...)
}

// Wrap gives h to Lua. The state closes it at its end if nobody did before.
func (s *State) Wrap(h Handle) Value {
	if ud, ok := s.handles.user[h]; ok {
		return ud
	}
	t := s.types[reflect.TypeOf(h)]
	if t == nil {
		panic(fmt.Sprintf("lua: no module declares a type for %T", h))
	}
	ud := s.l.NewUserData()
	ud.Value = h
	ud.Metatable = s.metatable(t)
	s.handles.add(h, ud)
	return ud
}

// Forget takes a handle out of the set that the state closes: it has been closed, or someone else owns it now.
func (s *State) Forget(h Handle) { s.handles.remove(h) }

func (s *State) metatable(t *Type) *Table {
	if t.meta != nil && s.named[t.meta] != "" {
		return t.meta
	}
	mt := s.l.NewTable()
	methods := s.l.NewTable()
	for _, f := range t.Methods {
		methods.RawSetString(f.Name, s.method(t, f))
	}
	mt.RawSetString("__name", String(t.Name))
	mt.RawSetString("__index", s.l.NewFunction(func(l *glua.LState) int { return s.index(l, t, methods) }))
	mt.RawSetString("__tostring", s.l.NewFunction(func(l *glua.LState) int {
		l.Push(String(describeHandle(handleOf(l.Get(1)))))
		return 1
	}))
	mt.RawSetString("__eq", s.l.NewFunction(func(l *glua.LState) int {
		a, b := handleOf(l.Get(1)), handleOf(l.Get(2))
		l.Push(Bool(a == b || t.Equal != nil && a != nil && b != nil && t.Equal(a, b)))
		return 1
	}))
	t.meta = mt
	s.named[mt] = "metatable " + t.Name
	s.named[methods] = "methods " + t.Name
	s.byName["methods "+t.Name] = methods
	return mt
}

// Methods is the table of a type's methods, for completion and docs.
func (s *State) Methods(t *Type) *Table {
	s.metatable(t)
	m, _ := s.byName["methods "+t.Name].(*Table)
	return m
}

// TypeOf is the declared type of a handle, nil if v is none.
func (s *State) TypeOf(v Value) *Type {
	h := handleOf(v)
	if h == nil {
		return nil
	}
	return s.typeOf(h)
}

func (s *State) typeOf(h Handle) *Type { return s.types[reflect.TypeOf(h)] }

func (s *State) index(l *glua.LState, t *Type, methods *Table) int {
	name, ok := l.Get(2).(String)
	if !ok {
		return 0
	}
	if m := methods.RawGetString(string(name)); m != Nil {
		l.Push(m)
		return 1
	}
	if f := t.Fields[string(name)]; f != nil {
		l.Push(s.Value(f(handleOf(l.Get(1)))))
		return 1
	}
	known := keys(methods)
	for n := range t.Fields {
		known = append(known, n)
	}
	s.raise(l, "", notThere(t.Name, "method or field", string(name), known))
	return 0
}

// method checks what every method needs: that it was called with a colon, on an open handle of its type.
func (s *State) method(t *Type, f *Func) *Function {
	inner := *f
	inner.Run = func(c *Call) error {
		if c.describe == nil {
			h := handleOf(c.Arg(1))
			if h == nil || reflect.TypeOf(h) != reflect.TypeOf(t.Sample) {
				return &Error{Code: "EINVAL", Errno: 22, Message: fmt.Sprintf(
					"called on %s instead of a %s: write handle:%s(…), with a colon", typeName(c.Arg(1)), t.Name, f.Name)}
			}
			if h.Closed() && f.Name != "close" {
				return &Error{Code: "EBADF", Errno: 9, Message: fmt.Sprintf("%s has been closed", h)}
			}
			if f.Name == "close" {
				defer s.handles.remove(h)
			}
		}
		return f.Run(c)
	}
	return s.function(&inner)
}

// HandleOf is the handle in a value, nil if there is none.
func HandleOf(v Value) Handle { return handleOf(v) }

func handleOf(v Value) Handle {
	ud, ok := v.(*glua.LUserData)
	if !ok {
		return nil
	}
	h, _ := ud.Value.(Handle)
	return h
}

func describeHandle(h Handle) string {
	if h == nil {
		return "userdata"
	}
	if h.Closed() {
		return h.String() + " (closed)"
	}
	return h.String()
}

// handleName is a Go handle type's name in Lua, for errors.
func (s *State) handleName(t reflect.Type) string {
	if declared := s.types[t]; declared != nil {
		return "a " + declared.Name
	}
	return "a " + t.Elem().Name()
}
