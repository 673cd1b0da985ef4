package cgroup

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Blueprint is a cgroup that is about to be made.
type Blueprint struct {
	Path     string
	host     *Host
	mounts   []*Mount
	settings []setting
	made     []string // directories made so far
}

// Plan says what Create would make, and makes nothing.
func (h *Host) Plan(path string, l *Limits) *Blueprint {
	b := &Blueprint{Path: path, host: h, settings: l.settings()}
	wanted := slices.Clone(accounting)
	for _, s := range b.settings {
		wanted = append(wanted, s.controller)
	}
	if h.V2 != nil {
		b.mounts = append(b.mounts, h.V2)
	} else {
		wanted = append(wanted, "freezer")
	}
	for _, controller := range wanted {
		if m := h.v1(controller); m != nil && !slices.Contains(b.mounts, m) {
			b.mounts = append(b.mounts, m)
		}
	}
	return b
}

// Tops are the highest directories that Create will make: with them goes everything it makes.
func (b *Blueprint) Tops() []string {
	var tops []string
	for _, m := range b.mounts {
		dir := m.dir(b.Path)
		if exists(dir) {
			continue
		}
		for dir != m.Dir && !exists(path.Dir(dir)) {
			dir = path.Dir(dir)
		}
		tops = append(tops, dir)
	}
	return tops
}

// Create makes the cgroup, the missing ones above it, and sets its limits. If
// that fails nothing is left. A cgroup that exists already is EEXIST.
func (b *Blueprint) Create() (*Cgroup, error) {
	c := &Cgroup{Path: b.Path, host: b.host}
	if err := b.create(c); err != nil {
		for _, dir := range slices.Backward(b.made) {
			err = errors.Join(err, rmdir(dir))
		}
		return nil, err
	}
	return c, nil
}

func (b *Blueprint) create(c *Cgroup) error {
	for i, m := range b.mounts {
		dir := m.dir(b.Path)
		err := b.mkdir(m, dir)
		if err != nil && b.optional(m, err) {
			continue
		}
		if err != nil {
			return err
		}
		if i == 0 && m == b.host.V2 {
			c.v2 = dir
		} else {
			c.v1 = append(c.v1, place{m, dir})
		}
	}
	if c.v2 == "" && len(c.v1) == 0 {
		return fmt.Errorf("cgroup %s: no hierarchy to make it in: %w", b.Path, unix.ENODEV)
	}
	if c.v2 != "" {
		if err := b.host.enable(path.Dir(b.Path), b.controllers()); err != nil {
			return err
		}
	}
	return c.apply(b.settings)
}

// optional reports whether the cgroup can do without a hierarchy that refused: it was only for the numbers.
func (b *Blueprint) optional(m *Mount, err error) bool {
	if m == b.host.V2 || !errors.Is(err, fs.ErrPermission) && !errors.Is(err, unix.EROFS) {
		return false
	}
	return !slices.ContainsFunc(b.settings, func(s setting) bool { return b.host.v1(s.controller) == m })
}

func (b *Blueprint) controllers() []string {
	var names []string
	for _, s := range b.settings {
		if !slices.Contains(names, s.controller) {
			names = append(names, s.controller)
		}
	}
	return names
}

// mkdir makes a directory and those above it.
func (b *Blueprint) mkdir(m *Mount, dir string) error {
	err := unix.Mkdir(dir, 0o755)
	if err == unix.ENOENT && dir != m.Dir {
		if err := b.mkdir(m, path.Dir(dir)); err != nil && !errors.Is(err, unix.EEXIST) {
			return err
		}
		err = unix.Mkdir(dir, 0o755)
	}
	if err != nil {
		return &fs.PathError{Op: "mkdir", Path: dir, Err: err}
	}
	b.made = append(b.made, dir)
	if slices.Contains(m.Controllers, "cpuset") {
		return inheritCpuset(dir)
	}
	return nil
}

// inheritCpuset copies what a v1 cpuset needs before it takes a process.
func inheritCpuset(dir string) error {
	for _, file := range []string{"/cpuset.cpus", "/cpuset.mems"} {
		text, err := readFile(path.Dir(dir) + file)
		if err == nil {
			err = writeFile(dir+file, strings.TrimSpace(text))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// enable makes controllers available to the children of a v2 cgroup: those
// given, and as far as possible those of accounting.
func (h *Host) enable(cgroup string, controllers []string) error {
	dir := h.V2.dir(cgroup)
	have, err := readFile(dir + "/cgroup.subtree_control")
	if err != nil {
		return err
	}
	var must, may []string
	enabled := strings.Fields(have)
	for _, c := range controllers {
		if h.v1(c) == nil && !slices.Contains(implicit, c) && !slices.Contains(enabled, c) {
			must = append(must, c)
		}
	}
	for _, c := range accounting {
		if c != "cpuacct" && h.v1(c) == nil && !slices.Contains(enabled, c) && !slices.Contains(must, c) {
			may = append(may, c)
		}
	}
	if len(must)+len(may) == 0 {
		return nil
	}
	if dir != h.V2.Dir && cgroup != "/" { // from the top down
		if err := h.enable(path.Dir(cgroup), controllers); err != nil && (len(must) > 0 || !refused(err)) {
			return err
		}
	}
	if full, err := populated(dir); full || err != nil {
		if len(must) > 0 && err == nil {
			err = &ControllerError{Controller: must[0], Cgroup: cgroup, dir: dir, host: h, Err: unix.EBUSY}
		}
		return err
	}
	for _, c := range may {
		if err := h.enableOne(dir, c); err != nil && !refused(err) {
			return err
		}
	}
	for _, c := range must {
		err := h.enableOne(dir, c)
		if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOENT) { // it has no such controller to pass on
			err = unix.ENODEV
		}
		if err != nil {
			return &ControllerError{Controller: c, Cgroup: cgroup, dir: dir, host: h, Err: err}
		}
	}
	return nil
}

// populated reports whether a v2 cgroup has processes of its own, and so can't
// pass on controllers. Some the kernel would pass on all the same, but then make a
// threaded domain of the cgroup, below which no process can be.
func populated(dir string) (bool, error) {
	kind, err := readFile(dir + "/cgroup.type")
	if missing(err) || err == nil && kind != "domain\n" { // the root may have both
		return false, nil
	}
	if err != nil {
		return false, err
	}
	pids, err := ids(dir, "cgroup.procs", false)
	return len(pids) > 0, err
}

// implicit are what every v2 cgroup does without a controller.
var implicit = []string{"devices", "freezer", "perf_event", "cpuacct", "net_cls", "net_prio"}

func (h *Host) enableOne(dir, controller string) error {
	return h.write(dir+"/cgroup.subtree_control", "+"+controller)
}

// refused reports whether enabling a controller failed for a reason that one can live with.
func refused(err error) bool {
	for _, e := range []syscall.Errno{unix.ENOENT, unix.EBUSY, unix.EACCES, unix.EPERM, unix.EOPNOTSUPP, unix.EROFS, unix.EINVAL} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// ControllerError says that a v2 cgroup could not make a controller available to those below it.
type ControllerError struct {
	Controller string
	Cgroup     string
	Err        error
	dir        string
	host       *Host
}

func (e *ControllerError) Error() string {
	return fmt.Sprintf("enable controller %s below cgroup %s: %v", e.Controller, e.Cgroup, e.Err)
}

// Unwrap gives the cause.
func (e *ControllerError) Unwrap() error { return e.Err }
