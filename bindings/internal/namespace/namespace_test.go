package namespace_test

import (
	"errors"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/kerntest"
	"nslua/bindings/internal/namespace"
	"nslua/lua"
)

func TestMain(m *testing.M) { kerntest.Main(m, func() []*lua.Module { return nil }) }

func kind(t *testing.T, name string) namespace.Kind {
	t.Helper()
	k, err := namespace.ByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestKinds(t *testing.T) {
	mask, err := namespace.Mask([]string{"net", "mount"})
	if err != nil || mask != unix.CLONE_NEWNET|unix.CLONE_NEWNS {
		t.Errorf("mask %#x, %v", mask, err)
	}
	if got := namespace.Names(mask); !slices.Equal(got, []string{"mnt", "net"}) {
		t.Errorf("names %v", got)
	}
	if _, err := namespace.ByName("usr"); err == nil || !strings.Contains(err.Error(), `"user"`) {
		t.Errorf("no suggestion: %v", err)
	}
}

func TestOpen(t *testing.T) {
	k := kind(t, "net")
	h, err := namespace.Current(k, false)
	if err != nil {
		t.Fatal(err)
	}
	own, err := namespace.OfPID(os.Getpid(), k)
	if err != nil {
		t.Fatal(err)
	}
	copied, err := h.Dup()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []*namespace.Handle{own, copied} {
		if !h.Same(o) || o.String() != h.String() {
			t.Errorf("%s is not %s", o, h)
		}
		if err := errors.Join(o.Close(), o.Close()); err != nil || !o.Closed() {
			t.Errorf("close: %v", err)
		}
	}
	h.Close()
	if _, err := namespace.OfPID(1<<30, k); !errors.Is(err, unix.ESRCH) {
		t.Errorf("no such process: %v", err)
	}
	if _, err := namespace.Open("/proc/self/status"); !errors.Is(err, unix.EINVAL) {
		t.Errorf("no namespace: %v", err)
	}
	if _, err := namespace.Open("/no/such"); !errors.Is(err, unix.ENOENT) {
		t.Errorf("no file: %v", err)
	}
}

// TestVisit goes into namespaces of every kind that can be visited, and comes back also from an error.
func TestVisit(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root: it makes namespaces in place")
	}
	for _, name := range []string{"net", "uts", "ipc", "cgroup", "mnt"} {
		t.Run(name, func(t *testing.T) {
			other := make(chan *namespace.Handle)
			go func() { // this thread ends with its goroutine, and the namespace lives on in the handle
				runtime.LockOSThread()
				var h *namespace.Handle
				if err := unix.Unshare(kind(t, name).Flag); err != nil {
					t.Error(err)
				} else if h, err = namespace.Current(kind(t, name), false); err != nil {
					t.Error(err)
				}
				other <- h
			}()
			h := <-other
			if h == nil {
				return
			}
			defer h.Close()
			runtime.LockOSThread() // never unlocked: the visit of a mount namespace leaves the thread its own root
			home, err := namespace.Current(h.Kind, false)
			if err != nil {
				t.Fatal(err)
			}
			defer home.Close()
			cwd, _ := os.Getwd()
			failure := errors.New("inside")
			inside := func() error {
				in, err := namespace.Current(h.Kind, false)
				if err != nil {
					return err
				}
				defer in.Close()
				if !in.Same(h) {
					t.Errorf("visited %s instead of %s", in, h)
				}
				return failure
			}
			if err := h.Visit(inside); err != failure {
				t.Errorf("the visit returned %v", err)
			}
			if name == "mnt" {
				if err := h.VisitApart(inside); err != failure {
					t.Errorf("the visit on another thread returned %v", err)
				}
			}
			back, err := namespace.Current(h.Kind, false)
			if err != nil {
				t.Fatal(err)
			}
			defer back.Close()
			if now, _ := os.Getwd(); !back.Same(home) || now != cwd {
				t.Errorf("back in %s at %s, was in %s at %s", back, now, home, cwd)
			}
		})
	}
	for _, name := range []string{"pid", "user", "time"} {
		h, err := namespace.Current(kind(t, name), false)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Visit(func() error { return nil }); !errors.Is(err, unix.EINVAL) {
			t.Errorf("%s: %v", name, err)
		}
		h.Close()
	}
}
