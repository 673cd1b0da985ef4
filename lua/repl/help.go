package repl

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"nslua/lua"
	"nslua/lua/luadoc"
)

// docPage is how documentation looks here.
func (p *Prompt) docPage() luadoc.Page {
	columns, _ := p.Size()
	page := luadoc.Page{Width: columns}
	if p.Color {
		page.Style = luadoc.Style{Heading: "1", Name: "36", Type: "32", Code: "33", Strong: "1"}
	}
	return page
}

// help is x?: the documentation of what is called so, or of what a variable holds.
func (p *Prompt) help(text string) error {
	v, known := p.lookup(text)
	name, documented := text, false
	if known {
		if f, ok := v.(*lua.Function); ok && !f.IsG {
			return p.describe(f)
		}
		name, documented = p.State.DocName(v)
	}
	if !documented && p.State.Docs().Lookup(text) != nil {
		name, documented = text, true
	}
	if known && !documented {
		fmt.Fprintf(p.Out, "%s, a %s\n", text, v.Type())
		return nil
	}
	if s, ok := v.(lua.String); ok && known && name == string(s) {
		fmt.Fprintf(p.Out, "%s, a string\n", text)
		return nil
	}
	page, err := lua.HelpText(p.State.Docs(), name, p.docPage())
	if err != nil {
		return err
	}
	p.page(page)
	return nil
}

// source is x??: the source of a Lua function.
func (p *Prompt) source(text string) error {
	v, known := p.lookup(text)
	f, ok := v.(*lua.Function)
	if !known || !ok {
		return fmt.Errorf("%s is no function", text)
	}
	if f.IsG {
		if err := p.help(text); err != nil {
			return err
		}
		fmt.Fprintln(p.Out, "It is written in Go.")
		return nil
	}
	lines, from, ok := p.sourceOf(f)
	if !ok {
		return fmt.Errorf("the source of %s is not at hand", text)
	}
	p.page(fmt.Sprintf("-- %s:%d\n%s\n", f.Proto.SourceName, from, strings.Join(lines, "\n")))
	return nil
}

// describe tells what is known of a function written in Lua.
func (p *Prompt) describe(f *lua.Function) error {
	if name, ok := p.State.DocName(f); ok && p.State.Docs().Lookup(name) != nil {
		text, err := lua.HelpText(p.State.Docs(), name, p.docPage())
		if err == nil {
			p.page(text)
		}
		return err
	}
	var params []string
	for _, l := range f.Proto.DbgLocals[:min(int(f.Proto.NumParameters), len(f.Proto.DbgLocals))] {
		params = append(params, l.Name)
	}
	if f.Proto.IsVarArg != 0 {
		params = append(params, "...")
	}
	fmt.Fprintf(p.Out, "function(%s), %s:%d\n", strings.Join(params, ", "), f.Proto.SourceName, f.Proto.LineDefined)
	if text, ok := p.text(f.Proto.SourceName); ok {
		lines := strings.Split(text, "\n")
		end := f.Proto.LineDefined - 1
		begin := end
		for begin > 0 && begin <= len(lines) && strings.HasPrefix(strings.TrimSpace(lines[begin-1]), "--") {
			begin--
		}
		for _, l := range lines[begin:end] {
			fmt.Fprintln(p.Out, strings.TrimLeft(strings.TrimSpace(l), "- "))
		}
	}
	return nil
}

// sourceOf are the lines of a function.
func (p *Prompt) sourceOf(f *lua.Function) (lines []string, from int, ok bool) {
	text, ok := p.text(f.Proto.SourceName)
	if !ok {
		return nil, 0, false
	}
	all := strings.Split(text, "\n")
	from, to := f.Proto.LineDefined, f.Proto.LastLineDefined
	if from < 1 || to < from || to > len(all) {
		return nil, 0, false
	}
	return all[from-1 : to], from, true
}

// text is that of a chunk.
func (p *Prompt) text(chunk string) (string, bool) {
	if text, ok := p.Sources[chunk]; ok {
		return text, true
	}
	for _, m := range p.State.Modules() {
		if m.Source != "" && m.Name+".lua" == chunk {
			return m.Source, true
		}
	}
	return "", false
}

// search is ?word: what the documentation says of it.
func (p *Prompt) search(word string) error {
	if word == "" {
		return p.helpMeta("")
	}
	found := p.State.Docs().Search(word)
	if len(found) == 0 {
		return fmt.Errorf("nothing mentions '%s'", word)
	}
	var b strings.Builder
	for _, item := range found {
		b.WriteString(strings.TrimRight(fmt.Sprintf("%-28s %s", item.FullName(), item.Brief()), " ") + "\n")
	}
	p.page(b.String())
	return nil
}

// helpMeta is :help.
func (p *Prompt) helpMeta(string) error {
	var b strings.Builder
	b.WriteString(`Type Lua. An expression shows its value, which is _ from then on; _1, _2 … are those before.
A local of the outermost level stays for the session: it is a global.

  x?            help on a value or a name; help() lists everything
  x??           the source of a Lua function
  ?word         what the documentation says of a word
  !command      run a shell command where the prompt is
  Tab           complete; a block is edited as one text, Alt-Enter begins a line in any case
  Ctrl-R        search the history; an input that begins with a space is kept from it
  Ctrl-C        give up the input, or stop what runs; Ctrl-D leaves

`)
	all := metas()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "  %-24s %s\n", strings.TrimSpace(":"+name+" "+all[name].args), all[name].about)
	}
	p.page(b.String())
	return nil
}

// why is :why, what is known of the last error.
func (p *Prompt) why(string) error {
	if p.failure == nil {
		fmt.Fprintln(p.Out, "Nothing has failed.")
		return nil
	}
	u := p.State.Uncaught(p.failure)
	var b strings.Builder
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&b, "%-10s %s\n", name, strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n           "))
		}
	}
	line("call", u.Op)
	line("error", u.Message)
	if u.Code != "" {
		line("errno", fmt.Sprintf("%s (%d)", u.Code, u.Errno))
	}
	if u.Line > 0 {
		line("where", fmt.Sprintf("%s:%d", u.Chunk, u.Line))
		if text, ok := p.text(u.Chunk); ok {
			if lines := strings.Split(text, "\n"); u.Line <= len(lines) {
				line("", strings.TrimSpace(lines[u.Line-1]))
			}
		}
	}
	if f := p.State.Docs().Func(u.Op); f != nil {
		line("what", f.Summary)
		for _, e := range f.Errors {
			if e.Code == u.Code {
				line("rule", e.Code+": "+e.Doc)
			}
		}
		line("found now", u.Hint)
		line("manual", strings.Join(f.Source, ", "))
		line("help", u.Op+"?")
	} else {
		line("found now", u.Hint)
	}
	line("traceback", u.Traceback)
	p.page(b.String())
	return nil
}
