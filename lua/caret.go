package lua

import (
	"regexp"
	"strings"
	"unicode"
)

// named finds what a message says is at fault: "… near 'x'", "attempt to call a nil value (x)".
var named = regexp.MustCompile(`'([^']+)'|\(([\w.:]+)\)$`)

// caret is the blank text that stands in front of a mark below what is at fault
// in a source line: the call of op or, without one, what the message names first.
// ok is false where that is not in the line, or more than once.
func caret(line, op, message string) (indent string, ok bool) {
	word := op
	if word == "" {
		m := named.FindStringSubmatch(message)
		if m == nil {
			return "", false
		}
		word = m[1] + m[2]
	}
	for {
		if at := places(line, word); len(at) == 1 {
			return blank(line[:at[0]]), true
		}
		i := strings.IndexAny(word, ".:") // "net.Link:up" is called as h:up
		if i < 0 || op == "" {
			return "", false
		}
		word = word[i+1:]
	}
}

// places are the offsets where word stands in a line, not as part of another one.
func places(line, word string) []int {
	var at []int
	part := func(s string, i int) bool {
		return i >= 0 && i < len(s) && (s[i] == '_' || s[i] < 0x80 && (unicode.IsLetter(rune(s[i])) || unicode.IsDigit(rune(s[i]))))
	}
	for from := 0; ; {
		i := strings.Index(line[from:], word)
		if i < 0 {
			return at
		}
		i += from
		from = i + len(word)
		if !(part(line, i-1) && part(word, 0)) && !(part(line, from) && part(word, len(word)-1)) {
			at = append(at, i)
		}
	}
}

// blank is as wide as text on a terminal.
func blank(text string) string {
	var b strings.Builder
	for _, c := range text {
		switch {
		case c == '\t':
			b.WriteByte('\t')
		case unicode.Is(unicode.Mn, c):
		case unicode.In(c, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana) || c >= 0xff01 && c <= 0xff60 || c >= 0x3001 && c <= 0x303d:
			b.WriteString("  ")
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}
