package ns

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
)

// New makes a namespace of the kind of home, the calling thread's own, without
// leaving that: net, uts, ipc, cgroup or mnt, the last a copy with propagation private.
func New(home *namespace.Handle) (*namespace.Handle, error) {
	var made *namespace.Handle
	err := home.Visit(func() (err error) { // the visit brings the thread back from what it unshares
		if err := Unshare(home.Kind.Flag, "private"); err != nil {
			return err
		}
		made, err = namespace.Current(home.Kind, false)
		return err
	})
	if err != nil && made != nil {
		made.Close()
		return nil, err
	}
	return made, err
}

// Unshare moves the calling thread (for pid and time: its children) into new
// namespaces, unshare(2). A new mount namespace gets the propagation, a word or "unchanged".
func Unshare(mask int, propagation string) error {
	if err := unix.Unshare(mask); err != nil {
		return fmt.Errorf("unshare(%s): %w", strings.Join(namespace.Names(mask), "+"), err)
	}
	if mask&unix.CLONE_NEWNS == 0 {
		return nil
	}
	flags := map[string]uintptr{"private": unix.MS_PRIVATE, "slave": unix.MS_SLAVE, "shared": unix.MS_SHARED}[propagation]
	if flags == 0 {
		return nil
	}
	return os.NewSyscallError("mount(MS_REC|MS_"+propagation+")", unix.Mount("none", "/", "", unix.MS_REC|flags, ""))
}

// Enter moves the calling thread into a namespace, setns(2). For mnt its root and
// working directory become those of the namespace.
func Enter(h *namespace.Handle) error {
	if h.Kind.Flag == unix.CLONE_NEWNS {
		if err := unix.Unshare(unix.CLONE_FS); err != nil {
			return os.NewSyscallError("unshare(CLONE_FS)", err)
		}
	}
	if err := unix.Setns(h.FD(), h.Kind.Flag); err != nil {
		return fmt.Errorf("setns %s: %w", h, err)
	}
	return nil
}
