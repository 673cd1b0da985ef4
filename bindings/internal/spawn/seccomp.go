package spawn

import (
	"fmt"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/confine"
	"nslua/lua"
)

// seccomp is a profile or the word "default".
type seccomp struct{ target *Confinement }

func (s *seccomp) Set(c *lua.Call, v lua.Value) error {
	if word, ok := v.(lua.String); ok && word == "default" {
		s.target.DefaultSeccomp = true
		return nil
	}
	if _, ok := v.(*lua.Table); !ok {
		return fmt.Errorf(`a profile or "default" expected`)
	}
	return Profile(&s.target.Seccomp).Set(c, v)
}

func (s *seccomp) TypeName() string { return `sec.SeccompProfile|"default"` }

// Profile is an argument for a seccomp profile. Names and values are checked when it is compiled.
func Profile(target **confine.Profile) lua.Arg { return &profile{target} }

type profile struct{ target **confine.Profile }

func (p *profile) Set(c *lua.Call, v lua.Value) error {
	var out confine.Profile
	var rules []lua.Value
	var flags []string
	if err := c.Assign(v, lua.Fields{
		"default!": lua.Enum(&out.Default.Name, confine.Actions()...), "errno": Errno(&out.Default.Errno),
		"rules": &rules, "architectures": &out.Architectures, "flags": &flags,
	}); err != nil {
		return err
	}
	for i, r := range rules {
		rule, err := readRule(c, r)
		if err != nil {
			return fmt.Errorf("rule %d: %w", i+1, err)
		}
		out.Rules = append(out.Rules, rule)
	}
	for _, name := range flags {
		var word string
		if err := c.Assign(lua.String(name), lua.Enum(&word, "log", "spec_allow")); err != nil {
			return fmt.Errorf("option 'flags': %w", err)
		}
		if word == "log" {
			out.Flags |= unix.SECCOMP_FILTER_FLAG_LOG
		} else {
			out.Flags |= unix.SECCOMP_FILTER_FLAG_SPEC_ALLOW
		}
	}
	*p.target = &out
	return nil
}

func (p *profile) TypeName() string { return "sec.SeccompProfile" }

func readRule(c *lua.Call, v lua.Value) (r confine.Rule, err error) {
	var args []lua.Value
	if err := c.Assign(v, lua.Fields{
		"names!": &r.Names, "action!": lua.Enum(&r.Action.Name, confine.Actions()...), "errno": Errno(&r.Action.Errno), "args": &args,
	}); err != nil {
		return r, err
	}
	for i, a := range args {
		g := confine.Arg{Op: "eq"}
		if err := c.Assign(a, lua.Fields{
			"index!": &g.Index, "op": lua.Enum(&g.Op, confine.Operators()...), "value!": Word(&g.Value), "mask": Word(&g.Mask),
		}); err != nil {
			return r, fmt.Errorf("condition %d: %w", i+1, err)
		}
		r.Args = append(r.Args, g)
	}
	return r, nil
}

// Errno is an argument for an error by name ("EPERM") or number.
func Errno(target *syscall.Errno) lua.Arg { return &errnoArg{target} }

type errnoArg struct{ target *syscall.Errno }

func (e *errnoArg) Set(_ *lua.Call, v lua.Value) error {
	if name, ok := v.(lua.String); ok {
		for n := syscall.Errno(1); n < 256; n++ {
			if unix.ErrnoName(n) == string(name) {
				*e.target = n
				return nil
			}
		}
	}
	if n, ok := v.(lua.Number); ok && n >= 1 && n <= 4095 && float64(n) == float64(int(n)) {
		*e.target = syscall.Errno(n)
		return nil
	}
	return fmt.Errorf(`an error ("EPERM", or its number) expected, got %s`, v)
}

func (e *errnoArg) TypeName() string { return "string|integer" }

// Word is an argument for 64 bits: a number, or a string such as "0xffffffff00000000".
func Word(target *uint64) lua.Arg { return &word{target} }

type word struct{ target *uint64 }

func (w *word) Set(c *lua.Call, v lua.Value) error {
	if text, ok := v.(lua.String); ok {
		n, err := strconv.ParseUint(string(text), 0, 64)
		if err != nil {
			return fmt.Errorf("a number of 64 bits expected, got %q", string(text))
		}
		*w.target = n
		return nil
	}
	return c.Assign(v, w.target)
}

func (w *word) TypeName() string { return "integer|string" }
