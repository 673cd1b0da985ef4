package cgroup

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

// limitFields are the options that say what a cgroup may use.
func limitFields(l *Limits) lua.Fields {
	return lua.Fields{
		"cpu": &processors{&l.CPU}, "cpu_period": &l.CPUPeriod, "cpu_burst": given(&l.CPUBurst),
		"cpu_weight": between(&l.CPUWeight, 1, 10000), "cpu_shares": &shares{&l.CPUWeight}, "cpu_idle": given(&l.CPUIdle),
		"memory": &amount{&l.Memory}, "memory_high": &amount{&l.MemoryHigh}, "memory_low": &amount{&l.MemoryLow},
		"memory_min": &amount{&l.MemoryMin}, "swap": &amount{&l.Swap}, "oom_group": given(&l.OOMGroup),
		"pids": &amount{&l.PIDs},
		"cpus": given(&l.CPUs), "mems": given(&l.Mems), "partition": given(&l.Partition),
		"io_weight": between(&l.IOWeight, 1, 10000), "io": &devicesIO{&l.IO},
		"hugetlb": &amounts{&l.HugeTLB, pageSize}, "misc": &amounts{&l.Misc, nil}, "rdma": &l.RDMA,
		"devices": &deviceList{&l.Devices},
		"net_cls": between(&l.NetClass, 0, 0xffffffff), "net_prio": &amounts{&l.NetPrio, nil}, "perf_event": &l.Perf,
		"requests": lua.Fields{"cpu": &requestCPU{&l.CPUWeight}, "memory": &amount{&l.MemoryLow}},
		"limits": lua.Fields{"cpu": &processors{&l.CPU}, "memory": &amount{&l.Memory}, "pids": &amount{&l.PIDs},
			"hugepages-2Mi": &hugePages{l, "2MB"}, "hugepages-1Gi": &hugePages{l, "1GB"}},
	}
}

// pointer sets a field that is nil unless it was given.
type pointer[T any] struct{ target **T }

func given[T any](target **T) lua.Arg { return &pointer[T]{target} }

func (p *pointer[T]) Set(c *lua.Call, v lua.Value) error {
	var x T
	if err := c.Assign(v, &x); err != nil {
		return err
	}
	*p.target = &x
	return nil
}

func (p *pointer[T]) TypeName() string { return (&lua.Optional[T]{}).TypeName() }

// rangeArg is an integer within bounds.
type rangeArg struct {
	target    **int64
	low, high int64
}

func between(target **int64, low, high int64) lua.Arg { return &rangeArg{target, low, high} }

func (r *rangeArg) Set(c *lua.Call, v lua.Value) error {
	var n int64
	if err := c.Assign(v, &n); err != nil || n < r.low || n > r.high {
		return fmt.Errorf("an integer from %d to %d expected, got %s", r.low, r.high, v.String())
	}
	*r.target = &n
	return nil
}

func (r *rangeArg) TypeName() string { return "integer" }

// isMax reports whether v takes a limit away.
func isMax(v lua.Value) bool { return v == lua.String("max") || v == lua.String("unlimited") }

// amount is a size or a number, or "max".
type amount struct{ target **int64 }

func (a *amount) Set(c *lua.Call, v lua.Value) error {
	n := int64(Unlimited)
	if !isMax(v) {
		var s lua.Size
		if err := c.Assign(v, &s); err != nil {
			return fmt.Errorf(`%w; "max" takes the limit away`, err)
		}
		n = int64(s)
	}
	*a.target = &n
	return nil
}

func (a *amount) TypeName() string { return "Size" }

// processors is a number of processors, or "max".
type processors struct{ target **float64 }

func (p *processors) Set(c *lua.Call, v lua.Value) error {
	n := float64(Unlimited)
	if !isMax(v) {
		var cpus lua.CPU
		if err := c.Assign(v, &cpus); err != nil {
			return fmt.Errorf(`%w; "max" takes the limit away`, err)
		}
		if n = float64(cpus); n < 0.001 {
			return fmt.Errorf("the kernel counts in thousandths of a processor, got %s", v.String())
		}
	}
	*p.target = &n
	return nil
}

func (p *processors) TypeName() string { return "CPU" }

// shares is the weight in the unit of v1.
type shares struct{ weight **int64 }

func (s *shares) Set(c *lua.Call, v lua.Value) error {
	var n *int64
	if err := between(&n, 2, 262144).Set(c, v); err != nil {
		return err
	}
	w := SharesToWeight(*n)
	*s.weight = &w
	return nil
}

func (s *shares) TypeName() string { return "integer" }

// requestCPU is a Kubernetes request: a processor is worth 1024 shares.
type requestCPU struct{ weight **int64 }

func (r *requestCPU) Set(c *lua.Call, v lua.Value) error {
	var cpus lua.CPU
	if err := c.Assign(v, &cpus); err != nil {
		return err
	}
	w := SharesToWeight(int64(cpus * 1024))
	*r.weight = &w
	return nil
}

func (r *requestCPU) TypeName() string { return "CPU" }

type hugePages struct {
	limits *Limits
	size   string
}

func (h *hugePages) Set(c *lua.Call, v lua.Value) error {
	var n *int64
	if err := (&amount{&n}).Set(c, v); err != nil {
		return err
	}
	if h.limits.HugeTLB == nil {
		h.limits.HugeTLB = map[string]int64{}
	}
	h.limits.HugeTLB[h.size] = *n
	return nil
}

func (h *hugePages) TypeName() string { return "Size" }

// amounts is a table of amounts. name, if not nil, makes the kernel's name of each key.
type amounts struct {
	target *map[string]int64
	name   func(string) (string, error)
}

func (a *amounts) Set(c *lua.Call, v lua.Value) error {
	all := map[string]int64{}
	err := eachNamed(v, func(name string, v lua.Value) error {
		if a.name != nil {
			var err error
			if name, err = a.name(name); err != nil {
				return err
			}
		}
		var n *int64
		if err := (&amount{&n}).Set(c, v); err != nil {
			return fmt.Errorf("'%s': %w", name, err)
		}
		all[name] = *n
		return nil
	})
	*a.target = all
	return err
}

func (a *amounts) TypeName() string { return "table<string, Size>" }

// eachNamed calls f for each entry of a table with names as keys.
func eachNamed(v lua.Value, f func(name string, v lua.Value) error) error {
	t, ok := v.(*lua.Table)
	if !ok {
		return errors.New("a table expected")
	}
	var err error
	t.ForEach(func(k, v lua.Value) {
		name, ok := k.(lua.String)
		switch {
		case err != nil:
		case !ok:
			err = fmt.Errorf("names expected as keys, got [%s]", k.String())
		default:
			err = f(string(name), v)
		}
	})
	return err
}

// pageSize makes the kernel's "2MB" of "2Mi", "2M" and "2MB", all powers of 1024 here.
func pageSize(text string) (string, error) {
	short := strings.TrimSuffix(strings.TrimSuffix(text, "B"), "i")
	if _, err := lua.ParseSize(short); err != nil || short == "" {
		return "", fmt.Errorf(`a size of pages ("2MB", "1Gi") expected as key, got %q`, text)
	}
	return strings.ToUpper(short) + "B", nil
}

// deviceList is a list of what may be done with devices.
type deviceList struct{ target **[]DeviceRule }

func (d *deviceList) Set(c *lua.Call, v lua.Value) error {
	var lines []string
	if err := c.Assign(v, &lines); err != nil {
		return err
	}
	rules := []DeviceRule{}
	for _, line := range lines {
		r, err := ParseDeviceRule(line)
		if errors.Is(err, unix.EINVAL) {
			return fmt.Errorf(`a path ("/dev/null rw"), or type, numbers and access ("c 1:3 rwm") expected, got %q`, line)
		}
		if err != nil {
			return err
		}
		rules = append(rules, r)
	}
	*d.target = &rules
	return nil
}

func (d *deviceList) TypeName() string { return "string[]" }

// devicesIO is a table of limits by block device.
type devicesIO struct{ target *[]IOLimit }

func (d *devicesIO) Set(c *lua.Call, v lua.Value) error {
	return eachNamed(v, func(device string, v lua.Value) error {
		number, err := DeviceNumber(device)
		if err != nil {
			return err
		}
		l := IOLimit{Device: number}
		if err := c.Assign(v, lua.Fields{
			"rbps": &amount{&l.RBPS}, "wbps": &amount{&l.WBPS}, "riops": &amount{&l.RIOPS}, "wiops": &amount{&l.WIOPS},
			"weight": between(&l.Weight, 1, 10000), "latency": given(&l.Latency),
		}); err != nil {
			return fmt.Errorf("'%s': %w", device, err)
		}
		*d.target = append(*d.target, l)
		return nil
	})
}

func (d *devicesIO) TypeName() string { return "table<string, cgroup.IOLimit>" }

// limitsRecord is limits for Lua, as create takes them. What has no limit is left out.
func limitsRecord(l *Limits) lua.Record {
	r := lua.Record{}
	add := func(name string, v any) { r = append(r, lua.Field{Name: name, Value: v}) }
	number := func(name string, n *int64) {
		if n != nil && *n != Unlimited {
			add(name, *n)
		}
	}
	if l.CPU != nil && *l.CPU >= 0 {
		add("cpu", *l.CPU)
		add("cpu_period", l.CPUPeriod)
	}
	if l.CPUBurst != nil && *l.CPUBurst > 0 {
		add("cpu_burst", *l.CPUBurst)
	}
	number("cpu_weight", l.CPUWeight)
	number("memory", l.Memory)
	number("memory_high", l.MemoryHigh)
	number("memory_low", l.MemoryLow)
	number("memory_min", l.MemoryMin)
	number("swap", l.Swap)
	number("pids", l.PIDs)
	number("net_cls", l.NetClass)
	for name, on := range map[string]*bool{"cpu_idle": l.CPUIdle, "oom_group": l.OOMGroup} {
		if on != nil && *on {
			add(name, true)
		}
	}
	for name, text := range map[string]*string{"cpus": l.CPUs, "mems": l.Mems, "partition": l.Partition} {
		if text != nil && *text != "" {
			add(name, *text)
		}
	}
	if len(l.HugeTLB) > 0 {
		add("hugetlb", anyMap(l.HugeTLB))
	}
	if len(l.IO) > 0 {
		add("io", ioRecord(l.IO))
	}
	return r
}

func ioRecord(all []IOLimit) map[string]any {
	devices := map[string]any{}
	for _, d := range all {
		one := lua.Record{}
		for name, n := range map[string]*int64{"rbps": d.RBPS, "wbps": d.WBPS, "riops": d.RIOPS, "wiops": d.WIOPS} {
			if n != nil {
				one = append(one, lua.Field{Name: name, Value: *n})
			}
		}
		devices[d.Device] = one
	}
	return devices
}

func anyMap[T any](m map[string]T) map[string]any {
	all := make(map[string]any, len(m))
	for k, v := range m {
		all[k] = v
	}
	return all
}

// triggerArg is {memory = "100ms"} or {memory = {full = "50ms", window = "2s"}}.
type triggerArg struct{ target *[]Trigger }

func (a *triggerArg) Set(c *lua.Call, v lua.Value) error {
	return eachNamed(v, func(resource string, v lua.Value) error {
		var some, full time.Duration
		window := 2 * time.Second
		if _, ok := v.(*lua.Table); ok {
			if err := c.Assign(v, lua.Fields{"some": &some, "full": &full, "window": &window}); err != nil {
				return fmt.Errorf("'%s': %w", resource, err)
			}
		} else if err := c.Assign(v, &some); err != nil {
			return fmt.Errorf("'%s': %w", resource, err)
		}
		for _, t := range []Trigger{{resource, false, some, window}, {resource, true, full, window}} {
			if t.Stall > 0 {
				*a.target = append(*a.target, t)
			}
		}
		return nil
	})
}

func (a *triggerArg) TypeName() string { return "table<string, Duration|cgroup.Trigger>" }
