package kerntest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/cyphar/filepath-securejoin/pathrs-lite/procfs"
	"golang.org/x/sys/unix"
)

// A view lists things that a test could leave behind, each described by one unique line.
type view func(add func(format string, args ...any)) error

// machine is what a whole run is checked for.
func machine(add func(string, ...any)) error {
	return errors.Join(links(add), names(add), mounts(add), cgroups(add), ipc(add), files(add), children(add), descriptors(add))
}

// inside is what a world is checked for by its supervisor.
func inside(add func(string, ...any)) error {
	return errors.Join(links(add), names(add), mounts(add), ipc(add), files(add), children(add))
}

// process is what a script's own process is checked for.
func process(add func(string, ...any)) error {
	return errors.Join(children(add), descriptors(add))
}

func observe(v view) (map[string]bool, error) {
	seen := map[string]bool{}
	err := v(func(format string, args ...any) { seen[fmt.Sprintf(format, args...)] = true })
	return seen, err
}

// added is what a view shows that was not there before. What the kernel takes
// apart after the fact (links of a dead namespace, dying processes) gets a moment to go.
func added(v view, before map[string]bool) ([]string, error) {
	deadline := time.Now().Add(2 * time.Second)
	for {
		runtime.GC() // runs the finalizers of files that were dropped
		now, err := observe(v)
		if err != nil {
			return nil, err
		}
		var left []string
		for what := range now {
			if !before[what] {
				left = append(left, what)
			}
		}
		if len(left) == 0 || time.Now().After(deadline) {
			slices.Sort(left)
			return left, nil
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// joinMachine says to other test runs that this one is at work on the machine,
// by a shared lock on the directory for temporary files.
func joinMachine() (*os.File, error) {
	f, err := os.Open(os.TempDir())
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_SH); err != nil {
		f.Close()
		return nil, fmt.Errorf("flock %s: %w", f.Name(), err)
	}
	return f, nil
}

// leftovers is added for the whole machine. If something is left, it waits
// until no other test run is at work; sure is false if that does not come to pass.
func leftovers(v view, before map[string]bool, lock *os.File) (left []string, sure bool, err error) {
	left, err = added(v, before)
	if err != nil || len(left) == 0 {
		return nil, true, err
	}
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil {
			left, err = added(v, before)
			return left, true, err
		}
	}
	left, err = added(v, before)
	return left, false, err
}

// warmUp makes Go open the descriptors it keeps for its poller and for starting
// processes, and pathrs the proc file system it resolves paths with.
func warmUp() {
	if proc, err := procfs.OpenProcRoot(); err == nil {
		proc.Close()
	}
	if r, w, err := os.Pipe(); err == nil {
		r.SetReadDeadline(time.Time{})
		r.Close()
		w.Close()
	}
}

func links(add func(string, ...any)) error {
	all, err := net.Interfaces()
	for _, l := range all {
		add("link %d %s", l.Index, l.Name)
	}
	return err
}

func names(add func(string, ...any)) error {
	return list("/run/netns", func(name string) { add("network namespace named %s", name) })
}

func mounts(add func(string, ...any)) error {
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if f := strings.Fields(lines.Text()); len(f) > 6 {
			add("mount %s at %s", f[0], f[4])
		}
	}
	return lines.Err()
}

// cgroupDepth covers the mount points of the hierarchies and two levels of groups.
const cgroupDepth = 3

func cgroups(add func(string, ...any)) error {
	const root = "/sys/fs/cgroup"
	var walk func(dir string, depth int)
	walk = func(dir string, depth int) {
		entries, _ := os.ReadDir(dir) // a group may vanish meanwhile
		for _, e := range entries {
			if e.IsDir() {
				path := filepath.Join(dir, e.Name())
				add("cgroup %s", path)
				if depth < cgroupDepth {
					walk(path, depth+1)
				}
			}
		}
	}
	walk(root, 1)
	return nil
}

func ipc(add func(string, ...any)) error {
	for _, kind := range []string{"msg", "sem", "shm"} {
		text, err := os.ReadFile("/proc/sysvipc/" + kind)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		for i, line := range strings.Split(string(text), "\n") {
			if f := strings.Fields(line); i > 0 && len(f) > 1 {
				add("System V %s %s", kind, f[1])
			}
		}
	}
	return nil
}

// files are the temporary files that this program's scripts and tests name after it.
func files(add func(string, ...any)) error {
	for _, dir := range []string{"/tmp", "/run"} {
		if err := list(dir, func(name string) {
			if strings.HasPrefix(name, "nslua") {
				add("file %s/%s", dir, name)
			}
		}); err != nil {
			return err
		}
	}
	return nil
}

func children(add func(string, ...any)) error {
	tasks, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil {
		return err
	}
	for _, t := range tasks {
		pids, err := os.ReadFile(t)
		if err != nil {
			continue // the thread has ended
		}
		for _, pid := range strings.Fields(string(pids)) {
			name, err := os.ReadFile("/proc/" + pid + "/comm")
			if err == nil {
				add("process %s (%s)", pid, bytes.TrimSpace(name))
			}
		}
	}
	return nil
}

func descriptors(add func(string, ...any)) error {
	return list("/proc/self/fd", func(fd string) {
		if target, err := os.Readlink("/proc/self/fd/" + fd); err == nil { // else it was the listing's own
			add("descriptor %s of %s", fd, target)
		}
	})
}

func list(dir string, f func(name string)) error {
	d, err := os.Open(dir)
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrPermission) {
		return nil
	}
	if err != nil {
		return err
	}
	all, err := d.Readdirnames(-1)
	d.Close()
	for _, name := range all {
		f(name)
	}
	return err
}
