// Package repl is the prompt: it reads Lua, runs it and prints the results.
package repl

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"nslua/lua"
	"nslua/lua/repl/editor"
)

// Editor reads what a person types.
type Editor interface {
	// Read reads one input: lines until they are whole. At the end of the input it
	// returns io.EOF, and editor.ErrInterrupted if it was given up.
	Read(r editor.Request) (string, error)
	// Interrupt ends a Read that waits, or else the next one. Any goroutine may call it.
	Interrupt()
}

// Host is the program around the prompt.
type Host interface {
	// Reading surrounds the time in which the editor reads: signals go to interrupt. Nil ends it.
	Reading(interrupt func())
	// Stopped is told of an input that a signal has stopped. It returns false if the prompt is to end.
	Stopped() bool
	// Report describes an error on the standard error.
	Report(err error)
	// JSON is a value as JSON.
	JSON(v lua.Value) (string, error)
	// Where says which world the prompt is in.
	Where() Where
	// Names lists what exists, for completion: "interface", "pid" or "namespace".
	Names(kind string) []string
	// Snapshot is the state of the kernel as far as the shell changes it.
	Snapshot() (Snapshot, error)
}

// Where says where a prompt is.
type Where struct {
	Changed []string // kinds of namespaces that are others than at the start
	Root    bool
	OnHost  bool // in the user namespace of the machine
}

// Options configure a Prompt.
type Options struct {
	State    *lua.State
	Editor   Editor
	Host     Host
	History  *editor.History
	Out, Err io.Writer
	Terminal bool // Out is one, and a person reads it
	Color    bool // of Out
	Size     func() (columns, rows int)
	Results  func([]lua.Value) error // prints what every input gave; nil: the prompt does, for expressions
	Sources  map[string]string       // texts of the chunks, by name: those that ran before, and the inputs
}

// Prompt runs what an Editor reads, one input at a time.
type Prompt struct {
	Options
	settings settings
	count    int
	last     entry   // the latest input that ran
	entries  []entry // those that succeeded
	failure  error   // the latest error
	recorder recorder
	leaving  bool
	code     int
}

// entry is an input and what is known of it.
type entry struct {
	text       string
	expression bool
	truth      string // of its result, if that is a boolean
	commands   []lua.Explanation
	checks     []string // Lua that asserts what it has changed in the kernel
	// How many things were to be undone before it and after it.
	pendingBefore, pendingAfter int
}

// New makes a prompt.
func New(o Options) *Prompt {
	return &Prompt{Options: o, settings: defaults()}
}

// Loop reads and runs until the input ends. It returns the exit code that the last input asked for.
func (p *Prompt) Loop() (code int, err error) {
	p.recorder.start(p)
	defer p.recorder.stop()
	err = p.loop("")
	return p.code, err
}

func (p *Prompt) loop(inside string) error {
	for !p.leaving {
		text, err := p.read(inside)
		switch {
		case errors.Is(err, io.EOF):
			if inside != "" || p.mayLeave() {
				return nil
			}
		case errors.Is(err, editor.ErrInterrupted):
			if !p.Host.Stopped() {
				p.leaving = true
			}
		case err != nil:
			return err
		default:
			p.input(text)
		}
	}
	return nil
}

// read reads one input.
func (p *Prompt) read(inside string) (string, error) {
	if err := p.State.Flush(); err != nil {
		return "", err
	}
	first, style := p.label(inside)
	p.Host.Reading(p.Editor.Interrupt)
	defer p.Host.Reading(nil)
	return p.Editor.Read(editor.Request{
		Prompt: first, Style: style, More: strings.Repeat(" ", max(len(first)-3, 0)) + "-> ", Whole: p.whole,
	})
}

// label is the prompt: "nslua [net+uts]# ".
func (p *Prompt) label(inside string) (text, style string) {
	w := p.Host.Where()
	text, style = "nslua", "1"
	if inside != "" {
		text += " " + inside
	}
	if len(w.Changed) > 0 {
		text += " [" + strings.Join(w.Changed, "+") + "]"
	}
	switch {
	case w.Root && w.OnHost:
		return text + " host# ", "1;31"
	case w.Root:
		return text + "# ", style
	}
	return text + "> ", style
}

// whole reports whether a text is complete: Lua, or a command of the prompt's own.
func (p *Prompt) whole(text string) bool {
	if kind, _ := command(text); kind != luaInput {
		return true
	}
	if strings.TrimSpace(text) == "" {
		return true
	}
	_, err := p.State.LoadInput(text, "input")
	var syntax *lua.SyntaxError
	return !errors.As(err, &syntax) || !syntax.Incomplete
}

// input does one input.
func (p *Prompt) input(text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	if err := p.History.Add(text); err != nil {
		fmt.Fprintf(p.Err, "history: %v\n", err)
		p.History = nil
	}
	kind, rest := command(text)
	if kind == luaInput {
		p.eval(text)
		return
	}
	if err := p.do(kind, rest); err != nil {
		p.failed(err)
	}
}

// eval runs Lua.
func (p *Prompt) eval(text string) {
	p.count++
	name := fmt.Sprintf("[%d]", p.count)
	p.Sources[name] = text
	in, err := p.State.LoadInput(text, name)
	if err != nil {
		p.failed(err)
		return
	}
	p.last = entry{text: text, expression: in.Expression, pendingBefore: len(p.State.Pending())}
	p.recorder.before()
	o, took := p.timed(func() lua.Outcome { return p.State.Run(in.Run) })
	p.last.truth = truth(o.Results)
	if !p.ended(o) {
		p.recorder.after(false)
		return
	}
	if p.Results != nil {
		if err := p.Results(o.Results); err != nil {
			p.failed(err)
		}
	} else if in.Expression {
		p.remember(o.Results)
		if !p.ended(p.show(o.Results)) {
			p.recorder.after(false)
			return
		}
	}
	p.succeeded()
	if p.settings.timing {
		fmt.Fprintf(p.Err, "%v\n", took)
	}
}

// succeeded keeps the last input for :save.
func (p *Prompt) succeeded() {
	p.recorder.after(true)
	p.last.pendingAfter = len(p.State.Pending())
	p.entries = append(p.entries, p.last)
}

// ended says how a run has ended; ok is whether it was well.
func (p *Prompt) ended(o lua.Outcome) (ok bool) {
	switch {
	case o.Stop != nil && o.Stop.Exit:
		p.leaving, p.code = true, o.Stop.Code&0xff
		return false
	case o.Stop != nil:
		p.State.Flush() // what fails here fails again at the end
		if p.Host.Stopped() {
			fmt.Fprintln(p.Err, "interrupted")
		} else {
			p.leaving = true
		}
		return false
	case o.Err != nil:
		p.failed(o.Err)
		return false
	}
	return true
}

func (p *Prompt) failed(err error) {
	p.failure = err
	p.Host.Report(err)
}

// maxResults is how many earlier results are kept.
const maxResults = 9

// remember makes a result the global _, and the ones before it _1, _2 and so on.
func (p *Prompt) remember(results []lua.Value) {
	if len(results) == 0 || results[0] == lua.Nil {
		return
	}
	name := func(i int) string {
		if i == 0 {
			return "_"
		}
		return fmt.Sprintf("_%d", i)
	}
	globals, ok := p.State.Global("_G").(*lua.Table)
	if !ok {
		return
	}
	for i := maxResults; i > 0; i-- {
		if v := globals.RawGetString(name(i - 1)); v != lua.Nil {
			globals.RawSetString(name(i), v)
		}
	}
	globals.RawSetString("_", results[0])
}

// mayLeave asks before it undoes something.
func (p *Prompt) mayLeave() bool {
	pending := p.State.Pending()
	if len(pending) == 0 || !p.Terminal {
		return true
	}
	fmt.Fprintf(p.Err, "Leaving undoes %s.\n", list(pending))
	p.Host.Reading(p.Editor.Interrupt)
	defer p.Host.Reading(nil)
	answer, err := p.Editor.Read(editor.Request{Prompt: "Leave? [y/N] "})
	if errors.Is(err, editor.ErrInterrupted) {
		p.leaving = !p.Host.Stopped()
		return p.leaving
	}
	return err == io.EOF || err == nil && strings.HasPrefix(strings.ToLower(strings.TrimSpace(answer)), "y")
}

// list is names for a sentence: "a, b and 2 more".
func list(names []string) string {
	const most = 4
	if len(names) <= most {
		if len(names) < 2 {
			return strings.Join(names, "")
		}
		return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
