package fs

import (
	"bytes"
	"errors"
	"os"
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
	for _, c := range []struct { // in this order: the second takes the victim away
		name    string
		replace func() error
	}{
		{"by a link", func() error { return os.Symlink(dir+"/victim", dir+"/tree/sub") }},
		{"by a directory", func() error { return os.Rename(dir+"/victim", dir+"/tree/sub") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := walker{wait: noWait, pre: func(n *node) (bool, error) {
				if n.path == dir+"/tree/sub" {
					return true, errors.Join(os.Remove(n.path), c.replace())
				}
				return true, nil
			}, post: func(n *node) error { return unix.Unlinkat(n.dir, n.name, 0) }}
			if err := w.walk(dir + "/tree"); err == nil {
				t.Error("nothing was noticed")
			}
			if _, err := os.Stat(dir + "/victim/precious"); c.name == "by a link" && err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(dir + "/tree/sub/precious"); c.name == "by a directory" && err != nil {
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
