package stdlib

import (
	"testing"

	lua "github.com/yuin/gopher-lua"
)

var benchmarks = []struct{ name, source string }{
	{"gsub-function", `local s = ("hello world "):rep(500) return function() s:gsub("%w+", function(w) return w end) end`},
	{"gsub-string", `local s = ("hello world "):rep(500) return function() s:gsub("o", "0") end`},
	{"gmatch", `local s = ("key=value, "):rep(500) return function() for k, v in s:gmatch("(%w+)=(%w+)") do end end`},
	{"find", `local s = ("x"):rep(10000) .. "needle" return function() s:find("n%a+e$") end`},
	{"match", `local m = string.match return function() for _ = 1, 100 do m("eth0: mtu 1500 up", "^(%w+): mtu (%d+)") end end`},
	{"format", `local f = string.format return function() for i = 1, 100 do f("%5d %-10s %.2f %x", i, "name", i / 3, i) end end`},
	{"concat", `local t = {} for i = 1, 2000 do t[i] = "item" .. i end return function() table.concat(t, ",") end`},
	{"sort", `local t = {} for i = 1, 1000 do t[i] = i * 7919 % 1000 end
	          return function() local u = {unpack(t)} table.sort(u) end`},
	{"sort-function", `local t = {} for i = 1, 1000 do t[i] = i * 7919 % 1000 end
	          return function() local u = {unpack(t)} table.sort(u, function(a, b) return a > b end) end`},
	{"sub", `local s = ("abcdefghij"):rep(100) return function() for i = 1, #s do local c = s:sub(i, i) end end`},
	{"tostring", `return function() for i = 1, 100 do tostring(i) tostring(i / 3) end end`},
	{"pcall-error", `return function() for _ = 1, 100 do pcall(error, "x") end end`},
}

func BenchmarkLibrary(b *testing.B) {
	for _, bench := range benchmarks {
		b.Run(bench.name+"/stdlib", func(b *testing.B) { runBenchmark(b, newWorld(b, "").LState, bench.source) })
		b.Run(bench.name+"/gopher-lua", func(b *testing.B) {
			L := lua.NewState(lua.Options{RegistryMaxSize: 1 << 20})
			defer L.Close()
			runBenchmark(b, L, bench.source)
		})
	}
}

func BenchmarkJSON(b *testing.B) {
	const data = `local t = {} for i = 1, 1000 do t[i] = {id = i, name = "name " .. i, tags = {"a", "b"}, ratio = i / 3} end `
	for _, bench := range []struct{ name, source string }{
		{"encode", data + `return function() json.encode(t) end`},
		{"decode", data + `local s = json.encode(t) return function() json.decode(s) end`},
	} {
		b.Run(bench.name, func(b *testing.B) { runBenchmark(b, newWorld(b, "").LState, bench.source) })
	}
}

func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		newWorld(b, "")
	}
}

// runBenchmark calls the function that source returns.
func runBenchmark(b *testing.B, L *lua.LState, source string) {
	if err := L.DoString(source); err != nil {
		b.Fatal(err)
	}
	fn := L.Get(-1)
	for b.Loop() {
		if err := L.CallByParam(lua.P{Fn: fn, Protect: true}); err != nil {
			b.Fatal(err)
		}
	}
}
