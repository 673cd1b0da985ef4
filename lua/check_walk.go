package lua

import (
	"github.com/yuin/gopher-lua/ast"
)

// variable is a local variable in scope.
type variable struct {
	name string
	id   int    // in the order of declaration: the same in every walk
	path string // the global thing it holds: "net", "ns.clone"; or ""
}

// visitor is told what a walk meets.
type visitor interface {
	// global is a read of a global variable.
	global(name string, line int)
	// field is a read of a field of the thing at the path owner.
	field(owner, name string, line int, called bool)
	// call is a call of the thing at a path, "" if that is not known.
	call(path string, e *ast.FuncCallExpr)
	// assign is an assignment to a variable or field; v is the local it goes to, if any.
	assign(target ast.Expr, v *variable)
	// escape is a use of _G as a value.
	escape()
}

// walker goes through a chunk with the scopes of its locals in mind.
type walker struct {
	state      *State
	file       string
	visit      visitor
	vars       []*variable
	count      int
	reassigned map[int]bool // locals that change: what they hold is not known
}

func (w *walker) chunk(stmts []ast.Stmt) { w.block(stmts) }

// block walks statements in a scope of their own.
func (w *walker) block(stmts []ast.Stmt) {
	outer := len(w.vars)
	for _, st := range stmts {
		w.stmt(st)
	}
	w.vars = w.vars[:outer]
}

func (w *walker) declare(name, path string) {
	if w.reassigned[w.count] {
		path = ""
	}
	w.vars = append(w.vars, &variable{name, w.count, path})
	w.count++
}

func (w *walker) local(name string) *variable {
	for i := len(w.vars) - 1; i >= 0; i-- {
		if w.vars[i].name == name {
			return w.vars[i]
		}
	}
	return nil
}

func (w *walker) stmt(st ast.Stmt) {
	switch st := st.(type) {
	case *ast.AssignStmt:
		w.exprs(st.Rhs)
		for _, target := range st.Lhs {
			w.assign(target)
		}
	case *ast.LocalAssignStmt:
		w.localAssign(st)
	case *ast.FuncCallStmt:
		w.expr(st.Expr)
	case *ast.DoBlockStmt:
		w.block(st.Stmts)
	case *ast.WhileStmt:
		w.expr(st.Condition)
		w.block(st.Stmts)
	case *ast.RepeatStmt:
		outer := len(w.vars)
		for _, inner := range st.Stmts {
			w.stmt(inner)
		}
		w.expr(st.Condition) // it sees the locals of the body
		w.vars = w.vars[:outer]
	case *ast.IfStmt:
		w.expr(st.Condition)
		w.block(st.Then)
		w.block(st.Else)
	case *ast.NumberForStmt:
		w.exprs([]ast.Expr{st.Init, st.Limit, st.Step})
		w.loop([]string{st.Name}, st.Stmts)
	case *ast.GenericForStmt:
		w.exprs(st.Exprs)
		w.loop(st.Names, st.Stmts)
	case *ast.FuncDefStmt:
		w.funcDef(st)
	case *ast.ReturnStmt:
		w.exprs(st.Exprs)
	}
}

func (w *walker) loop(names []string, body []ast.Stmt) {
	outer := len(w.vars)
	for _, name := range names {
		w.declare(name, "")
	}
	w.block(body)
	w.vars = w.vars[:outer]
}

func (w *walker) localAssign(st *ast.LocalAssignStmt) {
	if len(st.Exprs) == 1 && len(st.Names) == 1 {
		if f, ok := st.Exprs[0].(*ast.FunctionExpr); ok { // local function: it sees itself
			w.declare(st.Names[0], "")
			w.function(f, "")
			return
		}
	}
	w.exprs(st.Exprs)
	paths := make([]string, len(st.Names))
	for i := range st.Names {
		if i < len(st.Exprs) {
			paths[i] = w.path(st.Exprs[i])
		}
	}
	for i, name := range st.Names {
		w.declare(name, paths[i])
	}
}

func (w *walker) funcDef(st *ast.FuncDefStmt) {
	self := ""
	if st.Name.Receiver != nil {
		self = "self"
		w.assign(&ast.AttrGetExpr{Object: st.Name.Receiver, Key: &ast.StringExpr{Value: st.Name.Method}})
	} else {
		w.assign(st.Name.Func)
	}
	w.function(st.Func, self)
}

// function walks a body; self is the name of a method's hidden parameter.
func (w *walker) function(f *ast.FunctionExpr, self string) {
	outer := len(w.vars)
	if self != "" {
		w.declare(self, "")
	}
	for _, name := range f.ParList.Names {
		w.declare(name, "")
	}
	w.block(f.Stmts)
	w.vars = w.vars[:outer]
}

// assign walks the target of an assignment: what is in front of its last name is read.
func (w *walker) assign(target ast.Expr) {
	switch t := target.(type) {
	case *ast.IdentExpr:
		w.visit.assign(t, w.local(t.Value))
	case *ast.AttrGetExpr:
		w.object(t.Object)
		w.expr(t.Key)
		w.visit.assign(t, nil)
	}
}

// object walks what a field is taken of. _G does not get away by that.
func (w *walker) object(e ast.Expr) {
	if w.path(e) != "_G" {
		w.expr(e)
	}
}

func (w *walker) exprs(list []ast.Expr) {
	for _, e := range list {
		w.expr(e)
	}
}

func (w *walker) expr(e ast.Expr) {
	switch e := e.(type) {
	case *ast.IdentExpr:
		if w.local(e.Value) == nil {
			if e.Value == "_G" {
				w.visit.escape()
			}
			w.visit.global(e.Value, e.Line())
		}
	case *ast.AttrGetExpr:
		w.attr(e, false)
	case *ast.FuncCallExpr:
		w.call(e)
	case *ast.FunctionExpr:
		w.function(e, "")
	case *ast.TableExpr:
		for _, f := range e.Fields {
			w.expr(f.Key)
			w.expr(f.Value)
		}
	case *ast.LogicalOpExpr:
		w.exprs([]ast.Expr{e.Lhs, e.Rhs})
	case *ast.RelationalOpExpr:
		w.exprs([]ast.Expr{e.Lhs, e.Rhs})
	case *ast.StringConcatOpExpr:
		w.exprs([]ast.Expr{e.Lhs, e.Rhs})
	case *ast.ArithmeticOpExpr:
		w.exprs([]ast.Expr{e.Lhs, e.Rhs})
	case *ast.UnaryMinusOpExpr:
		w.expr(e.Expr)
	case *ast.UnaryNotOpExpr:
		w.expr(e.Expr)
	case *ast.UnaryLenOpExpr:
		w.expr(e.Expr)
	}
}

// attr walks a.b.
func (w *walker) attr(e *ast.AttrGetExpr, called bool) {
	w.object(e.Object)
	key, ok := e.Key.(*ast.StringExpr)
	if !ok {
		w.expr(e.Key)
		return
	}
	line := e.Key.Line()
	if line == 0 {
		line = e.Line()
	}
	switch owner := w.path(e.Object); owner {
	case "": // anything
	case "_G":
		w.visit.global(key.Value, line)
	default:
		w.visit.field(owner, key.Value, line, called)
	}
}

func (w *walker) call(e *ast.FuncCallExpr) {
	path := ""
	switch f := e.Func.(type) {
	case nil:
		w.expr(e.Receiver)
	case *ast.AttrGetExpr:
		w.attr(f, true)
		path = w.path(f)
	default:
		w.expr(f)
		path = w.path(f)
	}
	w.visit.call(path, e)
	for i, arg := range e.Args {
		if i == 0 && looksOnly[path] {
			w.object(arg)
			continue
		}
		w.expr(arg)
	}
}

// looksOnly are the functions that may get _G and leave it as it is.
var looksOnly = map[string]bool{"pairs": true, "next": true, "rawget": true, "rawset": true, "type": true, "tostring": true, "getmetatable": true}

// path is the dotted name of the global thing that an expression stands for, "" if it may be anything.
func (w *walker) path(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.IdentExpr:
		if v := w.local(e.Value); v != nil {
			return v.path
		}
		return e.Value
	case *ast.AttrGetExpr:
		owner := w.path(e.Object)
		key, ok := e.Key.(*ast.StringExpr)
		switch {
		case owner == "" || !ok:
			return ""
		case owner == "_G":
			return key.Value
		}
		return owner + "." + key.Value
	case *ast.FuncCallExpr:
		if name, ok := constantArg(e, 0); ok && e.Func != nil && w.path(e.Func) == "require" && w.state.hasGlobal(name) {
			return name
		}
	}
	return ""
}

// constantArg is an argument that is a string literal.
func constantArg(e *ast.FuncCallExpr, i int) (string, bool) {
	if i >= len(e.Args) {
		return "", false
	}
	s, ok := e.Args[i].(*ast.StringExpr)
	if !ok {
		return "", false
	}
	return s.Value, true
}
