package luadoc

import (
	"slices"
	"strings"
	"testing"
)

func TestLookup(t *testing.T) {
	s := testSet(t)
	tests := map[string]string{
		"mount":                       "mount",
		"mount.bind":                  "mount.bind",
		"bind":                        "mount.bind",
		"mount.attr.set":              "mount.attr.set",
		"mount.attr":                  "mount.attr",
		"mount.MAX":                   "mount.MAX",
		"mount.Tree:attach":           "mount.Tree:attach",
		"Tree:attach":                 "mount.Tree:attach",
		"Tree.attach":                 "mount.Tree:attach",
		"mount.Tree.attach":           "mount.Tree:attach",
		"Tree":                        "mount.Tree",
		"mount.BindOptions":           "mount.BindOptions",
		"BindOptions.readonly":        "mount.Options.readonly",
		"mount.BindOptions.recursive": "mount.BindOptions.recursive",
		"Propagation":                 "mount.Propagation",
		"scope":                       "scope",
		"json":                        "json",
		"json.decode":                 "json.decode",
		"pod.Pod:stop":                "pod.Pod:stop",
		"pod.version":                 "pod.version",
		"":                            "",
		"mount.":                      "",
		"nothing":                     "",
		"mount.nothing":               "",
		"pod.undocumented":            "",
		"documented":                  "",
		"hidden":                      "",
		"pod.hidden":                  "",
		"inner":                       "",
	}
	for name, want := range tests {
		got := ""
		if item := s.Lookup(name); item != nil {
			got = item.FullName()
		}
		if got != want {
			t.Errorf("Lookup(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestPosition(t *testing.T) {
	s := testSet(t)
	file, line := s.Lookup("mount.bind").Position()
	if file != "mount.d.lua" || line != 69 {
		t.Errorf("mount.bind is at %s:%d", file, line)
	}
	e := s.Func("mount.bind").Examples[0]
	if e.Line != 54 || e.Owner != "mount.bind" || !e.Has("root") || !slices.Equal(e.List("needs"), []string{"mnt", "user"}) {
		t.Errorf("example: %+v", e)
	}
	if len(s.Examples()) != 3 {
		t.Errorf("%d examples, want 3", len(s.Examples()))
	}
}

func TestSignature(t *testing.T) {
	s := testSet(t)
	tests := map[string]string{
		"mount.bind":        `mount.bind(source, target [, {recursive=, ["idmap.user"]=, readonly=, propagation=}])`,
		"mount.list":        "mount.list([filter])",
		"mount.new":         "mount.new{mount.Propagation..., size=, timeout=}",
		"mount.attr.set":    "mount.attr.set(fd, ...)",
		"mount.Tree:attach": "mount.Tree:attach(target [, options])",
		"mount.Tree:close":  "mount.Tree:close()",
		"pod.run":           "pod.run{name=, memory=}",
	}
	for name, want := range tests {
		if got := s.Signature(s.Func(name)); got != want {
			t.Errorf("Signature(%s) = %s, want %s", name, got, want)
		}
	}
	many := NewSet(Parse("m.d.lua", []byte(`
---@class m.Options
---@field a? any
---@field b? any
---@field c? any
---@field d? any
---@field e? any
---@field f? any
---@field g? any
--- Runs.
---@param x? any
---@param options? m.Options
function m.run(x, options) end`)))
	if got, want := many.Signature(many.Func("m.run")), "m.run([x [, {a=, b=, c=, d=, e=, f=, ...}]])"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestComplete(t *testing.T) {
	s := testSet(t)
	tests := map[string]string{
		"":                    "json mount pod scope",
		"mou":                 "mount",
		"mount.":              "MAX attr bind list new open",
		"mount.b":             "bind",
		"mount.attr.":         "set",
		"mount.Tree:":         "attach close",
		"Tree:c":              "close",
		"mount.BindOptions.r": "readonly recursive",
		"mount.NewOptions.":   "size timeout",
		"mount.Propagation.s": "shared slave",
		"nothing.":            "",
	}
	for prefix, want := range tests {
		var names []string
		for _, c := range s.Complete(prefix) {
			names = append(names, c.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("Complete(%q) = %s, want %s", prefix, got, want)
		}
	}
	got := s.Complete("mount.li")[0]
	want := Completion{"list", "function", "mount.list([filter])", "Lists the mounts of this namespace in the order of the kernel."}
	if got != want {
		t.Errorf("got %+v", got)
	}
}

func TestCompleteOptions(t *testing.T) {
	s := testSet(t)
	bind := s.Func("mount.bind")
	if s.OptionsAt(bind, 0) != nil || s.OptionsAt(bind, 5) != nil {
		t.Error("options of a parameter that has none")
	}
	options := s.OptionsAt(bind, 2)
	if options == nil || options.Name != "mount.BindOptions" {
		t.Fatalf("options of mount.bind: %v", options)
	}
	c := s.CompleteFields(options, "prop")
	if len(c) != 1 || c[0].Name != "propagation" || c[0].Kind != "option" || c[0].Type != "mount.Propagation" {
		t.Errorf("got %+v", c)
	}
	for _, f := range s.Fields(options) {
		if f.Name == "propagation" && len(s.CompleteValues(f.Type, "un")) != 1 {
			t.Error("no value for propagation")
		}
	}
	if c := s.CompletePositional(s.Class("mount.NewOptions"), "p"); len(c) != 1 || c[0].Name != "private" {
		t.Errorf("got %+v", c)
	}
	fd := s.Func("mount.attr.set")
	if v := s.Values(fd.Params[1].Type); len(v) != 2 || v[0].Value != "rdonly" {
		t.Errorf("values of a union: %+v", v)
	}
	if s.Options(s.Func("mount.attr.set")) != nil || s.OptionsAt(fd, 0) != nil {
		t.Error("a handle is no options table")
	}
}

func TestSearch(t *testing.T) {
	s := testSet(t)
	tests := []struct{ query, first string }{
		{"bind", "mount.bind"},
		{"mount", "mount"},
		{"mount bind", "mount.bind"},
		{"kernel order", "mount.list"},
		{"move_mount(2)", "mount.bind"},
		{"目录树", "mount.bind"},
		{"EINVAL", "mount.bind"},
		{"unbindable", "mount.Propagation"},
		{"reverse zzz", "scope"},
		{"zzz", ""},
		{"", ""},
	}
	for _, tt := range tests {
		got := ""
		if list := s.Search(tt.query); len(list) > 0 {
			got = list[0].FullName()
		}
		if got != tt.first {
			t.Errorf("Search(%q) begins with %q, want %q", tt.query, got, tt.first)
		}
	}
}

func TestSetNearest(t *testing.T) {
	s := testSet(t)
	tests := map[string]string{
		"mount.bnd":          "mount.bind",
		"mont":               "mount",
		"mount.Tree:clsoe":   "mount.Tree:close",
		"Tree:attch":         "mount.Tree:attach",
		"mount.BindOption":   "mount.BindOptions",
		"BindOptions.readny": "mount.BindOptions.readonly",
		"mount.zzzzzz":       "",
		"zzzzzz":             "",
	}
	for name, want := range tests {
		if got, _ := s.Nearest(name); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestMergeFiles(t *testing.T) {
	s := NewSet(
		Parse("net.d.lua", []byte("--- Networks.\nnet = {}\n---@class net.Link\nlocal Link = {}\n--- Up.\nfunction Link:up() end\n")),
		Parse("net_route.d.lua", []byte("---@meta net\n--- Adds a route.\nfunction net.route() end\n--- Down.\nfunction net.Link:down() end\n")),
	)
	if p := s.Check(); len(p) > 0 {
		t.Errorf("problems: %v", p)
	}
	if len(s.Modules) != 1 || s.Func("net.route") == nil || s.Func("net.route").Module != "net" {
		t.Errorf("modules: %+v", s.Modules)
	}
	if f := s.Func("net.Link:down"); f == nil || f.Class != "net.Link" || len(s.Methods(s.Class("net.Link"))) != 2 {
		t.Errorf("methods: %+v", f)
	}
}
