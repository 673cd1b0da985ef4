package lua

import (
	"fmt"
	"reflect"
	"strings"
	"unsafe"

	glua "github.com/yuin/gopher-lua"
)

// gopher-lua ends a caught error wrongly: raising one detaches the captured
// locals of every active function, of those too that go on running after the
// pcall, so a counter that a closure increments stops counting for its owner. It
// does not do so while an error handler is set (the unexported hasErrorFunc). So
// that field is kept true, and every protected call here has a handler, which
// detaches what really ends: the locals above the call.

//go:linkname closeUpvalues github.com/yuin/gopher-lua.(*LState).closeUpvalues
func closeUpvalues(l *glua.LState, from int)

//go:linkname currentLocalBase github.com/yuin/gopher-lua.(*LState).currentLocalBase
func currentLocalBase(l *glua.LState) int

var hasErrorFunc = func() uintptr {
	f, ok := reflect.TypeFor[glua.LState]().FieldByName("hasErrorFunc")
	if !ok || f.Type.Kind() != reflect.Bool {
		panic("lua: this gopher-lua has no LState.hasErrorFunc")
	}
	return f.Offset
}()

func keepUpvalues(l *glua.LState) {
	*(*bool)(unsafe.Add(unsafe.Pointer(l), hasErrorFunc)) = true
}

// protection is what a protected call needs to know when an error passes it.
type protection struct {
	s       *State
	base    int       // registers from here on end with the error
	handler *Function // xpcall's
	trace   bool
	raised  *Raised
}

// protect calls the function below the nargs values on the stack, as
// LState.PCall does, and returns what it raised.
func (s *State) protect(l *glua.LState, nargs int, handler *Function, trace bool) *Raised {
	p := &protection{s: s, base: currentLocalBase(l) + l.GetTop() - nargs - 1, handler: handler, trace: trace}
	s.depth[l]++
	thread := l.G.CurrentThread
	keepUpvalues(l)
	err := l.PCall(nargs, glua.MultRet, l.NewFunction(p.caught))
	keepUpvalues(l)
	if s.depth[l]--; s.depth[l] == 0 {
		delete(s.depth, l)
	}
	if err == nil {
		return nil
	}
	l.G.CurrentThread = thread // a wrapped coroutine that failed leaves itself there
	if p.raised == nil {
		p.raised = s.overflow(err.(*glua.ApiError))
	}
	return p.raised
}

// overflow describes the error for which the handler could not run: the call stack is full.
func (s *State) overflow(err *glua.ApiError) *Raised {
	_, trace, _ := strings.Cut(err.StackTrace, "stack traceback:\n")
	trace = strings.TrimSuffix(strings.TrimSuffix(trace, "\n"), "\n\t[G]: ?") // the host itself
	trace = strings.ReplaceAll(strings.ReplaceAll(trace, "\t", ""), ": in ", " in ")
	chunk, line := position(trace)
	text := fmt.Sprintf("%s:%d: stack overflow: over %d calls deep, a recursion without end?", chunk, line, callStackSize)
	return &Raised{Value: String(text), Traceback: trace, state: s}
}

// caught runs where the error happened, its frames still in place.
func (p *protection) caught(l *glua.LState) int {
	v := l.Get(1)
	if text, ok := v.(String); ok && strings.HasPrefix(string(text), "runtime error: ") {
		v = p.s.errorValue(l, &Error{Code: "EFAULT", Message: "internal error, a bug in nslua: " + string(text)})
	}
	p.raised = p.s.raised(l, v, p.trace)
	if p.handler != nil && !p.s.unwind.pending() {
		l.Push(p.handler)
		l.Push(v)
		l.Call(1, 1)
		p.raised.Value = l.Get(-1)
	}
	closeUpvalues(l, p.base)
	return 0
}

// raised describes a raised value; with trace it notes where that was.
func (s *State) raised(l *glua.LState, v Value, trace bool) *Raised {
	r := &Raised{Value: v, state: s}
	if trace {
		r.Traceback = traceback(l, 1)
	}
	return r
}

// invoke calls fn in the coroutine l. An error comes back as a *Raised.
func (s *State) invoke(l *glua.LState, fn Value, args []Value) ([]Value, error) {
	top := l.GetTop()
	l.Push(fn)
	for _, a := range args {
		l.Push(a)
	}
	if raised := s.protect(l, len(args), nil, true); raised != nil {
		l.SetTop(top)
		return nil, raised
	}
	results := make([]Value, l.GetTop()-top)
	for i := range results {
		results[i] = l.Get(top + 1 + i)
	}
	l.SetTop(top)
	return results, nil
}

// Invoke calls fn on the main coroutine.
func (s *State) Invoke(fn Value, args ...Value) ([]Value, error) { return s.invoke(s.l, fn, args) }

// openProtect puts in the pcall, xpcall and coroutine functions that go with all this.
func (s *State) openProtect() {
	g := s.globals()
	g.RawSetString("pcall", s.l.NewFunction(s.pcall))
	g.RawSetString("xpcall", s.l.NewFunction(s.xpcall))
	exit := g.RawGetString("os").(*Table).RawGetString("exit").(*Function)
	leave := exit.GFunction
	exit.GFunction = func(l *glua.LState) int {
		n := leave(l)
		s.unwind.raise(l)
		return n
	}
	co := g.RawGetString("coroutine").(*Table)
	create := co.RawGetString("create").(*Function).GFunction
	yield := co.RawGetString("yield").(*Function).GFunction
	co.RawSetString("create", s.l.NewFunction(func(l *glua.LState) int {
		n := create(l)
		keepUpvalues(l.ToThread(-1))
		return n
	}))
	wrap := co.RawGetString("wrap").(*Function).GFunction
	co.RawSetString("wrap", s.l.NewFunction(func(l *glua.LState) int {
		n := wrap(l)
		keepUpvalues(l.Get(-1).(*Function).Upvalues[0].Value().(*glua.LState))
		return n
	}))
	co.RawSetString("yield", s.l.NewFunction(func(l *glua.LState) int {
		if l == s.l {
			l.RaiseError("attempt to yield from outside a coroutine")
		}
		if s.depth[l] > 0 {
			l.RaiseError("attempt to yield across a pcall")
		}
		return yield(l)
	}))
}

func (s *State) pcall(l *glua.LState) int {
	l.CheckAny(1)
	return s.report(l, s.protect(l, l.GetTop()-1, nil, false))
}

func (s *State) xpcall(l *glua.LState) int {
	l.CheckAny(1)
	handler := l.CheckFunction(2)
	l.Remove(2)
	return s.report(l, s.protect(l, l.GetTop()-1, handler, false))
}

// report leaves pcall's results on the stack: only they are on it.
func (s *State) report(l *glua.LState, raised *Raised) int {
	if raised == nil {
		l.Insert(glua.LTrue, 1)
		return l.GetTop()
	}
	l.Push(glua.LFalse)
	l.Push(raised.Value)
	return 2
}
