package mount

import (
	"golang.org/x/sys/unix"

	"nslua/lua"
)

func (b *binding) bind(c *lua.Call) error {
	var o placeOptions
	var source string
	var v BindOptions
	var ids idmapArg
	if err := c.Unpack("source", &source, "target", &o.target.Path, "options?", o.fields(lua.Fields{
		"recursive":   &v.Recursive,
		"source_root": &v.SourceRoot,
		"idmap":       &ids,
	})); err != nil {
		return err
	}
	var err error
	if v.Attr, err = o.attr(); err != nil {
		return err
	}
	close, err := ids.open(&v.UserNS)
	if err != nil {
		return explained(err, []hint{hintPrivilege})
	}
	defer close()
	v.Propagation = PropagationByName(o.propagation)
	return b.make(c, o.target, func(t Target) (*Mount, error) { return Bind(source, t, v) }, hintBind(source, v))
}

func umountFields(o *UmountOptions) lua.Fields {
	return lua.Fields{"lazy": &o.Lazy, "force": &o.Force, "recursive": &o.Recursive}
}

func (b *binding) umount(c *lua.Call) error {
	var t Target
	o := UmountOptions{}
	nofollow := true
	fields := umountFields(&o)
	fields["root"], fields["nofollow"] = &t.Root, &nofollow
	if err := c.Unpack("target", &t.Path, "options?", fields); err != nil {
		return err
	}
	o.Follow = !nofollow
	ids, err := Umount(t, o)
	return b.removed(c, ids, err, hintUmount(t))
}

func (b *binding) umountHandle(c *lua.Call) error {
	var o UmountOptions
	if err := c.Unpack("options?", umountFields(&o)); err != nil {
		return err
	}
	h := lua.Self[*handle](c)
	ids, err := h.Mount.Umount(o)
	return b.removed(c, ids, err, hintUmount(Target{Path: h.Target}))
}

// removed notes what is gone, which after an error may be a part.
func (b *binding) removed(c *lua.Call, ids []uint64, err error, hints ...hint) error {
	if goneErr := b.gone(c, ids); err == nil {
		err = goneErr
	}
	if err != nil {
		return explained(err, hints)
	}
	return nil
}

func where(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	point, err := lua.Self[*handle](c).Where()
	if err != nil {
		return err
	}
	return c.Return(point)
}

func (b *binding) image(c *lua.Call) error {
	var o placeOptions
	var i Image
	var offset, size lua.Size
	var options paramArg
	if err := c.Unpack("source", &i.Path, "target", &o.target.Path, "options?", o.fields(lua.Fields{
		"type":      lua.Enum(&i.Type, "auto", "squashfs", "ext4", "erofs", "xfs", "btrfs", "iso9660"),
		"offset":    &offset,
		"sizelimit": &size,
		"options":   &options,
	})); err != nil {
		return err
	}
	if i.Type == "auto" {
		i.Type = ""
	}
	f, err := o.apply(FS{Attr: options.attr})
	if err != nil {
		return err
	}
	i.Offset, i.Size, i.ReadOnly = uint64(offset), uint64(size), f.Attr.Set&unix.MOUNT_ATTR_RDONLY != 0
	i.Params, i.Attr, i.Propagation = options.params, f.Attr, f.Propagation
	return b.make(c, o.target, func(t Target) (*Mount, error) { return NewImage(i, t) }, hintLoop, hintNewFS(i.Type, o.target))
}

func remount(c *lua.Call) error {
	var t Target
	var flags flagOptions
	var o RemountOptions
	var options paramArg
	fields := flags.fields()
	fields["root"], fields["recursive"], fields["options"] = &t.Root, &o.Recursive, &options
	if err := c.Unpack("target", &t.Path, "options", fields); err != nil {
		return err
	}
	attr, err := flags.attr()
	if err != nil {
		return err
	}
	o.Params = options.params
	o.Attr = Attr{attr.Set | options.attr.Set, attr.Clear | options.attr.Clear}
	if err := Remount(t, o); err != nil {
		return explained(err, []hint{hintLocked(t, o), hintNotPoint(t), hintPrivilege})
	}
	return nil
}

func propagation(c *lua.Call) error {
	var t Target
	var word string
	var recursive bool
	if err := c.Unpack("target", &t.Path, "type", lua.Enum(&word, PropagationNames()...), "options?", lua.Fields{
		"recursive": &recursive,
		"root":      &t.Root,
	}); err != nil {
		return err
	}
	if err := SetPropagation(t, PropagationByName(word), recursive); err != nil {
		return explained(err, []hint{hintNotPoint(t), hintPrivilege})
	}
	return nil
}

func move(c *lua.Call) error {
	var from, to Target
	if err := c.Unpack("from", &from.Path, "to", &to.Path, "options?", lua.Fields{
		"root":    &to.Root,
		"beneath": &to.Beneath,
	}); err != nil {
		return err
	}
	from.Root = to.Root
	if err := Move(from, to); err != nil {
		return explained(err, []hint{hintNotPoint(from), hintMove(from, to), hintPrivilege})
	}
	return nil
}

func pivotRoot(c *lua.Call) error {
	var t Target
	var putOld string
	if err := c.Unpack("new_root", &t.Path, "put_old?", &putOld); err != nil {
		return err
	}
	if err := PivotRoot(t, putOld); err != nil {
		return explained(err, []hint{hintPivot(t, putOld), hintPrivilege})
	}
	return nil
}

func chroot(c *lua.Call) error {
	var t Target
	if err := c.Unpack("path", &t.Path, "options?", lua.Fields{"root": &t.Root}); err != nil {
		return err
	}
	return explained(Chroot(t), []hint{hintChroot})
}

func (b *binding) mask(c *lua.Call) error     { return b.cover(c, Mask) }
func (b *binding) readonly(c *lua.Call) error { return b.cover(c, ReadOnly) }

// cover mounts something over each of the paths that exist.
func (b *binding) cover(c *lua.Call, over func(Target) (*Mount, error)) error {
	var paths []string
	var root string
	if err := c.Unpack("paths", &paths, "options?", lua.Fields{"root": &root}); err != nil {
		return err
	}
	covered := []any{}
	for _, p := range paths {
		h, err := b.add(c, Target{Path: p, Root: root}, over)
		if err != nil {
			return explained(err, []hint{hintPrivilege})
		}
		if h != nil {
			covered = append(covered, h)
		}
	}
	return c.Return(covered)
}
