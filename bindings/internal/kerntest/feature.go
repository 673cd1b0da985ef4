package kerntest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// skips counts, for the summary at the end of a run, what was skipped for want of a feature.
var skips struct {
	sync.Mutex
	count map[string]int
}

// Skipf skips the test because the machine lacks a feature, and counts that.
func Skipf(t *testing.T, feature, format string, args ...any) {
	t.Helper()
	skips.Lock()
	if skips.count == nil {
		skips.count = map[string]int{}
	}
	skips.count[feature]++
	skips.Unlock()
	t.Skipf("needs %s: %s", feature, fmt.Sprintf(format, args...))
}

func printSkips(w io.Writer) {
	skips.Lock()
	defer skips.Unlock()
	var names []string
	for n := range skips.count {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		fmt.Fprintf(w, "kerntest: skipped for want of %s: %d\n", n, skips.count[n])
	}
}

// Has reports whether the machine has a feature:
//
//	overlay        a file system of that name
//	time           a kind of namespace
//	linux-6.8      this kernel version or a later one
//	/dev/fuse      a path
//	cmd:nft        a program on the PATH
//	cgroup:memory  a controller on a v1 hierarchy; cgroup2:memory on the v2 one; controller:memory on either
//	link:vlan      a kind of link
//	qdisc:netem    a queueing discipline
func Has(feature string) bool {
	what, name, ok := strings.Cut(feature, ":")
	switch {
	case strings.HasPrefix(feature, "/"):
		_, err := os.Stat(feature)
		return err == nil
	case strings.HasPrefix(feature, "linux-"):
		return kernelIsAtLeast(strings.TrimPrefix(feature, "linux-"))
	case !ok:
		return hasWord("/proc/filesystems", feature) || hasNamespace(feature)
	}
	switch what {
	case "cmd":
		_, err := exec.LookPath(name)
		return err == nil
	case "cgroup":
		return hasWord("/proc/self/mountinfo", name) && hasWord("/proc/cgroups", name)
	case "cgroup2":
		return hasWord("/sys/fs/cgroup/cgroup.controllers", name) || hasWord("/sys/fs/cgroup/unified/cgroup.controllers", name)
	case "controller":
		return Has("cgroup:"+name) || Has("cgroup2:"+name)
	case "link", "qdisc":
		return probeInside(feature)
	}
	panic("kerntest: no feature is called " + feature)
}

func hasNamespace(kind string) bool {
	_, err := os.Lstat("/proc/self/ns/" + kind)
	return err == nil
}

// hasWord reports whether one of the words in a file is, or is a list with, the given one.
func hasWord(path, word string) bool {
	text, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	words := strings.FieldsFunc(string(text), func(r rune) bool { return strings.ContainsRune(" \t\n,", r) })
	return slices.Contains(words, word)
}

func kernelIsAtLeast(version string) bool {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return false
	}
	have, want := numbers(unix.ByteSliceToString(u.Release[:])), numbers(version)
	return slices.Compare(have, want) >= 0
}

// numbers are the parts of a kernel's version: 6, 8 of "6.8-rc1".
func numbers(version string) []int {
	var out []int
	for _, part := range strings.Split(version, ".") {
		end := strings.IndexFunc(part, func(r rune) bool { return r < '0' || r > '9' })
		digits := part
		if end >= 0 {
			digits = part[:end]
		}
		n, err := strconv.Atoi(digits)
		if err != nil {
			break
		}
		out = append(out, n)
		if end >= 0 {
			break
		}
	}
	return out
}

// probed remembers the answers of the probes that need a process each.
var probed sync.Map

// probeInside tries a feature of the network in a network namespace of its own.
func probeInside(feature string) bool {
	if answer, ok := probed.Load(feature); ok {
		return answer.(bool)
	}
	w := world{Name: feature, Kinds: []string{"user", "net"}}
	cmd, err := w.command(context.Background(), "probe")
	answer := err == nil && cmd.Run() == nil
	probed.Store(feature, answer)
	return answer
}

// probe is the process of probeInside; it succeeds if the feature exists.
func probe(feature string) int {
	what, kind, _ := strings.Cut(feature, ":")
	attrs := netlink.NewLinkAttrs()
	attrs.Name = "probe"
	var err error
	switch what {
	case "link":
		err = netlink.LinkAdd(linkOf(kind, attrs))
	case "qdisc":
		err = netlink.QdiscAdd(&netlink.GenericQdisc{
			QdiscAttrs: netlink.QdiscAttrs{LinkIndex: 1, Handle: netlink.MakeHandle(1, 0), Parent: netlink.HANDLE_ROOT},
			QdiscType:  kind,
		})
	}
	if errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.ENOENT) {
		return 1
	}
	return 0 // it exists; that it wants more parameters is another matter
}

// linkOf is a link of a kind with the parameters without which the kernel does not say whether it has the kind.
func linkOf(kind string, attrs netlink.LinkAttrs) netlink.Link {
	if kind == "vlan" {
		attrs.ParentIndex = 1
		return &netlink.Vlan{LinkAttrs: attrs, VlanId: 2}
	}
	if kind == "ipvlan" {
		attrs.ParentIndex = 1 // the package asks for it before the kernel is asked
	}
	return &netlink.GenericLink{LinkAttrs: attrs, LinkType: kind}
}
