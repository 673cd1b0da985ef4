package mount

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func mkdirs(t *testing.T, paths ...string) {
	t.Helper()
	for _, p := range paths {
		if err := os.MkdirAll(p, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

func symlink(t *testing.T, to, at string) {
	t.Helper()
	if err := os.Symlink(to, at); err != nil {
		t.Fatal(err)
	}
}

// Whatever a path in a root says, the mount ends up inside.
func TestEscape(t *testing.T) {
	newMounts(t)
	mkdirs(t, "/mnt/root/in", "/mnt/root/mnt/out", "/mnt/out", "/mnt/src")
	symlink(t, "/mnt/out", "/mnt/root/absolute")
	symlink(t, "../../mnt/out", "/mnt/root/relative")
	symlink(t, "/proc/self/root/mnt/out", "/mnt/root/magic")
	symlink(t, "loop", "/mnt/root/loop")
	symlink(t, "/none/deep", "/mnt/root/dangling")
	if err := unix.Mount("/proc", "/mnt/root/in", "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		path string
		want any // where the mount is, or the error
	}{
		{"absolute", "/mnt/root/mnt/out"},
		{"relative", "/mnt/root/mnt/out"},
		{"../../../../mnt/out", "/mnt/root/mnt/out"},
		{"/in/../../../mnt/out", "/mnt/root/mnt/out"},
		{"/", "/mnt/root"},
		{"magic", unix.ENOENT},
		{"loop", unix.ELOOP},
		{"in/self/root/mnt/out", unix.ELOOP},
		{"in/self/cwd", unix.ELOOP},
	} {
		m, err := Bind("/mnt/src", Target{Path: tt.path, Root: "/mnt/root"}, BindOptions{})
		if want, ok := tt.want.(error); ok {
			if !errors.Is(err, want) {
				t.Errorf("%s: got %v, want %v", tt.path, err, want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", tt.path, err)
			continue
		}
		if at, err := m.Where(); err != nil || at != tt.want {
			t.Errorf("%s: at %s, %v; want %s", tt.path, at, err, tt.want)
		}
		if err := m.Undo(nil); err != nil {
			t.Errorf("%s: %v", tt.path, err)
		}
	}
	if _, err := New(Tmpfs{}.FS(), Target{Path: "absolute/a/b", Root: "/mnt/root", Mkdir: true}); err != nil {
		t.Error(err)
	}
	if m, err := New(Tmpfs{}.FS(), Target{Path: "dangling/x", Root: "/mnt/root", Mkdir: true}); err == nil {
		t.Errorf("a mount point through a dangling link at %s", m.Target)
	}
	left, err := os.ReadDir("/mnt/out")
	if err != nil || len(left) != 0 {
		t.Errorf("outside the root: %v, %v", left, err)
	}
	if _, err := os.Lstat("/none"); err == nil {
		t.Error("/none was made")
	}
}

// A directory that becomes a link and a directory again while it is mounted on never leads out.
func TestRace(t *testing.T) {
	newMounts(t)
	mkdirs(t, "/mnt/root/a/x", "/mnt/out/x", "/mnt/src")
	symlink(t, "/mnt/out", "/mnt/root/b")
	dir, err := unix.Open("/mnt/root", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				unix.Renameat2(dir, "a", dir, "b", unix.RENAME_EXCHANGE)
			}
		}
	}()
	defer func() {
		close(stop)
		<-stopped
		unix.Close(dir)
	}()
	for _, root := range []string{"/mnt/root", ""} {
		made, outside := 0, 0
		for end := time.Now().Add(time.Second); time.Now().Before(end); {
			path := "a/x"
			if root == "" {
				path = "/mnt/root/a/x"
			}
			m, err := Bind("/mnt/src", Target{Path: path, Root: root}, BindOptions{})
			if err != nil {
				continue
			}
			made++
			at, err := m.Where()
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(at, "/mnt/out") {
				outside++
			}
			for err = m.Undo(nil); err != nil; err = m.Undo(nil) { // the path moves under it too
				if !errors.Is(err, unix.ELOOP) && !errors.Is(err, unix.ENOENT) && !errors.Is(err, unix.ENOTDIR) {
					t.Fatal(err)
				}
			}
		}
		t.Logf("root %q: %d mounts, %d outside", root, made, outside)
		if root != "" && (made == 0 || outside > 0) {
			t.Errorf("%d of %d mounts outside the root", outside, made)
		}
		if root == "" && outside == 0 {
			t.Error("the race is none: nothing leads out without a root either")
		}
	}
}

// A removal that was meant for one mount takes no other, when a link takes the place of a directory.
func TestUmountRace(t *testing.T) {
	newMounts(t)
	mkdirs(t, "/mnt/root/d/m", "/mnt/out/m")
	in, err := New(Tmpfs{}.FS(), Target{Path: "/mnt/root/d/m"})
	if err != nil {
		t.Fatal(err)
	}
	out, err := New(Tmpfs{}.FS(), Target{Path: "/mnt/out/m"})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename("/mnt/root/d", "/mnt/root/e"); err != nil {
		t.Fatal(err)
	}
	symlink(t, "/mnt/out", "/mnt/root/d")
	if err := umountAt("/mnt/root/d/m", in.ID, 0); !errors.Is(err, unix.ELOOP) {
		t.Errorf("through the link: %v", err)
	}
	if err := umountAt("/mnt/out/m", in.ID, 0); !errors.Is(err, unix.EBUSY) {
		t.Errorf("another mount: %v", err)
	}
	if _, err := Umount(Target{Path: "/mnt/out"}, UmountOptions{Lazy: true}); !errors.Is(err, unix.EINVAL) {
		t.Errorf("a directory in a mount: %v", err)
	}
	if _, err := Umount(Target{Path: "e", Root: "/mnt/root"}, UmountOptions{}); !errors.Is(err, unix.EINVAL) {
		t.Errorf("a directory in a mount, in a root: %v", err)
	}
	symlink(t, "/mnt/out/m", "/mnt/link")
	if _, err := Umount(Target{Path: "/mnt/link"}, UmountOptions{}); !errors.Is(err, unix.EINVAL) {
		t.Errorf("a link: %v", err)
	}
	if at, err := out.Where(); err != nil || at != "/mnt/out/m" {
		t.Errorf("the mount outside: %s, %v", at, err)
	}
	if err := in.Undo(nil); err != nil {
		t.Error(err)
	}
	if _, err := in.Where(); !errors.Is(err, unix.ENOENT) {
		t.Errorf("the mount inside: %v", err)
	}
}

// A mask is made of the null device or not at all.
func TestFakeNull(t *testing.T) {
	newMounts(t)
	mkdirs(t, "/mnt/dev")
	if err := os.WriteFile("/mnt/secret", []byte("secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("tmpfs", "/dev", "tmpfs", 0, ""); err != nil {
		t.Fatal(err)
	}
	mask := func() error {
		m, err := Mask(Target{Path: "secret", Root: "/mnt"})
		if m != nil {
			t.Errorf("masked by a fake")
		}
		return err
	}
	if err := mask(); !errors.Is(err, unix.ENOENT) {
		t.Errorf("no device: %v", err)
	}
	symlink(t, "/mnt/secret", "/dev/null")
	if err := mask(); !errors.Is(err, unix.ENODEV) {
		t.Errorf("a link: %v", err)
	}
	os.Remove("/dev/null")
	if err := os.WriteFile("/dev/null", []byte("leak"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := mask(); !errors.Is(err, unix.ENODEV) {
		t.Errorf("a file: %v", err)
	}
	os.Remove("/dev/null")
	if err := unix.Mknod("/dev/null", unix.S_IFCHR|0o666, int(unix.Mkdev(1, 5))); err != nil {
		t.Fatal(err)
	}
	if err := mask(); !errors.Is(err, unix.ENODEV) {
		t.Errorf("another device: %v", err)
	}
}

// What only looks like /proc is not read.
func TestFakeProc(t *testing.T) {
	newMounts(t)
	f, err := openProc("1", "mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if err := unix.Mount("/etc/passwd", "/proc/1/mountinfo", "", unix.MS_BIND, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := openProc("1", "mountinfo"); !errors.Is(err, unix.EXDEV) {
		t.Errorf("a file mounted over it: %v", err)
	}
	if err := unix.Mount("tmpfs", "/proc", "tmpfs", 0, ""); err != nil {
		t.Fatal(err)
	}
	mkdirs(t, "/proc/1")
	if err := os.WriteFile("/proc/1/mountinfo", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := List(ListOptions{PID: 1}); !errors.Is(err, unix.EXDEV) {
		t.Errorf("a tmpfs: %v", err)
	}
}

// A working directory that was left outside the new root is noticed.
func TestOutsideRoot(t *testing.T) {
	newMounts(t)
	old, err := unix.Open("/", unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(old)
	if err := Chroot(Target{Path: "/mnt"}); err != nil {
		t.Fatal(err)
	}
	if err := insideRoot(); err != nil {
		t.Errorf("inside: %v", err)
	}
	if err := unix.Fchdir(old); err != nil {
		t.Fatal(err)
	}
	if err := insideRoot(); !errors.Is(err, unix.EXDEV) {
		t.Errorf("outside: %v", err)
	}
}

// A read-only bind is never writable for an instant, however hard someone tries.
func TestNeverWritable(t *testing.T) {
	newMounts(t)
	mkdirs(t, "/mnt/src", "/mnt/target")
	if err := os.WriteFile("/mnt/src/f", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadOnly(Target{Path: "/mnt/target"}); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", "-c", "while :; do echo x >> /mnt/target/f; done 2>/dev/null")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	for end := time.Now().Add(700 * time.Millisecond); time.Now().Before(end); {
		m, err := Bind("/mnt/src", Target{Path: "/mnt/target"}, BindOptions{Attr: Attr{Set: unix.MOUNT_ATTR_RDONLY}})
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Undo(nil); err != nil {
			t.Fatal(err)
		}
	}
	if st, err := os.Stat("/mnt/src/f"); err != nil || st.Size() != 0 {
		t.Errorf("%v, %v", st, err)
	}
	m, err := Bind("/mnt/src", Target{Path: "/mnt/target"}, BindOptions{}) // the writer is at work
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		if st, err := os.Stat("/mnt/src/f"); err == nil && st.Size() > 0 {
			break
		}
		if time.Now().After(end) {
			t.Fatal("nobody wrote")
		}
	}
	if err := m.Undo(nil); err != nil {
		t.Error(err)
	}
}
