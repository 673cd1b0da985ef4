package stdlib

import (
	"runtime"

	lua "github.com/yuin/gopher-lua"
)

func (b *library) openBase(L *lua.LState) {
	openUpstream(L, "", lua.OpenBase)
	g := L.Get(lua.GlobalsIndex).(*lua.LTable)
	for _, name := range []string{"_printregs", "_GOPHER_LUA_VERSION", "module", "require"} {
		g.RawSetString(name, lua.LNil)
	}
	b.register(L, g, []function{
		{"assert", b.assert},
		{"collectgarbage", b.collectgarbage},
		{"dofile", b.dofile},
		{"error", b.error},
		{"load", b.load},
		{"loadfile", b.loadfile},
		{"loadstring", b.loadstring},
		{"next", b.next},
		{"print", b.print},
		{"rawlen", b.rawlen},
		{"select", b.selectArgs},
		{"tonumber", b.tonumber},
		{"tostring", b.tostringArg},
		{"type", b.typeOf},
		{"unpack", b.unpack},
	})
	b.register(L, g, []function{
		{"ipairs", b.ipairs(L.NewFunction(b.ipairsStep))},
		{"pairs", b.pairs(g.RawGetString("next"))},
	})
}

// tostring is v as tostring shows it.
func (b *library) tostring(L *lua.LState, v lua.LValue) string {
	switch v := v.(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber:
		return formatNumber(float64(v))
	}
	if meta := L.GetMetaField(v, "__tostring"); meta != lua.LNil {
		switch s := call1(L, meta, v).(type) {
		case lua.LString:
			return string(s)
		case lua.LNumber:
			return formatNumber(float64(s))
		}
		L.RaiseError("'__tostring' must return a string")
	}
	return v.String()
}

// call1 calls f and returns its first result.
func call1(L *lua.LState, f lua.LValue, args ...lua.LValue) lua.LValue {
	L.Push(f)
	for _, a := range args {
		L.Push(a)
	}
	L.Call(len(args), 1)
	v := L.Get(-1)
	L.Pop(1)
	return v
}

func (b *library) tostringArg(L *lua.LState) int {
	return pushString(L, b.tostring(L, b.any(L, 1)))
}

// print writes its line at once: what a child process writes does not get inside.
func (b *library) print(L *lua.LState) int {
	line := b.line[:0]
	b.line = nil // a __tostring may print
	for i, n := 1, L.GetTop(); i <= n; i++ {
		if i > 1 {
			line = append(line, '\t')
		}
		line = append(line, b.tostring(L, L.Get(i))...)
	}
	line = append(line, '\n')
	if err := b.stdout.writeBytes(line); err != nil {
		raise(L, err)
	}
	b.line = line
	return 0
}

func (b *library) typeOf(L *lua.LState) int {
	return pushString(L, b.any(L, 1).Type().String())
}

// where is the source and line of the function at level, as an error's prefix.
func where(L *lua.LState, level int) string {
	dbg, ok := L.GetStack(level)
	if !ok {
		return ""
	}
	if _, err := L.GetInfo("Sl", dbg, lua.LNil); err != nil || dbg.CurrentLine <= 0 {
		return ""
	}
	return dbg.Source + ":" + formatNumber(float64(dbg.CurrentLine)) + ": "
}

func (b *library) error(L *lua.LState) int {
	v := L.Get(1)
	if s, ok := v.(lua.LString); ok {
		if level := b.optInt(L, 2, 1); level > 0 {
			v = lua.LString(where(L, level) + string(s))
		}
	}
	throw(L, v)
	return 0
}

// throw raises v unchanged.
func throw(L *lua.LState, v lua.LValue) { L.Error(v, 0) }

func (b *library) assert(L *lua.LState) int {
	if lua.LVAsBool(b.any(L, 1)) {
		return L.GetTop()
	}
	if L.GetTop() > 1 {
		throw(L, L.Get(2))
	}
	L.RaiseError("assertion failed!")
	return 0
}

func (b *library) rawlen(L *lua.LState) int {
	switch v := L.Get(1).(type) {
	case *lua.LTable:
		return pushNumber(L, float64(v.Len()))
	case lua.LString:
		return pushNumber(L, float64(len(v)))
	}
	b.typeError(L, 1, "table or string")
	return 0
}

func (b *library) selectArgs(L *lua.LState) int {
	count := L.GetTop() - 1
	if s, ok := L.Get(1).(lua.LString); ok && s == "#" {
		return pushNumber(L, float64(count))
	}
	n := b.int(L, 1)
	switch {
	case n < 0:
		n += count + 1
	case n > count:
		n = count + 1
	}
	if n < 1 {
		b.argError(L, 1, "index out of range")
	}
	return count - n + 1
}

func (b *library) next(L *lua.LState) int {
	k, v := b.table(L, 1).Next(L.Get(2))
	L.Push(k)
	if k == lua.LNil {
		return 1
	}
	L.Push(v)
	return 2
}

func (b *library) pairs(next lua.LValue) lua.LGFunction {
	return func(L *lua.LState) int {
		v := b.any(L, 1)
		if meta := L.GetMetaField(v, "__pairs"); meta != lua.LNil {
			L.Push(meta)
			L.Push(v)
			L.Call(1, 3)
			return 3
		}
		t := b.table(L, 1)
		L.Push(next)
		L.Push(t)
		L.Push(lua.LNil)
		return 3
	}
}

func (b *library) ipairs(step lua.LValue) lua.LGFunction {
	return func(L *lua.LState) int {
		t := b.table(L, 1)
		L.Push(step)
		L.Push(t)
		L.Push(lua.LNumber(0))
		return 3
	}
}

func (b *library) ipairsStep(L *lua.LState) int {
	i, _ := L.Get(2).(lua.LNumber)
	v := b.table(L, 1).RawGetInt(int(i) + 1)
	if v == lua.LNil {
		return 0
	}
	L.Push(i + 1)
	L.Push(v)
	return 2
}

// maxUnpack bounds the results of one call; a state may allow fewer.
const maxUnpack = 1 << 20

func (b *library) unpack(L *lua.LState) int {
	t := b.table(L, 1)
	from := b.optInt(L, 2, 1)
	to := b.optInt(L, 3, t.Len())
	if from > to {
		return 0
	}
	n := to - from + 1
	if n <= 0 || n >= maxUnpack {
		L.RaiseError("too many results to unpack")
	}
	top := L.GetTop()
	L.SetTop(top + n) // reserve the room at once
	L.SetTop(top)
	for i := from; i <= to; i++ {
		L.Push(t.RawGet(lua.LNumber(i)))
	}
	return n
}

// collectgarbage runs or measures Go's collector. The options that tune Lua's
// own collector are accepted and change nothing.
func (b *library) collectgarbage(L *lua.LState) int {
	switch option := b.optStr(L, 1, "collect"); option {
	case "collect":
		runtime.GC()
		return pushNumber(L, 0)
	case "count":
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return pushNumber(L, float64(m.HeapAlloc)/1024)
	case "step":
		runtime.GC()
		return pushBool(L, true)
	case "isrunning":
		return pushBool(L, true)
	case "stop", "restart", "setpause", "setstepmul", "incremental", "generational":
		return pushNumber(L, 0)
	default:
		b.argError(L, 1, "invalid option '%s'", option)
	}
	return 0
}
