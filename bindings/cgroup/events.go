package cgroup

import (
	"fmt"
	"io/fs"
	"math"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Events counts what happened in the cgroup and below it, and tells its state:
// populated and frozen are 1 or 0. What is not there on this version is left out.
//
//	oom          the memory limit was reached and nothing could be reclaimed
//	oom_kill     processes killed for that
//	max          how often the memory limit was reached
//	high, low    memory.high was passed; memory.low could not be honoured
//	pids_max     forks refused by the limit of pids
func (c *Cgroup) Events() (map[string]int64, error) {
	all := map[string]int64{}
	for _, s := range c.eventFiles() {
		values, err := keyed(s.file)
		if missing(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for from, to := range s.names {
			if n, ok := values[from]; ok {
				all[to] = n
			}
		}
	}
	if _, ok := all["populated"]; !ok {
		pids, err := members(c.member(), true)
		if err != nil {
			return nil, err
		}
		all["populated"] = int64(min(1, len(pids)))
		frozen, err := c.Frozen()
		if err != nil {
			return nil, err
		}
		if frozen {
			all["frozen"] = 1
		} else {
			all["frozen"] = 0
		}
	}
	if dir, version := c.place("memory"); version == 1 && dir != "" {
		n, err := number(dir + "/memory.failcnt")
		if err != nil {
			return nil, err
		}
		all["max"] = n
	}
	return all, nil
}

// source is a file with counters, and what those are called here.
type source struct {
	file  string
	names map[string]string
}

func (c *Cgroup) eventFiles() []source {
	var all []source
	if c.v2 != "" {
		all = append(all, source{c.v2 + "/cgroup.events", map[string]string{"populated": "populated", "frozen": "frozen"}})
	}
	if dir, version := c.place("memory"); dir != "" && version == 2 {
		all = append(all, source{dir + "/memory.events", map[string]string{
			"oom": "oom", "oom_kill": "oom_kill", "oom_group_kill": "oom_group_kill", "max": "max", "high": "high", "low": "low"}})
	} else if dir != "" {
		all = append(all, source{dir + "/memory.oom_control", map[string]string{"oom_kill": "oom_kill", "under_oom": "under_oom"}})
	}
	if dir, _ := c.place("pids"); dir != "" {
		all = append(all, source{dir + "/pids.events", map[string]string{"max": "pids_max"}})
	}
	return all
}

// Change is one counter or state that has changed.
type Change struct {
	Name          string // as in Events, or "pressure"
	Value, Before int64
	Resource      string // under pressure: "cpu", "memory", "io"
}

// Trigger asks for word when tasks have stalled for so long within a window. See Documentation/accounting/psi.rst.
type Trigger struct {
	Resource string // "cpu", "memory", "io"
	Full     bool   // all tasks at once, not just some
	Stall    time.Duration
	Window   time.Duration // 500 ms to 10 s; an unprivileged caller needs a multiple of 2 s
}

// Watcher tells of changes in a cgroup's events.
type Watcher struct {
	cgroup   *Cgroup
	last     map[string]int64
	fds      []unix.PollFd
	triggers []Trigger // those of the last descriptors
	eventfd  bool      // the first descriptor is one that v1 signals out of memory by
	extra    []int     // other descriptors to close
}

// Watch starts to watch.
func (c *Cgroup) Watch(triggers []Trigger) (*Watcher, error) {
	w := &Watcher{cgroup: c, triggers: triggers}
	if err := w.open(); err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

func (w *Watcher) open() (err error) {
	if err := w.openOOM(); err != nil {
		return err
	}
	for _, s := range w.cgroup.eventFiles() {
		fd, err := unix.Open(s.file, unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err == unix.ENOENT {
			continue
		}
		if err != nil {
			return fmt.Errorf("open %s: %w", s.file, err)
		}
		w.fds = append(w.fds, unix.PollFd{Fd: int32(fd), Events: unix.POLLPRI})
		if _, err := readFD(fd); err != nil {
			return fmt.Errorf("read %s: %w", s.file, err)
		}
	}
	for _, t := range w.triggers {
		fd, err := w.cgroup.trigger(t)
		if err != nil {
			return err
		}
		w.fds = append(w.fds, unix.PollFd{Fd: int32(fd), Events: unix.POLLPRI})
	}
	w.last, err = w.cgroup.Events()
	return err
}

// openOOM has v1 signal out of memory by an eventfd, the only way it knows. See memory.txt of cgroup-v1.
func (w *Watcher) openOOM() error {
	dir, version := w.cgroup.place("memory")
	if version != 1 || dir == "" {
		return nil
	}
	event, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return fmt.Errorf("eventfd: %w", err)
	}
	w.fds, w.eventfd = append(w.fds, unix.PollFd{Fd: int32(event), Events: unix.POLLIN}), true
	control, err := unix.Open(dir+"/memory.oom_control", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open %s/memory.oom_control: %w", dir, err)
	}
	w.extra = append(w.extra, control)
	return writeFile(dir+"/cgroup.event_control", fmt.Sprintf("%d %d", event, control))
}

// trigger opens a pressure file and arms it.
func (c *Cgroup) trigger(t Trigger) (int, error) {
	if c.v2 == "" {
		return -1, fmt.Errorf("pressure of cgroup %s: it is not on cgroup v2: %w", c.Path, unix.EOPNOTSUPP)
	}
	file := c.v2 + "/" + t.Resource + ".pressure"
	fd, err := unix.Open(file, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, &fs.PathError{Op: "open", Path: file, Err: err}
	}
	kind := "some"
	if t.Full {
		kind = "full"
	}
	line := fmt.Sprintf("%s %d %d\x00", kind, t.Stall.Microseconds(), t.Window.Microseconds())
	if _, err := unix.Write(fd, []byte(line)); err != nil {
		unix.Close(fd)
		return -1, &fs.PathError{Op: fmt.Sprintf("write %q to", strings.TrimSuffix(line, "\x00")), Path: file, Err: err}
	}
	return fd, nil
}

// settle is how long counters may trail behind the signal for them.
const settle = 20 * time.Millisecond

// Next waits for changes. It returns none when the timeout, if not negative, is over.
func (w *Watcher) Next(wait Wait, timeout time.Duration) ([]Change, error) {
	end := time.Now().Add(timeout)
	for {
		left := time.Duration(-1)
		if timeout >= 0 {
			left = max(0, time.Until(end))
		}
		n, err := wait(w.fds, left)
		if err != nil || n == 0 {
			return nil, err
		}
		changes, err := w.pressed()
		if err != nil {
			return nil, err
		}
		now, err := w.cgroup.Events()
		if err != nil {
			return nil, err
		}
		changes = append(changes, diff(w.last, now)...)
		w.last = now
		if len(changes) > 0 {
			return changes, nil
		}
		if _, err := wait(nil, settle); err != nil {
			return nil, err
		}
	}
}

// pressed acknowledges what is ready, and returns the triggers among that.
func (w *Watcher) pressed() ([]Change, error) {
	var changes []Change
	first := len(w.fds) - len(w.triggers)
	for i := range w.fds {
		if w.fds[i].Revents == 0 {
			continue
		}
		fd := int(w.fds[i].Fd)
		if i >= first {
			if w.fds[i].Revents&unix.POLLPRI == 0 {
				return nil, fmt.Errorf("cgroup %s: it has been removed: %w", w.cgroup.Path, unix.ENODEV)
			}
			changes = append(changes, Change{Name: "pressure", Resource: w.triggers[i-first].Resource})
		} else if i == 0 && w.eventfd {
			var count [8]byte
			if _, err := unix.Read(fd, count[:]); err != nil && err != unix.EAGAIN {
				return nil, fmt.Errorf("read an eventfd: %w", err)
			}
		} else if _, err := readFD(fd); err != nil {
			return nil, fmt.Errorf("events of cgroup %s: %w", w.cgroup.Path, err)
		}
	}
	return changes, nil
}

func diff(before, now map[string]int64) []Change {
	var changes []Change
	for _, name := range sortedKeys(now) {
		if now[name] != before[name] {
			changes = append(changes, Change{Name: name, Value: now[name], Before: before[name]})
		}
	}
	return changes
}

// Close ends the watch.
func (w *Watcher) Close() error {
	for _, fd := range w.fds {
		w.extra = append(w.extra, int(fd.Fd))
	}
	var err error
	for _, fd := range w.extra {
		if e := unix.Close(fd); e != nil {
			err = e
		}
	}
	w.fds, w.extra = nil, nil
	return err
}

// Pressure is how much tasks have waited for a resource: parts of the time,
// 0 to 1, over the last 10, 60 and 300 seconds, and the whole time.
type Pressure struct {
	Avg10, Avg60, Avg300 float64
	Total                time.Duration
}

// Pressures are by resource ("cpu", "memory", "io", "irq") and by kind: "some" tasks waited, or "full", all did.
func (c *Cgroup) Pressures() (map[string]map[string]Pressure, error) {
	if c.v2 == "" {
		return nil, fmt.Errorf("pressure of cgroup %s: it is not on cgroup v2: %w", c.Path, unix.EOPNOTSUPP)
	}
	all := map[string]map[string]Pressure{}
	for _, resource := range []string{"cpu", "memory", "io", "irq"} {
		text, err := readFile(c.v2 + "/" + resource + ".pressure")
		if missing(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all[resource] = parsePressure(text)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("pressure of cgroup %s: %w", c.Path, unix.EOPNOTSUPP)
	}
	return all, nil
}

// parsePressure reads lines "some avg10=0.00 avg60=0.00 avg300=0.00 total=0".
func parsePressure(text string) map[string]Pressure {
	all := map[string]Pressure{}
	for line := range strings.Lines(text) {
		var kind string
		var p Pressure
		var total int64
		n, err := fmt.Sscanf(line, "%s avg10=%f avg60=%f avg300=%f total=%d", &kind, &p.Avg10, &p.Avg60, &p.Avg300, &total)
		if err != nil || n != 5 {
			continue
		}
		for _, f := range []*float64{&p.Avg10, &p.Avg60, &p.Avg300} {
			*f = math.Round(*f*100) / 10000
		}
		p.Total = time.Duration(total) * time.Microsecond
		all[kind] = p
	}
	return all
}
