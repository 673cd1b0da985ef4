package spawn

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/journal"
	"nslua/bindings/internal/nsfork"
	"nslua/lua"
)

// IsStage reports whether this process was started by Start to run a closure, to be a PID 1, to hold a namespace or
// to put itself under a filter.
func IsStage(args []string) bool {
	return len(args) > 1 && (args[1] == stageArg || args[1] == initArg || args[1] == holdArg || args[1] == notifyArg)
}

// Stage is the whole life of such a process. It returns the exit code.
func Stage(args []string, modules []*lua.Module) int {
	switch args[1] {
	case initArg:
		return superviseAsInit(args[2:])
	case holdArg:
		return hold()
	case notifyArg:
		rest, code := enterFilter(args[2:])
		if code != 0 || rest == nil {
			return code
		}
	}
	code, err := runClosure(modules)
	if err != nil {
		fmt.Fprintf(os.Stderr, "nslua: %v\n", err)
		return 1
	}
	return code
}

// stageInfo is what the child's state has of the shell's. It keeps a journal only
// where that is the shell's own folder: with its users and mounts.
func stageInfo(s *lua.State, sp *nsfork.Spec) lua.Value {
	kinds := sp.New
	for _, j := range sp.Join {
		kinds |= j.Type
	}
	own := kinds&(unix.CLONE_NEWUSER|unix.CLONE_NEWNS) == 0 && sp.Root == ""
	return s.Value(lua.R("strict", s.Strict(), "arg", s.Global("arg"), "journal", own))
}

// runClosure gets a function, runs it and answers with its results or its error.
// What it made in namespaces stays if it returned; if it failed it is undone.
func runClosure(modules []*lua.Module) (int, error) {
	sock := os.NewFile(stageSocket, "socket")
	exe := os.NewFile(stageExe, "exe")
	for _, fd := range []int{stageSocket, stageExe} {
		unix.CloseOnExec(fd)
	}
	if os.Getpid() == 1 {
		ReapOrphans()
	}
	call, err := receive(sock)
	if err != nil {
		return 1, fmt.Errorf("the shell ended before it said what to run: %w", err)
	}
	s, err := lua.New(lua.Options{Modules: modules, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Exe: exe})
	if err != nil {
		return 1, err
	}
	ended := interruptOnSignals(s)
	values, err := s.Unpack(call.data, call.fds, true)
	if err != nil {
		return 1, err
	}
	info := values[0].(*lua.Table)
	s.Adopt(info)
	if info.RawGetString("journal") == lua.True {
		s.SetJournal(journal.New(journal.Dir()))
	}
	out := s.Run(values[1].(*lua.Function), values[2:]...)
	made := s.Entries()
	if out.Err == nil {
		s.Release()
	}
	code, sendErr := answer(s, sock, out, made)
	if err := s.Close(); err != nil {
		return 1, err
	}
	if sig := ended(); sig != 0 {
		return 128 + int(sig), nil
	}
	return code, sendErr
}

// answer sends what came of the closure: what it has made and its results, its error, or nothing after os.exit.
func answer(s *lua.State, sock *os.File, out lua.Outcome, made []lua.Entry) (int, error) {
	if out.Stop != nil {
		return out.Stop.Code, nil
	}
	err := out.Err
	if err == nil {
		var m message
		if m, err = results(s, out.Results, made); err == nil {
			return 0, send(sock, m)
		}
	}
	value, trace := s.Failure(err)
	data, fds, packErr := s.Pack([]string{"error"}, value, trace)
	if packErr != nil { // an error value that can't travel: its text does
		data, fds, packErr = s.Pack(nil, lua.String(err.Error()), trace)
	}
	if packErr != nil {
		return 1, packErr
	}
	return 1, send(sock, message{msgError, data, fds})
}

// legacy is what a closure leaves to the shell: the things it has made, and the journal that they are in.
type legacy struct {
	Entries []lua.Entry `json:"entries,omitempty"`
	Journal string      `json:"journal,omitempty"`
}

// results is the message with what the closure returned, and before that its legacy.
func results(s *lua.State, values []lua.Value, made []lua.Entry) (message, error) {
	l := legacy{Entries: made}
	if j, ok := s.Journal().(*journal.File); ok {
		l.Journal = j.Path()
	}
	text, err := json.Marshal(l)
	if err != nil {
		return message{}, err
	}
	names := []string{"legacy"}
	for i := range values {
		names = append(names, fmt.Sprintf("result %d", i+1))
	}
	m := message{kind: msgResult}
	m.data, m.fds, err = s.Pack(names, append([]lua.Value{lua.String(text)}, values...)...)
	if err == nil {
		err = fits(m.data, m.fds)
	}
	return m, err
}

// inherit takes over what the closure left.
func (p *Process) inherit(text string) error {
	var l legacy
	if err := json.Unmarshal([]byte(text), &l); err != nil {
		return fmt.Errorf("the legacy of %s: %w", p, err)
	}
	if err := p.state.TakeOver(l.Entries); err != nil {
		return err
	}
	if l.Journal == "" {
		return nil
	}
	if err := os.Remove(l.Journal); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// interruptOnSignals stops the closure on a signal that asks the process to end. The returned function says which came.
func interruptOnSignals(s *lua.State) func() syscall.Signal {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, unix.SIGINT, unix.SIGTERM, unix.SIGHUP)
	got := make(chan syscall.Signal, 1)
	go func() {
		for sig := range signals {
			select {
			case got <- sig.(syscall.Signal):
			default:
			}
			s.Interrupt()
		}
	}()
	return func() syscall.Signal {
		select {
		case sig := <-got:
			return sig
		default:
			return 0
		}
	}
}

// superviseAsInit is a PID 1 that starts one command, passes signals on to it,
// reaps what it inherits and ends as the command does.
func superviseAsInit(argv []string) int {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals)
	env := os.Environ()
	child, err := nsfork.Start(&nsfork.Spec{
		Files: []int{0, 1, 2}, Argv: argv, Paths: Candidates(argv[0], env), Env: env,
	})
	if err != nil {
		fmt.Fprintf(os.Stderr, "nslua: %v\n", err)
		return 127
	}
	for sig := range signals {
		if sig != unix.SIGCHLD && sig != unix.SIGURG { // SIGURG is the Go runtime's own
			child.Signal(sig.(syscall.Signal))
		}
		// After every signal: a SIGCHLD that comes while the channel is full is lost.
		if ws, done := reapUntil(child.PID); done {
			if ws.Signaled() {
				return 128 + int(ws.Signal())
			}
			return ws.ExitStatus()
		}
	}
	return 0
}

// reapUntil reaps what has ended and reports whether the command was among it.
func reapUntil(pid int) (status syscall.WaitStatus, done bool) {
	for {
		var ws syscall.WaitStatus
		got, err := syscall.Wait4(-1, &ws, syscall.WNOHANG, nil)
		if err == unix.EINTR {
			continue
		}
		if err != nil || got <= 0 {
			return status, done
		}
		if got == pid {
			status, done = ws, true
		}
	}
}
