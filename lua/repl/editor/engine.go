package editor

import (
	"io"
	"slices"

	"github.com/chzyer/readline"
)

// engine is chzyer/readline with everything around it taken away: it gets one
// key, changes the line, and tells the line in its Listener, where the line can be replaced.
type engine struct {
	rl      *readline.Instance
	feed    chan []byte
	changed chan line
	reply   chan line
	done    chan struct{} // closed when the line has ended
}

// line is the text and where the cursor is in it.
type line struct {
	text []rune
	pos  int
}

// Keys as readline calls them.
const (
	keyEOF       = readline.CharDelete
	keyEnter     = readline.CharEnter
	keyInterrupt = readline.CharInterrupt
)

// ours is a key that readline takes for a character: with it the line is replaced.
const ours = '\uf8ff'

func newEngine() (*engine, error) {
	g := &engine{feed: make(chan []byte), changed: make(chan line), reply: make(chan line)}
	nothing := func() error { return nil }
	rl, err := readline.NewEx(&readline.Config{
		Stdin:                  feeder{g.feed},
		Stdout:                 io.Discard,
		Stderr:                 io.Discard,
		Listener:               readline.FuncListener(g.onChange),
		HistoryLimit:           -1,
		DisableAutoSaveHistory: true,
		FuncIsTerminal:         func() bool { return false },
		FuncGetWidth:           func() int { return 1 << 20 },
		FuncMakeRaw:            nothing,
		FuncExitRaw:            nothing,
		FuncOnWidthChanged:     func(func()) {},
	})
	g.rl = rl
	return g, err
}

func (g *engine) onChange(text []rune, pos int, key rune) ([]rune, int, bool) {
	switch key {
	case 0, keyEnter, keyInterrupt, keyEOF:
		return nil, 0, false
	}
	g.changed <- line{slices.Clone(text), pos}
	l := <-g.reply
	return slices.Clone(l.text), l.pos, true
}

// start begins a line.
func (g *engine) start() {
	g.done = make(chan struct{})
	go func() {
		g.rl.Readline()
		close(g.done)
	}()
}

// end ends it with one of keyEnter, keyInterrupt and, on an empty line, keyEOF.
func (g *engine) end(key rune) {
	g.feed <- []byte(string(key))
	<-g.done
}

// press gives a key to readline and returns the line as it then is.
func (g *engine) press(sequence string) line {
	g.feed <- []byte(sequence)
	l := <-g.changed
	g.reply <- l
	return l
}

// set replaces the line.
func (g *engine) set(l line) {
	g.feed <- []byte(string(ours))
	<-g.changed
	g.reply <- l
}

func (g *engine) close() error {
	close(g.feed)
	return nil
}

// feeder is the standard input that readline sees.
type feeder struct{ feed chan []byte }

func (f feeder) Read(b []byte) (int, error) {
	text, ok := <-f.feed
	if !ok {
		return 0, io.EOF
	}
	return copy(b, text), nil
}

func (f feeder) Close() error { return nil }
