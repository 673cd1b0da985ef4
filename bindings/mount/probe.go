package mount

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
)

// This file looks at why the kernel may have refused a call. Nothing here is asked before one has failed, but for InUserNS.

// InUserNS reports whether the process is in another user namespace than the system's first.
func InUserNS() bool {
	var st unix.Stat_t
	return unix.Stat("/proc/self/ns/user", &st) == nil && st.Ino != firstUserNS
}

// mayAdminister reports whether the thread has CAP_SYS_ADMIN in its user namespace.
func mayAdminister() bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		return false
	}
	return data[0].Effective&(1<<unix.CAP_SYS_ADMIN) != 0
}

// ownsNamespace reports whether the thread's namespace of a kind belongs to its user namespace; known is false if
// that can't be told.
func ownsNamespace(kindName string) (owns, known bool) {
	kind, err := namespace.ByName(kindName)
	if err != nil {
		return false, false
	}
	h, err := namespace.Current(kind, false)
	if err != nil {
		return false, false
	}
	defer h.Close()
	owner, err := h.Owner()
	if err != nil { // it is out of sight: above
		return false, lastErrno(err) == unix.EPERM
	}
	defer owner.Close()
	userKind, err := namespace.ByName("user")
	if err != nil {
		return false, false
	}
	mine, err := namespace.Current(userKind, false)
	if err != nil {
		return false, false
	}
	defer mine.Close()
	return owner.Same(mine), true
}

func lastErrno(err error) unix.Errno {
	errno, _ := bare(err).(unix.Errno)
	return errno
}

// obscured lists what is mounted over parts of the file systems of a type; the kernel gives no new one in a user
// namespace while each of those there is covered somewhere, or is not there at all. none: there is none.
func obscured(fsType string) (covers []string, none bool) {
	all, err := List(ListOptions{})
	if err != nil {
		return nil, false
	}
	none = true
	for _, m := range all {
		if m.Type != fsType || m.Root != "/" {
			continue
		}
		none = false
		before := len(covers)
		for _, c := range all {
			if c.Parent == m.ID {
				covers = append(covers, c.Target)
			}
		}
		if len(covers) == before {
			return nil, false
		}
	}
	return covers, none
}

// isMountRoot reports whether a path is where a mount is attached; true where the kernel, before 5.8, can't tell.
func isMountRoot(path string) bool {
	var st unix.Statx_t
	if err := unix.Statx(unix.AT_FDCWD, path, unix.AT_STATX_DONT_SYNC, unix.STATX_MNT_ID, &st); err != nil {
		return false
	}
	return st.Attributes_mask&unix.STATX_ATTR_MOUNT_ROOT == 0 || st.Attributes&unix.STATX_ATTR_MOUNT_ROOT != 0
}

// release is the kernel's version, as two numbers.
func release() (major, minor int) {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return 0, 0
	}
	fmt.Sscanf(unix.ByteSliceToString(u.Release[:]), "%d.%d", &major, &minor)
	return major, minor
}

// use is one way in which a process holds on to a mount.
type use struct {
	pid  int
	name string
	how  string // "working directory", "fd 7"
}

// usesOf finds what the processes in sight hold on some mounts.
func usesOf(mounts map[uint64]bool) []use {
	var uses []use
	dirs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil
	}
	for _, dir := range dirs {
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil {
			continue
		}
		comm, err := os.ReadFile(dir + "/comm")
		if err != nil {
			continue // it has ended
		}
		name := strings.TrimSpace(string(comm))
		if pid == os.Getpid() {
			name += ", this process"
		}
		on := func(link, how string) {
			if p, err := pointAt(unix.AT_FDCWD, dir+"/"+link, 0); err == nil && mounts[p.mount] {
				uses = append(uses, use{pid, name, how})
			}
		}
		on("cwd", "working directory")
		on("root", "root directory")
		on("exe", "program")
		fds, err := os.ReadDir(dir + "/fd")
		if err != nil {
			continue // not ours to see
		}
		for _, fd := range fds {
			on("fd/"+fd.Name(), "fd "+fd.Name())
		}
	}
	return uses
}
