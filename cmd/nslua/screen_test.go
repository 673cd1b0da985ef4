package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/creack/pty"
	"github.com/mattn/go-runewidth"
)

// glass is a terminal that understands what the editor writes: its text is what a person would see.
type glass struct {
	mu            sync.Mutex
	columns, rows int
	lines         [][]rune // 0 behind a wide character
	row, col      int
	rest          []byte
}

func (g *glass) write(b []byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	b = append(g.rest, b...)
	g.rest = nil
	for len(b) > 0 {
		if b[0] == 0x1b {
			n := g.escape(b)
			if n == 0 {
				g.rest = append([]byte(nil), b...)
				return
			}
			b = b[n:]
			continue
		}
		if !utf8.FullRune(b) {
			g.rest = append([]byte(nil), b...)
			return
		}
		c, n := utf8.DecodeRune(b)
		b = b[n:]
		g.put(c)
	}
}

// escape does one sequence and returns its length, 0 if it is not all there.
func (g *glass) escape(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	if b[1] != '[' {
		return 2
	}
	for i := 2; i < len(b); i++ {
		if b[i] < 0x40 || b[i] > 0x7e {
			continue
		}
		n, err := strconv.Atoi(string(b[2:i]))
		if err != nil {
			n = 1
		}
		switch b[i] {
		case 'A':
			g.row = max(g.row-n, 0)
		case 'C':
			g.col = min(g.col+n, g.columns-1)
		case 'H':
			g.row, g.col = 0, 0
		case 'J':
			if string(b[2:i]) == "2" {
				g.lines = nil
				break
			}
			g.line()
			g.lines = g.lines[:g.row+1]
			if g.col < len(g.lines[g.row]) {
				g.lines[g.row] = g.lines[g.row][:g.col]
			}
		}
		return i + 1
	}
	return 0
}

// line makes sure that the cursor's line is there.
func (g *glass) line() {
	for len(g.lines) <= g.row {
		g.lines = append(g.lines, nil)
	}
}

// kept is how many lines are remembered.
const kept = 300

// scroll is line for a cursor that has gone down.
func (g *glass) scroll() {
	g.line()
	if more := len(g.lines) - kept; more > 0 {
		g.lines, g.row = g.lines[more:], g.row-more
	}
}

func (g *glass) put(c rune) {
	g.line()
	switch {
	case c == '\r':
		g.col = 0
		return
	case c == '\n':
		g.row++
		g.scroll()
		return
	case c == '\b':
		g.col = max(g.col-1, 0)
		return
	case c == '\t':
		g.col = min(g.col/8*8+8, g.columns-1)
		return
	case c < ' ':
		return
	}
	width := runewidth.RuneWidth(c)
	if g.col+width > g.columns {
		g.row, g.col = g.row+1, 0
		g.scroll()
	}
	l := g.lines[g.row]
	for len(l) < g.col+width {
		l = append(l, ' ')
	}
	l[g.col] = c
	for i := 1; i < width; i++ {
		l[g.col+i] = 0
	}
	g.lines[g.row] = l
	g.col += width
}

// text is what is on the screen, and above it.
func (g *glass) text() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	var b strings.Builder
	for _, l := range g.lines {
		b.WriteString(strings.TrimRight(strings.ReplaceAll(string(l), "\x00", ""), " ") + "\n")
	}
	return b.String()
}

func (g *glass) cursor() (row, col int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.row, g.col
}

// session is a prompt with all its comfort, at a terminal that can show it.
type session struct {
	t    *testing.T
	cmd  *exec.Cmd
	tty  *os.File
	home string
	glass
	bytes int
}

// startSession starts a shell. Its prompt is "nslua# ": -U is among the arguments unless there are some.
func startSession(t *testing.T, args ...string) *session {
	t.Helper()
	return startSessionAt(t, 80, 24, openDir(t), args...)
}

func startSessionAt(t *testing.T, columns, rows int, home string, args ...string) *session {
	t.Helper()
	if args == nil {
		args = []string{"-U"}
	}
	cmd := exec.Command(binary(t), args...)
	cmd.Dir = home
	cmd.Env = append(os.Environ(), "TERM=xterm", "NO_COLOR=1", "XDG_STATE_HOME="+filepath.Join(home, "state"))
	if _, set := os.LookupEnv("PAGER"); !set {
		cmd.Env = append(cmd.Env, "PAGER=")
	}
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: uint16(rows), Cols: uint16(columns)})
	if err != nil {
		t.Fatal(err)
	}
	s := &session{t: t, cmd: cmd, tty: tty, home: home}
	s.columns, s.rows = columns, rows
	if columns == 0 {
		s.columns, s.rows = 80, 24
	}
	go s.read()
	t.Cleanup(func() {
		tty.Close()
		cmd.Process.Kill()
		cmd.Wait()
	})
	sign := "# "
	if os.Getuid() != 0 && !slices.Contains(args, "-U") {
		sign = "> "
	}
	s.await(sign)
	return s
}

func (s *session) read() {
	b := make([]byte, 1<<16)
	for {
		n, err := s.tty.Read(b)
		s.write(b[:n])
		s.mu.Lock()
		s.bytes += n
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// typed sends keys.
func (s *session) typed(keys string) {
	s.t.Helper()
	if _, err := s.tty.WriteString(keys); err != nil {
		s.t.Fatal(err)
	}
}

// await waits until the screen ends with a text, blanks at its end aside.
func (s *session) await(end string) {
	s.t.Helper()
	s.until("the screen to end with "+strconv.Quote(end), func(text string) bool {
		return strings.HasSuffix(strings.TrimRight(text, " \n"), strings.TrimRight(end, " \n"))
	})
}

// sees waits until a text is on the screen.
func (s *session) sees(part string) {
	s.t.Helper()
	s.until(strconv.Quote(part), func(text string) bool { return strings.Contains(text, part) })
}

func (s *session) until(what string, ok func(text string) bool) {
	s.t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for {
		text := s.text()
		if ok(text) {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("expected %s on this screen:\n%s", what, text)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// run types an input and waits until what it shows is there, with a prompt below.
func (s *session) run(input, output string) {
	s.t.Helper()
	s.typed(input + "\r")
	if output != "" {
		output += "\n"
	}
	last := input[strings.LastIndexAny(input, "\n")+1:]
	s.await(last + "\n" + output + "nslua#")
}

// cleared empties the screen, so that what is seen next is new.
func (s *session) cleared() {
	s.t.Helper()
	s.typed("\x0c")
	s.until("an empty screen", func(text string) bool { return strings.Count(strings.TrimRight(text, "\n"), "\n") == 0 })
}
