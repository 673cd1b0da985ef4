package luadoc

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// luaTypes are the types of the language and of LuaLS.
var luaTypes = map[string]bool{
	"any": true, "boolean": true, "false": true, "function": true, "integer": true, "lightuserdata": true, "nil": true,
	"number": true, "self": true, "string": true, "table": true, "thread": true, "true": true, "unknown": true,
	"userdata": true, "void": true,
}

// unitTypes are the values people write with a unit; every stub may use them.
var unitTypes = map[string]bool{
	"Address": true, "CPU": true, "Duration": true, "Mode": true, "Path": true, "Rate": true, "Size": true,
}

// checker gathers the problems of a set.
type checker struct {
	*Set
	problems []Problem
}

// Check returns the defects of the documentation, by file and line: malformed comments, functions without a summary,
// parameters that are not documented or do not exist, types and references that name nothing, names documented twice.
func (s *Set) Check() []Problem {
	c := checker{s, slices.Clone(s.problems)}
	for _, m := range s.Modules {
		c.references(m.Name, &m.Comment)
		for _, f := range m.Fields {
			c.constant(f)
		}
		for _, f := range m.Funcs {
			c.function(f)
		}
		for _, class := range m.Classes {
			c.class(class)
		}
		for _, a := range m.Aliases {
			c.references(a.Name, &a.Comment)
			c.types(a.Name, a.File, a.Line, nil, a.Type)
			if a.Type.Kind == None {
				c.add(a.File, a.Line, "%s: alias without a type", a.Name)
			}
		}
	}
	slices.SortStableFunc(c.problems, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), strings.Compare(a.Text, b.Text))
	})
	return slices.Compact(c.problems)
}

func (c *checker) add(file string, line int, format string, args ...any) {
	c.problems = append(c.problems, Problem{file, line, fmt.Sprintf(format, args...)})
}

func (c *checker) constant(f *Field) {
	name := f.FullName()
	if f.Doc == "" {
		c.add(f.File, f.Line, "%s: no description", name)
	}
	c.types(name, f.File, f.Line, nil, f.Type)
}

func (c *checker) function(f *Func) {
	if f.Summary == "" {
		c.add(f.File, f.Line, "%s: no summary", f.Name)
	}
	c.references(f.Name, &f.Comment)
	if f.known {
		c.parameters(f)
	}
	for _, p := range f.Params {
		c.types(f.Name+": parameter "+p.Name, f.File, f.Line, f.Generics, p.Type)
	}
	for _, r := range f.Returns {
		c.types(f.Name+": result", f.File, f.Line, f.Generics, r.Type)
	}
	for _, o := range f.Overloads {
		c.types(f.Name+": overload", f.File, f.Line, f.Generics, o)
	}
	optional := ""
	for _, p := range f.Params {
		switch {
		case p.Optional:
			optional = p.Name
		case optional != "" && !p.Rest:
			c.add(f.File, f.Line, "%s: required parameter %s after the optional %s", f.Name, p.Name, optional)
		}
	}
}

// parameters compares the documented parameters with those of the statement.
func (c *checker) parameters(f *Func) {
	var documented []string
	for _, p := range f.Params {
		switch {
		case slices.Contains(documented, p.Name):
			c.add(f.File, f.Line, "%s: two @param %s", f.Name, p.Name)
		case !slices.Contains(f.args, p.Name):
			c.add(f.File, f.Line, "%s: @param %s: the function has no such parameter", f.Name, p.Name)
		}
		documented = append(documented, p.Name)
	}
	for _, a := range f.args {
		if !slices.Contains(documented, a) {
			c.add(f.File, f.Line, "%s: no @param %s", f.Name, a)
		}
	}
	if len(documented) == len(f.args) && !slices.Equal(documented, f.args) {
		sortedDoc, sortedArgs := slices.Sorted(slices.Values(documented)), slices.Sorted(slices.Values(f.args))
		if slices.Equal(sortedDoc, sortedArgs) {
			c.add(f.File, f.Line, "%s: @param in another order than the parameters", f.Name)
		}
	}
}

func (c *checker) class(class *Class) {
	c.references(class.Name, &class.Comment)
	if class.Parent != "" && class.Parent != "table" {
		if c.Class(class.Parent) == nil {
			c.add(class.File, class.Line, "%s: unknown parent %s", class.Name, class.Parent)
		}
		c.ancestors(class, func(a *Class) {
			if c.Class(a.Parent) == class {
				c.add(class.File, class.Line, "%s: inherits from itself", class.Name)
			}
		})
	}
	seen := map[string]bool{}
	for _, f := range class.Fields {
		if seen[f.Name] {
			c.add(f.File, f.Line, "%s: two fields %s", class.Name, f.Name)
		}
		seen[f.Name] = true
		c.types(class.Name+": field "+f.Name, f.File, f.Line, nil, f.Type)
	}
	for _, f := range class.Methods {
		c.function(f)
	}
}

// references checks the names of @see. A manual page, a path or an address refers to something else.
func (c *checker) references(name string, d *Comment) {
	for _, see := range d.See {
		if strings.ContainsAny(see, "(/ ") || c.Lookup(see) != nil {
			continue
		}
		if near, ok := c.Nearest(see); ok {
			c.add(d.File, d.Line, "%s: @see %s: no such name, did you mean %s?", name, see, near)
			continue
		}
		c.add(d.File, d.Line, "%s: @see %s: no such name", name, see)
	}
}

// types reports the names in t that are no types.
func (c *checker) types(where, file string, line int, generics []string, t Type) {
	t.Walk(func(t Type) {
		if t.Kind != Named || luaTypes[t.Name] || unitTypes[t.Name] || slices.Contains(generics, t.Name) {
			return
		}
		switch c.byName[t.Name].(type) {
		case *Class, *Alias, *Module:
			return
		}
		if near, ok := Nearest(t.Name, c.typeNames()); ok {
			c.add(file, line, "%s: unknown type %s, did you mean %s?", where, t.Name, near)
			return
		}
		c.add(file, line, "%s: unknown type %s", where, t.Name)
	})
}

func (c *checker) typeNames() []string {
	var names []string
	for n := range luaTypes {
		names = append(names, n)
	}
	for n := range unitTypes {
		names = append(names, n)
	}
	for _, item := range c.items {
		switch item.(type) {
		case *Class, *Alias:
			names = append(names, item.FullName())
		}
	}
	return names
}
