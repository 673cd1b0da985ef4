package net

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/kerntest"
	"nslua/lua"
)

// TestRandomOptions calls every function that does not wait for the network with
// arguments and option tables made at random, half of them well typed: each call
// succeeds or raises an error object, and none ends in a Go panic.
func TestRandomOptions(t *testing.T) {
	calls := 10_000
	if testing.Short() {
		calls = 1_000
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // the thread ends with the goroutine
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			kerntest.Skipf(t, "root", "making a network namespace: %v", err)
		}
		m := Module()
		s, err := lua.New(lua.Options{Modules: []*lua.Module{m}})
		if err != nil {
			t.Error(err)
			return
		}
		defer s.Close()
		r := rand.New(rand.NewPCG(3, 4))
		for range calls {
			f := m.Funcs[r.IntN(len(m.Funcs))]
			if waits(f.Name) {
				continue
			}
			sig, err := s.Describe(f)
			if err != nil {
				t.Error(err)
				return
			}
			code := fmt.Sprintf("net.%s(%s)", f.Name, randomArgs(r, sig))
			checkOutcome(t, s, code)
		}
	}()
	<-done
}

// waits reports whether a function waits for answers, or opens what stays open.
func waits(name string) bool {
	head, _, _ := strings.Cut(name, ".")
	switch head {
	case "ping", "tcp", "udp", "http", "resolve", "traceroute", "monitor", "at":
		return true
	}
	return false
}

func checkOutcome(t *testing.T, s *lua.State, code string) {
	o := s.RunString(code, "random")
	if o.Err == nil {
		return
	}
	var raised *lua.Raised
	if !errors.As(o.Err, &raised) {
		t.Errorf("%s: %v", code, o.Err)
		return
	}
	e, ok := raised.Value.(*lua.Table)
	if !ok || e.RawGetString("code") == lua.Nil || strings.Contains(o.Err.Error(), "runtime error") {
		t.Errorf("%s: %v", code, o.Err)
	}
}

func randomArgs(r *rand.Rand, sig *lua.Signature) string {
	var args []string
	for _, p := range sig.Params {
		if p.Optional && r.IntN(4) == 0 {
			break
		}
		args = append(args, randomValue(r, p))
	}
	return strings.Join(args, ", ")
}

func randomValue(r *rand.Rand, p lua.Param) string {
	if r.IntN(8) == 0 {
		return pick(r, "nil", "0", "-1", "1e300", "2^53", "0/0", `""`, `"\0"`, "{}", "{{}}", "true", "print", `("x"):rep(300)`)
	}
	if p.Fields != nil {
		var entries []string
		for _, f := range p.Fields {
			if !f.Optional || r.IntN(3) == 0 {
				entries = append(entries, fmt.Sprintf("[%q] = %s", f.Name, randomValue(r, f)))
			}
		}
		return "{" + strings.Join(entries, ", ") + "}"
	}
	if words := strings.Split(p.Type, "|"); strings.HasPrefix(p.Type, `"`) {
		return words[r.IntN(len(words))]
	}
	switch p.Type {
	case "boolean":
		return pick(r, "true", "false")
	case "integer", "number":
		return pick(r, "0", "1", "7", "255", "256", "65536", "4294967295", "4294967296", "-3", "1.5")
	case "Address":
		return pick(r, `"10.0.0.1"`, `"10.0.0.0/8"`, `"fd00::1"`, `"::/0"`, `"default"`, `"239.1.1.1"`, `"10.0.0.1/33"`, `"::ffff:1.2.3.4"`)
	case "Duration":
		return pick(r, `"10ms"`, "3", `"-1s"`, `"400d"`)
	case "Rate":
		return pick(r, `"1mbit"`, "0", "1", `"900gbit"`)
	case "Size":
		return pick(r, `"10K"`, "0", "1", `"5G"`)
	case "integer[]":
		return pick(r, "{}", "{1, 2}", "{0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0}", "{-1}", "{2^40}")
	}
	return pick(r, `"lo"`, `"a0"`, `"b0"`, `"nosuch"`, `"1:"`, `"1:1"`, `"root"`, `"main"`, "100", `"5%"`, `"02:00:00:00:00:01"`,
		`"global"`, `"boot"`, `"10-20"`, "{}", `{name = "c0"}`, `{{via = "10.0.0.1"}}`, `{1, {id = 2}}`, `"drop"`, `{mirror = "lo"}`)
}

func pick(r *rand.Rand, values ...string) string { return values[r.IntN(len(values))] }
