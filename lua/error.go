package lua

import (
	"errors"
	"fmt"
	"strings"
	"syscall"

	glua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

// Error is what Lua sees of a failed call: a table with these fields, whose
// tostring is one paragraph. Bindings return ordinary errors, which are turned
// into one; a binding that knows more returns an *Error itself.
type Error struct {
	Op      string // "mount.bind"
	Code    string // errno by name: "EPERM"
	Errno   int
	Message string
	Hint    string // the probable rule behind it and what to do
	Cause   error
}

func (e *Error) Error() string {
	if e.Op == "" {
		return e.Message
	}
	return e.Op + ": " + e.Message
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Raised is an error that Lua code raised with a value of its own.
type Raised struct {
	Value     Value
	Traceback string
	state     *State
}

func (r *Raised) Error() string { return r.state.text(r.Value) }

// hinted is an error with advice.
type hinted struct {
	error
	hint string
}

func (h hinted) Unwrap() error { return h.error }

// WithHint adds advice to an error: what rule probably refused the call and what to do. An empty hint adds nothing.
func WithHint(err error, hint string) error {
	if err == nil || hint == "" {
		return err
	}
	return hinted{err, hint}
}

// Hint is the advice an error carries.
func Hint(err error) string {
	var h hinted
	if errors.As(err, &h) {
		return h.hint
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Hint
	}
	return ""
}

// Invalid is an error for an argument that can't be right, before any system call.
func Invalid(format string, args ...any) error {
	return &Error{Code: "EINVAL", Errno: int(unix.EINVAL), Message: fmt.Sprintf(format, args...)}
}

// Errno is the errno behind an error, 0 if there is none.
func Errno(err error) syscall.Errno {
	var n syscall.Errno
	if errors.As(err, &n) {
		return n
	}
	return 0
}

// ErrnoName is the name of an errno as the manual pages have it.
func ErrnoName(n syscall.Errno) string {
	if n == unix.EOPNOTSUPP {
		return "EOPNOTSUPP" // ENOTSUP has the same number
	}
	return unix.ErrnoName(n)
}

// asError makes an *Error of any error.
func asError(op string, err error) *Error {
	e := &Error{Op: op, Message: err.Error(), Hint: Hint(err), Cause: err}
	var own *Error
	if errors.As(err, &own) {
		e.Code, e.Errno = own.Code, own.Errno
		if own.Op != "" {
			e.Op = own.Op
		}
		if err == error(own) || e.Message == own.Error() {
			e.Message = own.Message
		}
	}
	if e.Errno == 0 {
		if n := Errno(err); n != 0 {
			e.Errno, e.Code = int(n), ErrnoName(n)
		}
	}
	if e.Code != "" && e.Errno != 0 && !strings.Contains(e.Message, e.Code) && Errno(err) != 0 {
		e.Message += " (" + e.Code + ")"
	}
	e.Message = strings.TrimPrefix(e.Message, e.Op+": ")
	return e
}

// openErrors makes the metatable that all error objects share.
func (s *State) openErrors() {
	mt := s.l.NewTable()
	mt.RawSetString("__name", String("error"))
	mt.RawSetString("__tostring", s.l.NewFunction(func(l *glua.LState) int {
		l.Push(String(s.errorText(l.Get(1))))
		return 1
	}))
	mt.RawSetString("__concat", s.l.NewFunction(func(l *glua.LState) int {
		l.Push(String(s.text(l.Get(1)) + s.text(l.Get(2))))
		return 1
	}))
	s.errMeta = mt
	s.named[mt], s.byName["metatable error"] = "metatable error", mt
}

// errorValue makes the Lua object of an error.
func (s *State) errorValue(l *glua.LState, e *Error) *Table {
	t := s.record(R("op", nz(e.Op), "code", nz(e.Code), "message", e.Message, "hint", nz(e.Hint))).(*Table)
	if e.Errno != 0 {
		t.RawSetString("errno", Number(e.Errno))
	}
	if args := s.arguments(l); args != nil {
		t.RawSetString("args", args)
	}
	t.RawSetString("traceback", String(traceback(l, 1)))
	t.Metatable = s.errMeta
	return t
}

// arguments is the list of what the failing Go function was called with.
func (s *State) arguments(l *glua.LState) *Table {
	n := l.GetTop()
	if n == 0 {
		return nil
	}
	t := s.l.CreateTable(n, 0)
	for i := 1; i <= n; i++ {
		t.RawSetInt(i, l.Get(i))
	}
	return t
}

func nz(v string) any {
	if v == "" {
		return nil
	}
	return v
}

// errorText is tostring of an error object.
func (s *State) errorText(v Value) string {
	t, ok := v.(*Table)
	if !ok {
		return v.String()
	}
	field := func(name string) string {
		if f, ok := t.RawGetString(name).(String); ok {
			return string(f)
		}
		return ""
	}
	text := field("message")
	if op := field("op"); op != "" {
		text = op + ": " + text
	}
	if hint := field("hint"); hint != "" {
		text += "\nhint: " + hint
	}
	return text
}

// isError reports whether v is an error object.
func (s *State) isError(v Value) bool {
	t, ok := v.(*Table)
	return ok && t.Metatable == Value(s.errMeta)
}

// raise turns err into a Lua error at the caller's position. It does not return.
func (s *State) raise(l *glua.LState, op string, err error) {
	if errors.Is(err, ErrInterrupted) && s.unwind.pending() {
		s.unwind.raise(l)
	}
	var r *Raised
	if errors.As(err, &r) {
		l.Error(r.Value, 0)
	}
	l.Error(s.errorValue(l, asError(op, err)), 0)
}

// text is tostring, metamethods included.
func (s *State) text(v Value) string {
	if s.isError(v) {
		return s.errorText(v)
	}
	if handler := s.l.GetMetaField(v, "__tostring"); handler != Nil {
		if out, err := s.Invoke(handler, v); err == nil && len(out) > 0 {
			return out[0].String()
		}
	}
	return v.String()
}
