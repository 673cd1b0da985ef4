package ns

import (
	"fmt"
	"strings"

	"nslua/bindings/internal/namespace"
	"nslua/bindings/internal/spawn"
	"nslua/lua"
)

func list(c *lua.Call) error {
	var k namespace.Kind
	pid := 0
	if err := c.Unpack("options?", lua.Fields{"kind": &kindArg{&k}, "pid": &pid}); err != nil {
		return err
	}
	all, err := List()
	if err != nil {
		return err
	}
	out := []any{}
	for _, i := range all {
		if k.Name != "" && i.Kind.Name != k.Name || pid != 0 && !contains(i.PIDs, pid) {
			continue
		}
		out = append(out, infoRecord(i))
	}
	return c.Return(out)
}

func contains(pids []int, pid int) bool {
	for _, p := range pids {
		if p == pid {
			return true
		}
	}
	return false
}

func infoRecord(i *Info) lua.Record {
	r := lua.R("kind", i.Kind.Name, "id", i.Inode, "processes", len(i.PIDs))
	if len(i.PIDs) > 0 {
		r = append(r, lua.R("pid", i.PIDs[0], "uid", i.UID, "command", i.Command)...)
	}
	if i.Owner != 0 {
		r = append(r, lua.Field{Name: "owner", Value: i.Owner})
	}
	if i.Parent != 0 {
		r = append(r, lua.Field{Name: "parent", Value: i.Parent})
	}
	holders := lua.List(i.Holders, func(h Holder) any { return lua.R("pid", h.PID, "fd", h.FD) })
	return append(r, lua.Field{Name: "pins", Value: i.Pins}, lua.Field{Name: "fds", Value: holders})
}

func tree(c *lua.Call) error {
	kind := "user"
	if err := c.Unpack("kind?", lua.Enum(&kind, "user", "pid")); err != nil {
		return err
	}
	all, err := List()
	if err != nil {
		return err
	}
	return c.Return(strings.TrimSuffix(Tree(all, kind), "\n"))
}

// member is a process, by number or handle.
type member struct{ pid *int }

func (m *member) Set(c *lua.Call, v lua.Value) error {
	if p, ok := lua.HandleOf(v).(*spawn.Process); ok {
		*m.pid = p.PID
		return nil
	}
	if err := c.Assign(v, m.pid); err != nil {
		return fmt.Errorf("a process number or a process expected")
	}
	return nil
}

func (m *member) TypeName() string { return "integer|proc.Process" }

// diff compares the namespaces of two processes.
func diff(c *lua.Call) error {
	var a, b int
	if err := c.Unpack("a", &member{&a}, "b", &member{&b}); err != nil {
		return err
	}
	left, err := Of(a)
	if err != nil {
		return err
	}
	right, err := Of(b)
	if err != nil {
		return err
	}
	out := []any{}
	for _, k := range namespace.Kinds {
		l, r := left[k.Name], right[k.Name]
		if l != "" || r != "" {
			out = append(out, lua.R("kind", k.Name, "same", l == r, "a", l, "b", r))
		}
	}
	return c.Return(out)
}
