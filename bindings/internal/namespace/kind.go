// Package namespace opens, identifies and enters Linux namespaces; see namespaces(7).
package namespace

import (
	"fmt"

	"golang.org/x/sys/unix"

	"nslua/lua/luadoc"
)

// Kind is a type of namespace.
type Kind struct {
	Name     string // as below /proc/PID/ns: "net"
	Flag     int    // CLONE_NEWNET
	FlagName string
	Since    string // the first kernel that has it
	Isolates string
}

// Kinds are all types, in the order the kernel got them.
var Kinds = []Kind{
	{"mnt", unix.CLONE_NEWNS, "CLONE_NEWNS", "2.4.19", "the tree of mounts"},
	{"uts", unix.CLONE_NEWUTS, "CLONE_NEWUTS", "2.6.19", "host name and domain name"},
	{"ipc", unix.CLONE_NEWIPC, "CLONE_NEWIPC", "2.6.19", "System V IPC and POSIX message queues"},
	{"pid", unix.CLONE_NEWPID, "CLONE_NEWPID", "2.6.24", "process numbers"},
	{"net", unix.CLONE_NEWNET, "CLONE_NEWNET", "2.6.29", "links, addresses, routes, firewall, ports"},
	{"user", unix.CLONE_NEWUSER, "CLONE_NEWUSER", "3.8", "user and group ids, capabilities"},
	{"cgroup", unix.CLONE_NEWCGROUP, "CLONE_NEWCGROUP", "4.6", "the root of the cgroup hierarchy"},
	{"time", unix.CLONE_NEWTIME, "CLONE_NEWTIME", "5.6", "the offsets of the boot-time and monotonic clocks"},
}

// KindNames are the names of all kinds.
func KindNames() []string {
	names := make([]string, len(Kinds))
	for i, k := range Kinds {
		names[i] = k.Name
	}
	return names
}

// ByName finds a kind; the error names the nearest.
func ByName(name string) (Kind, error) {
	for _, k := range Kinds {
		if k.Name == name || name == "mount" && k.Name == "mnt" {
			return k, nil
		}
	}
	if near, ok := luadoc.Nearest(name, KindNames()); ok {
		return Kind{}, fmt.Errorf("no kind of namespace is called %q, did you mean %q?", name, near)
	}
	return Kind{}, fmt.Errorf("no kind of namespace is called %q: they are mnt, uts, ipc, pid, net, user, cgroup, time", name)
}

// ByFlag finds the kind of a single CLONE_NEW* flag.
func ByFlag(flag int) (Kind, bool) {
	for _, k := range Kinds {
		if k.Flag == flag {
			return k, true
		}
	}
	return Kind{}, false
}

// Mask adds up the flags of the named kinds.
func Mask(names []string) (int, error) {
	mask := 0
	for _, n := range names {
		k, err := ByName(n)
		if err != nil {
			return 0, err
		}
		mask |= k.Flag
	}
	return mask, nil
}

// Names lists the kinds in a mask.
func Names(mask int) []string {
	var names []string
	for _, k := range Kinds {
		if mask&k.Flag != 0 {
			names = append(names, k.Name)
		}
	}
	return names
}
