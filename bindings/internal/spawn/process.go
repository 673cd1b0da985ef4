package spawn

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	ownterm "nslua/bindings/internal/terminal"
	"nslua/lua"
)

// Process is a child that a script started.
type Process struct {
	PID  int // as seen from the shell
	Argv []string

	state    *lua.State
	pidfd    int
	in       *stream
	out      *stream
	errs     *stream
	terminal bool

	socket, peer *os.File
	answered     chan struct{}
	answer       message
	answerErr    error

	status *Status
	undo   *lua.Undo
	closed bool
}

// Status is how a process ended.
type Status struct {
	Code   int            // exit code, 128 + signal for one that was killed
	Signal syscall.Signal // 0: it exited
	Usage  syscall.Rusage
}

// String shows the process: "process 123 (sleep)".
func (p *Process) String() string {
	what := "closure"
	if len(p.Argv) > 0 {
		what = p.Argv[0]
	}
	return fmt.Sprintf("process %d (%s)", p.PID, what)
}

// Closed reports whether Close was called.
func (p *Process) Closed() bool { return p.closed }

// Close gives the pipes and descriptors back. A process that still runs goes on until its scope ends.
func (p *Process) Close() error {
	if p.closed {
		return nil
	}
	p.closed = true
	if p.undo != nil && p.status == nil {
		return nil // the descriptors are needed to end it
	}
	return p.release()
}

func (p *Process) release() error {
	p.closeSocket()
	p.dropAnswer()
	for _, s := range []*stream{p.in, p.out, p.errs} {
		if s != nil && s.done == nil {
			s.file.Close()
		}
	}
	if p.pidfd > 0 {
		unix.Close(p.pidfd)
		p.pidfd = -1
	}
	return nil
}

// dropAnswer closes the handles in an answer that nobody has taken.
func (p *Process) dropAnswer() {
	if p.answered == nil {
		return
	}
	<-p.answered // soon: the socket is closed
	if len(p.answer.fds) == 0 {
		return
	}
	for _, fd := range p.answer.fds {
		unix.Close(fd)
	}
	p.answer, p.answerErr = message{}, errDropped
}

func (p *Process) closeSocket() {
	for _, f := range []**os.File{&p.socket, &p.peer} {
		if *f != nil {
			(*f).Close()
			*f = nil
		}
	}
}

// Alive reports whether the process has not ended yet.
func (p *Process) Alive() bool {
	if p.status != nil {
		return false
	}
	fds := []unix.PollFd{{Fd: int32(p.pidfd), Events: unix.POLLIN}}
	n, err := unix.Poll(fds, 0)
	return err == nil && n == 0
}

// PidFD is a descriptor of the process (pidfd_open(2)); it stays the process's own, -1 once it was reaped.
func (p *Process) PidFD() int { return p.pidfd }

// ErrTimeout is the end of a wait with a time limit.
var ErrTimeout = fmt.Errorf("the time is over: %w", unix.ETIMEDOUT)

// Wait waits until the process has ended, at most for the timeout (negative:
// without limit), and reaps it. An interrupted wait leaves the process running.
func (p *Process) Wait(timeout time.Duration) (*Status, error) {
	if p.status != nil {
		return p.status, nil
	}
	n, err := p.state.Wait([]unix.PollFd{{Fd: int32(p.pidfd), Events: unix.POLLIN}}, timeout)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, ErrTimeout
	}
	st, err := p.reap()
	if err == nil && st.Signal == unix.SIGINT && ownterm.Foreground() {
		if _, err := p.state.Wait(nil, ctrlCSkew); err != nil {
			return nil, err
		}
	}
	return st, err
}

// ctrlCSkew is how long the shell may take to notice a Ctrl-C that its child has
// died of already: the terminal sends it to both, and the script must not go on.
const ctrlCSkew = 100 * time.Millisecond

// reap collects the status of a process that has ended.
func (p *Process) reap() (*Status, error) {
	ws, usage, err := reap(p.PID)
	if err != nil {
		return nil, fmt.Errorf("wait for process %d: %w", p.PID, err)
	}
	st := &Status{Code: ws.ExitStatus(), Usage: usage}
	if ws.Signaled() {
		st.Signal, st.Code = ws.Signal(), 128+int(ws.Signal())
	}
	p.status = st
	p.undo.Done()
	unix.Close(p.pidfd)
	p.pidfd = -1
	if p.closed {
		return st, p.release()
	}
	if !p.open() {
		p.state.Forget(p) // nothing is left to close
	}
	return st, nil
}

// open reports whether a pipe or the terminal of the process is still open.
func (p *Process) open() bool {
	for _, s := range []*stream{p.in, p.out, p.errs} {
		if s != nil && !s.captures() {
			return true
		}
	}
	return p.answered != nil // its results, which may hold descriptors
}

// Signal sends a signal; to a process that has ended it is ESRCH.
func (p *Process) Signal(sig syscall.Signal) error {
	if p.status != nil {
		return fmt.Errorf("process %d has ended: %w", p.PID, unix.ESRCH)
	}
	if err := unix.PidfdSendSignal(p.pidfd, sig, nil, 0); err != nil {
		return fmt.Errorf("signal process %d: %w", p.PID, err)
	}
	return nil
}

// End kills and reaps the process: its scope is over.
func (p *Process) End() error {
	if p.status != nil {
		return p.release()
	}
	if err := p.Signal(unix.SIGKILL); err != nil && !errors.Is(err, unix.ESRCH) {
		return err
	}
	if _, err := p.Wait(-1); err != nil {
		return err
	}
	return p.release()
}

// Captured waits for the end of a captured stream and returns its text.
func (p *Process) Captured() (out, errs string, err error) {
	for _, s := range []*stream{p.out, p.errs} {
		if s.captures() {
			if err := p.await(s.done); err != nil {
				return "", "", err
			}
			if s.err != nil {
				return "", "", fmt.Errorf("read the output of %s: %w", p, s.err)
			}
		}
	}
	return captured(p.out), captured(p.errs), nil
}

// captures reports whether the stream is captured.
func (s *stream) captures() bool { return s != nil && s.done != nil }

func captured(s *stream) string {
	if !s.captures() {
		return ""
	}
	return s.text.String()
}

// await waits for a goroutine's end and stays open to interrupts.
func (p *Process) await(done <-chan struct{}) error {
	const tick = 20 * time.Millisecond
	for {
		select {
		case <-done:
			return nil
		case <-time.After(tick):
			if p.state.Interrupted() {
				return lua.ErrInterrupted
			}
		}
	}
}

// Result waits for a closure's end and returns what it returned. What it raised
// comes back as a *lua.Raised with the child's traceback.
func (p *Process) Result(timeout time.Duration) ([]lua.Value, error) {
	if p.answered == nil {
		return nil, lua.Invalid("%s runs a command: only a closure has results", p)
	}
	st, err := p.Wait(timeout)
	if err != nil {
		return nil, err
	}
	if err := p.await(p.answered); err != nil {
		return nil, err
	}
	answer := p.answer
	p.answer = message{}
	switch {
	case p.answerErr != nil:
		return nil, p.noAnswer(st, p.answerErr)
	case answer.kind == msgResult:
		p.answerErr = errTaken
		values, err := p.state.Unpack(answer.data, answer.fds, false)
		if err != nil {
			return nil, err
		}
		return values[1:], p.inherit(values[0].String())
	case answer.kind == msgError:
		p.answerErr = errTaken
		return nil, p.raised(answer)
	}
	return nil, fmt.Errorf("%s sent a message of unknown kind %d", p, answer.kind)
}

var (
	errTaken   = errors.New("the results have been taken already")
	errDropped = errors.New("the results went with the scope of the process")
)

// noAnswer says why a closure has no results.
func (p *Process) noAnswer(st *Status, err error) error {
	switch {
	case err == errTaken || err == errDropped:
		return lua.Invalid("%v", err)
	case st.Signal != 0:
		return fmt.Errorf("process %d was killed by %s before it returned%s", p.PID, unix.SignalName(st.Signal), half(err))
	case st.Code != 0:
		return fmt.Errorf("process %d ended with exit code %d before it returned%s", p.PID, st.Code, half(err))
	}
	return nil // os.exit(0)
}

func half(err error) string {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return ", in the middle of its answer"
	}
	return ""
}

// raised is the child's error: the value and its traceback.
func (p *Process) raised(m message) error {
	values, err := p.state.Unpack(m.data, m.fds, false)
	if err != nil {
		return fmt.Errorf("the error of %s: %w", p, err)
	}
	trace := ""
	if t, ok := values[1].(lua.String); ok {
		trace = string(t)
	}
	return p.state.RaisedElsewhere(values[0], trace, fmt.Sprintf("process %d", p.PID))
}
