package stdlib

import (
	"strings"
	"testing"

	"nslua/lua/luadoc"

	lua "github.com/yuin/gopher-lua"
)

func docs() *luadoc.Set { return luadoc.NewSet(luadoc.Parse("stdlib.d.lua", []byte(Docs))) }

func TestDocs(t *testing.T) {
	for _, p := range docs().Check() {
		t.Error(p)
	}
}

// TestDocsComplete compares the modules that Lua 5.1 does not have with their docs.
func TestDocsComplete(t *testing.T) {
	w := newWorld(t, "")
	for _, name := range []string{"json", "utf8", "bit"} {
		w.GetGlobal(name).(*lua.LTable).ForEach(func(k, _ lua.LValue) {
			if full := name + "." + k.String(); docs().Lookup(full) == nil {
				t.Errorf("%s is not documented", full)
			}
		})
	}
	for _, m := range docs().Modules {
		for _, f := range m.Funcs {
			if err := w.run("assert(type("+f.Name+") == 'function')", "=docs"); err != nil {
				t.Errorf("%s is documented and missing", f.Name)
			}
		}
	}
}

func TestDocsExamples(t *testing.T) {
	examples := docs().Examples()
	if len(examples) < 10 {
		t.Errorf("only %d examples", len(examples))
	}
	for _, e := range examples {
		if err := newWorld(t, "").run(e.Code, "="+strings.TrimSpace(e.File)); err != nil {
			t.Errorf("line %d: %v", e.Line, err)
		}
	}
}
