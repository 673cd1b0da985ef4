package net

import (
	"encoding/json"
	"fmt"
	"slices"

	"nslua/bindings/internal/namespace"
	"nslua/lua"
)

// linkType is the type of links in Lua.
func (b *binding) linkType() *lua.Type {
	return &lua.Type{
		Name:   "net.Link",
		Sample: (*device)(nil),
		Methods: append(bridgeMethods(),
			lua.F("up", linkUp), lua.F("down", linkDown), lua.F("info", linkInfo), lua.F("set", linkSet),
			lua.F("rename", linkRename), lua.F("move", linkMove), lua.F("delete", linkDelete), lua.F("exists", linkExists),
			lua.F("altname", linkAltName), lua.F("stats", linkStats),
			lua.F("addr", linkAddr), lua.F("addr_del", linkAddrDel), lua.F("addr_flush", linkAddrFlush), lua.F("addrs", linkAddrs),
		),
		Shell: func(h lua.Handle) lua.Operand {
			d := h.(*device)
			o := lua.Operand{Text: d.name}
			if d.place.ns != nil {
				o.At = d.place.ns
			}
			return o
		},
		Fields: map[string]func(lua.Handle) any{
			"name": func(h lua.Handle) any { return h.(*device).name },
		},
		Equal:  func(x, y lua.Handle) bool { return x.(*device).same(y.(*device)) },
		Pack:   packDevice,
		Unpack: b.unpackDevice,
	}
}

func (d *device) same(o *device) bool {
	if (d.place.ns == nil) != (o.place.ns == nil) || d.place.ns != nil && !d.place.ns.Same(o.place.ns) {
		return false
	}
	if d.index != 0 && o.index != 0 {
		return d.index == o.index && d.home == o.home
	}
	return d.name == o.name
}

// shippedDevice is a link on its way to another process; the descriptor of its namespace goes with it.
type shippedDevice struct {
	Name  string
	Index int
	Home  uint64
}

func packDevice(h lua.Handle) (payload []byte, fds []int, err error) {
	d := h.(*device)
	if d.place.ns != nil {
		fds = []int{d.place.ns.FD()}
	}
	payload, err = json.Marshal(shippedDevice{d.name, d.index, d.home})
	return payload, fds, err
}

func (b *binding) unpackDevice(payload []byte, fds []int) (lua.Handle, error) {
	var sd shippedDevice
	if err := json.Unmarshal(payload, &sd); err != nil {
		return nil, fmt.Errorf("link: %w", err)
	}
	d := &device{place: b.here, name: sd.Name, index: sd.Index, home: sd.Home}
	if len(fds) > 0 {
		h, err := namespace.FromFD(fds[0])
		if err != nil {
			return nil, err
		}
		d.place, d.owned = b.placeOf(h), true
		d.place.owned = true
	}
	return d, nil
}

func linkUp(c *lua.Call) error   { return linkUpDown(c, true) }
func linkDown(c *lua.Call) error { return linkUpDown(c, false) }

func linkUpDown(c *lua.Call, up bool) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	return chain(c, func(conn *Conn, d *device) error {
		err := conn.Set(d.index, &LinkSpec{Up: &up})
		if err == nil && up {
			conn.Settle(d.index)
		}
		return err
	})
}

// chain runs a change and returns the link itself, so that calls can be strung together.
func chain(c *lua.Call, change func(*Conn, *device) error) error {
	d := lua.Self[*device](c)
	if err := d.do(func(conn *Conn) error { return change(conn, d) }); err != nil {
		return lua.WithHint(err, changeHint(err))
	}
	return c.Return(c.Arg(1))
}

func linkInfo(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	d := lua.Self[*device](c)
	return d.do(func(conn *Conn) error {
		l, err := conn.LinkByIndex(d.index)
		if err != nil {
			return err
		}
		return c.Return(linkRecord(l, conn.LinkName))
	})
}

func linkSet(c *lua.Call) error {
	var s LinkSpec
	kinds, ports := map[string]*Values{}, map[string]*Values{}
	fields := commonFields(&s)
	for _, k := range Kinds() {
		if len(k.Options) > 0 {
			kinds[k.Name] = new(Values)
			fields[k.Name] = optionsArg(className(k.Name), k.Options, kinds[k.Name])
		}
	}
	for _, master := range []string{"bridge", "bond"} {
		ports[master] = new(Values)
		fields[master+"_slave"] = optionsArg(className(master+"Slave"), portOptions(master), ports[master])
	}
	if err := c.Unpack("options", fields); err != nil {
		return err
	}
	var err error
	if s.Kind, s.Options, err = only(kinds); err != nil {
		return err
	}
	if s.PortOf, s.Port, err = only(ports); err != nil {
		return err
	}
	return chain(c, func(conn *Conn, d *device) error {
		err := conn.Set(d.index, &s)
		if err == nil && s.Up != nil && *s.Up {
			conn.Settle(d.index)
		}
		return err
	})
}

// only is the one set of values that was given.
func only(sets map[string]*Values) (name string, values Values, err error) {
	for n, v := range sets {
		if *v == nil {
			continue
		}
		if name != "" {
			both := []string{n, name}
			slices.Sort(both)
			return "", nil, lua.Invalid("a link is either a %s or a %s", both[0], both[1])
		}
		name, values = n, *v
	}
	return name, values, nil
}

func linkRename(c *lua.Call) error {
	var name string
	if err := c.Unpack("name", &name); err != nil {
		return err
	}
	if err := CheckName(name); err != nil {
		return lua.Invalid("%v", err)
	}
	return chain(c, func(conn *Conn, d *device) error {
		if err := conn.Set(d.index, &LinkSpec{Name: name}); err != nil {
			return err
		}
		d.name = name
		return nil
	})
}

// linkMove moves the link and returns it as it is over there.
func linkMove(c *lua.Call) error {
	var s LinkSpec
	var h *namespace.Handle
	if err := c.Unpack("namespace", lua.Ref(&h), "options?", lua.Fields{"name": &s.Name}); err != nil {
		return err
	}
	d := lua.Self[*device](c)
	s.Namespace = h
	if err := d.do(func(conn *Conn) error { return conn.Set(d.index, &s) }); err != nil {
		return lua.WithHint(err, changeHint(err))
	}
	name := d.name
	if s.Name != "" {
		name = s.Name
	}
	p := d.place.b.placeOf(h)
	return c.Return(p.wrap(c, &device{place: p, name: name}))
}

func linkDelete(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	d := lua.Self[*device](c)
	if err := d.do(func(conn *Conn) error { return conn.Delete(d.index) }); err != nil {
		return lua.WithHint(err, changeHint(err))
	}
	if d.place.ns == nil && currentID() == d.place.b.home {
		d.place.b.undos[d.index].Done()
		delete(d.place.b.undos, d.index)
	}
	return c.Return()
}

func linkExists(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	d := lua.Self[*device](c)
	err := d.do(func(conn *Conn) error {
		_, err := conn.LinkByIndex(d.index)
		return err
	})
	if unixErrno(err) == enodev {
		return c.Return(false)
	}
	if err != nil {
		return err
	}
	return c.Return(true)
}

func linkAltName(c *lua.Call) error {
	var name string
	remove := false
	if err := c.Unpack("name", &name, "options?", lua.Fields{"remove": &remove}); err != nil {
		return err
	}
	if len(name) > 127 {
		return lua.Invalid("argument 'name': an alternative name has at most 127 characters, got %d", len(name))
	}
	return chain(c, func(conn *Conn, d *device) error { return conn.AltName(d.index, name, !remove) })
}

func linkStats(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	d := lua.Self[*device](c)
	return d.do(func(conn *Conn) error {
		l, err := conn.LinkByIndex(d.index)
		if err != nil {
			return err
		}
		s := l.Stats()
		return c.Return(lua.R(
			"rx", lua.R("bytes", s.RxBytes, "packets", s.RxPackets, "errors", s.RxErrors, "dropped", s.RxDropped,
				"multicast", s.Multicast),
			"tx", lua.R("bytes", s.TxBytes, "packets", s.TxPackets, "errors", s.TxErrors, "dropped", s.TxDropped,
				"collisions", s.Collisions),
		))
	})
}
