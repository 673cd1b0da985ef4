package namespace

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// maxNesting is how deep pid and user namespaces nest (pid_namespaces(7)).
const maxNesting = 32

// LimitHint explains an ENOSPC of clone(2) or unshare(2) for new namespaces of the
// kinds in mask, by looking at what can be the cause now: namespaces nested too
// deep, or the limits in /proc/sys/user. Empty: neither is.
func LimitHint(mask int) string {
	if mask&unix.CLONE_NEWPID != 0 && pidLevels() >= maxNesting {
		return fmt.Sprintf("pid namespaces nest at most %d deep, and this is the last level", maxNesting)
	}
	if mask&unix.CLONE_NEWUSER != 0 && userLevels() >= maxNesting {
		return fmt.Sprintf("user namespaces nest at most %d deep, and this is the last level", maxNesting)
	}
	var limits []string
	for _, k := range Kinds {
		if mask&k.Flag == 0 {
			continue
		}
		name := "user.max_" + k.Name + "_namespaces"
		text, err := os.ReadFile("/proc/sys/user/max_" + k.Name + "_namespaces")
		if err != nil {
			continue
		}
		limit := strings.TrimSpace(string(text))
		if limit == "0" {
			return fmt.Sprintf("%s is 0 here: no such namespace may be made; root of this user namespace can change that with sysctl", name)
		}
		limits = append(limits, name+"="+limit)
	}
	if len(limits) == 0 {
		return ""
	}
	return "a limit on the number of namespaces is reached, here or further out: here " + strings.Join(limits, ", ")
}

// pidLevels counts the pid namespaces that this process is in, as far as /proc shows them.
func pidLevels() int {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "NSpid:")
	line, _, _ := strings.Cut(rest, "\n")
	return len(strings.Fields(line))
}

// userLevels counts the user namespaces that this process is in, up to the last in sight.
func userLevels() int {
	kind, _ := ByFlag(unix.CLONE_NEWUSER)
	h, err := Current(kind, false)
	n := 0
	for err == nil {
		var parent *Handle
		n++
		parent, err = h.Parent()
		h.Close()
		h = parent
	}
	return n
}
