// Package lua is the engine under nslua: a Lua state with named modules, checked
// arguments, handles, error objects and interrupts. It wraps gopher-lua; nothing
// outside this folder imports that.
//
// A State and everything made with it belong to one goroutine. In the shell that
// goroutine is locked to the process's main thread, because namespaces belong to
// threads. Only State.Interrupt may be called from elsewhere.
package lua

import (
	"bufio"
	"io"
	"os"
	"reflect"

	glua "github.com/yuin/gopher-lua"

	"nslua/lua/stdlib"
)

// The values of Lua, under names that spare other packages the import.
type (
	Value    = glua.LValue
	Table    = glua.LTable
	Function = glua.LFunction
	String   = glua.LString
	Number   = glua.LNumber
	Bool     = glua.LBool
)

// Nil and True are Lua's nil and true.
var (
	Nil  = glua.LNil
	True = glua.LTrue
)

// Limits of a state. The call stack is what runaway recursion hits first; the
// registry must hold the operands of one unpack.
const (
	callStackSize = 2000
	registryStart = 4096
	registryMax   = 1 << 20
)

// Options configure a State. The zero value reads and writes nothing.
type Options struct {
	Modules []*Module // opened at first touch
	Stdin   *os.File
	Stdout  io.Writer
	Stderr  io.Writer
	Strict  bool     // reading an undefined global is an error
	Args    []string // arg[0], arg[1]…
	Journal Journal  // of what would outlive the process; may be nil
	Exe     *os.File // this program, for the children that run closures
}

// State is one Lua world.
type State struct {
	l        *glua.LState
	opts     Options
	out      *bufio.Writer
	std      *stdlib.Host
	modules  map[string]*Module
	types    map[reflect.Type]*Type
	named    map[Value]string // values a child process has too, by name
	byName   map[string]Value
	errMeta  *Table
	strict   bool
	defined  map[string]bool      // globals assigned nil on purpose
	depth    map[*glua.LState]int // protected calls under way in a coroutine
	handles  handleSet
	unwind   unwinder
	attached map[reflect.Type]any
	watch    []Observer
	place    *placeKeeper // with a tracer
	explain  *Explainer   // nil: nobody asks
	undo     *Scope
	docs     docs
}

// New makes a state with the standard library and the given modules.
func New(o Options) (*State, error) {
	if o.Stdout == nil {
		o.Stdout = io.Discard
	}
	if o.Stderr == nil {
		o.Stderr = io.Discard
	}
	s := &State{
		opts:     o,
		out:      bufio.NewWriterSize(o.Stdout, 16<<10),
		modules:  map[string]*Module{},
		types:    map[reflect.Type]*Type{},
		named:    map[Value]string{},
		attached: map[reflect.Type]any{},
		byName:   map[string]Value{},
		defined:  map[string]bool{},
		depth:    map[*glua.LState]int{},
	}
	if err := s.unwind.init(); err != nil {
		return nil, err
	}
	s.l = glua.NewState(glua.Options{
		SkipOpenLibs:        true,
		CallStackSize:       callStackSize,
		MinimizeStackMemory: true,
		IncludeGoStackTrace: true, // with it a full call stack still says where it was
		RegistrySize:        registryStart,
		RegistryMaxSize:     registryMax,
	})
	keepUpvalues(s.l)
	registerState(s)
	s.std = s.host()
	stdlib.Open(s.l, s.std)
	s.openErrors()
	s.openProtect()
	s.openUncallable()
	s.openGlobals()
	s.openScope()
	s.offerPlace()
	return s, nil
}

// host is what the standard library needs of the process around it.
func (s *State) host() *stdlib.Host {
	return &stdlib.Host{
		Stdout: s.out,
		Stdin:  bufio.NewReader(stdinReader{s}),
		Stderr: s.opts.Stderr,
		Poll:   s.unwind.err,
		Exit:   func(code int) { s.unwind.set(Stop{Exit: true, Code: code}) },
	}
}

// Exe is this program's executable, opened when it started; nil where closures
// can't be run in other processes.
func (s *State) Exe() *os.File { return s.opts.Exe }

// Stderr is where diagnostics go.
func (s *State) Stderr() io.Writer { return s.opts.Stderr }

// Flush writes out what print, io.write and open files have buffered.
func (s *State) Flush() error { return s.std.Flush() }

// Close undoes what the script's outermost scope holds, closes every handle that is still open and writes out
// buffered output. It returns the errors of all three.
func (s *State) Close() error {
	err := s.closeAll()
	s.withdrawPlace()
	unregisterState(s)
	s.unwind.close()
	s.l.Close()
	return err
}

// Global returns the global called name, opening a module of that name; Nil if there is none.
func (s *State) Global(name string) Value {
	if v := s.globals().RawGetString(name); v != Nil {
		return v
	}
	return s.openModule(name)
}

// SetGlobal sets a global.
func (s *State) SetGlobal(name string, v any) { s.globals().RawSetString(name, s.Value(v)) }

func (s *State) globals() *Table { return s.l.G.Global }

// NewTable makes an empty table.
func (s *State) NewTable() *Table { return s.l.NewTable() }

// Attached is a package's own data in a state, made at the first use. There is one for each type T.
func Attached[T any](s *State, make func() *T) *T {
	key := reflect.TypeFor[T]()
	if v, ok := s.attached[key]; ok {
		return v.(*T)
	}
	v := make()
	s.attached[key] = v
	return v
}
