package stdlib

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// world is a state with the library and what it wrote.
type world struct {
	*lua.LState
	host   *Host
	stdout bytes.Buffer
	stderr bytes.Buffer
	exit   []int
}

func newWorld(t testing.TB, stdin string) *world {
	w := &world{}
	w.host = &Host{
		Stdout: bufio.NewWriter(&w.stdout),
		Stdin:  bufio.NewReader(strings.NewReader(stdin)),
		Stderr: &w.stderr,
		Exit:   func(code int) { w.exit = append(w.exit, code) },
	}
	w.LState = lua.NewState(lua.Options{
		SkipOpenLibs: true, CallStackSize: 2000, MinimizeStackMemory: true, RegistrySize: 4096, RegistryMaxSize: 1 << 20,
	})
	t.Cleanup(w.Close)
	lua.OpenPackage(w.LState)
	Open(w.LState, w.host)
	return w
}

// run runs Lua source and returns what it raised.
func (w *world) run(source, name string) error {
	fn, err := compile(w.LState, source, name, "t")
	if err != nil {
		return err
	}
	w.Push(fn)
	return w.PCall(0, 0, nil)
}

// TestScripts runs the scripts of testdata. Those in common say what C's Lua 5.1
// says too, so that runs them as well.
func TestScripts(t *testing.T) {
	paths, err := filepath.Glob("testdata/*/*.lua")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".lua"), func(t *testing.T) {
			source, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(t.TempDir())
			w := newWorld(t, "first\n12 0x10 word\nrest\nof it")
			if err := w.run(string(source), filepath.Base(path)); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestReferenceLua(t *testing.T) {
	reference, err := exec.LookPath("lua5.1")
	if err != nil {
		t.Skip("lua5.1 is not installed")
	}
	paths, err := filepath.Glob("testdata/common/*.lua")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".lua"), func(t *testing.T) {
			path, err := filepath.Abs(path)
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(reference, path)
			cmd.Dir = t.TempDir()
			cmd.Stdin = strings.NewReader("first\n12 0x10 word\nrest\nof it")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
		})
	}
}

