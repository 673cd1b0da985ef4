package cgroup

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Limits reads back what is set. Fields of controllers that the cgroup has no part in stay nil.
func (c *Cgroup) Limits() (*Limits, error) {
	l := &Limits{}
	return l, errors.Join(c.readCPU(l), c.readMemory(l), c.readOthers(l), c.readIO(l))
}

// optional reads a number into target if the file is there.
func optional(target **int64, path string) error {
	n, err := number(path)
	if missing(err) {
		return nil
	}
	*target = &n
	return err
}

func (c *Cgroup) readCPU(l *Limits) error {
	dir, version := c.place("cpu")
	if dir == "" {
		return nil
	}
	var quota, period, burst, idle *int64
	err := optional(&idle, dir+"/cpu.idle")
	if version == 1 {
		var shares *int64
		err = errors.Join(err, optional(&quota, dir+"/cpu.cfs_quota_us"), optional(&period, dir+"/cpu.cfs_period_us"),
			optional(&burst, dir+"/cpu.cfs_burst_us"), optional(&shares, dir+"/cpu.shares"))
		if shares != nil {
			w := SharesToWeight(*shares)
			l.CPUWeight = &w
		}
	} else {
		text, readErr := readFile(dir + "/cpu.max")
		if missing(readErr) {
			return nil
		}
		if f := strings.Fields(text); len(f) == 2 {
			q, qErr := parseNumber(f[0])
			p, pErr := parseNumber(f[1])
			quota, period, err = &q, &p, errors.Join(err, qErr, pErr)
		}
		err = errors.Join(err, readErr, optional(&burst, dir+"/cpu.max.burst"), optional(&l.CPUWeight, dir+"/cpu.weight"))
	}
	if quota != nil && period != nil {
		cpus := float64(Unlimited)
		if *quota >= 0 {
			cpus = float64(*quota) / float64(*period)
		}
		l.CPU, l.CPUPeriod = &cpus, time.Duration(*period)*time.Microsecond
	}
	if burst != nil {
		d := time.Duration(*burst) * time.Microsecond
		l.CPUBurst = &d
	}
	if idle != nil {
		on := *idle != 0
		l.CPUIdle = &on
	}
	return err
}

func (c *Cgroup) readMemory(l *Limits) error {
	dir, version := c.place("memory")
	if dir == "" {
		return nil
	}
	if version == 1 {
		var both *int64
		err := errors.Join(optional(&l.Memory, dir+"/memory.limit_in_bytes"), optional(&l.MemoryLow, dir+"/memory.soft_limit_in_bytes"),
			optional(&both, dir+"/memory.memsw.limit_in_bytes"))
		if both != nil && l.Memory != nil {
			swap := int64(Unlimited)
			if *both != Unlimited && *l.Memory != Unlimited {
				swap = *both - *l.Memory
			}
			l.Swap = &swap
		}
		return err
	}
	var group *int64
	err := errors.Join(optional(&l.Memory, dir+"/memory.max"), optional(&l.MemoryHigh, dir+"/memory.high"),
		optional(&l.MemoryLow, dir+"/memory.low"), optional(&l.MemoryMin, dir+"/memory.min"),
		optional(&l.Swap, dir+"/memory.swap.max"), optional(&group, dir+"/memory.oom.group"))
	if group != nil {
		on := *group != 0
		l.OOMGroup = &on
	}
	return err
}

func (c *Cgroup) readOthers(l *Limits) error {
	var errs []error
	if dir, _ := c.place("pids"); dir != "" {
		errs = append(errs, optional(&l.PIDs, dir+"/pids.max"))
	}
	if dir, version := c.place("cpuset"); dir != "" {
		for file, target := range map[string]**string{"cpus": &l.CPUs, "mems": &l.Mems, "cpus.partition": &l.Partition} {
			text, err := readFile(dir + "/cpuset." + file)
			if missing(err) || version == 1 && file == "cpus.partition" {
				continue
			}
			text = strings.TrimSpace(text)
			*target = &text
			errs = append(errs, err)
		}
	}
	if dir, version := c.place("hugetlb"); dir != "" {
		suffix := map[int]string{1: ".limit_in_bytes", 2: ".max"}[version]
		files, err := filepath.Glob(dir + "/hugetlb.*" + suffix)
		errs = append(errs, err)
		for _, f := range files {
			size := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(f), "hugetlb."), suffix)
			if strings.Contains(size, ".") { // reservations
				continue
			}
			n, err := number(f)
			errs = append(errs, err)
			if n != Unlimited {
				if l.HugeTLB == nil {
					l.HugeTLB = map[string]int64{}
				}
				l.HugeTLB[size] = n
			}
		}
	}
	if dir, version := c.place("net_cls"); dir != "" && version == 1 {
		errs = append(errs, optional(&l.NetClass, dir+"/net_cls.classid"))
	}
	return errors.Join(errs...)
}

// v1Throttles are the files of v1 that io.max has in one.
var v1Throttles = map[string]string{"rbps": "read_bps_device", "wbps": "write_bps_device", "riops": "read_iops_device", "wiops": "write_iops_device"}

func (c *Cgroup) readIO(l *Limits) error {
	dir, version := c.place("io")
	if dir == "" {
		return nil
	}
	devices := map[string]*IOLimit{}
	device := func(number string) *IOLimit {
		if devices[number] == nil {
			devices[number] = &IOLimit{Device: number}
		}
		return devices[number]
	}
	var err error
	if version == 1 {
		err = readThrottles(dir, device)
	} else {
		var values map[string]map[string]int64
		values, err = nested(dir + "/io.max")
		for number, limits := range values {
			for name, n := range limits {
				device(number).set(name, n)
			}
		}
	}
	if missing(err) {
		return nil
	}
	for _, d := range devices {
		l.IO = append(l.IO, *d)
	}
	return err
}

func readThrottles(dir string, device func(string) *IOLimit) error {
	for name, file := range v1Throttles {
		values, err := keyed(dir + "/blkio.throttle." + file)
		if err != nil {
			return err
		}
		for number, n := range values {
			device(number).set(name, n)
		}
	}
	return nil
}

func (d *IOLimit) set(name string, n int64) {
	if n == Unlimited {
		return
	}
	switch name {
	case "rbps":
		d.RBPS = &n
	case "wbps":
		d.WBPS = &n
	case "riops":
		d.RIOPS = &n
	case "wiops":
		d.WIOPS = &n
	}
}

// Controllers are those that the cgroup takes part in, in the kernel's order: v2's first.
func (c *Cgroup) Controllers() ([]string, error) {
	var all []string
	if c.v2 != "" {
		text, err := readFile(c.v2 + "/cgroup.controllers")
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		all = strings.Fields(text)
	}
	for _, p := range c.v1 {
		all = append(all, p.mount.Controllers...)
	}
	return all, nil
}
