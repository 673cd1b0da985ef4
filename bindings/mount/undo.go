package mount

import (
	"errors"
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
)

// Place is where a thread stands: its root directory, and with that its mount namespace, as every namespace has
// mounts of its own.
type Place struct{ root point }

// CurrentPlace is where the thread stands.
func CurrentPlace() (Place, error) {
	root, err := pointAt(unix.AT_FDCWD, "/", 0)
	return Place{root}, err
}

// Home is a place to come back to.
type Home struct {
	Place
	ns *namespace.Handle // keeps the namespace
}

// Here notes where the thread stands, and keeps the namespace until Close.
func Here() (*Home, error) {
	at, err := CurrentPlace()
	if err != nil {
		return nil, err
	}
	kind, err := namespace.ByName("mnt")
	if err != nil {
		return nil, err
	}
	ns, err := namespace.Current(kind, false)
	if err != nil {
		return nil, err
	}
	return &Home{at, ns}, nil
}

// Close lets the namespace go.
func (h *Home) Close() error { return h.ns.Close() }

// SharedNamespace is the inode of the mount namespace that other threads of the process are in, 0 if there are none.
func SharedNamespace() uint64 {
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return 0
	}
	own := strconv.Itoa(unix.Gettid())
	for _, task := range tasks {
		var st unix.Stat_t
		if task.Name() != own && unix.Stat("/proc/self/task/"+task.Name()+"/ns/mnt", &st) == nil {
			return st.Ino
		}
	}
	return 0
}

// Undo removes the mount if it is still there, lazily if it is in use. A thread that stands elsewhere than at home
// goes there for it; nil is where the thread stands.
func (m *Mount) Undo(home *Home) error {
	return home.visit(func() error {
		path, err := m.locate()
		if path == "/" { // it has become the root of the namespace, and ends with it
			return nil
		}
		if err == nil {
			err = umountAt(path, m.ID, 0)
		}
		if errors.Is(err, unix.EBUSY) {
			err = umountAt(path, m.ID, unix.MNT_DETACH)
		}
		if errors.Is(err, unix.ENOENT) || errors.Is(err, unix.EINVAL) { // gone
			return nil
		}
		return err
	})
}

// RemovePoint removes what was made for the mount to be attached to, as far as it is empty. EBUSY: something else is mounted there.
func (m *Mount) RemovePoint(home *Home) error { return home.visit(m.made.remove) }

// HasPoint reports whether the mount point was made with the mount.
func (m *Mount) HasPoint() bool { return len(m.made.paths) > 0 }

// visit runs f at home.
func (h *Home) visit(f func() error) error {
	if h == nil {
		return f()
	}
	here, err := CurrentPlace()
	if err != nil {
		return err
	}
	if here == h.Place {
		return f()
	}
	return visit(h.ns, f)
}

// visit runs f in a mount namespace, in that one's root directory.
func visit(ns *namespace.Handle, f func() error) error {
	way, err := namespace.Current(ns.Kind, false)
	if errors.Is(err, unix.ENOENT) { // in a root directory without /proc, before Linux 6.11
		return ns.VisitApart(f)
	}
	if err != nil {
		return err
	}
	if err := way.Close(); err != nil {
		return err
	}
	return ns.Visit(f)
}
