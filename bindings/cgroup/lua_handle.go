package cgroup

import (
	"fmt"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/spawn"
	"nslua/lua"
)

var _ spawn.Cgroup = (*handle)(nil)

func cgroupType() *lua.Type {
	return &lua.Type{
		Name:   "cgroup.Cgroup",
		Sample: (*handle)(nil),
		Methods: []*lua.Func{
			lua.F("set", set), lua.F("limits", limits), lua.F("stat", stat), lua.F("events", events),
			lua.F("procs", procs), lua.F("threads", threads), lua.F("add", add), lua.F("move", move),
			lua.F("freeze", freeze), lua.F("thaw", thawAll), lua.F("frozen", frozen), lua.F("kill", killAll),
			lua.F("reclaim", reclaim), lua.F("delete", deleteIt), lua.F("read", read), lua.F("write", writeRaw),
			lua.F("controllers", controllers), lua.F("pressure", pressure), lua.F("watch", watch),
			lua.F("plot", plot), lua.F("record", record), lua.F("close", closeHandle),
		},
		Shell: func(lh lua.Handle) lua.Operand {
			h := lh.(*handle)
			writes := lua.List(h.Writes(), func(w Write) any { return lua.R("path", w.Path, "text", w.Text) })
			return lua.Operand{Text: h.member(), Fields: lua.R("writes", writes, "tops", h.tops, "dirs", h.dirs())}
		},
		Fields: map[string]func(lua.Handle) any{
			"path": func(h lua.Handle) any { return h.(*handle).Path },
			"dirs": func(h lua.Handle) any { return h.(*handle).dirs() },
		},
		Equal: func(a, b lua.Handle) bool { return a.(*handle).member() == b.(*handle).member() },
		Pack: func(h lua.Handle) ([]byte, []int, error) {
			return []byte(h.(*handle).Path), nil, nil
		},
		Unpack: func(path []byte, _ []int) (lua.Handle, error) {
			host, err := Discover()
			if err != nil {
				return nil, err
			}
			cg, err := host.Open(string(path))
			if err != nil {
				return nil, err
			}
			return &handle{Cgroup: cg}, nil
		},
	}
}

func self(c *lua.Call) *handle { return lua.Self[*handle](c) }

func set(c *lua.Call) error {
	l := &Limits{}
	if err := c.Unpack("limits", limitFields(l)); err != nil {
		return err
	}
	h := self(c)
	if err := h.growing(l); err != nil {
		return err
	}
	return explained(h.host, h.Set(l))
}

func limits(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	l, err := self(c).Limits()
	if err != nil {
		return err
	}
	return c.Return(limitsRecord(l))
}

func stat(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	s, err := self(c).Stat()
	if err != nil {
		return err
	}
	return c.Return(statRecord(s))
}

func statRecord(s *Stat) lua.Record {
	r := lua.Record{}
	if s.CPU != nil {
		r = append(r, lua.Field{Name: "cpu", Value: lua.R("usage", s.CPU.Usage, "user", s.CPU.User, "system", s.CPU.System,
			"periods", s.CPU.Periods, "throttled_periods", s.CPU.ThrottledPeriods, "throttled", s.CPU.Throttled)})
	}
	if m := s.Memory; m != nil {
		r = append(r, lua.Field{Name: "memory", Value: lua.R("usage", m.Usage, "peak", orNil(m.Peak), "swap", orNil(m.Swap),
			"anon", m.Anon, "file", m.File, "kernel", m.Kernel, "detail", anyMap(m.Detail))})
	}
	if s.PIDs != nil {
		r = append(r, lua.Field{Name: "pids", Value: lua.R("current", s.PIDs.Current, "peak", orNil(s.PIDs.Peak))})
	}
	if s.IO != nil {
		io := map[string]any{}
		for device, values := range s.IO {
			io[device] = anyMap(values)
		}
		r = append(r, lua.Field{Name: "io", Value: io})
	}
	return r
}

func orNil(n *int64) any {
	if n == nil {
		return nil
	}
	return *n
}

func events(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	all, err := self(c).Events()
	if err != nil {
		return err
	}
	return c.Return(eventsRecord(all))
}

// eventsRecord makes booleans of the states among the counters.
func eventsRecord(all map[string]int64) lua.Record {
	r := lua.Record{}
	for _, name := range sortedKeys(all) {
		r = append(r, lua.Field{Name: name, Value: eventValue(name, all[name])})
	}
	return r
}

func eventValue(name string, n int64) any {
	if name == "populated" || name == "frozen" || name == "under_oom" {
		return n != 0
	}
	return n
}

func procs(c *lua.Call) error {
	return idList(c, func(cg *Cgroup, recursive bool) ([]int, error) { return cg.Procs(recursive) })
}

func threads(c *lua.Call) error {
	return idList(c, func(cg *Cgroup, recursive bool) ([]int, error) { return cg.Threads(recursive) })
}

func idList(c *lua.Call, read func(*Cgroup, bool) ([]int, error)) error {
	recursive := false
	if err := c.Unpack("options?", lua.Fields{"recursive": &recursive}); err != nil {
		return err
	}
	h := self(c)
	all, err := read(h.Cgroup, recursive)
	if err != nil {
		return explained(h.host, err)
	}
	return c.Return(all)
}

// who is a process: its handle or its number.
type who struct{ pid *int }

func (w *who) Set(c *lua.Call, v lua.Value) error {
	if p, ok := lua.HandleOf(v).(*spawn.Process); ok {
		*w.pid = p.PID
		return nil
	}
	if err := c.Assign(v, w.pid); err != nil || *w.pid <= 0 {
		return fmt.Errorf("a process or its number expected, got %s", v.String())
	}
	return nil
}

func (w *who) TypeName() string { return "proc.Process|integer" }

func add(c *lua.Call) error {
	pid, thread := 0, false
	if err := c.Unpack("process", &who{&pid}, "options?", lua.Fields{"thread": &thread}); err != nil {
		return err
	}
	h := self(c)
	if thread {
		return explained(h.host, h.AddThread(pid))
	}
	return explained(h.host, h.Add(pid))
}

func move(c *lua.Call) error {
	var to *handle
	if err := c.Unpack("to", lua.Ref(&to)); err != nil {
		return err
	}
	h := self(c)
	n, err := h.MoveTo(to.Cgroup)
	if err != nil {
		return explained(h.host, err)
	}
	return c.Return(n)
}

// patience is how long control functions wait unless they are told otherwise.
const patience = 10 * time.Second

func waiting(c *lua.Call, f func(*Cgroup, Wait, time.Duration) error) error {
	timeout := patience
	if err := c.Unpack("options?", lua.Fields{"timeout": &timeout}); err != nil {
		return err
	}
	h := self(c)
	return explained(h.host, f(h.Cgroup, c.State().Wait, timeout))
}

func freeze(c *lua.Call) error { return waiting(c, (*Cgroup).Freeze) }

func thawAll(c *lua.Call) error { return waiting(c, (*Cgroup).Thaw) }

func frozen(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	is, err := self(c).Frozen()
	if err != nil {
		return err
	}
	return c.Return(is)
}

func killAll(c *lua.Call) error {
	timeout := patience
	name := ""
	if err := c.Unpack("options?", lua.Fields{"timeout": &timeout, "signal": &name}); err != nil {
		return err
	}
	h := self(c)
	if name == "" || name == "SIGKILL" {
		return explained(h.host, h.Kill(c.State().Wait, timeout))
	}
	sig := unix.SignalNum(name)
	if sig == 0 {
		return lua.Invalid("option 'signal': a name such as \"SIGTERM\" expected, got %q", name)
	}
	return explained(h.host, h.Signal(syscall.Signal(sig), true))
}

func reclaim(c *lua.Call) error {
	var n lua.Size
	if err := c.Unpack("size", &n); err != nil {
		return err
	}
	h := self(c)
	return explained(h.host, h.Reclaim(int64(n)))
}

func deleteIt(c *lua.Call) error {
	var recursive, kill bool
	if err := c.Unpack("options?", lua.Fields{"recursive": &recursive, "kill": &kill}); err != nil {
		return err
	}
	h := self(c)
	if kill {
		if err := h.Kill(c.State().Wait, patience); err != nil {
			return explained(h.host, err)
		}
	}
	if err := h.Delete(recursive, c.State().Wait); err != nil {
		return explained(h.host, err)
	}
	h.gone()
	c.State().Forget(h)
	return h.Close()
}

func read(c *lua.Call) error {
	var name string
	if err := c.Unpack("file", &name); err != nil {
		return err
	}
	h := self(c)
	text, err := h.Read(name)
	if err != nil {
		return explained(h.host, err)
	}
	return c.Return(text)
}

func writeRaw(c *lua.Call) error {
	var name, text string
	if err := c.Unpack("file", &name, "text", &text); err != nil {
		return err
	}
	h := self(c)
	return explained(h.host, h.Write(name, text))
}

func controllers(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	all, err := self(c).Controllers()
	if err != nil {
		return err
	}
	return c.Return(all)
}

func pressure(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	h := self(c)
	all, err := h.Pressures()
	if err != nil {
		return explained(h.host, err)
	}
	r := lua.Record{}
	for _, resource := range sortedKeys(all) {
		kinds := lua.Record{}
		for _, kind := range sortedKeys(all[resource]) {
			p := all[resource][kind]
			kinds = append(kinds, lua.Field{Name: kind, Value: lua.R("avg10", p.Avg10, "avg60", p.Avg60, "avg300", p.Avg300, "total", p.Total)})
		}
		r = append(r, lua.Field{Name: resource, Value: kinds})
	}
	return c.Return(r)
}

// watch(fn, options) calls fn for each change until it returns something true, or the time is over.
func watch(c *lua.Call) error {
	var fn *lua.Function
	timeout := time.Duration(-1)
	var triggers []Trigger
	if err := c.Unpack("fn", &fn, "options?", lua.Fields{"timeout": &timeout, "pressure": &triggerArg{&triggers}}); err != nil {
		return err
	}
	h := self(c)
	w, err := h.Watch(triggers)
	if err != nil {
		return explained(h.host, err)
	}
	defer w.Close()
	end := time.Now().Add(timeout)
	for {
		left := time.Duration(-1)
		if timeout >= 0 {
			left = max(0, time.Until(end))
		}
		changes, err := w.Next(c.State().Wait, left)
		if err != nil {
			return explained(h.host, err)
		}
		if len(changes) == 0 {
			return nil
		}
		for _, change := range changes {
			results, err := c.Invoke(fn, c.State().Value(changeRecord(change)))
			if err != nil {
				return err
			}
			if len(results) > 0 && results[0] != lua.Nil && results[0] != lua.Bool(false) {
				return c.ReturnValues(results)
			}
		}
	}
}

func changeRecord(ch Change) lua.Record {
	if ch.Name == "pressure" {
		return lua.R("name", ch.Name, "resource", ch.Resource)
	}
	return lua.R("name", ch.Name, "value", eventValue(ch.Name, ch.Value), "before", eventValue(ch.Name, ch.Before))
}

func closeHandle(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	return self(c).Close()
}
