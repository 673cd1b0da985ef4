// Package ktrace shows what a shell and its children ask of the kernel, one
// operation a line, as it happens: nslua --trace.
//
// The process that was started becomes the tracer and runs the shell as its child,
// under ptrace(2). It follows the shell's main thread, where all Lua runs, and the
// processes made from there: those that run this program again for good, all
// others up to their exec. The shell itself knows nothing of it, but for the place
// in the script that it publishes (lua.Place).
package ktrace

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// Run runs this program (exe, open) again with the arguments args, without the
// program's name, and writes what it does to out. It returns when that process
// has ended, with its exit code; if a signal killed it, the same one ends this process.
//
// Signals that this process gets are passed on. The calling goroutine must be
// locked to its thread from the program's start on.
//
// An error says that tracing is not possible here; nothing was run then. After
// out has failed once nothing more is written to it.
func Run(exe *os.File, args []string, out io.Writer) (int, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	tr := &tracer{out: out, operations: allOperations(), tasks: map[int]*task{}, early: map[int]bool{}, released: map[int]bool{}}
	if err := unix.Fstat(int(exe.Fd()), &tr.exe); err != nil {
		return 0, fmt.Errorf("trace: stat the program: %w", err)
	}
	signals := catch()
	p, err := tr.start(exe, args)
	if err != nil {
		return 0, err
	}
	defer p.Close()
	go forward(signals, p)
	ws, err := tr.loop()
	if err != nil {
		return 0, err
	}
	if ws.Signaled() {
		endBy(ws.Signal())
		return 128 + int(ws.Signal()), nil
	}
	return ws.ExitStatus(), nil
}

// endBy ends this process by a signal, without a second core file. It returns if
// the signal does not end it.
func endBy(sig syscall.Signal) {
	unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	signal.Reset(sig)
	unix.Kill(unix.Getpid(), sig)
}
