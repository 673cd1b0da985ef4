package lua

import (
	"fmt"
	"strconv"
	"time"

	glua "github.com/yuin/gopher-lua"
)

// Record is a plain table with named fields, in this order. Fields that are nil are left out.
type Record []Field

// Field is one field of a Record.
type Field struct {
	Name  string
	Value any
}

// R makes a Record from names and values in turn.
func R(pairs ...any) Record {
	r := make(Record, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		r = append(r, Field{pairs[i].(string), pairs[i+1]})
	}
	return r
}

// List makes a list of what f makes of each element.
func List[T any](xs []T, f func(T) any) []any {
	out := make([]any, len(xs))
	for i, x := range xs {
		out[i] = f(x)
	}
	return out
}

// maxExact is the last integer of a row that float64 holds exactly.
const maxExact = 1 << 53

// Value makes a Lua value: of nil, booleans, numbers, strings, durations (in
// seconds), handles, functions, Records, slices, and maps with string keys. Integers that a
// float64 can't hold exactly become strings.
func (s *State) Value(v any) Value {
	switch v := v.(type) {
	case nil:
		return Nil
	case Value:
		return v
	case bool:
		return Bool(v)
	case int:
		return integer(int64(v))
	case int32:
		return Number(v)
	case int64:
		return integer(v)
	case uint16:
		return Number(v)
	case uint32:
		return Number(v)
	case uint64:
		if v > maxExact {
			return String(strconv.FormatUint(v, 10))
		}
		return Number(v)
	case float64:
		return Number(v)
	case string:
		return String(v)
	case []byte:
		return String(v)
	case time.Duration:
		return Number(v.Seconds())
	case Record:
		return s.record(v)
	case Handle:
		return s.Wrap(v)
	case *Func:
		return s.function(v)
	}
	return s.collection(v)
}

func integer(n int64) Value {
	if n > maxExact || n < -maxExact {
		return String(strconv.FormatInt(n, 10))
	}
	return Number(n)
}

func (s *State) record(r Record) Value {
	t := s.l.CreateTable(0, len(r))
	for _, f := range r {
		if f.Value != nil {
			t.RawSetString(f.Name, s.Value(f.Value))
		}
	}
	return t
}

func (s *State) collection(v any) Value {
	switch v := v.(type) {
	case []any:
		return list(s, v)
	case []Value:
		return list(s, v)
	case []Record:
		return list(s, v)
	case []string:
		return list(s, v)
	case []int:
		return list(s, v)
	case []uint32:
		return list(s, v)
	case map[string]string:
		return table(s, v)
	case map[string]any:
		return table(s, v)
	}
	panic(fmt.Sprintf("lua: no Lua value for a Go %T", v))
}

func list[T any](s *State, xs []T) *glua.LTable {
	t := s.l.CreateTable(len(xs), 0)
	for i, x := range xs {
		t.RawSetInt(i+1, s.Value(x))
	}
	return t
}

func table[T any](s *State, m map[string]T) *glua.LTable {
	t := s.l.CreateTable(0, len(m))
	for _, k := range sortedKeys(m) {
		t.RawSetString(k, s.Value(m[k]))
	}
	return t
}
