package repl

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"nslua/lua"
	"nslua/lua/luadoc"
	"nslua/lua/repl/editor"
)

// Completer finds what may stand at a place in an input. It runs nothing of the script's.
type Completer struct {
	State *lua.State
	// Names lists what exists: "interface", "pid" or "namespace".
	Names func(kind string) []string
}

func (c *Completer) global(name string) lua.Value { return global(c.State, name) }

// Complete finds what may stand at the byte offset pos of text.
func (c *Completer) Complete(text string, pos int) editor.Candidates {
	before := text[:pos]
	if trimmed := strings.TrimLeft(before, " "); strings.HasPrefix(trimmed, ":") && !strings.HasPrefix(trimmed, "::") {
		return completeMeta(before)
	}
	if trimmed := strings.TrimLeft(before, " "); strings.HasPrefix(trimmed, "!") {
		from := strings.LastIndexAny(before, " !=:") + 1
		return editor.Candidates{From: from, List: paths(before[from:])}
	}
	before = strings.TrimLeft(before, "?")
	skipped := pos - len(before)
	list, comment := tokens(before)
	if comment {
		return editor.Candidates{}
	}
	v := view{c, c.State.Docs(), list}
	result := v.complete(len(before))
	result.From += skipped
	return result
}

// view is the text before the place.
type view struct {
	*Completer
	docs *luadoc.Set
	list []token
}

func (v view) complete(end int) editor.Candidates {
	around := v.around()
	out := editor.Candidates{From: end, About: around.about(v.docs)}
	n := len(v.list)
	if n > 0 && v.list[n-1].open {
		s := v.list[n-1]
		v.list = v.list[:n-1]
		out.From = end - len(s.text)
		out.List = v.inString(v.around(), s.text)
		return out
	}
	word := ""
	if n > 0 && v.list[n-1].kind == 'n' && v.list[n-1].at+len(v.list[n-1].text) == end {
		word = v.list[n-1].text
		out.From = end - len(word)
		v.list = v.list[:n-1]
		n--
	}
	if n > 1 && (v.list[n-1].kind == '.' || v.list[n-1].kind == ':') && !(n > 2 && v.list[n-2].kind == v.list[n-1].kind) {
		owner := v.resolve(n - 2)
		out.List = v.members(owner, v.list[n-1].kind, word)
		return out
	}
	around = v.around()
	if around.options != nil && around.key == "" && around.begin {
		out.List = options(v.docs, around, word)
	}
	for _, value := range v.words(around, word) {
		out.List = append(out.List, value)
	}
	if len(out.List) == 0 && (word != "" || around.open == 0) {
		out.List = append(out.List, v.globals(word)...)
	}
	return out
}

// options are the names of options, those that are given already left out.
func options(docs *luadoc.Set, a around, word string) []editor.Candidate {
	var out []editor.Candidate
	for _, o := range docs.CompleteFields(a.options, word) {
		if !slices.Contains(a.given, o.Name) {
			out = append(out, editor.Candidate{Text: o.Name + " = ", Label: o.Name, Type: o.Type, Brief: o.Brief})
		}
	}
	return out
}

// words are numbers and the like that an argument may be, without quotes.
func (v view) words(a around, word string) []editor.Candidate {
	var out []editor.Candidate
	if kindOf(a) == "pid" {
		for _, name := range v.Names("pid") {
			if number, about, _ := strings.Cut(name, " "); strings.HasPrefix(number, word) {
				out = append(out, editor.Candidate{Text: number, Brief: about})
			}
		}
	}
	if word != "" {
		return out
	}
	for _, value := range v.values(a, "") {
		value.Label = `"` + value.Text + `"`
		value.Text = value.Label
		out = append(out, value)
	}
	return out
}

// values are the strings that are documented for a place.
func (v view) values(a around, word string) []editor.Candidate {
	var found []luadoc.Completion
	switch {
	case a.options != nil && a.key != "":
		if f := a.field(v.docs); f != nil {
			found = v.docs.CompleteValues(f.Type, word)
		}
	case a.options != nil:
		found = v.docs.CompletePositional(a.options, word)
	case a.param() != nil:
		found = v.docs.CompleteValues(a.param().Type, word)
	}
	return candidates(found)
}

func candidates(found []luadoc.Completion) []editor.Candidate {
	var out []editor.Candidate
	for _, f := range found {
		out = append(out, editor.Candidate{Text: f.Name, Type: f.Type, Brief: f.Brief})
	}
	return out
}

// inString completes the inside of a string.
func (v view) inString(a around, word string) []editor.Candidate {
	out := v.values(a, word)
	if kind := kindOf(a); kind != "" {
		for _, name := range v.Names(kind) {
			name, about, _ := strings.Cut(name, " ")
			if strings.HasPrefix(name, word) {
				out = append(out, editor.Candidate{Text: name, Brief: about})
			}
		}
	}
	if len(out) == 0 {
		out = paths(word)
	}
	return out
}

// kindOf says what an argument names: "interface", "pid", "namespace" or "".
func kindOf(a around) string {
	name := a.key
	if name == "" && a.param() != nil && a.options == nil {
		name = a.param().Name
	}
	fn := ""
	if a.fn != nil {
		fn = a.fn.Name
	}
	switch {
	case name == "dev" || name == "iif" || name == "oif" || name == "link" || name == "master" || name == "interface":
		return "interface"
	case fn == "net.link" && name == "name":
		return "interface"
	case name == "pid" || fn == "proc.open" && a.index == 0:
		return "pid"
	case fn == "ns.open" && a.index == 0 || fn == "ns.remove" || name == "ns":
		return "namespace"
	}
	return ""
}

// paths are the files whose path begins with word.
func paths(word string) []editor.Candidate {
	dir, base := filepath.Split(word)
	where := dir
	switch {
	case where == "":
		where = "."
	case strings.HasPrefix(where, "~/"):
		home, err := os.UserHomeDir()
		if err != nil {
			return nil
		}
		where = home + where[1:]
	}
	entries, err := os.ReadDir(where)
	if err != nil {
		return nil
	}
	var out []editor.Candidate
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, base) || base == "" && strings.HasPrefix(name, ".") {
			continue
		}
		if info, err := os.Stat(filepath.Join(where, name)); err == nil && info.IsDir() {
			name += "/"
		}
		out = append(out, editor.Candidate{Text: dir + name, Label: name})
	}
	return out
}

// completeMeta completes the prompt's own commands.
func completeMeta(before string) editor.Candidates {
	start := strings.IndexByte(before, ':') + 1
	all := metas()
	name, args, has := strings.Cut(before[start:], " ")
	out := editor.Candidates{From: start}
	if !has {
		for _, n := range slices.Sorted(maps.Keys(all)) {
			if strings.HasPrefix(n, name) {
				out.List = append(out.List, editor.Candidate{Text: n, Type: all[n].args, Brief: all[n].about})
			}
		}
		return out
	}
	out.From = strings.LastIndexByte(before, ' ') + 1
	word := before[out.From:]
	words := all[name].words
	if setting, _, second := strings.Cut(strings.TrimLeft(args, " "), " "); second && name == "set" {
		for _, s := range settingList() {
			if s.name == setting {
				words = s.values
			}
		}
	}
	for _, w := range words {
		if strings.HasPrefix(w, word) {
			out.List = append(out.List, editor.Candidate{Text: w})
		}
	}
	if name == "save" {
		out.List = append(out.List, paths(word)...)
	}
	return out
}
