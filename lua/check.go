package lua

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"

	"nslua/lua/luadoc"
)

// Finding is a mistake that Check has found.
type Finding struct {
	File       string
	Line       int    // 0: at the end
	Kind       string // "syntax", "undefined-global", "undefined-field" or "unknown-option"
	Message    string
	Suggestion string // the name that was probably meant, or ""
}

// String formats f as FILE:LINE: MESSAGE.
func (f Finding) String() string {
	text := f.Message
	if f.Suggestion != "" {
		text += fmt.Sprintf(", did you mean '%s'?", f.Suggestion)
	}
	if f.Line == 0 {
		return f.File + ": " + text
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, text)
}

// Check reads a script without running it. It finds syntax errors, reads of
// globals that nothing defines, fields that a module does not have and options
// that a function does not know.
//
// What it can't know it lets pass: a global counts as defined if it is assigned
// anywhere in the file or in a file that it requires, and no global is
// reported if the script makes some in ways that only show when it runs. The
// comments of LuaLS turn findings off: ---@diagnostic disable-line: undefined-global.
func (s *State) Check(text, name string) []Finding {
	if _, err := compile(text, name); err != nil {
		e := err.(*SyntaxError)
		return []Finding{{File: name, Line: e.Line, Kind: "syntax", Message: e.Message}}
	}
	stmts, err := parseChunk(text, name)
	if err != nil {
		return []Finding{{File: name, Kind: "syntax", Message: err.Error()}}
	}
	c := &checker{
		walker: walker{state: s, file: name},
		docs:   func() *luadoc.Set { return Docs(s.opts.Modules) },
	}
	c.defs = collect(s, stmts, name)
	c.walker.reassigned = c.defs.locals
	c.walker.visit = c
	c.walker.chunk(stmts)
	found := slices.DeleteFunc(c.found, diagnostics(text).disabled)
	slices.SortStableFunc(found, func(a, b Finding) int { return cmp.Compare(a.Line, b.Line) })
	return slices.Compact(found)
}

func parseChunk(text, name string) ([]ast.Stmt, error) {
	if strings.HasPrefix(text, "#") {
		text = "--" + text
	}
	return parse.Parse(strings.NewReader(text), name)
}

// checker is the visitor that reports what it does not know.
type checker struct {
	walker
	defs  *definitions
	docs  func() *luadoc.Set
	found []Finding
	set   *luadoc.Set
}

func (c *checker) add(line int, kind, near, format string, args ...any) {
	c.found = append(c.found, Finding{c.file, line, kind, fmt.Sprintf(format, args...), near})
}

// documentation is parsed when the first call with a table literal needs it.
func (c *checker) documentation() *luadoc.Set {
	if c.set == nil {
		c.set = c.docs()
	}
	return c.set
}

// global reports a read of a global that nothing defines.
func (c *checker) global(name string, line int) {
	if c.defs.open || c.defs.globals[name] || c.state.hasGlobal(name) {
		return
	}
	near, _ := luadoc.Nearest(name, c.visible())
	c.add(line, "undefined-global", near, "undefined variable '%s'", name)
}

// visible are the names that a variable could have been meant to have.
func (c *checker) visible() []string {
	names := append(c.state.GlobalNames(), sortedKeys(c.defs.globals)...)
	for _, v := range c.vars {
		names = append(names, v.name)
	}
	return names
}

// field reports a name that a table of ours lacks. In the tables of Lua's own
// library only calls count: scripts look there for what later versions have.
func (c *checker) field(owner, name string, line int, called bool) {
	path := owner + "." + name
	if c.defs.globals[firstOf(owner)] || c.defs.fields[path] {
		return
	}
	t, ok := c.state.known(owner).(*Table)
	if !ok || t.RawGetString(name) != Nil {
		return
	}
	what := "'" + owner + "'"
	switch {
	case c.state.modules[owner] != nil:
		what = "module '" + owner + "'"
	case c.state.modules[firstOf(owner)] == nil && (!called || c.defs.tested[path]):
		return
	}
	near, _ := luadoc.Nearest(name, keys(t))
	c.add(line, "undefined-field", near, "%s has no field '%s'", what, name)
}

func firstOf(path string) string {
	first, _, _ := strings.Cut(path, ".")
	return first
}

// hasGlobal reports whether a global or a module of that name exists.
func (s *State) hasGlobal(name string) bool {
	return s.modules[name] != nil || s.globals().RawGetString(name) != Nil
}

// known is the value that a dotted name stands for in a fresh state, its module opened; Nil if there is none.
func (s *State) known(path string) Value {
	first, rest, dotted := strings.Cut(path, ".")
	if !s.hasGlobal(first) {
		return Nil
	}
	v := s.Global(first)
	for dotted {
		t, ok := v.(*Table)
		if !ok {
			return Nil
		}
		first, rest, dotted = strings.Cut(rest, ".")
		v = t.RawGetString(first)
	}
	return v
}
