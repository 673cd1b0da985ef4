package sec

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/confine"
)

// The hints here are asked for after a failure only; err nil gives none.

// capsHint finds the rule of capabilities(7) that a change of the sets has broken.
func capsHint(err error, want confine.Caps) string {
	if !errors.Is(err, unix.EPERM) && !errors.Is(err, unix.EINVAL) {
		return ""
	}
	now, readErr := confine.GetCaps()
	if readErr != nil {
		return ""
	}
	list := func(s confine.CapSet) string { return strings.Join(s.Names(), ", ") }
	setpcap := confine.CapSet(1 << unix.CAP_SETPCAP)
	switch {
	case want.Bounding&^now.Bounding != 0:
		return "the bounding set can only shrink; in a new user namespace it is full"
	case want.Bounding != now.Bounding && !now.Effective.Has(setpcap):
		return "taking from the bounding set needs setpcap in the effective set"
	case want.Permitted&^now.Permitted != 0:
		return fmt.Sprintf("the permitted set can only shrink: %s was not in it", list(want.Permitted&^now.Permitted))
	case want.Effective&^want.Permitted != 0:
		return fmt.Sprintf("what is effective must be permitted: %s is not", list(want.Effective&^want.Permitted))
	case want.Inheritable&^(now.Inheritable|now.Bounding) != 0:
		return fmt.Sprintf("what becomes inheritable must be in the bounding set: %s is not", list(want.Inheritable&^now.Bounding))
	case want.Inheritable&^(now.Inheritable|now.Permitted) != 0 && !now.Effective.Has(setpcap):
		return "without setpcap in the effective set only what is permitted becomes inheritable"
	case want.Ambient&^(want.Permitted&want.Inheritable) != 0:
		return fmt.Sprintf("what is ambient must be permitted and inheritable: %s is not", list(want.Ambient&^(want.Permitted&want.Inheritable)))
	}
	return ""
}

func securebitsHint(err error) string {
	if !errors.Is(err, unix.EPERM) {
		return ""
	}
	now, readErr := confine.GetCaps()
	if readErr != nil {
		return ""
	}
	if !now.Effective.Has(1 << unix.CAP_SETPCAP) {
		return "it takes setpcap in the effective set"
	}
	return "a bit whose _locked bit is set stays as it is, and so does the lock; sec.securebits() lists them"
}

// withoutPrivs explains what seccomp and Landlock ask for.
func withoutPrivs() string {
	if on, err := NoNewPrivs(); err == nil && !on {
		return "it takes no_new_privs, or sys_admin in the effective set: leave the option no_new_privs = false out"
	}
	return ""
}

func seccompHint(err error) string {
	switch {
	case errors.Is(err, unix.EACCES):
		return withoutPrivs()
	case errors.Is(err, unix.EBUSY):
		return "another filter of this thread has a listener already: there can be one only"
	case errors.Is(err, unix.EINVAL):
		return "the kernel does not know an action or flag of the profile: sec.seccomp_actions() lists the actions"
	}
	return ""
}

func landlockHint(err error) string {
	var old *confine.NeedsABIError
	switch {
	case errors.As(err, &old) && old.Have == 0:
		return "this kernel has no Landlock, or it is not switched on: it must be built in (CONFIG_SECURITY_LANDLOCK) and in the lsm= list"
	case errors.As(err, &old):
		return "tcp needs Linux 6.7, scope Linux 6.12"
	case errors.Is(err, unix.EPERM):
		return withoutPrivs()
	case errors.Is(err, unix.E2BIG):
		return "a thread can be under 16 rule sets at most"
	}
	return ""
}

func keyringHint(err error) string {
	switch {
	case errors.Is(err, unix.EDQUOT):
		return "the user's quota of keys is used up: /proc/key-users, /proc/sys/kernel/keys/maxkeys"
	case errors.Is(err, unix.EACCES):
		return "a keyring of that name exists and does not let this user search it"
	case errors.Is(err, unix.ENOSYS):
		return "this kernel is built without CONFIG_KEYS, or a seccomp filter refuses keyctl"
	}
	return ""
}

func memoryHint(err error) string {
	if errors.Is(err, unix.EPERM) {
		return "reading another process's memory takes the rights of ptrace(2): the same user and no more capabilities than the shell has"
	}
	return ""
}
