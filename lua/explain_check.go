package lua

import (
	"fmt"
	"strings"

	"nslua/lua/command"
	"nslua/lua/luadoc"
)

// CheckExplain reports holes of templates that no call could ever fill: names that are neither parameters nor options.
func CheckExplain(docs *luadoc.Set, f *luadoc.Func, sig *Signature) []error {
	known := map[string]bool{"self": strings.Contains(f.Name, ":"), "result": true, "var": true, "...": true, "made": true, "was": true}
	var add func(params []Param)
	add = func(params []Param) {
		for _, p := range params {
			known[p.Name] = true
			add(p.Fields)
		}
	}
	add(sig.Params)
	var classes func(t luadoc.Type)
	classes = func(t luadoc.Type) {
		if c, ok := docs.Lookup(t.Name).(*luadoc.Class); ok {
			for _, field := range docs.Fields(c) {
				if !known[field.Name] {
					known[field.Name] = true
					classes(field.Type)
				}
			}
		}
		for _, a := range t.Args {
			classes(a)
		}
		for _, field := range t.Params {
			known[field.Name] = true
		}
	}
	for _, p := range f.Params {
		classes(p.Type)
	}
	var errs []error
	all := append(append(append([]*command.Template{}, f.Explain...), f.Script...), f.Undo...)
	for _, t := range append(all, f.As, f.Inside, f.Enter, f.Renames) {
		if t == nil {
			continue
		}
		paths, used := t.Holes()
		for _, p := range paths {
			if !known[p[0]] {
				errs = append(errs, fmt.Errorf("%s: @explain %s: there is no {%s}", f.Name, t, p[0]))
			}
		}
		for _, name := range used {
			if filters[name] == nil {
				errs = append(errs, fmt.Errorf("%s: @explain %s: there is no filter %q", f.Name, t, name))
			}
		}
	}
	return errs
}
