package mount

import (
	"strings"

	"nslua/bindings/internal/namespace"
	"nslua/lua"
)

func (b *binding) bind(c *lua.Call) error {
	var o placeOptions
	var source string
	var v BindOptions
	if err := c.Unpack("source", &source, "target", &o.target.Path, "options?", o.fields(lua.Fields{
		"recursive":   &v.Recursive,
		"source_root": &v.SourceRoot,
	})); err != nil {
		return err
	}
	var err error
	if v.Attr, err = o.attr(); err != nil {
		return err
	}
	v.Propagation = PropagationByName(o.propagation)
	m, err := Bind(source, o.target, v)
	return b.done(c, m, err, hintBind(source, v))
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

// listFields are the options that select mounts.
func listFields(o *ListOptions) lua.Fields {
	return lua.Fields{
		"pid":   &o.PID,
		"ns":    lua.Ref[*namespace.Handle](&o.NS),
		"under": &o.Under,
		"type":  &o.Type,
	}
}

func list(c *lua.Call) error {
	var o ListOptions
	if err := c.Unpack("filter?", listFields(&o)); err != nil {
		return err
	}
	all, err := selectMounts(o)
	if err != nil {
		return err
	}
	return c.Return(lua.List(all, func(i Info) any { return record(i) }))
}

func selectMounts(o ListOptions) ([]Info, error) {
	if o.NS != nil && o.PID != 0 {
		return nil, lua.Invalid("only one of 'pid' and 'ns' can be given")
	}
	if o.NS != nil && o.NS.Kind.Name != "mnt" {
		return nil, lua.Invalid("option 'ns': a mount namespace expected, got %s", o.NS)
	}
	return List(o)
}

func find(c *lua.Call) error {
	var t Target
	if err := c.Unpack("path", &t.Path, "options?", lua.Fields{"root": &t.Root}); err != nil {
		return err
	}
	m, err := Find(t)
	if err != nil {
		return err
	}
	return c.Return(record(m))
}

// record is a mount as scripts see it.
func record(m Info) lua.Record {
	return lua.R(
		"id", m.ID,
		"parent", m.Parent,
		"target", m.Target,
		"type", m.Type,
		"source", m.Source,
		"root", m.Root,
		"options", byName(m.Options),
		"super_options", byName(m.SuperOptions),
		"propagation", m.Propagation(),
		"peer_group", nonzero(m.PeerGroup),
		"master", nonzero(m.Master),
		"propagate_from", nonzero(m.PropagateOf),
		"device", m.Device(),
		"unique_id", nonzero(m.Unique),
	)
}

func nonzero(n uint64) any {
	if n == 0 {
		return nil
	}
	return n
}

// byName makes a table of options: true, or the value. One that is there several times is a list.
func byName(words []string) map[string]any {
	t := make(map[string]any, len(words))
	for _, w := range words {
		key, value, valued := strings.Cut(w, "=")
		switch old := t[key].(type) {
		case string:
			t[key] = []string{old, value}
		case []string:
			t[key] = append(old, value)
		default:
			if valued {
				t[key] = value
			} else {
				t[key] = true
			}
		}
	}
	return t
}
