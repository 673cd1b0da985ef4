package luadoc

import (
	"slices"
	"strings"
)

// prose gathers the free text of a comment until a tag claims it.
type prose struct {
	lines    []string // without the examples
	full     []string // with them
	examples []Example
}

func (p *prose) add(text string) {
	p.lines = append(p.lines, text)
	p.full = append(p.full, text)
}

// addExample adds a fenced block of Lua. The sentence above it becomes its caption if it ends in a colon, unless there
// would be no text left.
func (p *prose) addExample(e Example, fence []string) {
	p.full = append(p.full, fence...)
	n := len(p.lines)
	for n > 0 && strings.TrimSpace(p.lines[n-1]) == "" {
		n--
	}
	start := n
	for start > 0 && strings.TrimSpace(p.lines[start-1]) != "" {
		start--
	}
	paragraph := p.lines[start:n]
	before, last := lastSentence(strings.Join(paragraph, " "))
	if strings.HasSuffix(last, ":") && start+len(before) > 0 && !slices.ContainsFunc(paragraph, reBullet().MatchString) {
		e.Caption = last
		p.lines = append(p.lines[:start], before)
	}
	p.examples = append(p.examples, e)
}

// lastSentence divides a paragraph before its last sentence and puts each part on one line.
func lastSentence(paragraph string) (before, last string) {
	text := strings.Join(strings.Fields(paragraph), " ")
	last = text
	for {
		rest := strings.TrimSpace(last[len(firstSentence(last)):])
		if rest == "" {
			return strings.TrimSpace(strings.TrimSuffix(text, last)), last
		}
		last = rest
	}
}

// take returns the text gathered so far and begins anew.
func (p *prose) take() (doc, full string, examples []Example) {
	doc, full, examples = tidy(p.lines), tidy(p.full), p.examples
	*p = prose{}
	return
}

// tidy joins lines without blank ones at the ends, without trailing blanks, and with at most one blank line in a row.
func tidy(lines []string) string {
	var out []string
	for _, l := range lines {
		l = strings.TrimRight(l, " \t")
		if l == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, l)
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n")
}

var abbreviation = compiled(`(?i)(^|[\s(])(e\.g|i\.e|etc|vs|cf|approx|no)\.$`)

// firstSentence returns the first sentence of the first paragraph, on one line.
func firstSentence(doc string) string {
	paragraph, _, _ := strings.Cut(doc, "\n\n")
	text := strings.Join(strings.Fields(paragraph), " ")
	code := false
	for i, c := range text {
		switch c {
		case '`':
			code = !code
		case '。', '！', '？':
			if !code {
				return text[:i+len(string(c))]
			}
		case '.', '!', '?':
			end := i + 1
			if !code && end < len(text) && text[end] == ' ' && !abbreviation().MatchString(text[:end]) {
				return text[:end]
			}
		}
	}
	return text
}
