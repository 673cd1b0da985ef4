// Package home takes undo actions back to the namespace that a thing was made
// in: by the time its scope ends, the shell may be in another.
package home

import (
	"os"
	"strconv"

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

// Here keeps the calling thread's namespace open.
func (h *Homes) Here() (*Home, error) {
	id, err := h.current()
	if err != nil {
		return nil, err
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

// current identifies the calling thread's namespace.
func (h *Homes) current() (inode, error) {
	var st unix.Stat_t
	if unix.Stat("/proc/thread-self/ns/"+h.kind, &st) == nil {
		return inode{st.Dev, st.Ino}, nil
	}
	kind, err := namespace.ByName(h.kind)
	if err != nil {
		return inode{}, err
	}
	ns, err := namespace.Current(kind, false) // which knows another way than /proc
	if err != nil {
		return inode{}, err
	}
	defer ns.Close()
	return inode{ns.Dev, ns.Inode}, nil
}

// Current is the number of the calling thread's namespace, as Home.ID has it.
func (h *Homes) Current() (string, error) {
	id, err := h.current()
	return id.String(), err
}

func (i inode) String() string { return strconv.FormatUint(i.ino, 10) }

// ID is the namespace's number, for a journal.
func (in *Home) ID() string { return in.id.String() }

// Run runs f on the calling thread in the namespace, and brings the thread back.
func (in *Home) Run(f func() error) error {
	if now, err := in.all.current(); err == nil && now == in.id {
		return f()
	}
	return in.ns.Visit(f)
}

// Release gives the namespace back; its last user closes it.
func (in *Home) Release() error {
	if in.users--; in.users > 0 {
		return nil
	}
	delete(in.all.open, in.id)
	return os.NewSyscallError("close", in.ns.Close())
}
