package fs

import (
	"errors"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/home"
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

// madeFile is a file or directory that its scope will remove.
type madeFile struct {
	Made
	home *home.Home
	undo *lua.Undo
}

// note has the scope remove what was made, by remove, in the mount namespace it was made in.
func (b *binding) note(c *lua.Call, m Made, remove func(*Made) error) error {
	in, err := b.homes.Here()
	if err != nil {
		return err
	}
	f := &madeFile{Made: m, home: in}
	b.made[m.Path] = f
	f.undo = c.State().OnUndo(m.Path, nil, func() error {
		err := f.home.Run(func() error { return remove(&f.Made) })
		return errors.Join(err, b.forget(f))
	}, nil)
	return nil
}

// forget takes a file off the books: it has gone.
func (b *binding) forget(f *madeFile) error {
	f.undo.Done()
	if b.made[f.Path] == f {
		delete(b.made, f.Path)
	}
	return f.home.Release()
}

func (b *binding) mkdir(c *lua.Call) error {
	var path string
	var parents bool
	var mode lua.Optional[lua.Mode]
	if err := c.Unpack("path", &path, "options?", lua.Fields{"mode": &mode, "parents": &parents}); err != nil {
		return err
	}
	made, err := Mkdir(path, given(mode), parents)
	for _, m := range made {
		if err := b.note(c, m, (*Made).RemoveEmpty); err != nil {
			return err
		}
	}
	return lua.WithHint(err, mkdirHint(path, err, parents))
}

func (b *binding) tempdir(c *lua.Call) error {
	dir, prefix, keep := "", "nslua-", false
	if err := c.Unpack("options?", lua.Fields{"dir": &dir, "prefix": namePart{&prefix}, "keep": &keep}); err != nil {
		return err
	}
	m, err := TempDir(dir, prefix)
	if err != nil {
		return err
	}
	return b.temporary(c, m, keep)
}

func (b *binding) tempfile(c *lua.Call) error {
	dir, prefix, text, keep := "", "nslua-", "", false
	if err := c.Unpack("options?", lua.Fields{
		"dir": &dir, "prefix": namePart{&prefix}, "text": &text, "keep": &keep,
	}); err != nil {
		return err
	}
	m, err := TempFile(dir, prefix)
	if err != nil {
		return err
	}
	if err := b.temporary(c, m, keep); err != nil {
		return err
	}
	return Write(c.State().Wait, m.Path, []byte(text), WriteOptions{})
}

// temporary returns the path of what was made, and has the scope remove it.
func (b *binding) temporary(c *lua.Call, m Made, keep bool) error {
	if !keep {
		wait := c.State().Wait
		if err := b.note(c, m, func(m *Made) error { return m.RemoveTree(wait) }); err != nil {
			return err
		}
	}
	return c.Return(m.Path)
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

// gone forgets the undo of what has been removed.
func (b *binding) gone(path string) error {
	abs, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	var errs []error
	for _, f := range b.below(abs) {
		if !f.there() {
			errs = append(errs, b.forget(f))
		}
	}
	return errors.Join(errs...)
}

// below is what was made at a path or below it.
func (b *binding) below(abs string) []*madeFile {
	var all []*madeFile
	for path, f := range b.made {
		if path == abs || strings.HasPrefix(path, abs+"/") {
			all = append(all, f)
		}
	}
	return all
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

// moved lets the undo of what has been renamed, or was in there, follow the new name.
func (b *binding) moved(old, path string) error {
	from, err := filepath.Abs(old)
	if err != nil {
		return err
	}
	to, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	var errs []error
	there, back := b.below(from), b.below(to)
	for _, f := range there {
		errs = append(errs, b.follow(f, to+strings.TrimPrefix(f.Path, from)))
	}
	for _, f := range back { // if they were exchanged; else it was replaced
		errs = append(errs, b.follow(f, from+strings.TrimPrefix(f.Path, to)))
	}
	return errors.Join(errs...)
}

// follow notes that a file may now be at a path.
func (b *binding) follow(f *madeFile, path string) error {
	if b.made[f.Path] == f {
		delete(b.made, f.Path)
	}
	if f.Path = path; !f.there() {
		return b.forget(f)
	}
	b.made[path] = f
	return nil
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
	return lua.WithHint(err, mknodHint(kind, err))
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
