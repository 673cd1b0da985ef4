package lua

import (
	_ "embed"
	"fmt"
	"strings"

	"nslua/lua/luadoc"
	"nslua/lua/stdlib"
)

//go:embed core.d.lua
var coreDocs string

// Core is the functions of the engine that are globals rather than fields of a module.
func Core() *Module {
	return &Module{
		Name:  "core",
		Docs:  coreDocs,
		Funcs: []*Func{F("scope", scope), F("keep", keep), F("help", help), F("explain", explain)},
	}
}

// Stub is a documentation file for editors.
type Stub struct {
	Name string // "mount.d.lua"
	Text string
}

// Stubs returns the documentation files of the engine, its library and the given modules.
func Stubs(modules []*Module) []Stub {
	stubs := []Stub{{"core.d.lua", coreDocs}, {"stdlib.d.lua", stdlib.Docs}}
	for _, m := range modules {
		if m.Source != "" { // a library documents itself
			stubs = append(stubs, Stub{m.Name + ".lua", m.Source})
		} else {
			stubs = append(stubs, Stub{m.Name + ".d.lua", m.Docs})
		}
	}
	return stubs
}

// Docs parses the documentation of the engine, its library and the given modules.
func Docs(modules []*Module) *luadoc.Set {
	var files []*luadoc.File
	for _, stub := range Stubs(modules) {
		files = append(files, luadoc.Parse(stub.Name, []byte(stub.Text)))
	}
	return luadoc.NewSet(files...)
}

// help(thing) prints the documentation of a thing: a name, a module, a function or a handle.
func help(c *Call) error {
	var v Value = String("")
	if err := c.Unpack("thing?", &v); err != nil {
		return err
	}
	s := c.s
	name, ok := s.docName(v)
	if !ok {
		return Invalid("argument 'thing': a name, a module, a function or a handle expected, got %s", typeName(v))
	}
	text, err := HelpText(s.Docs(), name, luadoc.Page{})
	if err != nil {
		return err
	}
	if _, err := s.out.WriteString(text); err != nil {
		return err
	}
	return s.Flush()
}

// docName is the name under which a value is documented.
func (s *State) docName(v Value) (string, bool) {
	if name, ok := v.(String); ok {
		return string(name), true
	}
	if t := s.TypeOf(v); t != nil {
		return t.Name, true
	}
	name, ok := s.named[v]
	return name, ok
}

// HelpText is the documentation of the thing of that name; without a name it is the list of modules.
func HelpText(docs *luadoc.Set, name string, page luadoc.Page) (string, error) {
	if name == "" || name == "_G" {
		return overview(docs), nil
	}
	if item := docs.Lookup(name); item != nil {
		return docs.Text(item, page), nil
	}
	if text, ok := Topic(name); ok {
		return text, nil
	}
	if found := docs.Search(name); len(found) > 0 {
		var b strings.Builder
		fmt.Fprintf(&b, "Nothing is called '%s'. These mention it:\n\n", name)
		for _, item := range found[:min(len(found), 12)] {
			fmt.Fprintf(&b, "  %-24s %s\n", item.FullName(), item.Brief())
		}
		return b.String(), nil
	}
	msg := fmt.Sprintf("nothing is called '%s' or mentions it", name)
	if near, ok := docs.Nearest(name); ok {
		msg += fmt.Sprintf(", did you mean '%s'?", near)
	}
	return "", Invalid("%s", msg)
}

func overview(docs *luadoc.Set) string {
	var b strings.Builder
	b.WriteString("Modules and global functions:\n\n")
	for _, name := range docs.Globals() {
		item := docs.Lookup(name)
		if item == nil {
			continue
		}
		fmt.Fprintf(&b, "  %-12s %s\n", name, item.Brief())
	}
	fmt.Fprintf(&b, "\nTopics: %s.\n", strings.Join(Topics(), ", "))
	b.WriteString("\nhelp(\"mount\") shows a module, help(mount.bind) a function, help(handle) what a handle can do,\nhelp(\"rootless\") a topic.\n")
	return b.String()
}
