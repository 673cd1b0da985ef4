package spawn

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
	"nslua/bindings/internal/nsfork"
)

// StepHint explains, by looking at the system now, why a child could not be set up. Empty: no rule was found.
func StepHint(err error) string {
	var step *nsfork.StepError
	if !errors.As(err, &step) {
		return ""
	}
	made := kindsMade(step.Step)
	user := made&unix.CLONE_NEWUSER != 0 || strings.Contains(step.Step, "_map")
	switch {
	case step.Err == unix.ENOSPC && made != 0:
		return namespace.LimitHint(made)
	case step.Err == unix.EPERM && user && readInt("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1:
		return "AppArmor forbids unprivileged user namespaces here: sysctl kernel.apparmor_restrict_unprivileged_userns=0 as root lifts that"
	case step.Err == unix.EPERM && user && readInt("/proc/sys/kernel/unprivileged_userns_clone") == 0:
		return "unprivileged user namespaces are switched off here: sysctl kernel.unprivileged_userns_clone=1 as root lifts that"
	case step.Err == unix.EPERM && made != 0 && !user:
		return `making namespaces takes CAP_SYS_ADMIN: add "user" to the kinds, or run the script with nslua -U`
	case step.Err == unix.EPERM && strings.HasPrefix(step.Step, "setns"):
		return "joining takes CAP_SYS_ADMIN over the namespace: join the user namespace that owns it as well"
	case step.Err == unix.ENOMEM && childrenElsewhere():
		return "the first process of the pid namespace for children has ended, and with it the namespace: no process can be started in it any more"
	case step.Err == unix.EINVAL && strings.Contains(step.Step, "setns(user)"):
		return "a process can't join the user namespace that it is in already"
	}
	return ""
}

// childrenElsewhere reports whether children of this thread would not be in its own pid namespace.
func childrenElsewhere() bool {
	own, err := os.Readlink("/proc/thread-self/ns/pid")
	if err != nil {
		return false
	}
	next, err := os.Readlink("/proc/thread-self/ns/pid_for_children")
	return err != nil || own != next
}

// kindsMade are the kinds of namespaces that a step makes: "clone(user,net)", "unshare(net)", "clone into pid".
func kindsMade(step string) int {
	call, list, ok := strings.Cut(strings.TrimSuffix(step, ")"), "(")
	if !ok {
		call, list, ok = strings.Cut(step, " into ")
	}
	if !ok || call != "clone" && call != "unshare" {
		return 0
	}
	mask, err := namespace.Mask(strings.Split(list, ","))
	if err != nil {
		return 0
	}
	return mask
}

// readInt reads a number from a file, -1 if there is none.
func readInt(path string) int {
	text, err := os.ReadFile(path)
	if err != nil {
		return -1
	}
	n := -1
	fmt.Sscan(string(text), &n)
	return n
}
