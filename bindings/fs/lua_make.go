package fs

import (
	"errors"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

func (b *binding) makers() []*lua.Func {
	return []*lua.Func{
		lua.F("mkdir", b.mkdir),
		lua.F("tempdir", b.tempdir),
		lua.F("tempfile", b.tempfile),
		lua.F("remove", b.remove),
		lua.F("rename", b.rename),
		lua.F("mknod", mknod),
		lua.F("symlink", symlink),
		lua.F("readlink", readlink),
		lua.F("link", link),
		lua.F("truncate", truncate),
	}
}

func (b *binding) mkdir(c *lua.Call) error {
	var path string
	var parents bool
	var mode lua.Optional[lua.Mode]
	if err := c.Unpack("path", &path, "options?", lua.Fields{"mode": &mode, "parents": &parents}); err != nil {
		return err
	}
	plans := map[string]*plan{}
	made, err := Mkdir(path, given(mode), parents, func(abs string) (err error) {
		plans[abs], err = b.plan(c, dirEntry, abs)
		return err
	})
	for _, m := range made {
		err = errors.Join(err, plans[m.Path].made(m))
		delete(plans, m.Path)
	}
	for _, p := range plans {
		err = p.cancel(err)
	}
	return lua.WithHint(err, mkdirHint(path, err, parents))
}

func (b *binding) tempdir(c *lua.Call) error {
	o := tempOptions{prefix: "nslua-"}
	if err := c.Unpack("options?", o.fields()); err != nil {
		return err
	}
	m, err := b.temporary(c, o, TempDir)
	if err != nil {
		return err
	}
	return c.Return(m.Path)
}

func (b *binding) tempfile(c *lua.Call) error {
	o := tempOptions{prefix: "nslua-"}
	text := ""
	fields := o.fields()
	fields["text"] = &text
	if err := c.Unpack("options?", fields); err != nil {
		return err
	}
	m, err := b.temporary(c, o, TempFile)
	if err != nil {
		return err
	}
	if err := Write(c.State().Wait, m.Path, []byte(text), WriteOptions{}); err != nil {
		return err
	}
	return c.Return(m.Path)
}

type tempOptions struct {
	dir, prefix string
	keep        bool
}

func (o *tempOptions) fields() lua.Fields {
	return lua.Fields{"dir": &o.dir, "prefix": namePart{&o.prefix}, "keep": &o.keep}
}

// temporary makes something with a new name, which its scope removes.
func (b *binding) temporary(c *lua.Call, o tempOptions, make func(string) (Made, error)) (Made, error) {
	path, err := TempName(o.dir, o.prefix)
	if err != nil {
		return Made{}, err
	}
	if o.keep {
		return make(path)
	}
	p, err := b.plan(c, tempEntry, path)
	if err != nil {
		return Made{}, err
	}
	m, err := make(path)
	if err != nil {
		return Made{}, p.cancel(err)
	}
	return m, p.made(m)
}

// namePart is an argument for the beginning of a file's name.
type namePart struct{ target *string }

// Set implements lua.Arg.
func (p namePart) Set(_ *lua.Call, v lua.Value) error {
	s, ok := v.(lua.String)
	if !ok || strings.ContainsAny(string(s), "/*") {
		return lua.Invalid("the beginning of a file name expected, without / and *")
	}
	*p.target = string(s)
	return nil
}

// TypeName implements lua.Arg.
func (p namePart) TypeName() string { return "string" }

func (b *binding) remove(c *lua.Call) error {
	var path string
	var tree, missing bool
	if err := c.Unpack("path", &path, "options?", lua.Fields{"tree": &tree, "missing": &missing}); err != nil {
		return err
	}
	var err error
	if tree {
		err = RemoveTree(c.State().Wait, path)
	} else {
		err = Remove(path)
	}
	if missing && errors.Is(err, unix.ENOENT) {
		return nil
	}
	if err != nil {
		return lua.WithHint(err, removeHint(path, err, tree))
	}
	return b.gone(path)
}

func (b *binding) rename(c *lua.Call) error {
	var old, path string
	var o RenameOptions
	if err := c.Unpack("old", &old, "new", &path, "options?", lua.Fields{
		"replace": inverse{&o.NoReplace}, "exchange": &o.Exchange,
	}); err != nil {
		return err
	}
	if err := Rename(old, path, o); err != nil {
		return lua.WithHint(err, renameHint(err))
	}
	return b.moved(old, path)
}

// inverse is a boolean option that is true unless the script says false.
type inverse struct{ target *bool }

// Set implements lua.Arg.
func (i inverse) Set(_ *lua.Call, v lua.Value) error {
	b, ok := v.(lua.Bool)
	if !ok {
		return lua.Invalid("true or false expected, got a %s", v.Type())
	}
	*i.target = !bool(b)
	return nil
}

// TypeName implements lua.Arg.
func (i inverse) TypeName() string { return "boolean" }

func mknod(c *lua.Call) error {
	var path, kind string
	var major, minor uint32
	mode := lua.Mode(0o600)
	if err := c.Unpack("path", &path, "type", lua.Enum(&kind, "char", "block", "fifo", "file", "socket"), "options?", lua.Fields{
		"major": &major, "minor": &minor, "mode": &mode,
	}); err != nil {
		return err
	}
	err := Mknod(path, kind, uint32(mode), major, minor)
	return lua.WithHint(err, mknodHint(err))
}

func symlink(c *lua.Call) error {
	var target, path string
	if err := c.Unpack("target", &target, "path", &path); err != nil {
		return err
	}
	return Symlink(target, path)
}

func readlink(c *lua.Call) error {
	var path string
	if err := c.Unpack("path", &path); err != nil {
		return err
	}
	target, err := Readlink(path)
	if err != nil {
		return lua.WithHint(err, readlinkHint(path, err))
	}
	return c.Return(target)
}

func link(c *lua.Call) error {
	var old, path string
	if err := c.Unpack("old", &old, "path", &path); err != nil {
		return err
	}
	return Link(old, path)
}

func truncate(c *lua.Call) error {
	var path string
	var size lua.Size
	if err := c.Unpack("path", &path, "size", &size); err != nil {
		return err
	}
	return Truncate(path, int64(size))
}
