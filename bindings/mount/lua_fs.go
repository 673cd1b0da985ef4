package mount

import (
	"nslua/lua"
)

func (b *binding) tmpfs(c *lua.Call) error {
	var o placeOptions
	var size memoryArg
	var inodes lua.Optional[uint64]
	var mode lua.Optional[lua.Mode]
	var uid, gid lua.Optional[uint32]
	var huge string
	var noswap bool
	if err := c.Unpack("target", &o.target.Path, "options?", o.fields(lua.Fields{
		"size":      &size,
		"nr_inodes": &inodes,
		"mode":      &mode,
		"uid":       &uid,
		"gid":       &gid,
		"huge":      lua.Enum(&huge, "never", "always", "within_size", "advise"),
		"noswap":    &noswap,
	})); err != nil {
		return err
	}
	return b.newFS(c, &o, Tmpfs{
		Size: size.text, Inodes: pointer(inodes), Mode: modePointer(mode), UID: pointer(uid), GID: pointer(gid),
		Huge: huge, NoSwap: noswap,
	}.FS())
}

func (b *binding) proc(c *lua.Call) error {
	var o placeOptions
	var p Proc
	var gid lua.Optional[uint32]
	if err := c.Unpack("target", &o.target.Path, "options?", o.fields(lua.Fields{
		"hidepid": lua.Enum(&p.HidePID, "off", "noaccess", "invisible", "ptraceable"),
		"gid":     &gid,
		"subset":  lua.Enum(&p.Subset, "pid"),
	})); err != nil {
		return err
	}
	p.GID = pointer(gid)
	return b.newFS(c, &o, p.FS())
}

func (b *binding) sysfs(c *lua.Call) error {
	var o placeOptions
	if err := c.Unpack("target", &o.target.Path, "options?", o.fields(nil)); err != nil {
		return err
	}
	return b.newFS(c, &o, FS{Type: "sysfs", Source: "sysfs"})
}

func (b *binding) mqueue(c *lua.Call) error {
	var o placeOptions
	if err := c.Unpack("target", &o.target.Path, "options?", o.fields(nil)); err != nil {
		return err
	}
	return b.newFS(c, &o, FS{Type: "mqueue", Source: "mqueue"})
}

func (b *binding) devpts(c *lua.Call) error {
	var o placeOptions
	ptmxmode := lua.Optional[lua.Mode]{Value: 0o666, Given: true}
	var mode lua.Optional[lua.Mode]
	var uid, gid lua.Optional[uint32]
	var limit lua.Optional[uint64]
	if err := c.Unpack("target", &o.target.Path, "options?", o.fields(lua.Fields{
		"ptmxmode": &ptmxmode,
		"mode":     &mode,
		"uid":      &uid,
		"gid":      &gid,
		"max":      &limit,
	})); err != nil {
		return err
	}
	return b.newFS(c, &o, Devpts{
		PtmxMode: modePointer(ptmxmode), Mode: modePointer(mode), UID: pointer(uid), GID: pointer(gid), Max: pointer(limit),
	}.FS())
}

func (b *binding) cgroup(c *lua.Call) error {
	var o placeOptions
	var cg Cgroup
	if err := c.Unpack("target", &o.target.Path, "options?", o.fields(lua.Fields{
		"controllers": &cg.Controllers,
		"name":        &cg.Name,
		"nsdelegate":  &cg.Delegate,
	})); err != nil {
		return err
	}
	return b.newFS(c, &o, cg.FS())
}

// mount is the general form: any type, any option.
func (b *binding) mount(c *lua.Call) error {
	var o placeOptions
	var f FS
	var options paramArg
	if err := c.Unpack("options", o.fields(lua.Fields{
		"target!": &o.target.Path,
		"type!":   &f.Type,
		"source":  &f.Source,
		"options": &options,
	})); err != nil {
		return err
	}
	f.Params, f.Attr = options.params, options.attr
	if f.Source == "" {
		f.Source = f.Type
	}
	if o.readonly.Value && options.attr.Set == 0 {
		f.Params = append([]Param{{Key: "ro", Flag: true}}, f.Params...)
	}
	return b.newFS(c, &o, f)
}

func (b *binding) overlay(c *lua.Call) error {
	var o placeOptions
	var v Overlay
	var options paramArg
	words := []string{"on", "off"}
	if err := c.Unpack("target", &o.target.Path, "options", o.fields(lua.Fields{
		"lower!":       &v.Lower,
		"data":         &v.Data,
		"upper":        &v.Upper,
		"work":         &v.Work,
		"userxattr":    &v.UserXattr,
		"volatile":     &v.Volatile,
		"index":        lua.Enum(&v.Index, words...),
		"metacopy":     lua.Enum(&v.Metacopy, words...),
		"nfs_export":   lua.Enum(&v.NFSExport, words...),
		"redirect_dir": lua.Enum(&v.RedirectDir, "on", "off", "follow", "nofollow"),
		"xino":         lua.Enum(&v.XIno, "on", "off", "auto"),
		"options":      &options,
	})); err != nil {
		return err
	}
	switch {
	case len(v.Lower) == 0:
		return lua.Invalid("option 'lower': at least one directory expected")
	case v.Upper != "" && v.Work == "":
		return lua.Invalid("option 'work' is missing: 'upper' needs an empty directory on its file system beside it")
	case v.Upper == "" && v.Work != "":
		return lua.Invalid("option 'work' is of no use without 'upper'")
	}
	f, err := o.apply(FS{Attr: options.attr})
	if err != nil {
		return err
	}
	v.Params, v.Attr, v.Propagation = options.params, f.Attr, f.Propagation
	return b.make(c, o.target, func(t Target) (*Mount, error) { return NewOverlay(v, t) }, hintOverlay(v), hintNewFS("overlay", o.target))
}

func (b *binding) newFS(c *lua.Call, o *placeOptions, f FS) error {
	f, err := o.apply(f)
	if err != nil {
		return err
	}
	return b.make(c, o.target, func(t Target) (*Mount, error) { return New(f, t) }, hintNewFS(f.Type, o.target))
}
