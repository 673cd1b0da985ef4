package bindings

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"nslua/lua"
	"nslua/lua/luadoc"
)

// drift compares the functions with their documentation.
type drift struct {
	t    *testing.T
	s    *lua.State
	docs *luadoc.Set
}

// TestDrift compares what the functions take with what the stubs say, both ways:
// functions, methods, fields, constants, arguments and options.
func TestDrift(t *testing.T) {
	s, modules := newState(t)
	d := drift{t, s, lua.Docs(modules)}
	core := lua.Core()
	for _, f := range core.Funcs {
		d.function(f.Name, f, d.docs.Func(f.Name))
	}
	types := map[string]*lua.Type{}
	for _, m := range modules {
		for _, typ := range m.Types {
			types[typ.Name] = typ
		}
	}
	for _, m := range modules {
		t.Run(m.Name, func(t *testing.T) {
			inner := drift{t, s, d.docs}
			inner.module(m)
			inner.classes(m, types)
		})
	}
}

// module compares the fields of a module's table with the documentation.
func (d drift) module(m *lua.Module) {
	documented := d.docs.Module(m.Name)
	if documented == nil {
		d.t.Fatalf("module %s has no documentation", m.Name)
	}
	var inGo []string
	for _, f := range m.Funcs {
		name := m.Name + "." + f.Name
		inGo = append(inGo, name)
		d.function(name, f, d.docs.Func(name))
	}
	for _, v := range m.Values {
		name := m.Name + "." + v.Name
		inGo = append(inGo, name)
		if !slices.ContainsFunc(documented.Fields, func(f *luadoc.Field) bool { return f.FullName() == name }) {
			d.t.Errorf("%s: the constant is not documented", name)
		}
	}
	for _, f := range documented.Funcs {
		if !slices.Contains(inGo, f.Name) && d.global(f.Name) == lua.Nil {
			d.t.Errorf("%s:%d: %s: documented, but there is no such function", f.File, f.Line, f.Name)
		}
	}
	for _, f := range documented.Fields {
		if !slices.Contains(inGo, f.FullName()) && d.global(f.FullName()) == lua.Nil {
			d.t.Errorf("%s:%d: %s: documented, but there is no such field", f.File, f.Line, f.FullName())
		}
	}
	for _, name := range d.docs.Members(m.Name) {
		if d.global(m.Name+"."+name) == lua.Nil {
			d.t.Errorf("%s.%s: documented, but not in the module", m.Name, name)
		}
	}
}

// global is the value under a dotted name, Nil if there is none.
func (d drift) global(path string) lua.Value {
	parts := strings.Split(path, ".")
	v := d.s.Global(parts[0])
	for _, part := range parts[1:] {
		t, ok := v.(*lua.Table)
		if !ok {
			return lua.Nil
		}
		v = t.RawGetString(part)
	}
	return v
}

// classes compares a module's handle types with the classes that have methods.
func (d drift) classes(m *lua.Module, types map[string]*lua.Type) {
	for _, typ := range m.Types {
		class := d.docs.Class(typ.Name)
		if class == nil {
			d.t.Errorf("%s: the type is not documented", typ.Name)
			continue
		}
		var methods, fields []string
		for _, f := range typ.Methods {
			methods = append(methods, f.Name)
			d.function(typ.Name+":"+f.Name, f, d.docs.Method(class, f.Name))
		}
		for name := range typ.Fields {
			fields = append(fields, name)
		}
		for _, f := range d.docs.Methods(class) {
			if !slices.Contains(methods, f.Method()) {
				d.t.Errorf("%s:%d: %s: documented, but there is no such method", f.File, f.Line, f.Name)
			}
		}
		var documented []string
		for _, f := range d.docs.Fields(class) {
			documented = append(documented, f.Name)
		}
		d.names(typ.Name, "field", fields, documented)
	}
	if m.Source != "" {
		return
	}
	for _, class := range d.docs.Module(m.Name).Classes {
		if len(class.Methods) > 0 && types[class.Name] == nil {
			d.t.Errorf("%s:%d: %s: a class with methods, but there is no such type", class.File, class.Line, class.Name)
		}
	}
}

// names compares two sets of names.
func (d drift) names(where, what string, inGo, documented []string) {
	for _, name := range inGo {
		if !slices.Contains(documented, name) {
			d.t.Errorf("%s: the %s %s is not documented", where, what, name)
		}
	}
	for _, name := range documented {
		if !slices.Contains(inGo, name) {
			d.t.Errorf("%s: the %s %s is documented, but there is none", where, what, name)
		}
	}
}

// function compares the arguments of a function.
func (d drift) function(name string, f *lua.Func, doc *luadoc.Func) {
	if doc == nil {
		d.t.Errorf("%s: not documented", name)
		return
	}
	sig, err := d.s.Describe(f)
	if err != nil {
		d.t.Errorf("%s: %v", name, err)
		return
	}
	if got, want := paramNames(sig.Params), docNames(doc.Params); got != want {
		d.t.Errorf("%s(%s): documented as (%s)", name, got, want)
		return
	}
	for i, p := range sig.Params {
		if p.Fields != nil {
			d.options(fmt.Sprintf("%s: argument %s", name, p.Name), p.Fields, d.overloaded(doc, i))
		}
	}
	if len(doc.Explain) == 0 && doc.NoEquivalent == "" {
		d.t.Errorf("%s: neither @explain nor @explain none", name)
	}
	if len(doc.Examples) == 0 && !strings.HasSuffix(name, ":close") {
		d.t.Errorf("%s: no example", name)
	}
}

func paramNames(params []lua.Param) string {
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = mark(p.Name, p.Optional, p.Rest)
	}
	return strings.Join(names, ", ")
}

func docNames(params []luadoc.Param) string {
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = mark(p.Name, p.Optional, p.Rest)
	}
	return strings.Join(names, ", ")
}

func mark(name string, optional, rest bool) string {
	switch {
	case rest:
		return "..."
	case optional:
		return name + "?"
	}
	return name
}

// overloaded is the type of an argument, with those of the overloads.
func (d drift) overloaded(f *luadoc.Func, i int) luadoc.Type {
	t := luadoc.Type{Kind: luadoc.Union, Args: []luadoc.Type{f.Params[i].Type}}
	for _, o := range f.Overloads {
		if i < len(o.Params) {
			t.Args = append(t.Args, o.Params[i].Type)
		}
	}
	return t
}

// options compares an options table with its class.
func (d drift) options(where string, fields []lua.Param, t luadoc.Type) {
	documented := map[string]option{}
	d.record(t, documented)
	if len(documented) == 0 {
		d.t.Errorf("%s: a table of options, documented as %s", where, t)
		return
	}
	var inGo, inDocs []string
	for _, f := range fields {
		name := f.Name
		if f.Rest {
			name = "[integer]"
		}
		inGo = append(inGo, name)
		o, ok := documented[name]
		if !ok {
			continue
		}
		if !f.Rest && o.optional != f.Optional {
			d.t.Errorf("%s: option %s: optional is %v, documented as %v", where, name, f.Optional, o.optional)
		}
		if f.Fields != nil {
			d.options(where+", option "+name, f.Fields, o.typ)
		}
	}
	for name := range documented {
		inDocs = append(inDocs, name)
	}
	slices.Sort(inDocs)
	d.names(where, "option", inGo, inDocs)
}

type option struct {
	typ      luadoc.Type
	optional bool
}

// record gathers the fields of the records that a type allows.
func (d drift) record(t luadoc.Type, into map[string]option) {
	for _, a := range t.Args {
		if t.Kind == luadoc.Union {
			d.record(a, into)
		}
	}
	for _, p := range t.Params {
		if t.Kind == luadoc.Record {
			into[p.Name] = option{p.Type, p.Optional}
		}
	}
	if t.Kind != luadoc.Named {
		return
	}
	if class := d.docs.Class(t.Name); class != nil && d.docs.IsRecord(class) {
		for _, f := range d.docs.Fields(class) {
			into[f.Name] = option{f.Type, f.Optional}
		}
	} else if alias := d.docs.Alias(t.Name); alias != nil {
		d.record(alias.Type, into)
	}
}
