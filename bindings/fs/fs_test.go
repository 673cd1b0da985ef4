package fs

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/kerntest"
	"nslua/lua"
)

func modules() []*lua.Module { return []*lua.Module{Module()} }

func TestMain(m *testing.M) { kerntest.Main(m, modules) }

func TestLua(t *testing.T) { kerntest.Lua(t, "testdata/*.lua") }

func TestExamples(t *testing.T) { kerntest.Examples(t, Module()) }

// noWait is a Wait for what does not block.
func noWait([]unix.PollFd, time.Duration) (int, error) { return 0, nil }

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func mkdirs(t *testing.T, paths ...string) {
	t.Helper()
	for _, p := range paths {
		if err := os.MkdirAll(p, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// mountTmpfs mounts a tmpfs in a mount namespace of this test's thread, which both end with the test.
func mountTmpfs(t *testing.T, at ...string) {
	t.Helper()
	if os.Geteuid() != 0 {
		kerntest.Skipf(t, "root", "mounting takes it")
	}
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		t.Fatal(err)
	}
	for _, path := range at {
		if err := unix.Mount("tmpfs", path, "tmpfs", 0, ""); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRemoveTreeRefusesMounts(t *testing.T) {
	dir := t.TempDir()
	mkdirs(t, dir+"/tree/a", dir+"/tree/with blank")
	put(t, dir+"/tree/a/file", "")
	mountTmpfs(t, dir+"/tree/with blank")
	put(t, dir+"/tree/with blank/precious", "")
	for _, path := range []string{dir + "/tree", dir + "/tree/with blank", dir + "/./tree/../tree/"} {
		err := RemoveTree(noWait, path)
		if !errors.Is(err, unix.EBUSY) || !strings.Contains(err.Error(), dir+"/tree/with blank") {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, path := range []string{"/tree/a/file", "/tree/with blank/precious"} {
		if _, err := os.Stat(dir + path); err != nil {
			t.Error(err)
		}
	}
	if err := unix.Unmount(dir+"/tree/with blank", 0); err != nil {
		t.Fatal(err)
	}
	if err := RemoveTree(noWait, dir+"/tree/"); err != nil {
		t.Fatal(err)
	}
}

// A directory that is replaced by a link between the look at it and its opening is not followed.
func TestWalkerNoticesReplacement(t *testing.T) {
	dir := t.TempDir()
	mkdirs(t, dir+"/tree/sub", dir+"/victim")
	put(t, dir+"/victim/precious", "")
	for name, replace := range map[string]func() error{
		"by a link":      func() error { return os.Symlink(dir+"/victim", dir+"/tree/sub") },
		"by a directory": func() error { return os.Rename(dir+"/victim", dir+"/tree/sub") },
	} {
		t.Run(name, func(t *testing.T) {
			w := walker{wait: noWait, pre: func(n *node) (bool, error) {
				if n.path == dir+"/tree/sub" {
					return true, errors.Join(os.Remove(n.path), replace())
				}
				return true, nil
			}, post: func(n *node) error { return unix.Unlinkat(n.dir, n.name, 0) }}
			if err := w.walk(dir + "/tree"); err == nil {
				t.Error("nothing was noticed")
			}
			if _, err := os.Stat(dir + "/victim/precious"); name == "by a link" && err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(dir + "/tree/sub/precious"); name == "by a directory" && err != nil {
				t.Error(err)
			}
			os.Remove(dir + "/tree/sub")
			mkdirs(t, dir+"/tree/sub")
		})
	}
}

func TestCopyKeepsHoles(t *testing.T) {
	dir := t.TempDir()
	source := dir + "/sparse"
	f, err := os.Create(source)
	if err != nil {
		t.Fatal(err)
	}
	const size = 64 << 20
	for _, at := range []int64{0, 20 << 20, 40 << 20} {
		if _, err := f.WriteAt([]byte("data"), at); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Truncate(size); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Copy(noWait, source, dir+"/copy", CopyOptions{Reflink: "never"}); err != nil {
		t.Fatal(err)
	}
	info, err := Stat(dir+"/copy", true)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size != size || info.Blocks*512 > size/8 {
		t.Errorf("the copy has %d bytes and takes %d", info.Size, info.Blocks*512)
	}
	want, _ := os.ReadFile(source)
	got, _ := os.ReadFile(dir + "/copy")
	if !bytes.Equal(got, want) {
		t.Error("the copy differs")
	}
}

// archive makes a tar archive of headers; regular files contain "evil".
func archive(t *testing.T, headers ...tar.Header) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range headers {
		if h.Typeflag == tar.TypeReg {
			h.Size = 4
		}
		if h.Mode == 0 {
			h.Mode = 0o755
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			if _, err := w.Write([]byte("evil")); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := t.TempDir() + "/evil.tar"
	put(t, path, b.String())
	return path
}

func TestUntarStaysInside(t *testing.T) {
	link := func(name, to string) tar.Header {
		return tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: to}
	}
	hard := func(name, to string) tar.Header { return tar.Header{Typeflag: tar.TypeLink, Name: name, Linkname: to} }
	file := func(name string) tar.Header { return tar.Header{Typeflag: tar.TypeReg, Name: name} }
	dir := func(name string) tar.Header { return tar.Header{Typeflag: tar.TypeDir, Name: name, Mode: 0o777} }
	for name, tt := range map[string]struct {
		members []tar.Header
		fails   bool
		inside  string // what there must be below the target then
	}{
		"dots":              {[]tar.Header{file("../outside/x")}, true, ""},
		"dots within":       {[]tar.Header{file("a/../../outside/x")}, true, ""},
		"absolute":          {[]tar.Header{file("/OUT/x")}, false, "OUT/x"},
		"link up":           {[]tar.Header{link("l", "../outside"), file("l/x")}, true, ""},
		"link inside":       {[]tar.Header{dir("outside"), link("l", "../../outside"), file("l/x")}, false, "outside/x"},
		"absolute link":     {[]tar.Header{link("l", "OUT"), file("l/x")}, true, ""},
		"absolute inside":   {[]tar.Header{dir("usr/bin"), link("bin", "/usr/bin"), file("bin/x")}, false, "usr/bin/x"},
		"link to a link":    {[]tar.Header{link("a", "OUT"), link("b", "a/.."), file("b/x")}, true, ""},
		"file over a link":  {[]tar.Header{link("l", "OUT/precious"), file("l")}, false, "l"},
		"dir over a link":   {[]tar.Header{link("l", "OUT"), dir("l"), file("l/x")}, false, "l/x"},
		"dir then link":     {[]tar.Header{dir("d"), link("d", "OUT"), file("d/x")}, true, ""},
		"hard link":         {[]tar.Header{hard("h", "/OUT/precious"), file("h")}, true, ""},
		"hard link up":      {[]tar.Header{hard("h", "../outside/precious")}, true, ""},
		"hard link by link": {[]tar.Header{link("l", "OUT"), hard("h", "l/precious"), file("h")}, true, ""},
		"hard link to link": {[]tar.Header{link("l", "OUT/precious"), hard("h", "l"), file("h")}, false, "h"},
		"mode of a link":    {[]tar.Header{dir("d"), link("d", "OUT")}, false, "d"},
	} {
		t.Run(name, func(t *testing.T) {
			base := t.TempDir()
			outside, target := base+"/outside", base+"/target"
			mkdirs(t, outside, target)
			put(t, outside+"/precious", "good")
			if err := os.Chmod(outside, 0o700); err != nil {
				t.Fatal(err)
			}
			members := make([]tar.Header, len(tt.members))
			for i, h := range tt.members {
				h.Name = strings.Replace(h.Name, "/OUT", outside, 1)
				h.Linkname = strings.Replace(h.Linkname, "OUT", outside, 1)
				members[i] = h
			}
			_, err := Untar(noWait, archive(t, members...), target, UntarOptions{})
			if (err != nil) != tt.fails {
				t.Errorf("got %v", err)
			}
			if tt.inside != "" {
				inside := strings.Replace(tt.inside, "OUT", strings.TrimPrefix(outside, "/"), 1)
				if _, err := statInRoot(target, inside); err != nil {
					t.Error(err)
				}
			}
			entries, err := os.ReadDir(outside)
			text, _ := os.ReadFile(outside + "/precious")
			if err != nil || len(entries) != 1 || string(text) != "good" {
				t.Errorf("outside: %v, precious is %q", entries, text)
			}
			info, err := Stat(outside, false)
			if err != nil || info.Mode != 0o700 {
				t.Errorf("the mode outside is %o", info.Mode)
			}
			if info, err := Stat(outside+"/precious", false); err != nil || info.Links != 1 {
				t.Errorf("precious has %d names", info.Links)
			}
		})
	}
}

// statInRoot looks a path up as a process would that has root as its root.
func statInRoot(root, path string) (Info, error) {
	dir, err := unix.Open(root, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return Info{}, err
	}
	defer unix.Close(dir)
	parent, err := unix.Openat2(dir, filepath.Dir(path), &unix.OpenHow{
		Flags: unix.O_PATH | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT,
	})
	if err != nil {
		return Info{}, fmt.Errorf("%s in %s: %w", path, root, err)
	}
	defer unix.Close(parent)
	return statAt(parent, filepath.Base(path), path, false)
}

// state is a Lua state on this test's own thread.
func state(t *testing.T) *lua.State {
	t.Helper()
	runtime.LockOSThread()
	s, err := lua.New(lua.Options{Modules: modules(), Strict: true, Stdout: os.Stdout, Stderr: os.Stderr})
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

func run(t *testing.T, s *lua.State, code string) {
	t.Helper()
	if o := s.RunString(code, "test.lua"); o.Err != nil {
		t.Fatal(s.Report(o.Err, nil))
	}
}

func TestInterrupt(t *testing.T) {
	for name, code := range map[string]string{
		"read a pipe":     `fs.read(pipe)`,
		"write to a pipe": `fs.write(pipe, "x")`,
		"endless file":    `fs.read("/dev/zero", {limit = "1000G"})`,
		"watch":           `fs.watch("/tmp", {"move_self"}):next()`,
		"walk":            `while true do for e in fs.walk("/proc/self/task") do end end`,
	} {
		t.Run(name, func(t *testing.T) {
			s := state(t)
			pipe := t.TempDir() + "/pipe"
			if err := unix.Mkfifo(pipe, 0o600); err != nil {
				t.Fatal(err)
			}
			s.SetGlobal("pipe", pipe)
			timer := time.AfterFunc(50*time.Millisecond, s.Interrupt)
			defer timer.Stop()
			start := time.Now()
			o := s.RunString(code, "test.lua")
			if o.Stop == nil || o.Err != nil {
				t.Fatalf("outcome %+v", o)
			}
			if d := time.Since(start); d > time.Second {
				t.Errorf("stopped after %s", d)
			}
		})
	}
}

func TestCopyStops(t *testing.T) {
	s := state(t)
	in, err := os.Open("/dev/zero")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile("/dev/null", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	timer := time.AfterFunc(50*time.Millisecond, s.Interrupt)
	defer timer.Stop()
	c := copier{wait: s.Wait}
	if err := c.stream(int(in.Fd()), int(out.Fd()), -1); !errors.Is(err, lua.ErrInterrupted) {
		t.Errorf("got %v", err)
	}
}

func TestPipes(t *testing.T) {
	pipe := t.TempDir() + "/pipe"
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	large := strings.Repeat("0123456789", 100000)
	got := make(chan string)
	go func() {
		time.Sleep(20 * time.Millisecond)
		text, err := os.ReadFile(pipe)
		if err != nil {
			t.Error(err)
		}
		got <- string(text)
	}()
	s := state(t)
	if err := Write(s.Wait, pipe, []byte(large), WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	if <-got != large {
		t.Error("the reader got something else")
	}
	go func() {
		time.Sleep(20 * time.Millisecond)
		f, err := os.OpenFile(pipe, os.O_WRONLY, 0)
		if err != nil {
			t.Error(err)
			return
		}
		defer f.Close()
		for _, part := range []string{"one ", "two"} {
			f.WriteString(part)
			time.Sleep(20 * time.Millisecond)
		}
	}()
	if text, err := Read(s.Wait, pipe, 0, -1); err != nil || string(text) != "one two" {
		t.Errorf("read %q, %v", text, err)
	}
}

// What is made in one mount namespace is removed there, wherever the shell is by then.
func TestUndoGoesHome(t *testing.T) {
	if os.Geteuid() != 0 {
		kerntest.Skipf(t, "root", "unshare takes it")
	}
	dir := t.TempDir()
	mkdirs(t, dir+"/cover")
	s, err := lua.New(lua.Options{Modules: modules(), Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	s.SetGlobal("dir", dir+"/cover")
	t.Run("away", func(t *testing.T) {
		runtime.LockOSThread()
		run(t, s, `fs.mkdir(dir .. "/made"); temp = fs.tempdir{dir = dir}; fs.write(temp .. "/file", "")`)
		mountTmpfs(t, dir+"/cover")
		run(t, s, `assert(not fs.exists(dir .. "/made") and not fs.exists(temp)); fs.mkdir(dir .. "/made")`)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if left, err := os.ReadDir(dir + "/cover"); err != nil || len(left) > 0 {
			t.Errorf("left in the new namespace: %v, %v", left, err)
		}
	})
	if left, err := os.ReadDir(dir + "/cover"); err != nil || len(left) > 0 {
		t.Errorf("left in the old namespace: %v, %v", left, err)
	}
}

func TestUndoEntries(t *testing.T) {
	dir := t.TempDir()
	s := state(t)
	s.SetGlobal("dir", dir)
	run(t, s, `fs.mkdir(dir .. "/made"); fs.mkdir(dir .. "/full"); fs.write(dir .. "/full/file", "")
temp = fs.tempdir{dir = dir}; fs.write(temp .. "/file", ""); file = fs.tempfile{dir = dir}`)
	entries := s.Entries()
	if len(entries) != 4 {
		t.Fatalf("entries %+v", entries)
	}
	undo := Module().Undo
	for _, e := range entries {
		other := map[string]string{"path": e.Data["path"], "namespace": "1", "dev": e.Data["dev"], "inode": e.Data["inode"]}
		if err := undo[e.Kind](lua.Entry{Kind: e.Kind, Data: other}); err != nil {
			t.Error(err)
		}
		other["namespace"], other["inode"] = e.Data["namespace"], "1"
		if err := undo[e.Kind](lua.Entry{Kind: e.Kind, Data: other}); err != nil {
			t.Error(err)
		}
		other["inode"] = "" // written before it was made, but what is there is older than that
		if err := undo[e.Kind](lua.Entry{Kind: e.Kind, Data: other, Time: time.Now().Add(time.Minute)}); err != nil {
			t.Error(err)
		}
	}
	if all, _ := os.ReadDir(dir); len(all) != 4 {
		t.Fatalf("look-alikes were removed: %v", all)
	}
	entries[0].Data["inode"] = ""
	for range 2 {
		for _, e := range entries {
			if err := undo[e.Kind](e); err != nil {
				t.Error(err)
			}
		}
	}
	if all, _ := os.ReadDir(dir); len(all) != 1 || all[0].Name() != "full" {
		t.Errorf("left: %v", all)
	}
}

func TestUnescape(t *testing.T) {
	for text, want := range map[string]string{
		"/plain": "/plain", `/with\040blank`: "/with blank", `/back\134slash`: `/back\slash`, `/end\04`: `/end\04`, `\011`: "\t",
	} {
		if got := unescape(text); got != want {
			t.Errorf("%s: %q", text, got)
		}
	}
}

func TestAsUser(t *testing.T) {
	kerntest.AsUser(t, func(t *testing.T) {
		dir := t.TempDir()
		mkdirs(t, dir+"/closed")
		put(t, dir+"/closed/file", "")
		if err := os.Chmod(dir+"/closed", 0); err != nil {
			t.Fatal(err)
		}
		if _, err := Exists(dir + "/closed/file"); !errors.Is(err, unix.EACCES) {
			t.Errorf("exists: %v", err)
		}
		w, err := NewWalk(dir, WalkOptions{Depth: -1})
		if err != nil {
			t.Fatal(err)
		}
		w.Next(false)
		if e := w.Next(false); e == nil || !errors.Is(e.Err, unix.EACCES) {
			t.Errorf("walk: %+v", e)
		}
		if _, err := GetUsage(noWait, dir, false); !errors.Is(err, unix.EACCES) {
			t.Errorf("usage: %v", err)
		}
		if err := Chown(noWait, dir, Owner{0, -1}, true, false); !errors.Is(err, unix.EPERM) {
			t.Errorf("chown: %v", err)
		}
		err = Mknod(dir+"/null", "char", 0o600, 1, 3)
		if hint := mknodHint(err); !strings.Contains(hint, "CAP_MKNOD") {
			t.Errorf("mknod: %v, hint %q", err, hint)
		}
		if err := os.Chmod(dir+"/closed", 0o700); err != nil {
			t.Fatal(err)
		}
	})
}
