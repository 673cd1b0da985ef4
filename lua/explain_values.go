package lua

import (
	"strconv"
	"strings"

	"nslua/lua/command"
)

// callValues fills templates with the arguments of a call. Beside the names of
// parameters and options there are
//
//	{self}    the handle of a method
//	{result}  what the call has returned; only in a script, which is written after the call
//	{var}     a variable of the shell, the same one in all templates of a call
//	{made}    in the templates of undo: what was made
//	{was}     {self}, as it was called before the call
type callValues struct {
	e        *Explainer
	c        *Call
	made     string
	was      string
	variable string
}

// shellVariable is a name of a variable, the same for all of a call.
func (v *callValues) shellVariable() string {
	if v.variable == "" {
		module, _, _ := strings.Cut(v.c.Op(), ".")
		v.e.count[module]++
		v.variable = module + strconv.Itoa(v.e.count[module])
	}
	return v.variable
}

// Value implements command.Values.
func (v *callValues) Value(path []string) (command.Value, error) {
	value, err := v.first(path[0])
	for _, key := range path[1:] {
		value = field(value, key)
	}
	return value, err
}

func field(v command.Value, key string) command.Value {
	switch of := v.(type) {
	case *command.Table:
		if key == "..." && len(of.List) > 0 {
			return &command.Table{List: of.List}
		}
		return of.Fields[key]
	case command.Ref:
		return of.Fields[key]
	}
	return nil
}

func (v *callValues) first(name string) (command.Value, error) {
	switch name {
	case "self":
		return v.e.value(v.c.Arg(1)), nil
	case "result":
		if len(v.c.results) == 0 {
			return nil, nil
		}
		return v.e.value(v.c.results[0]), nil
	case "var":
		return command.Ref{Text: v.shellVariable()}, nil
	case "was":
		if v.was == "" {
			return nil, nil
		}
		return v.was, nil
	case "made":
		if v.made == "" {
			return nil, nil
		}
		return v.made, nil
	}
	return v.argument(name)
}

// argument finds a parameter, or an option in any table among the arguments.
func (v *callValues) argument(name string) (command.Value, error) {
	sig, err := v.e.signature(v.c.fn)
	if err != nil {
		return nil, err
	}
	at := v.firstArg()
	var tables []*command.Table
	var positional []command.Value
	for i, p := range sig.Params {
		last := at + i
		if p.Rest {
			last = v.c.NArgs()
		}
		for n := at + i; n <= last; n++ {
			value := v.e.value(v.c.Arg(n))
			if p.Name == name && !p.Rest {
				return value, nil
			}
			switch t, ok := value.(*command.Table); {
			case ok:
				tables = append(tables, t)
			case p.Rest:
				positional = append(positional, value)
			}
		}
	}
	for _, t := range tables {
		if name == "..." {
			positional = append(positional, t.List...)
		} else if value := t.Fields[name]; value != nil {
			return value, nil
		}
	}
	if name == "..." && len(positional) > 0 {
		return &command.Table{List: positional}, nil
	}
	return nil, nil
}

// firstArg is the number of the first argument that is not the handle of a method.
func (v *callValues) firstArg() int {
	if strings.Contains(v.c.Op(), ":") {
		return 2
	}
	return 1
}

func (e *Explainer) signature(f *Func) (*Signature, error) {
	if sig := e.sigs[f.op]; sig != nil {
		return sig, nil
	}
	sig, err := e.s.Describe(f)
	if err == nil {
		e.sigs[f.op] = sig
	}
	return sig, err
}

// value is a Lua value for a template.
func (e *Explainer) value(v Value) command.Value {
	switch v := v.(type) {
	case String:
		return string(v)
	case Number:
		return v.String()
	case Bool:
		return bool(v)
	case *Function: // run by this program
		return command.Ref{Text: "nslua", Fields: map[string]command.Value{"closure": true}}
	case *Table:
		t := &command.Table{Fields: map[string]command.Value{}}
		for i := 1; i <= v.Len(); i++ {
			t.List = append(t.List, e.value(v.RawGetInt(i)))
		}
		v.ForEach(func(k, item Value) {
			if name, ok := k.(String); ok {
				t.Fields[string(name)] = e.value(item)
			}
		})
		return t
	}
	if h := handleOf(v); h != nil {
		return e.ref(h)
	}
	return nil
}

// ref is a handle for a template; nil in a script that can't name it.
func (e *Explainer) ref(h Handle) command.Value {
	r := command.Ref{Text: command.Quote(h.String()), Fields: map[string]command.Value{}}
	t := e.s.typeOf(h)
	if t == nil {
		return r
	}
	name := e.names[h]
	if t.Shell != nil {
		operand := t.Shell(h)
		if operand.Passing && name == "" && e.script != nil {
			return nil
		}
		r.Text = command.Quote(operand.Text)
		for _, f := range operand.Fields {
			r.Fields[f.Name] = e.value(e.s.Value(f.Value))
		}
	}
	for name, read := range t.Fields {
		if r.Fields[name] == nil && !h.Closed() {
			r.Fields[name] = e.value(e.s.Value(read(h)))
		}
	}
	if name != "" {
		r.Text = name
	}
	return r
}

// at is the network namespace that the call works in, if that is another than the shell's.
func (x *explained) at() Handle {
	if x.c.fn.at != nil {
		return x.c.fn.at
	}
	h := handleOf(x.c.Arg(1))
	if h == nil || !strings.Contains(x.c.Op(), ":") {
		return nil
	}
	if t := x.e.s.typeOf(h); t != nil && t.Shell != nil {
		return t.Shell(h).At
	}
	return nil
}
