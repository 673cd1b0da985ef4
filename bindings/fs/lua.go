package fs

import (
	_ "embed"
	"fmt"
	"os"
	"time"

	"nslua/bindings/internal/home"
	"nslua/lua"
)

//go:embed fs.d.lua
var docs string

// Module is the module fs.
func Module() *lua.Module {
	b := &binding{made: map[string]*madeFile{}, homes: home.New("mnt")}
	m := &lua.Module{
		Name: "fs", Docs: docs,
		Types: []*lua.Type{watchType()},
		Undo:  map[string]func(lua.Entry) error{dirEntry: b.undoEntry, tempEntry: b.undoEntry},
	}
	m.Funcs = append(m.Funcs,
		lua.F("exists", exists),
		lua.F("read", read),
		lua.F("write", write),
		lua.F("append", appendTo),
		lua.F("stat", stat(true)),
		lua.F("lstat", stat(false)),
		lua.F("list", list),
		lua.F("realpath", realpath),
		lua.F("cwd", cwd),
		lua.F("chdir", chdir),
		lua.F("which", which),
	)
	m.Funcs = append(m.Funcs, b.makers()...)
	m.Funcs = append(m.Funcs, attrFuncs...)
	m.Funcs = append(m.Funcs, treeFuncs...)
	return m
}

func exists(c *lua.Call) error {
	var path string
	if err := c.Unpack("path", &path); err != nil {
		return err
	}
	there, err := Exists(path)
	if err != nil {
		return err
	}
	return c.Return(there)
}

func read(c *lua.Call) error {
	var path string
	var offset lua.Size
	limit := lua.Size(-1)
	if err := c.Unpack("path", &path, "options?", lua.Fields{"offset": &offset, "limit": &limit}); err != nil {
		return err
	}
	data, err := Read(c.State().Wait, path, int64(offset), int64(limit))
	if err != nil {
		return lua.WithHint(err, readHint(path, err))
	}
	return c.Return(data)
}

func write(c *lua.Call) error {
	var path, text string
	var o WriteOptions
	var mode lua.Optional[lua.Mode]
	if err := c.Unpack("path", &path, "text", &text, "options?", lua.Fields{
		"mode": &mode, "append": &o.Append, "exclusive": &o.Exclusive, "atomic": &o.Atomic, "sync": &o.Sync,
	}); err != nil {
		return err
	}
	o.Mode = given(mode)
	err := Write(c.State().Wait, path, []byte(text), o)
	return lua.WithHint(err, writeHint(path, err))
}

func appendTo(c *lua.Call) error {
	var path, text string
	if err := c.Unpack("path", &path, "text", &text); err != nil {
		return err
	}
	err := Write(c.State().Wait, path, []byte(text), WriteOptions{Append: true})
	return lua.WithHint(err, writeHint(path, err))
}

// given is an optional mode as the plain functions take it.
func given(mode lua.Optional[lua.Mode]) *uint32 {
	if !mode.Given {
		return nil
	}
	m := uint32(mode.Value)
	return &m
}

func stat(follow bool) func(*lua.Call) error {
	return func(c *lua.Call) error {
		var path string
		if err := c.Unpack("path", &path); err != nil {
			return err
		}
		info, err := Stat(path, follow)
		if err != nil {
			return err
		}
		r := record(info)
		if info.Type == "symlink" {
			target, err := Readlink(path)
			if err != nil {
				return err
			}
			r = append(r, lua.Field{Name: "target", Value: target})
		}
		return c.Return(r)
	}
}

func record(i Info) lua.Record {
	r := lua.R("type", i.Type, "mode", fmt.Sprintf("%04o", i.Mode), "size", i.Size, "blocks", i.Blocks,
		"uid", i.UID, "gid", i.GID, "inode", i.Inode, "links", i.Links,
		"dev", fmt.Sprintf("%d:%d", i.Major, i.Minor),
		"atime", seconds(i.Atime), "mtime", seconds(i.Mtime), "ctime", seconds(i.Ctime))
	if !i.Birth.IsZero() {
		r = append(r, lua.Field{Name: "btime", Value: seconds(i.Birth)})
	}
	if i.MountID != 0 {
		r = append(r, lua.Field{Name: "mount_id", Value: i.MountID})
	}
	if i.Type == "char" || i.Type == "block" {
		r = append(r, lua.Field{Name: "major", Value: i.DevMajor}, lua.Field{Name: "minor", Value: i.DevMinor})
	}
	return r
}

// seconds is a time as Lua has it; a float64 keeps it to the microsecond.
func seconds(t time.Time) float64 { return float64(t.Unix()) + float64(t.Nanosecond())/1e9 }

func list(c *lua.Call) error {
	var path string
	if err := c.Unpack("path", &path); err != nil {
		return err
	}
	entries, err := List(path)
	if err != nil {
		return err
	}
	return c.Return(lua.List(entries, func(e Entry) any { return lua.R("name", e.Name, "type", e.Type) }))
}

func realpath(c *lua.Call) error {
	var path string
	if err := c.Unpack("path", &path); err != nil {
		return err
	}
	real, err := Realpath(path)
	if err != nil {
		return err
	}
	return c.Return(real)
}

func cwd(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	return c.Return(dir)
}

func chdir(c *lua.Call) error {
	var path string
	if err := c.Unpack("path", &path); err != nil {
		return err
	}
	return Chdir(path)
}

func which(c *lua.Call) error {
	var program string
	if err := c.Unpack("program", &program); err != nil {
		return err
	}
	path, err := Which(program)
	if err != nil || path == "" {
		return err
	}
	return c.Return(path)
}
