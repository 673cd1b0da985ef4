package mount

import (
	_ "embed"
	"errors"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

//go:embed mount.d.lua
var docs string

// Module is the module mount.
func Module() *lua.Module {
	b := &binding{made: map[uint64]*handle{}, homes: map[Place]*home{}}
	return &lua.Module{
		Name: "mount",
		Docs: docs,
		Undo: map[string]func(lua.Entry) error{entryKind: undoEntry},
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
			lua.F("image", b.image),
			lua.F("mask", b.mask),
			lua.F("readonly", b.readonly),
			lua.F("umount", b.umount),
			lua.F("remount", remount),
			lua.F("propagation", propagation),
			lua.F("move", move),
			lua.F("pivot_root", pivotRoot),
			lua.F("chroot", chroot),
			lua.F("list", list),
			lua.F("tree", tree),
			lua.F("find", find),
			lua.F("diff", diff),
		},
		Types: []*lua.Type{{
			Name:   "mount.Mount",
			Sample: (*handle)(nil),
			Methods: []*lua.Func{
				lua.F("umount", b.umountHandle),
				lua.F("where", where),
			},
			Shell: func(h lua.Handle) lua.Operand { return lua.Operand{Text: h.(*handle).Target} },
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
	homes map[Place]*home
	// The namespace of the process's other threads, which stay where it was started.
	shared *uint64
}

// home is where mounts of ours are to be undone.
type home struct {
	*Home
	users int
}

// handle is a mount as scripts hold it. To close it means no more than that: the mount goes by umount, or with its scope.
type handle struct {
	*Mount
	home        *home
	undo, point *lua.Undo // of the mount, and of the mount point if that was made for it
	covers      []*handle // mounts under this one that are to be undone when it is gone
	covered     bool      // this is one of those
	closed      bool
}

func (h *handle) Close() error   { h.closed = true; return nil }
func (h *handle) Closed() bool   { return h.closed }
func (h *handle) String() string { return "mount:" + h.Target }

// make is the end of every call that makes a mount: it does so, with an entry in the journal before, notes how to
// undo it, and returns its handle.
func (b *binding) make(c *lua.Call, target Target, f func(Target) (*Mount, error), hints ...hint) error {
	h, err := b.add(c, target, f)
	if err != nil {
		return explained(err, hints)
	}
	return c.Return(h)
}

// add makes a mount. The handle is nil if f made none.
func (b *binding) add(c *lua.Call, target Target, f func(Target) (*Mount, error)) (*handle, error) {
	in, err := b.enter(c)
	if err != nil {
		return nil, err
	}
	var plan *lua.Plan
	late := false // the number of the mount was not known when the entry was written
	target.Attaching = func(m *Mount) (err error) {
		late = m.ID == 0
		plan, err = c.State().Plan(in.entry(m))
		return err
	}
	m, err := f(target)
	if err == nil && m != nil && late {
		if err = plan.Identify(in.entry(m).Data); err != nil {
			err = errors.Join(err, m.Undo(nil), m.RemovePoint(nil))
		}
	}
	if err != nil && plan != nil {
		err = plan.Cancel(err)
	}
	if err != nil || m == nil {
		b.leave(in)
		return nil, err
	}
	h := &handle{Mount: m, home: in}
	b.made[m.ID] = h
	if m.HasPoint() {
		in.users++
		h.point = c.State().OnUndo("mount point "+m.Target, h, func() error {
			if h.covered {
				return nil
			}
			defer b.leave(in)
			return m.RemovePoint(in.Home)
		}, func() error { b.leave(in); return nil })
	}
	h.undo = plan.Made(h, func() error { return b.unmount(h) }, func() error {
		b.leave(in)
		b.forget(h)
		return nil
	})
	return h, nil
}

// unmount undoes a mount. One that has another of this shell's on top, moved there, waits until that goes.
func (b *binding) unmount(h *handle) error {
	err := h.Undo(h.home.Home)
	var top *coveredError
	if errors.As(err, &top) && b.made[top.by] != nil {
		over := b.made[top.by]
		over.covers = append(over.covers, h)
		h.covered = true
		return nil
	}
	if h.covered && h.HasPoint() {
		err = errors.Join(err, h.RemovePoint(h.home.Home))
		b.leave(h.home)
	}
	b.forget(h)
	b.leave(h.home)
	return errors.Join(err, b.uncover(h))
}

// uncover undoes what has waited under a mount that is gone.
func (b *binding) uncover(h *handle) error {
	var errs []error
	for _, under := range h.covers {
		errs = append(errs, b.unmount(under))
	}
	h.covers = nil
	return errors.Join(errs...)
}

// enter finds out where the thread stands, and counts one more mount there.
func (b *binding) enter(c *lua.Call) (*home, error) {
	at, err := CurrentPlace()
	if err != nil {
		return nil, err
	}
	in := b.homes[at]
	if in == nil {
		here, err := Here()
		if err != nil {
			return nil, err
		}
		in = &home{Home: here}
		b.homes[at] = in
		if b.shared == nil {
			ns := SharedNamespace()
			b.shared = &ns
		}
		if in.ns.Inode == *b.shared { // to keep it to the end of the scope holds nothing up, and spares opening it each time
			in.users++
			c.State().OnUndo("", nil, func() error { b.leave(in); return nil }, nil).Private = true
		}
	}
	in.users++
	return in, nil
}

// leave counts one less, and closes a home that is of no more use.
func (b *binding) leave(in *home) {
	if in.users--; in.users == 0 {
		delete(b.homes, in.Place)
		in.Close()
	}
}

func (b *binding) forget(h *handle) {
	if b.made[h.ID] == h {
		delete(b.made, h.ID)
	}
}

// gone notes that mounts have been removed, and takes away the mount points that were made for them; one that has
// something else mounted on it stays until the scope ends.
func (b *binding) gone(c *lua.Call, ids []uint64) error {
	var errs []error
	for _, id := range ids {
		h := b.made[id]
		if h == nil {
			continue
		}
		h.undo.Done()
		b.forget(h)
		h.Close()
		c.State().Forget(h)
		if h.HasPoint() {
			err := h.RemovePoint(h.home.Home)
			if errors.Is(err, unix.EBUSY) {
				err = nil
			} else {
				h.point.Done()
				b.leave(h.home)
			}
			errs = append(errs, err)
		}
		b.leave(h.home)
		errs = append(errs, b.uncover(h))
	}
	return errors.Join(errs...)
}
