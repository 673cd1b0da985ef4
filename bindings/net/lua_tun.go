package net

import (
	"golang.org/x/sys/unix"

	"nslua/lua"
)

func tunFunctions() []function {
	return []function{
		{"tun", func(p *place, c *lua.Call) error { return p.tun(c, false) }},
		{"tap", func(p *place, c *lua.Call) error { return p.tun(c, true) }},
	}
}

// tun makes a tun or tap link and applies the options that all links have.
func (p *place) tun(c *lua.Call, tap bool) error {
	t := TunSpec{Tap: tap, User: -1, Group: -1}
	var s LinkSpec
	f := commonFields(&s)
	f["user"], f["owner_group"], f["multi_queue"] = &t.User, &t.Group, &t.MultiQueue
	f["pi"], f["vnet_hdr"] = &t.PacketInfo, &t.VnetHdr
	if err := c.Unpack("name", &t.Name, "options?", f); err != nil {
		return err
	}
	if err := CheckName(t.Name); err != nil {
		return lua.Invalid("%v", err)
	}
	if err := p.open(); err != nil {
		return err
	}
	plan, err := p.plan(c, t.Name, "tun")
	if err != nil {
		return err
	}
	if err := AddTun(p.ns, &t); err != nil {
		return lua.WithHint(plan.cancel(err), tunHint(unixErrno(err)))
	}
	d := &device{place: p, name: t.Name}
	err = p.do(func(conn *Conn) (err error) {
		d.home = conn.Namespace()
		if d.index, err = conn.Index(t.Name); err != nil {
			return err
		}
		if err = conn.Set(d.index, &s); err != nil {
			_ = conn.Delete(d.index) // the first error is the one to tell
		}
		return err
	})
	if err != nil {
		return lua.WithHint(plan.cancel(err), changeHint(err))
	}
	if err := plan.made(d); err != nil {
		return err
	}
	return c.Return(p.wrap(c, d))
}

func tunHint(n unix.Errno) string {
	switch n {
	case unix.EBUSY:
		return "a link of this name exists"
	case unix.ENOENT, unix.ENODEV, unix.ENXIO:
		return tunDevice + " is missing: the kernel has no tun links, or this /dev has not the file"
	case unix.EACCES, unix.EPERM:
		return tunDevice + " may not be opened or used here: it takes the file's permission and CAP_NET_ADMIN over the namespace"
	}
	return ""
}
