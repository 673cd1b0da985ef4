package lua

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/yuin/gopher-lua/ast"
)

// definitions is what a script defines, wherever in it that is.
type definitions struct {
	globals map[string]bool
	fields  map[string]bool // "string.trim": added to a table that exists
	tested  map[string]bool // "table.move": read without being called
	locals  map[int]bool    // that are assigned after their declaration
	open    bool            // it may define globals that nobody can see from outside
}

// collector is the visitor that gathers definitions.
type collector struct {
	walker
	*definitions
	files map[string]bool // that were read
}

// collect gathers what stmts and the files that they require define.
func collect(s *State, stmts []ast.Stmt, file string) *definitions {
	c := &collector{
		walker: walker{state: s, file: file},
		definitions: &definitions{
			globals: map[string]bool{}, fields: map[string]bool{}, tested: map[string]bool{}, locals: map[int]bool{},
		},
		files: map[string]bool{},
	}
	c.walker.visit = c
	c.walker.chunk(stmts)
	return c.definitions
}

func (c *collector) global(string, int) {}

func (c *collector) field(owner, name string, _ int, called bool) {
	if !called {
		c.tested[owner+"."+name] = true
	}
}

func (c *collector) escape() { c.open = true }

func (c *collector) assign(target ast.Expr, v *variable) {
	switch t := target.(type) {
	case *ast.IdentExpr:
		if v != nil {
			c.locals[v.id] = true
		} else {
			c.globals[t.Value] = true
		}
	case *ast.AttrGetExpr:
		c.assignField(t)
	}
}

func (c *collector) assignField(t *ast.AttrGetExpr) {
	owner := c.path(t.Object)
	key, ok := t.Key.(*ast.StringExpr)
	switch {
	case owner == "_G" && !ok:
		c.open = true
	case owner == "_G":
		c.globals[key.Value] = true
	case ok:
		c.fields[owner+"."+key.Value] = true
	}
}

// call notes the calls that may define globals.
func (c *collector) call(path string, e *ast.FuncCallExpr) {
	switch path {
	case "setfenv", "dofile", "loadfile":
		c.open = true
	case "rawset":
		if name, ok := constantArg(e, 1); ok && c.path(e.Args[0]) == "_G" {
			c.globals[name] = true
		} else if len(e.Args) > 0 && c.path(e.Args[0]) == "_G" {
			c.open = true
		}
	case "load", "loadstring":
		text, ok := constantArg(e, 0)
		stmts, err := parseChunk(text, "load")
		if !ok || err != nil {
			c.open = true
			return
		}
		c.other(stmts, c.file)
	case "require":
		c.required(e)
	}
}

// required follows a require to a file.
func (c *collector) required(e *ast.FuncCallExpr) {
	name, ok := constantArg(e, 0)
	if ok && c.state.hasGlobal(name) {
		return
	}
	file, text := c.find(name)
	if c.files[file] && file != "" {
		return
	}
	stmts, err := parseChunk(text, file)
	if !ok || file == "" || err != nil {
		c.open = true
		return
	}
	c.files[file] = true
	c.other(stmts, file)
}

// find reads the file that require would.
func (c *collector) find(module string) (file, text string) {
	for pattern := range strings.SplitSeq(searchPath(c.file), ";") {
		file := strings.ReplaceAll(pattern, "?", strings.ReplaceAll(module, ".", string(filepath.Separator)))
		if text, err := os.ReadFile(file); err == nil {
			return file, string(text)
		}
	}
	return "", ""
}

// other gathers the definitions of another chunk.
func (c *collector) other(stmts []ast.Stmt, file string) {
	inner := &collector{walker: walker{state: c.state, file: file}, files: c.files}
	inner.definitions = &definitions{globals: c.globals, fields: c.fields, tested: c.tested, locals: map[int]bool{}}
	inner.walker.visit = inner
	inner.walker.chunk(stmts)
	c.open = c.open || inner.open
}
