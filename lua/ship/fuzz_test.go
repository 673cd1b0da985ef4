package ship

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// Programs with each kind of instruction and value, what the fuzzers start from.
var programs = []string{
	`return 1, 'two', true, nil, 0.5, -1e300`,
	`return {1, 2, nil, 4, x = {y = {z = false}}, [1.5] = 'k'}`,
	`local t = {} t.self = t return setmetatable(t, {__index = t})`,
	`local a, b = 1, {} local function f(x, ...) b[x] = a return f(...) end return f, function() a = a + 1 return a end`,
	`g = {n = 1} function h(...) return g.n + select('#', ...) end return function() return h(1, 2) end`,
	`return setfenv(function() return x end, {x = 1}), print, string.format, _G`,
	`return function(a, b, c, ...)
		local t, s = {a, b; k = c, ...}, ''
		for i = 10, 1, -2 do if i == 4 then break end t[i] = i % 3 ^ 2 / 1 - -i end
		for k, v in next, t do s = s .. k .. tostring(v) if not v then goto done end end
		while #s < 3 and a ~= b or c do s = s .. 'x' c = not c end
		repeat local u = a a = function() return u end until a
		::done::
		local x, y, z = t, t.k, t:len(a, ...)
		t, x = x, t
		if a < b and b <= c or a == nil then return t.k.j[a], ... end
		return (t(...))
	end`,
}

func fuzzMessages(t testing.TB) [][]byte {
	var out [][]byte
	for _, code := range programs {
		s := newSide(t)
		b, _, err := s.Encode(nil, s.eval(code)...)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b)
	}
	s := newSide(t)
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, _, err := s.Encode(nil, s.wrap(f))
	if err != nil {
		t.Fatal(err)
	}
	return append(out, b)
}

func compile(t testing.TB, code string) *lua.FunctionProto {
	f, err := lua.NewState(lua.Options{SkipOpenLibs: true}).Load(strings.NewReader(code), "lab.lua")
	if err != nil {
		t.Fatal(err)
	}
	return f.Proto
}

// allocated is how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// An entry of a message can be as short as four bytes and make a table with two
// maps in it, which bounds how much memory n bytes may take.
func mayAllocate(n int) uint64 { return uint64(n)*1000 + 1<<20 }

func FuzzDecode(f *testing.F) {
	for _, b := range fuzzMessages(f) {
		f.Add(b)
	}
	s := newSide(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		fd, err := syscall.Open(os.DevNull, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		var vals []lua.LValue
		if n := allocated(func() { vals, err = s.Decode(b, []int{fd}) }); n > mayAllocate(len(b)) {
			t.Errorf("%d bytes made it allocate %d", len(b), n)
		}
		if err != nil && vals != nil {
			t.Error("values and an error")
		}
	})
}

func FuzzProto(f *testing.F) {
	for _, code := range programs {
		f.Add(EncodeProto(compile(f, code)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var p *lua.FunctionProto
		var err error
		if n := allocated(func() { p, err = DecodeProto(b) }); n > mayAllocate(len(b)) {
			t.Errorf("%d bytes made it allocate %d", len(b), n)
		}
		if err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Error(err)
			}
			return
		}
		runs(t, p)
		if _, err := DecodeProto(EncodeProto(p)); err != nil {
			t.Errorf("what was decoded is refused: %v", err)
		}
	})
}

// countdown is a context that ends after a number of instructions.
type countdown struct {
	context.Context
	left int
	end  chan struct{}
}

func (c *countdown) Done() <-chan struct{} {
	if c.left--; c.left == 0 {
		close(c.end)
	}
	return c.end
}

func (c *countdown) Err() error { return context.Canceled }

// runs runs a verified chunk for a while: it may raise errors, but must not make
// the machine itself panic.
func runs(t *testing.T, p *lua.FunctionProto) {
	t.Helper()
	if skipRun(p) {
		return
	}
	l := lua.NewState(lua.Options{SkipOpenLibs: true, CallStackSize: 50, RegistrySize: 1024, RegistryMaxSize: 1 << 14})
	defer l.Close()
	l.SetGlobal("next", l.NewFunction(func(l *lua.LState) int {
		k, v := l.CheckTable(1).Next(l.Get(2))
		l.Push(k)
		l.Push(v)
		return 2
	}))
	l.SetGlobal("t", l.NewTable())
	l.SetContext(&countdown{context.Background(), 2000, make(chan struct{})})
	defer func() {
		if bug, ok := recover().(runtime.Error); ok {
			t.Errorf("%v running\n%v", bug, p)
		}
	}()
	l.Push(l.NewFunctionFromProto(p))
	l.Push(lua.LNumber(1))
	l.Push(lua.LString("two"))
	l.Call(2, lua.MultRet)
}

// skipRun says whether a chunk can do what is not the verifier's business: double
// a string over and over, or leave a captured local without a CLOSE, which
// gopher-lua's compiler itself does for some a break.
func skipRun(p *lua.FunctionProto) bool {
	return slices.ContainsFunc(p.Code, func(inst uint32) bool { return opcode(inst) == lua.OP_CONCAT }) ||
		slices.ContainsFunc(p.FunctionPrototypes, func(p *lua.FunctionProto) bool { return p.NumUpvalues > 0 || skipRun(p) })
}

// TestMutatedCode changes instructions at random and runs what the verifier lets through.
func TestMutatedCode(t *testing.T) {
	const rounds = 3000
	rnd := rand.New(rand.NewPCG(1, 2))
	sources := append(slices.Clone(programs), `
		local a, b = ... local t = {a, b, ...}
		for i = 1, 3 do t[i] = a end
		for k, v in next, t do if v == b then break end t.x = k end
		local n = t.x and #t or -a
		t.f = function(...) return ... end
		return t.f(n, t.f(...)), not n, a < n`)
	passed := 0
	for _, src := range sources {
		p := compile(t, src)
		code := slices.Clone(p.Code)
		for range rounds {
			for range 1 + rnd.IntN(3) {
				p.Code[rnd.IntN(len(code))] = mutate(rnd, code[rnd.IntN(len(code))])
			}
			if q, err := DecodeProto(EncodeProto(p)); err == nil {
				passed++
				runs(t, q)
			}
			copy(p.Code, code)
		}
	}
	if passed < rounds/10 {
		t.Errorf("only %d passed", passed)
	}
}

// mutate changes one part of an instruction, mostly to something near.
func mutate(rnd *rand.Rand, inst uint32) uint32 {
	field := []struct{ shift, bits int }{{26, 6}, {18, 8}, {9, 9}, {0, 9}, {0, 18}}[rnd.IntN(5)]
	mask := uint32(1)<<field.bits - 1
	value := inst >> field.shift & mask
	if rnd.IntN(3) > 0 {
		value += uint32(rnd.IntN(7)) - 3
	} else {
		value = rnd.Uint32()
	}
	return inst&^(mask<<field.shift) | (value & mask << field.shift)
}

func FuzzRoundTrip(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x06\x03\x00\x01\x02\x04abcd\x05\x07\x07\x08\x07\x00\x06\x02\x06\x01\x07\x01"))
	f.Add([]byte("table of tables, nested and shared, with strings and numbers"))
	from, to := newSide(f), newSide(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		from.t, to.t = t, t
		g := &generator{s: from, b: b}
		vals := []lua.LValue{g.value(0), g.value(0)}
		msg, fds, err := from.Encode(nil, vals...)
		if err != nil || fds != nil {
			t.Fatal(fds, err)
		}
		var got []lua.LValue
		if n := allocated(func() { got, err = to.Decode(msg, nil) }); err != nil || n > mayAllocate(len(msg)) {
			t.Fatalf("%d bytes allocate %d: %v", len(msg), n, err)
		}
		c := comparer{from, to, map[lua.LValue]lua.LValue{}}
		if len(got) != 2 || !c.same(vals[0], got[0]) || !c.same(vals[1], got[1]) {
			t.Error("the copy differs")
		}
		again, _, err := to.Encode(nil, got...)
		if err != nil || string(again) != string(msg) {
			t.Errorf("the copy is written as %x, the original as %x", again, msg)
		}
	})
}

// generator makes values of bytes.
type generator struct {
	s    *side
	b    []byte
	made []lua.LValue
}

func (g *generator) byte() byte {
	if len(g.b) == 0 {
		return 0
	}
	c := g.b[0]
	g.b = g.b[1:]
	return c
}

func (g *generator) value(depth int) lua.LValue {
	switch c := g.byte(); c % 11 {
	case 1:
		return lua.LBool(c&16 != 0)
	case 2:
		return lua.LNumber(int8(g.byte()))
	case 3:
		var bits [8]byte
		for i := range bits {
			bits[i] = g.byte()
		}
		return lua.LNumber(math.Float64frombits(binary.LittleEndian.Uint64(bits[:])))
	case 4, 5:
		n := min(int(g.byte()%8), len(g.b))
		text := string(g.b[:n])
		g.b = g.b[n:]
		return lua.LString(text)
	case 6, 7:
		if depth < 50 {
			return g.table(depth)
		}
	case 8:
		if len(g.made) > 0 {
			return g.made[int(g.byte())%len(g.made)]
		}
	case 9:
		return g.s.known["string.format"]
	case 10:
		if depth < 50 {
			return g.function(depth)
		}
	}
	return lua.LNil
}

func (g *generator) table(depth int) lua.LValue {
	t := g.s.L.NewTable()
	g.made = append(g.made, t)
	for range g.byte() % 8 {
		k, v := g.value(depth+1), g.value(depth+1)
		if n, ok := k.(lua.LNumber); k == lua.LNil || ok && (n != n || n > 1000 && n < lua.LNumber(lua.MaxArrayIndex)) {
			k = lua.LNumber(1)
		}
		t.RawSet(k, v)
	}
	if mt, ok := g.value(depth + 1).(*lua.LTable); ok {
		t.Metatable = mt
	}
	return t
}

func (g *generator) function(depth int) lua.LValue {
	both := g.s.eval(`local a, b return function() return a, b end, function(x, y) a, b = x, y end`)
	g.made = append(g.made, both...)
	g.s.call(both[1], g.value(depth+1), g.value(depth+1))
	return both[g.byte()%2]
}

// comparer compares values of two sides, of which the same must belong together everywhere.
type comparer struct {
	from, to *side
	pairs    map[lua.LValue]lua.LValue
}

func (c *comparer) same(a, b lua.LValue) bool {
	switch x := a.(type) {
	case lua.LNumber:
		y, ok := b.(lua.LNumber)
		return ok && math.Float64bits(float64(x)) == math.Float64bits(float64(y))
	case *lua.LTable, *lua.LFunction:
		if known, ok := c.pairs[a]; ok {
			return known == b
		}
		c.pairs[a] = b
		if n, ok := c.from.names[a]; ok {
			return b == c.to.known[n]
		}
		if t, ok := x.(*lua.LTable); ok {
			u, ok := b.(*lua.LTable)
			return ok && c.sameTable(t, u)
		}
		f, g := a.(*lua.LFunction), b.(*lua.LFunction)
		for i, uv := range f.Upvalues {
			if !c.same(uv.Value(), g.Upvalues[i].Value()) {
				return false
			}
		}
		return slices.Equal(f.Proto.Code, g.Proto.Code)
	}
	return a == b
}

func (c *comparer) sameTable(t, u *lua.LTable) bool {
	k, v := t.Next(lua.LNil)
	l, w := u.Next(lua.LNil)
	for k != lua.LNil && l != lua.LNil {
		if !c.same(k, l) || !c.same(v, w) {
			return false
		}
		k, v = t.Next(k)
		l, w = u.Next(l)
	}
	return k == l && t.Len() == u.Len() && c.same(t.Metatable, u.Metatable)
}
