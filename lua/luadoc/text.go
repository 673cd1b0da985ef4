package luadoc

import (
	"slices"
	"strings"
)

// Page says how a help text is laid out.
type Page struct {
	Width int // columns; 80 if 0
	Style Style
	Zh    bool // show the Chinese summaries
}

// Text renders the help of an item for a terminal. It ends in a newline.
func (s *Set) Text(item Item, page Page) string {
	if page.Width <= 0 {
		page.Width = 80
	}
	t := texter{Set: s, Page: page}
	switch item := item.(type) {
	case *Module:
		t.module(item)
	case *Func:
		t.function(item)
	case *Class:
		t.class(item)
	case *Alias:
		t.alias(item)
	case *Field:
		t.constant(item)
	}
	return strings.TrimRight(t.b.String(), "\n") + "\n"
}

type texter struct {
	*Set
	Page
	b strings.Builder
}

func (t *texter) line(indent int, text string) {
	if text != "" {
		t.b.WriteString(strings.Repeat(" ", indent) + text)
	}
	t.b.WriteByte('\n')
}

// section begins a part of the page under a title.
func (t *texter) section(title string) {
	t.line(0, "")
	t.line(0, paint(t.Style.Heading, title))
}

// title writes the first line, and the prose below it.
func (t *texter) title(text string, c *Comment) {
	for i, l := range wrap(text, t.Width-4) {
		t.line(min(i, 1)*4, paint(t.Style.Name, l))
	}
	if c.Deprecated != "" {
		t.line(0, "")
		t.paragraph(2, c.deprecation())
	}
	if t.Zh && c.Zh != "" {
		t.line(0, "")
		t.paragraph(2, c.Zh)
	}
	if c.Doc != "" {
		t.line(0, "")
		t.prose(2, c.Doc)
	}
}

func (t *texter) paragraph(indent int, text string) {
	for _, l := range t.Style.inline(wrap(text, t.Width-indent)) {
		t.line(indent, l)
	}
}

// prose lays light Markdown out: paragraphs, lists and code blocks; a heading becomes a title.
func (t *texter) prose(indent int, doc string) {
	for _, b := range blocks(doc) {
		switch b.kind {
		case blank:
			t.line(0, "")
		case verbatim:
			t.code(indent+2, b.text)
		case heading:
			t.line(indent, paint(t.Style.Heading, b.text))
		case bullet:
			lines := t.Style.inline(wrap(b.text, t.Width-indent-len(b.mark)))
			for i, l := range lines {
				if i == 0 {
					t.line(indent, b.mark+l)
				} else {
					t.line(indent+len(b.mark), l)
				}
			}
		default:
			t.paragraph(indent, b.text)
		}
	}
}

func (t *texter) code(indent int, code string) {
	for _, l := range strings.Split(strings.TrimRight(code, "\n"), "\n") {
		t.line(indent, paint(t.Style.Code, l))
	}
}

// row is a line of a list of names, types and descriptions.
type row struct {
	indent int
	name   string
	typ    string
	doc    string
}

// rows writes a list in columns. What is too long for its column pushes the description to the next line.
func (t *texter) rows(rows []row) {
	const gap = 2
	nameMax, typeMax := t.Width/2, t.Width/4
	if slices.ContainsFunc(rows, func(r row) bool { return r.typ != "" }) {
		nameMax = t.Width / 4
	}
	nameWidth, typeWidth := 0, 0
	for _, r := range rows {
		if w := r.indent + textWidth(r.name); w <= nameMax {
			nameWidth = max(nameWidth, w)
		}
		if w := textWidth(r.typ); w <= typeMax {
			typeWidth = max(typeWidth, w)
		}
	}
	column := nameWidth + gap + typeWidth + gap
	if typeWidth == 0 {
		column = nameWidth + gap
	}
	for _, r := range rows {
		plain := pad(strings.Repeat(" ", r.indent)+r.name, nameWidth)
		head := strings.Repeat(" ", r.indent) + paint(t.Style.Name, r.name) + plain[r.indent+len(r.name):]
		if r.typ != "" {
			plain += "  " + r.typ
			head += "  " + paint(t.Style.Type, r.typ)
		}
		doc := t.Style.inline(wrap(r.doc, t.Width-column))
		w := textWidth(plain)
		if len(doc) > 0 && w+gap <= column {
			head += strings.Repeat(" ", column-w) + doc[0]
			doc = doc[1:]
		}
		t.b.WriteString(strings.TrimRight(head, " ") + "\n")
		for _, l := range doc {
			t.line(column, l)
		}
	}
}

func (t *texter) examples(list []Example) {
	if len(list) == 0 {
		return
	}
	if len(list) == 1 {
		t.section("Example")
	} else {
		t.section("Examples")
	}
	for i, e := range list {
		if i > 0 {
			t.line(0, "")
		}
		if e.Caption != "" {
			t.paragraph(2, e.Caption)
		}
		t.code(2+2*min(len(e.Caption), 1), e.Code)
	}
}

// footer writes where a thing comes from and what to read next.
func (t *texter) footer(c *Comment) {
	var rows []row
	add := func(name, text string) {
		if text != "" {
			rows = append(rows, row{name: name, doc: text})
		}
	}
	add("Source", strings.Join(c.Source, ", "))
	add("See also", strings.Join(c.See, ", "))
	add("Since", c.Since)
	if len(rows) == 0 {
		return
	}
	t.line(0, "")
	style := t.Style
	t.Style.Name = t.Style.Heading
	t.rows(rows)
	t.Style = style
}
