package lua

import (
	"fmt"

	glua "github.com/yuin/gopher-lua"

	"nslua/lua/luadoc"
)

// openStrict makes a read of an absent global open the module of that name, or
// be an error that names the nearest one. A global that was assigned nil exists.
func (s *State) openStrict() {
	s.strict = s.opts.Strict
	mt := s.l.NewTable()
	mt.RawSetString("__index", s.l.NewFunction(func(l *glua.LState) int {
		name, ok := l.Get(2).(String)
		if !ok {
			return 0
		}
		v := s.openModule(string(name))
		if v == Nil && s.strict && !s.defined[string(name)] {
			s.raise(l, "", s.undefined(string(name)))
		}
		l.Push(v)
		return 1
	}))
	mt.RawSetString("__newindex", s.l.NewFunction(func(l *glua.LState) int {
		if name, ok := l.Get(2).(String); ok && l.Get(3) == Nil {
			s.defined[string(name)] = true
		}
		l.RawSet(l.CheckTable(1), l.Get(2), l.Get(3))
		return 0
	}))
	s.globals().Metatable = mt
	s.named[mt], s.byName["metatable _G"] = "metatable _G", mt
}

func (s *State) undefined(name string) error {
	msg := fmt.Sprintf("undefined variable '%s'", name)
	if near, ok := luadoc.Nearest(name, s.GlobalNames()); ok {
		msg += fmt.Sprintf(", did you mean '%s'?", near)
	}
	return &Error{Code: "EINVAL", Errno: 22, Message: msg}
}

// GlobalNames lists all globals, modules that are not open yet included.
func (s *State) GlobalNames() []string {
	seen := map[string]bool{}
	for _, n := range keys(s.globals()) {
		seen[n] = true
	}
	for n := range s.modules {
		seen[n] = true
	}
	return sortedKeys(seen)
}
