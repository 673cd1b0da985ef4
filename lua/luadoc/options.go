package luadoc

import "strings"

// alternatives flattens unions and aliases; each alias counts once, so one that contains itself does no harm.
func (s *Set) alternatives(t Type) []Type {
	var out []Type
	seen := map[string]bool{}
	var add func(Type)
	add = func(t Type) {
		a := s.Alias(t.Name)
		switch {
		case t.Kind == Union:
			for _, u := range t.Args {
				add(u)
			}
		case t.Kind != Named || a == nil:
			out = append(out, t)
		case !seen[t.Name]:
			seen[t.Name] = true
			add(a.Type)
		}
	}
	add(t)
	return out
}

// ClassOf returns the class a value of type t has: t itself, or the first alternative that is one; nil if there is none.
func (s *Set) ClassOf(t Type) *Class {
	for _, a := range s.alternatives(t) {
		if c, ok := s.byName[a.Name].(*Class); ok && a.Kind == Named {
			return c
		}
	}
	return nil
}

// ElementOf returns the class of the elements of a list type, or nil.
func (s *Set) ElementOf(t Type) *Class {
	for _, a := range s.alternatives(t) {
		n := len(a.Args)
		if n == 0 || a.Kind != Array && a.Kind != Variadic && !(a.Kind == Named && a.Name == "table") {
			continue
		}
		if c := s.ClassOf(a.Args[n-1]); c != nil {
			return c
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
func (s *Set) Values(t Type) []Value {
	var out []Value
	seen := map[string]bool{}
	var add func(t Type, literals bool)
	add = func(t Type, literals bool) {
		switch t.Kind {
		case Literal:
			if literals {
				out = append(out, Value{Value: unquoted(t.Name)})
			}
		case Named:
			if a := s.Alias(t.Name); a != nil && !seen[t.Name] {
				seen[t.Name] = true
				out = append(out, a.Values...)
				add(a.Type, false) // they are in a.Values, with their descriptions
			}
		case Union:
			for _, u := range t.Args {
				add(u, literals)
			}
		case Array, Variadic:
			for _, e := range t.Args {
				add(e, true)
			}
		}
	}
	add(t, true)
	return out
}

// maxShown is the number of options a signature names.
const maxShown = 6

// Signature formats a function on one line: mount.bind(source, target [, {recursive=, readonly=}]). A function whose
// only argument is a required table is shown as it is called: ns.clone{ns.Kind..., run=, ...}.
func (s *Set) Signature(f *Func) string { return s.signature(f, maxShown) }

// signature is Signature with so many options named.
func (s *Set) signature(f *Func, shown int) string {
	if len(f.Params) == 1 && !f.Params[0].Optional {
		if c := s.Options(f); c != nil && f.Params[0].Type.Kind == Named {
			return f.Name + s.table(c, shown)
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
		b.WriteString(s.argument(f, i, shown))
	}
	b.WriteString(strings.Repeat("]", open) + ")")
	return b.String()
}

func (s *Set) argument(f *Func, i, shown int) string {
	p := f.Params[i]
	if i == len(f.Params)-1 && !p.Rest && p.Type.Kind == Named {
		if c := s.OptionsAt(f, i); c != nil {
			return s.table(c, shown)
		}
	}
	return p.Name
}

// table formats the options a class allows.
func (s *Set) table(c *Class, shown int) string {
	var parts []string
	for _, f := range s.Fields(c) {
		switch {
		case len(parts) == shown:
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
