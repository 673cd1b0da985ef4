package ktrace

import (
	"fmt"
	"maps"
	"os"
	"strconv"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

// task is a thread that is traced.
type task struct {
	pid        int
	thread     bool // of a process that is followed already: to be let go
	memory     *memory
	place      uint64         // address of its lua.Place, 0 if it has none
	current    *invocation    // the call that it is in, if that is shown
	cloneFlags uint64         // of the clone that it is in
	fds        map[int]string // files it has opened, where /proc does not tell
	netlink    map[int][]*request
	held       []string // lines about a search for a program that has not found it yet
}

// fork makes the task for a child.
func (t *task) fork(pid int) *task {
	c := &task{pid: pid, thread: t.cloneFlags&unix.CLONE_THREAD != 0, place: t.place}
	if c.thread {
		return c
	}
	c.fds = t.allFiles()
	if t.cloneFlags&unix.CLONE_VM != 0 {
		c.memory = t.memory.share()
	} else {
		c.memory = openMemory(pid)
	}
	return c
}

// origin is the chunk and line of the script, "" if nothing is being called.
func (t *task) origin() string {
	if t.place == 0 {
		return ""
	}
	var p lua.Place
	b := unsafe.Slice((*byte)(unsafe.Pointer(&p)), unsafe.Sizeof(p))
	if t.memory.read(t.place, b) < len(b) || p.Line <= 0 || p.Len <= 0 || int(p.Len) > len(p.Chunk) {
		return ""
	}
	return fmt.Sprintf("%s:%d", p.Chunk[:p.Len], p.Line)
}

// file is what a descriptor stands for: a path, "net:[4026531833]", "socket:[123]"; "" if that can't be found out.
func (t *task) file(fd int) string {
	if name, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", t.pid, fd)); err == nil {
		return name
	}
	return t.fds[fd]
}

// allFiles are the names of all descriptors, for a child that closes its /proc to
// an unprivileged tracer: those that join namespaces do.
func (t *task) allFiles() map[int]string {
	all := maps.Clone(t.fds)
	if all == nil {
		all = map[int]string{}
	}
	if os.Geteuid() == 0 {
		return all
	}
	dir := fmt.Sprintf("/proc/%d/fd", t.pid)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return all
	}
	for _, e := range entries {
		if fd, err := strconv.Atoi(e.Name()); err == nil {
			all[fd], _ = os.Readlink(dir + "/" + e.Name())
		}
	}
	return all
}

// opened remembers a file for the same reason.
func (t *task) opened(fd int, name string) {
	if t.fds == nil {
		t.fds = map[int]string{}
	}
	t.fds[fd] = name
}

// absolute is the path that a call means, as the process sees it.
func (t *task) absolute(dirfd int, path string) string {
	if strings.HasPrefix(path, "/") {
		return path
	}
	dir := ""
	if dirfd == unix.AT_FDCWD {
		dir, _ = os.Readlink(fmt.Sprintf("/proc/%d/cwd", t.pid))
	} else {
		dir = t.file(dirfd)
	}
	if path == "" {
		return dir
	}
	return strings.TrimSuffix(dir, "/") + "/" + path
}

// pidFor is a process's number as another process sees it: in the latter's pid namespace.
func pidFor(pid, observer int) int {
	depth := len(strings.Fields(status(observer, "NSpid")))
	ids := strings.Fields(status(pid, "NSpid"))
	if depth == 0 || depth > len(ids) {
		return pid
	}
	n, err := strconv.Atoi(ids[depth-1])
	if err != nil {
		return pid
	}
	return n
}
