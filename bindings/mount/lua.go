package mount

import (
	_ "embed"

	"nslua/bindings/internal/namespace"
	"nslua/lua"
)

//go:embed mount.d.lua
var docs string

// Module is the module mount.
func Module() *lua.Module {
	b := &binding{made: map[uint64]*handle{}, homes: map[uint64]*home{}}
	return &lua.Module{
		Name: "mount",
		Docs: docs,
		Funcs: []*lua.Func{
			lua.F("bind", b.bind),
			lua.F("tmpfs", b.tmpfs),
			lua.F("proc", b.proc),
			lua.F("sysfs", b.sysfs),
			lua.F("devpts", b.devpts),
			lua.F("mqueue", b.mqueue),
			lua.F("cgroup", b.cgroup),
			lua.F("overlay", b.overlay),
			lua.F("mount", b.mount),
			lua.F("umount", b.umount),
			lua.F("list", list),
			lua.F("find", find),
		},
		Types: []*lua.Type{{
			Name:   "mount.Mount",
			Sample: (*handle)(nil),
			Methods: []*lua.Func{
				lua.F("umount", b.umountHandle),
				lua.F("where", where),
			},
			Fields: map[string]func(lua.Handle) any{
				"id":     func(h lua.Handle) any { return h.(*handle).ID },
				"target": func(h lua.Handle) any { return h.(*handle).Target },
			},
		}},
	}
}

// binding is the module in one state: what its functions have mounted and not yet removed.
type binding struct {
	made  map[uint64]*handle
	homes map[uint64]*home
}

// home keeps a mount namespace open while there are mounts of ours to undo in it.
type home struct {
	ns    *namespace.Handle
	users int
}

// handle is a mount as scripts hold it. To close it means no more than that: the mount goes by umount, or with its scope.
type handle struct {
	*Mount
	home   *home
	undo   *lua.Undo
	closed bool
}

func (h *handle) Close() error   { h.closed = true; return nil }
func (h *handle) Closed() bool   { return h.closed }
func (h *handle) String() string { return "mount:" + h.Target }

// done ends a call that makes a mount: it is noted for the undo, and its handle returned.
func (b *binding) done(c *lua.Call, m *Mount, err error, hints ...hint) error {
	if err != nil {
		return explained(err, hints)
	}
	h, err := b.add(c, m)
	if err != nil {
		return err
	}
	return c.Return(h)
}

func (b *binding) add(c *lua.Call, m *Mount) (*handle, error) {
	h := &handle{Mount: m}
	var err error
	if h.home, err = b.enter(); err != nil {
		return nil, lua.WithHint(err, "the mount "+m.Target+" was made, and stays")
	}
	b.made[m.ID] = h
	h.undo = c.State().OnUndo("mount "+m.Target, h, func() error {
		defer b.forget(h)
		return m.Undo(h.home.ns)
	}, func() error {
		b.forget(h)
		return nil
	})
	return h, nil
}

// enter finds or opens the thread's mount namespace. Where there is no /proc the home has none.
func (b *binding) enter() (*home, error) {
	inode, _, ok := NamespaceID()
	if !ok {
		return &home{}, nil
	}
	in := b.homes[inode]
	if in == nil {
		kind, err := namespace.ByName("mnt")
		if err != nil {
			return nil, err
		}
		ns, err := namespace.Current(kind, false)
		if err != nil {
			return nil, err
		}
		in = &home{ns: ns}
		b.homes[inode] = in
	}
	in.users++
	return in, nil
}

// forget takes a mount off the books, and closes its namespace if it was the last one there.
func (b *binding) forget(h *handle) {
	if b.made[h.ID] != h {
		return
	}
	delete(b.made, h.ID)
	in := h.home
	if in.users--; in.users > 0 || in.ns == nil {
		return
	}
	delete(b.homes, in.ns.Inode)
	in.ns.Close()
}

// gone notes that mounts have been removed, and takes away the mount points that were made for them.
func (b *binding) gone(c *lua.Call, ids []uint64) error {
	for _, id := range ids {
		h := b.made[id]
		if h == nil {
			continue
		}
		h.undo.Done()
		b.forget(h)
		h.Close()
		c.State().Forget(h)
		if err := h.RemovePoint(); err != nil {
			return err
		}
	}
	return nil
}
