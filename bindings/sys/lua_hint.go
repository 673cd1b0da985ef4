package sys

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/lua/luadoc"
)

// The hints here are asked for after a failure only; err nil gives none.

// nameHint explains that a name of the uts namespace can't be set.
func nameHint(err error) string {
	if !errors.Is(err, unix.EPERM) {
		return ""
	}
	if unix.Geteuid() != 0 {
		return "setting it takes CAP_SYS_ADMIN in the user namespace that owns this uts namespace; " +
			`start the shell with nslua -U, or make a process with ns.clone{"user", "uts", …}`
	}
	if inUserNamespace() {
		return `root of a user namespace may name only its own uts namespace: ns.unshare("uts") first`
	}
	return ""
}

// inUserNamespace reports whether the process is in a user namespace other than the initial one.
func inUserNamespace() bool {
	text, err := os.ReadFile("/proc/self/uid_map")
	if err != nil {
		return false
	}
	f := strings.Fields(string(text))
	return len(f) != 3 || f[0] != "0" || f[1] != "0" || f[2] != "4294967295"
}

func configHint(err error) string {
	if errors.Is(err, unix.ENOENT) {
		return "a kernel shows its configuration in /proc/config.gz if built with CONFIG_IKCONFIG_PROC; distributions put it in /boot"
	}
	return ""
}

func setidHint(err error, n NewIDs) string {
	if err == nil {
		return ""
	}
	setgroups, _ := readLine("/proc/self/setgroups")
	switch {
	case errors.Is(err, unix.EPERM) && n.Groups != nil && setgroups == "deny":
		return "setgroups is denied in this user namespace (/proc/self/setgroups): one that an ordinary user has made with a one-line map has no other groups"
	case errors.Is(err, unix.EPERM) && unix.Geteuid() != 0:
		return "only root, or a process with CAP_SETUID and CAP_SETGID, takes other ids than its own"
	case errors.Is(err, unix.EINVAL) && inUserNamespace():
		return "an id must be mapped in this user namespace; /proc/self/uid_map and gid_map show the ranges"
	}
	return ""
}

// sysctlHint finds what a misspelled name may mean, and who may write what.
func sysctlHint(name string, err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, unix.ENOENT):
		return nearestSysctl(name)
	case errors.Is(err, unix.EROFS):
		return "/proc/sys is mounted read-only here"
	case errors.Is(err, unix.EISDIR):
		return fmt.Sprintf("it is a directory: sys.sysctl_list(%q) lists what is in it", name)
	}
	path, lost := SysctlPath(name)
	var st unix.Stat_t
	if lost != nil || unix.Stat(path, &st) != nil {
		return ""
	}
	if !errors.Is(err, unix.EACCES) && !errors.Is(err, unix.EPERM) {
		return ""
	}
	switch {
	case st.Mode&0o222 == 0:
		return "the kernel offers it for reading only"
	case inUserNamespace() && st.Uid != 0:
		return "it belongs to the whole machine: only root outside this user namespace can change it"
	case unix.Geteuid() != 0:
		return "it takes root: start the shell with nslua -U for the settings of namespaces, with sudo for those of the machine"
	}
	return ""
}

// nearestSysctl walks down the name as far as it goes and looks around there.
func nearestSysctl(name string) string {
	dotted := name
	if i := strings.IndexAny(name, "./"); i >= 0 && name[i] == '/' {
		dotted = strings.ReplaceAll(name, "/", ".")
	}
	dir, parts := sysctlRoot, strings.Split(dotted, ".")
	for i, part := range parts {
		if next := filepath.Join(dir, part); present(next) {
			dir = next
			continue
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			return ""
		}
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		if near, ok := luadoc.Nearest(part, names); ok {
			parts[i] = near
			return fmt.Sprintf("did you mean %s?", strings.Join(parts, "."))
		}
		return ""
	}
	return ""
}

func limitHint(err error, want, have Limit) string {
	switch {
	case errors.Is(err, unix.EINVAL) && want.Soft > want.Hard:
		return "the soft limit can't be above the hard one"
	case errors.Is(err, unix.EPERM) && want.Hard > have.Hard:
		return fmt.Sprintf("the hard limit is %v: raising it takes CAP_SYS_RESOURCE in the initial user namespace", limitText(have.Hard))
	}
	return ""
}

func niceHint(err error) string {
	if !errors.Is(err, unix.EPERM) && !errors.Is(err, unix.EACCES) {
		return ""
	}
	l, err := GetLimit("nice")
	if err != nil {
		return ""
	}
	return fmt.Sprintf("without CAP_SYS_NICE in the initial user namespace the lowest value here is %d (20 minus the limit \"nice\")", 20-int(min(l.Soft, 40)))
}
