package main

import (
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"

	"nslua/lua/repl"
)

// kinds are those of namespaces that a shell can change, as /proc/PID/ns calls them.
var kinds = []string{"user", "mnt", "net", "uts", "ipc", "cgroup", "pid_for_children", "time_for_children"}

// namespaces are the inodes of those that this thread is in, by kind.
func namespaces() map[string]string {
	in := map[string]string{}
	for _, kind := range kinds {
		if link, err := os.Readlink("/proc/thread-self/ns/" + kind); err == nil {
			_, inode, _ := strings.Cut(strings.TrimSuffix(link, "]"), "[")
			in[kind] = inode
		}
	}
	return in
}

// firstUserNS is the inode that the kernel gives the user namespace of the machine (PROC_USER_INIT_INO).
const firstUserNS = "user:[4026531837]"

func onHost() bool {
	link, err := os.Readlink("/proc/self/ns/user")
	return err == nil && link == firstUserNS
}

// names lists what exists, with a word about each, for completion.
func names(kind string) []string {
	var out []string
	switch kind {
	case "interface":
		links, _ := net.Interfaces() // nothing to complete where the kernel refuses
		for _, l := range links {
			out = append(out, l.Name+" "+linkState(l))
		}
	case "pid":
		for _, p := range processes() {
			out = append(out, fmt.Sprintf("%d %s", p.pid, p.name))
		}
	case "namespace":
		entries, _ := os.ReadDir("/run/netns")
		for _, e := range entries {
			out = append(out, e.Name())
		}
	}
	return out
}

func linkState(l net.Interface) string {
	if l.Flags&net.FlagUp != 0 {
		return "UP"
	}
	return "DOWN"
}

type process struct {
	pid, parent int
	name        string
}

// processes are all that /proc shows, by number.
func processes() []process {
	dirs, _ := os.ReadDir("/proc")
	var out []process
	for _, d := range dirs {
		pid, err := strconv.Atoi(d.Name())
		if err != nil {
			continue
		}
		stat, err := os.ReadFile("/proc/" + d.Name() + "/stat")
		if err != nil {
			continue // it has ended
		}
		open, end := strings.IndexByte(string(stat), '('), strings.LastIndexByte(string(stat), ')')
		if open < 0 || end < open {
			continue
		}
		p := process{pid: pid, name: string(stat[open+1 : end])}
		if fields := strings.Fields(string(stat[end+1:])); len(fields) > 1 {
			p.parent, _ = strconv.Atoi(fields[1])
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b process) int { return a.pid - b.pid })
	return out
}

// Snapshot is the state of the kernel as far as a shell changes it.
func (h *promptHost) Snapshot() (repl.Snapshot, error) {
	mounts, err := mountPoints()
	if err != nil {
		return nil, err
	}
	links, err := linkStates()
	if err != nil {
		return nil, err
	}
	return repl.Snapshot{
		{Name: "ns", Items: namespaces()},
		{Name: "mnt", Items: mounts, Lua: func(name, _ string) string {
			return fmt.Sprintf("assert(mount.find(%q).target == %q)", name, name)
		}},
		{Name: "net", Items: links, Lua: func(name, state string) string {
			up, _, _ := strings.Cut(state, " ")
			return fmt.Sprintf("assert(net.link(%q):info().up == %t)", name, up == "UP")
		}},
		{Name: "cgroup", Items: cgroups(h.sh.state.Pending())},
		{Name: "proc", Items: children()},
	}, nil
}

// mountPoints are the mounts by where they are; what each is.
func mountPoints() (map[string]string, error) {
	text, err := os.ReadFile("/proc/thread-self/mountinfo")
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for line := range strings.Lines(string(text)) {
		head, tail, ok := strings.Cut(line, " - ")
		fields := strings.Fields(head)
		if !ok || len(fields) < 6 {
			continue
		}
		kind, _, _ := strings.Cut(tail, " ")
		out[unescapeMount(fields[4])] = strings.Split(fields[5], ",")[0] + " " + kind
	}
	return out, nil
}

// unescapeMount turns \040 and the like of mountinfo back into characters.
func unescapeMount(path string) string {
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] == '\\' && i+3 < len(path) {
			if n, err := strconv.ParseUint(path[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		b.WriteByte(path[i])
	}
	return b.String()
}

func linkStates() (map[string]string, error) {
	links, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, l := range links {
		state := linkState(l)
		addrs, err := l.Addrs()
		if err != nil {
			return nil, err
		}
		for _, a := range addrs {
			if ip, ok := a.(*net.IPNet); ok && !ip.IP.IsLinkLocalUnicast() {
				state += " " + a.String()
			}
		}
		out[l.Name] = state
	}
	return out, nil
}

// cgroups are those that the shell has made and will remove: the rest of the
// machine's come and go without it.
func cgroups(pending []string) map[string]string {
	out := map[string]string{}
	for _, what := range pending {
		if path, ok := strings.CutPrefix(what, "cgroup "); ok {
			out[path] = ""
		}
	}
	return out
}

// children are the processes that descend from this one.
func children() map[string]string {
	mine := map[int]bool{os.Getpid(): true}
	out := map[string]string{}
	all := processes()
	for again := true; again; {
		again = false
		for _, p := range all {
			if mine[p.parent] && !mine[p.pid] {
				mine[p.pid], again = true, true
				out[fmt.Sprintf("%d", p.pid)] = p.name
			}
		}
	}
	return out
}
