package sys

import (
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// limits are the resources of getrlimit(2).
var limits = []struct {
	name string
	id   int
}{
	{"cpu", unix.RLIMIT_CPU}, {"fsize", unix.RLIMIT_FSIZE}, {"data", unix.RLIMIT_DATA}, {"stack", unix.RLIMIT_STACK},
	{"core", unix.RLIMIT_CORE}, {"rss", unix.RLIMIT_RSS}, {"nproc", unix.RLIMIT_NPROC}, {"nofile", unix.RLIMIT_NOFILE},
	{"memlock", unix.RLIMIT_MEMLOCK}, {"as", unix.RLIMIT_AS}, {"locks", unix.RLIMIT_LOCKS},
	{"sigpending", unix.RLIMIT_SIGPENDING}, {"msgqueue", unix.RLIMIT_MSGQUEUE}, {"nice", unix.RLIMIT_NICE},
	{"rtprio", unix.RLIMIT_RTPRIO}, {"rttime", unix.RLIMIT_RTTIME},
}

// Unlimited is the limit that is none.
const Unlimited = unix.RLIM_INFINITY

// Limit is a resource limit. The process may raise the soft one up to the hard one.
type Limit struct{ Soft, Hard uint64 }

// LimitNames are the names that GetLimit and SetLimit take.
func LimitNames() []string {
	names := make([]string, len(limits))
	for i, l := range limits {
		names[i] = l.name
	}
	return names
}

func limitID(name string) (int, error) {
	for _, l := range limits {
		if l.name == name {
			return l.id, nil
		}
	}
	return 0, fmt.Errorf("limit %s: %w", name, unix.EINVAL)
}

// GetLimit reads a limit of the process.
func GetLimit(name string) (Limit, error) {
	id, err := limitID(name)
	if err != nil {
		return Limit{}, err
	}
	var l syscall.Rlimit
	if err := syscall.Getrlimit(id, &l); err != nil {
		return Limit{}, fmt.Errorf("getrlimit %s: %w", name, err)
	}
	return Limit{l.Cur, l.Max}, nil
}

// SetLimit sets a limit of the process, which its children inherit.
func SetLimit(name string, l Limit) error {
	id, err := limitID(name)
	if err != nil {
		return err
	}
	// By package syscall, which then stops giving children the limit Go found at the start.
	if err := syscall.Setrlimit(id, &syscall.Rlimit{Cur: l.Soft, Max: l.Hard}); err != nil {
		return fmt.Errorf("setrlimit %s %d:%d: %w", name, l.Soft, l.Hard, err)
	}
	return nil
}

// Umask is the file mode creation mask; umask(2).
func Umask() uint32 {
	mask := unix.Umask(0o077)
	unix.Umask(mask)
	return uint32(mask)
}

// SetUmask sets it and returns the one before.
func SetUmask(mask uint32) uint32 { return uint32(unix.Umask(int(mask))) }

// Nice is the nice value of the calling thread, from -20 to 19; getpriority(2).
func Nice() (int, error) {
	raw, err := unix.Getpriority(unix.PRIO_PROCESS, 0)
	return 20 - raw, os.NewSyscallError("getpriority", err)
}

// SetNice sets the nice value of the calling thread, which the processes it starts inherit.
func SetNice(n int) error {
	if err := unix.Setpriority(unix.PRIO_PROCESS, 0, n); err != nil {
		return fmt.Errorf("setpriority %d: %w", n, err)
	}
	return nil
}
