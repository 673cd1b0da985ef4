package sys

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Load is how busy the machine is, from /proc/loadavg.
type Load struct {
	Load1, Load5, Load15 float64 // over so many minutes
	Running, Threads     int
	LastPID              int
}

// GetLoad reads it.
func GetLoad() (Load, error) {
	const path = "/proc/loadavg"
	text, err := os.ReadFile(path)
	if err != nil {
		return Load{}, err
	}
	var l Load
	_, err = fmt.Sscanf(string(text), "%f %f %f %d/%d %d", &l.Load1, &l.Load5, &l.Load15, &l.Running, &l.Threads, &l.LastPID)
	if err != nil {
		return Load{}, fmt.Errorf("%s: %q: %w", path, text, err)
	}
	return l, nil
}

// MemoryLine is a line of /proc/meminfo: a name and bytes, or a number of pages for names that begin with HugePages_.
type MemoryLine struct {
	Name  string
	Value int64
}

// Memory reads /proc/meminfo.
func Memory() ([]MemoryLine, error) {
	const path = "/proc/meminfo"
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var all []MemoryLine
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		n, err := strconv.ParseInt(f[1], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s: %q: %w", path, line, err)
		}
		if len(f) > 2 && f[2] == "kB" {
			n *= 1024
		}
		all = append(all, MemoryLine{strings.TrimSuffix(f[0], ":"), n})
	}
	return all, nil
}

// CPUs are the numbers of processors.
type CPUs struct {
	Online, Possible []int
	Affinity         []int // those that the calling thread may run on
}

// GetCPUs reads /sys/devices/system/cpu and sched_getaffinity(2).
func GetCPUs() (CPUs, error) {
	var c CPUs
	var err error
	if c.Online, err = cpuList("/sys/devices/system/cpu/online"); err != nil {
		return c, err
	}
	if c.Possible, err = cpuList("/sys/devices/system/cpu/possible"); err != nil {
		return c, err
	}
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return c, os.NewSyscallError("sched_getaffinity", err)
	}
	for i := range len(set) * 64 {
		if set.IsSet(i) {
			c.Affinity = append(c.Affinity, i)
		}
	}
	return c, nil
}

func cpuList(path string) ([]int, error) {
	text, err := readLine(path)
	if err != nil {
		return nil, err
	}
	list, err := parseList(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return list, nil
}

// parseList reads the kernel's list format: "0-2,7".
func parseList(text string) ([]int, error) {
	var out []int
	for part := range strings.SplitSeq(text, ",") {
		if part == "" {
			continue
		}
		first, last, isRange := strings.Cut(part, "-")
		from, err := strconv.Atoi(first)
		if err != nil {
			return nil, fmt.Errorf("list %q: %w", text, err)
		}
		to := from
		if isRange {
			if to, err = strconv.Atoi(last); err != nil {
				return nil, fmt.Errorf("list %q: %w", text, err)
			}
		}
		for n := from; n <= to; n++ {
			out = append(out, n)
		}
	}
	return out, nil
}
