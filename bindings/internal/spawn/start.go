package spawn

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/nsfork"
	"nslua/lua"
)

// stageArg is the first argument of the process that runs a closure.
const stageArg = "--nslua-closure"

// initArg is the first argument of a supervising PID 1.
const initArg = "--nslua-init"

// The stage's descriptors: its end of the message socket, and this program.
const (
	stageSocket = 3
	stageExe    = 4
)

// Start starts the process. It ends with its scope unless Detach is set. What
// print has buffered is written out first, so that output stays in order.
func Start(s *lua.State, o *Options) (*Process, error) {
	if err := s.Flush(); err != nil {
		return nil, err
	}
	sp, err := o.Spec()
	if err != nil {
		return nil, err
	}
	f, err := o.wire()
	if err != nil {
		return nil, err
	}
	p := &Process{state: s, in: f.in, out: f.out, errs: f.errs, Argv: o.Argv, terminal: o.PTY}
	sp.Files = f.child[:]
	if o.PTY {
		sp.Ctty = nsfork.Some(0)
	}
	sp.Env = o.environ()
	var call *message
	switch {
	case o.Fn != nil:
		call, err = p.closure(o, sp)
	case len(o.Argv) == 0:
		err = lua.Invalid("nothing to run: give a command or 'run'")
	case o.Init:
		err = initPayload(s, o, sp)
	default:
		sp.Argv, sp.Paths = o.Argv, Candidates(o.Argv[0], sp.Env)
	}
	if err == nil && o.notify != nil {
		err = o.notify.wrap(s, sp)
	}
	if err == nil {
		err = p.fork(sp, o)
	}
	if err != nil {
		p.closeSocket()
		f.abandon()
		return nil, err
	}
	f.started(o.Input)
	p.undo = s.OnUndo("process "+fmt.Sprint(p.PID), p, p.End, nil)
	p.undo.Private = true
	if o.Detach {
		p.undo.Done()
	}
	if call != nil {
		p.send(call)
	}
	return p, nil
}

// fork starts the child and describes why it could not be.
func (p *Process) fork(sp *nsfork.Spec, o *Options) error {
	release, err := o.confine(p.state, sp)
	if err != nil {
		return err
	}
	child, err := startTracked(sp)
	release()
	if p.peer != nil {
		p.peer.Close()
		p.peer = nil
	}
	if err != nil {
		var step *nsfork.StepError
		if errors.As(err, &step) && step.Exec && len(o.Argv) > 0 {
			if step.Err == unix.EACCES && o.absent(sp.Paths) {
				step.Err = unix.ENOENT
			}
			return lua.WithHint(fmt.Errorf("exec %s: %w", o.Argv[0], step.Err), execHint(o, step.Err))
		}
		return lua.WithHint(err, StepHint(err))
	}
	p.PID, p.pidfd = child.PID, child.PidFD
	return nil
}

// absent reports whether a command is in none of the directories of PATH, some of
// which may only be closed to the user. Where the child sees other files, nobody can tell.
func (o *Options) absent(paths []string) bool {
	if o.Root != "" || len(paths) < 2 {
		return false
	}
	for _, h := range o.Join {
		if h.Kind.Flag == unix.CLONE_NEWNS {
			return false
		}
	}
	return !slices.ContainsFunc(paths, func(p string) bool { return unix.Access(p, unix.F_OK) == nil })
}

func execHint(o *Options, err error) string {
	switch {
	case errors.Is(err, unix.ENOENT) && o.Root != "":
		return "the command is looked for inside " + o.Root
	case errors.Is(err, unix.ENOEXEC):
		return "the file is no program and does not begin with #!"
	}
	return ""
}

// closure prepares the child that runs o.Fn: this program again, with a socket
// on which it gets the function and answers with the results.
func (p *Process) closure(o *Options, sp *nsfork.Spec) (*message, error) {
	s := p.state
	exe, err := program(s, o)
	if err != nil {
		return nil, err
	}
	names := []string{"stage", "run"}
	values := []lua.Value{stageInfo(s, sp), o.Fn}
	for i, a := range o.Args {
		names = append(names, fmt.Sprintf("args[%d]", i+1))
		values = append(values, a)
	}
	data, fds, err := s.Pack(names, values...)
	if err != nil {
		return nil, err
	}
	if err := fits(data, fds); err != nil {
		return nil, err
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("socketpair", err)
	}
	if err := unix.SetNonblock(pair[0], true); err != nil {
		return nil, os.NewSyscallError("fcntl", err)
	}
	p.socket, p.peer = os.NewFile(uintptr(pair[0]), "socket"), os.NewFile(uintptr(pair[1]), "socket")
	sp.Files = append(sp.Files, pair[1], int(exe.Fd()))
	sp.ExeFD = nsfork.Some(int(exe.Fd()))
	sp.Argv = []string{"nslua", stageArg}
	return &message{kind: msgCall, data: data, fds: fds}, nil
}

// send hands the closure over and waits for the answer in the background.
func (p *Process) send(call *message) {
	p.answered = make(chan struct{})
	go func(socket *os.File) {
		defer close(p.answered)
		defer socket.Close()
		if err := send(socket, *call); err != nil {
			p.answerErr = err // the child has ended already; its status says why
			return
		}
		p.answer, p.answerErr = receive(socket)
	}(p.socket)
}

// initPayload makes this program the PID 1 that starts the command, forwards signals to it and reaps orphans.
func initPayload(s *lua.State, o *Options, sp *nsfork.Spec) error {
	exe, err := program(s, o)
	if err != nil {
		return err
	}
	sp.ExeFD = nsfork.Some(int(exe.Fd()))
	sp.Argv = append([]string{"nslua", initArg}, o.Argv...)
	return nil
}
