package main

import (
	"fmt"
	"os"
	"syscall"

	"nslua/lua"
	"nslua/lua/repl"
)

// prompt reads and runs lines until the end of the input, and returns the exit code.
func (sh *shell) prompt() int {
	editor, err := newLineEditor(os.Stdin, os.Stderr)
	if err != nil {
		fmt.Fprintf(os.Stderr, "nslua: %v\n", err)
		return exitError
	}
	defer editor.Close()
	if isTerminal(os.Stdin) {
		fmt.Fprintf(os.Stderr, "nslua %s. help() tells more, Ctrl-D leaves.\n", version)
	}
	code := exitOK
	p := &repl.Prompt{
		State:  sh.state,
		Editor: editor,
		Begin:  func() { sh.signals.reading(editor.Interrupt) },
		End:    func() { sh.signals.reading(nil) },
		Run: func(f *lua.Function, name, text string) bool {
			sh.sources[name] = text
			var leave bool
			code, leave = sh.line(f)
			return !leave
		},
		Failed: func(err error, name, text string) {
			sh.sources[name] = text
			sh.report(err)
		},
		Interrupted: func() bool {
			fmt.Fprintln(os.Stderr)
			sig := sh.signals.asked()
			code = exitSignal + int(sig)
			return sig == syscall.SIGINT
		},
	}
	if err := p.Loop(); err != nil {
		return sh.out.finish(code, err)
	}
	return code
}

// line runs one chunk of the prompt and prints its results.
func (sh *shell) line(f *lua.Function) (code int, leave bool) {
	o := sh.state.Run(f)
	if o.Err == nil && o.Stop == nil && len(o.Results) > 0 && !sh.json {
		o = sh.show(o.Results)
	}
	if o.Stop != nil && !o.Stop.Exit {
		sig := sh.signals.heeded()
		if sh.out.broken.Load() || syscall.Signal(sig) != syscall.SIGINT {
			return exitSignal + sig, true
		}
		fmt.Fprintln(os.Stderr, "interrupted")
		return exitOK, false
	}
	code, leave = sh.ended(o, true)
	if !leave {
		code = exitOK
	}
	return code, leave
}

// show prints results as print does.
func (sh *shell) show(results []lua.Value) lua.Outcome {
	print, ok := sh.state.Global("print").(*lua.Function)
	if !ok {
		return lua.Outcome{}
	}
	return sh.state.Run(print, results...)
}
