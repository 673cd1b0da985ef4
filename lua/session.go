package lua

import (
	"bytes"
	"errors"
	"fmt"
	"sync"

	glua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"

	"nslua/lua/luadoc"
	"nslua/lua/stdlib"
)

// Input is what was typed at a prompt, compiled.
type Input struct {
	Run *Function
	// Expression says that the input is a list of expressions: what it returns is to be shown.
	Expression bool
}

// LoadInput compiles what was typed at a prompt: an expression, or else
// statements. Locals of the outermost level become globals, so that they are
// there for the inputs that follow.
func (s *State) LoadInput(text, name string) (Input, error) {
	f, asExpr := s.Load("return "+text, name)
	if asExpr == nil {
		return Input{f, true}, nil
	}
	f, err := s.loadSession(text, name)
	if err == nil {
		return Input{f, false}, nil
	}
	var syntax, other *SyntaxError
	if errors.As(asExpr, &other) && errors.As(err, &syntax) && other.Incomplete {
		syntax.Incomplete = true
	}
	return Input{}, err
}

func (s *State) loadSession(text, name string) (*Function, error) {
	// compile refuses what the parser must not see, and knows what a mistake is called.
	if _, err := compile(text, name); err != nil {
		return nil, err
	}
	chunk, err := parse.Parse(bytes.NewReader([]byte(text)), name)
	if err != nil {
		return nil, syntaxError(name, err)
	}
	if err := stdlib.Prepare(chunk); err != nil {
		return nil, syntaxError(name, err)
	}
	for i, st := range chunk {
		if local, ok := st.(*ast.LocalAssignStmt); ok {
			chunk[i] = global(local)
		}
	}
	proto, err := glua.Compile(chunk, name)
	if err != nil {
		return nil, syntaxError(name, err)
	}
	return s.l.NewFunctionFromProto(proto), nil
}

// global is a declaration of locals made an assignment to globals.
func global(local *ast.LocalAssignStmt) ast.Stmt {
	assign := &ast.AssignStmt{Rhs: local.Exprs}
	assign.SetLine(local.Line())
	assign.SetLastLine(local.LastLine())
	for _, n := range local.Names {
		id := &ast.IdentExpr{Value: n}
		id.SetLine(local.Line())
		id.SetLastLine(local.LastLine())
		assign.Lhs = append(assign.Lhs, id)
	}
	if len(assign.Rhs) == 0 {
		none := &ast.NilExpr{}
		none.SetLine(local.Line())
		none.SetLastLine(local.LastLine())
		assign.Rhs = []ast.Expr{none}
	}
	return assign
}

// DocName is the name under which a value is documented: that of a module, of a
// function of one, or of a handle's type. A string is a name itself.
func (s *State) DocName(v Value) (string, bool) { return s.docName(v) }

// Pending lists what the state would undo at its end, the last made first.
func (s *State) Pending() []string {
	var all []string
	for sc := s.undo; sc != nil; sc = sc.parent {
		for i := len(sc.undos) - 1; i >= 0; i-- {
			if u := sc.undos[i]; !u.done && u.What != "" {
				all = append(all, u.What)
			}
		}
	}
	return all
}

// UndoLast undoes what was made last and is still there. what is "" if nothing is.
func (s *State) UndoLast() (what string, err error) {
	undos := s.undo.undos
	for i := len(undos) - 1; i >= 0; i-- {
		u := undos[i]
		if u.done || u.What == "" {
			continue
		}
		u.done = true
		if u.note != nil {
			u.note.runs()
		}
		if err := u.run(); err != nil {
			return u.What, fmt.Errorf("undo %s: %w", u.What, err)
		}
		u.strike()
		return u.What, nil
	}
	return "", nil
}

// Unobserved runs f so that no observer sees its calls.
func (s *State) Unobserved(f func()) {
	watch := s.watch
	s.watch = nil
	defer func() { s.watch = watch }()
	f()
}

// DropGlobals removes the globals that are none of the library's, and opens the
// modules anew when they are next used. Handles stay open and scopes stay as they are.
func (s *State) DropGlobals() {
	for _, name := range keys(s.globals()) {
		if name == "_VERSION" {
			continue
		}
		if s.byName[name] == nil {
			s.globals().RawSetString(name, Nil)
			continue
		}
		s.globals().RawSetString(name, s.byName[name])
	}
	clear(s.defined)
	s.setArgs()
}

// Docs is the documentation of everything in the state, parsed at the first
// call. Any goroutine may call it.
func (s *State) Docs() *luadoc.Set {
	s.docs.Do(func() { s.docs.set = Docs(s.opts.Modules) })
	return s.docs.set
}

// docs is the documentation once it has been parsed.
type docs struct {
	sync.Once
	set *luadoc.Set
}

// Function makes a Lua function that belongs to no module.
func (s *State) Function(f *Func) *Function {
	f.op = f.Name
	return s.function(f)
}
