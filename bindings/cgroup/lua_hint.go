package cgroup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

// explained adds what rule was probably behind an error, as probed now.
func explained(h *Host, err error) error {
	if err == nil {
		return nil
	}
	return lua.WithHint(err, hint(h, err))
}

func hint(h *Host, err error) string {
	var unsupported *Unsupported
	var absent *Absent
	var controller *ControllerError
	var file *fs.PathError
	switch {
	case errors.As(err, &unsupported):
		return unsupported.Instead
	case errors.As(err, &absent):
		return whyAbsent(h, absent.Controller)
	case errors.As(err, &controller):
		return whyNotEnabled(controller)
	case h == nil:
		return `mount one first: mount.new("cgroup2", "/sys/fs/cgroup")`
	case errors.Is(err, fs.ErrPermission):
		return whyDenied(h)
	case errors.Is(err, unix.ENODEV) && errors.As(err, &file) && strings.HasPrefix(path.Base(file.Path), "io."):
		return whyNoDevice(file.Op)
	case errors.As(err, &file):
		return whyFile(file)
	case errors.Is(err, fs.ErrNotExist):
		return "cgroup.list() shows those in reach"
	}
	return ""
}

// whyAbsent tells where a controller is, if anywhere. See /proc/cgroups in cgroups(7).
func whyAbsent(h *Host, controller string) string {
	if h != nil && h.V2 != nil {
		if text, err := readFile(h.V2.Dir + "/cgroup.controllers"); err == nil && strings.Contains(" "+strings.TrimSpace(text)+" ", " "+controller+" ") {
			return fmt.Sprintf("%s is at the root of cgroup v2, but not passed on to this cgroup: a cgroup above it must have it in cgroup.subtree_control", controller)
		}
	}
	name := controller
	if name == "io" {
		name = "blkio"
	}
	text, err := readFile("/proc/cgroups")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) != 4 || f[0] != name {
			continue
		}
		switch {
		case f[3] == "0":
			return "this kernel was started with cgroup_disable=" + name
		case f[1] != "0":
			return fmt.Sprintf("%s is on a v1 hierarchy that is not mounted here: mount.new(\"cgroup\", \"/sys/fs/cgroup/%s\", {options = \"%s\"})", name, name, name)
		}
		return fmt.Sprintf("the kernel has %s, but the cgroup v2 that is mounted here does not show it: is this a container, or a cgroup namespace?", controller)
	}
	return "this kernel was built without the controller " + controller + modeHint(h)
}

func modeHint(h *Host) string {
	if h == nil {
		return ""
	}
	all, err := h.Controllers()
	if err != nil {
		return ""
	}
	return "; here are " + words(sortedKeys(all))
}

// whyNotEnabled explains a refusal of cgroup.subtree_control.
func whyNotEnabled(e *ControllerError) string {
	kind, _ := readFile(e.dir + "/cgroup.type")
	switch {
	case errors.Is(e.Err, unix.EBUSY):
		pids, err := ids(e.dir, "cgroup.procs", false)
		if err != nil || len(pids) == 0 {
			return ""
		}
		return fmt.Sprintf("a cgroup of v2 has either processes or controllers for those below it (the rule of no internal processes), and %s has %s: "+
			"move them to a cgroup below it first, as in cgroup.open(%q):move(cgroup.create(%q))",
			e.Cgroup, processes(pids), e.Cgroup, path.Join(e.Cgroup, "main"))
	case errors.Is(e.Err, unix.EOPNOTSUPP), errors.Is(e.Err, unix.ENODEV) && strings.HasPrefix(kind, "threaded"):
		return fmt.Sprintf("cgroup %s is %q: below a threaded cgroup there are only controllers that know threads (cpu, cpuset, perf_event, pids)", e.Cgroup, strings.TrimSpace(kind))
	case errors.Is(e.Err, unix.ENODEV):
		return whyAbsent(e.host, e.Controller)
	case errors.Is(e.Err, fs.ErrPermission):
		return whyDenied(e.host)
	}
	return ""
}

func processes(pids []int) string {
	if len(pids) == 1 {
		return fmt.Sprintf("process %d", pids[0])
	}
	return fmt.Sprintf("%d processes (%d, %d…)", len(pids), pids[0], pids[1])
}

// whyDenied is for users without a cgroup of their own.
func whyDenied(h *Host) string {
	if os.Geteuid() == 0 {
		if h.V2 != nil && readOnly(h.V2.Dir) || len(h.V1) > 0 && readOnly(h.V1[0].Dir) {
			return "the hierarchy is mounted read-only here, as containers have it"
		}
		return "root of a user namespace owns only the cgroups that were given to it"
	}
	if h.V2 == nil {
		return "on cgroup v1 an ordinary user has no cgroups unless root makes a directory and gives it to them with chown, on every hierarchy"
	}
	if base, err := h.Base(); err == nil {
		return fmt.Sprintf("%s is this user's: a path without a slash in front is below it. A process can be moved only between cgroups "+
			"below one that is this user's: start it inside, as with proc.start{…, cgroup = cg}", base)
	}
	if exists("/run/systemd/system") {
		return "this user has no cgroup here; systemd gives one: systemd-run --user --scope -p Delegate=yes nslua …"
	}
	return "this user has no cgroup here: root gives one with chown on its directory, cgroup.procs, cgroup.threads and cgroup.subtree_control"
}

func readOnly(dir string) bool {
	var st unix.Statfs_t
	return unix.Statfs(dir, &st) == nil && st.Flags&unix.ST_RDONLY != 0
}

// whyNoDevice looks whether a limit was for a partition.
func whyNoDevice(operation string) string {
	text, err := strconv.Unquote(strings.TrimSuffix(strings.TrimPrefix(operation, "write "), " to"))
	if err != nil {
		return ""
	}
	number, _, _ := strings.Cut(text, " ")
	if disk := wholeDisk(number); disk != "" {
		return "limits are for whole disks: use " + disk
	}
	return ""
}

func whyFile(e *fs.PathError) string {
	dir, name := path.Split(e.Path)
	dir = strings.TrimSuffix(dir, "/")
	switch {
	case e.Op == "mkdir" && errors.Is(e.Err, unix.EEXIST):
		return "cgroup.open opens it; `nslua gc` removes what a shell that was killed has left"
	case e.Op == "mkdir" && errors.Is(e.Err, unix.EAGAIN):
		return "cgroup.max.depth or cgroup.max.descendants of a cgroup above it is reached"
	case e.Op == "rmdir" && errors.Is(e.Err, unix.EBUSY):
		return whyNotRemoved(e.Path)
	case strings.HasPrefix(name, "cgroup.procs") || name == "tasks" || name == "cgroup.threads":
		return whyNotAdded(dir, e.Err)
	case name == "memory.limit_in_bytes" && errors.Is(e.Err, unix.EBUSY):
		if n, err := number(dir + "/memory.usage_in_bytes"); err == nil {
			return fmt.Sprintf("it uses %s, and the kernel can't take that away", size(n))
		}
	case strings.HasPrefix(name, "memory.") && errors.Is(e.Err, unix.EINVAL) && exists(dir+"/memory.memsw.limit_in_bytes"):
		return "on v1 the limit of memory can't be above that of memory and swap together: set memory and swap in one call"
	case name == "cgroup.type" && errors.Is(e.Err, unix.EOPNOTSUPP):
		return whyNotThreaded(path.Dir(dir))
	case strings.HasPrefix(name, "cpu.cfs_") && errors.Is(e.Err, unix.EINVAL):
		return "on v1 a cgroup can have no more processors than the one above it, and no less than those below it"
	case strings.HasSuffix(name, ".pressure") && errors.Is(e.Err, unix.EINVAL):
		return "a window is 500ms to 10s long and the stall in it shorter; without CAP_SYS_RESOURCE it is a multiple of 2s"
	case strings.HasPrefix(name, "cpuset.cpus") && errors.Is(e.Err, unix.EINVAL), errors.Is(e.Err, unix.ERANGE):
		if text, err := readFile("/sys/devices/system/cpu/online"); err == nil {
			return "processors online: " + strings.TrimSpace(text)
		}
	case e.Op == "open" && missing(e.Err) && isDir(dir):
		return "this cgroup has no such file: the kernel does not know it, or its controller is not enabled above (cg:controllers() lists those that are)"
	}
	return ""
}

// whyNotThreaded is about the cgroup above one that is to become threaded.
func whyNotThreaded(above string) string {
	passed, err := readFile(above + "/cgroup.subtree_control")
	if err != nil || !strings.Contains(passed, "memory") && !strings.Contains(passed, "io") {
		return ""
	}
	return fmt.Sprintf("the cgroup above passes on %s, and some of these do not know threads: "+
		`take them away there first, as in cg:write("cgroup.subtree_control", "-memory")`, strings.TrimSpace(passed))
}

func whyNotRemoved(dir string) string {
	pids, err := ids(dir, "cgroup.procs", false)
	switch below := subdirs(dir); {
	case err == nil && len(pids) > 0:
		return "it has " + processes(pids) + ": cg:delete{kill = true} ends them"
	case len(below) > 0:
		return fmt.Sprintf("there are cgroups below it (%s): cg:delete{recursive = true} removes them too", words(below[:min(3, len(below))]))
	}
	return ""
}

// whyNotAdded explains why a cgroup takes no process.
func whyNotAdded(dir string, err error) string {
	kind, _ := readFile(dir + "/cgroup.type")
	passed, _ := readFile(dir + "/cgroup.subtree_control")
	switch {
	case errors.Is(err, unix.EBUSY) && strings.TrimSpace(passed) != "":
		return fmt.Sprintf("it has controllers (%s) enabled for those below it, and so can have no processes itself: add them to a cgroup below it", strings.TrimSpace(passed))
	case errors.Is(err, unix.EOPNOTSUPP) && strings.HasPrefix(kind, "domain invalid"):
		return `it is below a threaded cgroup and must become threaded too: cg:write("cgroup.type", "threaded")`
	case errors.Is(err, unix.EOPNOTSUPP):
		return fmt.Sprintf("its type is %q: it has threads, one by one, of the processes in its domain: cg:threads(), cg:add(tid, {thread = true})", strings.TrimSpace(kind))
	case errors.Is(err, unix.ENOSPC):
		return "its cpuset has no processors or no memory nodes: set cpus and mems first"
	case errors.Is(err, unix.EAGAIN):
		return "its limit of pids is reached"
	case errors.Is(err, unix.ESRCH):
		return "there is no such process, or it is a zombie"
	case errors.Is(err, unix.EINVAL):
		return "kernel threads can't be moved, nor can processes with real-time scheduling into a cgroup without real-time"
	}
	return ""
}
