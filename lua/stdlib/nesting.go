package stdlib

import (
	"fmt"

	"github.com/yuin/gopher-lua/ast"
)

// maxSyntaxDepth is how deep statements and expressions may nest. The compiler
// recurses, and a Go stack that overflows ends the process.
const maxSyntaxDepth = 10000

// Prepare makes a chunk fit for the compiler: it refuses one that is nested too
// deeply, and spells the numerals that the compiler misreads in another way.
func Prepare(chunk []ast.Stmt) error {
	n := nesting{}
	n.stmts(chunk, 0)
	if n.deep {
		return fmt.Errorf("line %d: over %d levels of nesting", n.line, maxSyntaxDepth)
	}
	return nil
}

// nesting looks for the first place that is too deep.
type nesting struct {
	deep bool
	line int // of the last statement
}

func (n *nesting) enter(depth int) bool {
	n.deep = n.deep || depth > maxSyntaxDepth
	return !n.deep
}

func (n *nesting) stmts(list []ast.Stmt, depth int) {
	for _, st := range list {
		if !n.enter(depth) {
			return
		}
		n.line = max(n.line, st.Line())
		n.stmt(st, depth+1)
	}
}

func (n *nesting) stmt(st ast.Stmt, depth int) {
	switch st := st.(type) {
	case *ast.AssignStmt:
		n.exprs(st.Lhs, depth)
		n.exprs(st.Rhs, depth)
	case *ast.LocalAssignStmt:
		n.exprs(st.Exprs, depth)
	case *ast.FuncCallStmt:
		n.expr(st.Expr, depth)
	case *ast.DoBlockStmt:
		n.stmts(st.Stmts, depth)
	case *ast.WhileStmt:
		n.expr(st.Condition, depth)
		n.stmts(st.Stmts, depth)
	case *ast.RepeatStmt:
		n.expr(st.Condition, depth)
		n.stmts(st.Stmts, depth)
	case *ast.IfStmt:
		n.expr(st.Condition, depth)
		n.stmts(st.Then, depth)
		n.stmts(st.Else, depth)
	case *ast.NumberForStmt:
		n.exprs([]ast.Expr{st.Init, st.Limit, st.Step}, depth)
		n.stmts(st.Stmts, depth)
	case *ast.GenericForStmt:
		n.exprs(st.Exprs, depth)
		n.stmts(st.Stmts, depth)
	case *ast.FuncDefStmt:
		n.exprs([]ast.Expr{st.Name.Func, st.Name.Receiver}, depth)
		n.stmts(st.Func.Stmts, depth)
	case *ast.ReturnStmt:
		n.exprs(st.Exprs, depth)
	}
}

func (n *nesting) exprs(list []ast.Expr, depth int) {
	for _, e := range list {
		n.expr(e, depth)
	}
}

func (n *nesting) expr(e ast.Expr, depth int) {
	if !n.enter(depth) {
		return
	}
	depth++
	switch e := e.(type) {
	case *ast.AttrGetExpr:
		n.expr(e.Object, depth)
		n.expr(e.Key, depth)
	case *ast.FuncCallExpr:
		n.expr(e.Func, depth)
		n.expr(e.Receiver, depth)
		n.exprs(e.Args, depth)
	case *ast.NumberExpr:
		e.Value = numeral(e.Value)
	case *ast.FunctionExpr:
		n.stmts(e.Stmts, depth)
	case *ast.TableExpr:
		for _, f := range e.Fields {
			n.expr(f.Key, depth)
			n.expr(f.Value, depth)
		}
	case *ast.LogicalOpExpr:
		n.exprs([]ast.Expr{e.Lhs, e.Rhs}, depth)
	case *ast.RelationalOpExpr:
		n.exprs([]ast.Expr{e.Lhs, e.Rhs}, depth)
	case *ast.StringConcatOpExpr:
		n.exprs([]ast.Expr{e.Lhs, e.Rhs}, depth)
	case *ast.ArithmeticOpExpr:
		n.exprs([]ast.Expr{e.Lhs, e.Rhs}, depth)
	case *ast.UnaryMinusOpExpr:
		n.expr(e.Expr, depth)
	case *ast.UnaryNotOpExpr:
		n.expr(e.Expr, depth)
	case *ast.UnaryLenOpExpr:
		n.expr(e.Expr, depth)
	}
}
