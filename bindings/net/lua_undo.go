package net

import (
	"fmt"
	"strconv"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

// linkEntry is the kind of journal entry for links.
const linkEntry = "net.link"

// plan is the intent to make a link that would outlive the script: one in the
// namespace the shell started in. Links elsewhere die with their namespace; a nil plan stands for those.
type plan struct {
	b    *binding
	s    *lua.State
	home *place
	p    *lua.Plan
}

// plan notes in the journal that a link is about to be made; name "" is none here.
func (p *place) plan(c *lua.Call, name, kind string) (*plan, error) {
	if p.ns != nil || name == "" || currentID() != p.b.home {
		return nil, nil
	}
	home, err := p.b.starting(c.State())
	if err != nil {
		return nil, err
	}
	entry := lua.Entry{Kind: linkEntry, What: "link " + name, Data: map[string]string{
		"name": name, "kind": kind, "netns": strconv.FormatUint(p.b.home.ino, 10),
	}}
	lp, err := c.State().Plan(entry)
	if err != nil {
		return nil, err
	}
	return &plan{p.b, c.State(), home, lp}, nil
}

// cancel says that the link was not made. It returns err.
func (pl *plan) cancel(err error) error {
	if pl == nil {
		return err
	}
	return pl.p.Cancel(err)
}

// made has the scope delete the link, whatever namespace the shell is in then. An index of 0 is looked up.
func (pl *plan) made(d *device) error {
	if pl == nil {
		return nil
	}
	there := &device{place: pl.home, name: d.name, index: d.index}
	if err := there.do(func(*Conn) error { return nil }); err != nil {
		return err
	}
	if err := pl.p.Identify(map[string]string{"index": strconv.Itoa(there.index)}); err != nil {
		return err
	}
	pl.b.undos[there.index] = pl.p.Made(d, func() error { return there.remove() }, nil)
	return nil
}

// remove deletes the link; one that is gone is no error.
func (d *device) remove() error {
	err := d.do(func(conn *Conn) error { return conn.Delete(d.index) })
	if unixErrno(err) == unix.ENODEV {
		return nil
	}
	return err
}

// undoLink deletes the link of a journal entry, if it is there and still the one.
// A link of another namespace than the caller's has gone with it or is not within reach.
func undoLink(e lua.Entry) error {
	if e.Data["netns"] != strconv.FormatUint(currentID().ino, 10) {
		return nil
	}
	conn, err := Dial(nil)
	if err != nil {
		return err
	}
	defer conn.Close()
	l, err := conn.Link(e.Data["name"])
	if index, known := e.Data["index"]; known && err != nil {
		i, bad := strconv.Atoi(index)
		if bad != nil {
			return fmt.Errorf("link %s: index %q: %w", e.Data["name"], index, unix.EINVAL)
		}
		l, err = conn.LinkByIndex(i) // renamed
	}
	if unixErrno(err) == unix.ENODEV {
		return nil
	}
	if err != nil {
		return err
	}
	if index, known := e.Data["index"]; l.Kind != e.Data["kind"] || known && index != strconv.Itoa(l.Index) {
		return nil
	}
	return conn.Delete(l.Index)
}
