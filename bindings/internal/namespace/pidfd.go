package namespace

import "golang.org/x/sys/unix"

// Of <linux/pidfd.h>: numbers of ioctls on a pidfd, since Linux 6.11, and a flag of pidfd_open(2), since 6.9.
var pidfdRequests = map[string]uint{
	"cgroup": 0xff01, "ipc": 0xff02, "mnt": 0xff03, "net": 0xff04, "pid": 0xff05, "pid_for_children": 0xff06,
	"time": 0xff07, "time_for_children": 0xff08, "user": 0xff09, "uts": 0xff0a,
}

const pidfdThread = unix.O_EXCL // PIDFD_THREAD

// openCurrent opens a namespace of the calling thread: by a pidfd where there is no /proc.
func openCurrent(k Kind, children bool) (fd int, err error) {
	fd, err = unix.Open(link("thread-self", k, children), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != unix.ENOENT {
		return fd, err
	}
	pidfd, pidfdErr := unix.PidfdOpen(unix.Gettid(), pidfdThread)
	if pidfdErr != nil {
		return -1, err
	}
	defer unix.Close(pidfd)
	name := k.Name
	if children && (name == "pid" || name == "time") {
		name += "_for_children"
	}
	if fd, pidfdErr = unix.IoctlRetInt(pidfd, pidfdRequests[name]); pidfdErr != nil {
		return -1, err
	}
	return fd, nil
}
