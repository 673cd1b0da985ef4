package nsfork

import (
	"syscall"
	"unsafe"

	_ "unsafe" // for go:linkname
)

// Everything in this file that runs after the fork runs in the child: on a
// borrowed or copied stack, without the Go scheduler, the garbage collector,
// write barriers or stack growth. It makes system calls and touches memory
// that was laid out before the fork, and nothing else.

// beforeFork blocks all signals on this thread.
//
//go:linkname beforeFork syscall.runtime_BeforeFork
func beforeFork()

// afterFork undoes beforeFork in the parent.
//
//go:linkname afterFork syscall.runtime_AfterFork
func afterFork()

// rawFork makes the clone(2) or clone3(2) system call trap.
//
//go:noescape
func rawFork(trap, a1, a2, a3 uintptr) (pid, errno uintptr)

// invoke makes the system call of an operation and sets its ret, -1 if there is
// an error.
//
//go:noescape
func invoke(o *op) (errno uintptr)

// fork runs the program in a new process and returns the process's id. With
// CLONE_VFORK that is after the program's last process ran its exec or ended.
//
//go:noinline
//go:norace
func fork(p *program) (pid, errno uintptr) {
	beforeFork()
	pid, errno = forkChild(p)
	afterFork()
	return pid, errno
}

// forkChild returns to the parent at once: a child that shares the parent's
// memory has been using this very frame.
//
//go:noinline
//go:norace
//go:nosplit
//go:nocheckptr
func forkChild(p *program) (pid, errno uintptr) {
	pid, errno = rawFork(p.clone[0], p.clone[1], p.clone[2], p.clone[3])
	if pid != 0 || errno != 0 {
		return pid, errno
	}
	runChild(p)
	return 0, 0
}

// runChild does not return. Signals stay blocked until the program unblocks
// them: a stray one cannot end the process between two steps, and none finds a
// Go handler in a process without Go.
//
//go:noinline
//go:norace
//go:nosplit
//go:nocheckptr
func runChild(p *program) {
	for p.sigdfl.arg[0] = 1; p.sigdfl.arg[0] <= maxSignal; p.sigdfl.arg[0]++ {
		invoke(&p.sigdfl)
	}
	if p.second == 0 {
		runOps(p, 0, p.n)
	} else {
		runOps(p, 0, p.second)
		if errno := forkSecond(p); errno != 0 {
			fail(p, p.second-1, errno)
		}
	}
	exit(p)
}

// forkSecond makes the second process and, from there, the third. All are
// siblings. Like forkChild it returns at once to the process that called it.
//
//go:noinline
//go:norace
//go:nosplit
//go:nocheckptr
func forkSecond(p *program) (errno uintptr) {
	pid, errno := rawFork(syscall.SYS_CLONE, p.splitFlags, 0, uintptr(unsafe.Pointer(&p.report.second)))
	if pid != 0 || errno != 0 {
		return errno
	}
	if p.third == 0 {
		runOps(p, p.second, p.n)
		exit(p)
	}
	runOps(p, p.second, p.third)
	// No memory is shared here, so both may use this frame.
	pid, errno = rawFork(syscall.SYS_CLONE, p.splitFlags, 0, uintptr(unsafe.Pointer(&p.report.third)))
	if errno != 0 {
		fail(p, p.third-1, errno)
	}
	if pid == 0 {
		runOps(p, p.third, p.n)
	}
	exit(p)
	return 0
}

// runOps runs the operations from index i up to index end. It returns when all
// of them succeeded and none of them was a successful exec.
//
//go:noinline
//go:norace
//go:nosplit
//go:nocheckptr
func runOps(p *program, i, end uintptr) {
	for ; i < end; i++ {
		o := *(**op)(unsafe.Add(p.base, i*unsafe.Sizeof(p.base)))
		if o.skip {
			continue
		}
		resolve(o)
		if o.kind == opExec {
			p.report.ready = 1
		}
		if errno := judge(p, o, i, invoke(o)); errno != 0 {
			fail(p, i, errno)
		}
	}
	if p.execErr != 0 {
		fail(p, p.execAt, p.execErr)
	}
}

// resolve puts the results that an operation wants among its arguments.
//
//go:noinline
//go:norace
//go:nosplit
//go:nocheckptr
func resolve(o *op) {
	if o.from[0] != nil {
		o.arg[0] = o.from[0].ret
	}
	if o.from[1] != nil {
		o.arg[1] = o.from[1].ret
	}
	if o.from[2] != nil {
		o.arg[2] = o.from[2].ret
	}
	if o.from[3] != nil {
		o.arg[3] = o.from[3].ret
	}
	if o.from[4] != nil {
		o.arg[4] = o.from[4].ret
	}
	if o.from[5] != nil {
		o.arg[5] = o.from[5].ret
	}
}

// judge returns the error that ends the child after an operation, or 0.
//
//go:noinline
//go:norace
//go:nosplit
//go:nocheckptr
func judge(p *program, o *op, i, errno uintptr) uintptr {
	switch {
	case errno == 0:
		if o.relieves != nil {
			o.relieves.skip = true
		}
		if o.kind == opExpect && o.ret != o.want {
			return uintptr(syscall.ESRCH)
		}
		if o.kind == opGetcwd && p.cwd[0] != '/' {
			return uintptr(syscall.EXDEV)
		}
		return 0
	case o.kind == opExec:
		// As execvp(3) has it: go on where there is no such file, or no right
		// to run it, and let the second outweigh the first.
		if errno != uintptr(syscall.EACCES) && errno != uintptr(syscall.ENOENT) && errno != uintptr(syscall.ENOTDIR) {
			return errno
		}
		if p.execErr == 0 || errno == uintptr(syscall.EACCES) && p.execErr != errno {
			p.execAt, p.execErr = i, errno
		}
		return 0
	case o.kind == opTry, errno == o.allow[0], errno == o.allow[1], errno == o.allow[2], errno == o.allow[3]:
		return 0
	}
	return errno
}

//go:noinline
//go:norace
//go:nosplit
//go:nocheckptr
func fail(p *program, i, errno uintptr) {
	p.report.step = uint64(i)
	p.report.errno = uint64(errno)
	exit(p)
}

//go:noinline
//go:norace
//go:nosplit
//go:nocheckptr
func exit(p *program) {
	for {
		invoke(&p.exit)
	}
}
