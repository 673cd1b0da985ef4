package lua

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"nslua/lua/luadoc"
)

// Fields are the entries of an options table: a name and where its value goes,
// as in Unpack. "name!" must be given. The entry "..." takes the positional
// part, as in ns.clone{"user", "net", run = f}.
type Fields map[string]any

// Arg is a kind of argument that Unpack does not know by itself.
type Arg interface {
	// Set takes the value. Its error completes "argument 'name': ": "a link name expected, got nil".
	Set(c *Call, v Value) error
	// TypeName is the type as the docs name it.
	TypeName() string
}

// Signature is the list of arguments a function declares through Unpack.
type Signature struct {
	Params []Param
}

// Param is one argument: Fields are the entries of an options table.
type Param struct {
	Name     string
	Type     string
	Optional bool
	Rest     bool
	Fields   []Param
}

var errDescribed = errors.New("described")

// Describe runs f just far enough to learn its arguments. Every function calls Unpack before it does anything else.
func (s *State) Describe(f *Func) (*Signature, error) {
	c := Call{s: s, l: s.l, fn: f, describe: &Signature{}}
	if err := f.Run(&c); !errors.Is(err, errDescribed) {
		return nil, fmt.Errorf("%s: does not start with Unpack", f.op)
	}
	return c.describe, nil
}

// Unpack reads the arguments: pairs of a name and a pointer to where the value
// goes. "name?" is optional and leaves the variable's value as the default;
// "...name" takes all that is left, into a slice. An unknown or surplus argument
// and one of the wrong type are errors that name it. In a method the handle is
// not counted.
//
// A target is a pointer to string, bool, int, int64, uint32, uint64, float64,
// time.Duration, Size, Rate, CPU, Mode, Value, *Table, *Function, []string,
// []int, []Value or map[string]string; or Fields, or an Arg.
func (c *Call) Unpack(pairs ...any) error {
	if c.describe != nil {
		c.describe.Params = describe(pairs)
		return errDescribed
	}
	at := 1
	if strings.Contains(c.fn.op, ":") {
		at = 2
	}
	first := at
	for i := 0; i < len(pairs); i += 2 {
		name, target := pairs[i].(string), pairs[i+1]
		if rest, ok := strings.CutPrefix(name, "..."); ok {
			if err := c.rest(rest, at, target); err != nil {
				return err
			}
			return nil
		}
		name, optional := strings.CutSuffix(name, "?")
		v := c.Arg(at)
		if v == Nil {
			if !optional {
				return Invalid("argument '%s' (number %d) is missing: %s expected", name, at-first+1, targetName(target))
			}
			at++
			continue
		}
		if err := c.assign(v, target); err != nil {
			return prefix(fmt.Sprintf("argument '%s'", name), err)
		}
		at++
	}
	if c.NArgs() >= at && !onlyNils(c, at) {
		return Invalid("takes %s, got %d", count(len(pairs)/2, "argument"), c.NArgs()-first+1)
	}
	return nil
}

func onlyNils(c *Call, from int) bool {
	for i := from; i <= c.NArgs(); i++ {
		if c.Arg(i) != Nil {
			return false
		}
	}
	return true
}

func count(n int, what string) string {
	switch n {
	case 0:
		return "no " + what + "s"
	case 1:
		return "one " + what
	}
	return fmt.Sprintf("at most %d %ss", n, what)
}

// prefix puts the place before an argument's error: "option 'size' of argument 'options': …".
func prefix(place string, err error) error {
	var e *Error
	if errors.As(err, &e) && e == err {
		e.Message = place + joint(e.Message) + e.Message
		return e
	}
	return &Error{Code: "EINVAL", Errno: 22, Message: place + ": " + err.Error(), Cause: err}
}

func joint(message string) string {
	if strings.HasPrefix(message, "option '") || strings.HasPrefix(message, "item ") {
		return ", "
	}
	return ": "
}

func (c *Call) rest(name string, at int, target any) error {
	t := c.s.l.NewTable()
	for i := at; i <= c.NArgs(); i++ {
		t.RawSetInt(i-at+1, c.Arg(i))
	}
	if values, ok := target.(*[]Value); ok {
		for i := at; i <= c.NArgs(); i++ {
			*values = append(*values, c.Arg(i))
		}
		return nil
	}
	if err := c.assign(t, target); err != nil {
		return prefix(fmt.Sprintf("arguments '%s'", name), err)
	}
	return nil
}

// options reads an options table.
func (c *Call) options(v Value, fields Fields) error {
	t, ok := v.(*Table)
	if !ok {
		return fmt.Errorf("a table of options expected, got %s", typeName(v))
	}
	positional := c.s.l.NewTable()
	var err error
	t.ForEach(func(k, v Value) {
		if err != nil {
			return
		}
		name, ok := k.(String)
		if !ok {
			if n, isNumber := k.(Number); isNumber && fields["..."] != nil && n >= 1 {
				positional.RawSetInt(int(n), v)
				return
			}
			err = Invalid("unexpected entry [%s]%s", c.s.text(k), onlyNames(fields))
			return
		}
		err = c.option(string(name), v, fields)
	})
	if err != nil {
		return err
	}
	if target := fields["..."]; target != nil && positional.Len() > 0 {
		if err := c.assign(positional, target); err != nil {
			return err
		}
	}
	for name := range fields {
		if must, ok := strings.CutSuffix(name, "!"); ok && t.RawGetString(must) == Nil {
			return Invalid("option '%s' is missing: %s expected", must, targetName(fields[name]))
		}
	}
	return nil
}

func onlyNames(f Fields) string {
	names := optionNames(f)
	if len(names) > 8 {
		return ""
	}
	return ": the options are " + strings.Join(names, ", ")
}

func optionNames(f Fields) []string {
	var names []string
	for n := range f {
		if n != "..." {
			names = append(names, strings.TrimSuffix(n, "!"))
		}
	}
	slices.Sort(names)
	return names
}

func (c *Call) option(name string, v Value, fields Fields) error {
	target, ok := fields[name]
	if !ok {
		target, ok = fields[name+"!"]
	}
	if !ok || name == "..." {
		msg := fmt.Sprintf("unknown option '%s'", name)
		if near, ok := luadoc.Nearest(name, optionNames(fields)); ok {
			msg += fmt.Sprintf(", did you mean '%s'?", near)
		} else {
			msg += onlyNames(fields)
		}
		return Invalid("%s", msg)
	}
	if err := c.assign(v, target); err != nil {
		return prefix(fmt.Sprintf("option '%s'", name), err)
	}
	return nil
}

func describe(pairs []any) []Param {
	var params []Param
	for i := 0; i < len(pairs); i += 2 {
		p := Param{Name: pairs[i].(string)}
		p.Name, p.Rest = strings.CutPrefix(p.Name, "...")
		p.Name, p.Optional = strings.CutSuffix(p.Name, "?")
		p.Type = targetName(pairs[i+1])
		if fields, ok := pairs[i+1].(Fields); ok {
			p.Fields = describeFields(fields)
		}
		params = append(params, p)
	}
	return params
}

func describeFields(fields Fields) []Param {
	var params []Param
	for _, key := range sortedKeys(fields) {
		name, required := strings.CutSuffix(key, "!")
		p := Param{Name: name, Type: targetName(fields[key]), Optional: !required, Rest: name == "..."}
		if nested, ok := fields[key].(Fields); ok {
			p.Fields = describeFields(nested)
		}
		params = append(params, p)
	}
	return params
}

func sortedKeys[T any](m map[string]T) []string {
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}
