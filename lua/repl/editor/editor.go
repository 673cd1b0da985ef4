// Package editor reads what a person types at a terminal: one line or a block of
// them, edited as one. The keys' work on the line is done by chzyer/readline;
// what it has no notion of (blocks, pasted text, the screen, completion with
// descriptions, a history of blocks) is done here, through its hooks: it gets its
// input key by key, writes to no terminal, and its Listener hands over every change.
package editor

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"
)

// ErrInterrupted is what a Read ends with that was given up with Ctrl-C or by Interrupt.
var ErrInterrupted = errors.New("interrupted")

// Options configure an Editor.
type Options struct {
	In, Out *os.File
	History *History
	// Complete finds what may stand at the byte offset pos of text; nil: nothing.
	Complete func(text string, pos int) Candidates
	Color    bool
}

// Request is one input to read.
type Request struct {
	Prompt, More string // of the first line and of those that follow
	Style        string // of the prompt: parameters of SGR, "1;31"
	Text         string // to begin with
	// Whole reports whether a text is complete, so that Enter ends the input.
	Whole func(text string) bool
}

// Editor reads inputs from a terminal. Its methods belong to one goroutine,
// except for Interrupt.
type Editor struct {
	Options
	keys   *keyReader
	engine *engine
	screen *screen

	request Request
	buf     []rune // as the engine has it
	pos     int
	kill    []rune // what Ctrl-K or Ctrl-U has cut out of a block
	typed   bool   // changed since it came out of the history
	walk    walk
	menu    []string // below the text, until the next key
	resized atomic.Bool
	winch   chan os.Signal
}

// New makes an editor for a terminal.
func New(o Options) (*Editor, error) {
	keys, err := newKeyReader(o.In)
	if err != nil {
		return nil, err
	}
	engine, err := newEngine()
	if err != nil {
		keys.close()
		return nil, err
	}
	e := &Editor{Options: o, keys: keys, engine: engine, screen: &screen{out: o.Out, color: o.Color}, winch: make(chan os.Signal, 1)}
	signal.Notify(e.winch, syscall.SIGWINCH)
	go func() {
		for range e.winch {
			e.resized.Store(true)
			e.keys.wake()
		}
	}()
	return e, nil
}

// Close gives back what the editor holds. The terminal is as it was since the last Read.
func (e *Editor) Close() error {
	signal.Stop(e.winch)
	close(e.winch)
	return errors.Join(e.engine.close(), e.keys.close())
}

// Interrupt ends the Read that waits, or the next one. Any goroutine may call it.
func (e *Editor) Interrupt() {
	e.keys.interrupted.Store(true)
	e.keys.wake()
}

// Bracketed paste makes the terminal mark what is pasted.
const (
	pasteOn  = "\x1b[?2004h"
	pasteOff = "\x1b[?2004l"
)

// Read reads one input. It returns io.EOF for Ctrl-D on an empty line and where the terminal is gone.
func (e *Editor) Read(r Request) (string, error) {
	e.request = r
	restore, err := makeRaw(e.In)
	if err != nil {
		return "", err
	}
	defer restore()
	io.WriteString(e.Out, pasteOn)
	defer io.WriteString(e.Out, pasteOff)
	e.engine.start()
	e.buf, e.pos, e.typed, e.menu, e.walk = nil, 0, true, nil, walk{}
	e.screen.reset()
	if r.Text != "" {
		e.set([]rune(r.Text), len([]rune(r.Text)))
	}
	for {
		if !e.keys.pending() {
			e.draw(false)
		}
		k, err := e.keys.read()
		if errors.Is(err, errWoken) {
			if e.resized.Swap(false) {
				columns, _ := size(e.Out)
				e.screen.resized(columns)
			}
			continue
		}
		if err != nil && !errors.Is(err, ErrInterrupted) {
			return e.ended(err)
		}
		if err != nil {
			k = key{code: keyInterrupt}
		}
		e.menu = nil
		done, err := e.press(k)
		if done {
			return e.ended(err)
		}
	}
}

// ended draws the text for the last time and leaves the cursor on a new line.
func (e *Editor) ended(err error) (string, error) {
	text := string(e.buf)
	e.pos = len(e.buf)
	e.draw(true)
	switch {
	case err == nil:
		io.WriteString(e.Out, "\r\n")
		e.engine.end(keyEnter)
		return text, nil
	case errors.Is(err, ErrInterrupted):
		io.WriteString(e.Out, "^C\r\n")
		e.engine.end(keyInterrupt)
	default:
		io.WriteString(e.Out, "\r\n")
		e.set(nil, 0)
		e.engine.end(keyEOF)
	}
	return "", err
}

func (e *Editor) draw(final bool) {
	prompt, style := e.request.Prompt, e.request.Style
	if e.walk.searching {
		prompt, style = e.walk.label(), ""
	}
	columns, rows := size(e.Out)
	e.screen.draw(layout{
		prompt: prompt, style: style, more: e.request.More,
		text: e.buf, pos: e.pos, final: final, menu: e.menu,
		columns: columns, rows: rows,
	})
}

// size is that of the terminal; where it says 0, as serial lines do, a usual one.
func size(f *os.File) (columns, rows int) {
	const usualColumns, usualRows = 80, 24
	ws, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return usualColumns, usualRows
	}
	columns, rows = int(ws.Col), int(ws.Row)
	if columns == 0 {
		columns = usualColumns
	}
	if rows == 0 {
		rows = usualRows
	}
	return columns, rows
}

// makeRaw gives every key to the program at once; restore takes that back.
func makeRaw(f *os.File) (restore func(), err error) {
	fd := int(f.Fd())
	old, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return nil, os.NewSyscallError("tcgetattr", err)
	}
	raw := *old
	raw.Iflag &^= unix.BRKINT | unix.ICRNL | unix.INLCR | unix.IGNCR | unix.INPCK | unix.ISTRIP | unix.IXON
	raw.Lflag &^= unix.ECHO | unix.ICANON | unix.IEXTEN | unix.ISIG
	raw.Cflag |= unix.CS8
	raw.Cc[unix.VMIN], raw.Cc[unix.VTIME] = 1, 0
	if err := unix.IoctlSetTermios(fd, unix.TCSETSW, &raw); err != nil {
		return nil, os.NewSyscallError("tcsetattr", err)
	}
	return func() { unix.IoctlSetTermios(fd, unix.TCSETSW, old) }, nil
}
