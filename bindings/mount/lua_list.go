package mount

import (
	"errors"
	"fmt"
	"strings"

	"nslua/bindings/internal/namespace"
	"nslua/lua"
)

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

func tree(c *lua.Call) error {
	var o ListOptions
	if err := c.Unpack("filter?", listFields(&o)); err != nil {
		return err
	}
	all, err := selectMounts(o)
	if err != nil {
		return err
	}
	return c.Return(Tree(all))
}

func diff(c *lua.Call) error {
	var a, b sideArg
	if err := c.Unpack("a", &a, "b?", &b); err != nil {
		return err
	}
	before, err := a.mounts()
	if err != nil {
		return err
	}
	after, err := b.mounts()
	if err != nil {
		return err
	}
	return c.Return(lua.List(Diff(before, after), func(d Change) any {
		at, what := d.After, "changed"
		switch {
		case d.Before == nil:
			what = "added"
		case d.After == nil:
			at, what = d.Before, "removed"
		}
		return lua.R("change", what, "target", at.Target, "before", side(d.Before), "after", side(d.After))
	}))
}

func side(i *Info) any {
	if i == nil {
		return nil
	}
	return record(*i)
}

// sideArg is one of the two lists that diff compares: a namespace, a process, or what mount.list gave; if nothing
// was given, the thread's own mounts.
type sideArg struct {
	list  []Info
	given bool
	from  ListOptions
}

// TypeName implements lua.Arg.
func (s *sideArg) TypeName() string { return "ns.Namespace|integer|mount.Info[]" }

// Set implements lua.Arg.
func (s *sideArg) Set(c *lua.Call, v lua.Value) error {
	switch v := v.(type) {
	case lua.Number:
		return c.Assign(v, &s.from.PID)
	case *lua.Table:
		s.given = true
		var rows []lua.Value
		if err := c.Assign(v, &rows); err != nil {
			return err
		}
		for _, r := range rows {
			i, err := fromRecord(r)
			if err != nil {
				return err
			}
			s.list = append(s.list, i)
		}
		return nil
	}
	return c.Assign(v, lua.Ref(&s.from.NS))
}

func (s *sideArg) mounts() ([]Info, error) {
	if s.given {
		return s.list, nil
	}
	return selectMounts(s.from)
}

// fromRecord reads back what record made, as far as a comparison needs it.
func fromRecord(v lua.Value) (Info, error) {
	t, ok := v.(*lua.Table)
	if !ok {
		return Info{}, fmt.Errorf("a list as mount.list gives it expected, it has %s in it", v)
	}
	text := func(name string) string {
		if s, ok := t.RawGetString(name).(lua.String); ok {
			return string(s)
		}
		return ""
	}
	number := func(name string) uint64 {
		n, _ := t.RawGetString(name).(lua.Number)
		return uint64(n)
	}
	i := Info{
		ID: number("id"), Parent: number("parent"), Unique: number("unique_id"),
		Target: text("target"), Type: text("type"), Source: text("source"), Root: text("root"),
		PeerGroup: number("peer_group"), Master: number("master"), PropagateOf: number("propagate_from"),
		Unbindable:   text("propagation") == "unbindable",
		Options:      optionWords(t.RawGetString("options")),
		SuperOptions: optionWords(t.RawGetString("super_options")),
	}
	if _, err := fmt.Sscanf(text("device"), "%d:%d", &i.Major, &i.Minor); err != nil || i.Target == "" {
		return i, errors.New("a list as mount.list gives it expected")
	}
	return i, nil
}

func optionWords(v lua.Value) []string {
	t, ok := v.(*lua.Table)
	if !ok {
		return nil
	}
	var words []string
	t.ForEach(func(k, v lua.Value) {
		switch v := v.(type) {
		case lua.Bool:
			words = append(words, k.String())
		case *lua.Table:
			v.ForEach(func(_, one lua.Value) { words = append(words, k.String()+"="+one.String()) })
		default:
			words = append(words, k.String()+"="+v.String())
		}
	})
	return words
}
