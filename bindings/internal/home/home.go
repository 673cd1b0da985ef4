// Package home takes undo actions back to the namespace that a thing was made
// in: by the time its scope ends, the shell may be in another.
package home

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
)

// Homes are the namespaces of one kind that are kept open for undo actions.
type Homes struct {
	kind string
	open map[inode]*Home
}

// Home is a namespace kept open; Release gives it back.
type Home struct {
	all   *Homes
	id    inode
	ns    *namespace.Handle
	users int
}

type inode struct{ dev, ino uint64 }

// New is for namespaces of a kind that can be visited: "mnt", "ipc".
func New(kind string) *Homes { return &Homes{kind: kind, open: map[inode]*Home{}} }

// Here keeps the calling thread's namespace open. Where there is no /proc to
// open it from, Home.Run runs where it is called.
func (h *Homes) Here() (*Home, error) {
	id, err := h.current()
	if err != nil {
		return &Home{all: h, users: 1}, nil
	}
	if in := h.open[id]; in != nil {
		in.users++
		return in, nil
	}
	kind, err := namespace.ByName(h.kind)
	if err != nil {
		return nil, err
	}
	ns, err := namespace.Current(kind, false)
	if err != nil {
		return nil, err
	}
	in := &Home{all: h, id: id, ns: ns, users: 1}
	h.open[id] = in
	return in, nil
}

func (h *Homes) current() (inode, error) {
	var st unix.Stat_t
	path := "/proc/thread-self/ns/" + h.kind
	if err := unix.Stat(path, &st); err != nil {
		return inode{}, fmt.Errorf("stat %s: %w", path, err)
	}
	return inode{st.Dev, st.Ino}, nil
}

// Run runs f on the calling thread in the namespace, and brings the thread back.
func (in *Home) Run(f func() error) error {
	if in.ns == nil {
		return f()
	}
	if now, err := in.all.current(); err == nil && now == in.id {
		return f()
	}
	return in.ns.Visit(f)
}

// Release gives the namespace back; its last user closes it.
func (in *Home) Release() error {
	if in.users--; in.users > 0 || in.ns == nil {
		return nil
	}
	delete(in.all.open, in.id)
	return os.NewSyscallError("close", in.ns.Close())
}
