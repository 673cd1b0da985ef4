package spawn

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/nsfork"
	"nslua/lua"
)

// Common are the options that ns.clone and proc.start share.
func Common(o *Options) lua.Fields {
	return lua.Fields{
		"run": &payload{o}, "args": &o.Args,
		"cwd": &o.Dir, "env": &o.Env, "clearenv": &o.ClearEnv, "root": &o.Root,
		"stdin": &o.Stdin, "stdout": &o.Stdout, "stderr": &o.Stderr, "input": &text{&o.Input},
		"capture": &o.Capture, "pty": &terminal{o}, "session": &o.Session,
		"uid": &optInt{&o.UID}, "gid": &optInt{&o.GID}, "groups": &o.Groups,
		"rlimits": &rlimits{&o.Rlimits}, "no_new_privs": &noNewPrivs{o},
		"caps": Caps(&o.Confine.Caps), "seccomp": &seccomp{&o.Confine}, "landlock": Landlock(&o.Confine.Landlock),
		"detach": &o.Detach, "cgroup": &cgroupArg{&o.Cgroup},
	}
}

// Clone are the options about new namespaces.
func Clone(o *Options) lua.Fields {
	f := Common(o)
	for name, target := range (lua.Fields{
		"...": &o.New, "join": lua.Refs(&o.Join),
		"uid_map": &idMap{&o.UIDMap}, "gid_map": &idMap{&o.GIDMap}, "map": &autoMap{o}, "setgroups": &o.Setgroups,
		"hostname": &o.Hostname, "domainname": &o.Domainname, "proc": &o.MountProc,
		"offsets":     lua.Fields{"boottime": &o.Offsets.Boottime, "monotonic": &o.Offsets.Monotonic},
		"propagation": lua.Enum(&o.Propagation, "private", "slave", "shared", "unchanged"),
		"init":        &o.Init,
	}) {
		f[name] = target
	}
	return f
}

// payload is a function or a list of words.
type payload struct{ o *Options }

func (p *payload) Set(c *lua.Call, v lua.Value) error {
	if f, ok := v.(*lua.Function); ok {
		p.o.Fn = f
		return nil
	}
	if err := c.Assign(v, &p.o.Argv); err != nil || len(p.o.Argv) == 0 {
		return fmt.Errorf(`a function or a command as a list of words ({"sleep", "60"}) expected`)
	}
	return nil
}

func (p *payload) TypeName() string { return "function|string[]" }

type text struct{ target **string }

func (t *text) Set(c *lua.Call, v lua.Value) error {
	var s string
	err := c.Assign(v, &s)
	*t.target = &s
	return err
}

func (t *text) TypeName() string { return "string" }

// terminal is true, or a table with the size.
type terminal struct{ o *Options }

func (t *terminal) Set(c *lua.Call, v lua.Value) error {
	if b, ok := v.(lua.Bool); ok {
		t.o.PTY = bool(b)
		return nil
	}
	t.o.PTY = true
	return c.Assign(v, lua.Fields{"rows": &t.o.Rows, "cols": &t.o.Cols})
}

func (t *terminal) TypeName() string { return "boolean|proc.TerminalSize" }

type optInt struct{ target *nsfork.Opt }

func (i *optInt) Set(c *lua.Call, v lua.Value) error {
	var n uint32
	err := c.Assign(v, &n)
	*i.target = nsfork.Some(int(n))
	return err
}

func (i *optInt) TypeName() string { return "integer" }

type autoMap struct{ o *Options }

func (a *autoMap) Set(c *lua.Call, v lua.Value) error {
	var word string
	err := c.Assign(v, lua.Enum(&word, "auto", "self"))
	a.o.AutoMap = word == "auto"
	return err
}

func (a *autoMap) TypeName() string { return `"auto"|"self"` }

// idMap is a list of lines {inside, outside, count}, or one such line.
type idMap struct{ target *[]nsfork.IDMap }

func (m *idMap) Set(c *lua.Call, v lua.Value) error {
	const want = "lines {inside, outside, count} expected"
	lines := []lua.Value{v}
	if t, ok := v.(*lua.Table); !ok {
		return errors.New(want)
	} else if _, nested := t.RawGetInt(1).(*lua.Table); nested {
		lines = nil
		for i := 1; i <= t.Len(); i++ {
			lines = append(lines, t.RawGetInt(i))
		}
	}
	for _, line := range lines {
		var n []int
		if err := c.Assign(line, &n); err != nil || len(n) != 3 {
			return errors.New(want)
		}
		for _, x := range n {
			if x < 0 || x > math.MaxUint32 {
				return fmt.Errorf("ids are numbers from 0 to %d", uint32(math.MaxUint32))
			}
		}
		*m.target = append(*m.target, nsfork.IDMap{Inside: uint32(n[0]), Outside: uint32(n[1]), Count: uint32(n[2])})
	}
	return nil
}

func (m *idMap) TypeName() string { return "integer[][]" }

// resources are the names of getrlimit(2) without RLIMIT_.
var resources = map[string]int{
	"as": unix.RLIMIT_AS, "core": unix.RLIMIT_CORE, "cpu": unix.RLIMIT_CPU, "data": unix.RLIMIT_DATA,
	"fsize": unix.RLIMIT_FSIZE, "locks": unix.RLIMIT_LOCKS, "memlock": unix.RLIMIT_MEMLOCK,
	"msgqueue": unix.RLIMIT_MSGQUEUE, "nice": unix.RLIMIT_NICE, "nofile": unix.RLIMIT_NOFILE,
	"nproc": unix.RLIMIT_NPROC, "rss": unix.RLIMIT_RSS, "rtprio": unix.RLIMIT_RTPRIO,
	"rttime": unix.RLIMIT_RTTIME, "sigpending": unix.RLIMIT_SIGPENDING, "stack": unix.RLIMIT_STACK,
}

// rlimits is a table like {nofile = 1024, core = {0, "unlimited"}}.
type rlimits struct{ target *[]nsfork.Rlimit }

func (r *rlimits) Set(c *lua.Call, v lua.Value) error {
	fields := lua.Fields{}
	limits := map[string]*limit{}
	for name := range resources {
		limits[name] = &limit{}
		fields[name] = limits[name]
	}
	if err := c.Assign(v, fields); err != nil {
		return err
	}
	for name, l := range limits {
		if l.given {
			*r.target = append(*r.target, nsfork.Rlimit{Resource: resources[name], Soft: l.soft, Hard: l.hard})
		}
	}
	return nil
}

func (r *rlimits) TypeName() string { return "table<string, integer>" }

// limit is one number for both limits, or the soft and the hard one.
type limit struct {
	soft, hard uint64
	given      bool
}

func (l *limit) Set(c *lua.Call, v lua.Value) error {
	l.given = true
	t, ok := v.(*lua.Table)
	if !ok {
		err := readLimit(c, v, &l.soft)
		l.hard = l.soft
		return err
	}
	if t.Len() != 2 {
		return fmt.Errorf("a number or {soft, hard} expected")
	}
	if err := readLimit(c, t.RawGetInt(1), &l.soft); err != nil {
		return err
	}
	return readLimit(c, t.RawGetInt(2), &l.hard)
}

func (l *limit) TypeName() string { return "integer" }

func readLimit(c *lua.Call, v lua.Value, target *uint64) error {
	if s, ok := v.(lua.String); ok && strings.EqualFold(string(s), "unlimited") {
		*target = unix.RLIM_INFINITY
		return nil
	}
	var size lua.Size
	if err := c.Assign(v, &size); err != nil {
		return fmt.Errorf(`a number or "unlimited" expected`)
	}
	*target = uint64(size)
	return nil
}

type cgroupArg struct{ target *Cgroup }

func (g *cgroupArg) Set(_ *lua.Call, v lua.Value) error {
	cg, ok := lua.HandleOf(v).(Cgroup)
	if !ok {
		return fmt.Errorf("a cgroup expected, as cgroup.create returns")
	}
	if cg.Closed() {
		return fmt.Errorf("%s has been closed: %w", cg, unix.EBADF)
	}
	*g.target = cg
	return nil
}

func (g *cgroupArg) TypeName() string { return "cgroup.Cgroup" }

// StatusRecord is a process's end for Lua.
func StatusRecord(p *Process, st *Status) (lua.Record, error) {
	r := lua.R("pid", p.PID, "code", st.Code, "ok", st.Code == 0)
	if st.Signal != 0 {
		r = append(r, lua.Field{Name: "signal", Value: unix.SignalName(st.Signal)})
	}
	out, errs, err := p.Captured()
	if err != nil {
		return nil, err
	}
	if p.out.captures() {
		r = append(r, lua.Field{Name: "out", Value: out})
	}
	if p.errs.captures() {
		r = append(r, lua.Field{Name: "err", Value: errs})
	}
	cpu := time.Duration(st.Usage.Utime.Nano() + st.Usage.Stime.Nano())
	return append(r, lua.Field{Name: "cpu", Value: cpu}, lua.Field{Name: "maxrss", Value: st.Usage.Maxrss * 1024}), nil
}

// Finish waits for a process that a function runs to its end. An interrupt ends the process too.
func Finish(c *lua.Call, p *Process, timeout time.Duration) (*Status, error) {
	st, err := p.Wait(timeout)
	if err == nil {
		return st, nil
	}
	if endErr := p.End(); endErr != nil {
		return nil, endErr
	}
	return nil, err
}

// Complete waits for a process and returns a closure's results or a command's status.
func Complete(c *lua.Call, p *Process, closure bool) error {
	st, err := Finish(c, p, -1)
	if err != nil {
		return err
	}
	if closure {
		results, err := p.Result(-1)
		if err != nil {
			return err
		}
		return c.ReturnValues(results)
	}
	r, err := StatusRecord(p, st)
	if err != nil {
		return err
	}
	return c.Return(r)
}

// IDMaps is an argument for the lines of an id map.
func IDMaps(target *[]nsfork.IDMap) lua.Arg { return &idMap{target} }

// AutoMap is an argument for the option map.
func AutoMap(o *Options) lua.Arg { return &autoMap{o} }
