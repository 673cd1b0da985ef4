package nsfork

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// A Process is a child of this process. It must be waited for, and its PidFD
// closed, by whoever started it.
type Process struct {
	PID   int // as seen from here
	PidFD int // close-on-exec
}

// Wait waits until the process has ended and reaps it.
func (p *Process) Wait() (syscall.WaitStatus, error) { return reap(p.PID) }

// Signal sends a signal to the process, by pidfd_send_signal(2).
func (p *Process) Signal(sig syscall.Signal) error {
	return unix.PidfdSendSignal(p.PidFD, sig, nil, 0)
}

// Close closes PidFD.
func (p *Process) Close() error { return unix.Close(p.PidFD) }

func reap(pid int) (syscall.WaitStatus, error) {
	var ws syscall.WaitStatus
	for {
		if _, err := syscall.Wait4(pid, &ws, 0, nil); err != syscall.EINTR {
			return ws, err
		}
	}
}
