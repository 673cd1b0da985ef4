package spawn

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/confine"
	"nslua/bindings/internal/nsfork"
	"nslua/lua"
)

// Confinement is what a child is to lose. The zero value takes nothing.
type Confinement struct {
	Caps           *confine.CapSet // all that the program can ever have
	Seccomp        *confine.Profile
	DefaultSeccomp bool // instead of Seccomp: confine.DefaultProfile for Caps
	Landlock       *confine.Landlock
}

// confine adds what takes the child's rights away. release is to be called once it has been started.
func (o *Options) confine(s *lua.State, sp *nsfork.Spec) (release func(), err error) {
	want := o.Confine
	filtered := want.Seccomp != nil || want.DefaultSeccomp
	c := confine.Confinement{
		Keep: want.Caps, Ambient: !o.rootInside(), Files: want.Landlock,
		NoNewPrivs: o.NoNewPrivs || !o.MayGain && (filtered || want.Landlock != nil || o.notify != nil),
	}
	if want.Caps != nil {
		if err := o.haveCaps(*want.Caps); err != nil {
			return nil, err
		}
	}
	if want.DefaultSeccomp {
		c.Filter, err = defaultFilter(s, want.Caps)
	} else if want.Seccomp != nil {
		c.Filter, err = compile(want.Seccomp)
		c.Flags = want.Seccomp.Flags
	}
	if err != nil {
		return nil, err
	}
	if fd, ok := sp.ExeFD.Get(); ok && want.Landlock != nil {
		files := *want.Landlock
		files.Programs = append(files.Programs, fd)
		c.Files = &files
	}
	return c.Apply(sp)
}

func compile(p *confine.Profile) ([]unix.SockFilter, error) {
	if p.Uses("notify") {
		return nil, lua.Invalid(`option 'seccomp': the action "notify" needs a handler: see sec.seccomp_notify`)
	}
	filter, err := confine.Compile(p)
	if err != nil {
		return nil, lua.Invalid("option 'seccomp': %v", err)
	}
	return filter, nil
}

// defaultFilters are the default profiles that were compiled, by the capabilities that are kept.
type defaultFilters map[confine.CapSet][]unix.SockFilter

func defaultFilter(s *lua.State, caps *confine.CapSet) ([]unix.SockFilter, error) {
	keep := confine.DefaultCaps
	if caps != nil {
		keep = *caps
	}
	known := *lua.Attached(s, func() *defaultFilters { return &defaultFilters{} })
	if filter, ok := known[keep]; ok {
		return filter, nil
	}
	filter, err := confine.Compile(confine.DefaultProfile(keep))
	if err == nil {
		known[keep] = filter
	}
	return filter, err
}

// rootInside reports whether the program will be root in its user namespace.
func (o *Options) rootInside() bool {
	if uid, ok := o.UID.Get(); ok {
		return uid == 0
	}
	return o.otherUsers() || os.Geteuid() == 0
}

// otherUsers reports whether the child is in another user namespace.
func (o *Options) otherUsers() bool {
	for _, kind := range o.New {
		if kind == "user" {
			return true
		}
	}
	for _, h := range o.Join {
		if h.Kind.Flag == unix.CLONE_NEWUSER {
			return true
		}
	}
	return false
}

// haveCaps refuses capabilities that the child can't have because the shell has not.
func (o *Options) haveCaps(keep confine.CapSet) error {
	if o.otherUsers() || keep == confine.AllCaps {
		return nil
	}
	now, err := confine.GetCaps()
	if err != nil {
		return err
	}
	if more := keep &^ now.Permitted; more != 0 {
		return lua.WithHint(fmt.Errorf("option 'caps': %s: %w", strings.Join(more.Names(), ", "), unix.EPERM),
			"a child can keep what the shell has (sec.caps().permitted); in a new user namespace it has every capability")
	}
	return nil
}

// noNewPrivs tells false from what was not said.
type noNewPrivs struct{ o *Options }

func (n *noNewPrivs) Set(c *lua.Call, v lua.Value) error {
	err := c.Assign(v, &n.o.NoNewPrivs)
	n.o.MayGain = !n.o.NoNewPrivs
	return err
}

func (n *noNewPrivs) TypeName() string { return "boolean" }

// Caps is an argument for a list of capabilities.
func Caps(target **confine.CapSet) lua.Arg { return &capsArg{target} }

type capsArg struct{ target **confine.CapSet }

func (a *capsArg) Set(c *lua.Call, v lua.Value) error {
	var names []string
	if err := c.Assign(v, &names); err != nil {
		return err
	}
	set, err := confine.ParseCaps(names)
	*a.target = &set
	return err
}

func (a *capsArg) TypeName() string { return "string[]" }

// Landlock is an argument for Landlock rules.
func Landlock(target **confine.Landlock) lua.Arg { return &landlock{target} }

type landlock struct{ target **confine.Landlock }

func (l *landlock) Set(c *lua.Call, v lua.Value) error {
	var read, write, execute, ioctl lua.Optional[[]string]
	var bind, connect ports
	var scope []string
	tcp := false
	if err := c.Assign(v, lua.Fields{
		"read": &read, "write": &write, "execute": &execute, "ioctl": &ioctl, "scope": &scope,
		"tcp": &both{&bind, &connect, &tcp},
	}); err != nil {
		return err
	}
	rules := &confine.Landlock{
		Bind: bind, Connect: connect, HandleBind: tcp, HandleConnect: tcp,
		HandleFiles: read.Given || write.Given || execute.Given || ioctl.Given,
	}
	for _, kind := range []struct {
		paths  []string
		access uint64
	}{
		{read.Value, confine.AccessRead}, {write.Value, confine.AccessWrite},
		{execute.Value, confine.AccessExecute}, {ioctl.Value, confine.AccessIoctl},
	} {
		for _, path := range kind.paths {
			rules.Files = append(rules.Files, confine.FileRule{Path: path, Access: kind.access})
		}
	}
	for _, name := range scope {
		var word string
		if err := c.Assign(lua.String(name), lua.Enum(&word, "abstract_unix_socket", "signal")); err != nil {
			return fmt.Errorf("option 'scope': %w", err)
		}
		if word == "signal" {
			rules.Scoped |= unix.LANDLOCK_SCOPE_SIGNAL
		} else {
			rules.Scoped |= unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET
		}
	}
	if !rules.HandleFiles && !tcp && rules.Scoped == 0 {
		return fmt.Errorf("nothing to restrict: give read, write, execute, ioctl, tcp or scope")
	}
	*l.target = rules
	return nil
}

func (l *landlock) TypeName() string { return "sec.LandlockRules" }

// both are the ports of the option tcp. A list that is left out allows none.
type both struct {
	bind, connect *ports
	given         *bool
}

func (b *both) Set(c *lua.Call, v lua.Value) error {
	*b.given = true
	return c.Assign(v, lua.Fields{"bind": b.bind, "connect": b.connect})
}

func (b *both) TypeName() string { return "sec.LandlockPorts" }

type ports []uint16

func (p *ports) Set(c *lua.Call, v lua.Value) error {
	var numbers []int
	if err := c.Assign(v, &numbers); err != nil {
		return err
	}
	for _, n := range numbers {
		if n < 0 || n > 65535 {
			return fmt.Errorf("ports from 0 to 65535 expected, got %d", n)
		}
		*p = append(*p, uint16(n))
	}
	return nil
}

func (p *ports) TypeName() string { return "integer[]" }
