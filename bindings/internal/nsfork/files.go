package nsfork

import (
	"nslua/bindings/internal/nsfork/early"

	"golang.org/x/sys/unix"
)

// installFiles appends the moving of Spec.Files to their numbers. Descriptors
// that are needed later are moved out of the way first; dir and exe say where
// those of Spec.DirFD and Spec.ExeFD are then, nil if there is none.
func (l *launch) installFiles(p *program) (dir, exe any) {
	files := l.spec.Files
	above := func(fd int) any {
		if fd >= len(files) {
			return fd
		}
		return p.call("fcntl(F_DUPFD_CLOEXEC)", unix.SYS_FCNTL, fd, unix.F_DUPFD_CLOEXEC, len(files))
	}
	if fd, ok := l.spec.DirFD.Get(); ok {
		dir = above(fd)
	}
	if fd, ok := l.spec.ExeFD.Get(); ok {
		exe = above(fd)
	}
	from := make([]any, len(files))
	for i, fd := range files {
		if fd != i {
			from[i] = above(fd)
		}
	}
	for i, fd := range from {
		if fd == nil {
			p.call("fcntl(F_SETFD)", unix.SYS_FCNTL, i, unix.F_SETFD, 0)
			continue
		}
		p.call("dup3", unix.SYS_DUP3, fd, i, 0)
	}
	return dir, exe
}

// raise moves a descriptor of ours to a number that the child's files do not
// take.
func raise(fd, min int) (int, error) {
	if fd >= min {
		return fd, nil
	}
	high, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, min)
	unix.Close(fd)
	return high, err
}

// rlimits returns the limits to set. Package syscall has raised the soft
// RLIMIT_NOFILE to one below the hard one; unless someone changed it since,
// the child gets back what we were started with.
func (l *launch) rlimits() []Rlimit {
	limits := l.spec.Rlimits
	soft, hard, ok := early.NoFile()
	var now unix.Rlimit
	if !ok || unix.Prlimit(0, unix.RLIMIT_NOFILE, nil, &now) != nil || now.Cur != hard-1 || now.Max != hard {
		return limits
	}
	for _, r := range limits {
		if r.Resource == unix.RLIMIT_NOFILE {
			return limits
		}
	}
	return append(limits[:len(limits):len(limits)], Rlimit{unix.RLIMIT_NOFILE, soft, hard})
}
