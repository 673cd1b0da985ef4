package proc

import (
	"errors"
	"math"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
	"nslua/bindings/internal/spawn"
	"nslua/lua"
)

func processType() *lua.Type {
	return &lua.Type{
		Name:   "proc.Process",
		Sample: (*spawn.Process)(nil),
		Methods: []*lua.Func{
			lua.F("wait", wait), lua.F("result", result), lua.F("status", status), lua.F("alive", alive),
			lua.F("kill", kill), lua.F("signal", kill), lua.F("ns", ns), lua.F("info", info),
			lua.F("write", write), lua.F("close_stdin", closeStdin), lua.F("read", readOutput), lua.F("lines", lines),
			lua.F("resize", resize), lua.F("close", closeProcess),
		},
		Shell: func(h lua.Handle) lua.Operand {
			return lua.Operand{Text: strconv.Itoa(h.(*spawn.Process).PID), Passing: true}
		},
		Fields: map[string]func(lua.Handle) any{
			"pid": func(h lua.Handle) any { return h.(*spawn.Process).PID },
		},
	}
}

func wait(c *lua.Call) error {
	timeout := time.Duration(-1)
	if err := c.Unpack("options?", lua.Fields{"timeout": &timeout}); err != nil {
		return err
	}
	p := lua.Self[*spawn.Process](c)
	st, err := p.Wait(timeout)
	if err != nil {
		return err
	}
	r, err := spawn.StatusRecord(p, st)
	if err != nil {
		return err
	}
	return c.Return(r)
}

func result(c *lua.Call) error {
	timeout := time.Duration(-1)
	if err := c.Unpack("options?", lua.Fields{"timeout": &timeout}); err != nil {
		return err
	}
	values, err := lua.Self[*spawn.Process](c).Result(timeout)
	if err != nil {
		return err
	}
	return c.ReturnValues(values)
}

// status does not wait: nothing for a process that still runs.
func status(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	p := lua.Self[*spawn.Process](c)
	if p.Alive() {
		return c.Return(nil)
	}
	st, err := p.Wait(-1)
	if err != nil {
		return err
	}
	r, err := spawn.StatusRecord(p, st)
	if err != nil {
		return err
	}
	return c.Return(r)
}

func alive(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	return c.Return(lua.Self[*spawn.Process](c).Alive())
}

func kill(c *lua.Call) error {
	sig := Signal(unix.SIGKILL)
	if err := c.Unpack("signal?", &sig); err != nil {
		return err
	}
	err := lua.Self[*spawn.Process](c).Signal(syscall.Signal(sig))
	if errors.Is(err, unix.ESRCH) && sig == Signal(unix.SIGKILL) {
		return nil // dead is what was asked for
	}
	return err
}

// ns opens one of the process's namespaces.
func ns(c *lua.Call) error {
	var kind string
	if err := c.Unpack("kind", lua.Enum(&kind, namespace.KindNames()...)); err != nil {
		return err
	}
	k, err := namespace.ByName(kind)
	if err != nil {
		return err
	}
	h, err := namespace.OfPID(lua.Self[*spawn.Process](c).PID, k)
	if err != nil {
		return err
	}
	return c.Return(h)
}

func info(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	i, err := Get(lua.Self[*spawn.Process](c).PID)
	if err != nil {
		return err
	}
	return c.Return(record(i))
}

func write(c *lua.Call) error {
	var data string
	timeout := time.Duration(-1)
	if err := c.Unpack("data", &data, "options?", lua.Fields{"timeout": &timeout}); err != nil {
		return err
	}
	return lua.Self[*spawn.Process](c).Write(data, timeout)
}

func closeStdin(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	return lua.Self[*spawn.Process](c).CloseInput()
}

// amount is "line", "all" or a number of bytes.
type amount struct {
	word  string
	bytes int
}

func (a *amount) Set(c *lua.Call, v lua.Value) error {
	if _, ok := v.(lua.String); ok {
		return c.Assign(v, lua.Enum(&a.word, "line", "all"))
	}
	a.word = ""
	if err := c.Assign(v, &a.bytes); err != nil || a.bytes < 1 {
		return errors.New(`"line", "all" or a number of bytes above 0 expected`)
	}
	return nil
}

func (a *amount) TypeName() string { return `"line"|"all"|integer` }

func readOutput(c *lua.Call) error {
	want := amount{word: "line", bytes: math.MaxInt}
	timeout := time.Duration(-1)
	if err := c.Unpack("amount?", &want, "options?", lua.Fields{"timeout": &timeout}); err != nil {
		return err
	}
	p := lua.Self[*spawn.Process](c)
	var text string
	var err error
	switch want.word {
	case "line":
		text, err = p.ReadLine(timeout)
	case "all":
		text, err = p.ReadAll(timeout)
	default:
		text, err = p.ReadSome(want.bytes, timeout)
	}
	if spawn.IsEOF(err) {
		return c.Return(nil)
	}
	if err != nil {
		return err
	}
	return c.Return(text)
}

// lines is an iterator over what the process writes.
func lines(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	p := lua.Self[*spawn.Process](c)
	return c.Return(c.Function("lines", func(c *lua.Call) error {
		line, err := p.ReadLine(-1)
		if spawn.IsEOF(err) {
			return c.Return(nil)
		}
		if err != nil {
			return err
		}
		return c.Return(line)
	}))
}

func resize(c *lua.Call) error {
	var rows, cols int
	if err := c.Unpack("rows", &rows, "cols", &cols); err != nil {
		return err
	}
	if rows < 1 || cols < 1 || rows > math.MaxUint16 || cols > math.MaxUint16 {
		return lua.Invalid("a terminal of %d rows and %d columns can't be", rows, cols)
	}
	return lua.Self[*spawn.Process](c).Resize(rows, cols)
}

func closeProcess(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	return lua.Self[*spawn.Process](c).Close()
}
