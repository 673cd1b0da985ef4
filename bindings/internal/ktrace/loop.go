package ktrace

import (
	"fmt"
	"io"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

// tracer is one run.
type tracer struct {
	out        io.Writer
	failed     bool // out has
	exe        unix.Stat_t
	first      int // the shell
	status     syscall.WaitStatus
	ended      bool // the shell has; status says how
	tasks      map[int]*task
	operations map[uint64]*operation // by system call number

	early    map[int]bool // stopped before their parent's event said what they are
	released map[int]bool // let go after the shell's end before that
}

// loop handles what the kernel reports until the shell has ended and all others are let go.
func (tr *tracer) loop() (syscall.WaitStatus, error) {
	for !tr.ended || len(tr.tasks)+len(tr.early) > 0 {
		var ws syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &ws, unix.WALL, nil)
		switch {
		case err == unix.EINTR:
			continue
		case err == unix.ECHILD && tr.ended:
			return tr.status, nil
		case err != nil:
			return 0, fmt.Errorf("trace: wait: %w", err)
		}
		if ws.Exited() || ws.Signaled() {
			tr.gone(pid, ws)
		} else if ws.Stopped() {
			tr.stopped(pid, ws)
		}
	}
	return tr.status, nil
}

// gone handles the end of a process.
func (tr *tracer) gone(pid int, ws syscall.WaitStatus) {
	if t := tr.tasks[pid]; t != nil {
		t.flushNetlink(tr)
		tr.flushHeld(t)
		if pid != tr.first && !t.thread && !tr.ended {
			tr.printEnd(t, ws)
		}
		tr.forget(t)
	}
	delete(tr.early, pid)
	// A parent that was killed may not have told of its child.
	for child := range tr.early {
		delete(tr.early, child)
		tr.tasks[child] = &task{pid: child, memory: openMemory(child)}
		tr.carryOn(child, 0)
	}
	if pid == tr.first {
		tr.status, tr.ended = ws, true
		for other := range tr.tasks {
			ptrace(unix.PTRACE_INTERRUPT, other, 0, 0) // let go at its next stop; it fails if it has just ended
		}
	}
}

func (tr *tracer) forget(t *task) {
	t.memory.release()
	delete(tr.tasks, t.pid)
}

// stopped handles a ptrace stop.
func (tr *tracer) stopped(pid int, ws syscall.WaitStatus) {
	t := tr.tasks[pid]
	sig, event := ws.StopSignal(), int(ws)>>16
	switch {
	case t == nil && tr.ended:
		delete(tr.early, pid)
		tr.released[pid] = true
		tr.detach(pid, 0)
	case t == nil:
		tr.early[pid] = true
	case tr.ended || t.thread:
		tr.release(t, sig, event)
	case sig == unix.SIGTRAP|0x80:
		tr.systemCall(t)
	case event == unix.PTRACE_EVENT_CLONE || event == unix.PTRACE_EVENT_FORK || event == unix.PTRACE_EVENT_VFORK:
		tr.forked(t)
	case event == unix.PTRACE_EVENT_EXEC:
		tr.executed(t)
	case event == unix.PTRACE_EVENT_STOP && sig != unix.SIGTRAP: // by SIGSTOP or job control: it stays stopped
		ptrace(unix.PTRACE_LISTEN, pid, 0, 0)
	case event != 0:
		tr.carryOn(pid, 0)
	default:
		tr.carryOn(pid, sig)
	}
}

// release lets a process go that is not followed, with the signal it was about to get.
func (tr *tracer) release(t *task, sig syscall.Signal, event int) {
	switch event {
	case 0:
		if sig == unix.SIGTRAP|0x80 {
			sig = 0
		}
	case unix.PTRACE_EVENT_CLONE, unix.PTRACE_EVENT_FORK, unix.PTRACE_EVENT_VFORK:
		// The child is traced as well: nothing must end before it is let go too.
		if child, err := eventMessage(t.pid); err == nil && tr.tasks[child] == nil && !tr.released[child] {
			tr.early[child] = true
		}
		sig = 0
	default:
		sig = 0
	}
	tr.flushHeld(t)
	tr.detach(t.pid, sig)
	tr.forget(t)
}

// carryOn resumes a process up to its next system call. One that has been killed
// meanwhile can't be, and is reported as ended soon.
func (tr *tracer) carryOn(pid int, sig syscall.Signal) { _ = tr.resume(pid, sig) }

func (tr *tracer) resume(pid int, sig syscall.Signal) error {
	return ptrace(unix.PTRACE_SYSCALL, pid, 0, uintptr(sig))
}

func (tr *tracer) detach(pid int, sig syscall.Signal) {
	_ = ptrace(unix.PTRACE_DETACH, pid, 0, uintptr(sig)) // fails if it was killed meanwhile
}

// forked handles a new process or thread.
func (tr *tracer) forked(t *task) {
	child, err := eventMessage(t.pid)
	if err != nil {
		tr.carryOn(t.pid, 0)
		return
	}
	c := tr.tasks[child]
	if c == nil {
		c = t.fork(child)
		tr.tasks[child] = c
	} else { // adopted already
		c.thread, c.place = t.cloneFlags&unix.CLONE_THREAD != 0, t.place
	}
	if in := t.current; in != nil && !c.thread {
		in.result, in.child = int64(pidFor(child, t.pid)), child
		tr.print(in)
	}
	t.current = nil
	if tr.early[child] {
		delete(tr.early, child)
		if c.thread {
			tr.detach(child, 0)
			tr.forget(c)
		} else {
			tr.carryOn(child, 0)
		}
	}
	tr.carryOn(t.pid, 0)
}

// executed handles an exec that succeeded. Another program is let go.
func (tr *tracer) executed(t *task) {
	t.held = nil
	if t.current != nil {
		t.current.result = 0
		tr.print(t.current)
		t.current = nil
	}
	t.memory.release()
	var exe unix.Stat_t
	err := unix.Stat(fmt.Sprintf("/proc/%d/exe", t.pid), &exe)
	if err == nil && exe.Dev == tr.exe.Dev && exe.Ino == tr.exe.Ino {
		t.memory, t.place, t.fds = openMemory(t.pid), 0, nil
		tr.carryOn(t.pid, 0)
		return
	}
	t.memory = nil
	tr.detach(t.pid, 0)
	tr.forget(t)
}

// systemCall handles the stop before or after a system call.
func (tr *tracer) systemCall(t *task) {
	info, err := getSyscallInfo(t.pid)
	if err != nil || info.arch != nativeArch {
		tr.carryOn(t.pid, 0)
		return
	}
	switch info.op {
	case unix.PTRACE_SYSCALL_INFO_ENTRY:
		if letGo := tr.entered(t, info.data[0], [6]uint64(info.data[1:7])); letGo {
			tr.detach(t.pid, 0)
			tr.forget(t)
			return
		}
	case unix.PTRACE_SYSCALL_INFO_EXIT:
		tr.left(t, int64(info.data[0]))
	}
	tr.carryOn(t.pid, 0)
}

// entered handles the entry of a system call and reports whether the process is to be let go now.
func (tr *tracer) entered(t *task, nr uint64, args [6]uint64) (letGo bool) {
	t.current = nil
	if nr == unix.SYS_PRCTL && args[0] == lua.PlaceOp {
		t.place = args[1]
		if t.place != 0 {
			ptrace(unix.PTRACE_POKEDATA, t.pid, uintptr(t.place), 1) // what can't be written is no place
		}
		return false
	}
	op := tr.operations[nr]
	if op == nil {
		return false
	}
	in := &invocation{t: t, op: op, args: args}
	if !in.enter() {
		return false
	}
	t.current = in
	if op.exec && os.Geteuid() != 0 && in.privileged() {
		tr.printDetached(in)
		return true
	}
	return false
}

// Results by which the kernel says that a call is to be made again after a signal.
const restartFirst, restartLast = -516, -512

// left handles the exit of a system call.
func (tr *tracer) left(t *task, result int64) {
	in := t.current
	t.current = nil
	if in == nil || result >= restartFirst && result <= restartLast {
		return
	}
	in.result = result
	switch {
	case in.op.done != nil:
		in.op.done(tr, in)
	case in.op.exec && (result == -int64(unix.ENOENT) || result == -int64(unix.ENOTDIR) || result == -int64(unix.EACCES)):
		t.held = append(t.held, in.line())
	case in.op.after == nil || in.op.after(in):
		tr.print(in)
	}
}
