package nsfork

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Start starts the child and returns when it runs its program. Errors of its
// steps, and of the exec, are [StepError]s; nothing is left of the child then.
//
// Start may be called from many goroutines at once. The child comes out of the
// namespaces of the calling thread: a goroutine whose thread differs from the
// process's others has locked it.
//
// No other part of the process may wait for children it does not know, as
// wait4(-1) does: Start has short-lived ones of its own.
//
// What runs in a joined pid namespace, with the rights to do so, can stop or
// kill the child while it is being set up. Stopped, it keeps Start waiting.
func Start(s *Spec) (*Process, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	// Network namespaces are dismantled some time after their last process
	// ended, and count until then.
	for wait := 10 * time.Millisecond; ; wait *= 2 {
		p, err := start(s)
		var step *StepError
		if wait > 320*time.Millisecond || s.New&unix.CLONE_NEWNET == 0 ||
			!errors.As(err, &step) || step.Err != unix.ENOSPC || !step.creates {
			return p, err
		}
		time.Sleep(wait)
	}
}

// A launch is one attempt at a start.
type launch struct {
	spec  *Spec
	joins []Join // those of the spec that lead somewhere else

	vfork      bool // the child shares our memory until its exec
	split      bool // a second process is what runs the program,
	nested     bool // or a third: in a new pid namespace below a joined one
	handshake  bool // the parent writes the maps
	intoCgroup bool // clone3(2) puts the child into its cgroup
	cloned     int  // the new namespaces that the first clone makes

	report *report
	proc   int // /proc, -1 if there is none
	self   int // pidfd of this process
	child  int // the child's end of the socket for the handshake
	parent int // ours
	done   int // the pipe that the child's exec closes, -1 with vfork
}

func start(s *Spec) (_ *Process, err error) {
	l := &launch{spec: s, report: new(report), proc: -1, self: -1, child: -1, parent: -1, done: -1}
	if len(s.Join) > 0 || l.writesProc() {
		if l.proc, err = openProc(len(s.Files)); err != nil && l.writesProc() {
			return nil, err
		}
	}
	defer closeFDs(&l.proc, &l.self, &l.parent, &l.done)
	l.joins = foreign(s.Join, l.proc)
	l.choose()
	if !l.vfork {
		page, err := unix.Mmap(-1, 0, os.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_ANONYMOUS)
		if err != nil {
			return nil, fmt.Errorf("mmap: %w", err)
		}
		defer unix.Munmap(page)
		l.report = (*report)(unsafe.Pointer(unsafe.SliceData(page)))
	}
	if l.handshake || s.Pdeathsig != 0 {
		if l.self, err = unix.PidfdOpen(os.Getpid(), 0); err == nil {
			l.self, err = raise(l.self, len(s.Files))
		}
		if err != nil {
			return nil, fmt.Errorf("pidfd_open: %w", err)
		}
	}
	p, pid, err := l.fork()
	if err != nil {
		return nil, err
	}
	return l.conclude(p, pid)
}

// choose picks the way in which the child is made.
func (l *launch) choose() {
	s, joined := l.spec, joinedKinds(l.joins)
	l.intoCgroup = s.CgroupFD.set
	// Kernels enter a new time namespace with a new address space, and
	// those before 6.3 not with one that an exec makes. To enter an
	// existing one a process must be alone in its address space.
	timed := (joined|s.New)&unix.CLONE_NEWTIME != 0
	l.handshake = s.New&unix.CLONE_NEWUSER != 0 && l.mapped() && (len(l.joins) > 0 || !s.mayMapItself())
	l.nested = joined&s.New&unix.CLONE_NEWPID != 0
	l.vfork = !l.handshake && !timed && !l.nested
	if len(l.joins) == 0 && !timed {
		l.cloned = s.New
		if s.CgroupFD.set || len(s.CgroupProcs) > 0 {
			l.cloned &^= unix.CLONE_NEWCGROUP // its root is where the child is by then
		}
	}
	l.split = joined&unix.CLONE_NEWPID != 0 || s.New&^l.cloned&(unix.CLONE_NEWPID|unix.CLONE_NEWTIME) != 0
}

func (l *launch) mapped() bool {
	return l.spec.UIDMap != nil || l.spec.GIDMap != nil || l.spec.MapWriter != nil
}

// writesProc reports whether files in /proc are to be written.
func (l *launch) writesProc() bool { return l.mapped() || l.spec.Offsets != TimeOffsets{} }

func (l *launch) inside() int { return joinedKinds(l.joins) | l.spec.New }

// fork builds the program and forks. No child but this one has the child's end
// of the socket and the pipe: they exist in the parent under ForkLock only.
func (l *launch) fork() (p *program, pid int, err error) {
	syscall.ForkLock.Lock()
	defer syscall.ForkLock.Unlock()
	hold := -1
	defer closeFDs(&l.child, &hold)
	if l.handshake || l.nested {
		if err := l.pair(); err != nil {
			return nil, 0, fmt.Errorf("socketpair: %w", err)
		}
	}
	if !l.vfork {
		var ends [2]int
		if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
			return nil, 0, fmt.Errorf("pipe2: %w", err)
		}
		l.done = ends[0]
		if hold, err = raise(ends[1], len(l.spec.Files)); err != nil {
			return nil, 0, fmt.Errorf("fcntl: %w", err)
		}
	}
	if p, err = l.build(); err != nil {
		return nil, 0, err
	}
	if l.intoCgroup {
		p.useClone3(l.cloneFlags(), l.spec.CgroupFD.value)
		pid, err := p.run(l.vfork)
		if err != unix.ENOSYS && err != unix.EINVAL && err != unix.E2BIG {
			return p, pid, l.cloneError("clone3 into cgroup", err)
		}
		// Before Linux 5.7, or under a filter: the child moves itself.
		l.intoCgroup = false
		if p, err = l.build(); err != nil {
			return nil, 0, err
		}
	}
	p.useClone(l.cloneFlags())
	pid, err = p.run(l.vfork)
	return p, pid, l.cloneError("clone("+kindNames(l.cloned)+")", err)
}

// cloneError names a failed clone.
func (l *launch) cloneError(step string, err error) error {
	step = strings.TrimSuffix(step, "()")
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		return err
	}
	return &StepError{Step: step, Err: errno, creates: l.cloned != 0}
}

// pair makes the socket pair for the handshake, on which the child's messages
// tell their sender.
func (l *launch) pair() error {
	ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	l.parent = ends[0]
	if l.child, err = raise(ends[1], len(l.spec.Files)); err != nil {
		return err
	}
	return unix.SetsockoptInt(l.parent, unix.SOL_SOCKET, unix.SO_PASSCRED, 1)
}

// run forks, with ForkLock held, and mends what a child in our memory did to
// it: the prctl(2) attribute "dumpable" belongs to the memory.
func (p *program) run(vfork bool) (int, error) {
	dumpable := 0
	if vfork {
		dumpable, _ = unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	}
	pid, errno := fork(p)
	runtime.KeepAlive(p)
	if dumpable == 1 {
		unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0)
	}
	if errno != 0 {
		return 0, syscall.Errno(errno)
	}
	return int(pid), nil
}

// conclude sees the forked child through to its exec.
func (l *launch) conclude(p *program, pid int) (*Process, error) {
	pids, err := l.attend(p, pid)
	final, pidfd := pids[len(pids)-1], int(p.pidfd)
	var ws syscall.WaitStatus
	for _, pid := range pids[:len(pids)-1] {
		ws, _ = reap(pid)
	}
	if err == nil && l.report.ready == 0 {
		ws, _ = reap(final)
		closeFDs(&pidfd)
		return nil, fmt.Errorf("nsfork: set-up ended by signal %d: %w", int(ws.Signal()), unix.ECHILD)
	}
	if err == nil && pidfd < 0 {
		if pidfd, err = unix.PidfdOpen(final, 0); err != nil {
			err = fmt.Errorf("pidfd_open: %w", err)
		}
	}
	if err != nil {
		unix.Kill(final, unix.SIGKILL)
		reap(final)
		closeFDs(&pidfd)
		return nil, err
	}
	return &Process{PID: final, PidFD: pidfd}, nil
}

// attend does the parent's part until the child runs its program or has ended.
// It returns the processes that were made; the program is run by the last.
func (l *launch) attend(p *program, pid int) (pids []int, err error) {
	pids = []int{pid}
	if l.handshake {
		if err = l.answer(pid); err != nil {
			unix.Kill(pid, unix.SIGKILL)
		}
	}
	third := 0
	if l.nested && err == nil {
		third, err = readSender(l.parent)
	}
	closeFDs(&l.parent)
	if l.done >= 0 { // end of file: the exec, or the end of the child
		readByte(l.done)
	}
	if e := p.failure(); e != nil && err == nil {
		err = e
	}
	if l.report.second != 0 {
		pids = append(pids, int(l.report.second))
	}
	if third != 0 {
		pids = append(pids, third)
	}
	return pids, err
}

// answer writes the maps when the child asks for them, and tells it so.
func (l *launch) answer(pid int) error {
	if !readByte(l.parent) {
		return nil
	}
	if err := l.writeMaps(pid); err != nil {
		return err
	}
	_, err := unix.Write(l.parent, []byte("!"))
	if err != nil && err != unix.EPIPE {
		return fmt.Errorf("write to child: %w", err)
	}
	return nil
}

// readSender reads a message and returns the id of the process it is from, 0
// at the end of file.
func readSender(fd int) (pid int, err error) {
	var b [1]byte
	oob := make([]byte, unix.CmsgSpace(unix.SizeofUcred))
	n, oobn := 0, 0
	for {
		if n, oobn, _, _, err = unix.Recvmsg(fd, b[:], oob, 0); err != unix.EINTR {
			break
		}
	}
	if n == 0 || err != nil {
		return 0, err
	}
	messages, err := unix.ParseSocketControlMessage(oob[:oobn])
	if err != nil || len(messages) == 0 {
		return 0, err
	}
	cred, err := unix.ParseUnixCredentials(&messages[0])
	if err != nil {
		return 0, err
	}
	return int(cred.Pid), nil
}

// failure returns the error that the child reported, or nil.
func (p *program) failure() error {
	if p.report.errno == 0 {
		return nil
	}
	o, errno := p.ops[p.report.step], syscall.Errno(p.report.errno)
	e := &StepError{Step: o.name, Err: errno, Exec: o.kind == opExec, creates: o.creates}
	if e.Exec && p.sought != "" && (errno == unix.ENOENT || errno == unix.ENOTDIR) {
		e.Step = "exec " + p.sought
	}
	return e
}

// readByte reports whether there was a byte to read before the end of file.
func readByte(fd int) bool {
	var b [1]byte
	for {
		n, err := unix.Read(fd, b[:])
		if err != unix.EINTR {
			return n == 1
		}
	}
}

func closeFDs(fds ...*int) {
	for _, fd := range fds {
		if *fd >= 0 {
			unix.Close(*fd)
			*fd = -1
		}
	}
}
