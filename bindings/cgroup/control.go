package cgroup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Wait polls descriptors as ppoll(2) does; a negative timeout has no end.
type Wait func(fds []unix.PollFd, timeout time.Duration) (int, error)

// Poll is a Wait that nothing interrupts.
func Poll(fds []unix.PollFd, timeout time.Duration) (int, error) {
	for {
		var limit *unix.Timespec
		if timeout >= 0 {
			ts := unix.NsecToTimespec(timeout.Nanoseconds())
			limit = &ts
		}
		n, err := unix.Ppoll(fds, limit, nil)
		if err != unix.EINTR {
			return n, err
		}
	}
}

// step is how long to wait where the kernel tells nobody.
const step = 2 * time.Millisecond

// until waits for a condition. file, if it is there, is one that the kernel
// notifies of changes (cgroup.events). It fails with ETIMEDOUT.
func until(wait Wait, timeout time.Duration, file string, done func() (bool, error)) error {
	end := time.Now().Add(timeout)
	fd, err := unix.Open(file, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err == nil {
		defer unix.Close(fd)
	}
	for {
		if fd >= 0 {
			if _, err := readFD(fd); err != nil && err != unix.ENODEV { // a poll tells what has changed since the last read
				return err
			}
		}
		ok, err := done()
		if ok || err != nil {
			return err
		}
		left := time.Until(end)
		if left <= 0 {
			return unix.ETIMEDOUT
		}
		if fd >= 0 {
			_, err = wait([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLPRI}}, min(left, 50*step))
		} else {
			_, err = wait(nil, min(left, step))
		}
		if err != nil {
			return err
		}
	}
}

// Freeze stops all processes in the cgroup and below it, and waits until they stand still.
func (c *Cgroup) Freeze(wait Wait, timeout time.Duration) error {
	if err := c.spare("freeze"); err != nil {
		return err
	}
	return c.setFrozen(wait, timeout, true)
}

// Thaw lets them run again.
func (c *Cgroup) Thaw(wait Wait, timeout time.Duration) error {
	return c.setFrozen(wait, timeout, false)
}

func (c *Cgroup) setFrozen(wait Wait, timeout time.Duration, frozen bool) error {
	c.host.begin()
	if c.v2 != "" && exists(c.v2+"/cgroup.freeze") {
		if err := c.host.write(c.v2+"/cgroup.freeze", flag(frozen)); err != nil {
			return err
		}
		return c.timedOut(until(wait, timeout, c.v2+"/cgroup.events", func() (bool, error) {
			events, err := keyed(c.v2 + "/cgroup.events")
			return events["frozen"] == 1 == frozen, err
		}))
	}
	m := c.host.v1("freezer")
	if m == nil {
		return &Absent{"freeze", "freezer", c.host}
	}
	if err := c.join(m); err != nil {
		return err
	}
	dir, _ := c.place("freezer")
	state := map[bool]string{true: "FROZEN", false: "THAWED"}[frozen]
	if err := c.host.write(dir+"/freezer.state", state); err != nil {
		return err
	}
	return c.timedOut(until(wait, timeout, "", func() (bool, error) {
		text, err := readFile(dir + "/freezer.state")
		return strings.TrimSpace(text) == state, err
	}))
}

func (c *Cgroup) timedOut(err error) error {
	if errors.Is(err, unix.ETIMEDOUT) {
		return fmt.Errorf("cgroup %s: not done in time: %w", c.Path, err)
	}
	return err
}

// Frozen reports whether the cgroup is frozen.
func (c *Cgroup) Frozen() (bool, error) {
	if c.v2 != "" && exists(c.v2+"/cgroup.freeze") {
		events, err := keyed(c.v2 + "/cgroup.events")
		return events["frozen"] == 1, err
	}
	dir, _ := c.place("freezer")
	if dir == "" || !exists(dir+"/freezer.state") {
		return false, nil
	}
	text, err := readFile(dir + "/freezer.state")
	return strings.TrimSpace(text) == "FROZEN", err
}

// Kill ends all processes in the cgroup and below it, and waits until they are gone.
//
// It freezes them first, so that none can fork away. The file cgroup.kill would
// do that at one stroke, but on some kernels (6.18 is one) a cgroup that was
// killed so kills everything that clone3(2) starts in it afterwards.
func (c *Cgroup) Kill(wait Wait, timeout time.Duration) error {
	if err := c.spare("kill"); err != nil {
		return err
	}
	was, err := c.Frozen()
	if err != nil {
		return err
	}
	if !was {
		err := c.Freeze(wait, stopTime)
		if err != nil && !errors.Is(err, unix.ETIMEDOUT) && !errors.Is(err, unix.ENODEV) && !missing(err) {
			return err
		}
	}
	err = c.Signal(unix.SIGKILL, true)
	if !was || c.v2 == "" { // frozen, those of v1 would not die
		if e := c.unfreeze(); err == nil {
			err = e
		}
	}
	if err != nil {
		return err
	}
	return c.timedOut(kill(c.dirs(), wait, timeout))
}

// stopTime is how long Kill waits for all to stand still. Those that sleep
// uninterruptibly never do, but they don't fork either.
const stopTime = 200 * time.Millisecond

// unfreeze asks for a thaw and does not wait for it.
func (c *Cgroup) unfreeze() error {
	file, text := c.v2+"/cgroup.freeze", "0"
	if c.v2 == "" || !exists(file) {
		dir, _ := c.place("freezer")
		file, text = dir+"/freezer.state", "THAWED"
	}
	if !exists(file) {
		return nil
	}
	return writeFile(file, text)
}

// spare refuses to stop the caller itself, which could then do no more.
func (c *Cgroup) spare(what string) error {
	pids, err := members(c.member(), true)
	if err != nil {
		return err
	}
	if slices.Contains(pids, os.Getpid()) {
		return fmt.Errorf("%s cgroup %s: the shell itself is in it: %w", what, c.Path, unix.EDEADLK)
	}
	return nil
}

// Signal sends a signal to the processes in the cgroup, and with recursive to those below it.
func (c *Cgroup) Signal(sig syscall.Signal, recursive bool) error {
	pids, err := members(c.member(), recursive)
	if err != nil {
		return err
	}
	return signal(pids, sig)
}

func signal(pids []int, sig syscall.Signal) error {
	for _, pid := range pids {
		if pid == 0 {
			return fmt.Errorf("signal a process of another pid namespace: %w", unix.ESRCH)
		}
		if err := unix.Kill(pid, sig); err != nil && err != unix.ESRCH {
			return fmt.Errorf("kill %d: %w", pid, err)
		}
	}
	return nil
}

// kill ends the processes in directories that may be of several hierarchies.
func kill(dirs []string, wait Wait, timeout time.Duration) error {
	events := ""
	if len(dirs) > 0 {
		events = dirs[0] + "/cgroup.events"
	}
	return until(wait, timeout, events, func() (bool, error) {
		empty := true
		for _, dir := range dirs {
			pids, err := members(dir, true)
			if err != nil && !missing(err) {
				return false, err
			}
			empty = empty && len(pids) == 0
			if err := signal(pids, unix.SIGKILL); err != nil {
				return false, err
			}
		}
		return empty, nil
	})
}

// Delete removes the cgroup, and with recursive those below it. It must have no processes.
func (c *Cgroup) Delete(recursive bool, wait Wait) error {
	for _, dir := range slices.Backward(c.dirs()) {
		if err := remove(dir, recursive, wait); err != nil {
			return err
		}
	}
	return nil
}

// goodbye is how long the kernel may take for the last of processes that have ended.
const goodbye = 2 * time.Second

// remove is rmdir, of what is below first if recursive. While nothing is left
// in the cgroup, EBUSY only means that processes are still on their way out.
func remove(dir string, recursive bool, wait Wait) error {
	if recursive {
		for _, sub := range subdirs(dir) {
			if err := remove(dir+"/"+sub, true, wait); err != nil {
				return err
			}
		}
	}
	var last error
	err := until(wait, goodbye, "", func() (bool, error) {
		last = rmdir(dir)
		if !errors.Is(last, unix.EBUSY) {
			return true, last
		}
		pids, err := members(dir, false)
		if err != nil || len(pids) > 0 || len(subdirs(dir)) > 0 {
			return true, last
		}
		return false, nil
	})
	if errors.Is(err, unix.ETIMEDOUT) {
		return last
	}
	return err
}

func rmdir(dir string) error {
	if err := unix.Rmdir(dir); err != nil && err != unix.ENOENT {
		return &fs.PathError{Op: "rmdir", Path: dir, Err: err}
	}
	return nil
}

// Clear removes directories with all that is in them: processes are killed.
func Clear(dirs []string) error {
	dirs = slices.DeleteFunc(slices.Clone(dirs), func(d string) bool { return !isDir(d) })
	for _, dir := range dirs {
		if err := fell(dir); err != nil {
			return err
		}
	}
	if err := kill(dirs, Poll, 5*time.Second); err != nil {
		return err
	}
	var errs []error
	for _, dir := range dirs {
		errs = append(errs, remove(dir, true, Poll))
	}
	return errors.Join(errs...)
}

// Reclaim asks the kernel to take so much memory away from the cgroup. It takes
// what it can: EAGAIN if that is less.
func (c *Cgroup) Reclaim(bytes int64) error {
	dir, version := c.place("memory")
	if dir == "" {
		return &Absent{"reclaim", "memory", c.host}
	}
	c.host.begin()
	if version == 1 {
		return c.host.write(dir+"/memory.force_empty", "0") // all of it
	}
	return c.host.write(dir+"/memory.reclaim", strconv.FormatInt(bytes, 10))
}

// fell kills what is in a cgroup that is to be removed: at one stroke on v2; on
// v1 it only sees to it that the processes can die.
func fell(dir string) error {
	err := writeFile(dir+"/cgroup.kill", "1")
	if missing(err) && exists(dir+"/freezer.state") {
		err = writeFile(dir+"/freezer.state", "THAWED")
	}
	if missing(err) || errors.Is(err, unix.EOPNOTSUPP) { // threaded: its threads are killed one by one
		return nil
	}
	return err
}
