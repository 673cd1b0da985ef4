// Package world runs the whole shell in fresh namespaces: nslua -U.
package world

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/nsfork"
	"nslua/bindings/internal/spawn"
	"nslua/bindings/internal/terminal"
	"nslua/lua"
)

// Default are the kinds of namespaces that -U makes. The time namespace is left
// out: with it every start would need a slower kind of fork.
var Default = []string{"user", "mnt", "pid", "net", "uts", "ipc", "cgroup"}

// insideArg is the first argument of the shell inside.
const insideArg = "--nslua-world"

// Inside reports whether this process is the shell inside a world. If so it
// takes up the duties of a PID 1 where it is one, and returns the arguments without the mark.
func Inside(args []string) ([]string, bool) {
	if len(args) < 2 || args[1] != insideArg {
		return args, false
	}
	if os.Getpid() == 1 {
		spawn.ReapOrphans()
	}
	return append([]string{args[0]}, args[2:]...), true
}

// Enter runs this program again with the arguments args (without the program's
// name) in new namespaces of the given kinds, root there, and waits for it. It
// returns the exit code. When this process dies the world ends with it, by the kernel's hand.
func Enter(exe *os.File, kinds, args []string) (int, error) {
	has := func(kind string) bool {
		return slices.Contains(kinds, kind) || kind == "mnt" && slices.Contains(kinds, "mount")
	}
	o := spawn.Options{New: kinds, AutoMap: has("user"), MountProc: has("pid") && has("mnt")}
	if has("mnt") {
		o.Steps = append(o.Steps, nsfork.Step{
			Name: "mount a tmpfs on /run", Nr: unix.SYS_MOUNT,
			Args: []any{"tmpfs", "/run", "tmpfs", unix.MS_NOSUID | unix.MS_NODEV, "mode=0755"},
		})
	}
	sp, err := o.Spec()
	if err != nil {
		return 0, err
	}
	sp.Files = []int{0, 1, 2}
	sp.ExeFD = nsfork.Some(int(exe.Fd()))
	sp.Argv = append([]string{"nslua", insideArg}, args...)
	sp.Env = os.Environ()
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT, unix.SIGUSR1, unix.SIGUSR2)
	p, err := nsfork.Start(sp)
	if err != nil {
		return 0, lua.WithHint(err, spawn.StepHint(err))
	}
	defer p.Close()
	go forward(signals, p)
	ws, err := p.Wait()
	if err != nil {
		return 0, fmt.Errorf("wait for process %d: %w", p.PID, err)
	}
	if ws.Signaled() {
		return 128 + int(ws.Signal()), nil
	}
	return ws.ExitStatus(), nil
}

// forward passes signals on to the shell inside, but for those that the terminal sends to both.
func forward(signals <-chan os.Signal, p *nsfork.Process) {
	for s := range signals {
		sig := s.(syscall.Signal)
		if (sig == unix.SIGINT || sig == unix.SIGQUIT) && terminal.Foreground() {
			continue
		}
		if err := p.Signal(sig); errors.Is(err, unix.ESRCH) {
			return
		}
	}
}
