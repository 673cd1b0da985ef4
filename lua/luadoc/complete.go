package luadoc

import (
	"slices"
	"strings"
)

// Completion is a candidate for what is being typed.
type Completion struct {
	Name  string // the whole word, as "bind" for the prefix "mount.b"
	Kind  string // "module", "function", "method", "field", "option", "value" or "table"
	Type  string // of a field or option, or the signature of a function
	Brief string // one sentence
}

// Complete returns what may stand at the end of prefix, sorted by name: "mou" completes to globals, "mount.b" to members
// of the module, "ns.Namespace:c" and "Namespace:c" to methods of the class, "mount.BindOptions.r" to its fields, and
// "ns.Kind.n" to the values of the alias.
func (s *Set) Complete(prefix string) []Completion {
	i := strings.LastIndexAny(prefix, ".:")
	if i < 0 {
		return s.complete("", s.Globals(), prefix)
	}
	owner, word := prefix[:i], prefix[i+1:]
	var out []Completion
	if prefix[i] == '.' {
		out = s.complete(owner, s.Members(owner), word)
		if a := s.Alias(owner); a != nil {
			out = append(out, s.CompleteValues(Type{Kind: Named, Name: owner}, word)...)
		}
	}
	if c := s.Class(owner); c != nil {
		if prefix[i] == '.' {
			out = append(out, s.CompleteFields(c, word)...)
		} else {
			out = append(out, s.CompleteMethods(c, word)...)
		}
	}
	return sorted(out)
}

func sorted(list []Completion) []Completion {
	slices.SortStableFunc(list, func(a, b Completion) int { return strings.Compare(a.Name, b.Name) })
	return list
}

func (s *Set) complete(owner string, names []string, word string) []Completion {
	var out []Completion
	for _, name := range names {
		if !strings.HasPrefix(name, word) {
			continue
		}
		full := name
		if owner != "" {
			full = owner + "." + name
		}
		c := Completion{Name: name, Kind: "table"}
		switch item := s.byName[full].(type) {
		case *Module:
			c.Kind, c.Brief = "module", item.Summary
		case *Func:
			c.Kind, c.Type, c.Brief = "function", s.Signature(item), item.Summary
		case *Field:
			c.Kind, c.Type, c.Brief = "field", item.Type.String(), item.Brief()
		}
		out = append(out, c)
	}
	return out
}

// CompleteMethods returns the methods of a class that begin with word, inherited ones included, sorted.
func (s *Set) CompleteMethods(c *Class, word string) []Completion {
	var out []Completion
	for _, f := range s.Methods(c) {
		if name := f.Method(); strings.HasPrefix(name, word) {
			out = append(out, Completion{name, "method", s.Signature(f), f.Summary})
		}
	}
	return sorted(out)
}

// CompleteFields returns the fields or options of a class that begin with word, inherited ones included, sorted. The
// positional part is left out.
func (s *Set) CompleteFields(c *Class, word string) []Completion {
	kind := "field"
	if s.IsRecord(c) {
		kind = "option"
	}
	var out []Completion
	for _, f := range s.Fields(c) {
		if strings.HasPrefix(f.Name, word) && !strings.HasPrefix(f.Name, "[") {
			out = append(out, Completion{f.Name, kind, f.Type.String(), f.Brief()})
		}
	}
	return sorted(out)
}

// CompletePositional returns the values of the positional part of an options table that begin with word, sorted.
func (s *Set) CompletePositional(c *Class, word string) []Completion {
	for _, f := range s.Fields(c) {
		if strings.HasPrefix(f.Name, "[") {
			return s.CompleteValues(f.Type, word)
		}
	}
	return nil
}

// CompleteValues returns the literals of a type that begin with word, sorted.
func (s *Set) CompleteValues(t Type, word string) []Completion {
	var out []Completion
	for _, v := range s.Values(t) {
		if strings.HasPrefix(v.Value, word) {
			out = append(out, Completion{v.Value, "value", "", v.Doc})
		}
	}
	return sorted(out)
}
