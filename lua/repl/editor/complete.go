package editor

import (
	"fmt"
	"strings"

	"github.com/mattn/go-runewidth"
)

// Candidates is what may stand at a place in the text.
type Candidates struct {
	From  int // byte offset where what they replace begins
	List  []Candidate
	About string // shown with them: the signature of the call around the place, and what it does
}

// Candidate is one of them.
type Candidate struct {
	Text  string // what is inserted
	Label string // what the list shows; Text if it is empty
	Type  string
	Brief string // one sentence
}

func (c Candidate) label() string {
	if c.Label != "" {
		return c.Label
	}
	return c.Text
}

// complete inserts what all candidates have in common, and lists them.
func (e *Editor) complete() {
	before := string(e.buf[:e.pos])
	if strings.TrimSpace(string(e.buf[e.lineStart():e.pos])) == "" && e.lineStart() > 0 || e.Complete == nil {
		e.insert(step)
		return
	}
	c := e.Complete(string(e.buf), len(before))
	if len(c.List) == 0 {
		if c.About != "" {
			e.menu = strings.Split(c.About, "\n")
		}
		return
	}
	common := c.List[0].Text
	for _, k := range c.List[1:] {
		common = commonPrefix(common, k.Text)
	}
	word := before[c.From:]
	if len(common) > len(word) || len(c.List) == 1 && common != word {
		e.typed = true
		e.replace(len([]rune(before[:c.From])), e.pos, []rune(common))
	}
	if len(c.List) > 1 || c.List[0].Brief != "" || c.List[0].Type != "" {
		columns, rows := size(e.Out)
		e.menu = menu(c, columns, max(rows/2, 3))
	}
}

func commonPrefix(a, b string) string {
	ar, br := []rune(a), []rune(b)
	n := 0
	for n < len(ar) && n < len(br) && ar[n] == br[n] {
		n++
	}
	return string(ar[:n])
}

// menu is the lines that show candidates: with what is known of each where they
// are few, side by side where they are many.
func menu(c Candidates, columns, rows int) []string {
	var lines []string
	if c.About != "" {
		lines = strings.Split(c.About, "\n")
		rows -= len(lines)
	}
	widest := 0
	for _, k := range c.List {
		widest = max(widest, runewidth.StringWidth(k.label()))
	}
	if len(c.List) <= rows {
		for _, k := range c.List {
			about := k.Type
			if k.Brief != "" {
				about = strings.TrimSpace(about + "  " + k.Brief)
			}
			lines = append(lines, strings.TrimRight("  "+runewidth.FillRight(k.label(), widest)+"  "+about, " "))
		}
		return lines
	}
	across := max((columns-2)/(widest+2), 1)
	down := (len(c.List) + across - 1) / across
	shown := min(down, rows)
	for i := range shown {
		var b strings.Builder
		for j := i; j < len(c.List); j += down {
			b.WriteString("  " + runewidth.FillRight(c.List[j].label(), widest))
		}
		lines = append(lines, strings.TrimRight(b.String(), " "))
	}
	if shown < down {
		lines[len(lines)-1] = fmt.Sprintf("  … %d candidates", len(c.List))
	}
	return lines
}
