package nsfork

import (
	"encoding/binary"
	"fmt"
	"path"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// build lays out the child's program. See Spec for the order.
func (l *launch) build() (*program, error) {
	p := newProgram(l.report)
	l.enter(p)
	if l.split {
		l.splitOff(p)
	}
	l.furnish(p)
	results := l.steps(p, l.spec.Steps, nil)
	dir, exe := l.installFiles(p)
	l.identify(p)
	l.moveTo(p, dir)
	l.finish(p, results, exe)
	return p, p.seal()
}

// enter appends the way into cgroups and namespaces.
func (l *launch) enter(p *program) {
	s := l.spec
	var offsets *op
	if s.Offsets != (TimeOffsets{}) {
		// While the file belongs to us: changes of identity give it to root.
		offsets = p.call("open timens_offsets", unix.SYS_OPENAT, l.proc, "self/timens_offsets", unix.O_WRONLY|unix.O_CLOEXEC)
	}
	for _, fd := range s.CgroupProcs {
		p.call("write cgroup.procs", unix.SYS_WRITE, fd, "0", 1)
	}
	if s.CgroupFD.set && !l.intoCgroup {
		fd := p.call("open cgroup.procs", unix.SYS_OPENAT, s.CgroupFD.value, "cgroup.procs", unix.O_WRONLY|unix.O_CLOEXEC)
		p.call("write cgroup.procs", unix.SYS_WRITE, fd, "0", 1)
	}
	if len(l.joins) > 0 {
		// A process of a namespace that we enter must neither trace us nor
		// reach our memory or executable: CVE-2019-5736.
		p.call("prctl(PR_SET_DUMPABLE)", unix.SYS_PRCTL, unix.PR_SET_DUMPABLE, 0)
		p.join(l.joins)
		if joinedKinds(l.joins)&unix.CLONE_NEWUSER != 0 {
			p.becomeRoot()
		}
	}
	rest := s.New &^ l.cloned
	if l.nested {
		rest &^= unix.CLONE_NEWPID
	}
	if rest != 0 {
		p.call("unshare("+kindNames(rest)+")", unix.SYS_UNSHARE, rest).creates = true
	}
	if s.New&unix.CLONE_NEWUSER != 0 && l.mapped() {
		if l.handshake {
			l.awaitMaps(p)
		} else {
			p.writeMapFiles(l.proc, "self", s.mapFiles())
		}
		p.becomeRoot()
	}
	if offsets != nil {
		text := s.Offsets.text()
		p.call("write timens_offsets", unix.SYS_WRITE, offsets, text, len(text))
	}
}

// splitOff appends the second process, which is in the pid and time namespaces
// that the first one chose for its children, and the third where it takes one.
func (l *launch) splitOff(p *program) {
	flags := unix.CLONE_PARENT | unix.CLONE_PARENT_SETTID | uintptr(unix.SIGCHLD)
	if l.vfork {
		flags |= unix.CLONE_VM | unix.CLONE_VFORK
	}
	p.split("clone into "+kindNames(l.inside()&(unix.CLONE_NEWPID|unix.CLONE_NEWTIME)), flags)
	if l.nested {
		p.call("unshare(pid)", unix.SYS_UNSHARE, unix.CLONE_NEWPID).creates = true
		p.split("clone into pid", flags)
		// The id as the parent sees it, which no process in between knows.
		p.call("send credentials", unix.SYS_WRITE, l.child, "!", 1)
	}
}

// awaitMaps appends the pause in which the parent writes the maps.
func (l *launch) awaitMaps(p *program) {
	// A writer without root's rights over us, as below a joined user
	// namespace, opens our files in /proc only while they are our own.
	exposed := len(l.joins) > 0 && unix.Geteuid() != 0
	if exposed {
		p.call("prctl(PR_SET_DUMPABLE)", unix.SYS_PRCTL, unix.PR_SET_DUMPABLE, 1)
	}
	p.call("await identity maps", unix.SYS_WRITE, l.child, "?", 1)
	// The end of the parent does not show on the socket, of which a child
	// forked at the same time may hold a copy.
	p.poll("await identity maps", []int{l.child, l.self}, -1)
	p.expect(1, "await identity maps", unix.SYS_RECVFROM, l.child, make([]byte, 1), 1, unix.MSG_DONTWAIT)
	if exposed {
		p.call("prctl(PR_SET_DUMPABLE)", unix.SYS_PRCTL, unix.PR_SET_DUMPABLE, 0)
	}
}

// poll appends a ppoll(2) for input.
func (p *program) poll(name string, fds []int, timeout time.Duration) *op {
	set := make([]byte, 0, 8*len(fds))
	for _, fd := range fds {
		set = binary.NativeEndian.AppendUint32(set, uint32(fd))
		set = binary.NativeEndian.AppendUint32(set, unix.POLLIN) // and no revents
	}
	if timeout < 0 {
		return p.call(name, unix.SYS_PPOLL, set, len(fds), 0, 0)
	}
	ts := unix.NsecToTimespec(int64(timeout))
	return p.call(name, unix.SYS_PPOLL, set, len(fds), unsafe.Pointer(&ts), 0)
}

// text renders the offsets for /proc/PID/timens_offsets; nanoseconds are
// counted from 0 up also below zero.
func (t TimeOffsets) text() string {
	line := func(clock string, d time.Duration) string {
		sec, nsec := d/time.Second, d%time.Second
		if nsec < 0 {
			sec, nsec = sec-1, nsec+time.Second
		}
		return fmt.Sprintf("%s %d %d\n", clock, sec, nsec)
	}
	return line("monotonic", t.Monotonic) + line("boottime", t.Boottime)
}

// furnish appends mounts and names.
func (l *launch) furnish(p *program) {
	s := l.spec
	if s.Propagation != 0 {
		p.call("mount --make /", unix.SYS_MOUNT, "none", "/", 0, s.Propagation, 0)
	}
	if s.Root != "" {
		p.call("chroot "+s.Root, unix.SYS_CHROOT, s.Root)
		p.call("chdir /", unix.SYS_CHDIR, "/")
	}
	if s.MountProc {
		p.call("mount /proc", unix.SYS_MOUNT, "proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, 0)
	}
	if s.Hostname != "" {
		p.call("sethostname "+s.Hostname, unix.SYS_SETHOSTNAME, s.Hostname, len(s.Hostname))
	}
	if s.Domainname != "" {
		p.call("setdomainname "+s.Domainname, unix.SYS_SETDOMAINNAME, s.Domainname, len(s.Domainname))
	}
}

// steps appends the caller's system calls and adds them to results, which are
// those before them.
func (l *launch) steps(p *program, steps []Step, results []*op) []*op {
	for _, st := range steps {
		args := make([]any, len(st.Args))
		for i, a := range st.Args {
			if r, ok := a.(Result); ok {
				a = results[r]
			}
			args[i] = a
		}
		results = append(results, p.call(st.Name, st.Nr, args...).allowing(st.Allow...))
	}
	return results
}

// identify appends the session, the limits and the credentials.
func (l *launch) identify(p *program) {
	s := l.spec
	if s.Setsid {
		p.call("setsid", unix.SYS_SETSID)
	}
	if s.Setpgid || s.Foreground && !s.Setsid {
		p.call("setpgid", unix.SYS_SETPGID, 0, s.Pgid)
	}
	if s.Ctty.set && s.Setsid {
		p.call("ioctl(TIOCSCTTY)", unix.SYS_IOCTL, s.Ctty.value, unix.TIOCSCTTY, 0)
	}
	if s.Foreground {
		group := p.call("getpgid", unix.SYS_GETPGID, 0)
		p.call("ioctl(TIOCSPGRP)", unix.SYS_IOCTL, s.Ctty.value, unix.TIOCSPGRP, resultAt{group})
	}
	for _, r := range l.rlimits() {
		p.call(fmt.Sprintf("prlimit(%d)", r.Resource), unix.SYS_PRLIMIT64, 0, r.Resource, unsafe.Pointer(&unix.Rlimit{Cur: r.Soft, Max: r.Hard}), 0)
	}
	if n, ok := s.Nice.Get(); ok {
		p.call("setpriority", unix.SYS_SETPRIORITY, unix.PRIO_PROCESS, 0, n)
	}
	if mask, ok := s.Umask.Get(); ok {
		p.call("umask", unix.SYS_UMASK, mask)
	}
	if len(s.Groups) > 0 {
		ids := make([]byte, 0, 4*len(s.Groups))
		for _, g := range s.Groups {
			ids = binary.NativeEndian.AppendUint32(ids, uint32(g))
		}
		p.call("setgroups", unix.SYS_SETGROUPS, len(s.Groups), ids)
	} else if s.ClearGroups {
		p.call("setgroups()", unix.SYS_SETGROUPS, 0, 0)
	}
	if id, ok := s.GID.Get(); ok {
		p.call(fmt.Sprintf("setresgid(%d)", id), unix.SYS_SETRESGID, id, id, id)
	}
	if id, ok := s.UID.Get(); ok {
		p.call(fmt.Sprintf("setresuid(%d)", id), unix.SYS_SETRESUID, id, id, id)
	}
}

// moveTo appends the change of the working directory.
func (l *launch) moveTo(p *program, dir any) {
	s := l.spec
	if dir != nil {
		p.call("fchdir", unix.SYS_FCHDIR, dir)
	}
	if s.Dir != "" {
		p.call("chdir "+s.Dir, unix.SYS_CHDIR, s.Dir)
	}
	if joinedKinds(l.joins)&unix.CLONE_NEWNS != 0 || s.Root != "" ||
		s.New&unix.CLONE_NEWNS != 0 && len(s.Steps) > 0 {
		p.call("getcwd", unix.SYS_GETCWD, unsafe.Pointer(&p.cwd), len(p.cwd)).kind = opGetcwd
	}
}

// finish appends what comes last, the exec included.
func (l *launch) finish(p *program, results []*op, exe any) {
	s := l.spec
	if s.Pdeathsig != 0 { // changes of credentials have cleared it
		p.call("prctl(PR_SET_PDEATHSIG)", unix.SYS_PRCTL, unix.PR_SET_PDEATHSIG, int(s.Pdeathsig))
		alive := p.poll("parent alive", []int{l.self}, 0)
		alive.kind, alive.want = opExpect, 0
	}
	if s.NoNewPrivs {
		p.call("prctl(PR_SET_NO_NEW_PRIVS)", unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
	}
	p.call("close_range", unix.SYS_CLOSE_RANGE, len(s.Files), ^uint32(0), unix.CLOSE_RANGE_CLOEXEC)
	for _, sig := range s.Ignore {
		ignore := make([]byte, unsafe.Sizeof(p.zero))
		ignore[0] = 1 // SIG_IGN
		p.call("rt_sigaction "+unix.SignalName(sig), unix.SYS_RT_SIGACTION, int(sig), ignore, 0, sigsetSize)
	}
	l.steps(p, s.Last, results)
	p.call("rt_sigprocmask", unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK, unsafe.Pointer(&p.zero), 0, sigsetSize)
	if exe != nil {
		p.call("execveat "+s.Argv[0], unix.SYS_EXECVEAT, exe, "", s.Argv, s.Env, unix.AT_EMPTY_PATH).kind = opExec
		return
	}
	if len(s.Paths) > 1 {
		p.sought = path.Base(s.Paths[0])
	}
	for _, file := range s.Paths {
		p.call("exec "+file, unix.SYS_EXECVE, file, s.Argv, s.Env).kind = opExec
	}
}
