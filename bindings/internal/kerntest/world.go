package kerntest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
	"nslua/lua"
)

// timeLimit ends a script that hangs, by a SIGQUIT that makes its process show the stacks.
const timeLimit = 60 * time.Second

// world is a set of fresh namespaces and the script that runs there as root.
//
// Three processes lead into it. An ordinary user's world is started by a process
// of that user ("enter"). The first process inside ("supervise") is PID 1 if the
// world has a pid namespace: it prepares the mounts, reaps, and looks for what is
// left at the end. Its child runs the script ("script").
type world struct {
	Name  string   // of the script, for errors
	Kinds []string // the namespaces; none means the host's own
	User  bool     // started by Nobody
	limit time.Duration
}

// kinds are the namespaces of a world, unless a script asks for others.
var kinds = []string{"user", "mnt", "pid", "net", "uts", "ipc", "cgroup"}

func (w *world) has(kind string) bool { return slices.Contains(w.Kinds, kind) }

// run runs a script in the world and returns what it printed.
func (w *world) run(ctx context.Context, text, dir string) (string, error) {
	limit := cmp.Or(w.limit, timeLimit)
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("still running after %s", limit))
	defer cancel()
	script, err := memoryFile(w.Name, text)
	if err != nil {
		return "", err
	}
	defer script.Close()
	cmd, err := w.first(ctx, "supervise")
	if err != nil {
		return "", err
	}
	var out strings.Builder
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles, cmd.Dir = &out, &out, []*os.File{script}, dir
	cmd.Env = environment(dir)
	err = cmd.Run()
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return out.String(), err
}

// first is the command for the first process: the one that enters the world, or the user's that will start it.
func (w *world) first(ctx context.Context, stage string) (*exec.Cmd, error) {
	if !w.User || os.Getuid() != 0 {
		return w.command(ctx, stage)
	}
	cmd, err := w.self(ctx, "enter")
	if err != nil {
		return nil, err
	}
	cmd.SysProcAttr.Credential = &syscall.Credential{Uid: Nobody, Gid: Nobody}
	return cmd, nil
}

// self is this program again as one of its stages.
func (w *world) self(ctx context.Context, stage string) (*exec.Cmd, error) {
	spec, err := json.Marshal(w)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "/proc/self/exe", stageFlag, stage, string(spec))
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGQUIT) }
	cmd.WaitDelay = 2 * time.Second
	return cmd, nil
}

// command is a stage in the world's new namespaces, as root there.
func (w *world) command(ctx context.Context, stage string) (*exec.Cmd, error) {
	cmd, err := w.self(ctx, stage)
	if err != nil {
		return nil, err
	}
	mask, err := namespace.Mask(w.Kinds)
	if err != nil {
		return nil, err
	}
	attr := cmd.SysProcAttr
	attr.Cloneflags = uintptr(mask)
	if mask&unix.CLONE_NEWUSER != 0 {
		all := 1
		attr.GidMappingsEnableSetgroups = os.Getuid() == 0
		if os.Getuid() == 0 {
			all = 1<<32 - 1
		}
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: all}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: all}}
	}
	return cmd, nil
}

// environment is what scripts see: the same wherever the tests run.
func environment(tmp string) []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + tmp, "TMPDIR=" + tmp, "LANG=C.UTF-8"}
}

func memoryFile(name, text string) (*os.File, error) {
	fd, err := unix.MemfdCreate(name, unix.MFD_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("memfd_create", err)
	}
	f := os.NewFile(uintptr(fd), name)
	if _, err := f.WriteString(text); err != nil {
		f.Close()
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// scriptFile is descriptor 3 of every stage.
func scriptFile() *os.File { return os.NewFile(3, "script") }

// enter starts the world as an ordinary user and ends as it ends.
func (w *world) enter() int {
	cmd, err := w.command(context.Background(), "supervise")
	if err != nil {
		return complain(err)
	}
	return finish(cmd)
}

func finish(cmd *exec.Cmd) int {
	if err := launch(cmd); err != nil {
		return complain(err)
	}
	err := cmd.Wait()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() > 0:
		return exit.ExitCode()
	case err != nil:
		return complain(err)
	}
	return 0
}

// launch starts the next stage, to which it passes the script and SIGQUIT on.
func launch(cmd *exec.Cmd) error {
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = os.Stdout, os.Stderr, []*os.File{scriptFile()}
	quit := make(chan os.Signal, 1)
	signal.Notify(quit, syscall.SIGQUIT)
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() {
		for range quit {
			cmd.Process.Signal(syscall.SIGQUIT)
		}
	}()
	return nil
}

// supervise is the first process inside.
func (w *world) supervise() int {
	if err := w.prepare(); err != nil {
		return complain(fmt.Errorf("prepare the world: %w", err))
	}
	before, err := observe(inside)
	if err != nil {
		return complain(err)
	}
	code, err := w.payload()
	if err != nil {
		return complain(err)
	}
	left, err := added(reaped(inside), before)
	if err != nil {
		return complain(err)
	}
	for _, l := range left {
		fmt.Printf("kerntest: left behind by the script: %s\n", l)
		code = max(code, 1)
	}
	return code
}

// payload runs the script's process and reaps it and every orphan until it has ended.
func (w *world) payload() (int, error) {
	cmd, err := w.self(context.Background(), "script")
	if err != nil {
		return 0, err
	}
	if err := launch(cmd); err != nil {
		return 0, err
	}
	var status syscall.WaitStatus
	for {
		pid, err := syscall.Wait4(-1, &status, 0, nil)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return 0, os.NewSyscallError("wait4", err)
		}
		if pid == cmd.Process.Pid {
			break
		}
	}
	if status.Signaled() {
		return 0, fmt.Errorf("the script's process ended by %s", unix.SignalName(status.Signal()))
	}
	return status.ExitStatus(), nil
}

// reaped is a view without the zombies.
func reaped(v view) view {
	return func(add func(string, ...any)) error {
		for {
			if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); pid <= 0 || err != nil {
				break
			}
		}
		return v(add)
	}
}

// prepare gives a world of mounts its own /proc, /run and /tmp, and makes orphans children of the caller.
func (w *world) prepare() error {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return os.NewSyscallError("prctl(PR_SET_CHILD_SUBREAPER)", err)
	}
	if !w.has("mnt") {
		return nil
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make / private: %w", err)
	}
	if w.has("pid") {
		if err := unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
			return fmt.Errorf("mount /proc: %w", err)
		}
	}
	for dir, mode := range map[string]string{"/run": "mode=0755", "/tmp": "mode=1777"} {
		if err := unix.Mount("tmpfs", dir, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, mode); err != nil {
			return fmt.Errorf("mount %s: %w", dir, err)
		}
	}
	for name, value := range map[string]string{"HOME": "/tmp", "TMPDIR": "/tmp"} {
		os.Setenv(name, value)
	}
	return os.Chdir("/tmp")
}

// script runs the script in a state of its own.
func (w *world) script(modules []*lua.Module) int {
	file := scriptFile()
	text, err := io.ReadAll(file)
	file.Close()
	if err != nil {
		return complain(err)
	}
	warmUp()
	exe, err := os.Open("/proc/self/exe")
	if err != nil {
		return complain(err)
	}
	before, err := observe(process)
	if err != nil {
		return complain(err)
	}
	code := runScript(modules, exe, string(text), w.Name)
	left, err := added(process, before)
	if err != nil {
		return complain(err)
	}
	for _, l := range left {
		fmt.Printf("kerntest: left open by the script: %s\n", l)
		code = max(code, 1)
	}
	return code
}

func runScript(modules []*lua.Module, exe *os.File, text, name string) int {
	s, err := lua.New(lua.Options{
		Modules: modules, Strict: true, Exe: exe, Args: []string{name},
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
	})
	if err != nil {
		return complain(err)
	}
	o := s.RunString(text, name)
	code := 0
	if o.Stop != nil {
		code = o.Stop.Code
	}
	report := ""
	if o.Err != nil {
		report = s.Report(o.Err, func(chunk string) (string, bool) { return text, chunk == name })
		code = 1
	}
	err = s.Close() // writes out what was printed before the error
	fmt.Fprint(os.Stderr, report)
	if err != nil {
		return complain(fmt.Errorf("close the state: %w", err))
	}
	return code
}
