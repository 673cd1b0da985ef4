package repl

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"

	"nslua/lua"
)

// printable is how many bytes the character takes that s begins with; 0 if it can't be shown.
func printable(s string) int {
	c, n := utf8.DecodeRuneInString(s)
	if c == utf8.RuneError && n <= 1 || !unicode.IsGraphic(c) {
		return 0
	}
	return n
}

// grid is a list of records, to be shown as a table.
type grid struct {
	names []string
	rows  [][]string
	right []bool // columns of numbers
}

// records makes a grid of a list of records; ok is false if t is none.
func (p *printer) records(t *lua.Table) (g grid, ok bool) {
	n := t.Len()
	if n == 0 {
		return g, false
	}
	count := 0
	each(t, func(_, _ lua.Value) { count++ })
	if count != n {
		return g, false
	}
	for i := 1; i <= n; i++ {
		r, isTable := t.RawGetInt(i).(*lua.Table)
		if !isTable || r.Len() > 0 || r.Metatable != lua.Nil && p.ownText(r) {
			return g, false
		}
		each(r, func(k, _ lua.Value) {
			name, isString := k.(lua.String)
			if isString && !slices.Contains(g.names, string(name)) {
				g.names = append(g.names, string(name))
			}
			ok = ok || isString
		})
		if len(g.names) > maxColumns {
			return g, false
		}
	}
	if !ok {
		return g, false
	}
	g.right = make([]bool, len(g.names))
	for i := range g.right {
		g.right[i] = true
	}
	shown := n
	if p.items > 0 {
		shown = min(n, p.items)
	}
	for i := 1; i <= shown; i++ {
		g.rows = append(g.rows, p.row(t.RawGetInt(i).(*lua.Table), g))
	}
	return g, true
}

// maxColumns is how many different names records may have.
const maxColumns = 64

func (p *printer) row(r *lua.Table, g grid) []string {
	row := make([]string, len(g.names))
	for i, name := range g.names {
		v := r.RawGetString(name)
		if _, number := v.(lua.Number); !number && v != lua.Nil {
			g.right[i] = false
		}
		row[i] = p.cell(v)
	}
	return row
}

// cell is a value on one line, strings without quotes.
func (p *printer) cell(v lua.Value) string {
	if v == lua.Nil {
		return ""
	}
	if s, ok := v.(lua.String); ok {
		if q := quote(string(s)); strings.ContainsRune(q, '\\') || s == "" {
			return q
		}
		return string(s)
	}
	one := *p
	one.columns, one.items, one.depth = 1<<30, 8, 3
	return one.value(v, 0, 0)
}

const (
	gap      = 2 // between columns
	narrow   = 6 // no column is cut below that
	bold     = "\x1b[1m"
	resetSGR = "\x1b[0m"
)

// String lays the grid out for so many columns of the screen. What does not fit
// is cut: first long cells, then columns.
func (g grid) format(columns int, color bool) string {
	widths := make([]int, len(g.names))
	for i, n := range g.names {
		widths[i] = runewidth.StringWidth(n)
		for _, r := range g.rows {
			widths[i] = max(widths[i], runewidth.StringWidth(r[i]))
		}
	}
	shown, left := fit(widths, columns)
	var b strings.Builder
	line := func(cells []string, style string) {
		var l strings.Builder
		for i, c := range cells[:shown] {
			c = runewidth.Truncate(c, widths[i], "…")
			if i > 0 {
				l.WriteString(strings.Repeat(" ", gap))
			}
			if g.right[i] {
				l.WriteString(runewidth.FillLeft(c, widths[i]))
			} else {
				l.WriteString(runewidth.FillRight(c, widths[i]))
			}
		}
		text := strings.TrimRight(l.String(), " ")
		if style != "" {
			text = style + text + resetSGR
		}
		b.WriteString(text + "\n")
	}
	style := ""
	if color {
		style = bold
	}
	line(g.names, style)
	for _, r := range g.rows {
		line(r, "")
	}
	if left > 0 {
		fmt.Fprintf(&b, "(not shown: %s)\n", strings.Join(g.names[shown:], ", "))
	}
	return b.String()
}

// fit makes widths small enough for the columns of a screen. It returns how many are shown and how many are left out.
func fit(widths []int, columns int) (shown, left int) {
	total := func(n int) int {
		sum := gap * (n - 1)
		for _, w := range widths[:n] {
			sum += w
		}
		return sum
	}
	shown = len(widths)
	for total(shown) > columns {
		widest := 0
		for i, w := range widths[:shown] {
			if w > widths[widest] {
				widest = i
			}
		}
		if widths[widest] > max(narrow, columns/5) {
			widths[widest]--
			continue
		}
		if shown == 1 {
			widths[0] = columns
			break
		}
		shown--
	}
	return shown, len(widths) - shown
}
