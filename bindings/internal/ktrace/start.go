package ktrace

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/nsfork"
	"nslua/bindings/internal/terminal"
	"nslua/lua"
)

// tracedArg is the first argument of the shell under the tracer.
const tracedArg = "--nslua-traced"

// gate is the shell's descriptor on which it waits for the tracer.
const gate = 3

// Await lets the tracer attach if this process was started by Run, before
// anything else is done. It returns the arguments without the mark.
func Await(args []string) []string {
	if len(args) < 2 || args[1] != tracedArg {
		return args
	}
	var b [1]byte
	for {
		n, err := unix.Read(gate, b[:])
		if err == unix.EINTR {
			continue
		}
		if n != 1 { // the tracer has gone, and nobody is left to tell
			os.Exit(1)
		}
		unix.Close(gate)
		return append([]string{args[0]}, args[2:]...)
	}
}

// start runs the shell and attaches to its main thread.
func (tr *tracer) start(exe *os.File, args []string) (*nsfork.Process, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer w.Close()
	p, err := nsfork.Start(&nsfork.Spec{
		Files: []int{0, 1, 2, int(r.Fd())}, ExeFD: nsfork.Some(int(exe.Fd())),
		Argv: append([]string{os.Args[0], tracedArg}, args...), Env: os.Environ(), Pdeathsig: unix.SIGKILL,
	})
	r.Close()
	if err != nil {
		return nil, fmt.Errorf("trace: %w", err)
	}
	if err := tr.seize(p.PID); err != nil {
		hint := refusal(p.PID, err)
		unix.Kill(p.PID, unix.SIGKILL)
		_, waitErr := p.Wait()
		p.Close()
		return nil, lua.WithHint(errors.Join(fmt.Errorf("trace: %w", err), waitErr), hint)
	}
	_, err = w.Write([]byte{1})
	return p, err
}

// seize attaches to a thread and leaves it on its way to the next system call.
func (tr *tracer) seize(pid int) error {
	if err := ptrace(unix.PTRACE_SEIZE, pid, 0, options); err != nil {
		return err
	}
	if err := ptrace(unix.PTRACE_INTERRUPT, pid, 0, 0); err != nil {
		return err
	}
	var ws syscall.WaitStatus
	for {
		_, err := syscall.Wait4(pid, &ws, unix.WALL, nil)
		if err == nil {
			break
		}
		if err != unix.EINTR {
			return fmt.Errorf("wait for process %d: %w", pid, err)
		}
	}
	if !ws.Stopped() {
		return fmt.Errorf("process %d has ended: %w", pid, unix.ESRCH)
	}
	if _, err := getSyscallInfo(pid); err != nil {
		return err
	}
	tr.first = pid
	tr.tasks[pid] = &task{pid: pid, memory: openMemory(pid)}
	return tr.resume(pid, 0)
}

// refusal explains, by looking at the system now, why a process can't be traced. Empty: no rule was found.
func refusal(pid int, err error) string {
	scope, _ := os.ReadFile("/proc/sys/kernel/yama/ptrace_scope")
	n, _ := strconv.Atoi(strings.TrimSpace(string(scope)))
	switch {
	case errors.Is(err, unix.EIO) || errors.Is(err, unix.EINVAL):
		return "tracing takes Linux 5.3 or newer"
	case !errors.Is(err, unix.EPERM) && !errors.Is(err, unix.EACCES) && !errors.Is(err, unix.ENOSYS):
		return ""
	case status(pid, "TracerPid") != "0":
		return "process " + status(pid, "TracerPid") + " traces this program already, and a process has one tracer only"
	case n == 3:
		return "Yama forbids all tracing until the next boot (kernel.yama.ptrace_scope is 3)"
	case n == 2:
		return "Yama lets only CAP_SYS_PTRACE trace (kernel.yama.ptrace_scope is 2): run it as root, or set that to 1"
	case status(pid, "Seccomp") == "2":
		return "a seccomp filter is in force, as in many containers, and may forbid ptrace(2)"
	}
	return ""
}

// status is a field of /proc/PID/status, "" if there is none.
func status(pid int, field string) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if name, value, _ := strings.Cut(line, ":"); name == field {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// passed are the signals that are meant for the shell.
var passed = []os.Signal{unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT, unix.SIGUSR1, unix.SIGUSR2}

// catch begins to receive signals, but for those that the parent ignores, as
// nohup does: they stay ignored in the shell too.
func catch() <-chan os.Signal {
	ch := make(chan os.Signal, 16)
	signal.Notify(ch, unix.SIGPIPE) // with it a write to a closed pipe fails instead of ending the process
	for _, sig := range passed {
		if !signal.Ignored(sig) {
			signal.Notify(ch, sig)
		}
	}
	return ch
}

// forward passes signals on to the shell, but for those that the terminal sends to both.
func forward(signals <-chan os.Signal, p *nsfork.Process) {
	for s := range signals {
		sig := s.(syscall.Signal)
		if sig == unix.SIGPIPE || (sig == unix.SIGINT || sig == unix.SIGQUIT) && terminal.Foreground() {
			continue
		}
		if err := p.Signal(sig); errors.Is(err, unix.ESRCH) {
			return
		}
	}
}
