package luadoc

import (
	"slices"
	"strings"

	"nslua/lua/command"
)

// ignoredTags are tags of LuaLS that say nothing to a reader.
var ignoredTags = map[string]bool{
	"async": true, "cast": true, "diagnostic": true, "language": true, "nodiscard": true, "operator": true,
	"version": true, "module": true,
}

var knownTags = []string{
	"alias", "class", "deprecated", "errors", "explain", "field", "generic", "meta", "overload", "param", "private",
	"return", "see", "since", "source", "type", "vararg", "zh",
}

func (b *block) tag(t tag) {
	switch t.name {
	case "class":
		b.class(t)
	case "field":
		b.field(t)
	case "alias":
		b.alias(t)
	case "param":
		b.param(t)
	case "vararg":
		t.text = "... " + t.text
		b.param(t)
	case "return":
		b.result(t)
	case "overload":
		b.isFunc = true
		typ, _ := b.typeOf(t, t.joined())
		b.fn.Overloads = append(b.fn.Overloads, typ)
	case "generic":
		for _, g := range splitList(t.joined()) {
			name, _, _ := strings.Cut(g, ":")
			b.fn.Generics = append(b.fn.Generics, strings.TrimSpace(name))
		}
	case "type":
		b.typ, b.typDoc = b.typeOf(t, t.joined())
	case "meta":
		b.meta = true
		b.module = t.text
	case "private", "package", "protected":
		b.private = true
	default:
		b.houseTag(t)
	}
}

// houseTag reads the tags about the thing as a whole.
func (b *block) houseTag(t tag) {
	switch t.name {
	case "source":
		b.fn.Source = append(b.fn.Source, splitList(t.joined())...)
	case "see":
		b.fn.See = append(b.fn.See, splitList(t.joined())...)
	case "since":
		b.fn.Since = t.text
	case "zh":
		b.fn.Zh = t.joined()
	case "deprecated":
		b.fn.Deprecated = t.joined()
		if b.fn.Deprecated == "" {
			b.fn.Deprecated = "deprecated"
		}
	case "errors":
		code, doc, _ := strings.Cut(t.joined(), " ")
		if code == "" {
			b.problem(t.line, "@errors names no errno")
			return
		}
		b.fn.Errors = append(b.fn.Errors, Errno{code, strings.TrimSpace(doc)})
	case "explain":
		b.explain(t)
	default:
		b.unknownTag(t)
	}
}

func (b *block) unknownTag(t tag) {
	if ignoredTags[t.name] {
		return
	}
	if near, ok := Nearest(t.name, knownTags); ok {
		b.problem(t.line, "unknown tag @%s, did you mean @%s?", t.name, near)
		return
	}
	b.problem(t.line, "unknown tag @%s", t.name)
}

// explain reads the templates of the equivalent commands, and what else a script of them wants to know.
func (b *block) explain(t tag) {
	b.isFunc = true
	lines := append([]string{t.text}, t.more...)
	lines = slices.DeleteFunc(lines, func(l string) bool { return l == "" })
	if len(lines) == 0 {
		b.problem(t.line, "@explain says nothing")
		return
	}
	word, rest, _ := strings.Cut(lines[0], " ")
	if word == "passive" {
		b.fn.Passive = true
		lines[0] = strings.TrimSpace(rest)
		word, rest, _ = strings.Cut(lines[0], " ")
	}
	switch word {
	case "none":
		if b.fn.NoEquivalent = strings.TrimSpace(strings.Join(append([]string{rest}, lines[1:]...), " ")); b.fn.NoEquivalent == "" {
			b.problem(t.line, "@explain none gives no reason")
		}
		return
	case "undo", "script", "as", "inside", "enter", "renames":
		if lines[0] = strings.TrimSpace(rest); lines[0] == "" {
			b.problem(t.line, "@explain %s says nothing", word)
			return
		}
	default:
		word = ""
	}
	if word == "script" && lines[0] == "none" {
		lines[0] = ""
	}
	for _, l := range lines {
		tmpl, err := command.Parse(l)
		if err != nil {
			b.problem(t.line, "@explain: %v", err)
			continue
		}
		b.fn.explain(word, tmpl)
	}
}

func (f *Func) explain(word string, t *command.Template) {
	switch word {
	case "undo":
		f.Undo = append(f.Undo, t)
	case "script":
		f.Script = append(f.Script, t)
	case "as":
		f.As = t
	case "inside":
		f.Inside = t
	case "enter":
		f.Enter = t
	case "renames":
		f.Renames = t
	default:
		f.Explain = append(f.Explain, t)
	}
}

// typeOf reads a type and the description after it.
func (b *block) typeOf(t tag, text string) (Type, string) {
	typ, rest, err := ParseType(text)
	if err != nil {
		b.problem(t.line, "@%s: %v", t.name, err)
		word, rest, _ := strings.Cut(text, " ")
		return Type{Kind: Named, Name: word}, strings.TrimSpace(rest)
	}
	return typ, description(rest)
}

// description drops the marks LuaLS allows before a text.
func description(s string) string {
	for _, mark := range []string{"# ", "@ ", "#"} {
		if rest, ok := strings.CutPrefix(s, mark); ok {
			return strings.TrimSpace(rest)
		}
	}
	return strings.TrimSpace(s)
}

func (b *block) param(t tag) {
	b.isFunc = true
	name, rest, _ := strings.Cut(t.joined(), " ")
	var p Param
	p.Name, p.Optional = strings.CutSuffix(name, "?")
	if p.Name == "" {
		b.problem(t.line, "@param names no parameter")
		return
	}
	p.Rest = p.Name == "..."
	p.Type, p.Doc = b.typeOf(t, strings.TrimSpace(rest))
	p.Optional = p.Optional || p.Type.Nilable()
	b.fn.Params = append(b.fn.Params, p)
}

func (b *block) result(t tag) {
	b.isFunc = true
	typ, rest, err := ParseType(t.joined())
	if err != nil {
		b.typeOf(t, t.joined())
		return
	}
	r := Return{Type: typ}
	if name, doc, ok := strings.Cut(rest, "#"); ok && !strings.Contains(strings.TrimSpace(name), " ") {
		r.Name, r.Doc = strings.TrimSpace(name), strings.TrimSpace(doc)
	} else if doc, ok := strings.CutPrefix(rest, "..."); ok {
		r.Name, r.Doc = "...", description(strings.TrimSpace(doc))
	} else {
		r.Doc = description(rest)
	}
	b.fn.Returns = append(b.fn.Returns, r)
}

func (b *block) class(t tag) {
	text := strings.TrimSpace(strings.TrimPrefix(t.joined(), "(exact)"))
	end := strings.IndexFunc(text, func(r rune) bool { return r == ' ' || r == ':' })
	name, rest := text, ""
	if end >= 0 {
		name, rest = text[:end], strings.TrimSpace(text[end:])
	}
	if name == "" {
		b.problem(t.line, "@class gives no name")
		return
	}
	c := &Class{Name: name}
	c.File, c.Line = b.path, t.line
	c.Doc, b.full, c.Examples = b.prose.take()
	if parent, ok := strings.CutPrefix(rest, ":"); ok {
		parents := splitList(parent)
		if len(parents) != 1 {
			b.problem(t.line, "class %s: want one parent, got %d", name, len(parents))
		}
		if len(parents) > 0 {
			c.Parent = strings.Fields(parents[0])[0]
		}
	}
	b.classes = append(b.classes, c)
}

// field adds a field to the last class. Prose above the first one is about the class, unless that has some already;
// above others it is about the field.
func (b *block) field(t tag) {
	if len(b.classes) == 0 {
		b.problem(t.line, "@field without a @class above it")
		return
	}
	c := b.classes[len(b.classes)-1]
	name, rest, err := fieldName(t.joined())
	if err != "" {
		b.problem(t.line, "@field %s", err)
		return
	}
	f := &Field{Owner: c.Name, File: b.path, Line: t.line}
	f.Name, f.Optional = strings.CutSuffix(name, "?")
	f.Name = strings.TrimSpace(f.Name)
	if key, ok := strings.CutPrefix(f.Name, `["`); ok {
		f.Name = strings.TrimSuffix(key, `"]`)
	}
	f.Type, f.Doc = b.typeOf(t, rest)
	f.Optional = f.Optional || f.Type.Nilable()
	if above, full, examples := b.prose.take(); len(c.Fields) == 0 && c.Doc == "" {
		c.Doc, b.full, c.Examples = above, full, append(c.Examples, examples...)
	} else {
		c.Examples = append(c.Examples, examples...)
		f.Doc = strings.TrimSpace(above + "\n" + f.Doc)
	}
	c.Fields = append(c.Fields, f)
}

// fieldName cuts the key off, which may be in brackets.
func fieldName(s string) (name, rest, problem string) {
	if !strings.HasPrefix(s, "[") {
		name, rest, _ = strings.Cut(s, " ")
		if name == "" {
			problem = "gives no name"
		}
		return name, strings.TrimSpace(rest), problem
	}
	i := strings.Index(s, "]")
	if i < 0 {
		return "", "", "key: ] expected"
	}
	if i++; strings.HasPrefix(s[i:], "?") {
		i++
	}
	return s[:i], strings.TrimSpace(s[i:]), ""
}

func (b *block) alias(t tag) {
	name, rest, _ := strings.Cut(t.joined(), " ")
	if name == "" {
		b.problem(t.line, "@alias gives no name")
		return
	}
	a := &Alias{Name: name}
	a.File, a.Line = b.path, t.line
	a.Doc, _, a.Examples = b.prose.take()
	b.aliases = append(b.aliases, a)
	if rest = strings.TrimSpace(rest); rest == "" {
		return
	}
	typ, doc := b.typeOf(t, rest)
	if doc != "" && a.Doc == "" {
		a.Doc = doc
	}
	a.widen(typ, "")
}

// aliasValue reads a line "| VALUE # text" below an alias.
func (b *block) aliasValue(text string, line int) {
	if len(b.aliases) == 0 {
		b.prose.add(text)
		return
	}
	text = strings.TrimLeft(text, "|+> ")
	if strings.HasPrefix(text, `'"`) || strings.HasPrefix(text, `"'`) {
		// The older notation quotes the literal once more.
		if end := strings.Index(text[2:], text[1:2]+text[:1]); end >= 0 {
			text = text[1:2+end+1] + text[2+end+2:]
		}
	}
	typ, doc := b.typeOf(tag{name: "alias", line: line}, text)
	b.aliases[len(b.aliases)-1].widen(typ, doc)
}

// widen adds the alternatives of t to the alias.
func (a *Alias) widen(t Type, doc string) {
	alternatives := []Type{t}
	if t.Kind == Union && !t.Optional {
		alternatives = t.Args
	}
	for _, v := range alternatives {
		if v.Kind == Literal {
			a.Values = append(a.Values, Value{unquoted(v.Name), doc})
		}
	}
	switch {
	case a.Type.Kind == None:
		a.Type = t
	case a.Type.Kind == Union && !a.Type.Optional:
		a.Type.Args = append(a.Type.Args, alternatives...)
	default:
		a.Type = Type{Kind: Union, Args: append([]Type{a.Type}, alternatives...)}
	}
}
