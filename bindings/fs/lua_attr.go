package fs

import (
	"errors"
	"math"
	"os/user"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

var attrFuncs = []*lua.Func{
	lua.F("chmod", chmodPath),
	lua.F("chown", chown),
	lua.F("utimes", utimes),
	lua.F("touch", touch),
	lua.F("statfs", statfs),
	lua.F("xattr.list", xattrList),
	lua.F("xattr.get", xattrGet),
	lua.F("xattr.set", xattrSet),
	lua.F("xattr.remove", xattrRemove),
}

func chmodPath(c *lua.Call) error {
	var path string
	var mode lua.Mode
	var tree bool
	if err := c.Unpack("path", &path, "mode", &mode, "options?", lua.Fields{"tree": &tree}); err != nil {
		return err
	}
	return Chmod(c.State().Wait, path, uint32(mode), tree)
}

// owner is an argument for a user or a group: a number or a name.
type owner struct {
	target *int
	find   func(name string) (string, error)
	what   string
}

func userOf(target *int) lua.Arg {
	return owner{target, func(name string) (string, error) {
		u, err := user.Lookup(name)
		if err != nil {
			return "", err
		}
		return u.Uid, nil
	}, "user"}
}

func groupOf(target *int) lua.Arg {
	return owner{target, func(name string) (string, error) {
		g, err := user.LookupGroup(name)
		if err != nil {
			return "", err
		}
		return g.Gid, nil
	}, "group"}
}

// Set implements lua.Arg.
func (o owner) Set(_ *lua.Call, v lua.Value) error {
	text := v.String()
	switch v.(type) {
	case lua.Number:
	case lua.String:
		id, err := o.find(text)
		if err != nil {
			return lua.Invalid("no %s is called '%s'", o.what, text)
		}
		text = id
	default:
		return lua.Invalid("a %s id or name expected, got a %s", o.what, v.Type())
	}
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil || n == math.MaxUint32 {
		return lua.Invalid("%s is not a %s id", text, o.what)
	}
	*o.target = int(n)
	return nil
}

// TypeName implements lua.Arg.
func (o owner) TypeName() string { return "integer|string" }

func chown(c *lua.Call) error {
	var path string
	o := Owner{-1, -1}
	follow, tree := true, false
	if err := c.Unpack("path", &path, "options", lua.Fields{
		"uid": userOf(&o.UID), "gid": groupOf(&o.GID), "follow": &follow, "tree": &tree,
	}); err != nil {
		return err
	}
	err := Chown(c.State().Wait, path, o, follow, tree)
	return lua.WithHint(err, chownHint(err))
}

// moment is an argument for a time: seconds since 1970.
type moment struct{ target **time.Time }

// Set implements lua.Arg.
func (m moment) Set(_ *lua.Call, v lua.Value) error {
	n, ok := v.(lua.Number)
	if !ok || math.Abs(float64(n)) > 1<<53 {
		return errors.New("seconds since 1970 expected")
	}
	whole, part := math.Modf(float64(n))
	t := time.Unix(int64(whole), int64(part*1e9))
	*m.target = &t
	return nil
}

// TypeName implements lua.Arg.
func (m moment) TypeName() string { return "number" }

func utimes(c *lua.Call) error {
	var path string
	var t Times
	follow := true
	if err := c.Unpack("path", &path, "options", lua.Fields{
		"atime": moment{&t.Atime}, "mtime": moment{&t.Mtime}, "follow": &follow,
	}); err != nil {
		return err
	}
	return Utimes(path, t, follow)
}

func touch(c *lua.Call) error {
	var path string
	var t Times
	if err := c.Unpack("path", &path, "times?", lua.Fields{
		"atime": moment{&t.Atime}, "mtime": moment{&t.Mtime},
	}); err != nil {
		return err
	}
	err := Touch(path, t)
	return lua.WithHint(err, writeHint(path, err))
}

func statfs(c *lua.Call) error {
	var path string
	if err := c.Unpack("path", &path); err != nil {
		return err
	}
	s, err := GetStatfs(path)
	if err != nil {
		return err
	}
	return c.Return(lua.R("type", s.Type, "block_size", s.BlockSize, "size", s.Size, "free", s.Free,
		"available", s.Available, "files", s.Files, "files_free", s.FilesFree, "name_max", s.NameMax, "flags", s.Flags))
}

func xattrList(c *lua.Call) error {
	var path string
	follow := true
	if err := c.Unpack("path", &path, "options?", lua.Fields{"follow": &follow}); err != nil {
		return err
	}
	names, err := Attrs(path, follow)
	if err != nil {
		return err
	}
	return c.Return(names)
}

func xattrGet(c *lua.Call) error {
	var path, name string
	follow := true
	if err := c.Unpack("path", &path, "name", &name, "options?", lua.Fields{"follow": &follow}); err != nil {
		return err
	}
	value, err := Attr(path, name, follow)
	if errors.Is(err, unix.ENODATA) {
		return nil
	}
	if err != nil {
		return lua.WithHint(err, xattrHint(name, err))
	}
	return c.Return(value)
}

func xattrSet(c *lua.Call) error {
	var path, name, value string
	follow := true
	if err := c.Unpack("path", &path, "name", &name, "value", &value, "options?", lua.Fields{"follow": &follow}); err != nil {
		return err
	}
	err := SetAttr(path, name, []byte(value), follow)
	return lua.WithHint(err, xattrHint(name, err))
}

func xattrRemove(c *lua.Call) error {
	var path, name string
	follow := true
	if err := c.Unpack("path", &path, "name", &name, "options?", lua.Fields{"follow": &follow}); err != nil {
		return err
	}
	err := RemoveAttr(path, name, follow)
	return lua.WithHint(err, xattrHint(name, err))
}
