package editor

import (
	"fmt"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"
)

// layout is all that shows of an input.
type layout struct {
	prompt, style, more string
	text                []rune
	pos                 int
	final               bool // nothing more is typed: the cursor needs no place behind the text
	menu                []string
	columns, rows       int
}

// picture is a layout cut into rows of the screen.
type picture struct {
	rows      []string
	row, col  int // of the cursor
	promptEnd int // bytes of the first row that are the prompt
}

// tabWidth is how wide a tab is shown.
const tabWidth = 4

// picture breaks the text where the screen ends. A wide character never sticks out.
func (l layout) picture() picture {
	var p picture
	var row strings.Builder
	col := 0
	end := func() {
		p.rows = append(p.rows, row.String())
		row.Reset()
		col = 0
	}
	put := func(s string, width int) {
		if col+width > l.columns && col > 0 {
			end()
		}
		row.WriteString(s)
		col += width
	}
	word := func(s string) {
		for _, c := range s {
			put(string(c), runewidth.RuneWidth(c))
		}
	}
	word(l.prompt)
	if len(p.rows) == 0 {
		p.promptEnd = row.Len()
	}
	cursor := func() {
		if col >= l.columns && !l.final {
			end()
		}
		p.row, p.col = len(p.rows), col
	}
	for i, c := range l.text {
		if i == l.pos {
			cursor()
		}
		switch {
		case c == '\n':
			end()
			word(l.more)
		case c == '\t':
			put(strings.Repeat(" ", tabWidth), tabWidth)
		case c < ' ' || c == 0x7f:
			put("^"+string(c^0x40), 2)
		default:
			put(string(c), runewidth.RuneWidth(c))
		}
	}
	if l.pos == len(l.text) {
		cursor()
	}
	end()
	return p
}

// screen draws layouts over each other.
type screen struct {
	out   io.Writer
	color bool
	row   int // of the cursor below the first row drawn
	last  layout
	begun bool
}

// reset forgets what was drawn: the next layout begins at the cursor.
func (s *screen) reset() { s.row, s.begun = 0, false }

// resized finds the cursor again after the terminal has become columns wide:
// terminals break the rows that were drawn anew.
func (s *screen) resized(columns int) {
	if !s.begun {
		return
	}
	old := s.last.picture()
	row := 0
	for _, r := range old.rows[:old.row] {
		row += 1 + (max(runewidth.StringWidth(r), 1)-1)/columns
	}
	s.row = row + old.col/columns
}

func (s *screen) draw(l layout) {
	p := l.picture()
	rows, cursor := p.rows, p.row
	menu := l.menu
	if room := l.rows - len(rows); len(menu) > max(room, 0) {
		menu = menu[:max(room, 0)]
	}
	first := 0
	if len(rows) > l.rows { // what does not fit: the part around the cursor
		first = min(max(cursor-l.rows/2, 0), len(rows)-l.rows)
		rows = rows[first : first+l.rows]
		cursor -= first
	}
	var b strings.Builder
	if s.row > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", s.row)
	}
	b.WriteString("\r\x1b[J")
	for i, r := range rows {
		if i > 0 {
			b.WriteString("\r\n")
		}
		if i == 0 && first == 0 && s.color && l.style != "" {
			r = "\x1b[" + l.style + "m" + r[:p.promptEnd] + "\x1b[0m" + r[p.promptEnd:]
		}
		b.WriteString(r)
	}
	for _, m := range menu {
		b.WriteString("\r\n" + runewidth.Truncate(m, max(l.columns-1, 1), "…"))
	}
	if up := len(rows) + len(menu) - 1 - cursor; up > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", up)
	}
	b.WriteString("\r")
	if p.col > 0 {
		fmt.Fprintf(&b, "\x1b[%dC", p.col)
	}
	io.WriteString(s.out, b.String())
	s.row, s.last, s.begun = cursor, l, true
}
