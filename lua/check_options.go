package lua

import (
	"slices"
	"strings"

	"github.com/yuin/gopher-lua/ast"

	"nslua/lua/luadoc"
)

func (c *checker) assign(ast.Expr, *variable) {}
func (c *checker) escape()                    {}

// call compares the tables that a call is given with what the function's documentation allows.
func (c *checker) call(path string, e *ast.FuncCallExpr) {
	if path == "" || c.defs.globals[firstOf(path)] || c.defs.fields[path] || c.state.modules[firstOf(path)] == nil {
		return
	}
	for i, arg := range e.Args {
		t, ok := arg.(*ast.TableExpr)
		if !ok {
			continue
		}
		f := c.documentation().Func(path)
		if f == nil {
			return
		}
		c.table(path, t, c.expects(parameterTypes(f, i)))
	}
}

// parameterTypes are the types of an argument: the declared one and those of overloads.
func parameterTypes(f *luadoc.Func, i int) []luadoc.Type {
	var types []luadoc.Type
	add := func(params []luadoc.Param) {
		if n := len(params); i < n {
			types = append(types, params[i].Type)
		} else if n > 0 && params[n-1].Rest {
			types = append(types, params[n-1].Type)
		}
	}
	add(f.Params)
	for _, o := range f.Overloads {
		add(o.Params)
	}
	return types
}

// shape is what a table may look like.
type shape struct {
	names    map[string][]luadoc.Type
	elements []luadoc.Type
	open     bool // any name will do
}

// expects joins the shapes that types allow.
func (c *checker) expects(types []luadoc.Type) *shape {
	s := &shape{names: map[string][]luadoc.Type{}}
	for _, t := range types {
		c.allow(s, t, 0)
	}
	return s
}

// maxAliases bounds the aliases and unions one type goes through.
const maxAliases = 16

func (c *checker) allow(s *shape, t luadoc.Type, depth int) {
	if depth > maxAliases {
		s.open = true
		return
	}
	switch t.Kind {
	case luadoc.Named:
		c.allowNamed(s, t, depth)
	case luadoc.Union:
		for _, a := range t.Args {
			c.allow(s, a, depth+1)
		}
	case luadoc.Array, luadoc.Tuple:
		s.elements = append(s.elements, t.Args...)
	case luadoc.Variadic:
		for _, a := range t.Args {
			c.allow(s, a, depth+1)
		}
	case luadoc.Record:
		for _, p := range t.Params {
			s.names[p.Name] = append(s.names[p.Name], p.Type)
		}
	case luadoc.None:
		s.open = true
	}
}

func (c *checker) allowNamed(s *shape, t luadoc.Type, depth int) {
	docs := c.documentation()
	if class := docs.Class(t.Name); class != nil {
		for _, f := range docs.Fields(class) {
			switch f.Name {
			case "[integer]":
				s.elements = append(s.elements, f.Type)
			default:
				if strings.HasPrefix(f.Name, "[") {
					s.open = true
				}
				s.names[f.Name] = append(s.names[f.Name], f.Type)
			}
		}
		return
	}
	if alias := docs.Alias(t.Name); alias != nil {
		c.allow(s, alias.Type, depth+1)
		return
	}
	s.open = s.open || slices.Contains([]string{"any", "table", "userdata", "unknown", "self"}, t.Name)
}

// table reports the names in a table literal that its shape does not have.
func (c *checker) table(path string, t *ast.TableExpr, s *shape) {
	if s.open {
		return
	}
	for _, f := range t.Fields {
		inner, isTable := f.Value.(*ast.TableExpr)
		key, named := f.Key.(*ast.StringExpr)
		switch {
		case named && s.names[key.Value] == nil:
			c.option(path, key, f, s)
		case named && isTable:
			c.table(path, inner, c.expects(s.names[key.Value]))
		case f.Key == nil && isTable && len(s.elements) > 0:
			c.table(path, inner, c.expects(s.elements))
		}
	}
}

func (c *checker) option(path string, key *ast.StringExpr, f *ast.Field, s *shape) {
	if len(s.names) == 0 {
		return
	}
	line := key.Line()
	if line == 0 {
		line = f.Value.Line()
	}
	near, _ := luadoc.Nearest(key.Value, sortedKeys(s.names))
	c.add(line, "unknown-option", near, "%s: unknown option '%s'", path, key.Value)
}
