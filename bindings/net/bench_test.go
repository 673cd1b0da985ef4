package net

import (
	"fmt"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

// benchmarkLua runs code, which is told how often, after setup in a fresh namespace
// that has a link r0 with the address 10.0.0.1/8.
func benchmarkLua(b *testing.B, setup, code string) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			b.Errorf("making a network namespace: %v", err)
			return
		}
		s, err := lua.New(lua.Options{Modules: []*lua.Module{Module()}})
		if err != nil {
			b.Error(err)
			return
		}
		defer s.Close()
		run := func(code string) {
			if o := s.RunString(code, "bench"); o.Err != nil {
				b.Error(o.Err)
			}
		}
		run(`net.veth("r0", "r1") net.link("r0"):up():addr("10.0.0.1/8") net.link("r1"):up() ` + setup)
		b.ResetTimer()
		run(fmt.Sprintf(code, b.N))
	}()
	<-done
}

// BenchmarkRouteAdd adds a route from Lua.
func BenchmarkRouteAdd(b *testing.B) {
	benchmarkLua(b, "", `for i = 0, %d - 1 do
  net.route.add(("20.%%d.%%d.%%d/32"):format(math.floor(i / 65536) %% 256, math.floor(i / 256) %% 256, i %% 256), {via = "10.0.0.2", dev = "r0", table = 100})
end`)
}

// BenchmarkRoutes reads 20,000 routes into Lua tables.
func BenchmarkRoutes(b *testing.B) {
	benchmarkLua(b, `for i = 0, 19999 do
  net.route.add(("20.0.%d.%d/32"):format(math.floor(i / 256), i % 256), {via = "10.0.0.2", dev = "r0"})
end`, `for i = 1, %d do assert(#net.routes() > 20000) end`)
}
