// Package cgroup makes, limits, measures and controls groups of processes, in
// the same way on hosts with cgroup v2, with v1, and with both (hybrid).
//
// A cgroup has one path, and below that path a directory in each hierarchy that
// it takes part in: one on v2, and on v1 one for every controller or set of
// controllers. The path starts where the hierarchies are mounted; it is the one in
// /proc/PID/cgroup unless they show only a part, as in some containers. See cgroups(7).
package cgroup

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// Cgroup is one cgroup. It holds no descriptors until Entry is called.
type Cgroup struct {
	Path   string // "/a/b"
	host   *Host
	v2     string  // its directory on v2; "" if it has none
	v1     []place // its directories on v1
	entry  []int   // descriptors that Entry gave out: v2's, -1 if there is none, then v1's
	closed bool
}

// place is a directory on a v1 hierarchy.
type place struct {
	mount *Mount
	dir   string
}

// accounting are the controllers whose numbers everybody wants: a new cgroup
// takes part in them if it can, without being asked.
var accounting = []string{"cpu", "cpuacct", "memory", "pids"}

// Resolve makes a full path of name: what starts with a slash is one, the rest
// is below Base.
func (h *Host) Resolve(name string) (string, error) {
	if name == "" || strings.ContainsAny(name, "\x00\n") {
		return "", fmt.Errorf("cgroup %q: %w", name, unix.EINVAL)
	}
	if strings.HasPrefix(name, "/") {
		return path.Clean(name), nil
	}
	base, err := h.Base()
	if err != nil {
		return "", err
	}
	if !filepath.IsLocal(name) {
		return "", fmt.Errorf("cgroup %q: it leads out of %s: %w", name, base, unix.EINVAL)
	}
	return path.Join(base, name), nil
}

// Open returns the cgroup at path, which exists in at least one hierarchy.
func (h *Host) Open(path string) (*Cgroup, error) {
	c := &Cgroup{Path: path, host: h}
	for _, m := range h.mounts() {
		dir := m.dir(path)
		if !isDir(dir) {
			continue
		}
		if m == h.V2 {
			c.v2 = dir
		} else {
			c.v1 = append(c.v1, place{m, dir})
		}
	}
	if c.v2 == "" && len(c.v1) == 0 {
		return nil, fmt.Errorf("cgroup %s: %w", path, unix.ENOENT)
	}
	return c, nil
}

// Current returns the caller's own cgroup. On v1 a process can be in another
// cgroup on each hierarchy; the path is then v2's, or the first one's.
func (h *Host) Current() (*Cgroup, error) {
	own, err := Of(0)
	if err != nil {
		return nil, err
	}
	c := &Cgroup{host: h}
	for _, m := range h.mounts() {
		membership := own.on(m)
		if membership == nil {
			continue
		}
		path, ok := m.shown(membership.Path)
		dir := m.dir(path)
		if !ok || !isDir(dir) {
			continue
		}
		if c.Path == "" {
			c.Path = path
		}
		if m == h.V2 {
			c.v2 = dir
		} else {
			c.v1 = append(c.v1, place{m, dir})
		}
	}
	if c.Path == "" {
		return nil, fmt.Errorf("the shell's cgroup is not below any mounted hierarchy: %w", unix.ENOENT)
	}
	return c, nil
}

// dirs are all its directories.
func (c *Cgroup) dirs() []string {
	var dirs []string
	if c.v2 != "" {
		dirs = append(dirs, c.v2)
	}
	for _, p := range c.v1 {
		dirs = append(dirs, p.dir)
	}
	return dirs
}

// place finds the directory that has a controller's files, and the version of cgroups that is.
func (c *Cgroup) place(controller string) (dir string, version int) {
	if m := c.host.v1(controller); m != nil {
		for _, p := range c.v1 {
			if p.mount == m {
				return p.dir, 1
			}
		}
		return "", 1
	}
	return c.v2, 2
}

// member is the directory whose list of processes is asked and written first: v2's if there is one.
func (c *Cgroup) member() string { return c.dirs()[0] }

// Entry implements spawn.Cgroup. The descriptors are the cgroup's own until
// Close. EBUSY is a cgroup in which nothing can start: one that is frozen, or
// that passes on controllers and so can have no processes itself.
func (c *Cgroup) Entry() (dir int, procs []int, err error) {
	frozen, err := c.Frozen()
	if err != nil {
		return -1, nil, err
	}
	if frozen {
		return -1, nil, fmt.Errorf("start in cgroup %s: it is frozen: %w", c.Path, unix.EBUSY)
	}
	if c.v2 != "" && c.Path != "/" {
		passed, err := readFile(c.v2 + "/cgroup.subtree_control")
		kind, kindErr := readFile(c.v2 + "/cgroup.type")
		if err == nil && kindErr == nil && strings.TrimSpace(passed) != "" && kind == "domain\n" {
			return -1, nil, fmt.Errorf("start in cgroup %s: it has controllers (%s) enabled for those below it, and so can have no processes itself: %w",
				c.Path, strings.TrimSpace(passed), unix.EBUSY)
		}
	}
	if c.entry == nil {
		if err := c.open(); err != nil {
			return -1, nil, err
		}
	}
	return c.entry[0], slices.Clone(c.entry[1:]), nil
}

func (c *Cgroup) open() error {
	fds := []int{-1}
	open := func(path string, flags int) (int, error) {
		fd, err := unix.Open(path, flags|unix.O_CLOEXEC, 0)
		if err != nil {
			for _, fd := range fds {
				if fd >= 0 {
					unix.Close(fd)
				}
			}
			return -1, &fs.PathError{Op: "open", Path: path, Err: err}
		}
		return fd, nil
	}
	if c.v2 != "" {
		fd, err := open(c.v2, unix.O_PATH|unix.O_DIRECTORY)
		if err != nil {
			return err
		}
		fds[0] = fd
	}
	for _, p := range c.v1 {
		fd, err := open(p.dir+"/cgroup.procs", unix.O_WRONLY)
		if err != nil {
			return err
		}
		fds = append(fds, fd)
	}
	c.entry = fds
	return nil
}

// Close ends the use of the cgroup, not the cgroup.
func (c *Cgroup) Close() error {
	var errs []error
	for _, fd := range c.entry {
		if fd >= 0 {
			errs = append(errs, unix.Close(fd))
		}
	}
	c.entry, c.closed = nil, true
	return errors.Join(errs...)
}

// Closed reports whether Close was called.
func (c *Cgroup) Closed() bool { return c.closed }

func (c *Cgroup) String() string { return "cgroup:" + c.Path }
