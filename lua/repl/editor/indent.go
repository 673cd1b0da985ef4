package editor

import (
	"regexp"
	"slices"
	"strings"
)

// step is what a block is indented by.
const step = "  "

var opens = regexp.MustCompile(`(\b(do|then|else|repeat)|\bfunction\b[^()]*\([^()]*\)|[({])\s*(--.*)?$`)

// closing are the words that a line is moved to the left for.
var closing = []string{"end", "else", "until", "}"}

// indentation is that of a line that begins at the cursor.
func (e *Editor) indentation() string {
	current := string(e.buf[e.lineStart():e.pos])
	indent := current[:len(current)-len(strings.TrimLeft(current, " \t"))]
	if opens.MatchString(current) {
		indent += step
	}
	return indent
}

// dedentEnd moves a line to the left when the word typed with c closes a block.
func (e *Editor) dedentEnd(c rune) {
	start := e.lineStart()
	before := string(e.buf[start:e.pos])
	word := strings.TrimLeft(before, " ") + string(c)
	if start > 0 && strings.HasPrefix(before, step) && slices.Contains(closing, word) {
		e.set(slices.Concat(e.buf[:start], e.buf[start+len(step):]), e.pos-len(step))
	}
}

// unindent is a backspace in front of a line's first character: it goes back one step.
func (e *Editor) unindent() bool {
	start := e.lineStart()
	before := string(e.buf[start:e.pos])
	if start == 0 || before == "" || strings.Trim(before, " ") != "" || len(before)%len(step) != 0 {
		return false
	}
	e.replace(e.pos-len(step), e.pos, nil)
	return true
}
