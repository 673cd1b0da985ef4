// Package ns makes, opens, enters and lists namespaces; see namespaces(7).
package ns

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
	"nslua/bindings/internal/spawn"
	"nslua/lua"
)

//go:embed ns.d.lua
var docs string

// Module is the Lua module ns.
func Module() *lua.Module {
	return &lua.Module{
		Name: "ns",
		Docs: docs,
		Funcs: []*lua.Func{
			lua.F("unshare", unshare), lua.F("setns", setns), lua.F("clone", clone), lua.F("new", newNS),
			lua.F("open", open), lua.F("current", current), lua.F("names", names), lua.F("remove", remove),
			lua.F("kinds", kinds), lua.F("list", list), lua.F("tree", tree), lua.F("diff", diff),
		},
		Types: []*lua.Type{namespaceType()},
		Undo:  map[string]func(lua.Entry) error{"ns.pin": undoPin},
	}
}

// kindArg is a kind by name.
type kindArg struct{ target *namespace.Kind }

func (k *kindArg) Set(_ *lua.Call, v lua.Value) error {
	name, ok := v.(lua.String)
	if !ok {
		return fmt.Errorf("a kind of namespace expected: %s", strings.Join(namespace.KindNames(), ", "))
	}
	var err error
	*k.target, err = namespace.ByName(string(name))
	return err
}

func (k *kindArg) TypeName() string { return "ns.Kind" }

// unshare takes kinds, or one table of kinds and options.
func unshare(c *lua.Call) error {
	var given []lua.Value
	if err := c.Unpack("...kinds", &given); err != nil {
		return err
	}
	var words []string
	propagation := "private"
	fields := lua.Fields{"...": &words, "propagation": lua.Enum(&propagation, "private", "slave", "shared", "unchanged")}
	for i, v := range given {
		target := any(fields)
		if _, ok := v.(lua.String); ok {
			target = &words
			var word string
			if err := c.Assign(v, &word); err != nil {
				return err
			}
			words = append(words, word)
			continue
		}
		if err := c.Assign(v, target); err != nil {
			return lua.Invalid("argument %d: %v", i+1, err)
		}
	}
	mask, err := namespace.Mask(words)
	if err != nil {
		return lua.Invalid("%v", err)
	}
	if mask == 0 {
		return lua.Invalid("argument 'kinds': at least one kind of namespace expected: %s", strings.Join(namespace.KindNames(), ", "))
	}
	if err := c.State().Flush(); err != nil {
		return err
	}
	undo, err := wayBack(mask)
	if err != nil {
		return err
	}
	if err := Unshare(mask, propagation); err != nil {
		undo.abandon()
		return lua.WithHint(err, unshareHint(mask, err))
	}
	undo.register(c.State())
	return nil
}

// unshareHint tells what refused an unshare.
func unshareHint(mask int, err error) string {
	switch {
	case errors.Is(err, unix.EINVAL) && mask&unix.CLONE_NEWUSER != 0:
		return `the kernel lets no process with several threads change its user namespace, and this shell has some: ` +
			`use ns.clone{"user", …} for a new process, or start the shell with nslua -U`
	case errors.Is(err, unix.EINVAL) && mask&unix.CLONE_NEWPID != 0 && pidUnshared():
		return "a process can unshare its children's pid namespace only once: use ns.clone{\"pid\", …}"
	case errors.Is(err, unix.EPERM):
		return `this takes CAP_SYS_ADMIN: use ns.clone{"user", …}, or start the shell with nslua -U`
	case errors.Is(err, unix.ENOSPC):
		return namespace.LimitHint(mask)
	}
	return ""
}

// pidUnshared reports whether new children would not be in our own pid namespace.
func pidUnshared() bool {
	own, err := os.Readlink("/proc/thread-self/ns/pid")
	if err != nil {
		return false
	}
	next, err := os.Readlink("/proc/thread-self/ns/pid_for_children")
	return err != nil || own != next
}

func setns(c *lua.Call) error {
	var hs []*namespace.Handle
	if err := c.Unpack("namespace", lua.Refs(&hs)); err != nil {
		return err
	}
	for _, h := range hs {
		undo, err := wayBack(h.Kind.Flag)
		if err != nil {
			return err
		}
		if err := Enter(h); err != nil {
			undo.abandon()
			return lua.WithHint(err, setnsHint(h, err))
		}
		undo.register(c.State())
	}
	return nil
}

func setnsHint(h *namespace.Handle, err error) string {
	switch {
	case errors.Is(err, unix.EINVAL) && h.Kind.Name == "user":
		if own, ownErr := namespace.Current(h.Kind, false); ownErr == nil {
			defer own.Close()
			if own.Same(h) {
				return "that is the user namespace the shell is in already"
			}
		}
		return "the kernel lets no process with several threads change its user namespace: use h:run(…) or ns.clone{join = {h}, …}"
	case errors.Is(err, unix.EINVAL) && h.Kind.Name == "time", errors.Is(err, unix.EUSERS):
		return "a process with several threads can't enter a time namespace: use h:run(…) or ns.clone{join = {h}, …}"
	case errors.Is(err, unix.EPERM):
		return "entering takes CAP_SYS_ADMIN both here and in the user namespace that owns it: h:run(…) and ns.clone{join = …} can enter that one first"
	}
	return ""
}

func clone(c *lua.Call) error {
	var o spawn.Options
	if err := c.Unpack("spec", spawn.Clone(&o)); err != nil {
		return err
	}
	p, err := spawn.Start(c.State(), &o)
	if err != nil {
		return err
	}
	return c.Return(p)
}

func newNS(c *lua.Call) error {
	var k namespace.Kind
	var name, path string
	var o spawn.Options
	if err := c.Unpack("kind", &kindArg{&k}, "options?", lua.Fields{
		"name": &name, "path": &path,
		"uid_map": spawn.IDMaps(&o.UIDMap), "gid_map": spawn.IDMaps(&o.GIDMap), "map": spawn.AutoMap(&o),
		"offsets": lua.Fields{"boottime": &o.Offsets.Boottime, "monotonic": &o.Offsets.Monotonic},
	}); err != nil {
		return err
	}
	h, err := create(c, k, &o)
	if err != nil {
		return err
	}
	if name != "" {
		err = pinned(c.State(), h, name, "")
	}
	if err == nil && path != "" {
		err = pinned(c.State(), h, "", path)
	}
	if err != nil {
		h.Close()
		return err
	}
	return c.Return(h)
}

// create makes a namespace of any kind: in place where that is possible, else by a child that lives just for that.
func create(c *lua.Call, k namespace.Kind, o *spawn.Options) (*namespace.Handle, error) {
	switch k.Name {
	case "pid":
		return nil, lua.WithHint(fmt.Errorf("a pid namespace without a process can't be: %w", unix.EINVAL),
			`it begins with its first process: ns.clone{"pid", run = …}, then p:ns("pid")`)
	case "user", "time":
		o.New = []string{k.Name}
		return spawn.Make(c.State(), o, k)
	}
	home, err := namespace.Current(k, false)
	if err != nil {
		return nil, err
	}
	defer home.Close()
	if !home.Ours() {
		o.New = []string{k.Name}
		return spawn.Make(c.State(), o, k)
	}
	h, err := New(home)
	return h, lua.WithHint(err, unshareHint(k.Flag, err))
}

func open(c *lua.Call) error {
	var what lua.Value
	k := namespace.Kind{}
	if err := c.Unpack("what", &what, "kind?", &kindArg{&k}); err != nil {
		return err
	}
	if k.Name == "" {
		k, _ = namespace.ByName("net")
	}
	h, err := find(c, what, k)
	if err != nil {
		return err
	}
	return c.Return(h)
}

// find opens a namespace of a process (its number or its handle), by path, or by name.
func find(c *lua.Call, what lua.Value, k namespace.Kind) (*namespace.Handle, error) {
	if p, ok := lua.HandleOf(what).(*spawn.Process); ok {
		return namespace.OfPID(p.PID, k)
	}
	text, ok := what.(lua.String)
	if !ok {
		var pid int
		if err := c.Assign(what, &pid); err != nil {
			return nil, lua.Invalid("argument 'what': a process number, a process, a path or a name expected")
		}
		return namespace.OfPID(pid, k)
	}
	if strings.Contains(string(text), "/") {
		return namespace.Open(string(text))
	}
	path, err := namePath(string(text))
	if err != nil {
		return nil, err
	}
	return namespace.Open(path)
}

func current(c *lua.Call) error {
	var k namespace.Kind
	if err := c.Unpack("kind", &kindArg{&k}); err != nil {
		return err
	}
	h, err := namespace.Current(k, false)
	if err != nil {
		return err
	}
	return c.Return(h)
}

func names(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	all, err := Names()
	if err != nil {
		return err
	}
	return c.Return(lua.List(all, func(name string) any {
		r := lua.R("name", name)
		if h, err := namespace.Open(netnsDir + "/" + name); err == nil { // a name without a mount is a leftover
			r = append(r, lua.Field{Name: "id", Value: h.Inode})
			h.Close()
		}
		return r
	}))
}

func remove(c *lua.Call) error {
	var name string
	if err := c.Unpack("name", &name); err != nil {
		return err
	}
	path := name
	if !strings.Contains(name, "/") {
		var err error
		if path, err = namePath(name); err != nil {
			return err
		}
	}
	if err := Unpin(path); err != nil {
		return err
	}
	forget(c.State(), path)
	return nil
}

func kinds(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	return c.Return(lua.List(namespace.Kinds, func(k namespace.Kind) any {
		_, err := os.Stat("/proc/thread-self/ns/" + k.Name)
		return lua.R("name", k.Name, "flag", k.FlagName, "since", k.Since, "isolates", k.Isolates, "available", err == nil)
	}))
}
