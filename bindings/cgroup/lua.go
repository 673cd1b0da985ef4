package cgroup

import (
	_ "embed"
	"errors"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

//go:embed cgroup.d.lua
var docs string

// Module is the Lua module cgroup.
func Module() *lua.Module {
	return &lua.Module{
		Name: "cgroup",
		Docs: docs,
		Funcs: []*lua.Func{
			lua.F("create", create), lua.F("open", open), lua.F("current", current),
			lua.F("list", list), lua.F("tree", tree), lua.F("top", top), lua.F("info", info), lua.F("of", of),
		},
		Types: []*lua.Type{cgroupType()},
		Undo:  map[string]func(lua.Entry) error{entryKind: undoEntry},
	}
}

// handle is a cgroup in Lua.
type handle struct {
	*Cgroup
	plan *lua.Plan // its place in the journal, if the script made it
	undo *lua.Undo
	tops []string // what undo removes
}

func create(c *lua.Call) error {
	var name string
	l := &Limits{}
	if err := c.Unpack("path", &name, "limits?", limitFields(l)); err != nil {
		return err
	}
	host, path, err := resolve(name)
	if err != nil {
		return err
	}
	b := host.Plan(path, l)
	h := &handle{tops: b.Tops()}
	if h.plan, err = c.State().Plan(entry(path, h.tops)); err != nil {
		return err
	}
	if h.Cgroup, err = b.Create(); err != nil {
		return explained(host, h.plan.Cancel(err))
	}
	if err := h.plan.Identify(entryData(h.tops)); err != nil {
		return errors.Join(err, Clear(h.tops))
	}
	h.undo = h.plan.Made(h, nil, nil)
	return c.Return(h)
}

// resolve finds the hierarchies, and the full path of a cgroup.
func resolve(name string) (*Host, string, error) {
	host, err := Discover()
	if err != nil {
		return nil, "", explained(nil, err)
	}
	path, err := host.Resolve(name)
	return host, path, explained(host, err)
}

func open(c *lua.Call) error {
	var name string
	if err := c.Unpack("path", &name); err != nil {
		return err
	}
	host, path, err := resolve(name)
	if err != nil {
		return err
	}
	cg, err := host.Open(path)
	if err != nil {
		return explained(host, err)
	}
	return c.Return(&handle{Cgroup: cg})
}

func current(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	host, err := Discover()
	if err != nil {
		return explained(nil, err)
	}
	cg, err := host.Current()
	if err != nil {
		return explained(host, err)
	}
	return c.Return(&handle{Cgroup: cg})
}

// treeOf is the tree at the argument path, by default all that is in reach.
func treeOf(c *lua.Call) (*Node, error) {
	name := "/"
	if err := c.Unpack("path?", &name); err != nil {
		return nil, err
	}
	host, path, err := resolve(name)
	if err != nil {
		return nil, err
	}
	n, err := host.Tree(path)
	return n, explained(host, err)
}

func list(c *lua.Call) error {
	n, err := treeOf(c)
	if err != nil {
		return err
	}
	var all []any
	var walk func(n *Node)
	walk = func(n *Node) {
		r := lua.R("path", n.Cgroup.Path, "processes", n.Processes)
		if n.Stat.CPU != nil {
			r = append(r, lua.Field{Name: "cpu", Value: n.Stat.CPU.Usage})
		}
		if n.Stat.Memory != nil {
			r = append(r, lua.Field{Name: "memory", Value: n.Stat.Memory.Usage})
		}
		all = append(all, r)
		for _, child := range n.Children {
			walk(child)
		}
	}
	walk(n)
	return c.Return(all)
}

func tree(c *lua.Call) error {
	n, err := treeOf(c)
	if err != nil {
		return err
	}
	return c.Return(n.Draw())
}

func info(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	host, err := Discover()
	if err != nil {
		return explained(nil, err)
	}
	versions, err := host.Controllers()
	if err != nil {
		return err
	}
	controllers := lua.Record{}
	for _, name := range sortedKeys(versions) {
		at := host.V2
		if versions[name] == 1 {
			at = host.v1(name)
		}
		controllers = append(controllers, lua.Field{Name: name, Value: lua.R("version", versions[name], "mount", at.Dir)})
	}
	r := lua.R("mode", host.Mode(), "controllers", controllers)
	if host.V2 != nil {
		r = append(r, lua.Field{Name: "v2", Value: host.V2.Dir})
	}
	base, err := host.Base()
	if err == nil {
		r = append(r, lua.Field{Name: "base", Value: base})
	} else if !errors.Is(err, unix.EACCES) {
		return err
	}
	return c.Return(r)
}

func of(c *lua.Call) error {
	pid := 0
	if err := c.Unpack("pid?", &pid); err != nil {
		return err
	}
	all, err := Of(pid)
	if err != nil {
		return err
	}
	return c.Return(lua.List(all, func(m Membership) any {
		r := lua.R("hierarchy", m.Hierarchy, "path", m.Path)
		if m.Name != "" {
			r = append(r, lua.Field{Name: "name", Value: m.Name})
		}
		if m.Controllers != nil {
			r = append(r, lua.Field{Name: "controllers", Value: m.Controllers})
		}
		return r
	}))
}

// words joins names for a sentence.
func words(names []string) string { return strings.Join(names, ", ") }
