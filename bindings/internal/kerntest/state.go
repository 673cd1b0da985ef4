package kerntest

import (
	"os"
	"runtime"
	"testing"

	"nslua/lua"
)

// State is a strict Lua state on this test's own thread, closed with the test.
func State(t *testing.T, modules []*lua.Module) *lua.State {
	t.Helper()
	runtime.LockOSThread()
	s, err := lua.New(lua.Options{Modules: modules, Strict: true, Stdout: os.Stdout, Stderr: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Run runs code that must not fail.
func Run(t *testing.T, s *lua.State, code string) {
	t.Helper()
	if o := s.RunString(code, "test.lua"); o.Err != nil {
		t.Fatal(s.Report(o.Err, nil))
	}
}
