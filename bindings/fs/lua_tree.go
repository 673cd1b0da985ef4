package fs

import (
	"strings"
	"time"

	"nslua/lua"
)

var treeFuncs = []*lua.Func{
	lua.F("copy", copyTo),
	lua.F("glob", glob),
	lua.F("walk", walk),
	lua.F("usage", usage),
	lua.F("watch", watch),
	lua.F("tar", tarTo),
	lua.F("untar", untar),
}

func copyTo(c *lua.Call) error {
	var source, target string
	o := CopyOptions{Reflink: "auto"}
	if err := c.Unpack("source", &source, "target", &target, "options?", lua.Fields{
		"tree": &o.Tree, "preserve": &o.Preserve, "follow": inverse{&o.NoFollow},
		"reflink": lua.Enum(&o.Reflink, "auto", "always", "never"),
	}); err != nil {
		return err
	}
	err := Copy(c.State().Wait, source, target, o)
	return lua.WithHint(err, copyHint(target, err, o))
}

func glob(c *lua.Call) error {
	var pattern string
	if err := c.Unpack("pattern", &pattern); err != nil {
		return err
	}
	paths, err := Glob(c.State().Wait, pattern)
	if err != nil {
		return err
	}
	return c.Return(paths)
}

func walk(c *lua.Call) error {
	var path string
	o := WalkOptions{Depth: -1}
	if err := c.Unpack("path", &path, "options?", lua.Fields{
		"depth": &o.Depth, "mounts": inverse{&o.SameMount}, "follow": &o.FollowRoot,
	}); err != nil {
		return err
	}
	w, err := NewWalk(path, o)
	if err != nil {
		return err
	}
	var last *lua.Table
	return c.Return(c.Function("fs.walk", func(c *lua.Call) error {
		if c.State().Interrupted() {
			return lua.ErrInterrupted
		}
		e := w.Next(last != nil && last.RawGetString("skip") == lua.Bool(true))
		if e == nil {
			return c.Return(nil)
		}
		r := lua.R("path", e.Path, "name", e.Name, "type", e.Type, "depth", e.Depth)
		if e.Err != nil {
			r = append(r, lua.Field{Name: "err", Value: lua.ErrnoName(lua.Errno(e.Err))})
		}
		last = c.State().Value(r).(*lua.Table)
		return c.Return(last)
	}))
}

func usage(c *lua.Call) error {
	var path string
	var same bool
	if err := c.Unpack("path", &path, "options?", lua.Fields{"mounts": inverse{&same}}); err != nil {
		return err
	}
	u, err := GetUsage(c.State().Wait, path, same)
	if err != nil {
		return err
	}
	return c.Return(lua.R("bytes", u.Bytes, "disk", u.Disk, "files", u.Files, "dirs", u.Dirs))
}

func watchType() *lua.Type {
	return &lua.Type{
		Name: "fs.Watch", Sample: (*Watch)(nil),
		Methods: []*lua.Func{lua.F("next", watchNext), lua.F("close", watchClose)},
	}
}

func watch(c *lua.Call) error {
	var paths, events []string
	if err := c.Unpack("paths", &paths, "events?", lua.Fields{"...": eventNames{&events}}); err != nil {
		return err
	}
	w, err := NewWatch(paths, events)
	if err != nil {
		return lua.WithHint(err, watchHint(err))
	}
	return c.Return(w)
}

// eventNames is an argument for a list of events.
type eventNames struct{ target *[]string }

// Set implements lua.Arg.
func (n eventNames) Set(c *lua.Call, v lua.Value) error {
	var names []string
	if err := c.Assign(v, &names); err != nil {
		return err
	}
	for i, name := range names {
		if err := lua.Enum(&names[i], WatchNames()...).Set(c, lua.String(name)); err != nil {
			return err
		}
	}
	*n.target = names
	return nil
}

// TypeName implements lua.Arg.
func (n eventNames) TypeName() string { return "fs.WatchEvent[]" }

func watchNext(c *lua.Call) error {
	timeout := time.Duration(-1)
	if err := c.Unpack("timeout?", &timeout); err != nil {
		return err
	}
	e, err := lua.Self[*Watch](c).Next(c.State().Wait, timeout)
	if err != nil {
		return err
	}
	if e == nil {
		return c.Return(nil)
	}
	r := lua.R("event", e.Name, "path", e.Path, "dir", e.Dir)
	if e.Cookie != 0 {
		r = append(r, lua.Field{Name: "cookie", Value: e.Cookie})
	}
	return c.Return(r)
}

func watchClose(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	return lua.Self[*Watch](c).Close()
}

func tarTo(c *lua.Call) error {
	var archive, source, compress string
	var o TarOptions
	if err := c.Unpack("archive", &archive, "source", &source, "options?", lua.Fields{
		"compress": lua.Enum(&compress, "gzip", "none"), "xattrs": &o.Attrs,
	}); err != nil {
		return err
	}
	o.Gzip = compress == "gzip" || compress == "" && (strings.HasSuffix(archive, ".gz") || strings.HasSuffix(archive, ".tgz"))
	err := Tar(c.State().Wait, archive, source, o)
	return lua.WithHint(err, writeHint(archive, err))
}

func untar(c *lua.Call) error {
	var archive, target string
	var o UntarOptions
	if err := c.Unpack("archive", &archive, "target", &target, "options?", lua.Fields{
		"strip": &o.Strip, "owner": &o.Owner, "xattrs": &o.Attrs,
	}); err != nil {
		return err
	}
	if o.Strip < 0 {
		return lua.Invalid("option 'strip': %d is negative", o.Strip)
	}
	n, err := Untar(c.State().Wait, archive, target, o)
	if err != nil {
		return lua.WithHint(err, untarHint(target, err, o))
	}
	return c.Return(n)
}
