package lua

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"nslua/lua/luadoc"
)

// assign converts v to what target points to. Its error says what was expected.
func (c *Call) assign(v Value, target any) error {
	switch t := target.(type) {
	case Arg:
		return t.Set(c, v)
	case Fields:
		return c.options(v, t)
	case *Value:
		*t = v
	case *bool:
		b, ok := v.(Bool)
		if !ok {
			return expected("true or false", v)
		}
		*t = bool(b)
	case *string:
		switch v := v.(type) {
		case String:
			*t = string(v)
		case Number:
			*t = v.String()
		default:
			return expected("a string", v)
		}
	case *float64:
		return number(v, t)
	case **Table:
		table, ok := v.(*Table)
		if !ok {
			return expected("a table", v)
		}
		*t = table
	case **Function:
		f, ok := v.(*Function)
		if !ok {
			return expected("a function", v)
		}
		*t = f
	case *time.Duration, *Size, *Rate, *CPU, *Mode:
		return unit(v, t)
	case *int, *int64, *uint32, *uint64:
		return integerTarget(v, t)
	default:
		return c.assignList(v, target)
	}
	return nil
}

func (c *Call) assignList(v Value, target any) error {
	t, ok := v.(*Table)
	if !ok {
		if one, isList := target.(*[]string); isList {
			if s, isString := v.(String); isString {
				*one = []string{string(s)}
				return nil
			}
		}
		return expected(targetName(target), v)
	}
	switch target := target.(type) {
	case *[]Value:
		for i := 1; i <= t.Len(); i++ {
			*target = append(*target, t.RawGetInt(i))
		}
		return nil
	case *[]string:
		return items(c, t, target)
	case *[]int:
		return items(c, t, target)
	case *map[string]string:
		return c.stringMap(t, target)
	}
	panic(fmt.Sprintf("lua: Unpack has no rule for a %T", target))
}

// items reads a list whose elements are all of one type.
func items[T any](c *Call, t *Table, target *[]T) error {
	out := make([]T, t.Len())
	for i := range out {
		if err := c.assign(t.RawGetInt(i+1), &out[i]); err != nil {
			return prefix(fmt.Sprintf("item %d", i+1), err)
		}
	}
	var extra Value
	t.ForEach(func(k, _ Value) {
		if n, ok := k.(Number); !ok || n < 1 || int(n) > len(out) {
			extra = k
		}
	})
	if extra != nil {
		return Invalid("a plain list expected, found the key '%s'", c.s.text(extra))
	}
	*target = out
	return nil
}

func (c *Call) stringMap(t *Table, target *map[string]string) error {
	out := map[string]string{}
	var err error
	t.ForEach(func(k, v Value) {
		name, ok := k.(String)
		if !ok {
			err = Invalid("names expected as keys, got [%s]", c.s.text(k))
			return
		}
		var text string
		if e := c.assign(v, &text); e != nil && err == nil {
			err = prefix(fmt.Sprintf("item '%s'", string(name)), e)
		}
		out[string(name)] = text
	})
	*target = out
	return err
}

func expected(what string, v Value) error {
	return fmt.Errorf("%s expected, got %s", what, typeName(v))
}

// typeName describes a value for an error: "nil", "a number", "a proc.Process".
func typeName(v Value) string {
	if h := handleOf(v); h != nil {
		return "the handle " + h.String()
	}
	switch v.Type().String() {
	case "nil":
		return "nil"
	case "string":
		s := v.String()
		if len(s) > 40 {
			s = s[:40] + "…"
		}
		return strconv.Quote(s)
	case "number", "boolean":
		return v.String()
	}
	return "a " + v.Type().String()
}

func number(v Value, t *float64) error {
	switch n := v.(type) {
	case Number:
		*t = float64(n)
		return nil
	case String:
		if f, err := strconv.ParseFloat(strings.TrimSpace(string(n)), 64); err == nil {
			*t = f
			return nil
		}
	}
	return expected("a number", v)
}

func integerTarget(v Value, target any) error {
	if s, ok := v.(String); ok { // what a float64 can't hold comes as a string
		if n, err := strconv.ParseUint(string(s), 0, 64); err == nil && n > maxExact {
			switch t := target.(type) {
			case *uint64:
				*t = n
				return nil
			case *int64:
				if n <= math.MaxInt64 {
					*t = int64(n)
					return nil
				}
			}
		}
	}
	var f float64
	if err := number(v, &f); err != nil || f != math.Trunc(f) {
		return expected("an integer", v)
	}
	low, high := 0.0, float64(maxExact)
	switch target.(type) {
	case *int, *int64:
		low = -maxExact
	case *uint32:
		high = math.MaxUint32
	}
	if f < low || f > high {
		return fmt.Errorf("an integer from %.0f to %.0f expected, got %s", low, high, v.String())
	}
	switch t := target.(type) {
	case *int:
		*t = int(f)
	case *int64:
		*t = int64(f)
	case *uint32:
		*t = uint32(f)
	case *uint64:
		*t = uint64(f)
	}
	return nil
}

// targetName is what Unpack expects for a target, in the docs' words.
func targetName(target any) string {
	switch t := target.(type) {
	case Arg:
		return t.TypeName()
	case Fields:
		return "table"
	case *Value:
		return "any"
	case *bool:
		return "boolean"
	case *string:
		return "string"
	case *float64:
		return "number"
	case *int, *int64, *uint32, *uint64:
		return "integer"
	case **Table:
		return "table"
	case **Function:
		return "function"
	case *time.Duration:
		return "Duration"
	case *[]string:
		return "string[]"
	case *[]int:
		return "integer[]"
	case *[]Value:
		return "any[]"
	case *map[string]string:
		return "table<string, string>"
	}
	return reflect.TypeOf(target).Elem().Name()
}

// Optional is a target that tells a value that was given from one that was not.
type Optional[T any] struct {
	Value T
	Given bool
}

// Set implements Arg.
func (o *Optional[T]) Set(c *Call, v Value) error {
	o.Given = true
	return c.assign(v, &o.Value)
}

// TypeName implements Arg.
func (o *Optional[T]) TypeName() string { return targetName(&o.Value) }

// Enum is a target for one of a few words.
func Enum(target *string, words ...string) Arg { return &enum{target, words} }

type enum struct {
	target *string
	words  []string
}

func (e *enum) Set(_ *Call, v Value) error {
	s, ok := v.(String)
	if !ok {
		return expected(e.list(), v)
	}
	for _, w := range e.words {
		if w == string(s) {
			*e.target = w
			return nil
		}
	}
	if near, ok := luadoc.Nearest(string(s), e.words); ok {
		return fmt.Errorf("%q is not known, did you mean %q?", string(s), near)
	}
	return expected(e.list(), v)
}

func (e *enum) list() string { return `one of "` + strings.Join(e.words, `", "`) + `"` }

func (e *enum) TypeName() string { return `"` + strings.Join(e.words, `"|"`) + `"` }

// Ref is a target for a handle of one type.
func Ref[T Handle](target *T) Arg { return &ref[T]{target} }

type ref[T Handle] struct{ target *T }

func (r *ref[T]) Set(c *Call, v Value) error {
	h, ok := handleOf(v).(T)
	if !ok {
		return expected(c.s.handleName(reflect.TypeFor[T]()), v)
	}
	if h.Closed() {
		return &Error{Code: "EBADF", Errno: 9, Message: h.String() + " has been closed"}
	}
	*r.target = h
	return nil
}

func (r *ref[T]) TypeName() string { return reflect.TypeFor[T]().Elem().Name() }

// Refs is a target for a list of handles of one type.
func Refs[T Handle](target *[]T) Arg { return &refs[T]{target} }

type refs[T Handle] struct{ target *[]T }

func (r *refs[T]) Set(c *Call, v Value) error {
	t, ok := v.(*Table)
	if !ok {
		var one T
		if err := Ref(&one).Set(c, v); err != nil {
			return err
		}
		*r.target = []T{one}
		return nil
	}
	for i := 1; i <= t.Len(); i++ {
		var one T
		if err := Ref(&one).Set(c, t.RawGetInt(i)); err != nil {
			return prefix(fmt.Sprintf("item %d", i), err)
		}
		*r.target = append(*r.target, one)
	}
	return nil
}

func (r *refs[T]) TypeName() string { return reflect.TypeFor[T]().Elem().Name() + "[]" }
