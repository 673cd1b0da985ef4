package sys

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

// ended turns the end of a timeout into no result.
func ended(c *lua.Call, err error) error {
	if errors.Is(err, unix.ETIMEDOUT) {
		return c.Return(nil)
	}
	return err
}

func sendMsg(c *lua.Call) error {
	var text string
	kind, timeout := int64(1), time.Duration(-1)
	if err := c.Unpack("text", &text, "options?", lua.Fields{"type": &kind, "timeout": &timeout}); err != nil {
		return err
	}
	o := of(c)
	err := o.home.Run(func() error { return SendMessage(c.State().Wait, o.id, kind, []byte(text), timeout) })
	return lua.WithHint(err, sendHint(len(text), kind, err))
}

func receiveMsg(c *lua.Call) error {
	kind, timeout := int64(0), time.Duration(-1)
	if err := c.Unpack("options?", lua.Fields{"type": &kind, "timeout": &timeout}); err != nil {
		return err
	}
	o := of(c)
	var text []byte
	var got int64
	err := o.home.Run(func() (err error) {
		text, got, err = ReceiveMessage(c.State().Wait, o.id, kind, timeout)
		return err
	})
	if err != nil {
		return ended(c, err)
	}
	return c.Return(text, got)
}

func semOp(c *lua.Call) error {
	var n, delta int
	undo, timeout := false, time.Duration(-1)
	if err := c.Unpack("n", &n, "delta", &delta, "options?", lua.Fields{"undo": &undo, "timeout": &timeout}); err != nil {
		return err
	}
	if n < 0 || n > 1<<16-1 || delta < -1<<15 || delta > 1<<15-1 {
		return lua.Invalid("semaphore %d by %d: out of range", n, delta)
	}
	o := of(c)
	err := o.home.Run(func() error { return SemOp(c.State().Wait, o.id, n, delta, undo, timeout) })
	if errors.Is(err, unix.ETIMEDOUT) {
		return c.Return(false)
	}
	if err != nil {
		return err
	}
	return c.Return(true)
}

func semGetAll(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	o := of(c)
	var values []int
	err := o.home.Run(func() error {
		found, err := FindObject("sem", o.id)
		if err != nil {
			return err
		}
		count := 0
		for _, n := range found.Numbers {
			if n.Name == "nsems" {
				count = int(n.Value)
			}
		}
		values, err = SemValues(o.id, count)
		return err
	})
	if err != nil {
		return err
	}
	return c.Return(values)
}

func semSetVal(c *lua.Call) error {
	var n, value int
	if err := c.Unpack("n", &n, "value", &value); err != nil {
		return err
	}
	o := of(c)
	return o.home.Run(func() error { return SetSemValue(o.id, n, value) })
}

// attached is the memory of the segment that a method was called on.
func attached(c *lua.Call) (*Segment, error) {
	o := of(c)
	if o.memory == nil {
		err := o.home.Run(func() (err error) { o.memory, err = Attach(o.id); return err })
		if err != nil {
			return nil, err
		}
	}
	return o.memory, nil
}

func shmRead(c *lua.Call) error {
	var offset lua.Size
	length := lua.Size(-1)
	if err := c.Unpack("offset?", &offset, "length?", &length); err != nil {
		return err
	}
	m, err := attached(c)
	if err != nil {
		return err
	}
	data, err := m.Read(int64(offset), int64(length))
	if err != nil {
		return err
	}
	return c.Return(data)
}

func shmWrite(c *lua.Call) error {
	var offset lua.Size
	var text string
	if err := c.Unpack("offset", &offset, "text", &text); err != nil {
		return err
	}
	m, err := attached(c)
	if err != nil {
		return err
	}
	return m.Write(int64(offset), []byte(text))
}
