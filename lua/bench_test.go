package lua

import (
	"testing"

	glua "github.com/yuin/gopher-lua"
)

// BenchmarkFib compares a script that only computes in our shell, which can be
// interrupted at any moment, with the same in plain gopher-lua.
func BenchmarkFib(b *testing.B) {
	const code = `local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end return fib(30)`
	b.Run("nslua", func(b *testing.B) {
		s, err := New(Options{Strict: true})
		if err != nil {
			b.Fatal(err)
		}
		defer s.Close()
		for b.Loop() {
			if o := s.RunString(code, "fib.lua"); o.Err != nil || o.Results[0] != Number(832040) {
				b.Fatalf("%+v", o)
			}
		}
	})
	b.Run("plain", func(b *testing.B) {
		l := glua.NewState(glua.Options{CallStackSize: callStackSize, RegistrySize: registryStart, RegistryMaxSize: registryMax, MinimizeStackMemory: true})
		defer l.Close()
		for b.Loop() {
			if err := l.DoString(code); err != nil {
				b.Fatal(err)
			}
			l.Pop(1)
		}
	})
}
