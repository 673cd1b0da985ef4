package cgroup

import (
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// parent is the path of the cgroup above.
func parent(cgroup string) string { return path.Dir(cgroup) }

// Procs are the processes in the cgroup, and with recursive those below it, in
// order. One of another pid namespace has the number 0.
func (c *Cgroup) Procs(recursive bool) ([]int, error) {
	return ids(c.member(), "cgroup.procs", recursive)
}

// Threads are the threads in the cgroup.
func (c *Cgroup) Threads(recursive bool) ([]int, error) {
	if c.v2 == "" {
		return ids(c.member(), "tasks", recursive)
	}
	return ids(c.v2, "cgroup.threads", recursive)
}

func ids(dir, file string, recursive bool) ([]int, error) {
	text, err := readFile(dir + "/" + file)
	if err != nil {
		return nil, err
	}
	var all []int
	for line := range strings.Lines(text) {
		n, err := strconv.Atoi(strings.TrimSpace(line))
		if err != nil {
			return nil, fmt.Errorf("%s/%s: %w", dir, file, err)
		}
		all = append(all, n)
	}
	if recursive {
		for _, sub := range subdirs(dir) {
			more, err := ids(dir+"/"+sub, file, true)
			if err != nil && !gone(err) && !errors.Is(err, unix.EOPNOTSUPP) { // threaded: its processes are in the list above
				return nil, err
			}
			all = append(all, more...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// members are what is in a cgroup: its processes or, where it is threaded, its threads.
func members(dir string, recursive bool) ([]int, error) {
	all, err := ids(dir, "cgroup.procs", recursive)
	if errors.Is(err, unix.EOPNOTSUPP) {
		return ids(dir, "cgroup.threads", recursive)
	}
	return all, err
}

// subdirs are the names of the cgroups directly below dir. One that has just gone has none.
func subdirs(dir string) []string {
	entries, _ := os.ReadDir(dir)
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names
}

// Add moves a process with all its threads into the cgroup, on every hierarchy.
func (c *Cgroup) Add(pid int) error { return c.put(pid, "cgroup.procs", "cgroup.procs") }

// AddThread moves one thread. On v2 the cgroup must be threaded, in the domain of the thread's process.
func (c *Cgroup) AddThread(tid int) error { return c.put(tid, "cgroup.threads", "tasks") }

func (c *Cgroup) put(id int, v2, v1 string) error {
	c.host.begin()
	text := strconv.Itoa(id)
	if c.v2 != "" {
		if err := c.host.write(c.v2+"/"+v2, text); err != nil {
			return err
		}
	}
	for _, p := range c.v1 {
		if err := c.host.write(p.dir+"/"+v1, text); err != nil {
			return err
		}
	}
	return nil
}

// MoveTo moves all processes of the cgroup into another one, until none is left.
func (c *Cgroup) MoveTo(to *Cgroup) (moved int, err error) {
	for range 100 { // they may fork in the meantime
		pids, err := c.Procs(false)
		if err != nil || len(pids) == 0 {
			return moved, err
		}
		for _, pid := range pids {
			if pid == 0 {
				return moved, fmt.Errorf("move from cgroup %s: a process of another pid namespace: %w", c.Path, unix.ESRCH)
			}
			err := to.Add(pid)
			if err != nil && !errors.Is(err, unix.ESRCH) {
				return moved, err
			}
			if err == nil {
				moved++
			}
		}
	}
	return moved, fmt.Errorf("move from cgroup %s: new processes appear faster than they can be moved: %w", c.Path, unix.EAGAIN)
}

// File is the path of one of the cgroup's files. The controller before the first
// dot says on which hierarchy it is; a name without one is of v2, or else of the first of v1.
func (c *Cgroup) File(name string) (string, error) {
	if name == "" || strings.Contains(name, "/") || !strings.Contains(name, ".") && name != "tasks" && name != "notify_on_release" {
		return "", fmt.Errorf("cgroup file %q: %w", name, unix.EINVAL)
	}
	controller, _, _ := strings.Cut(name, ".")
	dir := c.member()
	if controller != "cgroup" && c.host.v1(controller) != nil {
		if in, _ := c.place(controller); in != "" {
			dir = in
		}
	} else if controller == "tasks" && len(c.v1) > 0 {
		dir = c.v1[0].dir
	}
	return dir + "/" + name, nil
}

// Read returns the text of a file.
func (c *Cgroup) Read(name string) (string, error) {
	file, err := c.File(name)
	if err != nil {
		return "", err
	}
	return readFile(file)
}

// Write writes to a file in one system call.
func (c *Cgroup) Write(name, text string) error {
	file, err := c.File(name)
	if err != nil {
		return err
	}
	c.host.begin()
	return c.host.write(file, text)
}
