package cgroup

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Host is what the caller's mount namespace shows of the cgroup hierarchies.
type Host struct {
	V2 *Mount   // nil if it is not mounted
	V1 []*Mount // those with controllers

	writes []Write // of the operation under way, or the last
}

// Write is a text and the file it was written to.
type Write struct{ Path, Text string }

// write writes to a file of a cgroup, and notes it.
func (h *Host) write(path, text string) error {
	err := writeFile(path, text)
	if err == nil {
		h.writes = append(h.writes, Write{path, text})
	}
	return err
}

// begin forgets what earlier operations have written.
func (h *Host) begin() { h.writes = nil }

// Writes are what the last operation that changes a cgroup wrote, in order.
func (c *Cgroup) Writes() []Write { return c.host.writes }

// Mount is a mounted hierarchy.
type Mount struct {
	Dir         string   // where it is mounted
	Controllers []string // of v1; v2's are in the file cgroup.controllers
	root        string   // the cgroup at Dir, as the caller's cgroup namespace names it
}

// v1Controllers are the controllers that v1 has ever had, by their names as mount options.
var v1Controllers = strings.Fields("cpu cpuacct cpuset memory devices freezer net_cls blkio perf_event net_prio hugetlb pids rdma misc")

// Discover reads what is mounted from /proc/self/mountinfo. The first mount of a hierarchy counts.
func Discover() (*Host, error) {
	text, err := readFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	h := &Host{}
	for line := range strings.Lines(text) {
		m, version := parseMount(strings.TrimSuffix(line, "\n"))
		switch {
		case version == 2 && h.V2 == nil:
			h.V2 = m
		case version == 1 && len(m.Controllers) > 0 && h.v1(m.Controllers[0]) == nil:
			h.V1 = append(h.V1, m)
		}
	}
	if h.V2 == nil && len(h.V1) == 0 {
		return nil, fmt.Errorf("no cgroup hierarchy is mounted: %w", unix.ENODEV)
	}
	return h, nil
}

// parseMount reads a line of mountinfo; version is 0 if it is no cgroup hierarchy. See proc_pid_mountinfo(5).
func parseMount(line string) (m *Mount, version int) {
	before, after, _ := strings.Cut(line, " - ")
	switch {
	case strings.HasPrefix(after, "cgroup2 "):
		version = 2
	case strings.HasPrefix(after, "cgroup "):
		version = 1
	default:
		return nil, 0
	}
	f := strings.Fields(before)
	if len(f) < 5 {
		return nil, 0
	}
	m = &Mount{Dir: unescape(f[4]), root: unescape(f[3])}
	if version == 1 {
		options := after[strings.LastIndexByte(after, ' ')+1:]
		for o := range strings.SplitSeq(options, ",") {
			if slices.Contains(v1Controllers, o) {
				m.Controllers = append(m.Controllers, o)
			}
		}
	}
	return m, version
}

// unescape undoes the octal escapes of mountinfo.
func unescape(s string) string {
	for i := 0; i+3 < len(s); i++ {
		if s[i] != '\\' {
			continue
		}
		if n, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
			s = s[:i] + string([]byte{byte(n)}) + s[i+4:]
		}
	}
	return s
}

// dir is where the mount has the cgroup of a path.
func (m *Mount) dir(cgroup string) string { return strings.TrimSuffix(m.Dir+cgroup, "/") }

// shown turns a path of /proc/PID/cgroup into one below the mount. That is not
// possible where the mount shows only a part of the hierarchy, and the path is
// elsewhere; or where it was made outside of the caller's cgroup namespace.
func (m *Mount) shown(membership string) (string, bool) {
	switch {
	case m.root == "/":
		return membership, true
	case strings.HasPrefix(m.root, "/.."):
		return "", false
	case membership == m.root:
		return "/", true
	}
	return strings.CutPrefix(membership, m.root)
}

func (h *Host) mounts() []*Mount {
	if h.V2 == nil {
		return h.V1
	}
	return append([]*Mount{h.V2}, h.V1...)
}

// v1 is the v1 hierarchy of a controller, nil if it has none. v2's io was blkio there.
func (h *Host) v1(controller string) *Mount {
	if controller == "io" {
		controller = "blkio"
	}
	for _, m := range h.V1 {
		if slices.Contains(m.Controllers, controller) {
			return m
		}
	}
	return nil
}

// Mode is "v2" (unified), "v1" (legacy) or "hybrid".
func (h *Host) Mode() string {
	switch {
	case h.V2 == nil:
		return "v1"
	case len(h.V1) > 0:
		return "hybrid"
	}
	return "v2"
}

// Controllers are all that are in reach, with the version of cgroups that has each.
func (h *Host) Controllers() (map[string]int, error) {
	all := map[string]int{}
	if h.V2 != nil {
		text, err := readFile(h.V2.Dir + "/cgroup.controllers")
		if err != nil {
			return nil, err
		}
		for _, c := range strings.Fields(text) {
			all[c] = 2
		}
	}
	for _, m := range h.V1 {
		for _, c := range m.Controllers {
			all[c] = 1
		}
	}
	return all, nil
}

// Base is where relative paths start: the root if the caller may make cgroups
// there, else the highest cgroup above its own that has been delegated to it.
func (h *Host) Base() (string, error) {
	for _, m := range h.mounts() {
		if unix.Access(m.Dir, unix.W_OK) == nil {
			return "/", nil
		}
	}
	if h.V2 == nil {
		return "", fmt.Errorf("no cgroup here is this user's: %w", unix.EACCES)
	}
	own, err := Of(0)
	if err != nil {
		return "", err
	}
	at, ok := h.V2.shown(own.on(h.V2).Path)
	if !ok {
		return "", fmt.Errorf("the cgroup v2 mounted at %s was mounted outside of this cgroup namespace: %w", h.V2.Dir, unix.EACCES)
	}
	base := ""
	for p := at; h.mayFill(p); p = path.Dir(p) {
		if base = p; p == "/" {
			break
		}
	}
	if base == "" {
		return "", fmt.Errorf("cgroup %s and those above it are not this user's: %w", at, unix.EACCES)
	}
	return base, nil
}

// mayFill reports whether the caller may make cgroups below one of v2, and put processes there.
func (h *Host) mayFill(cgroup string) bool {
	dir := h.V2.dir(cgroup)
	return unix.Access(dir, unix.W_OK) == nil && unix.Access(dir+"/cgroup.procs", unix.W_OK) == nil
}

// Membership is one line of /proc/PID/cgroup: on a hierarchy a process is in
// the cgroup at Path, as the caller's cgroup namespace names it.
type Membership struct {
	Hierarchy   int      // 0 is v2
	Controllers []string // of v1
	Name        string   // of a v1 hierarchy without controllers: "systemd"
	Path        string
}

// Memberships are all lines of /proc/PID/cgroup.
type Memberships []Membership

// Of tells which cgroups a process is in; 0 is the caller. See cgroups(7).
func Of(pid int) (Memberships, error) {
	file := "/proc/self/cgroup"
	if pid != 0 {
		file = fmt.Sprintf("/proc/%d/cgroup", pid)
	}
	text, err := readFile(file)
	if os.IsNotExist(err) {
		return nil, fmt.Errorf("process %d: %w", pid, unix.ESRCH)
	}
	if err != nil {
		return nil, err
	}
	var all Memberships
	for line := range strings.Lines(text) {
		f := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 3)
		if len(f) != 3 {
			continue
		}
		m := Membership{Path: f[2]}
		if m.Hierarchy, err = strconv.Atoi(f[0]); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if name, ok := strings.CutPrefix(f[1], "name="); ok {
			m.Name = name
		} else if f[1] != "" {
			m.Controllers = strings.Split(f[1], ",")
		}
		all = append(all, m)
	}
	return all, nil
}

// on is the membership on the hierarchy that is mounted as m.
func (ms Memberships) on(m *Mount) *Membership {
	for i := range ms {
		if m.Controllers == nil && ms[i].Hierarchy == 0 ||
			m.Controllers != nil && slices.Contains(ms[i].Controllers, m.Controllers[0]) {
			return &ms[i]
		}
	}
	return nil
}
