package confine

import (
	"fmt"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// A Profile says what a seccomp filter does with each system call.
type Profile struct {
	Default Action // for calls that no rule matches
	Rules   []Rule // the first that matches decides
	// Architectures are the system call interfaces that the profile covers, see
	// Architectures(); none means NativeArch. A process that makes a call of
	// another interface is killed: the same number means another call there.
	Architectures []string
	Flags         uint32 // SECCOMP_FILTER_FLAG_*
}

// A Rule is an action for some system calls. Names that an architecture does not have are passed over there.
type Rule struct {
	Names  []string
	Action Action
	Args   []Arg // all must hold
}

// An Action is what happens with a call: a word of Actions, and for "errno" the error.
type Action struct {
	Name  string
	Errno syscall.Errno // 0: EPERM
}

// An Arg is a condition on an argument. The kernel compares all 64 bits, though
// many calls look at the lower 32 only: a rule about an int wants the Mask 0xffffffff.
type Arg struct {
	Index int    // from 0
	Op    string // a word of Operators
	Value uint64
	Mask  uint64 // applied to the argument first; 0: all bits
}

// actionValues are the results of a filter, see seccomp(2).
var actionValues = map[string]uint32{
	"allow":        unix.SECCOMP_RET_ALLOW,
	"errno":        unix.SECCOMP_RET_ERRNO,
	"kill":         unix.SECCOMP_RET_KILL_PROCESS,
	"kill_process": unix.SECCOMP_RET_KILL_PROCESS,
	"kill_thread":  unix.SECCOMP_RET_KILL_THREAD,
	"log":          unix.SECCOMP_RET_LOG,
	"notify":       unix.SECCOMP_RET_USER_NOTIF,
	"trace":        unix.SECCOMP_RET_TRACE,
	"trap":         unix.SECCOMP_RET_TRAP,
}

// Actions are the words for an Action; "kill" is "kill_process".
func Actions() []string {
	return []string{"allow", "errno", "kill", "kill_process", "kill_thread", "log", "notify", "trace", "trap"}
}

// Operators are the comparisons that an Arg can make.
func Operators() []string { return []string{"eq", "ne", "lt", "le", "gt", "ge"} }

// value is the action as a filter returns it.
func (a Action) value() (uint32, error) {
	v, ok := actionValues[a.Name]
	if !ok {
		return 0, fmt.Errorf("unknown action %q: one of %s expected", a.Name, strings.Join(Actions(), ", "))
	}
	if a.Errno != 0 && a.Name != "errno" {
		return 0, fmt.Errorf("action %q takes no errno", a.Name)
	}
	if a.Name == "errno" {
		errno := a.Errno
		if errno == 0 {
			errno = unix.EPERM
		}
		if errno > maxErrno {
			return 0, fmt.Errorf("errno %d: a number up to %d expected", errno, maxErrno)
		}
		v |= uint32(errno)
	}
	return v, nil
}

// maxErrno is the greatest number that a program takes for an error.
const maxErrno = 4095

// String shows the action: "errno EPERM".
func (a Action) String() string {
	if a.Name != "errno" {
		return a.Name
	}
	if name := unix.ErrnoName(a.Errno); name != "" {
		return "errno " + name
	}
	return fmt.Sprintf("errno %d", a.Errno)
}

// actionOf is the inverse of value.
func actionOf(v uint32) Action {
	for _, name := range Actions() {
		if actionValues[name] == v&unix.SECCOMP_RET_ACTION_FULL {
			a := Action{Name: name}
			if name == "errno" {
				a.Errno = syscall.Errno(v & unix.SECCOMP_RET_DATA)
			}
			return a
		}
	}
	return Action{Name: fmt.Sprintf("%#x", v)}
}

func (g Arg) check() error {
	if g.Index < 0 || g.Index > 5 {
		return fmt.Errorf("argument %d: calls have arguments 0 to 5", g.Index)
	}
	if g.Mask != 0 && g.Value&^g.Mask != 0 && (g.Op == "eq" || g.Op == "ne") {
		return fmt.Errorf("argument %d: the value %#x has bits outside the mask %#x", g.Index, g.Value, g.Mask)
	}
	for _, op := range Operators() {
		if g.Op == op {
			return nil
		}
	}
	return fmt.Errorf("argument %d: unknown comparison %q: one of %s expected", g.Index, g.Op, strings.Join(Operators(), ", "))
}

// Uses reports whether the profile has the action somewhere.
func (p *Profile) Uses(action string) bool {
	for _, r := range p.Rules {
		if r.Action.Name == action {
			return true
		}
	}
	return p.Default.Name == action
}
