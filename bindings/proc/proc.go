// Package proc reads what proc(5) says about processes.
package proc

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/confine"
)

// Info is a process as /proc shows it.
type Info struct {
	PID, PPID int
	Name      string   // the command's name, at most 15 bytes
	Args      []string // empty for kernel threads and zombies
	State     string   // a word: "running", "sleeping", …
	UID, GID  uint32   // effective
	Threads   int
	RSS       int64 // bytes
	NSPID     []int // its number in every pid namespace, the outermost that is in sight first
	Caps      confine.Caps
	NoNewPriv bool
	Seccomp   int
	Cgroup    map[string]string // hierarchy ("" is v2) → path
}

// List reads all processes that /proc shows, by number. Those that end meanwhile are left out.
func List() ([]Info, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	var all []Info
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		info, err := Get(pid)
		if errors.Is(err, unix.ESRCH) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, info)
	}
	slices.SortFunc(all, func(a, b Info) int { return a.PID - b.PID })
	return all, nil
}

// Get reads one process. One that does not exist gives ESRCH.
func Get(pid int) (Info, error) {
	info := Info{PID: pid}
	dir := fmt.Sprintf("/proc/%d/", pid)
	status, err := read(dir + "status")
	if err != nil {
		return info, fmt.Errorf("process %d: %w", pid, err)
	}
	info.parseStatus(status)
	if args, err := read(dir + "cmdline"); err == nil && len(args) > 0 {
		info.Args = strings.Split(strings.TrimRight(string(args), "\x00"), "\x00")
	}
	cgroup, err := read(dir + "cgroup")
	if err == nil {
		info.Cgroup = parseCgroup(cgroup)
	}
	return info, nil
}

// read reads a file of a process; ESRCH if the process is gone.
func read(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, unix.ESRCH
	}
	return b, err
}

var states = map[string]string{
	"R": "running", "S": "sleeping", "D": "disk sleep", "T": "stopped", "t": "traced", "Z": "zombie", "X": "dead", "I": "idle", "P": "parked",
}

// parseStatus reads /proc/PID/status.
func (p *Info) parseStatus(text []byte) {
	for line := range bytes.Lines(text) {
		key, value, ok := strings.Cut(strings.TrimSpace(string(line)), ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch key {
		case "Name":
			p.Name = value
		case "State":
			letter, _, _ := strings.Cut(value, " ")
			if p.State = states[letter]; p.State == "" {
				p.State = letter
			}
		case "PPid":
			p.PPID, _ = strconv.Atoi(value)
		case "Uid":
			p.UID = second(value)
		case "Gid":
			p.GID = second(value)
		case "Threads":
			p.Threads, _ = strconv.Atoi(value)
		case "VmRSS":
			n, _, _ := strings.Cut(value, " ")
			kb, _ := strconv.ParseInt(n, 10, 64)
			p.RSS = kb * 1024
		case "NSpid":
			for _, n := range strings.Fields(value) {
				pid, _ := strconv.Atoi(n)
				p.NSPID = append(p.NSPID, pid)
			}
		case "NoNewPrivs":
			p.NoNewPriv = value == "1"
		case "Seccomp":
			p.Seccomp, _ = strconv.Atoi(value)
		case "CapEff":
			p.Caps.Effective = hex(value)
		case "CapPrm":
			p.Caps.Permitted = hex(value)
		case "CapInh":
			p.Caps.Inheritable = hex(value)
		case "CapBnd":
			p.Caps.Bounding = hex(value)
		case "CapAmb":
			p.Caps.Ambient = hex(value)
		}
	}
}

// second is the effective id of a line "real effective saved filesystem".
func second(fields string) uint32 {
	f := strings.Fields(fields)
	if len(f) < 2 {
		return 0
	}
	n, _ := strconv.ParseUint(f[1], 10, 32)
	return uint32(n)
}

func hex(s string) confine.CapSet {
	n, _ := strconv.ParseUint(s, 16, 64)
	return confine.CapSet(n)
}

// parseCgroup reads /proc/PID/cgroup: lines "id:controllers:path".
func parseCgroup(text []byte) map[string]string {
	m := map[string]string{}
	for line := range bytes.Lines(text) {
		part := strings.SplitN(strings.TrimSpace(string(line)), ":", 3)
		if len(part) == 3 {
			m[part[1]] = part[2]
		}
	}
	return m
}
