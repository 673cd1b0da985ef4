package luadoc

import (
	"strconv"
	"strings"
)

func optionalName(name string, optional bool) string {
	if optional {
		return name + "?"
	}
	return name
}

func (t *texter) function(f *Func) {
	t.title(t.Signature(f), &f.Comment)
	t.parameters(f)
	t.results(f)
	if len(f.Overloads) > 0 {
		t.section("Also")
		for _, o := range f.Overloads {
			t.line(2, paint(t.Style.Type, strings.Replace(o.String(), "fun", f.Name, 1)))
		}
	}
	if len(f.Errors) > 0 {
		t.section("Errors")
		var rows []row
		for _, e := range f.Errors {
			rows = append(rows, row{indent: 2, name: e.Code, doc: e.Doc})
		}
		t.rows(rows)
	}
	t.examples(f.Examples)
	t.equivalent(f)
	t.footer(&f.Comment)
}

func (t *texter) parameters(f *Func) {
	if len(f.Params) == 0 {
		return
	}
	t.section("Parameters")
	var rows []row
	expanded := map[*Class]bool{}
	for _, p := range f.Params {
		rows = append(rows, row{2, optionalName(p.Name, p.Optional && !p.Rest), p.Type.String(), t.withValues(p.Doc, p.Type)})
		c := t.ClassOf(p.Type)
		if c == nil {
			c = t.ElementOf(p.Type)
		}
		if c != nil && t.IsRecord(c) && !expanded[c] {
			expanded[c] = true
			rows = append(rows, t.fields(c, 4)...)
		}
	}
	t.rows(rows)
}

func (t *texter) results(f *Func) {
	if len(f.Returns) == 0 {
		return
	}
	t.section("Returns")
	var rows []row
	expanded := map[*Class]bool{}
	for _, r := range f.Returns {
		name, typ := r.Name, r.Type.String()
		if name == "" {
			name, typ = typ, ""
		}
		rows = append(rows, row{2, name, typ, t.withValues(r.Doc, r.Type)})
		c := t.ClassOf(r.Type)
		if c == nil {
			c = t.ElementOf(r.Type)
		}
		if c != nil && t.IsRecord(c) && !expanded[c] {
			expanded[c] = true
			rows = append(rows, t.fields(c, 4)...)
		}
	}
	t.rows(rows)
}

// withValues adds the values of an enumeration to the description of what takes one.
func (t *texter) withValues(doc string, typ Type) string {
	values := t.Values(typ)
	if len(values) == 0 || hasLiteral(typ) {
		return doc
	}
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = strconv.Quote(v.Value)
	}
	text := "one of " + strings.Join(parts, " ")
	if doc == "" {
		return text
	}
	return doc + ": " + text
}

// hasLiteral reports whether the type shows its values itself.
func hasLiteral(t Type) bool {
	found := false
	t.Walk(func(t Type) { found = found || t.Kind == Literal })
	return found
}

// fieldText writes a field's name as a list shows it.
func fieldText(f *Field) string {
	if f.Name == "[integer]" {
		return "[1], [2], ..."
	}
	return optionalName(keyText(f.Name), f.Optional)
}

func (t *texter) fields(c *Class, indent int) []row {
	var rows []row
	for _, f := range t.Fields(c) {
		rows = append(rows, row{indent, fieldText(f), f.Type.String(), t.withValues(f.Doc, f.Type)})
	}
	return rows
}

func (t *texter) equivalent(f *Func) {
	switch {
	case len(f.Explain) > 0:
		t.section("Equivalent command")
		for _, e := range f.Explain {
			t.line(2, paint(t.Style.Code, e.Usage()))
		}
	case f.NoEquivalent != "":
		t.section("Equivalent command")
		t.paragraph(2, "none: "+f.NoEquivalent)
	}
}

func (t *texter) module(m *Module) {
	t.title(m.Name, &m.Comment)
	var rows []row
	for _, f := range m.Fields {
		rows = append(rows, row{2, f.FullName(), f.Type.String(), f.Brief()})
	}
	if len(rows) > 0 {
		t.section("Constants")
		t.rows(rows)
	}
	t.summaries("Functions", m.Funcs)
	rows = nil
	for _, c := range m.Classes {
		rows = append(rows, row{indent: 2, name: c.Name, doc: c.Summary})
	}
	for _, a := range m.Aliases {
		rows = append(rows, row{indent: 2, name: a.Name, doc: a.Summary})
	}
	if len(rows) > 0 {
		t.section("Types")
		t.rows(rows)
	}
	t.footer(&m.Comment)
}

// summaries lists functions with one sentence each.
func (t *texter) summaries(title string, funcs []*Func) {
	if len(funcs) == 0 {
		return
	}
	t.section(title)
	for _, f := range funcs {
		signature := t.Signature(f)
		for shown := maxShown - 1; shown >= 0 && textWidth(signature) > t.Width-2; shown-- {
			signature = t.signature(f, shown)
		}
		t.line(2, paint(t.Style.Name, signature))
		text := f.Summary
		if t.Zh && f.Zh != "" {
			text = f.Zh
		}
		t.paragraph(6, text)
	}
}

func (t *texter) class(c *Class) {
	title := c.Name
	if c.Parent != "" {
		title += " : " + c.Parent
	}
	t.title(title, &c.Comment)
	if rows := t.fields(c, 2); len(rows) > 0 {
		t.section("Fields")
		t.rows(rows)
	}
	t.summaries("Methods", t.Methods(c))
	t.examples(c.Examples)
	t.footer(&c.Comment)
}

func (t *texter) alias(a *Alias) {
	t.title(a.Name, &a.Comment)
	if len(a.Values) == 0 {
		t.line(0, "")
		t.rows([]row{{2, "type", a.Type.String(), ""}})
	} else {
		t.section("Values")
		var rows []row
		for _, v := range a.Values {
			rows = append(rows, row{indent: 2, name: strconv.Quote(v.Value), doc: v.Doc})
		}
		t.rows(rows)
	}
	t.examples(a.Examples)
	t.footer(&a.Comment)
}

func (t *texter) constant(f *Field) {
	title := f.FullName()
	if f.Type.Kind != None {
		title += ": " + optionalName(f.Type.String(), f.Optional && !f.Type.Nilable())
	}
	t.title(title, &Comment{Doc: f.Doc})
	var below []*Func
	for _, name := range t.Members(f.FullName()) {
		if fn := t.Func(f.FullName() + "." + name); fn != nil {
			below = append(below, fn)
		}
	}
	t.summaries("Functions", below)
}
