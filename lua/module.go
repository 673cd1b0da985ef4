package lua

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	glua "github.com/yuin/gopher-lua"

	"nslua/lua/luadoc"
)

// Module is a table of functions under a global name, made at first touch.
type Module struct {
	Name  string  // "mount"
	Docs  string  // its stub: a LuaLS ---@meta file
	Funcs []*Func // "bind", or "tcp.serve" for a function in a table of its own
	Types []*Type // the handles its functions return
	// Source is Lua code that returns the module's table; Funcs are then added to it.
	Source string
	// Undo undoes things by their journal entries, by kind of entry. It must take
	// back only what the entry describes: a thing of the same name that is not the
	// one made is left alone, and one that is gone already is no error.
	Undo map[string]func(Entry) error
	// Values are constants: anything State.Value takes.
	Values Record
}

// Func is a Lua function written in Go.
type Func struct {
	Name string
	Run  func(*Call) error

	op   string // "mount.bind", "ns.Namespace:call": how errors and traces name it
	at   Handle // the network namespace it works in, if that is not the shell's own
	part bool   // of a call: an iterator that a function has returned
}

// F makes a Func.
func F(name string, run func(*Call) error) *Func { return &Func{Name: name, Run: run} }

// Op is the function's full name, as errors, traces and docs use it.
func (f *Func) Op() string { return f.op }

// With makes a function that does the same elsewhere, as net.at(h).links does: it runs run under f's full name.
func (f *Func) With(run func(*Call) error) *Func { return &Func{Name: f.Name, Run: run, op: f.op} }

// At is With for what works in a network namespace: explanations of calls say so.
func (f *Func) At(h Handle, run func(*Call) error) *Func {
	return &Func{Name: f.Name, Run: run, op: f.op, at: h}
}

// Type says how handles of one Go type appear in Lua.
type Type struct {
	Name    string // "ns.Namespace"
	Sample  Handle // a typed nil: (*namespace.Handle)(nil)
	Methods []*Func
	// Fields are read-only properties: h.pid.
	Fields map[string]func(h Handle) any
	// Equal compares two handles by what they stand for; nil compares by identity.
	Equal func(a, b Handle) bool
	// Shell says how classic commands name a handle; nil: as tostring does.
	Shell func(h Handle) Operand
	// Pack and Unpack carry a handle to another process as bytes and descriptors. Nil: it can't travel.
	Pack   func(h Handle) (payload []byte, fds []int, err error)
	Unpack func(payload []byte, fds []int) (Handle, error)

	meta *Table
}

func (s *State) openGlobals() {
	for _, m := range s.opts.Modules {
		s.modules[m.Name] = m
		for _, f := range m.Funcs {
			f.op = m.Name + "." + f.Name
		}
		for _, t := range m.Types {
			for _, f := range t.Methods {
				f.op = t.Name + ":" + f.Name
			}
			s.types[reflect.TypeOf(t.Sample)] = t
		}
	}
	s.openRequire()
	s.named[s.globals()], s.byName["_G"] = "_G", s.globals()
	s.nameKnown("", s.globals(), 0)
	s.openStrict()
	s.setArgs()
}

func (s *State) setArgs() {
	t := s.l.NewTable()
	for i, a := range s.opts.Args {
		t.RawSetInt(i, String(a))
	}
	s.globals().RawSetString("arg", t)
}

// openModule makes the module's table and sets its global; Nil if there is no such module.
func (s *State) openModule(name string) Value {
	m := s.modules[name]
	if m == nil {
		return Nil
	}
	t := s.l.NewTable()
	if m.Source != "" {
		t = s.runModule(m)
	}
	for _, f := range m.Funcs {
		in, last := t, f.Name
		for {
			head, rest, nested := strings.Cut(last, ".")
			if !nested {
				break
			}
			sub, ok := in.RawGetString(head).(*Table)
			if !ok {
				sub = s.l.NewTable()
				in.RawSetString(head, sub)
			}
			in, last = sub, rest
		}
		in.RawSetString(last, s.function(f))
	}
	for _, v := range m.Values {
		t.RawSetString(v.Name, s.Value(v.Value))
	}
	if t.Metatable == Nil {
		t.Metatable = s.missingField("module '"+name+"'", t)
	}
	s.named[t], s.byName[name] = name, t
	s.nameKnown(name+".", t, 0)
	s.globals().RawSetString(name, t)
	return t
}

// missingField makes a metatable under which reading an absent field is an error that names the nearest one.
func (s *State) missingField(what string, t *Table) *Table {
	mt := s.l.NewTable()
	mt.RawSetString("__index", s.l.NewFunction(func(l *glua.LState) int {
		key := l.Get(2)
		name, ok := key.(String)
		if !ok {
			return 0
		}
		s.raise(l, "", notThere(what, "field", string(name), keys(t)))
		return 0
	}))
	return mt
}

// notThere is the error for a name that does not exist, with the nearest one that does.
func notThere(where, what, name string, known []string) error {
	msg := fmt.Sprintf("%s has no %s '%s'", where, what, name)
	if near, ok := luadoc.Nearest(name, known); ok {
		msg += fmt.Sprintf(", did you mean '%s'?", near)
	}
	return &Error{Code: "EINVAL", Errno: 22, Message: msg}
}

func keys(t *Table) []string {
	var names []string
	t.ForEach(func(k, _ Value) {
		if n, ok := k.(String); ok {
			names = append(names, string(n))
		}
	})
	return names
}

// nameKnown notes the names of all functions and tables below t: values that a
// process running the same program has too, so that they travel by name. What
// can be reached in two ways gets the shorter name.
func (s *State) nameKnown(prefix string, t *Table, depth int) {
	var below []string
	t.ForEach(func(k, v Value) {
		key, ok := k.(String)
		if !ok || s.named[v] != "" {
			return
		}
		name := prefix + string(key)
		switch v.(type) {
		case *Table:
			below = append(below, string(key))
		case *Function:
		default:
			return
		}
		s.named[v], s.byName[name] = name, v
	})
	if depth > 4 {
		return
	}
	for _, key := range below {
		s.nameKnown(prefix+key+".", t.RawGetString(key).(*Table), depth+1)
	}
}

// resolve finds a known value by name, opening its module if need be.
func (s *State) resolve(name string) (Value, bool) {
	if v, ok := s.byName[name]; ok {
		return v, true
	}
	module, _, _ := strings.Cut(name, ".")
	if s.globals().RawGetString(module) == Nil {
		s.openModule(module)
	}
	v, ok := s.byName[name]
	return v, ok
}

// function wraps f for Lua: the one gate that every call of every binding passes.
func (s *State) function(f *Func) *Function {
	return s.l.NewFunction(func(l *glua.LState) int {
		c := Call{s: s, l: l, fn: f}
		for _, w := range s.watch {
			w.Before(&c)
		}
		err := f.Run(&c)
		for _, w := range s.watch {
			w.After(&c, err)
		}
		if err != nil {
			s.raise(l, f.op, err)
		}
		for _, v := range c.results {
			l.Push(v)
		}
		return len(c.results)
	})
}

// Observer sees every call of a Go function: traces, journals and recorders are observers.
type Observer interface {
	Before(*Call)
	After(*Call, error)
}

// Observe adds an observer.
func (s *State) Observe(o Observer) { s.watch = append(s.watch, o) }

func (s *State) unobserve(o Observer) {
	s.watch = slices.DeleteFunc(slices.Clone(s.watch), func(w Observer) bool { return w == o })
}

// Modules returns the modules the state was made with.
func (s *State) Modules() []*Module { return s.opts.Modules }
