package ship

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// TestTravel sends what code returns, calls the first of it over there with the
// rest, and compares the results as text.
func TestTravel(t *testing.T) {
	tests := []struct{ name, code, want string }{
		{"arguments", `return function(...) return select('#', ...), ... end, 1, nil, 3, nil`, "4 1 nil 3 nil"},
		{"arg", `return function(...) return arg.n, arg[2] end, 1, 'b'`, "2 b"},
		{"booleans", `return function(t) return t.f, t[1], t[true] end, {f = false, false, [true] = 'yes'}`, "false false yes"},
		{"numbers", `return function(...)
			local a, b, c, d, e, f, g, h = ...
			return 1 / a, b, c, d ~= d, e == 2^53, f == -2^53, g == 0.1, h
		end, -0, 1/0, -1/0, 0/0, 2^53, -2^53, 0.1, 2^53 - 1`, "-Inf +Inf -Inf true true true true 9007199254740991"},
		{"negative zero from a constant", `return function(x) return 1 / x end, 0 * -1`, "-Inf"},
		{"strings", `return function(s, e, u) return #s, s:byte(2), s:byte(4), #e, u end, 'a\0b\255', '', '测试'`, "4 0 255 0 测试"},
		{"long string", `return function(s) return #s, s:sub(-1) end, ('x'):rep(1e6) .. 'y'`, "1000001 y"},
		{"same string often", `local s = 'again' return function(t) return t[1], t[2], t.again, t[1] == s end, {s, s, again = s}`, "again again again true"},

		{"upvalues are shared", `
			local count = 0
			local function inc() count = count + 1 end
			local function get() return count end
			return function() inc() inc() count = count + 10 return get(), count end`, "12 12"},
		{"upvalues of several values", `
			local n = 1
			return function(get) n = 5 return get() end, function() return n end`, "5"},
		{"open upvalues", `
			local function outer()
				local n = 41
				local function inc() n = n + 1 return n end
				coroutine.yield(inc)
				return n
			end
			local co = coroutine.create(outer)
			local _, inc = coroutine.resume(co)
			return inc`, "42"},
		{"recursion", `local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end return fib, 15`, "610"},
		{"mutual recursion", `
			local even, odd
			function even(n) if n == 0 then return true end return odd(n - 1) end
			function odd(n) if n == 0 then return false end return even(n - 1) end
			return function() return even(10), odd(10) end`, "true false"},
		{"the same function twice", `local f = function() end return function(a, b, c) return a == b, b == c end, f, f, function() end`, "true false"},
		{"one code, many closures", `
			local function make(n) return function() return n end end
			return function(a, b) return a(), b() end, make(1), make(2)`, "1 2"},
		{"loop variables", `
			local fs = {}
			for i = 1, 3 do fs[i] = function() i = i + 10 return i end end
			return function(fs) return fs[1](), fs[2](), fs[3](), fs[1]() end, fs`, "11 12 13 21"},
		{"loadstring", `return loadstring('local a = ... return a * 2', 'x'), 21`, "42"},
		{"unset upvalue", `local x return function() return x end`, "nil"},

		{"user globals", `
			function even(n) if n == 0 then return true end return odd(n - 1) end
			function odd(n) if n == 0 then return false end return even(n - 1) end
			return function() return even(10), odd(10) end`, "true false"},
		{"a global table and its functions", `
			lib = {base = 40}
			function lib.add(n) return lib.base + n end
			return function() return lib.add(2) end`, "42"},
		{"globals of inner functions", `
			answer = 42
			return function() local function f() return function() return answer end end return f()() end`, "42"},
		{"globals that are only written", `
			left = 'behind'
			return function() left = nil return rawget(_G, 'left') end`, "nil"},
		{"globals that are not read", `other = 1 return function() return rawget(_G, 'other') end`, "nil"},
		{"a known function replaced", `
			local old = tostring
			function tostring(x) return '<' .. old(x) .. '>' end
			return function() return tostring(1) end`, "<1>"},
		{"a known function under another name", `fmt = string.format return function() return fmt('%03d', 7), fmt == string.format end`, "007 true"},
		{"known tables exchanged", `string, table = table, string return function() return string.concat({1, 2}), table.rep('x', 3) end`, "12 xxx"},
		{"known values", `
			local fmt, insert, str, g = string.format, table.insert, string, _G
			return function()
				local t = {}
				insert(t, fmt('%03d', 7))
				return t[1], str == string, g == _G, ('x'):rep(3)
			end`, "007 true true xxx"},

		{"setfenv", `
			local env = setmetatable({}, {__index = _G})
			local f = loadstring('y = 5 return function() y = y + 1 return y, tostring(y) end', 'sandbox')
			setfenv(f, env)
			return f()`, "6 6"},
		{"setfenv keeps globals clean", `
			local f = setfenv(function() z = 1 return z end, {})
			return function(f, rawget, g) return f(), rawget(g, 'z') end, f, rawget, _G`, "1 nil"},
		{"setfenv over user globals", `
			helper = function() return 'helped' end
			return setfenv(function() return helper() end, setmetatable({}, {__index = _G}))`, "helped"},
		{"setfenv is inherited", `
			local function outer() return function() return v end end
			setfenv(outer, {v = 9})
			return outer()`, "9"},

		{"metatables", `
			local Point = {} Point.__index = Point
			function Point.new(x, y) return setmetatable({x = x, y = y}, Point) end
			function Point.__add(a, b) return Point.new(a.x + b.x, a.y + b.y) end
			function Point:len2() return self.x * self.x + self.y * self.y end
			return function(a, b) local p = a + b return p.x, p.y, p:len2(), getmetatable(a) == getmetatable(b) end,
				Point.new(1, 2), Point.new(3, 4)`, "4 6 52 true"},
		{"a known metatable", `return function(t) return t.rep('ab', 2), getmetatable(t) == string end, (function()
			string.__index = string return setmetatable({rep = string.rep}, string) end)()`, "abab true"},
		{"a hidden metatable", `return function(t) return getmetatable(t), t.x end, setmetatable({}, {__metatable = 'no', __index = {x = 1}})`, "no 1"},
		{"raising metamethods are not run", `return function(t) return rawget(t, 1) end,
			setmetatable({7}, {__index = function() error('index') end, __newindex = function() error('newindex') end, __len = function() error('len') end})`, "7"},

		{"cycles", `local t = {n = 3} t.self = t t[t] = t setmetatable(t, t) return function(t) return t.self == t, t[t] == t, getmetatable(t) == t, t.n end, t`, "true true true 3"},
		{"a table twice", `local t = {} return function(a) a[1].x = 1 return a[2].x end, {t, t}`, "1"},
		{"holes", `return function(t) return #t, t[2], t[4], t[6] end, {1, nil, 3, 4, nil, 6}`, "6 nil 4 6"},
		{"a hole at the end", `local t = {1, 2, 3} t[3] = nil return function(t) local n = 0 for _ in pairs(t) do n = n + 1 end return #t, n end, t`, "2 2"},
		{"sparse", `return function(t) return t[1000], t[-1], t[0], t[1.5], t[2^40] end, {[1000] = 'k', [-1] = 'm', [0] = 'z', [1.5] = 'h', [2^40] = 'g'}`, "k m z h g"},
		{"order of pairs", `
			local t = {'a', 'b', zeta = 1, alpha = 2, [10.5] = 3, [true] = 4, mid = 5}
			t.alpha = nil t.last = 6
			return function(t) local s = '' for k in pairs(t) do s = s .. tostring(k) .. ' ' end return s end, t`, "1 2 zeta 10.5 true mid last "},
		{"tables and functions as keys", `
			local k, f = {}, function() end
			return function(t, k, f) return t[k], t[f], t[print] end, {[k] = 'table', [f] = 'function', [print] = 'named'}, k, f`, "table function named"},
		{"empty tables", `return function(a, b) return next(a), a == b end, {}, {}`, "nil false"},
		{"coroutines inside", `return function()
			local c = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)
			return c(), c(), c()
		end`, "1 2 3"},
		{"goto and break", `return function()
			local s = 0
			for i = 1, 10 do
				if i == 3 then goto continue end
				if i == 6 then break end
				s = s + i
				::continue::
			end
			return s
		end`, "12"},
		{"a long list of constants", `
			local src = {}
			for i = 1, 400 do src[i] = 't.k' .. i .. ' = ' .. i .. '.5' end
			return loadstring('local t = {} ' .. table.concat(src, ' ') .. ' return t.k1, t.k300, t.k400'), nil`, "1.5 300.5 400.5"},
		{"a long constructor", `
			local src = {}
			for i = 1, 1001 do src[i] = i end
			return loadstring('local t = {' .. table.concat(src, ',') .. ', (function() return 7, 8 end)()} return #t, t[512], t[1002]')`, "1003 512 7"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			from, to := newSide(t), newSide(t)
			vals := send(t, from, to, from.eval(tt.code)...)
			if got := strings.Join(texts(to.call(vals[0], vals[1:]...)), " "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			// A copy of the copy is as good.
			from, to, third := newSide(t), newSide(t), newSide(t)
			vals = send(t, to, third, send(t, from, to, from.eval(tt.code)...)...)
			if got := strings.Join(texts(third.call(vals[0], vals[1:]...)), " "); got != tt.want {
				t.Errorf("sent on: got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestOriginalIsUntouched(t *testing.T) {
	from, to := newSide(t), newSide(t)
	f := from.eval(`local n = 0 t = {n = 0} return function() n = n + 1 t.n = t.n + 1 return n, t.n end`)[0]
	copied := send(t, from, to, f)[0]
	to.call(copied)
	if got := texts(to.call(copied)); got[0] != "2" || got[1] != "2" {
		t.Errorf("the copy counts %q", got)
	}
	if got := texts(from.call(f)); got[0] != "1" || got[1] != "1" {
		t.Errorf("the original counts %q", got)
	}
}

func TestFunctionsComeBack(t *testing.T) {
	from, to := newSide(t), newSide(t)
	f := send(t, from, to, from.eval(`count = 1 return function() local n = 40 return function(x) n = n + x return n + count end end`)...)[0]
	from.eval(`count = 100`)
	from.KeepGlobals = true
	theirs := to.call(f)[0]
	g := send(t, to, from, theirs)[0]
	if got := texts(append(from.call(g, lua.LNumber(1)), from.call(g, lua.LNumber(1))...)); !slices.Equal(got, []string{"141", "142"}) {
		t.Errorf("got %q: the global here is the newer one", got)
	}
	from.KeepGlobals = false
	send(t, to, from, theirs)
	if got := texts(from.eval(`return count`)); got[0] != "1" {
		t.Errorf("count = %s, want the one that came along", got[0])
	}
}

// An error that a function raises over there names the place in the script.
func TestDebugInformationTravels(t *testing.T) {
	from, to := newSide(t), newSide(t)
	f := send(t, from, to, from.eval("local cfg\nreturn function()\n  local function inner() return cfg.x end\n  inner()\nend")...)[0]
	err := to.L.CallByParam(lua.P{Fn: f, Protect: true})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"lab.lua:3:", "key 'x'", "in function 'inner'", "lab.lua:4:"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %q", want, err)
		}
	}
	name, _ := to.L.GetUpvalue(f.(*lua.LFunction), 1)
	if name != "cfg" {
		t.Errorf("upvalue %q", name)
	}
}

func TestDeepList(t *testing.T) {
	from, to := newSide(t), newSide(t)
	vals := send(t, from, to, from.eval(`
		local l
		for i = 1, 15000 do l = {next = l} end
		return function(l) local n = 0 while l do n = n + 1 l = l.next end return n end, l`)...)
	if got := texts(to.call(vals[0], vals[1])); got[0] != "15000" {
		t.Errorf("%s elements", got[0])
	}
	for _, f := range []func(n int) string{
		func(n int) string { return `local l for i = 1, 20000 do l = {next = l} end return l` },
		func(n int) string {
			return `local f for i = 1, 20000 do local g = f f = function() return g end end return f`
		},
		func(n int) string { return `local m for i = 1, 20000 do m = setmetatable({}, m) end return m` },
	} {
		deepest := from.eval(f(0))
		send(t, from, to, deepest...)
		if _, _, err := from.Encode([]string{"argument 1"}, append(deepest, from.eval(`return {...}`, deepest...)...)...); err != nil {
			t.Errorf("one that is as deep as can be, again: %v", err)
		}
		_, _, err := from.Encode([]string{"argument 1"}, from.eval(`return {...}`, deepest...)...)
		if err == nil || !strings.Contains(err.Error(), "is nested more than 20000 deep") || len(err.Error()) > 100 {
			t.Errorf("one deeper: %v", err)
		}
	}
}

func TestLargeTable(t *testing.T) {
	from, to := newSide(t), newSide(t)
	vals := send(t, from, to, from.eval(`
		local big = {}
		for i = 1, 200000 do big[i] = {i, "item " .. i} end
		return function(b) return #b, b[200000][2], b[1][1] end, big`)...)
	if got := texts(to.call(vals[0], vals[1])); !slices.Equal(got, []string{"200000", "item 200000", "1"}) {
		t.Errorf("got %q", got)
	}
}

func TestFilesTravel(t *testing.T) {
	from, to := newSide(t), newSide(t)
	path := filepath.Join(t.TempDir(), "f")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	from.L.SetGlobal("file", from.wrap(f))
	vals := send(t, from, to, from.eval(`return function(t) return t[1] == t[2], t[1]:name(), t[1] end, {file, file}`)...)
	got := to.call(vals[0], vals[1])
	if got[0] != lua.LTrue || got[1].String() != path {
		t.Errorf("got %q", texts(got))
	}
	twin := got[2].(*lua.LUserData).Value.(*os.File)
	if _, err := twin.WriteString("from there"); err != nil {
		t.Error(err)
	}
	twin.Close()
	if text, err := os.ReadFile(path); err != nil || string(text) != "from there" {
		t.Errorf("%q, %v", text, err)
	}
	if _, err := f.WriteString("still ours"); err != nil {
		t.Error(err)
	}
}
