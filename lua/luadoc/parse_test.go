package luadoc

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// names lists what a set documents.
func names(s *Set) string {
	var out []string
	for _, item := range s.items {
		out = append(out, item.FullName())
	}
	return strings.Join(out, " ")
}

func TestParseStatements(t *testing.T) {
	tests := []struct{ name, file, src, want string }{
		{"stub", "m.d.lua", "--- A.\nfunction m.a() end", "m m.a"},
		{"undocumented function of a stub", "m.d.lua", "function m.a() end", "m m.a"},
		{"undocumented function of a library", "m.lua", "local m = {}\nfunction m.a() end\nreturn m", "m"},
		{"meta tag", "m.lua", "---@meta\nfunction m.a() end", "m m.a"},
		{"global", "core.d.lua", "--- A.\nfunction a() end\n--- B.\nB = 1", "a B"},
		{"extension", "core.d.lua", "--- A.\nfunction string.a() end", "string.a"},
		{"two modules", "core.d.lua", "json = {}\nbit = {}\n--- A.\nfunction bit.a() end", "bit bit.a json"},
		{"class before its module", "core.d.lua", "---@class json.C\n\njson = {}\n", "json json.C"},
		{"blank line detaches", "m.lua", "local m = {}\n--- A.\n\nfunction m.a() end\nreturn m", "m"},
		{"comment detaches", "m.lua", "local m = {}\n--- A.\n-- x\nfunction m.a() end\nreturn m", "m"},
		{"assigned function", "m.lua", "local M = {}\n--- A.\nM.a = function(x) end\nreturn M", "m m.a"},
		{"tags make a value a function", "m.lua", "local M = {}\n--- A.\n---@param x any\nM.a = x\nreturn M", "m m.a"},
		{"local function", "m.lua", "local M = {}\n--- A.\nlocal function a() end\nreturn M", "m"},
		{"local table", "m.lua", "local M, N = {}, {}\n--- A.\nfunction N.a() end\nreturn M", "m"},
		{"indented", "m.lua", "local M = {}\ndo\n  --- A.\n  function M.a() end\nend\nreturn M", "m"},
		{"library without return", "m.lua", "local x\n--- A.\nfunction m.a() end", "m m.a"},
		{"private", "m.lua", "local M = {}\n--- A.\n---@private\nfunction M.a() end\nreturn M", "m"},
		{"sub-table", "m.d.lua", "m = {}\n--- S.\nm.s = {}\n--- A.\nfunction m.s.a() end", "m m.s.a m.s"},
		{"class variable", "m.d.lua", "---@class m.C\nlocal C = {}\n--- A.\nfunction C:a() end", "m.C m.C:a"},
		{"class by name", "m.d.lua", "--- A.\nfunction C:a() end\n---@class m.C", "m.C m.C:a"},
		{"class in full", "m.d.lua", "---@class m.C\n\n--- A.\nfunction m.C:a() end", "m.C m.C:a"},
		{"constructor", "m.d.lua", "---@class m.C\nm.C = {}\n--- A.\nfunction m.C.new() end", "m.C m.C.new"},
		{"class of the module", "m.d.lua", "--- M.\n---@class m\n---@field x any text\nm = {}\n--- A.\nfunction m.a() end", "m m.a m.x"},
		{"metamethods", "m.lua", "---@class m.C\nlocal C = {}\n--- I.\nC.__index = C", "m.C"},
		{"long string", "m.d.lua", "x = [==[\n--- A.\nfunction m.a() end\n]]\n]==]\n--- B.\nfunction m.b() end", "m m.b x"},
		{"long comment", "m.d.lua", "--[[\n--- A.\nfunction m.a() end\n]]\n--- B.\nfunction m.b() end", "m m.b"},
		{"quotes", "m.d.lua", "local s = '[[' .. \"--[[\\\"\" -- [[\n--- B.\nfunction m.b() end", "m m.b"},
		{"ruler", "m.d.lua", "------\n--- A.\nfunction m.a() end", "m m.a"},
		{"carriage returns", "m.d.lua", "--- A.\r\n---@param x string\r\nfunction m.a(x) end\r\n", "m m.a"},
		{"empty", "m.d.lua", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := names(NewSet(Parse(tt.file, []byte(tt.src)))); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestParseFunc(t *testing.T) {
	s := testSet(t)
	f := s.Func("mount.bind")
	if f.Summary != "Makes the tree at `source` also visible at `target`." {
		t.Errorf("summary %q", f.Summary)
	}
	if len(f.Params) != 3 || f.Params[1].Optional || !f.Params[2].Optional || f.Params[2].Type.String() != "mount.BindOptions" {
		t.Errorf("parameters %+v", f.Params)
	}
	if !slices.Equal(f.Source, []string{"open_tree(2)", "mount_setattr(2)", "move_mount(2)"}) {
		t.Errorf("source %q", f.Source)
	}
	if got := fmt.Sprint(f.Explain); got != "[mount --{recursive?rbind|bind} {source} {target} mount -o remount,bind,ro {target}]" {
		t.Errorf("explain %s", got)
	}
	if len(f.Errors) != 2 || f.Errors[0] != (Errno{"EINVAL", "`source` is not on a mount of this namespace"}) {
		t.Errorf("errors %+v", f.Errors)
	}
	if e := f.Examples[0]; e.Caption != "Read-only, then:" || !strings.HasPrefix(e.Code, "mount.bind(\"/usr\"") {
		t.Errorf("example %+v", e)
	}
	if strings.Contains(f.Doc, "Read-only") || !strings.HasSuffix(f.Doc, "for an instant.") {
		t.Errorf("doc %q", f.Doc)
	}
	if got := s.Func("scope").NoEquivalent; got != "a shell has `trap`, and little else" {
		t.Errorf("no equivalent: %q", got)
	}
	if r := s.Func("mount.list").Returns; len(r) != 2 || r[0].Name != "mounts" || r[1].Doc != "number of all" {
		t.Errorf("returns %+v", r)
	}
	if a := s.Func("mount.Tree:attach"); !slices.Equal(a.args, []string{"target", "options"}) || a.Module != "mount" {
		t.Errorf("arguments %q", a.args)
	}
}

func TestParseFields(t *testing.T) {
	src := `
--- About C.
---@class m.C
---@field a string text of a
--- about b
---@field b? string
---@field [integer] string the rest
---@field ["x.y"] number
---@field private boolean a name like any other
---@field f fun(a: string): boolean, string called
--- About D.
---@class m.D: m.C
---@field e "x"|"y" # one of two
`
	s := NewSet(Parse("m.d.lua", []byte(src)))
	c := s.Class("m.C")
	var got []string
	for _, f := range c.Fields {
		got = append(got, fmt.Sprintf("%s:%s:%v:%s", f.Name, f.Type, f.Optional, f.Doc))
	}
	want := []string{
		"a:string:false:text of a", "b:string:true:about b", "[integer]:string:false:the rest", "x.y:number:false:",
		"private:boolean:false:a name like any other", "f:fun(a: string): boolean, string:false:called",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	d := s.Class("m.D")
	if c.Doc != "About C." || d.Doc != "About D." || d.Parent != "m.C" || d.Fields[0].Doc != "one of two" {
		t.Errorf("classes %+v %+v", c, d)
	}
	if n := len(s.Fields(d)); n != 7 {
		t.Errorf("%d fields with the inherited ones", n)
	}
}

func TestParseAlias(t *testing.T) {
	src := "---@alias m.A \"a\"|\"b\" letters\n---@alias m.B\n---| \"c\" # sea\n---|> 'd' dee\n---| '\"e\"' # ee\n---| m.A\n---@alias m.N 1|2|string\n"
	s := NewSet(Parse("m.d.lua", []byte(src)))
	tests := map[string]string{
		"m.A": "[{a } {b }]",
		"m.B": "[{c sea} {d dee} {e ee} {a } {b }]",
		"m.N": "[{1 } {2 }]",
	}
	for name, want := range tests {
		if got := fmt.Sprint(s.Values(Type{Kind: Named, Name: name})); got != want {
			t.Errorf("values of %s: %s, want %s", name, got, want)
		}
	}
	if a := s.Alias("m.A"); a.Summary != "letters" || len(a.Values) != 2 {
		t.Errorf("alias %+v", a)
	}
}

func TestFirstSentence(t *testing.T) {
	tests := map[string]string{
		"":                            "",
		"One. Two.":                   "One.",
		"One\nline. Two":              "One line.",
		"See e.g. this one. Two.":     "See e.g. this one.",
		"The file `a. b` is it. Two.": "The file `a. b` is it.",
		"memory.max is 1.5 now. Two":  "memory.max is 1.5 now.",
		"No end\n\nTwo.":              "No end",
		"启动一个容器。然后退出。":                "启动一个容器。",
		"Really? Yes.":                "Really?",
	}
	for doc, want := range tests {
		if got := firstSentence(doc); got != want {
			t.Errorf("firstSentence(%q) = %q, want %q", doc, got, want)
		}
	}
}

func TestCaption(t *testing.T) {
	tests := []struct{ prose, doc, caption string }{
		{"One.\nSo:", "One.", "So:"},
		{"One. Two\nlines:", "One.", "Two lines:"},
		{"One.\n\nSo e.g. this:\n", "One.", "So e.g. this:"},
		{"Only this:", "Only this:", ""},
		{"One.\n\n- a\n- b:", "One.\n\n- a\n- b:", ""},
		{"One.", "One.", ""},
		{"", "", ""},
	}
	for _, tt := range tests {
		src := "--- " + strings.ReplaceAll(tt.prose, "\n", "\n--- ") + "\n--- ```lua\n--- f()\n--- ```\nfunction m.a() end"
		f := NewSet(Parse("m.d.lua", []byte(src))).Func("m.a")
		if f.Doc != tt.doc || len(f.Examples) != 1 || f.Examples[0].Caption != tt.caption || f.Examples[0].Code != "f()\n" {
			t.Errorf("%q: doc %q, examples %+v", tt.prose, f.Doc, f.Examples)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"core.d.lua", "mount.d.lua", "pod.lua"} {
		src, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src))
	}
	f.Add("---@class\n---@field\n---@param\n---@return\n---@alias\n---|\n---@errors\n---@explain none\nm = {}")
	f.Add("---@class m.A: m.B\n---@class m.B: m.A\n---@alias m.C m.C[]\n---@param x m.C|m.A\nfunction m.f(x")
	f.Add("---@alias m.A m.A|m.A|m.B[]\n---@alias m.B m.A|m.B|m.A\n---@param x m.A|m.B\nfunction m.f(x) end")
	f.Add("---@type " + strings.Repeat("fun():(", 30))
	f.Add("---@field [\n---```lua\n---@field x fun(")
	f.Add("---@return fun(a: m.X, ...: {b?: [c, d]}): ... # x\nfunction a.b:c(d, --\n e)")
	f.Fuzz(func(t *testing.T, src string) {
		for _, name := range []string{"m.d.lua", "m.lua"} {
			s := NewSet(Parse(name, []byte(src)))
			s.Check()
			s.Markdown("m")
			for _, item := range s.items {
				s.Text(item, Page{Width: 30})
				if s.Lookup(item.FullName()) == nil {
					t.Errorf("Lookup does not find %q", item.FullName())
				}
			}
			s.Complete("m.")
			query := src[len(src)-min(len(src), 60):]
			s.Search(query)
			s.Nearest(query)
			s.Complete(query)
		}
	})
}

func TestParseExplain(t *testing.T) {
	f := NewSet(Parse("m.d.lua", []byte(`---@meta
m = {}
--- A.
---@explain one {x}
---@explain script two {result}
---  three
---@explain undo four {made}
---@explain as /five
---@explain inside --net={x}
---@explain enter --uts={x}
function m.a(x) end

--- B.
---@explain passive ls {x}
function m.b(x) end

--- C.
---@explain passive none it only
---  looks
function m.c() end
`))).Func
	a, b, c := f("m.a"), f("m.b"), f("m.c")
	if got := fmt.Sprint(a.Explain, a.Script, a.Undo, a.As, a.Inside, a.Enter, a.Passive); got !=
		"[one {x}] [two {result} three] [four {made}] /five --net={x} --uts={x} false" {
		t.Errorf("a: %s", got)
	}
	if got := fmt.Sprint(b.Explain, b.Passive); got != "[ls {x}] true" {
		t.Errorf("b: %s", got)
	}
	if !c.Passive || c.NoEquivalent != "it only looks" {
		t.Errorf("c: %v, %q", c.Passive, c.NoEquivalent)
	}
}
