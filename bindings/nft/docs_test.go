package nft

import (
	"slices"
	"strings"
	"testing"

	"nslua/lua"
	"nslua/lua/luadoc"
)

// The stub says of every function what its Unpack says, and is free of defects but for the types of other modules.
func TestDocs(t *testing.T) {
	m := modules()[0]
	set := luadoc.NewSet(luadoc.Parse("nft.d.lua", []byte(m.Docs)))
	for _, p := range set.Check() {
		if !strings.Contains(p.Text, "unknown type ns.") {
			t.Error(p)
		}
	}
	s, err := lua.New(lua.Options{Modules: []*lua.Module{m}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	all := slices.Clone(m.Funcs)
	for _, typ := range m.Types {
		all = append(all, typ.Methods...)
	}
	for _, f := range all {
		sig, err := s.Describe(f)
		if err != nil {
			t.Error(err)
			continue
		}
		doc, ok := set.Lookup(f.Op()).(*luadoc.Func)
		if !ok {
			t.Errorf("%s: no docs", f.Op())
			continue
		}
		if len(doc.Examples) == 0 || len(doc.Source) == 0 || len(doc.Explain) == 0 && doc.NoEquivalent == "" {
			t.Errorf("%s: an example, a source or a command is missing", f.Op())
		}
		compare(t, set, f.Op(), sig, doc)
	}
}

func compare(t *testing.T, set *luadoc.Set, op string, sig *lua.Signature, doc *luadoc.Func) {
	if len(sig.Params) != len(doc.Params) {
		t.Errorf("%s: takes %d arguments, the docs have %d", op, len(sig.Params), len(doc.Params))
		return
	}
	for i, p := range sig.Params {
		d := doc.Params[i]
		if p.Name != d.Name || p.Optional != d.Optional {
			t.Errorf("%s: argument %s (optional: %t), in the docs %s (%t)", op, p.Name, p.Optional, d.Name, d.Optional)
		}
		if p.Fields == nil {
			continue
		}
		var given, documented []string
		for _, f := range p.Fields {
			given = append(given, f.Name)
		}
		if c, ok := set.Lookup(d.Type.Name).(*luadoc.Class); ok {
			for _, f := range set.Fields(c) {
				documented = append(documented, f.Name)
			}
			slices.Sort(documented)
			if !slices.Equal(given, documented) {
				t.Errorf("%s: options %v, in the docs %v", op, given, documented)
			}
		}
	}
}
