package lua

import (
	glua "github.com/yuin/gopher-lua"
)

// Call is one call of a Go function by Lua: its arguments and, when it is done, its results.
type Call struct {
	s        *State
	l        *glua.LState
	fn       *Func
	results  []Value
	describe *Signature // set when only the signature is wanted
}

// State is the state the call runs in.
func (c *Call) State() *State { return c.s }

// Op is the name of the function called: "mount.bind".
func (c *Call) Op() string { return c.fn.op }

// NArgs is the number of arguments given, self included.
func (c *Call) NArgs() int { return c.l.GetTop() }

// Arg is the i-th argument from 1, Nil beyond the last.
func (c *Call) Arg(i int) Value {
	if i > c.l.GetTop() {
		return Nil
	}
	return c.l.Get(i)
}

// Return sets the results: anything that State.Value takes.
func (c *Call) Return(values ...any) error {
	c.results = make([]Value, len(values))
	for i, v := range values {
		c.results[i] = c.s.Value(v)
	}
	return nil
}

// ReturnValues sets results that are Lua values already.
func (c *Call) ReturnValues(values []Value) error {
	c.results = values
	return nil
}

// Self is the handle a method was called on. It is open: calls on a closed handle end before they start,
// except those of a method named close.
func Self[T Handle](c *Call) T {
	h, _ := c.l.Get(1).(*glua.LUserData)
	return h.Value.(T)
}

// Invoke calls fn in this call's coroutine. An error that fn raises comes back as a
// *Raised; returning it from the binding raises the same value again.
func (c *Call) Invoke(fn *Function, args ...Value) ([]Value, error) {
	return c.s.invoke(c.l, fn, args)
}

// Assign converts v for an Arg that takes several forms; target is as in Unpack.
func (c *Call) Assign(v Value, target any) error { return c.assign(v, target) }

// Function makes a Lua function of f, such as the iterator that a binding returns.
func (c *Call) Function(name string, f func(*Call) error) *Function {
	return c.s.function(&Func{Name: name, Run: f, op: c.fn.op, part: true})
}
