package mount

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
)

// Home is where a thread stands: its mount namespace and its root directory.
type Home struct {
	ns   *namespace.Handle
	root point
}

// Here notes where the thread stands, and keeps the namespace until Close.
func Here() (*Home, error) {
	kind, err := namespace.ByName("mnt")
	if err != nil {
		return nil, err
	}
	ns, err := namespace.Current(kind, false)
	if err != nil {
		return nil, err
	}
	root, err := rootPoint()
	if err != nil {
		return nil, errors.Join(err, ns.Close())
	}
	return &Home{ns, root}, nil
}

// Close lets the namespace go.
func (h *Home) Close() error { return h.ns.Close() }

// Place identifies where the thread stands, for comparison.
type Place struct {
	namespace uint64
	root      point
}

// Place is what CurrentPlace was when the home was noted.
func (h *Home) Place() Place { return Place{h.ns.Inode, h.root} }

// CurrentPlace is where the thread stands.
func CurrentPlace() (Place, error) {
	root, err := rootPoint()
	if err != nil {
		return Place{}, err
	}
	var st unix.Stat_t
	if unix.Stat("/proc/thread-self/ns/mnt", &st) == nil {
		return Place{st.Ino, root}, nil
	}
	here, err := Here() // there is no /proc
	if err != nil {
		return Place{}, err
	}
	return here.Place(), here.Close()
}

func rootPoint() (point, error) {
	p := point{}
	var st unix.Stat_t
	if err := unix.Stat("/", &st); err != nil {
		return p, fmt.Errorf("stat /: %w", err)
	}
	p.dev, p.ino = st.Dev, st.Ino
	var err error
	p.mount, err = mountID(unix.AT_FDCWD, "/")
	return p, err
}

// Undo removes the mount if it is still there, lazily if it is in use. A thread that stands elsewhere than at home
// goes there for it; nil is where the thread stands.
func (m *Mount) Undo(home *Home) error {
	return home.visit(func() error {
		path, err := locate(m.ID)
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
	if here == h.Place() {
		return f()
	}
	return h.ns.Visit(f) // it sets the root directory to the namespace's too
}
