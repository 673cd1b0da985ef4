package lua

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	glua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"

	"nslua/lua/stdlib"
)

// SyntaxError is a chunk that does not parse.
type SyntaxError struct {
	Chunk   string
	Line    int // 0: at the end
	Message string
	// Incomplete says that the text ended too early: a prompt should read on.
	Incomplete bool
}

func (e *SyntaxError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.Chunk, e.Message)
	}
	return fmt.Sprintf("%s:%d: %s", e.Chunk, e.Line, e.Message)
}

// Load compiles a chunk of Lua. name appears in errors. A first line that begins with # is skipped.
func (s *State) Load(text, name string) (*Function, error) {
	proto, err := compile(text, name)
	if err != nil {
		return nil, err
	}
	return s.l.NewFunctionFromProto(proto), nil
}

func compile(text, name string) (proto *glua.FunctionProto, err error) {
	if strings.HasPrefix(text, "\x1bLua") || strings.ContainsRune(text, 0) {
		return nil, &SyntaxError{Chunk: name, Message: "not a text file; Lua source is expected"}
	}
	text = strings.TrimPrefix(text, "\ufeff") // some editors begin a file with a byte order mark
	if strings.HasPrefix(text, "#") {
		text = "--" + text
	}
	defer func() {
		if r := recover(); r != nil { // the parser gives up on some input by a Go panic
			err = &SyntaxError{Chunk: name, Message: fmt.Sprint(r)}
		}
	}()
	chunk, err := parse.Parse(bytes.NewReader([]byte(text)), name)
	if err != nil {
		return nil, syntaxError(name, err)
	}
	if err := stdlib.Prepare(chunk); err != nil {
		return nil, syntaxError(name, err)
	}
	proto, err = glua.Compile(chunk, name)
	if err != nil {
		return nil, syntaxError(name, err)
	}
	return proto, nil
}

func syntaxError(name string, err error) *SyntaxError {
	e := &SyntaxError{Chunk: name, Message: err.Error()}
	var p *parse.Error
	if errors.As(err, &p) {
		e.Message = p.Message
		if p.Token != "" {
			e.Message += " near '" + p.Token + "'"
		}
		if p.Pos.Line == parse.EOF {
			e.Incomplete, e.Message = true, "the text ends in the middle of a statement"
		} else {
			e.Line = p.Pos.Line
		}
	}
	var c *glua.CompileError
	if errors.As(err, &c) {
		e.Line, e.Message = c.Line, c.Message
	}
	return e
}

// Outcome is how a chunk ended.
type Outcome struct {
	Results []Value
	Stop    *Stop // it was interrupted, or called os.exit
	Err     error // a *SyntaxError, a *Raised or a file's error
}

// RunFile runs the file at path, "-" being the standard input; args are its "...".
func (s *State) RunFile(path string, args ...string) Outcome {
	var text []byte
	var err error
	if path == "-" {
		path = "stdin"
		text, err = readAll(stdinReader{s})
	} else {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return s.outcome(nil, err)
	}
	return s.RunString(string(text), path, args...)
}

// RunString runs a chunk.
func (s *State) RunString(text, name string, args ...string) Outcome {
	f, err := s.Load(text, name)
	if err != nil {
		return Outcome{Err: err}
	}
	values := make([]Value, len(args))
	for i, a := range args {
		values[i] = String(a)
	}
	return s.Run(f, values...)
}

// Run calls a function as a whole program: os.exit and an interrupt end it.
func (s *State) Run(f *Function, args ...Value) Outcome {
	return s.outcome(s.Invoke(f, args...))
}

func (s *State) outcome(results []Value, err error) Outcome {
	o := Outcome{Results: results, Stop: s.unwind.clear(), Err: err}
	if o.Stop != nil {
		o.Results, o.Err = nil, nil
	}
	return o
}

// runModule runs the Lua source of a module and returns its table.
func (s *State) runModule(m *Module) *Table {
	f, err := s.Load(m.Source, m.Name+".lua")
	if err == nil {
		var out []Value
		if out, err = s.Invoke(f); err == nil {
			if t, ok := out[0].(*Table); ok {
				return t
			}
			err = fmt.Errorf("returned no table")
		}
	}
	s.raise(s.l, "module "+m.Name, err)
	return nil
}

// Report describes an uncaught error for a person: where, what failed, the
// source line, the hint and the traceback. source gives the text of a chunk by
// name, ok false if it is not at hand.
func (s *State) Report(err error, source func(chunk string) (text string, ok bool)) string {
	var b strings.Builder
	var r *Raised
	if !errors.As(err, &r) {
		fmt.Fprintf(&b, "%s\n", err)
		var syn *SyntaxError
		if errors.As(err, &syn) {
			quote(&b, syn.Chunk, syn.Line, source, "", syn.Message)
		}
		return b.String()
	}
	trace, hint, op, message := r.Traceback, "", "", s.text(r.Value)
	if t, ok := r.Value.(*Table); ok && s.isError(r.Value) {
		if own, ok := t.RawGetString("traceback").(String); ok {
			trace = string(own)
		}
		if o, ok := t.RawGetString("op").(String); ok {
			op = string(o)
		}
		if h, ok := t.RawGetString("hint").(String); ok {
			hint = string(h)
			message = strings.TrimSuffix(message, "\nhint: "+hint)
		}
	}
	chunk, line := position(trace)
	if line > 0 && !strings.HasPrefix(message, chunk+":") {
		message = fmt.Sprintf("%s:%d: %s", chunk, line, message)
	}
	fmt.Fprintf(&b, "%s\n", message)
	quote(&b, chunk, line, source, op, message)
	if hint != "" {
		fmt.Fprintf(&b, "hint: %s\n", hint)
	}
	if trace != "" {
		fmt.Fprintf(&b, "traceback:\n  %s\n", strings.ReplaceAll(trace, "\n", "\n  "))
	}
	return b.String()
}

// position is the innermost place in Lua code of a traceback.
func position(trace string) (chunk string, line int) {
	for _, l := range strings.Split(trace, "\n") {
		where, _, _ := strings.Cut(l, " in ")
		if i := strings.LastIndexByte(where, ':'); i > 0 {
			if n, err := strconv.Atoi(where[i+1:]); err == nil {
				return where[:i], n
			}
		}
	}
	return "", 0
}

// quote shows a source line with its number, and a mark below what is at fault.
func quote(b *strings.Builder, chunk string, line int, source func(string) (string, bool), op, message string) {
	if line <= 0 || source == nil {
		return
	}
	text, ok := source(chunk)
	if !ok {
		return
	}
	lines := strings.Split(text, "\n")
	if line <= len(lines) {
		text := shorten(strings.TrimRight(lines[line-1], " \t\r"))
		fmt.Fprintf(b, "%5d | %s\n", line, text)
		if indent, ok := caret(text, op, message); ok {
			fmt.Fprintf(b, "      | %s^\n", indent)
		}
	}
}

// shorten keeps a line that no person wrote from filling the screen.
func shorten(line string) string {
	const longest = 160
	if utf8.RuneCountInString(line) <= longest {
		return line
	}
	return string([]rune(line)[:longest]) + " …"
}
