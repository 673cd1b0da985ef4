package sec

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/confine"
	"nslua/bindings/internal/spawn"
	"nslua/lua"
)

func notificationType() *lua.Type {
	return &lua.Type{
		Name:    "sec.Notification",
		Sample:  (*Notification)(nil),
		Methods: []*lua.Func{lua.F("string", notificationString), lua.F("read", notificationRead)},
		Fields: map[string]func(lua.Handle) any{
			"pid":          func(h lua.Handle) any { return h.(*Notification).PID },
			"syscall":      func(h lua.Handle) any { return h.(*Notification).Syscall },
			"architecture": func(h lua.Handle) any { return h.(*Notification).Arch },
			"args": func(h lua.Handle) any {
				return lua.List(h.(*Notification).Args[:], func(v uint64) any { return v })
			},
		},
	}
}

// argument is the number of an argument, from 1 as in the list args.
func (n *Notification) argument(i int) (uint64, error) {
	if i < 1 || i > len(n.Args) {
		return 0, lua.Invalid("argument 'index': a number from 1 to %d expected, got %d", len(n.Args), i)
	}
	return n.Args[i-1], nil
}

func notificationString(c *lua.Call) error {
	var index int
	if err := c.Unpack("index", &index); err != nil {
		return err
	}
	n := lua.Self[*Notification](c)
	address, err := n.argument(index)
	if err != nil {
		return err
	}
	text, err := n.ReadString(address)
	if err != nil {
		return lua.WithHint(err, memoryHint(err))
	}
	return c.Return(text)
}

// maxRead is more than a system call's arguments take.
const maxRead = 1 << 20

func notificationRead(c *lua.Call) error {
	var index, size int
	if err := c.Unpack("index", &index, "size", &size); err != nil {
		return err
	}
	if size < 0 || size > maxRead {
		return lua.Invalid("argument 'size': a number from 0 to %d expected, got %d", maxRead, size)
	}
	n := lua.Self[*Notification](c)
	address, err := n.argument(index)
	if err != nil {
		return err
	}
	data, err := n.Read(address, size)
	if err != nil {
		return lua.WithHint(err, memoryHint(err))
	}
	return c.Return(data)
}

// notified are the arguments of seccomp_notify: those of proc.run and the filter.
type notified struct {
	o       spawn.Options
	calls   []string
	profile *confine.Profile
	handler *lua.Function
}

func (a *notified) Set(c *lua.Call, v lua.Value) error {
	f := spawn.Common(&a.o)
	f["..."] = &a.o.Argv
	f["ns"] = lua.Refs(&a.o.Join)
	f["syscalls"], f["profile"], f["handler!"] = &a.calls, spawn.Profile(&a.profile), &a.handler
	return c.Assign(v, f)
}

func (a *notified) TypeName() string { return "sec.NotifyOptions" }

// filter is the profile that was given, or the one that asks about some calls and allows the others.
func (a *notified) filter() (*confine.Profile, error) {
	switch {
	case a.profile != nil && a.calls != nil:
		return nil, lua.Invalid("options 'syscalls' and 'profile' exclude each other")
	case a.profile != nil && !a.profile.Uses("notify"):
		return nil, lua.Invalid(`option 'profile': no rule has the action "notify"`)
	case a.profile != nil:
		return a.profile, nil
	case a.calls != nil:
		return &confine.Profile{
			Default: confine.Action{Name: "allow"}, Architectures: confine.MachineArchs(),
			Rules: []confine.Rule{{Names: a.calls, Action: confine.Action{Name: "notify"}}},
		}, nil
	}
	return nil, lua.Invalid("nothing to ask about: give 'syscalls' or 'profile'")
}

func seccompNotify(c *lua.Call) error {
	var a notified
	if err := c.Unpack("command", &a); err != nil {
		return err
	}
	profile, err := a.filter()
	if err != nil {
		return err
	}
	filter, err := confine.Compile(profile)
	if err != nil {
		return lua.Invalid("%v", err)
	}
	l, err := spawn.StartNotified(c.State(), &a.o, filter, profile.Flags)
	var refused *spawn.FilterError
	if errors.As(err, &refused) {
		return lua.WithHint(err, seccompHint(err))
	}
	if err != nil {
		return err
	}
	defer l.Process.Close()
	defer l.Close()
	if err := serve(c, l, a.handler); err != nil {
		return errors.Join(err, l.Process.End())
	}
	if a.o.Fn == nil {
		if err := l.ExecError(); err != nil {
			return errors.Join(err, l.Process.End())
		}
	}
	return spawn.Complete(c, l.Process, a.o.Fn != nil)
}

// serve answers until the process has ended.
func serve(c *lua.Call, l *spawn.Listener, handler *lua.Function) error {
	fds := []unix.PollFd{{Fd: int32(l.Process.PidFD()), Events: unix.POLLIN}, {Fd: int32(l.FD), Events: unix.POLLIN}}
	for {
		if _, err := c.State().Wait(fds, -1); err != nil {
			return err
		}
		switch {
		case fds[0].Revents != 0:
			return nil
		case fds[1].Revents&unix.POLLIN != 0:
			if err := answer(c, l.FD, handler); err != nil {
				return err
			}
		default: // nobody is under the filter any more; only the end is left to wait for
			fds = fds[:1]
		}
	}
}

// answer asks the handler about one call.
func answer(c *lua.Call, listener int, handler *lua.Function) error {
	n, err := Receive(listener)
	if errors.Is(err, unix.ENOENT) {
		return nil // its caller has ended
	}
	if err != nil {
		return err
	}
	s := c.State()
	v := s.Wrap(n)
	defer s.Forget(n)
	results, err := c.Invoke(handler, v)
	if err != nil {
		n.Close()
		return err
	}
	var verdict lua.Value = lua.Nil
	if len(results) > 0 {
		verdict = results[0]
	}
	a, err := readAnswer(c, verdict)
	if err != nil {
		n.Close()
		return fmt.Errorf("the handler's answer about %s: %w", n, err)
	}
	return n.Respond(a)
}

// readAnswer reads what a handler returns.
func readAnswer(c *lua.Call, v lua.Value) (Answer, error) {
	switch v := v.(type) {
	case lua.Bool:
		if v {
			return Answer{Continue: true}, nil
		}
		return Answer{Errno: unix.EPERM}, nil
	case lua.Number:
		var n int64
		err := c.Assign(v, &n)
		return Answer{Value: n}, err
	case lua.String:
		if v == "continue" {
			return Answer{Continue: true}, nil
		}
		var a Answer
		err := spawn.Errno(&a.Errno).Set(c, v)
		return a, err
	}
	if v == lua.Nil {
		return Answer{Continue: true}, nil
	}
	return Answer{}, lua.Invalid(`nothing, true or "continue" expected to go on, false or an error's name to refuse, a number to return`)
}
