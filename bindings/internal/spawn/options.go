// Package spawn starts processes for scripts: a command or a Lua closure, in any
// mix of new and existing namespaces. It is what ns.clone, proc.start and
// everything that runs something inside a namespace have in common.
package spawn

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
	"nslua/bindings/internal/nsfork"
	"nslua/lua"
)

// Cgroup is a cgroup handle, as far as starting a process in it goes.
type Cgroup interface {
	lua.Handle
	// Entry gives a cgroup v2 directory (-1: none) and open cgroup.procs
	// files of v1 hierarchies. They stay the cgroup's own.
	Entry() (dir int, procs []int, err error)
}

// Options say what to start and where. The zero value of every field but Argv
// and Fn leaves things as they are in the shell.
type Options struct {
	Argv []string
	Fn   *lua.Function // instead of Argv
	Args []lua.Value   // for Fn

	New  []string // kinds of namespaces to make
	Join []*namespace.Handle

	UIDMap, GIDMap []nsfork.IDMap // empty: the caller becomes root, alone
	AutoMap        bool           // root, and the subordinate ids of the user
	Setgroups      bool

	Offsets              nsfork.TimeOffsets
	Hostname, Domainname string
	MountProc            bool
	Propagation          string // of a new mount namespace: "private" (default), "slave", "shared", "unchanged"
	Root                 string

	Dir      string
	Env      map[string]string
	ClearEnv bool

	Stdin, Stdout, Stderr string // see stdio.go
	Input                 *string
	Capture               bool
	PTY                   bool
	Rows, Cols            int
	Session               bool

	UID, GID   nsfork.Opt
	Groups     []int
	Rlimits    []nsfork.Rlimit
	NoNewPrivs bool
	MayGain    bool // no_new_privs = false: neither Seccomp nor Landlock sets it
	Confine    Confinement
	Detach     bool // lives on when the shell ends
	Init       bool // a supervising PID 1 above the command
	Cgroup     Cgroup
	Steps      []nsfork.Step

	notify *notifier
}

// Spec translates all but what is run and the standard streams.
func (o *Options) Spec() (*nsfork.Spec, error) {
	mask, err := namespace.Mask(o.New)
	if err != nil {
		return nil, lua.Invalid("%v", err)
	}
	sp := &nsfork.Spec{
		New: mask, AllowSetgroups: o.Setgroups,
		Offsets: o.Offsets, Hostname: o.Hostname, Domainname: o.Domainname,
		MountProc: o.MountProc, Root: o.Root, Dir: o.Dir,
		UID: o.UID, GID: o.GID, Groups: o.Groups, Rlimits: o.Rlimits, NoNewPrivs: o.NoNewPrivs,
		Setsid: o.Session || o.PTY, Steps: o.Steps,
	}
	for _, h := range o.Join {
		sp.Join = append(sp.Join, nsfork.Join{Type: h.Kind.Flag, FD: h.FD()})
	}
	if err := o.check(mask); err != nil {
		return nil, err
	}
	if mask&unix.CLONE_NEWNS != 0 {
		if sp.Propagation, err = propagation(o.Propagation); err != nil {
			return nil, err
		}
	}
	if err := o.maps(sp); err != nil {
		return nil, err
	}
	if !o.Detach {
		sp.Pdeathsig = unix.SIGKILL
	}
	if o.Cgroup != nil {
		dir, procs, err := o.Cgroup.Entry()
		if err != nil {
			return nil, err
		}
		if dir >= 0 {
			sp.CgroupFD = nsfork.Some(dir)
		}
		sp.CgroupProcs = procs
	}
	return sp, nil
}

// check refuses what could only be a mistake.
func (o *Options) check(mask int) error {
	joined := 0
	for _, h := range o.Join {
		joined |= h.Kind.Flag
	}
	for _, rule := range []struct {
		given bool
		kinds int
		text  string
	}{
		{o.Offsets != (nsfork.TimeOffsets{}), mask & unix.CLONE_NEWTIME, "option 'offsets' needs a new time namespace: add \"time\" to the kinds"},
		{o.Hostname != "" || o.Domainname != "", (mask | joined) & unix.CLONE_NEWUTS, "options 'hostname' and 'domainname' need a uts namespace: add \"uts\" to the kinds"},
		{o.MountProc, (mask | joined) & unix.CLONE_NEWNS, "option 'proc' needs a mount namespace: add \"mnt\" to the kinds"},
		{len(o.UIDMap)+len(o.GIDMap) > 0 || o.AutoMap, mask & unix.CLONE_NEWUSER, "id maps need a new user namespace: add \"user\" to the kinds"},
	} {
		if rule.given && rule.kinds == 0 {
			return lua.Invalid("%s", rule.text)
		}
	}
	return nil
}

func propagation(name string) (uintptr, error) {
	switch name {
	case "", "private":
		return unix.MS_REC | unix.MS_PRIVATE, nil
	case "slave":
		return unix.MS_REC | unix.MS_SLAVE, nil
	case "shared":
		return unix.MS_REC | unix.MS_SHARED, nil
	}
	return 0, nil
}

// environ is the environment of the child.
func (o *Options) environ() []string {
	var env []string
	if !o.ClearEnv {
		env = os.Environ()
	}
	for _, k := range sortedKeys(o.Env) {
		env = slices.DeleteFunc(env, func(e string) bool { return strings.HasPrefix(e, k+"=") })
		env = append(env, k+"="+o.Env[k])
	}
	return env
}

// defaultPath is where commands are looked for when the environment has no PATH.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// Candidates are the files that a command name may stand for.
func Candidates(name string, env []string) []string {
	if strings.Contains(name, "/") {
		return []string{name}
	}
	path := defaultPath
	for _, e := range env {
		if p, ok := strings.CutPrefix(e, "PATH="); ok {
			path = p
		}
	}
	var files []string
	for _, dir := range strings.Split(path, ":") {
		if dir == "" {
			dir = "."
		}
		files = append(files, dir+"/"+name)
	}
	return files
}

// Offset notes a time offset by the clock's name.
func (o *Options) Offset(clock string, d time.Duration) error {
	switch clock {
	case "boottime":
		o.Offsets.Boottime = d
	case "monotonic":
		o.Offsets.Monotonic = d
	default:
		return fmt.Errorf(`clock "boottime" or "monotonic" expected, got %q`, clock)
	}
	return nil
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
