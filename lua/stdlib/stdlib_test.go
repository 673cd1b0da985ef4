package stdlib

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

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
	fn, err := compile(w.LState, source, chunkName(name), "t")
	if err != nil {
		return err
	}
	w.Push(fn)
	return w.PCall(0, 0, nil)
}

const stdin = "first\n12 0x10 word\nrest\nof it"

// TestScripts runs the scripts of testdata. Those in common say what C's Lua 5.1
// says too: TestReferenceLua runs them with that.
func TestScripts(t *testing.T) {
	for _, path := range scripts(t, "testdata/*/*.lua") {
		t.Run(scriptName(path), func(t *testing.T) {
			source, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(t.TempDir())
			w := newWorld(t, stdin)
			if err := w.run(string(source), "@"+filepath.Base(path)); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func scripts(t *testing.T, pattern string) []string {
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scripts in %s: %v", pattern, err)
	}
	return paths
}

func scriptName(path string) string {
	return strings.TrimSuffix(strings.TrimPrefix(path, "testdata/"), ".lua")
}

func TestReferenceLua(t *testing.T) {
	reference, err := exec.LookPath("lua5.1")
	if err != nil {
		t.Skip("lua5.1 is not installed")
	}
	for _, path := range scripts(t, "testdata/common/*.lua") {
		t.Run(scriptName(path), func(t *testing.T) {
			path, err := filepath.Abs(path)
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(reference, path)
			cmd.Dir = t.TempDir()
			cmd.Stdin = strings.NewReader(stdin)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
		})
	}
}

func TestOutput(t *testing.T) {
	w := newWorld(t, "")
	source := `
		print("one", 2, nil, 0.5)
		print(setmetatable({}, {__tostring = function() print("inner") return "outer" end}))
		io.write("three", 4, "\n")
		io.stdout:write("five\n")
		io.stderr:write("to stderr\n")`
	if err := w.run(source, "=source"); err != nil {
		t.Fatal(err)
	}
	if w.stdout.Len() > 0 {
		t.Errorf("output before the flush: %q", w.stdout.String())
	}
	if err := w.host.Flush(); err != nil {
		t.Fatal(err)
	}
	if got, want := w.stdout.String(), "one\t2\tnil\t0.5\ninner\nouter\nthree4\nfive\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := w.stderr.String(), "to stderr\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestBuffering(t *testing.T) {
	for _, tt := range []struct{ source, want string }{
		{`io.write("a\nb")`, ""},
		{`io.write("a\nb") io.flush()`, "a\nb"},
		{`io.stdout:setvbuf("line") io.write("a") io.write("b\n") io.write("c")`, "ab\n"},
		{`io.stdout:setvbuf("no") io.write("a")`, "a"},
		{`io.stdout:setvbuf("no") print("a")`, "a\n"},
		{`io.write("a") io.stdout:setvbuf("full") io.write("b")`, "a"},
	} {
		w := newWorld(t, "")
		if err := w.run(tt.source, "=source"); err != nil {
			t.Errorf("%s: %v", tt.source, err)
		}
		if got := w.stdout.String(); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.source, got, tt.want)
		}
	}
}

// TestFlushFiles looks at a file that a script left open.
func TestFlushFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	w := newWorld(t, "")
	if err := w.run(`io.open("`+path+`", "w"):write("left")`, "=source"); err != nil {
		t.Fatal(err)
	}
	if err := w.host.Flush(); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "left" {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestDroppedFiles opens more files than there are descriptors and closes none.
func TestDroppedFiles(t *testing.T) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
			t.Error(err)
		}
	})
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: 128, Max: limit.Max}); err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	source := `
		for i = 1, 500 do assert(io.open("file", "w")):write(i) end
		for i = 1, 500 do assert(io.open("file")):read("n") end`
	w := newWorld(t, "")
	if err := w.run(source, "=source"); err != nil {
		t.Error(err)
	}
}

type brokenOutput struct{}

func (brokenOutput) Write([]byte) (int, error) { return 0, syscall.EPIPE }
func (brokenOutput) Flush() error              { return syscall.EPIPE }

func TestOutputErrors(t *testing.T) {
	w := newWorld(t, "")
	w.host.Stdout = brokenOutput{}
	Open(w.LState, w.host)
	source := `
		local ok, err = pcall(print, "x")
		assert(not ok and err:find("broken pipe"))
		local r, message, errno = io.write("x")
		assert(r == nil and message:find("broken pipe") and errno == 32)`
	if err := w.run(source, "=source"); err != nil {
		t.Error(err)
	}
}

func TestExit(t *testing.T) {
	w := newWorld(t, "")
	if err := w.run(`os.exit(3) os.exit(true) os.exit(false) os.exit()`, "=source"); err != nil {
		t.Fatal(err)
	}
	if want := []int{3, 0, 1, 0}; !slices.Equal(w.exit, want) {
		t.Errorf("got %v, want %v", w.exit, want)
	}
}

// TestPoll stops what would run for minutes or for ever.
func TestPoll(t *testing.T) {
	for _, source := range []string{
		`("a"):rep(40):find(("a?"):rep(40) .. ("a"):rep(41))`,
		`("a"):rep(1e6):find(".-b")`,
		`("a"):rep(1e6):find("a*b")`,
		`("a"):rep(1e6):gsub(".-b", "")`,
		`for _ in ("a"):rep(1e6):gmatch(".-.-.-b") do end`,
		`("("):rep(1e6):find("%b()")`,
		`("x"):rep(1e6):find("(.+)%1y")`,
		`io.open("/dev/zero"):read("a")`,
		`io.open("/dev/zero"):read(1e15)`,
		`table.move({}, 1, 2^53, 2)`,
		`local t = {} for i = 1, 3e5 do t[i] = 3e5 - i end table.sort(t)`,
		`json.decode("[" .. ("1,"):rep(3e6) .. "1]")`,
		`json.decode('"' .. ("x"):rep(3e7) .. '"')`,
		`local t = {} for i = 1, 1e5 do t[i] = i end json.encode(t)`,
	} {
		t.Run("", func(t *testing.T) {
			w := newWorld(t, "")
			start := time.Now()
			polls := 0
			w.host.Poll = func() error {
				if polls++; polls > 2 {
					return errors.New("stopped")
				}
				return nil
			}
			err := w.run(source, "=source")
			if err == nil || !strings.Contains(err.Error(), "stopped") {
				t.Errorf("%s: %v", source, err)
			}
			if d := time.Since(start); d > 5*time.Second {
				t.Errorf("%s: stopped after %v", source, d)
			}
		})
	}
}

// TestRaise looks for the Lua value inside a Poll error.
func TestRaise(t *testing.T) {
	w := newWorld(t, "")
	w.host.Poll = func() error { return &lua.ApiError{Object: lua.LNumber(7)} }
	source := `
		local ok, err = pcall(string.find, ("a"):rep(1e5), ".-b")
		assert(not ok and err == 7)`
	if err := w.run(source, "=source"); err != nil {
		t.Error(err)
	}
}
