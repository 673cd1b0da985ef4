package stdlib

import (
	"math"
	"math/rand/v2"

	lua "github.com/yuin/gopher-lua"
)

func (b *library) openMath(L *lua.LState) {
	b.random.seed(rand.Uint64())
	t := b.module(L, lua.MathLibName, []function{
		{"abs", b.math1(math.Abs)},
		{"acos", b.math1(math.Acos)},
		{"asin", b.math1(math.Asin)},
		{"atan", b.mathAtan},
		{"atan2", b.math2(math.Atan2)},
		{"ceil", b.math1(math.Ceil)},
		{"cos", b.math1(math.Cos)},
		{"cosh", b.math1(math.Cosh)},
		{"deg", b.math1(func(x float64) float64 { return x * (180 / math.Pi) })},
		{"exp", b.math1(math.Exp)},
		{"floor", b.math1(math.Floor)},
		{"fmod", b.math2(math.Mod)},
		{"frexp", b.mathFrexp},
		{"ldexp", b.mathLdexp},
		{"log", b.mathLog},
		{"log10", b.math1(math.Log10)},
		{"max", b.mathMax},
		{"min", b.mathMin},
		{"mod", b.math2(math.Mod)},
		{"modf", b.mathModf},
		{"pow", b.math2(math.Pow)},
		{"rad", b.math1(func(x float64) float64 { return x * (math.Pi / 180) })},
		{"random", b.mathRandom},
		{"randomseed", b.mathRandomseed},
		{"sin", b.math1(math.Sin)},
		{"sinh", b.math1(math.Sinh)},
		{"sqrt", b.math1(math.Sqrt)},
		{"tan", b.math1(math.Tan)},
		{"tanh", b.math1(math.Tanh)},
		{"tointeger", b.mathTointeger},
		{"type", b.mathType},
	})
	for name, value := range map[string]float64{
		"huge": math.Inf(1), "pi": math.Pi, "maxinteger": maxExact, "mininteger": -maxExact,
	} {
		t.RawSetString(name, lua.LNumber(value))
	}
}

func (b *library) math1(f func(float64) float64) lua.LGFunction {
	return func(L *lua.LState) int { return pushNumber(L, f(b.number(L, 1))) }
}

func (b *library) math2(f func(x, y float64) float64) lua.LGFunction {
	return func(L *lua.LState) int { return pushNumber(L, f(b.number(L, 1), b.number(L, 2))) }
}

func (b *library) mathAtan(L *lua.LState) int {
	return pushNumber(L, math.Atan2(b.number(L, 1), b.optNumber(L, 2, 1)))
}

func (b *library) mathFrexp(L *lua.LState) int {
	fraction, exponent := math.Frexp(b.number(L, 1))
	return pushNumber(L, fraction) + pushNumber(L, float64(exponent))
}

func (b *library) mathLdexp(L *lua.LState) int {
	return pushNumber(L, math.Ldexp(b.number(L, 1), b.int(L, 2)))
}

func (b *library) mathLog(L *lua.LState) int {
	x := b.number(L, 1)
	switch base := b.optNumber(L, 2, math.E); base {
	case math.E:
		return pushNumber(L, math.Log(x))
	case 2:
		return pushNumber(L, math.Log2(x))
	case 10:
		return pushNumber(L, math.Log10(x))
	default:
		return pushNumber(L, math.Log(x)/math.Log(base))
	}
}

func (b *library) mathMax(L *lua.LState) int {
	x := b.number(L, 1)
	for i := 2; i <= L.GetTop(); i++ {
		if y := b.number(L, i); y > x {
			x = y
		}
	}
	return pushNumber(L, x)
}

func (b *library) mathMin(L *lua.LState) int {
	x := b.number(L, 1)
	for i := 2; i <= L.GetTop(); i++ {
		if y := b.number(L, i); y < x {
			x = y
		}
	}
	return pushNumber(L, x)
}

func (b *library) mathModf(L *lua.LState) int {
	x := b.number(L, 1)
	if math.IsInf(x, 0) {
		return pushNumber(L, x) + pushNumber(L, 0)
	}
	whole, fraction := math.Modf(x)
	return pushNumber(L, whole) + pushNumber(L, fraction)
}

func (b *library) mathTointeger(L *lua.LState) int {
	if n, ok := b.any(L, 1).(lua.LNumber); ok && isInteger(float64(n)) {
		L.Push(n)
	} else {
		L.Push(lua.LNil)
	}
	return 1
}

func (b *library) mathType(L *lua.LState) int {
	n, ok := b.any(L, 1).(lua.LNumber)
	switch {
	case !ok:
		L.Push(lua.LNil)
		return 1
	case isInteger(float64(n)):
		return pushString(L, "integer")
	}
	return pushString(L, "float")
}

// isInteger reports whether f is one whole number and no other.
func isInteger(f float64) bool { return f == math.Trunc(f) && math.Abs(f) <= maxExact }

// randomSource is a generator whose sequence a seed determines, in every release.
type randomSource struct{ *rand.Rand }

func (r *randomSource) seed(n uint64) { r.Rand = rand.New(rand.NewPCG(n, n^0x9E3779B97F4A7C15)) }

func (b *library) mathRandom(L *lua.LState) int {
	low, high := int64(1), int64(0)
	switch L.GetTop() {
	case 0:
		return pushNumber(L, b.random.Float64())
	case 1:
		high = b.integer(L, 1)
	default:
		low, high = b.integer(L, 1), b.integer(L, 2)
	}
	if low > high {
		b.argError(L, L.GetTop(), "interval is empty")
	}
	if span := uint64(high-low) + 1; span != 0 {
		return pushNumber(L, float64(low+int64(b.random.Uint64N(span))))
	}
	return pushNumber(L, float64(int64(b.random.Uint64())))
}

// mathRandomseed without a seed makes the sequence unpredictable again.
func (b *library) mathRandomseed(L *lua.LState) int {
	if L.GetTop() == 0 {
		b.random.seed(rand.Uint64())
	} else {
		b.random.seed(math.Float64bits(b.number(L, 1)))
	}
	return 0
}
