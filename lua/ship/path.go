package ship

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// path is the way from a value handed to Encode to the one being written. It is
// put into words only when that one can't travel.
type path []step

type step struct {
	kind  stepKind
	n     int                // the array index, the number of the upvalue
	name  string             // of a root or global
	key   lua.LValue         // of a field
	proto *lua.FunctionProto // of the function that has the upvalue or reads the global
}

type stepKind uint8

const (
	stepRoot stepKind = iota
	stepGlobal
	stepUpvalue // up to here: places with a name of their own, from which paths are told
	stepField
	stepIndex
	stepKeyOf
	stepMetatable
	stepEnvironment
)

// anchor returns the path up to the last place with a name of its own.
func (p path) anchor() path {
	i := len(p) - 1
	for p[i].kind > stepUpvalue {
		i--
	}
	return p[:i+1]
}

func (p path) String() string {
	const head, tail = 6, 4
	named := p.anchor()
	steps := p[len(named):]
	anchor := named[len(named)-1]
	text := anchor.title()
	for i := 0; i < len(steps); i++ {
		if i == head && len(steps) > head+tail+1 {
			text += "..."
			i = len(steps) - tail
		}
		text = steps[i].of(text)
	}
	switch {
	case anchor.kind == stepUpvalue:
		text += " (of " + where(anchor.proto) + ")"
	case anchor.kind == stepGlobal:
		text += " (read by " + where(anchor.proto) + ")"
	}
	return text
}

func (s step) title() string {
	switch s.kind {
	case stepGlobal:
		return "global '" + s.name + "'"
	case stepUpvalue:
		name := "?"
		if s.n < len(s.proto.DbgUpvalues) {
			name = s.proto.DbgUpvalues[s.n]
		}
		return "upvalue '" + name + "'"
	}
	return s.name
}

// of makes the words for a place of those for the place that holds it.
func (s step) of(holder string) string {
	switch s.kind {
	case stepIndex:
		return fmt.Sprintf("%s[%d]", holder, s.n)
	case stepKeyOf:
		return "a key of " + holder
	case stepMetatable:
		return "getmetatable(" + holder + ")"
	case stepEnvironment:
		return "getfenv(" + holder + ")"
	}
	switch key := s.key.(type) {
	case lua.LString:
		if isName(string(key)) {
			return holder + "." + string(key)
		}
		return fmt.Sprintf("%s[%.60q]", holder, string(key))
	case lua.LNumber, lua.LBool:
		return holder + "[" + key.String() + "]"
	}
	return holder + "[a " + s.key.Type().String() + "]"
}

func isName(s string) bool {
	return s != "" && len(s) <= 60 && strings.IndexFunc(s, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) < 0 && (s[0] < '0' || s[0] > '9')
}

func where(p *lua.FunctionProto) string {
	if p.LineDefined == 0 {
		return "the main chunk of " + p.SourceName
	}
	return fmt.Sprintf("the function at %s:%d", p.SourceName, p.LineDefined)
}
