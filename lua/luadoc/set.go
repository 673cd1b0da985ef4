package luadoc

import (
	"slices"
	"strings"
)

// Set is the documentation of many modules, ready for lookups. It is not changed after NewSet.
type Set struct {
	Modules []*Module // by name

	problems []Problem
	items    []Item              // all of them, modules first within each module
	byName   map[string]Item     // by full name
	byLast   map[string][]Item   // by the parts of the name after the module's
	members  map[string][]string // names directly below a dotted name; "" has the globals
}

// NewSet combines files. Modules that several files contribute to become one.
func NewSet(files ...*File) *Set {
	s := &Set{byName: map[string]Item{}, byLast: map[string][]Item{}, members: map[string][]string{}}
	byName := map[string]*Module{}
	for _, f := range files {
		s.problems = append(s.problems, f.Problems...)
		for _, m := range f.Modules {
			if byName[m.Name] == nil {
				byName[m.Name] = &Module{Name: m.Name, Comment: m.Comment, declared: m.declared}
				s.Modules = append(s.Modules, byName[m.Name])
				byName[m.Name].add(m)
				continue
			}
			byName[m.Name].merge(m)
		}
	}
	slices.SortStableFunc(s.Modules, func(a, b *Module) int { return strings.Compare(a.Name, b.Name) })
	s.adopt(files)
	for _, m := range s.Modules {
		s.index(m)
	}
	for name, list := range s.members {
		slices.Sort(list)
		s.members[name] = slices.Compact(list)
	}
	return s
}

func (m *Module) add(n *Module) {
	m.Funcs = append(m.Funcs, n.Funcs...)
	m.Classes = append(m.Classes, n.Classes...)
	m.Aliases = append(m.Aliases, n.Aliases...)
	m.Fields = append(m.Fields, n.Fields...)
}

func (m *Module) merge(n *Module) {
	if m.Doc == "" {
		m.Comment = n.Comment
	}
	m.declared = m.declared || n.declared
	m.add(n)
}

// adopt gives methods to classes that another file declares.
func (s *Set) adopt(files []*File) {
	classes := map[string]*Class{}
	for _, m := range s.Modules {
		for i, c := range m.Classes {
			own := *c
			own.Methods = slices.Clone(c.Methods)
			m.Classes[i] = &own
			classes[c.Name] = &own
		}
	}
	for _, file := range files {
		for _, f := range file.orphans {
			c := classes[f.Class]
			if c == nil {
				c = classes[f.Module+"."+f.Class]
			}
			if c == nil {
				s.problems = append(s.problems, Problem{f.File, f.Line, f.Name + ": method of the unknown class " + f.Class})
				continue
			}
			own := *f
			own.Name, own.Class, own.Module = c.Name+":"+f.Method(), c.Name, c.Module
			own.settle(own.Name)
			c.Methods = append(c.Methods, &own)
		}
	}
}

func (s *Set) index(m *Module) {
	if m.declared || m.Doc != "" {
		s.enter(m)
	}
	if m.declared {
		s.member(m.Name)
	}
	for _, f := range m.Funcs {
		s.enter(f)
		s.member(f.Name)
	}
	for _, f := range m.Fields {
		s.enter(f)
		s.member(f.FullName())
	}
	for _, c := range m.Classes {
		s.enter(c)
		for _, f := range c.Methods {
			s.enter(f)
		}
	}
	for _, a := range m.Aliases {
		s.enter(a)
	}
}

func (s *Set) enter(item Item) {
	name := item.FullName()
	s.items = append(s.items, item)
	switch first, ok := s.byName[name]; {
	case !ok:
		s.byName[name] = item
	case !replaces(item, first):
		file, line := item.Position()
		s.problems = append(s.problems, Problem{file, line, name + " is documented twice"})
	}
	for i := 0; i < len(name); i++ {
		if name[i] == '.' || name[i] == ':' {
			short := strings.ReplaceAll(name[i+1:], ":", ".")
			s.byLast[short] = append(s.byLast[short], item)
		}
	}
}

// replaces reports whether two things may share a name: a table with documentation of its own, and the module.
func replaces(item, first Item) bool {
	_, isModule := first.(*Module)
	_, isField := item.(*Field)
	return isModule && isField
}

// member records a global, or a name below one.
func (s *Set) member(name string) {
	for {
		i := strings.LastIndexByte(name, '.')
		if i < 0 {
			s.members[""] = append(s.members[""], name)
			return
		}
		s.members[name[:i]] = append(s.members[name[:i]], name[i+1:])
		name = name[:i]
	}
}

// Lookup finds a thing by its full name ("mount", "mount.bind", "ns.Namespace:call", "mount.BindOptions") or by the end
// of it if only one thing has it ("Namespace:call", "BindOptions"). A dot will do for the colon of a method.
func (s *Set) Lookup(name string) Item {
	if item, ok := s.byName[name]; ok {
		return item
	}
	if class, method, ok := cutLast(name); ok {
		if c := s.Class(class); c != nil {
			if f := s.Method(c, method); f != nil {
				return f
			}
			for _, f := range s.Fields(c) {
				if f.Name == method {
					return f
				}
			}
		}
	}
	if list := s.byLast[strings.ReplaceAll(name, ":", ".")]; len(list) == 1 {
		return list[0]
	}
	return nil
}

func cutLast(name string) (before, after string, ok bool) {
	i := strings.LastIndexAny(name, ".:")
	if i < 0 {
		return "", name, false
	}
	return name[:i], name[i+1:], true
}

// Module returns the module of that name, or nil.
func (s *Set) Module(name string) *Module {
	i, ok := slices.BinarySearchFunc(s.Modules, name, func(m *Module, name string) int { return strings.Compare(m.Name, name) })
	if !ok {
		return nil
	}
	return s.Modules[i]
}

// Func returns the function or method of that full name, or nil.
func (s *Set) Func(name string) *Func {
	f, _ := s.byName[name].(*Func)
	return f
}

// Class returns the class of that name, full or unambiguous, or nil.
func (s *Set) Class(name string) *Class {
	if c, ok := s.byName[name].(*Class); ok {
		return c
	}
	var found *Class
	for _, item := range s.byLast[name] {
		if c, ok := item.(*Class); ok {
			if found != nil {
				return nil
			}
			found = c
		}
	}
	return found
}

// Alias returns the alias of that full name, or nil.
func (s *Set) Alias(name string) *Alias {
	a, _ := s.byName[name].(*Alias)
	return a
}

// ancestors calls visit for the class and for each one it inherits from; a cycle ends it.
func (s *Set) ancestors(c *Class, visit func(*Class)) {
	seen := map[*Class]bool{}
	for c != nil && !seen[c] {
		seen[c] = true
		visit(c)
		c = s.Class(c.Parent)
	}
}

// Fields returns the fields of a class, its own first, then those it inherits.
func (s *Set) Fields(c *Class) []*Field {
	var out []*Field
	have := map[string]bool{}
	s.ancestors(c, func(c *Class) {
		for _, f := range c.Fields {
			if !have[f.Name] {
				have[f.Name] = true
				out = append(out, f)
			}
		}
	})
	return out
}

// Methods returns the methods of a class, its own first, then those it inherits.
func (s *Set) Methods(c *Class) []*Func {
	var out []*Func
	have := map[string]bool{}
	s.ancestors(c, func(c *Class) {
		for _, f := range c.Methods {
			if !have[f.Method()] {
				have[f.Method()] = true
				out = append(out, f)
			}
		}
	})
	return out
}

// Method returns the method of that name, inherited ones included, or nil.
func (s *Set) Method(c *Class, name string) *Func {
	for _, f := range s.Methods(c) {
		if f.Method() == name {
			return f
		}
	}
	return nil
}

// Globals returns the names of the documented globals, sorted.
func (s *Set) Globals() []string { return s.members[""] }

// Members returns the names of the functions, constants and tables directly below a module or table, sorted.
func (s *Set) Members(name string) []string { return s.members[name] }
