package luadoc

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Markdown renders the reference of all modules: a table of contents, a heading for each module, function, method and
// type, links between them. The same set always gives the same text. A record that only one function uses is shown
// with that function alone.
func (s *Set) Markdown(title string) string {
	m := markdown{Set: s, anchors: map[string]string{}, used: map[string]int{}, single: s.single()}
	m.plan(title)
	m.printf("# %s\n", title)
	m.contents()
	for _, mod := range s.Modules {
		m.module(mod)
	}
	return m.b.String()
}

type markdown struct {
	*Set
	b       strings.Builder
	anchors map[string]string // by heading: kind and name
	used    map[string]int
	single  map[*Class]bool // records shown where they are used
}

func (m *markdown) printf(format string, args ...any) { fmt.Fprintf(&m.b, format, args...) }

// single returns the records that exactly one place mentions, a parameter or result of a function.
func (s *Set) single() map[*Class]bool {
	mentions := map[*Class]int{}
	direct := map[*Class]int{}
	count := func(t Type, inFunc bool) {
		c := s.ClassOf(t)
		if c == nil {
			c = s.ElementOf(t)
		}
		if c != nil && inFunc {
			direct[c]++
		}
		t.Walk(func(t Type) {
			if c, ok := s.byName[t.Name].(*Class); ok && t.Kind == Named {
				mentions[c]++
			}
		})
	}
	function := func(f *Func) {
		for _, p := range f.Params {
			count(p.Type, true)
		}
		for _, r := range f.Returns {
			count(r.Type, true)
		}
		for _, o := range f.Overloads {
			count(o, false)
		}
	}
	for _, m := range s.Modules {
		for _, f := range m.Funcs {
			function(f)
		}
		for _, f := range m.Fields {
			count(f.Type, false)
		}
		for _, a := range m.Aliases {
			count(a.Type, false)
		}
		for _, c := range m.Classes {
			for _, f := range c.Methods {
				function(f)
			}
			for _, f := range c.Fields {
				count(f.Type, false)
			}
			if parent := s.Class(c.Parent); parent != nil {
				mentions[parent]++
			}
		}
	}
	out := map[*Class]bool{}
	for c, n := range mentions {
		out[c] = n == 1 && direct[c] == 1 && s.IsRecord(c) && len(c.Examples) == 0
	}
	return out
}

// plan assigns the anchors, in the order of the headings.
func (m *markdown) plan(title string) {
	m.anchor(title, "")
	m.anchor("Contents", "")
	for _, mod := range m.Modules {
		m.anchor(mod.Name, "module "+mod.Name)
		for _, f := range mod.Funcs {
			m.anchor(f.Name, f.Name)
		}
		for _, c := range mod.Classes {
			if m.single[c] {
				continue
			}
			m.anchor(c.Name, c.Name)
			for _, f := range c.Methods {
				m.anchor(f.Name, f.Name)
			}
		}
		for _, a := range mod.Aliases {
			m.anchor(a.Name, a.Name)
		}
	}
}

// anchor computes the name GitHub gives to a heading: letters, digits and "_" in lower case, "-" for blanks, a number
// if it was there before.
func (m *markdown) anchor(heading, key string) {
	var b strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case r == ' ' || r == '-':
			b.WriteByte('-')
		case r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		}
	}
	slug := b.String()
	n := m.used[slug]
	m.used[slug]++
	if n > 0 {
		slug += "-" + strconv.Itoa(n)
	}
	if _, ok := m.anchors[key]; !ok {
		m.anchors[key] = slug
	}
}

func (m *markdown) contents() {
	m.printf("\n## Contents\n\n")
	for _, mod := range m.Modules {
		m.printf("- [%s](#%s)", mod.Name, m.anchors["module "+mod.Name])
		if mod.Summary != "" {
			m.printf(": %s", mod.Summary)
		}
		m.printf("\n")
		var names []string
		for _, f := range mod.Funcs {
			names = append(names, m.nameLink(f.Name))
		}
		m.contentsLine(names)
		names = nil
		for _, c := range mod.Classes {
			if !m.single[c] {
				names = append(names, m.nameLink(c.Name))
			}
		}
		for _, a := range mod.Aliases {
			names = append(names, m.nameLink(a.Name))
		}
		m.contentsLine(names)
	}
}

func (m *markdown) contentsLine(names []string) {
	if len(names) > 0 {
		m.printf("  - %s\n", strings.Join(names, ", "))
	}
}

func (m *markdown) nameLink(name string) string { return "[" + name + "](#" + m.anchors[name] + ")" }

func (m *markdown) module(mod *Module) {
	m.printf("\n## %s\n", mod.Name)
	m.comment(&mod.Comment)
	if len(mod.Fields) > 0 {
		m.printf("\nConstants:\n\n")
		for _, f := range mod.Fields {
			m.item(0, f.FullName(), false, f.Type, f.Doc)
		}
	}
	m.references(&mod.Comment)
	for _, f := range mod.Funcs {
		m.function(f)
	}
	for _, c := range mod.Classes {
		if !m.single[c] {
			m.class(c)
		}
	}
	for _, a := range mod.Aliases {
		m.alias(a)
	}
}

// comment writes what stands at the beginning of every entry.
func (m *markdown) comment(c *Comment) {
	if c.Deprecated != "" {
		m.printf("\n**%s**\n", c.deprecation())
	}
	if c.Doc != "" {
		m.printf("\n%s\n", c.Doc)
	}
	if c.Zh != "" {
		m.printf("\n%s\n", c.Zh)
	}
}

// item writes a list entry for a parameter, a result or a field.
func (m *markdown) item(indent int, name string, optional bool, t Type, doc string) {
	m.printf("%s-", strings.Repeat("  ", indent))
	if name != "" {
		m.printf(" `%s`", optionalName(name, optional))
	}
	if t.Kind != None {
		m.printf(" %s", m.typeText(t))
	}
	if doc != "" {
		m.printf(": %s", strings.ReplaceAll(doc, "\n", " "))
	}
	m.printf("\n")
}

// typeText writes a type; one that has a heading links to it.
func (m *markdown) typeText(t Type) string {
	text := "`" + t.String() + "`"
	var target string
	t.Walk(func(t Type) {
		if a := m.anchors[t.Name]; t.Kind == Named && a != "" && target == "" {
			target = a
		}
	})
	if target == "" {
		return text
	}
	return "[" + text + "](#" + target + ")"
}

func (m *markdown) examples(list []Example) {
	for _, e := range list {
		if e.Caption != "" {
			m.printf("\n%s\n", e.Caption)
		}
		m.printf("\n```lua\n%s```\n", e.Code)
	}
}

func (m *markdown) references(c *Comment) {
	if len(c.Source) > 0 {
		m.printf("\nSource: %s\n", strings.Join(c.Source, ", "))
	}
	if len(c.See) > 0 {
		links := make([]string, len(c.See))
		for i, see := range c.See {
			links[i] = see
			if item := m.Lookup(see); item != nil {
				if a := m.anchors[item.FullName()]; a != "" {
					links[i] = "[" + see + "](#" + a + ")"
				}
			}
		}
		m.printf("\nSee also: %s\n", strings.Join(links, ", "))
	}
	if c.Since != "" {
		m.printf("\nSince: %s\n", c.Since)
	}
}

func (m *markdown) function(f *Func) {
	m.printf("\n### %s\n\n```\n%s\n", f.Name, m.Signature(f))
	for _, o := range f.Overloads {
		m.printf("%s\n", strings.Replace(o.String(), "fun", f.Name, 1))
	}
	m.printf("```\n")
	m.comment(&f.Comment)
	if len(f.Params) > 0 {
		m.printf("\nParameters:\n\n")
		for _, p := range f.Params {
			m.item(0, p.Name, p.Optional && !p.Rest, p.Type, p.Doc)
			m.expand(p.Type)
		}
	}
	if len(f.Returns) > 0 {
		m.printf("\nReturns:\n\n")
		for _, r := range f.Returns {
			m.item(0, r.Name, false, r.Type, r.Doc)
			m.expand(r.Type)
		}
	}
	if len(f.Errors) > 0 {
		m.printf("\nErrors:\n\n")
		for _, e := range f.Errors {
			m.item(0, e.Code, false, Type{}, e.Doc)
		}
	}
	m.examples(f.Examples)
	switch {
	case len(f.Explain) > 0:
		m.printf("\nEquivalent command:\n\n```\n%s\n```\n", strings.Join(f.usages(), "\n"))
	case f.NoEquivalent != "":
		m.printf("\nEquivalent command: none, %s\n", f.NoEquivalent)
	}
	m.references(&f.Comment)
}

// expand lists the fields of a record that has no heading of its own.
func (m *markdown) expand(t Type) {
	c := m.ClassOf(t)
	if c == nil {
		c = m.ElementOf(t)
	}
	if c != nil && m.single[c] {
		m.fields(c, 1)
	}
}

func (m *markdown) fields(c *Class, indent int) {
	for _, f := range m.Fields(c) {
		m.item(indent, fieldText(f), false, f.Type, f.Doc)
	}
}

func (m *markdown) class(c *Class) {
	m.printf("\n### %s\n", c.Name)
	m.comment(&c.Comment)
	if c.Parent != "" {
		m.printf("\nInherits from %s.\n", m.typeText(Type{Kind: Named, Name: c.Parent}))
	}
	if len(c.Fields) > 0 {
		m.printf("\nFields:\n\n")
		for _, f := range c.Fields {
			m.item(0, fieldText(f), false, f.Type, f.Doc)
		}
	}
	m.examples(c.Examples)
	m.references(&c.Comment)
	for _, f := range c.Methods {
		m.function(f)
	}
}

func (m *markdown) alias(a *Alias) {
	m.printf("\n### %s\n", a.Name)
	m.comment(&a.Comment)
	if len(a.Values) == 0 {
		m.printf("\nType: %s\n", m.typeText(a.Type))
	} else {
		m.printf("\nValues:\n\n")
		for _, v := range a.Values {
			m.item(0, strconv.Quote(v.Value), false, Type{}, v.Doc)
		}
	}
	m.examples(a.Examples)
	m.references(&a.Comment)
}
