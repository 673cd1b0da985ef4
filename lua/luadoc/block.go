package luadoc

import (
	"fmt"
	"strings"
)

// block is a comment of consecutive --- lines, taken apart.
type block struct {
	path    string
	line    int // of its first line
	fn      Func
	full    string // prose with the examples in place
	classes []*Class
	aliases []*Alias
	typ     Type // of ---@type
	typDoc  string
	meta    bool
	module  string // of ---@meta NAME
	private bool
	isFunc  bool // it has tags only functions have

	prose    prose
	problems []Problem
}

// tag is one ---@ line with its continuation lines.
type tag struct {
	name string
	text string
	more []string
	line int
}

// joined is the tag's text on one line.
func (t tag) joined() string { return strings.Join(append([]string{t.text}, t.more...), " ") }

var reTag = compiled(`^\s*@([A-Za-z]\w*)\s?(.*)$`)

// parseBlock takes the comment apart that begins at lines[start] and ends before lines[end].
func parseBlock(path string, lines []line, start, end int) *block {
	b := &block{path: path, line: start + 1}
	var current *tag
	flush := func() {
		if current != nil {
			b.tag(*current)
			current = nil
		}
	}
	for i := start; i < end; i++ {
		raw := strings.TrimPrefix(lines[i].text, "---")
		text := strings.TrimPrefix(raw, " ")
		if m := reTag().FindStringSubmatch(raw); m != nil {
			flush()
			current = &tag{name: m[1], text: strings.TrimSpace(m[2]), line: i + 1}
			continue
		}
		if current != nil && strings.HasPrefix(raw, "  ") && strings.TrimSpace(raw) != "" &&
			!strings.HasPrefix(strings.TrimSpace(raw), "```") {
			current.more = append(current.more, strings.TrimSpace(raw))
			continue
		}
		flush()
		if strings.HasPrefix(strings.TrimSpace(raw), "|") {
			b.aliasValue(strings.TrimSpace(raw), i+1)
			continue
		}
		if info, ok := strings.CutPrefix(strings.TrimSpace(text), "```"); ok {
			i = b.fence(lines, i, end, info)
			continue
		}
		b.prose.add(text)
	}
	flush()
	b.finish()
	return b
}

// fence reads the fenced block that opens at lines[i] and returns the index of its last line.
func (b *block) fence(lines []line, i, end int, info string) int {
	open := i
	content := []string{}
	closed := false
	for i++; i < end; i++ {
		text := strings.TrimPrefix(strings.TrimPrefix(lines[i].text, "---"), " ")
		if strings.TrimSpace(text) == "```" {
			closed = true
			break
		}
		content = append(content, strings.TrimRight(text, " \t"))
	}
	if !closed {
		b.problem(open+1, "code block is not closed")
		i = end - 1
	}
	words := strings.Fields(info)
	if len(words) == 0 || words[0] != "lua" {
		b.prose.add("```" + strings.TrimSpace(info))
		for _, c := range content {
			b.prose.add(c)
		}
		b.prose.add("```")
		return i
	}
	fence := append(append([]string{"```lua"}, content...), "```")
	code := strings.Join(content, "\n") + "\n"
	if strings.TrimSpace(code) == "" {
		b.problem(open+1, "example is empty")
	}
	b.prose.addExample(Example{Code: code, Words: words[1:], File: b.path, Line: open + 2}, fence)
	return i
}

func (b *block) problem(line int, format string, args ...any) {
	b.problems = append(b.problems, Problem{b.path, line, fmt.Sprintf(format, args...)})
}

// finish gives the prose that no tag claimed, and the tags every comment may have, to what the block declares: the
// function if it has tags of one, or else the last class or alias.
func (b *block) finish() {
	doc, full, examples := b.prose.take()
	var target *Comment
	switch {
	case b.isFunc:
		target, b.full = &b.fn.Comment, full
	case len(b.classes) > 0:
		target = &b.classes[len(b.classes)-1].Comment
	case len(b.aliases) > 0:
		target = &b.aliases[len(b.aliases)-1].Comment
	default:
		target = &b.fn.Comment
		b.full = full
	}
	if doc != "" && target.Doc != "" {
		doc = target.Doc + "\n\n" + doc
	} else if doc == "" {
		doc = target.Doc
	}
	target.Doc = doc
	target.Examples = append(target.Examples, examples...)
	if target != &b.fn.Comment {
		c := &b.fn.Comment
		target.Zh, target.Source, target.See = c.Zh, c.Source, c.See
		target.Since, target.Deprecated = c.Since, c.Deprecated
		if b.full == "" {
			b.full = target.Doc
		}
	}
	for _, c := range b.classes {
		c.Comment.settle(c.Name)
	}
	for _, a := range b.aliases {
		a.Comment.settle(a.Name)
	}
	b.fn.Comment.settle("")
}

// settle derives the summary and marks the examples with the owner's name.
func (c *Comment) settle(owner string) {
	c.Summary = firstSentence(c.Doc)
	for i := range c.Examples {
		c.Examples[i].Owner = owner
	}
}
