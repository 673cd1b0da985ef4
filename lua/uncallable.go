package lua

import (
	"fmt"

	glua "github.com/yuin/gopher-lua"
)

// openUncallable makes a call of what is no function name the culprit, as in
// "attempt to call a nil value (popen)". The virtual machine names nothing, but
// it calls a __call that the value's type has, and that can ask its frame.
func (s *State) openUncallable() {
	call := s.l.NewFunction(uncallable)
	for _, v := range []Value{Nil, Bool(true), Number(0)} {
		mt := s.l.NewTable()
		mt.RawSetString("__call", call)
		mt.RawSetString("__metatable", glua.LFalse)
		s.l.SetMetatable(v, mt)
	}
	s.l.GetMetatable(String("")).(*Table).RawSetString("__call", call)
}

func uncallable(l *glua.LState) int {
	text := fmt.Sprintf("attempt to call a %s value", l.Get(1).Type())
	if d, ok := l.GetStack(0); ok {
		if _, err := l.GetInfo("n", d, Nil); err == nil && d.Name != "" && d.Name != "?" && d.Name != anonymous {
			text += " (" + d.Name + ")"
		}
	}
	l.RaiseError("%s", text)
	return 0
}
