// Package sec reads and changes what a thread may do: capabilities, securebits,
// no_new_privs, seccomp, Landlock, keyrings, and what the security modules say.
//
// All of these but the dumpable attribute belong to a thread. What is set here
// holds for the calling thread and for what it starts, not for the process's other threads.
package sec

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/confine"
)

// CapsOf reads the capability sets of a process from /proc. One that does not exist gives ESRCH.
func CapsOf(pid int) (confine.Caps, error) {
	var c confine.Caps
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if os.IsNotExist(err) {
		err = unix.ESRCH
	}
	if err != nil {
		return c, fmt.Errorf("process %d: %w", pid, err)
	}
	sets := map[string]*confine.CapSet{
		"CapInh": &c.Inheritable, "CapPrm": &c.Permitted, "CapEff": &c.Effective, "CapBnd": &c.Bounding, "CapAmb": &c.Ambient,
	}
	for line := range strings.Lines(string(text)) {
		key, value, _ := strings.Cut(line, ":")
		if set := sets[key]; set != nil {
			n, err := strconv.ParseUint(strings.TrimSpace(value), 16, 64)
			if err != nil {
				return c, fmt.Errorf("process %d: %s: %w", pid, key, err)
			}
			*set = confine.CapSet(n)
		}
	}
	return c, nil
}

// NoNewPrivs tells whether the thread has no_new_privs set (prctl(2)).
func NoNewPrivs() (bool, error) {
	n, err := unix.PrctlRetInt(unix.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)
	if err != nil {
		return false, fmt.Errorf("prctl(PR_GET_NO_NEW_PRIVS): %w", err)
	}
	return n == 1, nil
}

// securebits are the flags by bit (linux/securebits.h).
var securebits = []string{
	"noroot", "noroot_locked", "no_setuid_fixup", "no_setuid_fixup_locked", "keep_caps", "keep_caps_locked",
	"no_cap_ambient_raise", "no_cap_ambient_raise_locked", "exec_restrict_file", "exec_restrict_file_locked",
	"exec_deny_interactive", "exec_deny_interactive_locked",
}

// Securebits lists the thread's securebits, see capabilities(7).
func Securebits() ([]string, error) {
	n, err := unix.PrctlRetInt(unix.PR_GET_SECUREBITS, 0, 0, 0, 0)
	if err != nil {
		return nil, fmt.Errorf("prctl(PR_GET_SECUREBITS): %w", err)
	}
	names := []string{}
	for bit, name := range securebits {
		if n&(1<<bit) != 0 {
			names = append(names, name)
		}
	}
	return names, nil
}

// SetSecurebits sets exactly these; names are those of Securebits.
func SetSecurebits(names []string) error {
	bits := 0
	for _, name := range names {
		bit := slices.Index(securebits, name)
		if bit < 0 {
			return fmt.Errorf("securebit %q: %w", name, unix.EINVAL)
		}
		bits |= 1 << bit
	}
	if err := unix.Prctl(unix.PR_SET_SECUREBITS, uintptr(bits), 0, 0, 0); err != nil {
		return fmt.Errorf("prctl(PR_SET_SECUREBITS): %w", err)
	}
	return nil
}

// Dumpable is the attribute that decides who may trace the process and read its
// /proc files: 0 no, 1 its user, 2 root only (proc(5), suid_dumpable).
func Dumpable() (int, error) {
	n, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	if err != nil {
		return 0, fmt.Errorf("prctl(PR_GET_DUMPABLE): %w", err)
	}
	return n, nil
}

// SetDumpable sets the attribute, for the whole process, to 1 or 0.
func SetDumpable(on bool) error {
	n := uintptr(0)
	if on {
		n = 1
	}
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, n, 0, 0, 0); err != nil {
		return fmt.Errorf("prctl(PR_SET_DUMPABLE): %w", err)
	}
	return nil
}
