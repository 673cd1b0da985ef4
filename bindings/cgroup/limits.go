package cgroup

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Limits are what a cgroup may use. A nil field leaves a limit as it is;
// Unlimited takes it away. Sizes are in bytes.
type Limits struct {
	CPU       *float64 // processors
	CPUPeriod time.Duration
	CPUBurst  *time.Duration
	CPUWeight *int64 // 1 to 10000, 100 is what everybody has
	CPUIdle   *bool

	Memory, MemoryHigh, MemoryLow, MemoryMin, Swap *int64
	OOMGroup                                       *bool

	PIDs *int64

	CPUs, Mems, Partition *string

	IOWeight *int64
	IO       []IOLimit

	HugeTLB map[string]int64  // page size ("2MB") → bytes
	RDMA    map[string]string // device → "hca_handle=2 hca_object=2000"
	Misc    map[string]int64
	Devices *[]DeviceRule // what is allowed; all else is not

	NetClass *int64
	NetPrio  map[string]int64
	Perf     bool // take part in perf_event
}

// IOLimit limits what goes to one block device.
type IOLimit struct {
	Device                   string // "8:0"
	RBPS, WBPS, RIOPS, WIOPS *int64 // bytes and operations a second
	Weight                   *int64
	Latency                  *time.Duration
}

// setting is one limit on its way into a file.
type setting struct {
	option     string // by which the caller knows it
	controller string
	v1, v2     []write // what to write on each version
	retry1     []write // on v1, for the second try
	lacks      int     // the version that does not have it, if one does not
	instead    string  // what to use there
	rules      []DeviceRule
}

// write is a file and what to write into it. or names a file to try if that is not there.
type write struct{ file, value, or string }

// Unsupported says that a limit does not exist on the version of cgroups that has the controller here.
type Unsupported struct {
	Option  string
	Version int    // the one that lacks it
	Instead string // what to use there
}

func (e *Unsupported) Error() string {
	return fmt.Sprintf("option '%s' does not exist on cgroup v%d: %v", e.Option, e.Version, unix.EOPNOTSUPP)
}

// Unwrap gives EOPNOTSUPP.
func (e *Unsupported) Unwrap() error { return unix.EOPNOTSUPP }

// Absent says that no hierarchy in reach has a controller.
type Absent struct {
	Option, Controller string
	host               *Host
}

func (e *Absent) Error() string {
	return fmt.Sprintf("option '%s' needs the controller %s: %v", e.Option, e.Controller, unix.ENODEV)
}

// Unwrap gives ENODEV.
func (e *Absent) Unwrap() error { return unix.ENODEV }

// Set changes limits. If the cgroup is not part of a v1 hierarchy that one of
// them needs, it becomes so, with its processes.
func (c *Cgroup) Set(l *Limits) error {
	c.host.begin()
	settings := l.settings()
	var v2 []string
	for _, s := range settings {
		m := c.host.v1(s.controller)
		if m == nil {
			v2 = append(v2, s.controller)
		} else if err := c.join(m); err != nil {
			return err
		}
	}
	if len(v2) > 0 && c.v2 != "" && c.Path != "/" {
		if err := c.host.enable(parent(c.Path), v2); err != nil {
			return err
		}
	}
	return c.apply(settings)
}

// join gives the cgroup a directory on one more v1 hierarchy.
func (c *Cgroup) join(m *Mount) error {
	for _, p := range c.v1 {
		if p.mount == m {
			return nil
		}
	}
	dir := m.dir(c.Path)
	b := &Blueprint{host: c.host}
	if err := b.mkdir(m, dir); err != nil && !errors.Is(err, unix.EEXIST) {
		return err
	}
	pids, err := c.Procs(false)
	if err != nil {
		return err
	}
	for _, pid := range pids {
		if err := writeFile(dir+"/cgroup.procs", strconv.Itoa(pid)); err != nil && !errors.Is(err, unix.ESRCH) {
			return err
		}
	}
	c.v1 = append(c.v1, place{m, dir})
	return nil
}

// apply writes settings. What is EINVAL gets a second try after the rest: a
// limit may depend on another one, such as memory on swap.
func (c *Cgroup) apply(settings []setting) error {
	var again []setting
	for _, s := range settings {
		err := c.write(s)
		if errors.Is(err, unix.EINVAL) && (len(settings) > 1 || s.retry1 != nil) {
			if s.retry1 != nil {
				s.v1 = s.retry1
			}
			again = append(again, s)
		} else if err != nil {
			return err
		}
	}
	for _, s := range again {
		if err := c.write(s); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cgroup) write(s setting) error {
	dir, version := c.place(s.controller)
	if s.controller == "devices" && version == 2 {
		return c.filterDevices(s.rules)
	}
	if s.lacks == version {
		return &Unsupported{s.option, version, s.instead}
	}
	writes := s.v2
	if version == 1 {
		writes = s.v1
	}
	if dir == "" {
		return &Absent{s.option, s.controller, c.host}
	}
	for _, w := range writes {
		err := c.host.write(dir+"/"+w.file, w.value)
		if missing(err) && w.or != "" {
			err = c.host.write(dir+"/"+w.or, w.value)
		}
		if missing(err) && !c.has(s.controller) {
			return &Absent{s.option, s.controller, c.host}
		}
		if missing(err) {
			return fmt.Errorf("option '%s': this kernel has no %s: %w", s.option, w.file, unix.EOPNOTSUPP)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// has reports whether the cgroup takes part in a controller.
func (c *Cgroup) has(controller string) bool {
	dir, version := c.place(controller)
	if version == 1 {
		return dir != ""
	}
	text, err := readFile(dir + "/cgroup.controllers")
	return err == nil && slices.Contains(strings.Fields(text), controller)
}

func (l *Limits) settings() []setting {
	var s []setting
	s = l.cpu(s)
	s = l.memory(s)
	if l.PIDs != nil {
		s = append(s, both("pids", "pids", "pids.max", count(*l.PIDs)))
	}
	s = l.cpuset(s)
	s = l.io(s)
	return l.others(s)
}

// both is a limit with one file of the same name on both versions.
func both(option, controller, file, value string) setting {
	w := []write{{file: file, value: value}}
	return setting{option: option, controller: controller, v1: w, v2: w}
}

// only2 is a limit that v1 does not have.
func only2(option, controller, file, value, instead string) setting {
	return setting{option: option, controller: controller, v2: []write{{file: file, value: value}}, lacks: 1, instead: instead}
}

func count(n int64) string {
	if n == Unlimited {
		return "max"
	}
	return strconv.FormatInt(n, 10)
}

// v1Count writes no limit as -1.
func v1Count(n int64) string { return strconv.FormatInt(n, 10) }

func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// The kernel accepts periods from 1 ms to 1 s and quotas from 1 ms.
const (
	defaultPeriod = 100 * time.Millisecond
	minQuota      = time.Millisecond
)

// bandwidth is the quota and the period, in microseconds, that make so many processors.
func bandwidth(cpus float64, period time.Duration) (quota, length int64) {
	if period == 0 {
		period = defaultPeriod
	}
	if cpus > 0 && cpus*float64(period) < float64(minQuota) {
		period = min(time.Second, time.Duration(math.Ceil(float64(minQuota)/cpus/1000))*1000)
	}
	return int64(math.Round(cpus * float64(period.Microseconds()))), period.Microseconds()
}

func (l *Limits) cpu(s []setting) []setting {
	if l.CPU != nil {
		s = append(s, l.bandwidth())
	}
	if l.CPUBurst != nil {
		us := strconv.FormatInt(l.CPUBurst.Microseconds(), 10)
		s = append(s, setting{option: "cpu_burst", controller: "cpu",
			v1: []write{{file: "cpu.cfs_burst_us", value: us}}, v2: []write{{file: "cpu.max.burst", value: us}}})
	}
	if l.CPUWeight != nil {
		s = append(s, setting{option: "cpu_weight", controller: "cpu",
			v1: []write{{file: "cpu.shares", value: count(weightToShares(*l.CPUWeight))}},
			v2: []write{{file: "cpu.weight", value: count(*l.CPUWeight)}}})
	}
	if l.CPUIdle != nil {
		s = append(s, both("cpu_idle", "cpu", "cpu.idle", flag(*l.CPUIdle)))
	}
	return s
}

func (l *Limits) bandwidth() setting {
	quota, period := bandwidth(*l.CPU, l.CPUPeriod)
	s := setting{option: "cpu", controller: "cpu"}
	text := count(quota)
	if *l.CPU < 0 {
		text = "max"
		s.v1 = []write{{file: "cpu.cfs_quota_us", value: "-1"}}
	} else {
		none := write{file: "cpu.cfs_quota_us", value: "-1"}
		s.v1 = []write{{file: "cpu.cfs_period_us", value: count(period)}, {file: "cpu.cfs_quota_us", value: text}}
		// The two files can't change at once, and each of them alone may go beyond
		// the cgroup above or fall below one of those beneath.
		s.retry1 = append([]write{none}, s.v1...)
	}
	s.v2 = []write{{file: "cpu.max", value: text + " " + count(period)}}
	return s
}

// Weights go from 1 to 10000 with 100 in the middle, shares from 2 to 262144 with 1024.

func weightToShares(w int64) int64 { return max(2, min(262144, w*1024/100)) }

// SharesToWeight gives the v2 weight of v1 shares.
func SharesToWeight(shares int64) int64 { return max(1, min(10000, (shares*100+512)/1024)) }

func (l *Limits) memory(s []setting) []setting {
	if l.Memory != nil {
		s = append(s, setting{option: "memory", controller: "memory",
			v1: []write{{file: "memory.limit_in_bytes", value: v1Count(*l.Memory)}},
			v2: []write{{file: "memory.max", value: count(*l.Memory)}}})
	}
	if l.Swap != nil {
		swap := setting{option: "swap", controller: "memory", v2: []write{{file: "memory.swap.max", value: count(*l.Swap)}}}
		const file = "memory.memsw.limit_in_bytes" // memory and swap together
		switch {
		case *l.Swap == Unlimited:
			swap.v1 = []write{{file: file, value: "-1"}}
		case l.Memory != nil && *l.Memory != Unlimited:
			swap.v1 = []write{{file: file, value: v1Count(*l.Memory + *l.Swap)}}
		default:
			swap.lacks, swap.instead = 1, "there it limits memory and swap together: give memory in the same call"
		}
		s = append(s, swap)
	}
	if l.MemoryHigh != nil {
		s = append(s, only2("memory_high", "memory", "memory.high", count(*l.MemoryHigh), "use memory, which is a hard limit"))
	}
	if l.MemoryLow != nil {
		s = append(s, setting{option: "memory_low", controller: "memory",
			v1: []write{{file: "memory.soft_limit_in_bytes", value: v1Count(*l.MemoryLow)}},
			v2: []write{{file: "memory.low", value: count(*l.MemoryLow)}}})
	}
	if l.MemoryMin != nil {
		s = append(s, only2("memory_min", "memory", "memory.min", count(*l.MemoryMin), "use memory_low, v1's soft limit"))
	}
	if l.OOMGroup != nil {
		s = append(s, only2("oom_group", "memory", "memory.oom.group", flag(*l.OOMGroup), "watch for oom_kill and then kill the cgroup"))
	}
	return s
}

func (l *Limits) cpuset(s []setting) []setting {
	if l.CPUs != nil {
		s = append(s, both("cpus", "cpuset", "cpuset.cpus", *l.CPUs))
	}
	if l.Mems != nil {
		s = append(s, both("mems", "cpuset", "cpuset.mems", *l.Mems))
	}
	if l.Partition != nil {
		s = append(s, only2("partition", "cpuset", "cpuset.cpus.partition", *l.Partition, `write "1" to the raw file cpuset.cpu_exclusive`))
	}
	return s
}
