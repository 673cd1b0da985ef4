package cgroup

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Stat is what a cgroup uses, those below it included. A nil part means that
// the controller is not there.
type Stat struct {
	CPU    *CPUStat
	Memory *MemoryStat
	PIDs   *PIDsStat
	IO     map[string]map[string]int64 // device → rbytes, wbytes, rios, wios…
}

// CPUStat is processor time.
type CPUStat struct {
	Usage, User, System       time.Duration
	Periods, ThrottledPeriods int64 // periods of the quota, and those it ran out in
	Throttled                 time.Duration
}

// MemoryStat is memory, in bytes.
type MemoryStat struct {
	Usage  int64
	Peak   *int64
	Swap   *int64
	Anon   int64
	File   int64
	Kernel int64
	Detail map[string]int64 // the whole of memory.stat
}

// PIDsStat counts processes and threads.
type PIDsStat struct {
	Current int64
	Peak    *int64
}

// Stat reads the numbers.
func (c *Cgroup) Stat() (*Stat, error) {
	s := &Stat{}
	var err error
	if s.CPU, err = c.cpuStat(); err != nil {
		return nil, err
	}
	if s.Memory, err = c.memoryStat(); err != nil {
		return nil, err
	}
	if dir, _ := c.place("pids"); dir != "" {
		n, err := number(dir + "/pids.current")
		if err == nil {
			s.PIDs = &PIDsStat{Current: n}
			err = optional(&s.PIDs.Peak, dir+"/pids.peak")
		}
		if err != nil && !missing(err) {
			return nil, err
		}
	}
	if s.IO, err = c.ioStat(); err != nil {
		return nil, err
	}
	return s, nil
}

func (c *Cgroup) cpuStat() (*CPUStat, error) {
	s := &CPUStat{}
	found := false
	if dir, version := c.place("cpuacct"); version == 1 && dir != "" {
		found = true
		for file, target := range map[string]*time.Duration{"usage": &s.Usage, "usage_user": &s.User, "usage_sys": &s.System} {
			n, err := number(dir + "/cpuacct." + file)
			if err != nil {
				return nil, err
			}
			*target = time.Duration(n)
		}
	}
	dir, version := c.place("cpu")
	if dir == "" && c.v2 != "" { // v2 counts time without the controller
		dir, version = c.v2, 2
	}
	if dir == "" {
		return s.or(found), nil
	}
	values, err := keyed(dir + "/cpu.stat")
	if missing(err) {
		return s.or(found), nil
	}
	if err != nil {
		return nil, err
	}
	s.Periods, s.ThrottledPeriods = values["nr_periods"], values["nr_throttled"]
	if version == 1 {
		s.Throttled = time.Duration(values["throttled_time"])
		return s, nil
	}
	s.Throttled = time.Duration(values["throttled_usec"]) * time.Microsecond
	s.Usage = time.Duration(values["usage_usec"]) * time.Microsecond
	s.User = time.Duration(values["user_usec"]) * time.Microsecond
	s.System = time.Duration(values["system_usec"]) * time.Microsecond
	return s, nil
}

func (s *CPUStat) or(found bool) *CPUStat {
	if !found {
		return nil
	}
	return s
}

func (c *Cgroup) memoryStat() (*MemoryStat, error) {
	dir, version := c.place("memory")
	if dir == "" {
		return nil, nil
	}
	detail, err := keyed(dir + "/memory.stat")
	if missing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s := &MemoryStat{Detail: detail}
	if version == 1 {
		s.Anon, s.File = detail["total_rss"], detail["total_cache"]
		if swap, ok := detail["total_swap"]; ok {
			s.Swap = &swap
		}
		return s, errors.Join(into(&s.Usage, dir+"/memory.usage_in_bytes"), into(&s.Kernel, dir+"/memory.kmem.usage_in_bytes"),
			optional(&s.Peak, dir+"/memory.max_usage_in_bytes"))
	}
	s.Anon, s.File, s.Kernel = detail["anon"], detail["file"], detail["kernel"]
	return s, errors.Join(into(&s.Usage, dir+"/memory.current"), // the root has none
		optional(&s.Peak, dir+"/memory.peak"), optional(&s.Swap, dir+"/memory.swap.current"))
}

func into(target *int64, path string) error {
	n, err := number(path)
	if missing(err) {
		return nil
	}
	*target = n
	return err
}

func (c *Cgroup) ioStat() (map[string]map[string]int64, error) {
	dir, version := c.place("io")
	if dir == "" {
		return nil, nil
	}
	if version == 2 {
		values, err := nested(dir + "/io.stat")
		if missing(err) {
			err = nil
		}
		return values, err
	}
	all := map[string]map[string]int64{}
	for file, names := range map[string]map[string]string{
		"io_service_bytes": {"Read": "rbytes", "Write": "wbytes"},
		"io_serviced":      {"Read": "rios", "Write": "wios"},
	} {
		if err := readBlkio(all, dir+"/blkio.throttle."+file, names); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// readBlkio reads a file of lines "8:0 Read 4096" into all, under the names that v2 uses.
func readBlkio(all map[string]map[string]int64, path string, names map[string]string) error {
	text, err := readFile(path)
	if missing(err) {
		return nil
	}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) != 3 || names[f[1]] == "" {
			continue
		}
		n, err := parseNumber(f[2])
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if all[f[0]] == nil {
			all[f[0]] = map[string]int64{}
		}
		all[f[0]][names[f[1]]] = n
	}
	return err
}
