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
	if o.trace {
		return trace(o)
	}
	if o.unshare != nil {
		return enterWorld(o)
	}
	sh := &shell{options: o, out: &stdout{file: os.Stdout}, sources: map[string]string{}}
	prompt, err := sh.load()
	if err != nil {
		return sh.failed(exitUsage, err)
	}
	if err := sh.open(); err != nil {
		return sh.failed(exitError, err)
	}
	steps, err := sh.compile()
	sh.signals.start(sh.state.Interrupt)
	code, ended := exitUsage, false
	if err != nil {
		sh.report(err)
	} else {
		code, ended = sh.all(steps)
	}
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
			return "", fmt.Errorf("standard input: %w", err)
		}
		return string(text), nil
	}
	text, err := os.ReadFile(file)
	return string(text), err
}

// name is what arg[0] is.
func (sh *shell) name() string {
	switch {
	case sh.hasCode():
		return "-e"
	case sh.file != "":
		return sh.file
	}
	return "-"
}

// open makes the state.
func (sh *shell) open() error {
	if err := sh.explain.open(); err != nil {
		return err
	}
	exe, _ := os.Open("/proc/self/exe") // without it, closures can't be sent to other processes, and say so
	sh.signals = watchSignals()
	state, err := lua.New(lua.Options{
		Modules: bindings.All(),
		Stdin:   os.Stdin,
		Stdout:  sh.out,
		Stderr:  os.Stderr,
		Strict:  true,
		Args:    append([]string{sh.name()}, sh.args...),
		Exe:     exe,
		Journal: bindings.NewJournal(),
	})
	if err != nil {
		return err
	}
	sh.state = state
	sh.explain.start(state)
	if isTerminal(os.Stdout) { // people watch: print goes out line by line
		state.RunString(`io.stdout:setvbuf("line")`, commandLine)
	}
	sh.out.closed = state.Interrupt
	return nil
}

// commandLine is how errors call the code of -e.
const commandLine = "(command line)"

// step is one chunk, ready to run.
type step struct {
	run     *lua.Function
	args    []lua.Value
	results bool // --json prints what it returns
}

// compile compiles the chunks of -l and -e in order, then the file: a mistake in
// the last is found before the first has done anything.
func (sh *shell) compile() ([]step, error) {
	var steps []step
	codes := 0
	args := luaStrings(sh.args)
	for _, c := range sh.chunks {
		text, name, st := c.text, commandLine, step{args: args, results: true}
		if c.module {
			text, name = `local name = ...; _G[name] = require(name)`, "-l "+c.text
			st = step{args: luaStrings([]string{c.text})}
		} else {
			if codes++; codes > 1 {
				name = fmt.Sprintf("(command line %d)", codes)
			}
			sh.sources[name] = text
		}
		var err error
		if st.run, err = sh.state.Load(text, name); err != nil {
			return nil, err
		}
		steps = append(steps, st)
	}
	if sh.file != "" {
		name := chunkName(sh.file)
		f, err := sh.state.Load(sh.sources[name], name)
		if err != nil {
			return nil, err
		}
		steps = append(steps, step{f, args, true})
	}
	return steps, nil
}

func luaStrings(args []string) []lua.Value {
	values := make([]lua.Value, len(args))
	for i, a := range args {
		values[i] = lua.String(a)
	}
	return values
}

// all runs the steps up to the first that fails; ended says that not even a prompt shall follow.
func (sh *shell) all(steps []step) (code int, ended bool) {
	for _, st := range steps {
		if code, ended = sh.ended(sh.state.Run(st.run, st.args...), st.results); code != exitOK || ended {
			return code, ended
		}
	}
	return exitOK, false
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
	err := errors.Join(sh.state.Close(), sh.explain.finish(sh.name()))
	if sh.json && err != nil && !sh.out.broken.Load() {
		return max(code, sh.failed(exitError, err))
	}
	return sh.out.finish(code, err)
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
