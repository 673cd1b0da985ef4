package main

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"

	"nslua/lua"
	"nslua/lua/repl"
	"nslua/lua/repl/editor"
)

// prompt reads and runs inputs until the end, and returns the exit code.
func (sh *shell) prompt() int {
	host := &promptHost{sh: sh, began: namespaces()}
	o := repl.Options{
		State:    sh.state,
		Host:     host,
		Out:      flusher{sh},
		Err:      os.Stderr,
		Terminal: isTerminal(os.Stdin) && isTerminal(os.Stdout) && !sh.json,
		Color:    wantColor(sh.color, os.Stdout),
		Size:     func() (columns, rows int) { return screenSize(os.Stdout) },
		Sources:  sh.sources,
	}
	if sh.json {
		o.Results = sh.printResults
	}
	close, err := sh.openEditor(&o)
	if err != nil {
		fmt.Fprintf(os.Stderr, "nslua: %v\n", err)
		return exitError
	}
	defer close()
	if isTerminal(os.Stdin) {
		fmt.Fprintf(os.Stderr, "nslua %s: %s\n:help lists what the prompt can do, help() what Lua can; Ctrl-D leaves.\n", version, where(host.Where()))
	}
	go sh.state.Docs() // takes a while, and the first key is still to come
	code, err := repl.New(o).Loop()
	if host.code != exitOK {
		code = host.code
	}
	return sh.out.finish(code, err)
}

// where is a world in words.
func where(w repl.Where) string {
	switch {
	case w.Root && w.OnHost:
		return "root on this host. What you make, the host gets; nslua -U makes a world of its own."
	case w.Root:
		return "root in namespaces of its own"
	}
	return "an ordinary user; nslua -U makes you root in namespaces of your own."
}

// openEditor chooses the editor: a full one where a terminal can show it.
func (sh *shell) openEditor(o *repl.Options) (close func() error, err error) {
	if isTerminal(os.Stdin) && isTerminal(os.Stderr) && os.Getenv("TERM") != "dumb" && os.Getenv("TERM") != "" {
		if o.History, err = editor.NewHistory(historyFile()); err != nil {
			fmt.Fprintf(os.Stderr, "nslua: history: %v\n", err)
		}
		completer := &repl.Completer{State: sh.state, Names: names}
		e, err := editor.New(editor.Options{
			In: os.Stdin, Out: os.Stderr, History: o.History,
			Complete: completer.Complete, Color: wantColor(sh.color, os.Stderr),
		})
		if err != nil {
			return nil, err
		}
		o.Editor = e
		return e.Close, nil
	}
	e, err := newLineEditor(os.Stdin, os.Stderr)
	if err != nil {
		return nil, err
	}
	o.Editor = e
	return e.Close, nil
}

// historyFile is where the history is kept: in $XDG_STATE_HOME, as the base directory specification has it.
func historyFile() string {
	dir := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(dir) {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		dir = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(dir, "nslua", "history")
}

// flusher writes behind what print has buffered.
type flusher struct{ sh *shell }

func (f flusher) Write(b []byte) (int, error) {
	if err := f.sh.state.Flush(); err != nil {
		return 0, err
	}
	return f.sh.out.Write(b)
}

// promptHost is what the prompt needs of this process.
type promptHost struct {
	sh    *shell
	began map[string]string // the namespaces at the start
	code  int               // a signal's, that ended the prompt
}

func (h *promptHost) Reading(interrupt func()) { h.sh.signals.reading(interrupt) }

func (h *promptHost) Stopped() bool {
	sig := syscall.Signal(h.sh.signals.heeded())
	if sig != syscall.SIGINT || h.sh.out.broken.Load() {
		h.code = exitSignal + int(sig)
		return false
	}
	return true
}

func (h *promptHost) Report(err error) { h.sh.report(err) }

func (h *promptHost) JSON(v lua.Value) (string, error) { return h.sh.valueJSON(v) }

func (h *promptHost) Where() repl.Where {
	w := repl.Where{Root: os.Geteuid() == 0, OnHost: onHost()}
	now := namespaces()
	for _, kind := range kinds {
		if now[kind] != h.began[kind] {
			w.Changed = append(w.Changed, kind)
		}
	}
	return w
}

func (h *promptHost) Names(kind string) []string { return names(kind) }

// screenSize is that of a terminal; a usual one elsewhere, and where the terminal says 0.
func screenSize(f *os.File) (columns, rows int) {
	columns, rows = 80, 24
	if ws, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ); err == nil {
		if ws.Col > 0 {
			columns = int(ws.Col)
		}
		if ws.Row > 0 {
			rows = int(ws.Row)
		}
	}
	return columns, rows
}
