package stdlib

import (
	"errors"
	"fmt"
	"math"

	lua "github.com/yuin/gopher-lua"
)

// raise raises err: the Lua value inside it if there is one, else its text.
func raise(L *lua.LState, err error) {
	var api *lua.ApiError
	if errors.As(err, &api) {
		L.Error(api.Object, 0)
	}
	L.RaiseError("%s", err.Error())
}

// functionName is the name of the library function that runs now.
func (b *library) functionName(L *lua.LState) string {
	dbg, ok := L.GetStack(0)
	if !ok {
		return "?"
	}
	fn, err := L.GetInfo("fn", dbg, lua.LNil)
	if err != nil {
		return "?"
	}
	for _, n := range b.names {
		if n.fn == fn {
			return n.name
		}
	}
	return dbg.Name
}

func (b *library) argError(L *lua.LState, n int, format string, args ...any) {
	L.RaiseError("bad argument #%d to '%s' (%s)", n, b.functionName(L), fmt.Sprintf(format, args...))
}

// typeError says that argument n is not what was expected.
func (b *library) typeError(L *lua.LState, n int, expected string) {
	b.argError(L, n, "%s expected, got %s", expected, typeName(L, n))
}

// typeName is the type of argument n, "no value" if it is missing.
func typeName(L *lua.LState, n int) string {
	if n > L.GetTop() {
		return "no value"
	}
	v := L.Get(n)
	if _, isUserData := v.(*lua.LUserData); isUserData {
		if name, ok := L.GetMetaField(v, "__name").(lua.LString); ok {
			return string(name)
		}
	}
	return v.Type().String()
}

func (b *library) any(L *lua.LState, n int) lua.LValue {
	if n > L.GetTop() {
		b.argError(L, n, "value expected")
	}
	return L.Get(n)
}

func (b *library) str(L *lua.LState, n int) string {
	switch v := L.Get(n).(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber:
		return formatNumber(float64(v))
	}
	b.typeError(L, n, "string")
	return ""
}

func (b *library) optStr(L *lua.LState, n int, def string) string {
	if L.Get(n) == lua.LNil {
		return def
	}
	return b.str(L, n)
}

func (b *library) number(L *lua.LState, n int) float64 {
	switch v := L.Get(n).(type) {
	case lua.LNumber:
		return float64(v)
	case lua.LString:
		if f, ok := parseNumber(string(v)); ok {
			return f
		}
	}
	b.typeError(L, n, "number")
	return 0
}

func (b *library) optNumber(L *lua.LState, n int, def float64) float64 {
	if L.Get(n) == lua.LNil {
		return def
	}
	return b.number(L, n)
}

// int is argument n, truncated to an integer.
func (b *library) int(L *lua.LState, n int) int { return truncate(b.number(L, n)) }

func (b *library) optInt(L *lua.LState, n, def int) int {
	if L.Get(n) == lua.LNil {
		return def
	}
	return b.int(L, n)
}

// truncate is f without its fraction, the nearest int if it is out of range.
func truncate(f float64) int {
	switch {
	case f != f:
		return 0
	case f >= math.MaxInt:
		return math.MaxInt
	case f <= math.MinInt:
		return math.MinInt
	}
	return int(f)
}

// integer is argument n, which must be a whole number.
func (b *library) integer(L *lua.LState, n int) int64 {
	f := b.number(L, n)
	if f != math.Trunc(f) || f < -1<<63 || f >= 1<<63 {
		b.argError(L, n, "number has no integer representation")
	}
	return int64(f)
}

func (b *library) table(L *lua.LState, n int) *lua.LTable {
	if t, ok := L.Get(n).(*lua.LTable); ok {
		return t
	}
	b.typeError(L, n, "table")
	return nil
}

func (b *library) fn(L *lua.LState, n int) *lua.LFunction {
	if f, ok := L.Get(n).(*lua.LFunction); ok {
		return f
	}
	b.typeError(L, n, "function")
	return nil
}

// pushNumber returns f to Lua.
func pushNumber(L *lua.LState, f float64) int {
	L.Push(lua.LNumber(f))
	return 1
}

func pushString(L *lua.LState, s string) int {
	L.Push(stringValue(s))
	return 1
}

func pushBool(L *lua.LState, v bool) int {
	L.Push(lua.LBool(v))
	return 1
}

// byteValues are the strings of one byte, made once.
var byteValues = func() (values [256]lua.LValue) {
	for i := range values {
		values[i] = lua.LString([]byte{byte(i)})
	}
	return values
}()

func stringValue(s string) lua.LValue {
	if len(s) == 1 {
		return byteValues[s[0]]
	}
	return lua.LString(s)
}
