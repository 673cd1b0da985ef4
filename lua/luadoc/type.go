package luadoc

import (
	"slices"
	"strconv"
	"strings"
)

// Kind tells the forms of a Type apart.
type Kind int

// The forms of a type.
const (
	None     Kind = iota // no type given
	Named                // string, net.Link, table<K, V>: Name and Args
	Literal              // "net", 12: Name as written
	Union                // Args
	Array                // T[]: Args[0]
	Function             // fun(a: T): R: Params and Returns
	Record               // {a: T}: Params
	Tuple                // [A, B] or (A, B): Args
	Variadic             // ...T: Args[0], or none
)

// Type is a parsed type expression.
type Type struct {
	Kind     Kind
	Name     string
	Args     []Type
	Params   []Param
	Returns  []Return
	Optional bool // T?
}

// String formats t in the notation of LuaLS.
func (t Type) String() string {
	s := t.bare()
	if t.Optional {
		if t.Kind == Union || t.Kind == Function {
			s = "(" + s + ")"
		}
		s += "?"
	}
	return s
}

func (t Type) bare() string {
	switch t.Kind {
	case Named:
		if len(t.Args) > 0 {
			return t.Name + "<" + join(t.Args, ", ") + ">"
		}
		return t.Name
	case Literal:
		return t.Name
	case Union:
		parts := make([]string, len(t.Args))
		for i, a := range t.Args {
			parts[i] = a.String()
			if a.Kind == Function && !a.Optional {
				parts[i] = "(" + parts[i] + ")"
			}
		}
		return strings.Join(parts, "|")
	case Array:
		e := t.Args[0]
		if (e.Kind == Union || e.Kind == Function) && !e.Optional {
			return "(" + e.String() + ")[]"
		}
		return e.String() + "[]"
	case Function:
		s := "fun(" + joinParams(t.Params) + ")"
		if len(t.Returns) > 0 {
			parts := make([]string, len(t.Returns))
			for i, r := range t.Returns {
				parts[i] = r.Type.String()
			}
			s += ": " + strings.Join(parts, ", ")
		}
		return s
	case Record:
		return "{" + joinParams(t.Params) + "}"
	case Tuple:
		return "[" + join(t.Args, ", ") + "]"
	case Variadic:
		return "..." + join(t.Args, "")
	}
	return ""
}

func join(types []Type, sep string) string {
	parts := make([]string, len(types))
	for i, t := range types {
		parts[i] = t.String()
	}
	return strings.Join(parts, sep)
}

func joinParams(params []Param) string {
	parts := make([]string, len(params))
	for i, p := range params {
		parts[i] = p.Name
		if p.Optional {
			parts[i] += "?"
		}
		if p.Type.Kind != None {
			parts[i] += ": " + p.Type.String()
		}
	}
	return strings.Join(parts, ", ")
}

// Nilable reports whether the type admits nil.
func (t Type) Nilable() bool {
	if t.Optional || t.Kind == Named && t.Name == "nil" {
		return true
	}
	return t.Kind == Union && slices.ContainsFunc(t.Args, Type.Nilable)
}

// Walk calls visit for t and every type inside it.
func (t Type) Walk(visit func(Type)) {
	visit(t)
	for _, a := range t.Args {
		a.Walk(visit)
	}
	for _, p := range t.Params {
		p.Type.Walk(visit)
	}
	for _, r := range t.Returns {
		r.Type.Walk(visit)
	}
}

// unquoted is the value of a literal.
func unquoted(literal string) string {
	if len(literal) < 2 || literal[0] != '"' && literal[0] != '\'' {
		return literal
	}
	inner := literal[1 : len(literal)-1]
	if s, err := strconv.Unquote(`"` + inner + `"`); err == nil {
		return s
	}
	return inner
}
