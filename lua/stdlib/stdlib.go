// Package stdlib is the Lua standard library of nslua: what Lua 5.1 has, with
// the handy parts of 5.2 to 5.4, on gopher-lua's virtual machine.
//
// It holds base, coroutine, debug, table, string, math, os, io, utf8, bit and
// json. The functions that need the world around them are the host's: require
// and package, os.execute and io.popen. A host that stops scripts from outside
// also brings its own pcall and xpcall.
package stdlib

import (
	"bufio"
	_ "embed"
	"io"

	lua "github.com/yuin/gopher-lua"
)

// Docs describes, in LuaLS notation, what is not in the Lua 5.1 manual.
//
//go:embed stdlib.d.lua
var Docs string

// Output is a buffered writer.
type Output interface {
	io.Writer
	Flush() error
}

// Host is the process around the library. One Host serves one state.
type Host struct {
	Stdout Output        // print and io.write; the host flushes it at exit
	Stdin  *bufio.Reader // io.read
	Stderr io.Writer     // io.stderr, unbuffered

	// Poll is asked in every long loop. An error ends the loop and is raised.
	// It may be nil.
	Poll func() error

	// Exit ends the script with a status, as os.exit asks. If it returns, the
	// script goes on until the host stops it.
	Exit func(code int)

	files fileSet
}

// Flush writes out what is buffered for the standard output and for files. A
// host calls it before a child process starts, and at exit.
func (h *Host) Flush() error {
	return firstError(h.Stdout.Flush(), h.files.flush())
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// library is the state behind the functions of one Lua state.
type library struct {
	*Host
	names    []namedFunction
	patterns map[string]*pattern
	line     []byte // print's buffer
	random   randomSource
	input    *lua.LUserData // io.input()
	output   *lua.LUserData // io.output()
	fileMeta *lua.LTable
	stdout   *file
	json     jsonValues
}

type namedFunction struct {
	name string
	fn   *lua.LFunction
}

// function is one entry of a library table.
type function struct {
	name string
	fn   lua.LGFunction
}

// Open puts the library into the globals of L.
func Open(L *lua.LState, h *Host) {
	b := &library{Host: h, patterns: map[string]*pattern{}}
	b.openBase(L)
	b.openCoroutine(L)
	openUpstream(L, lua.DebugLibName, lua.OpenDebug)
	b.openString(L)
	b.openTable(L)
	b.openMath(L)
	b.openOS(L)
	b.openIO(L)
	b.openUTF8(L)
	b.openBit(L)
	b.openJSON(L)
}

// openUpstream opens one of gopher-lua's own libraries.
func openUpstream(L *lua.LState, name string, open lua.LGFunction) {
	L.Push(L.NewFunction(open))
	L.Push(lua.LString(name))
	L.Call(1, 0)
}

// module makes the global table called name, which require finds as well.
func (b *library) module(L *lua.LState, name string, functions []function) *lua.LTable {
	t := L.RegisterModule(name, nil).(*lua.LTable)
	b.register(L, t, functions)
	return t
}

// register adds functions to t. Argument errors call them by these names.
func (b *library) register(L *lua.LState, t *lua.LTable, functions []function) {
	for _, f := range functions {
		fn := L.NewFunction(f.fn)
		b.names = append(b.names, namedFunction{f.name, fn})
		t.RawSetString(f.name, fn)
	}
}

// pollInterval is the number of steps between two calls of Poll.
const pollInterval = 4096

// meter counts the steps of a loop in Go and asks the host now and then.
type meter struct {
	b    *library
	L    *lua.LState
	left int
}

func (b *library) meter(L *lua.LState) meter { return meter{b, L, pollInterval} }

// spend counts n steps.
func (m *meter) spend(n int) {
	if m.left -= n; m.left < 0 {
		m.left = pollInterval
		m.b.poll(m.L)
	}
}

// passByte counts the bytes of a text by the index of the present one, cheaply.
func (m *meter) passByte(i int) {
	if i&0xfff == 0 {
		m.spend(pollInterval / 16)
	}
}

func (b *library) poll(L *lua.LState) {
	if b.Poll == nil {
		return
	}
	if err := b.Poll(); err != nil {
		raise(L, err)
	}
}
