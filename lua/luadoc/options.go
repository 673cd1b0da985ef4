package luadoc

import "strings"

// ClassOf returns the class a value of type t has: t itself, or the first alternative that is one; nil if there is none.
// An alias of a class counts.
func (s *Set) ClassOf(t Type) *Class { return s.classOf(t, 0) }

func (s *Set) classOf(t Type, depth int) *Class {
	if depth > maxDepth {
		return nil
	}
	switch t.Kind {
	case Named:
		if c, ok := s.byName[t.Name].(*Class); ok {
			return c
		}
		if a := s.Alias(t.Name); a != nil {
			return s.classOf(a.Type, depth+1)
		}
	case Union:
		for _, a := range t.Args {
			if c := s.classOf(a, depth+1); c != nil {
				return c
			}
		}
	}
	return nil
}

// ElementOf returns the class of the elements of a list type, or nil.
func (s *Set) ElementOf(t Type) *Class {
	switch t.Kind {
	case Array, Variadic:
		if len(t.Args) > 0 {
			return s.ClassOf(t.Args[0])
		}
	case Named:
		if n := len(t.Args); n > 0 && t.Name == "table" {
			return s.ClassOf(t.Args[n-1])
		}
		if a := s.Alias(t.Name); a != nil && a.Type.Kind != Named {
			return s.ElementOf(a.Type)
		}
	case Union:
		for _, a := range t.Args {
			if c := s.ElementOf(a); c != nil {
				return c
			}
		}
	}
	return nil
}

// Options returns the class of the options table of a function, which is its last parameter: a record, that is a class
// without methods, or nil.
func (s *Set) Options(f *Func) *Class {
	if len(f.Params) == 0 {
		return nil
	}
	return s.OptionsAt(f, len(f.Params)-1)
}

// OptionsAt is Options for the parameter of that index; arguments past the last count for a rest parameter.
func (s *Set) OptionsAt(f *Func, index int) *Class {
	if n := len(f.Params); index >= n {
		if n == 0 || !f.Params[n-1].Rest {
			return nil
		}
		index = n - 1
	}
	if c := s.ClassOf(f.Params[index].Type); c != nil && s.IsRecord(c) {
		return c
	}
	return nil
}

// IsRecord reports whether values of the class are plain tables: it has no methods.
func (s *Set) IsRecord(c *Class) bool { return len(s.Methods(c)) == 0 }

// Values returns the literals type t allows, through aliases, unions, and the elements of lists; nil for none.
func (s *Set) Values(t Type) []Value { return s.values(t, 0) }

func (s *Set) values(t Type, depth int) []Value {
	if depth > maxDepth {
		return nil
	}
	switch t.Kind {
	case Literal:
		return []Value{{Value: unquoted(t.Name)}}
	case Named:
		if a := s.Alias(t.Name); a != nil {
			if len(a.Values) > 0 {
				return append(a.Values[:len(a.Values):len(a.Values)], s.indirect(a.Type, depth+1)...)
			}
			return s.values(a.Type, depth+1)
		}
	case Union, Array, Variadic:
		var out []Value
		for _, a := range t.Args {
			out = append(out, s.values(a, depth+1)...)
		}
		return out
	}
	return nil
}

// indirect is values without the direct literals of a union.
func (s *Set) indirect(t Type, depth int) []Value {
	if t.Kind == Literal {
		return nil
	}
	if t.Kind != Union {
		return s.values(t, depth)
	}
	var out []Value
	for _, a := range t.Args {
		if a.Kind != Literal {
			out = append(out, s.values(a, depth)...)
		}
	}
	return out
}

// maxShown is the number of options a signature names.
const maxShown = 6

// Signature formats a function on one line: mount.bind(source, target [, {recursive=, readonly=}]). A function whose
// only argument is a required table is shown as it is called: ns.clone{ns.Kind..., run=, ...}.
func (s *Set) Signature(f *Func) string {
	if len(f.Params) == 1 && !f.Params[0].Optional {
		if c := s.Options(f); c != nil && f.Params[0].Type.Kind == Named {
			return f.Name + s.table(c)
		}
	}
	var b strings.Builder
	b.WriteString(f.Name + "(")
	open := 0
	for i, p := range f.Params {
		switch {
		case p.Optional && i > 0:
			b.WriteString(" [, ")
			open++
		case p.Optional:
			b.WriteString("[")
			open++
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(s.argument(f, i))
	}
	b.WriteString(strings.Repeat("]", open) + ")")
	return b.String()
}

func (s *Set) argument(f *Func, i int) string {
	p := f.Params[i]
	if i == len(f.Params)-1 && !p.Rest && p.Type.Kind == Named {
		if c := s.OptionsAt(f, i); c != nil {
			return s.table(c)
		}
	}
	return p.Name
}

// table formats the options a class allows.
func (s *Set) table(c *Class) string {
	var parts []string
	for _, f := range s.Fields(c) {
		switch {
		case len(parts) == maxShown:
			parts = append(parts, "...")
			return "{" + strings.Join(parts, ", ") + "}"
		case strings.HasPrefix(f.Name, "["):
			parts = append(parts, f.Type.String()+"...")
		default:
			parts = append(parts, keyText(f.Name)+"=")
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// keyText writes a field's name as a key of a table constructor.
func keyText(name string) string {
	if strings.HasPrefix(name, "[") {
		return name
	}
	for i := 0; i < len(name); i++ {
		if !isNameByte(name[i]) || name[i] >= 0x80 || i == 0 && name[0] <= '9' {
			return `["` + name + `"]`
		}
	}
	return name
}
