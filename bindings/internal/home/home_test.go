package home

import (
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/kerntest"
	"nslua/lua"
)

func TestMain(m *testing.M) { kerntest.Main(m, func() []*lua.Module { return nil }) }

func TestRunGoesHome(t *testing.T) {
	if unix.Geteuid() != 0 {
		kerntest.Skipf(t, "root", "unshare takes it")
	}
	runtime.LockOSThread() // and the thread ends with the test
	homes := New("uts")
	first, err := homes.Here()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := homes.Here(); err != nil || again != first {
		t.Fatalf("a second home in the same namespace: %v", err)
	}
	if err := unix.Unshare(unix.CLONE_NEWUTS); err != nil {
		t.Fatal(err)
	}
	second, err := homes.Here()
	if err != nil || second == first {
		t.Fatalf("no home of its own in a new namespace: %v", err)
	}
	for _, in := range []*Home{first, second} {
		var seen inode
		if err := in.Run(func() (err error) { seen, err = homes.current(); return err }); err != nil {
			t.Fatal(err)
		}
		if seen != in.id {
			t.Errorf("ran in %v, want %v", seen, in.id)
		}
	}
	if now, err := homes.current(); err != nil || now != second.id {
		t.Errorf("not back: %v, %v", now, err)
	}
	for _, in := range []*Home{first, first, second} {
		if err := in.Release(); err != nil {
			t.Error(err)
		}
	}
	if len(homes.open) != 0 || !first.ns.Closed() || !second.ns.Closed() {
		t.Errorf("still open: %v", homes.open)
	}
}
