package lua

import (
	"fmt"
	"strconv"
	"strings"

	"nslua/lua/command"
	"nslua/lua/luadoc"
)

// callValues fills templates with the arguments of a call. Beside the names of
// parameters and options there are
//
//	{self}    the handle of a method
//	{result}  what the call has returned; only in a script, which is written after the call
//	{var}     a variable of the shell, the same one in all templates of a call
//	{made}    in the templates of undo: what was made
//
// and the filters kinds and enter (options of unshare(1) and nsenter(1)), here
// (the file of the current namespace of a kind), netns (a namespace as ip-link(8)
// takes it), bytes, seconds and signal (numbers and names as classic commands take them).
type callValues struct {
	e        *Explainer
	c        *Call
	made     string
	variable string
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
		if v.variable == "" {
			module, _, _ := strings.Cut(v.c.Op(), ".")
			v.e.count[module]++
			v.variable = module + strconv.Itoa(v.e.count[module])
		}
		return command.Ref{Text: v.variable}, nil
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
	at := 1
	if strings.Contains(v.c.Op(), ":") {
		at = 2
	}
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

// ref is a handle for a template.
func (e *Explainer) ref(h Handle) command.Ref {
	r := command.Ref{Text: command.Quote(h.String()), Fields: map[string]command.Value{}}
	t := e.s.typeOf(h)
	if t == nil {
		return r
	}
	if t.Shell != nil {
		operand := t.Shell(h)
		r.Text = command.Quote(operand.Text)
		for _, f := range operand.Fields {
			r.Fields[f.Name] = e.value(e.s.Value(f.Value))
		}
	}
	if name := e.names[h]; name != "" {
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

// enterOptions are the options of nsenter(1) for a namespace.
func (e *Explainer) enterOptions(h Handle) []string {
	words, err := (&callValues{e: e}).Filter("enter", e.ref(h))
	if err != nil {
		return nil
	}
	return words
}

// Filter implements command.Values.
func (v *callValues) Filter(name string, value command.Value) ([]string, error) {
	filter := filters[name]
	if filter == nil {
		return nil, fmt.Errorf("there is no filter %q", name)
	}
	if t, ok := value.(*command.Table); ok {
		var words []string
		for _, item := range t.List {
			more, err := v.Filter(name, item)
			if err != nil {
				return nil, err
			}
			words = append(words, more...)
		}
		return words, nil
	}
	word, err := filter(v.e, value)
	return []string{word}, err
}

var filters = map[string]func(*Explainer, command.Value) (string, error){
	"kinds": func(_ *Explainer, v command.Value) (string, error) { return "--" + longKind(v), nil },
	"enter": enterOption,
	"here":  func(e *Explainer, v command.Value) (string, error) { return e.here.file(longKind(v)), nil },
	"netns": netnsOf,
	"bytes": func(_ *Explainer, v command.Value) (string, error) {
		if text, ok := v.(string); ok {
			if n, err := ParseSize(text); err == nil {
				return strconv.FormatInt(int64(n), 10), nil
			}
		}
		return plain(v), nil
	},
	"seconds": func(_ *Explainer, v command.Value) (string, error) {
		if text, ok := v.(string); ok {
			if d, err := ParseDuration(text); err == nil {
				return strconv.FormatFloat(d.Seconds(), 'f', -1, 64), nil
			}
		}
		return plain(v), nil
	},
	"signal": func(_ *Explainer, v command.Value) (string, error) {
		return strings.TrimPrefix(strings.ToUpper(plain(v)), "SIG"), nil
	},
}

func plain(v command.Value) string { return strings.Join(command.Words("", v), " ") }

// longKind is a kind of namespace as the long options of unshare(1) and nsenter(1) call it.
func longKind(v command.Value) string {
	if kind := plain(v); kind != "mnt" {
		return kind
	}
	return "mount"
}

func enterOption(_ *Explainer, v command.Value) (string, error) {
	r, ok := v.(command.Ref)
	kind := field(v, "kind")
	if !ok || kind == nil {
		return "", fmt.Errorf("no namespace: %v", v)
	}
	return "--" + longKind(kind) + "=" + r.Text, nil
}

// netnsOf is a network namespace as `ip link` takes it: a name or the number of a process.
func netnsOf(_ *Explainer, v command.Value) (string, error) {
	text := plain(v)
	if name, ok := strings.CutPrefix(text, netnsDir); ok {
		return name, nil
	}
	if pid, ok := strings.CutSuffix(text, "/ns/net"); ok {
		return strings.TrimPrefix(pid, "/proc/"), nil
	}
	return "", fmt.Errorf("%s has neither a name nor a process", text)
}

const netnsDir = "/run/netns/"

// nsenter is a list of options of nsenter(1): the namespaces to be in.
type nsenter []string

// with is the list with more options, which replace those of the same kind. What
// leads back to where the shell began is left out.
func (n nsenter) with(options []string) nsenter {
	var out nsenter
	for _, group := range append([]string(n), options...) {
		for _, o := range strings.Fields(group) {
			kind, file, _ := strings.Cut(o, "=")
			var kept nsenter
			for _, old := range out {
				if !strings.HasPrefix(old, kind+"=") {
					kept = append(kept, old)
				}
			}
			out = kept
			if !strings.HasPrefix(file, "/proc/$$/") {
				out = append(out, o)
			}
		}
	}
	return out
}

// file is the current namespace of a kind.
func (n nsenter) file(kind string) string {
	for _, o := range n {
		if file, ok := strings.CutPrefix(o, "--"+kind+"="); ok {
			return file
		}
	}
	if kind == "mount" {
		kind = "mnt"
	}
	return "/proc/$$/ns/" + kind
}

// prefixed is a line as it is run in those namespaces. wd is the working directory.
func (n nsenter) prefixed(line, wd string) string {
	if len(n) == 0 {
		return line
	}
	if name, ok := strings.CutPrefix(n[0], "--net="+netnsDir); ok && len(n) == 1 && command.Simple(line) {
		for _, tool := range []string{"ip ", "tc ", "bridge "} {
			if rest, ok := strings.CutPrefix(line, tool); ok {
				return tool + "-n " + name + " " + rest
			}
		}
	}
	prefix := "nsenter " + strings.Join(n, " ")
	if wd != "" && strings.Contains(prefix, "--mount=") {
		if strings.HasPrefix(line, "cd ") {
			return ": " + line // each command is given its directory
		}
		prefix += " --wdns=" + command.Quote(wd)
	}
	return command.Prefixed(prefix, line)
}

// CheckExplain reports holes of templates that no call could ever fill: names that are neither parameters nor options.
func CheckExplain(docs *luadoc.Set, f *luadoc.Func, sig *Signature) []error {
	known := map[string]bool{"self": strings.Contains(f.Name, ":"), "result": true, "var": true, "...": true, "made": true}
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
	for _, t := range append(all, f.As, f.Inside, f.Enter) {
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
