package stdlib

import (
	"math"

	lua "github.com/yuin/gopher-lua"
)

// openArithmetic lets strings take part in arithmetic by tonumber's rules. The
// virtual machine by itself reads "010" as octal and knows "0b1", "1_0" and "inf".
func openArithmetic(L *lua.LState, meta *lua.LTable) {
	for event, op := range map[string]func(x, y float64) float64{
		"__add": func(x, y float64) float64 { return x + y },
		"__sub": func(x, y float64) float64 { return x - y },
		"__mul": func(x, y float64) float64 { return x * y },
		"__div": func(x, y float64) float64 { return x / y },
		"__mod": modulo,
		"__pow": math.Pow,
		"__unm": func(x, _ float64) float64 { return -x },
	} {
		meta.RawSetString(event, L.NewFunction(func(L *lua.LState) int { return arithmetic(L, event, op) }))
	}
}

// arithmetic is a metamethod of strings: at least one operand is one.
func arithmetic(L *lua.LState, event string, op func(x, y float64) float64) int {
	x, okX := operand(L.Get(1))
	y, okY := operand(L.Get(2))
	if event == "__unm" {
		y, okY = x, okX
	}
	if okX && okY {
		return pushNumber(L, op(x, y))
	}
	for i := 1; i <= 2; i++ {
		v := L.Get(i)
		if _, isString := v.(lua.LString); isString {
			continue
		}
		if f, ok := L.GetMetaField(v, event).(*lua.LFunction); ok {
			L.Push(f)
			L.Push(L.Get(1))
			L.Push(L.Get(2))
			L.Call(2, 1)
			return 1
		}
	}
	culprit := L.Get(1)
	if okX {
		culprit = L.Get(2)
	}
	if _, isString := culprit.(lua.LString); isString {
		L.RaiseError("attempt to perform arithmetic on a string that is no number")
	}
	L.RaiseError("attempt to perform arithmetic on a %s value", culprit.Type())
	return 0
}

func operand(v lua.LValue) (float64, bool) {
	switch v := v.(type) {
	case lua.LNumber:
		return float64(v), true
	case lua.LString:
		return parseNumber(string(v))
	}
	return 0, false
}

// modulo has the sign of y.
func modulo(x, y float64) float64 {
	m := math.Mod(x, y)
	if m != 0 && (m < 0) != (y < 0) {
		m += y
	}
	return m
}
