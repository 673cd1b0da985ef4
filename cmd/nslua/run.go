package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"nslua/bindings"
	"nslua/lua"
)

// shell is one run of a script: the state and what surrounds it.
type shell struct {
	*options
	state   *lua.State
	out     *stdout
	signals *signals
	sources map[string]string // text of the chunks, by name
}

// runScript runs what the command line asks for and returns the exit code.
func runScript(o *options) int {
	if o.unshare != nil {
		return enterWorld(o)
	}
	sh := &shell{options: o, out: &stdout{file: os.Stdout}, sources: map[string]string{}}
	prompt, err := sh.load()
	if err != nil {
		return usageError(err)
	}
	if err := sh.open(); err != nil {
		fmt.Fprintf(os.Stderr, "nslua: %v\n", err)
		return exitError
	}
	code, ended := sh.all()
	if prompt && !ended {
		code = sh.prompt()
	}
	return sh.close(code)
}

// load reads the script, and decides whether there is to be a prompt. It comes
// before everything else, so that an interrupt while a pipe is read just kills.
func (sh *shell) load() (prompt bool, err error) {
	if sh.file == "" && !sh.hasCode() {
		if sh.interactive || isTerminal(os.Stdin) {
			return true, nil
		}
		sh.file = "-"
	}
	if sh.file == "" {
		return sh.interactive, nil
	}
	text, err := readScript(sh.file)
	if err != nil {
		return false, err
	}
	sh.sources[chunkName(sh.file)] = text
	return sh.interactive, nil
}

func (sh *shell) hasCode() bool {
	for _, c := range sh.chunks {
		if !c.module {
			return true
		}
	}
	return false
}

// chunkName is how errors call a file.
func chunkName(file string) string {
	if file == "-" {
		return "stdin"
	}
	return file
}

// readScript reads a file, or the standard input if it is called "-".
func readScript(file string) (string, error) {
	if file == "-" {
		text, err := io.ReadAll(os.Stdin)
		if err != nil {
			return "", fmt.Errorf("read the script from the standard input: %w", errors.Unwrap(err))
		}
		return string(text), nil
	}
	text, err := os.ReadFile(file)
	return string(text), err
}

// open makes the state.
func (sh *shell) open() error {
	name := "-"
	switch {
	case sh.hasCode():
		name = "-e"
	case sh.file != "":
		name = sh.file
	}
	exe, _ := os.Open("/proc/self/exe") // without it, closures can't be sent to other processes, and say so
	sh.signals = watchSignals()
	state, err := lua.New(lua.Options{
		Modules: bindings.All(),
		Stdin:   os.Stdin,
		Stdout:  sh.out,
		Stderr:  os.Stderr,
		Strict:  true,
		Args:    append([]string{name}, sh.args...),
		Exe:     exe,
		Journal: bindings.NewJournal(),
	})
	if err != nil {
		return err
	}
	sh.state = state
	sh.out.closed = state.Interrupt
	sh.signals.start(state.Interrupt)
	return nil
}

// all runs the chunks of -l and -e in order, then the file. It stops at the
// first failure; ended says that not even a prompt shall follow.
func (sh *shell) all() (code int, ended bool) {
	for _, c := range sh.chunks {
		run := sh.code
		if c.module {
			run = sh.require
		}
		if code, ended = run(c.text); code != exitOK || ended {
			return code, ended
		}
	}
	if sh.file == "" {
		return exitOK, false
	}
	name := chunkName(sh.file)
	return sh.ended(sh.state.RunString(sh.sources[name], name, sh.args...), true)
}

const commandLine = "(command line)"

func (sh *shell) code(text string) (code int, ended bool) {
	sh.sources[commandLine] = text
	return sh.ended(sh.state.RunString(text, commandLine, sh.args...), true)
}

// require is -l.
func (sh *shell) require(module string) (code int, ended bool) {
	const load = `local name = ...; _G[name] = require(name)`
	return sh.ended(sh.state.RunString(load, "-l "+module, module), false)
}

// ended reports how a chunk ended and returns the exit code for that.
func (sh *shell) ended(o lua.Outcome, results bool) (code int, ended bool) {
	switch {
	case o.Stop != nil && o.Stop.Exit:
		return o.Stop.Code & 0xff, true
	case o.Stop != nil:
		return exitSignal + sh.signals.heeded(), true
	case o.Err != nil:
		sh.report(o.Err)
		return sh.exitCode(o.Err), false
	}
	if results && sh.json {
		if err := sh.printResults(o.Results); err != nil {
			return sh.out.finish(exitOK, err), true
		}
	}
	return exitOK, false
}

// close cleans up after the script and returns the exit code.
func (sh *shell) close(code int) int {
	sh.signals.closing()
	return sh.out.finish(code, sh.state.Close())
}

// source gives the text of a chunk, for quoting it.
func (sh *shell) source(name string) (string, bool) {
	if text, ok := sh.sources[name]; ok {
		return text, true
	}
	if filepath.Ext(name) != ".lua" {
		return "", false
	}
	text, err := os.ReadFile(name) // a module that the script required
	return string(text), err == nil
}

func isTerminal(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}
