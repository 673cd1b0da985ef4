package mount

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
	"nslua/bindings/internal/nsfork"
	"nslua/bindings/internal/spawn"
	"nslua/lua"
)

// flagOptions are the flags of a mount as options: true sets, false clears, absent leaves.
type flagOptions struct {
	readonly, nosuid, nodev, noexec, nodiratime, nosymfollow lua.Optional[bool]
	relatime, noatime, strictatime                           lua.Optional[bool]
}

func (o *flagOptions) fields() lua.Fields {
	return lua.Fields{
		"readonly": &o.readonly, "nosuid": &o.nosuid, "nodev": &o.nodev, "noexec": &o.noexec,
		"nodiratime": &o.nodiratime, "nosymfollow": &o.nosymfollow,
		"relatime": &o.relatime, "noatime": &o.noatime, "strictatime": &o.strictatime,
	}
}

func (o *flagOptions) attr() (Attr, error) {
	var a Attr
	for _, f := range []struct {
		given lua.Optional[bool]
		bit   uint64
	}{
		{o.readonly, unix.MOUNT_ATTR_RDONLY}, {o.nosuid, unix.MOUNT_ATTR_NOSUID}, {o.nodev, unix.MOUNT_ATTR_NODEV},
		{o.noexec, unix.MOUNT_ATTR_NOEXEC}, {o.nodiratime, unix.MOUNT_ATTR_NODIRATIME},
		{o.nosymfollow, unix.MOUNT_ATTR_NOSYMFOLLOW},
	} {
		if f.given.Value {
			a.Set |= f.bit
		} else if f.given.Given {
			a.Clear |= f.bit
		}
	}
	ways := 0
	for _, f := range []struct {
		given lua.Optional[bool]
		bit   uint64
	}{
		{o.relatime, unix.MOUNT_ATTR_RELATIME}, {o.noatime, unix.MOUNT_ATTR_NOATIME},
		{o.strictatime, unix.MOUNT_ATTR_STRICTATIME},
	} {
		if f.given.Value {
			a.Set |= f.bit
			ways++
		}
		if f.given.Given {
			a.Clear |= unix.MOUNT_ATTR__ATIME
		}
	}
	if ways > 1 {
		return a, lua.Invalid("only one of 'relatime', 'noatime' and 'strictatime' can be true")
	}
	return a, nil
}

// placeOptions are what all functions that make a mount understand.
type placeOptions struct {
	flagOptions
	target      Target
	propagation string
}

func (o *placeOptions) fields(more lua.Fields) lua.Fields {
	f := o.flagOptions.fields()
	f["root"], f["mkdir"], f["beneath"] = &o.target.Root, &o.target.Mkdir, &o.target.Beneath
	f["propagation"] = lua.Enum(&o.propagation, PropagationNames()...)
	maps.Copy(f, more)
	return f
}

// apply gives a file system the flags.
func (o *placeOptions) apply(f FS) (FS, error) {
	attr, err := o.attr()
	f.Attr = Attr{f.Attr.Set | attr.Set, f.Attr.Clear | attr.Clear}
	f.Propagation = PropagationByName(o.propagation)
	return f, err
}

// paramArg is the argument options: "size=1M,ro", {"ro", "size=1M"} or {ro = true, size = "1M"}.
type paramArg struct {
	params []Param
	attr   Attr
}

// TypeName implements lua.Arg.
func (p *paramArg) TypeName() string { return "string|table" }

// Set implements lua.Arg.
func (p *paramArg) Set(c *lua.Call, v lua.Value) error {
	if text, ok := v.(lua.String); ok {
		p.add(string(text))
		return nil
	}
	t, ok := v.(*lua.Table)
	if !ok {
		return fmt.Errorf(`options expected ("a,b=c" or a table), got %s`, v)
	}
	var words, keyed []string
	values := map[string]lua.Value{}
	t.ForEach(func(k, v lua.Value) {
		if name, ok := k.(lua.String); ok {
			keyed = append(keyed, string(name))
			values[string(name)] = v
		} else {
			words = append(words, v.String())
		}
	})
	for _, w := range words {
		p.add(w)
	}
	slices.Sort(keyed)
	for _, k := range keyed {
		switch v := values[k].(type) {
		case lua.Bool:
			if v {
				p.add(k)
			}
		case lua.String, lua.Number:
			p.params = append(p.params, Param{Key: k, Value: v.String()})
		default:
			return fmt.Errorf("option '%s': a string, a number or true expected, got %s", k, v)
		}
	}
	return nil
}

func (p *paramArg) add(text string) {
	params, attr := ParseParams(text)
	p.params = append(p.params, params...)
	p.attr.Set |= attr.Set
	p.attr.Clear |= attr.Clear
}

// memoryArg is a size, or a part of the memory: "50%".
type memoryArg struct{ text string }

// TypeName implements lua.Arg.
func (m *memoryArg) TypeName() string { return "Size" }

// Set implements lua.Arg.
func (m *memoryArg) Set(_ *lua.Call, v lua.Value) error {
	text := strings.TrimSpace(v.String())
	if strings.HasSuffix(text, "%") {
		m.text = text
		return nil
	}
	n, err := lua.ParseSize(text)
	if err != nil {
		return fmt.Errorf(`a size (bytes, "512M", "50%%") expected, got %q`, text)
	}
	m.text = fmt.Sprint(int64(n))
	return nil
}

func pointer[T any](o lua.Optional[T]) *T {
	if !o.Given {
		return nil
	}
	return &o.Value
}

func modePointer(o lua.Optional[lua.Mode]) *uint32 {
	if !o.Given {
		return nil
	}
	return (*uint32)(&o.Value)
}

// idmapArg is the option idmap: a user namespace, or the maps for one that is made for the mount.
type idmapArg struct {
	given    bool
	ns       *namespace.Handle
	uid, gid []nsfork.IDMap
}

// TypeName implements lua.Arg.
func (a *idmapArg) TypeName() string { return "ns.Namespace|table" }

// Set implements lua.Arg.
func (a *idmapArg) Set(c *lua.Call, v lua.Value) error {
	a.given = true
	if _, ok := v.(*lua.Table); !ok {
		return c.Assign(v, lua.Ref(&a.ns))
	}
	if err := c.Assign(v, lua.Fields{"uid_map": spawn.IDMaps(&a.uid), "gid_map": spawn.IDMaps(&a.gid)}); err != nil {
		return err
	}
	if len(a.uid)+len(a.gid) == 0 {
		return fmt.Errorf("'uid_map' or 'gid_map' expected")
	}
	return nil
}

// open sets fd to the user namespace; close gives back what was made for it.
func (a *idmapArg) open(fd *int) (close func(), err error) {
	switch {
	case !a.given:
		return func() {}, nil
	case a.ns != nil && a.ns.Kind.Name != "user":
		return nil, lua.Invalid("option 'idmap': a user namespace expected, got %s", a.ns)
	case a.ns != nil:
		*fd = a.ns.FD()
		return func() {}, nil
	}
	if *fd, err = UserNamespace(a.uid, a.gid); err != nil {
		return nil, err
	}
	return func() { unix.Close(*fd) }, nil
}
