// Package repl is the prompt: it reads Lua, runs it and prints the results.
package repl

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"nslua/lua"
)

// Editor reads lines from a person.
type Editor interface {
	// ReadLine shows the prompt and returns the line without its end. At the end of
	// the input it returns io.EOF, and ErrInterrupted if Interrupt was called.
	ReadLine(prompt string) (string, error)
	// Interrupt ends a ReadLine that waits, or else the next one. Any goroutine may call it.
	Interrupt()
}

// ErrInterrupted is what a line that was given up ends with.
var ErrInterrupted = errors.New("interrupted")

// Prompt runs what an Editor reads, one chunk at a time.
type Prompt struct {
	State  *lua.State
	Editor Editor
	// Begin and End surround the time in which the editor reads.
	Begin, End func()
	// Run runs a chunk that compiled: name is how errors call it. False ends the prompt.
	Run func(f *lua.Function, name, text string) bool
	// Failed reports a chunk that did not compile.
	Failed func(err error, name, text string)
	// Interrupted is told of a line that was given up. False ends the prompt.
	Interrupted func() bool

	count int
}

const (
	firstPrompt = "nslua> "
	morePrompt  = "    -> "
)

// Loop reads and runs until the input ends or a function of the Prompt says so.
func (p *Prompt) Loop() error {
	for {
		p.count++
		name := fmt.Sprintf("[%d]", p.count)
		text, f, err := p.chunk(name)
		var syntax *lua.SyntaxError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, ErrInterrupted):
			if !p.Interrupted() {
				return nil
			}
		case errors.As(err, &syntax):
			p.Failed(err, name, text)
		case err != nil:
			return err
		default:
			if !p.Run(f, name, text) {
				return nil
			}
		}
	}
}

// chunk reads lines until they make a whole: an expression or statements.
func (p *Prompt) chunk(name string) (text string, f *lua.Function, err error) {
	prompt := firstPrompt
	for {
		line, err := p.readLine(prompt)
		if errors.Is(err, io.EOF) && text != "" {
			_, err = p.State.Load(text, name)
			return text, nil, err
		}
		if err != nil {
			return text, nil, err
		}
		if text += line + "\n"; strings.TrimSpace(text) == "" {
			text = ""
			continue
		}
		f, more, err := p.compile(text, name)
		if !more {
			return text, f, err
		}
		prompt = morePrompt
	}
}

func (p *Prompt) readLine(prompt string) (string, error) {
	if err := p.State.Flush(); err != nil {
		return "", err
	}
	p.Begin()
	defer p.End()
	return p.Editor.ReadLine(prompt)
}

// compile tries text as an expression, then as statements; more says that it needs another line.
func (p *Prompt) compile(text, name string) (f *lua.Function, more bool, err error) {
	f, asExpr := p.State.Load("return "+text, name)
	if asExpr == nil {
		return f, false, nil
	}
	f, err = p.State.Load(text, name)
	if err == nil {
		return f, false, nil
	}
	return nil, incomplete(err) || incomplete(asExpr), err
}

func incomplete(err error) bool {
	var syntax *lua.SyntaxError
	return errors.As(err, &syntax) && syntax.Incomplete
}
