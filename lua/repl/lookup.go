package repl

import (
	"strings"

	"nslua/lua"
)

// lookup finds what a dotted name stands for without running anything of the
// script's: metamethods are not called, and a module is opened only if it is written in Go.
func (p *Prompt) lookup(name string) (v lua.Value, ok bool) {
	parts := strings.FieldsFunc(name, func(c rune) bool { return c == '.' || c == ':' })
	if len(parts) == 0 {
		return lua.Nil, false
	}
	v = global(p.State, parts[0])
	for _, part := range parts[1:] {
		switch owner := v.(type) {
		case *lua.Table:
			v = owner.RawGetString(part)
		default:
			t := p.State.TypeOf(v)
			if t == nil {
				return lua.Nil, false
			}
			v = p.State.Methods(t).RawGetString(part)
		}
	}
	return v, v != lua.Nil
}

// global is the global of that name; modules written in Lua are not opened for it.
func global(s *lua.State, name string) lua.Value {
	globals, ok := s.Global("_G").(*lua.Table)
	if !ok {
		return lua.Nil
	}
	if v := globals.RawGetString(name); v != lua.Nil {
		return v
	}
	for _, m := range s.Modules() {
		if m.Name == name && m.Source == "" {
			return s.Global(name)
		}
	}
	return lua.Nil
}
