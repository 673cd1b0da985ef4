package nsfork

import (
	"golang.org/x/sys/unix"
	"nslua/bindings/internal/nsfork/early"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A state is what a process knows about itself.
type state struct {
	PID, PPID, PGID, SID          int
	UID, GID                      [3]int
	Groups                        []int
	NS                            map[string]uint64
	Files                         []int
	Dir                           string
	Host, Domain                  string
	Blocked, Ignored              uint64
	Nice, Umask, NoNewPrivs       int
	Pdeathsig                     int
	NoFile                        [2]uint64
	Core                          syscall.Rlimit
	Boottime                      time.Duration
	Monotonic                     time.Duration
	UIDMap, GIDMap, Setgroups     string
	RootPropagation, ProcPID1Args string
	Cgroup                        string
	Env                           []string
}

func currentState() (s state) {
	s.Files = openFiles()
	s.PID, s.PPID, s.PGID = os.Getpid(), os.Getppid(), unix.Getpgrp()
	s.SID, _ = unix.Getsid(0)
	s.UID[0], s.UID[1], s.UID[2] = unix.Getresuid()
	s.GID[0], s.GID[1], s.GID[2] = unix.Getresgid()
	s.Groups, _ = unix.Getgroups()
	s.NS = map[string]uint64{}
	for _, k := range kinds {
		s.NS[k.name] = inode("/proc/self/ns/" + k.name)
	}
	s.Dir, _ = os.Getwd()
	var u unix.Utsname
	unix.Uname(&u)
	s.Host, s.Domain = unix.ByteSliceToString(u.Nodename[:]), unix.ByteSliceToString(u.Domainname[:])
	s.Blocked, s.Ignored = statusMask("SigBlk:"), statusMask("SigIgn:")
	prio, _ := unix.Getpriority(unix.PRIO_PROCESS, 0)
	s.Nice = 20 - prio
	s.Umask = unix.Umask(0)
	s.NoNewPrivs, _ = unix.PrctlRetInt(unix.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)
	var sig int32
	unix.Prctl(unix.PR_GET_PDEATHSIG, pointer(&sig), 0, 0, 0)
	s.Pdeathsig = int(sig)
	s.NoFile[0], s.NoFile[1], _ = early.NoFile()
	syscall.Getrlimit(unix.RLIMIT_CORE, &s.Core)
	s.Boottime, s.Monotonic = clock(unix.CLOCK_BOOTTIME), clock(unix.CLOCK_MONOTONIC)
	s.UIDMap, s.GIDMap, s.Setgroups = text("/proc/self/uid_map"), text("/proc/self/gid_map"), text("/proc/self/setgroups")
	for _, line := range strings.Split(text("/proc/self/mountinfo"), "\n") {
		if f := strings.Fields(line); len(f) > 6 && f[4] == "/" {
			s.RootPropagation = f[6]
		}
	}
	s.ProcPID1Args = text("/proc/1/cmdline")
	s.Cgroup = text("/proc/self/cgroup")
	s.Env = os.Environ()
	return s
}

func openFiles() (fds []int) {
	for fd := range 512 {
		if _, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil {
			fds = append(fds, fd)
		}
	}
	return fds
}

func inode(path string) uint64 {
	var st unix.Stat_t
	unix.Stat(path, &st)
	return st.Ino
}

func statusMask(field string) uint64 {
	n, err := strconv.ParseUint(line("/proc/thread-self/status", field), 16, 64)
	if err != nil {
		return 1<<64 - 1 // no mask has all signals
	}
	return n
}

// line returns what follows a prefix in a file.
func line(path, prefix string) string {
	for line := range strings.Lines(text(path)) {
		if v, ok := strings.CutPrefix(line, prefix); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// text reads a file, with the spaces in its lines made equal.
func text(path string) string {
	b, _ := os.ReadFile(path)
	var lines []string
	for line := range strings.Lines(string(b)) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	return strings.Join(lines, "\n")
}

func clock(id int32) time.Duration {
	var ts unix.Timespec
	unix.ClockGettime(id, &ts)
	return time.Duration(ts.Nano())
}
