package nsfork

import (
	"bytes"
	"fmt"
	"strconv"

	"golang.org/x/sys/unix"
)

// openProc opens /proc, as a descriptor not below min, and makes sure that it
// is one.
func openProc(min int) (int, error) {
	fd, err := unix.Open("/proc", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, fmt.Errorf("open /proc: %w", err)
	}
	var st unix.Statfs_t
	if err = unix.Fstatfs(fd, &st); err == nil && st.Type != unix.PROC_SUPER_MAGIC {
		err = unix.ENODEV
	}
	if err != nil {
		unix.Close(fd)
		return -1, fmt.Errorf("statfs /proc: %w", err)
	}
	if fd, err = raise(fd, min); err != nil {
		return -1, fmt.Errorf("fcntl: %w", err)
	}
	return fd, nil
}

// foreign returns the joins that lead out of the namespaces that a child of
// this thread would be in anyway. What cannot be compared is kept: setns(2)
// will tell.
func foreign(joins []Join, proc int) []Join {
	var out []Join
	for _, j := range joins {
		var st unix.Statfs_t
		if unix.Fstatfs(j.FD, &st) == nil && st.Type == unix.NSFS_MAGIC {
			var target unix.Stat_t
			if unix.Fstat(j.FD, &target) == nil && isOwn(j.Type, &target, proc) {
				continue
			}
			out = append(out, j)
			continue
		}
		mask := j.Type
		for _, k := range kinds {
			var target unix.Stat_t
			if mask&k.flag != 0 && statOf(j.FD, k.pidfd, k.name, proc, &target) == nil && isOwn(k.flag, &target, proc) {
				mask &^= k.flag
			}
		}
		if mask != 0 {
			out = append(out, Join{mask, j.FD})
		}
	}
	return out
}

func isOwn(flag int, target *unix.Stat_t, proc int) bool {
	for _, k := range kinds {
		if k.flag != flag {
			continue
		}
		var own unix.Stat_t
		return unix.Fstatat(proc, "thread-self/ns/"+k.own, &own, 0) == nil &&
			own.Ino == target.Ino && own.Dev == target.Dev
	}
	return false
}

// statOf stats a namespace of a pidfd's process: by ioctl(2), or on kernels
// before 6.11 by the process's id.
func statOf(pidfd int, request uintptr, name string, proc int, st *unix.Stat_t) error {
	fd, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(pidfd), request, 0)
	if errno == 0 {
		defer unix.Close(int(fd))
		return unix.Fstat(int(fd), st)
	}
	pid, err := pidOf(pidfd, proc)
	if err != nil {
		return err
	}
	if err := unix.Fstatat(proc, strconv.Itoa(pid)+"/ns/"+name, st, 0); err != nil {
		return err
	}
	// Had the process ended meanwhile, this could be another one's.
	return unix.PidfdSendSignal(pidfd, 0, nil, 0)
}

// pidOf reads a pidfd's process id from fdinfo, see pidfd_open(2).
func pidOf(pidfd, proc int) (int, error) {
	fd, err := unix.Openat(proc, "thread-self/fdinfo/"+strconv.Itoa(pidfd), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	defer unix.Close(fd)
	buf := make([]byte, 1024)
	n, err := unix.Read(fd, buf)
	if err != nil {
		return 0, err
	}
	for line := range bytes.Lines(buf[:n]) {
		if v, ok := bytes.CutPrefix(line, []byte("Pid:")); ok {
			if pid, err := strconv.Atoi(string(bytes.TrimSpace(v))); err == nil && pid > 0 {
				return pid, nil
			}
		}
	}
	return 0, unix.ESRCH
}

func joinedKinds(joins []Join) (mask int) {
	for _, j := range joins {
		mask |= j.Type
	}
	return mask
}

// join appends the system calls that enter the namespaces.
//
// Without a user namespace in the list that is one setns(2) each. With one,
// the caller's capabilities reach the namespaces of its own user namespace, and
// are lost on entering the other; the capabilities gained there reach that
// one's. So the others are tried first, and those that were refused once more
// after it. One pidfd for all is simply handed to the kernel, which weighs it
// all at once.
func (p *program) join(joins []Join) {
	setns := func(j Join) *op {
		return p.call("setns("+kindNames(j.Type)+")", unix.SYS_SETNS, j.FD, j.Type)
	}
	if joinedKinds(joins)&unix.CLONE_NEWUSER == 0 {
		for _, j := range joins {
			setns(j)
		}
		return
	}
	early := make([]*op, len(joins))
	for i, j := range joins {
		if j.Type&unix.CLONE_NEWUSER == 0 {
			early[i] = setns(j)
			early[i].kind = opTry
		}
	}
	for _, j := range joins {
		if j.Type&unix.CLONE_NEWUSER != 0 {
			setns(j)
		}
	}
	for i, j := range joins {
		if early[i] != nil {
			early[i].relieves = setns(j)
		}
	}
}
