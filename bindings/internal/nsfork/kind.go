package nsfork

import (
	"strings"

	"golang.org/x/sys/unix"
)

// kinds lists the kinds of namespaces by the names of their files in
// /proc/PID/ns, in the order in which the kernel installs them.
var kinds = [...]struct {
	flag int
	name string
	// own is the file that says where children of this thread will be.
	own string
	// pidfd is the ioctl(2) that opens the namespace of a pidfd's process.
	pidfd uintptr
}{
	{unix.CLONE_NEWUSER, "user", "user", 0xff09},
	{unix.CLONE_NEWNS, "mnt", "mnt", 0xff03},
	{unix.CLONE_NEWUTS, "uts", "uts", 0xff0a},
	{unix.CLONE_NEWIPC, "ipc", "ipc", 0xff02},
	{unix.CLONE_NEWPID, "pid", "pid_for_children", 0xff05},
	{unix.CLONE_NEWCGROUP, "cgroup", "cgroup", 0xff01},
	{unix.CLONE_NEWNET, "net", "net", 0xff04},
	{unix.CLONE_NEWTIME, "time", "time_for_children", 0xff07},
}

// allKinds is the mask of every kind of namespace.
const allKinds = unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC |
	unix.CLONE_NEWPID | unix.CLONE_NEWCGROUP | unix.CLONE_NEWNET | unix.CLONE_NEWTIME

// kindNames renders a mask as "user,net".
func kindNames(mask int) string {
	var names []string
	for _, k := range kinds {
		if mask&k.flag != 0 {
			names = append(names, k.name)
		}
	}
	return strings.Join(names, ",")
}
