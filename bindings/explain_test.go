package bindings

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"nslua/bindings/internal/kerntest"
	"nslua/lua"
	"nslua/lua/luadoc"
)

// TestExplainTemplates: every function has a classic command or a reason why not, made of what the function takes.
func TestExplainTemplates(t *testing.T) {
	s, modules := newState(t)
	docs := lua.Docs(modules)
	check := func(f *lua.Func, doc *luadoc.Func) {
		if doc == nil {
			t.Errorf("%s has no documentation", f.Op())
			return
		}
		if len(doc.Explain) == 0 && doc.NoEquivalent == "" && doc.Inside == nil {
			t.Errorf("%s: no @explain", doc.Name)
		}
		sig, err := s.Describe(f)
		if err != nil {
			t.Error(err)
			return
		}
		for _, err := range lua.CheckExplain(docs, doc, sig) {
			t.Error(err)
		}
	}
	for _, m := range append(modules, lua.Core()) {
		for _, f := range m.Funcs {
			name := f.Name
			if m.Name != "core" {
				name = m.Name + "." + name
			}
			check(f, docs.Func(name))
		}
		for _, typ := range m.Types {
			for _, f := range typ.Methods {
				check(f, docs.Method(docs.Class(typ.Name), f.Name))
			}
		}
	}
}

// TestExplainExamples runs every example in explain(), with its templates filled by what the example passes.
func TestExplainExamples(t *testing.T) {
	for _, m := range All() {
		t.Run(m.Name, func(t *testing.T) {
			var stub strings.Builder
			fmt.Fprintf(&stub, "---@meta %s\n%s = {}\n", m.Name, m.Name)
			set := luadoc.NewSet(luadoc.Parse(m.Name+".d.lua", []byte(m.Docs)))
			for i, e := range set.Examples() {
				if e.Has("norun") {
					continue
				}
				words := slices.DeleteFunc(slices.Clone(e.Words), func(w string) bool { return w == "user" })
				if !e.Has("root") {
					words = append(words, "user")
				}
				fmt.Fprintf(&stub, "\n--- E.\n---\n--- ```lua %s\n", strings.Join(words, " "))
				for line := range strings.Lines(explained(e.Owner, e.Code)) {
					stub.WriteString("--- " + strings.TrimRight(line, "\n") + "\n")
				}
				fmt.Fprintf(&stub, "--- ```\nfunction %s.e%d() end\n", m.Name, i)
			}
			kerntest.Examples(t, &lua.Module{Name: m.Name, Docs: stub.String()})
		})
	}
}

// explained is an example whose templates must all be filled.
func explained(owner, code string) string {
	return fmt.Sprintf(`
local lines = explain(function()
%s
end)
for _, line in ipairs(lines) do
  if line:find("no value for {", 1, true) or line:find("there is no filter", 1, true) then
    error(%q .. ": " .. line)
  end
end
`, code, owner)
}
