package proc

import (
	_ "embed"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
	"nslua/bindings/internal/spawn"
	"nslua/lua"
)

//go:embed proc.d.lua
var docs string

// Module is the Lua module proc.
func Module() *lua.Module {
	return &lua.Module{
		Name: "proc",
		Docs: docs,
		Funcs: []*lua.Func{
			lua.F("start", start), lua.F("run", run), lua.F("sh", sh), lua.F("exec", exec), lua.F("parallel", parallel),
			lua.F("pid", pid), lua.F("ppid", ppid), lua.F("list", list), lua.F("get", get),
			lua.F("kill", killPID), lua.F("wait_any", waitAny), lua.F("sleep", sleep),
		},
		Types: []*lua.Type{processType()},
	}
}

// command are the arguments of start and run: a command, or a table with a command or function and options.
type command struct{ o *spawn.Options }

func (a *command) Set(c *lua.Call, v lua.Value) error {
	f := spawn.Common(a.o)
	f["..."] = &a.o.Argv
	f["ns"] = lua.Refs(&a.o.Join)
	return c.Assign(v, f)
}

func (a *command) TypeName() string { return "proc.Options" }

func start(c *lua.Call) error {
	var o spawn.Options
	if err := c.Unpack("command", &command{&o}); err != nil {
		return err
	}
	p, err := spawn.Start(c.State(), &o)
	if err != nil {
		return err
	}
	return c.Return(p)
}

func run(c *lua.Call) error {
	var o spawn.Options
	if err := c.Unpack("command", &command{&o}); err != nil {
		return err
	}
	p, err := spawn.Start(c.State(), &o)
	if err != nil {
		return err
	}
	defer p.Close()
	return spawn.Complete(c, p, o.Fn != nil)
}

// sh is the shell's own way to run a line: its output comes back, and a failure is an error.
func sh(c *lua.Call) error {
	o := spawn.Options{Stdout: "capture"}
	var line string
	if err := c.Unpack("line", &line, "options?", lua.Fields{
		"cwd": &o.Dir, "env": &o.Env, "stderr": &o.Stderr, "ns": lua.Refs(&o.Join),
	}); err != nil {
		return err
	}
	o.Argv = []string{"/bin/sh", "-c", line}
	p, err := spawn.Start(c.State(), &o)
	if err != nil {
		return err
	}
	defer p.Close()
	st, err := spawn.Finish(c, p, -1)
	if err != nil {
		return err
	}
	out, _, err := p.Captured()
	if err != nil {
		return err
	}
	if st.Code != 0 {
		return &lua.Error{Code: "EXIT", Message: fmt.Sprintf("%s: exit code %d", line, st.Code)}
	}
	return c.Return(strings.TrimSuffix(out, "\n"))
}

// exec replaces the shell itself. What scopes hold is undone first.
func exec(c *lua.Call) error {
	var argv []string
	if err := c.Unpack("command", &argv); err != nil {
		return err
	}
	if len(argv) == 0 {
		return lua.Invalid("argument 'command': at least one word expected")
	}
	if err := c.State().Flush(); err != nil {
		return err
	}
	var last error = unix.ENOENT
	for _, file := range spawn.Candidates(argv[0], os.Environ()) {
		err := unix.Exec(file, argv, os.Environ())
		if err != unix.ENOENT || last == nil {
			last = err
		}
	}
	return fmt.Errorf("exec %s: %w", argv[0], last)
}

// parallel runs closures in worker processes, all at once or a few at a time.
func parallel(c *lua.Call) error {
	var fns []lua.Value
	workers := 0
	if err := c.Unpack("functions", &fns, "options?", lua.Fields{"workers": &workers}); err != nil {
		return err
	}
	if workers <= 0 || workers > len(fns) {
		workers = len(fns)
	}
	started := make([]*spawn.Process, 0, len(fns))
	defer func() {
		for _, p := range started {
			p.End()
		}
	}()
	results := make([]any, len(fns))
	for i, fn := range fns {
		f, ok := fn.(*lua.Function)
		if !ok {
			return lua.Invalid("argument 'functions', item %d: a function expected", i+1)
		}
		if i >= workers {
			if err := takeResult(started, results, i-workers); err != nil {
				return err
			}
		}
		p, err := spawn.Start(c.State(), &spawn.Options{Fn: f})
		if err != nil {
			return err
		}
		started = append(started, p)
	}
	for i := max(0, len(fns)-workers); i < len(fns); i++ {
		if err := takeResult(started, results, i); err != nil {
			return err
		}
	}
	return c.Return(results)
}

func takeResult(started []*spawn.Process, results []any, i int) error {
	values, err := started[i].Result(-1)
	if err == nil && len(values) > 0 {
		results[i] = values[0]
	}
	return err
}

func pid(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	return c.Return(os.Getpid())
}

func ppid(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	return c.Return(os.Getppid())
}

func list(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	all, err := List()
	if err != nil {
		return err
	}
	return c.Return(lua.List(all, func(p Info) any { return record(p) }))
}

func get(c *lua.Call) error {
	n := os.Getpid()
	if err := c.Unpack("pid?", &n); err != nil {
		return err
	}
	info, err := Get(n)
	if err != nil {
		return err
	}
	r := record(info)
	spaces := lua.Record{}
	for _, k := range namespace.Kinds {
		if link, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/%s", n, k.Name)); err == nil {
			spaces = append(spaces, lua.Field{Name: k.Name, Value: link})
		}
	}
	return c.Return(append(r, lua.Field{Name: "ns", Value: spaces}))
}

func record(p Info) lua.Record {
	return lua.R("pid", p.PID, "ppid", p.PPID, "name", p.Name, "args", p.Args, "state", p.State,
		"uid", p.UID, "gid", p.GID, "threads", p.Threads, "rss", p.RSS, "nspid", p.NSPID,
		"caps", lua.R("effective", p.Caps.Effective.Names(), "permitted", p.Caps.Permitted.Names(),
			"inheritable", p.Caps.Inheritable.Names(), "bounding", p.Caps.Bounding.Names(), "ambient", p.Caps.Ambient.Names()),
		"no_new_privs", p.NoNewPriv, "seccomp", p.Seccomp, "cgroup", p.Cgroup)
}

func killPID(c *lua.Call) error {
	var n int
	sig := Signal(unix.SIGKILL)
	if err := c.Unpack("pid", &n, "signal?", &sig); err != nil {
		return err
	}
	if n <= 0 {
		return lua.Invalid("argument 'pid': a process number above 0 expected, got %d", n)
	}
	if err := unix.Kill(n, syscall.Signal(sig)); err != nil {
		return fmt.Errorf("process %d: %w", n, err)
	}
	return nil
}

// waitAny waits for the first of several processes to end.
func waitAny(c *lua.Call) error {
	var ps []*spawn.Process
	timeout := time.Duration(-1)
	if err := c.Unpack("processes", lua.Refs(&ps), "options?", lua.Fields{"timeout": &timeout}); err != nil {
		return err
	}
	if len(ps) == 0 {
		return lua.Invalid("argument 'processes': at least one process expected")
	}
	fds := make([]unix.PollFd, len(ps))
	for i, p := range ps {
		if !p.Alive() {
			return finished(c, p)
		}
		fds[i] = unix.PollFd{Fd: int32(p.PidFD()), Events: unix.POLLIN}
	}
	if _, err := c.State().Wait(fds, timeout); err != nil {
		return err
	}
	for i, fd := range fds {
		if fd.Revents != 0 {
			return finished(c, ps[i])
		}
	}
	return spawn.ErrTimeout
}

func finished(c *lua.Call, p *spawn.Process) error {
	st, err := p.Wait(-1)
	if err != nil {
		return err
	}
	r, err := spawn.StatusRecord(p, st)
	if err != nil {
		return err
	}
	return c.Return(p, r)
}

func sleep(c *lua.Call) error {
	var d time.Duration
	if err := c.Unpack("duration", &d); err != nil {
		return err
	}
	if d < 0 {
		return lua.Invalid("argument 'duration': nothing can sleep for %s", d)
	}
	return c.State().Sleep(d)
}

// Signal is an argument: a name such as "SIGTERM" or "term", or a number.
type Signal syscall.Signal

// Set implements lua.Arg.
func (s *Signal) Set(c *lua.Call, v lua.Value) error {
	if name, ok := v.(lua.String); ok {
		full := strings.ToUpper(string(name))
		if !strings.HasPrefix(full, "SIG") {
			full = "SIG" + full
		}
		if n := unix.SignalNum(full); n != 0 {
			*s = Signal(n)
			return nil
		}
		return fmt.Errorf(`a signal ("SIGTERM", or its number) expected, got %q`, string(name))
	}
	var n int
	if err := c.Assign(v, &n); err != nil || n < 0 || n > 64 {
		return fmt.Errorf(`a signal ("SIGTERM", or its number) expected`)
	}
	*s = Signal(n)
	return nil
}

// TypeName implements lua.Arg.
func (s *Signal) TypeName() string { return "string|integer" }
