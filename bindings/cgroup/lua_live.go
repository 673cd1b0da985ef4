package cgroup

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

// screen prints what changes: in place on a terminal, else line by line.
type screen struct {
	call  *lua.Call
	write *lua.Function
	tty   bool
	cols  int
	lines int // of the last picture
}

func newScreen(c *lua.Call) *screen {
	s := &screen{call: c, cols: 80}
	if io, ok := c.State().Global("io").(*lua.Table); ok {
		s.write, _ = io.RawGetString("write").(*lua.Function)
	}
	size, err := unix.IoctlGetWinsize(1, unix.TIOCGWINSZ)
	s.tty = err == nil
	if s.tty && size.Col > 0 {
		s.cols = int(size.Col)
	}
	return s
}

// print writes through the script's own standard output, in order with what it prints itself.
func (s *screen) print(text string) error {
	if s.write == nil {
		return errors.New("io.write is gone")
	}
	if _, err := s.call.Invoke(s.write, lua.String(text)); err != nil {
		return err
	}
	return s.call.State().Flush()
}

// picture shows lines, on a terminal in the place of those shown before.
func (s *screen) picture(lines []string) error {
	var b strings.Builder
	if s.tty && s.lines > 0 {
		fmt.Fprintf(&b, "\x1b[%dA\x1b[J", s.lines)
	}
	for _, line := range lines {
		if s.tty {
			line = cut(line, s.cols-1)
		}
		b.WriteString(line + "\n")
	}
	s.lines = len(lines)
	return s.print(b.String())
}

func cut(line string, cols int) string {
	r := []rune(line)
	return string(r[:min(len(r), max(cols, 1))])
}

// pace are the options of everything that measures again and again.
type pace struct {
	names    []string
	interval time.Duration
	duration time.Duration // 0: no end
}

// metricList checks the names of metrics.
type metricList struct{ target *[]string }

func (m *metricList) Set(c *lua.Call, v lua.Value) error {
	var names []string
	if err := c.Assign(v, &names); err != nil {
		return err
	}
	for i, n := range names {
		if err := c.Assign(lua.String(n), lua.Enum(&names[i], metricNames()...)); err != nil {
			return err
		}
	}
	*m.target = names
	return nil
}

func (m *metricList) TypeName() string { return "cgroup.Metric[]" }

func (p *pace) fields() lua.Fields {
	return lua.Fields{"...": &metricList{&p.names}, "interval": &p.interval, "duration": &p.duration}
}

func (p *pace) check() error {
	if p.interval < 10*time.Millisecond {
		return lua.Invalid("option 'interval': 10ms or more expected, got %s", p.interval)
	}
	return nil
}

// measure calls show with the numbers of each moment, until the time is over or the cgroup is gone.
func (p *pace) measure(c *lua.Call, h *handle, show func(at time.Duration, values []float64) error) error {
	samples := sampler{metrics: metricsOf(p.names)}
	start := time.Now()
	for n := 0; ; n++ {
		s, err := h.Stat()
		if gone(err) || err == nil && !isDir(h.member()) {
			return nil
		}
		if err != nil {
			return err
		}
		values := samples.next(s, time.Now())
		if n > 0 { // rates need two looks
			if err := show(time.Since(start), values); err != nil {
				return err
			}
		}
		if p.duration > 0 && time.Since(start) >= p.duration {
			return nil
		}
		if err := c.State().Sleep(time.Until(start.Add(time.Duration(n+1) * p.interval))); err != nil {
			return err
		}
	}
}

func plot(c *lua.Call) error {
	p := pace{interval: time.Second, names: []string{"cpu", "memory"}}
	if err := c.Unpack("options?", p.fields()); err != nil {
		return err
	}
	if err := p.check(); err != nil {
		return err
	}
	h := self(c)
	l, err := h.Limits()
	if err != nil {
		return err
	}
	s := newScreen(c)
	all := metricsOf(p.names)
	if !s.tty {
		return plotTable(c, &p, h, s, all)
	}
	history := make([][]float64, len(all))
	return p.measure(c, h, func(_ time.Duration, values []float64) error {
		lines := make([]string, len(all))
		for i, m := range all {
			history[i] = append(history[i], values[i])
			if room := max(10, s.cols-32); len(history[i]) > room {
				history[i] = slices.Clone(history[i][len(history[i])-room:])
			}
			lines[i] = fmt.Sprintf("%-9s %8s %s%s", m.name, m.text(values[i]), sparkline(history[i], m.top(l)), topText(m, l))
		}
		return s.picture(lines)
	})
}

func topText(m metric, l *Limits) string {
	if t := m.top(l); t > 0 {
		return " of " + m.text(t)
	}
	return ""
}

func plotTable(c *lua.Call, p *pace, h *handle, s *screen, all []metric) error {
	head := "time"
	for _, m := range all {
		head += fmt.Sprintf("%12s", m.name)
	}
	if err := s.print(head + "\n"); err != nil {
		return err
	}
	return p.measure(c, h, func(at time.Duration, values []float64) error {
		line := fmt.Sprintf("%4.1f", at.Seconds())
		for i, m := range all {
			line += fmt.Sprintf("%12s", m.text(values[i]))
		}
		return s.print(line + "\n")
	})
}

// record writes what plot shows into a file of comma-separated values.
func record(c *lua.Call) error {
	p := pace{interval: time.Second, names: metricNames()}
	var path string
	if err := c.Unpack("path", &path, "options?", p.fields()); err != nil {
		return err
	}
	if err := p.check(); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	rows, err := writeCSV(c, &p, self(c), csv.NewWriter(f))
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return c.Return(rows)
}

func writeCSV(c *lua.Call, p *pace, h *handle, w *csv.Writer) (rows int, err error) {
	if err := w.Write(append([]string{"time"}, p.names...)); err != nil {
		return 0, err
	}
	err = p.measure(c, h, func(at time.Duration, values []float64) error {
		row := []string{strconv.FormatFloat(at.Seconds(), 'f', 3, 64)}
		for _, v := range values {
			row = append(row, strconv.FormatFloat(v, 'f', -1, 64))
		}
		rows++
		return w.Write(row)
	})
	w.Flush()
	return rows, errors.Join(err, w.Error())
}

// top shows the cgroups that use most.
func top(c *lua.Call) error {
	name, order := "/", "cpu"
	interval, count, lines := time.Second, 0, 20
	if err := c.Unpack("options?", lua.Fields{
		"path": &name, "sort": lua.Enum(&order, "cpu", "memory", "pids"),
		"interval": &interval, "count": &count, "lines": &lines,
	}); err != nil {
		return err
	}
	if err := (&pace{interval: interval}).check(); err != nil {
		return err
	}
	host, path, err := resolve(name)
	if err != nil {
		return err
	}
	s := newScreen(c)
	if count == 0 && !s.tty {
		count = 1
	}
	t := &topTable{host: host, path: path, order: order, lines: max(1, lines), samples: map[string]*sampler{}}
	for n := 0; ; n++ {
		rows, err := t.look()
		if err != nil {
			return explained(host, err)
		}
		if n > 0 {
			if err := s.picture(rows); err != nil {
				return err
			}
		}
		if count > 0 && n == count {
			return nil
		}
		if err := c.State().Sleep(interval); err != nil {
			return err
		}
	}
}

// topTable is the state of top between two looks.
type topTable struct {
	host        *Host
	path, order string
	lines       int
	samples     map[string]*sampler
}

type topRow struct {
	path      string
	processes int
	values    []float64 // cpu, memory, pids
}

func (t *topTable) look() ([]string, error) {
	root, err := t.host.Tree(t.path)
	if err != nil {
		return nil, err
	}
	var rows []topRow
	seen := map[string]*sampler{}
	var walk func(n *Node)
	walk = func(n *Node) {
		p := t.samples[n.Cgroup.Path]
		if p == nil {
			p = &sampler{metrics: metricsOf([]string{"cpu", "memory", "pids"})}
		}
		seen[n.Cgroup.Path] = p
		rows = append(rows, topRow{n.Cgroup.Path, n.Processes, p.next(n.Stat, time.Now())})
		for _, child := range n.Children {
			walk(child)
		}
	}
	walk(root)
	t.samples = seen
	by := slices.Index([]string{"cpu", "memory", "pids"}, t.order)
	slices.SortStableFunc(rows, func(a, b topRow) int {
		switch {
		case a.values[by] > b.values[by]:
			return -1
		case a.values[by] < b.values[by]:
			return 1
		}
		return 0
	})
	lines := []string{fmt.Sprintf("%6s %8s %6s %6s  %s", "cpu", "memory", "pids", "procs", "cgroup")}
	for _, r := range rows[:min(len(rows), t.lines)] {
		lines = append(lines, fmt.Sprintf("%6.2f %8s %6.0f %6d  %s", r.values[0], size(int64(r.values[1])), r.values[2], r.processes, r.path))
	}
	return lines, nil
}
