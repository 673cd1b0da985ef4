package mount

import (
	"errors"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
)

// Info is one line of /proc/PID/mountinfo; see proc_pid_mountinfo(5).
type Info struct {
	ID, Parent   uint64 // as mountinfo numbers them: reused once a mount is gone
	Unique       uint64 // never used twice; 0 before Linux 6.15
	Major, Minor uint32 // device number of the file system
	Root         string // the directory of the file system that is seen at Target
	Target       string
	Type         string // with the subtype: "fuse.sshfs"
	Source       string
	Options      []string // of the mount: "ro", "nosuid"
	SuperOptions []string // of the file system: "rw", "size=1024k"
	PeerGroup    uint64   // shared: the group it shares events with, else 0
	Master       uint64   // slave: the group it gets events from, else 0
	PropagateOf  uint64   // the nearest group above it that is in sight of the namespace
	Unbindable   bool
}

// number is what Mount.ID holds.
func (i *Info) number() uint64 {
	if i.Unique != 0 {
		return i.Unique
	}
	return i.ID
}

// Propagation is "private", "unbindable", "shared", "slave" or "slave,shared".
func (i *Info) Propagation() string {
	switch {
	case i.Unbindable:
		return "unbindable"
	case i.PeerGroup != 0 && i.Master != 0:
		return "slave,shared"
	case i.PeerGroup != 0:
		return "shared"
	case i.Master != 0:
		return "slave"
	}
	return "private"
}

// Device is "MAJOR:MINOR".
func (i *Info) Device() string {
	return strconv.FormatUint(uint64(i.Major), 10) + ":" + strconv.FormatUint(uint64(i.Minor), 10)
}

// ListOptions select the mounts that List gives.
type ListOptions struct {
	PID   int               // of a process: those of its namespace that its root directory has in reach
	NS    *namespace.Handle // of a mount namespace
	Under string            // at or below a path
	Type  string            // of a type; "fuse" means all subtypes
}

// List lists the mounts of the thread's mount namespace, or of another one, parents before what is mounted on them.
func List(o ListOptions) ([]Info, error) {
	all, err := o.read()
	if err != nil {
		return nil, err
	}
	if o.Under == "" && o.Type == "" {
		return all, nil
	}
	under := o.Under
	if under != "" {
		if under, err = o.absolute(); err != nil {
			return nil, err
		}
	}
	var out []Info
	for _, m := range all {
		if below(m.Target, under) && (o.Type == "" || m.Type == o.Type || strings.HasPrefix(m.Type, o.Type+".")) {
			out = append(out, m)
		}
	}
	return out, nil
}

func (o ListOptions) read() (all []Info, err error) {
	if o.PID != 0 {
		return readMountinfo(o.PID)
	}
	if statmountWorks() {
		return statmounts(o.NS)
	}
	if o.NS == nil {
		return readMountinfo(0)
	}
	err = visit(o.NS, func() error {
		all, err = readMountinfo(0)
		return err
	})
	return all, err
}

// absolute is Under without symbolic links, as targets are given. The paths of another namespace are taken as they are.
func (o ListOptions) absolute() (string, error) {
	path, err := filepath.Abs(o.Under)
	if err != nil || o.PID != 0 || o.NS != nil {
		return path, err
	}
	real, err := filepath.EvalSymlinks(path)
	if errors.Is(err, unix.ENOENT) {
		return path, nil
	}
	return real, err
}

// below reports whether path is dir or inside it; "" is above everything.
func below(path, dir string) bool {
	if dir == "" || dir == "/" || path == dir {
		return true
	}
	return strings.HasPrefix(path, dir) && path[len(dir)] == '/'
}

// subtree lists the mount with this number and all that is mounted on it, parents first.
func subtree(all []Info, number uint64) []Info {
	in := map[uint64]bool{}
	var out []Info
	for i := range all {
		m := &all[i]
		if m.number() == number || in[m.Parent] && m.ID != m.Parent {
			in[m.ID] = true
			out = append(out, *m)
		}
	}
	return out
}

// Find is the mount a path is on.
func Find(target Target) (Info, error) {
	p, err := target.resolve()
	if err != nil {
		return Info{}, err
	}
	defer p.close()
	if err := p.full(); err != nil {
		return Info{}, err
	}
	id, err := mountID(p.fd, "")
	if err != nil {
		return Info{}, err
	}
	return byNumber(id)
}
