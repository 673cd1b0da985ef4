package sys

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/home"
	"nslua/lua"
)

// queue is a POSIX message queue as scripts hold it.
type queue struct {
	*Queue
	undo *undo // nil if it was not created here
}

func (b *binding) mqFuncs() []*lua.Func {
	return []*lua.Func{
		lua.F("mq.create", b.createMQ),
		lua.F("mq.open", openMQ),
		lua.F("mq.unlink", b.unlinkMQ),
		lua.F("mq.list", listMQ),
	}
}

func mqType() *lua.Type {
	return &lua.Type{
		Name: "sys.Queue", Sample: (*queue)(nil),
		Methods: []*lua.Func{
			lua.F("send", sendMQ), lua.F("receive", receiveMQ), lua.F("info", infoMQ), lua.F("close", closeMQ),
		},
		Fields: map[string]func(lua.Handle) any{
			"name": func(h lua.Handle) any { return h.(*queue).Name },
		},
		Pack: func(h lua.Handle) ([]byte, []int, error) {
			q := h.(*queue)
			return []byte(q.Name), []int{q.fd}, nil
		},
		Unpack: func(payload []byte, fds []int) (lua.Handle, error) {
			if len(fds) != 1 {
				return nil, fmt.Errorf("message queue %s: %d descriptors: %w", payload, len(fds), unix.EPROTO)
			}
			return &queue{Queue: &Queue{string(payload), fds[0]}}, nil
		},
	}
}

func (b *binding) createMQ(c *lua.Call) error {
	var name string
	var attr QueueAttr
	var size lua.Size
	mode := lua.Mode(0o600)
	if err := c.Unpack("name", &name, "options?", lua.Fields{
		"mode": &mode, "max_messages": &attr.MaxMessages, "message_size": &size,
	}); err != nil {
		return err
	}
	attr.MessageSize = int64(size)
	in, err := b.homes.Here()
	if err != nil {
		return err
	}
	plan, err := c.State().Plan(lua.Entry{
		Kind: "sys.mq", What: "message queue " + name, Data: map[string]string{"name": name, "namespace": in.ID()},
	})
	if err != nil {
		return errors.Join(err, in.Release())
	}
	q, err := CreateQueue(name, uint32(mode), attr)
	if err != nil {
		err = plan.Cancel(errors.Join(err, in.Release()))
		return lua.WithHint(err, mqHint(attr, err))
	}
	h := &queue{Queue: q, undo: &undo{home: in}}
	at := in.ID() + q.Name
	b.queues[at] = h
	h.undo.Undo = plan.Made(h, func() error {
		delete(b.queues, at)
		return errors.Join(in.Run(func() error { return goneOr(UnlinkQueue(q.Name)) }), in.Release())
	}, func() error {
		delete(b.queues, at)
		return in.Release()
	})
	return c.Return(h)
}

// goneOr is no error where somebody else has removed the queue.
func goneOr(err error) error {
	if errors.Is(err, unix.ENOENT) {
		return nil
	}
	return err
}

// undoMQ removes a queue that a killed process left.
func (b *binding) undoMQ(e lua.Entry) error {
	here, err := b.homes.Current()
	if err != nil || here != e.Data["namespace"] {
		return err
	}
	return goneOr(UnlinkQueue(e.Data["name"]))
}

func openMQ(c *lua.Call) error {
	var name string
	access := "rw"
	if err := c.Unpack("name", &name, "access?", lua.Enum(&access, "r", "w", "rw")); err != nil {
		return err
	}
	q, err := OpenQueue(name, access)
	if err != nil {
		return err
	}
	return c.Return(&queue{Queue: q})
}

func (b *binding) unlinkMQ(c *lua.Call) error {
	var name string
	if err := c.Unpack("name", &name); err != nil {
		return err
	}
	if err := UnlinkQueue(name); err != nil {
		return err
	}
	here, err := b.homes.Current()
	if err != nil {
		return err
	}
	at := here + "/" + strings.TrimPrefix(name, "/")
	q := b.queues[at]
	if q == nil {
		return nil
	}
	delete(b.queues, at)
	return q.undo.cancel()
}

func listMQ(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	all, err := Queues()
	if err != nil {
		return err
	}
	return c.Return(lua.List(all, func(q QueueInfo) any {
		return lua.R("name", q.Name, "mode", fmt.Sprintf("%04o", q.Mode), "uid", q.UID, "gid", q.GID, "bytes", q.Bytes)
	}))
}

func sendMQ(c *lua.Call) error {
	var text string
	var priority uint32
	timeout := time.Duration(-1)
	if err := c.Unpack("text", &text, "options?", lua.Fields{"priority": &priority, "timeout": &timeout}); err != nil {
		return err
	}
	return lua.Self[*queue](c).Send(c.State().Wait, []byte(text), priority, timeout)
}

func receiveMQ(c *lua.Call) error {
	timeout := time.Duration(-1)
	if err := c.Unpack("options?", lua.Fields{"timeout": &timeout}); err != nil {
		return err
	}
	text, priority, err := lua.Self[*queue](c).Receive(c.State().Wait, timeout)
	if err != nil {
		return ended(c, err)
	}
	return c.Return(text, priority)
}

func infoMQ(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	a, err := lua.Self[*queue](c).Attr()
	if err != nil {
		return err
	}
	return c.Return(lua.R("max_messages", a.MaxMessages, "message_size", a.MessageSize, "messages", a.Messages))
}

func closeMQ(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	return lua.Self[*queue](c).Close()
}

// newBinding is a binding for one state.
func newBinding() *binding { return &binding{homes: home.New("ipc"), queues: map[string]*queue{}} }
