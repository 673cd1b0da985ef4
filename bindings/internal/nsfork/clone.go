package nsfork

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// cloneArgs is struct clone_args, see clone3(2).
type cloneArgs struct {
	flags, pidfd, childTID, parentTID, exitSignal uint64
	stack, stackSize, tls, setTID, setTIDSize     uint64
	cgroup                                        uint64
}

// cloneFlags returns the flags of the first clone. The pidfd of a process that
// goes away again is of no use.
func (l *launch) cloneFlags() uintptr {
	flags := uintptr(l.cloned)
	if l.vfork {
		flags |= unix.CLONE_VM | unix.CLONE_VFORK
	}
	if !l.split {
		flags |= unix.CLONE_PIDFD
	}
	return flags
}

// useClone makes clone(2) the first fork.
func (p *program) useClone(flags uintptr) {
	p.clone = [4]uintptr{unix.SYS_CLONE, flags | uintptr(unix.SIGCHLD), 0, uintptr(unsafe.Pointer(&p.pidfd))}
}

// useClone3 makes clone3(2), into a cgroup, the first fork.
func (p *program) useClone3(flags uintptr, cgroup int) {
	p.cloneArgs = cloneArgs{
		flags:      uint64(flags | unix.CLONE_INTO_CGROUP),
		pidfd:      uint64(uintptr(unsafe.Pointer(&p.pidfd))),
		exitSignal: uint64(unix.SIGCHLD),
		cgroup:     uint64(cgroup),
	}
	p.clone = [4]uintptr{unix.SYS_CLONE3, uintptr(unsafe.Pointer(&p.cloneArgs)), unsafe.Sizeof(p.cloneArgs)}
}
