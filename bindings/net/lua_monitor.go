package net

import (
	"time"

	"nslua/lua"
)

func monitorFunctions() []function { return []function{{"monitor", (*place).monitor}} }

// watch is a Monitor as Lua holds it; it asks its place for the names of links.
type watch struct {
	*Monitor
	place *place
	names map[int]string
}

func (p *place) monitor(c *lua.Call) error {
	wanted := map[string]*bool{}
	fields := lua.Fields{}
	for name := range monitorGroups {
		wanted[name] = new(bool)
		fields[name] = wanted[name]
	}
	if err := c.Unpack("options?", fields); err != nil {
		return err
	}
	var groups, all []uint
	for name, list := range monitorGroups {
		all = append(all, list...)
		if *wanted[name] {
			groups = append(groups, list...)
		}
	}
	if groups == nil {
		groups = all
	}
	if err := p.open(); err != nil {
		return err
	}
	m, err := NewMonitor(p.ns, groups)
	if err != nil {
		return err
	}
	w := &watch{m, p, map[int]string{}}
	err = p.do(func(conn *Conn) error {
		links, err := conn.Links()
		for _, l := range links {
			w.names[l.Index] = l.Name
		}
		return err
	})
	if err != nil {
		m.Close()
		return err
	}
	return c.Return(w)
}

func monitorType() *lua.Type {
	return &lua.Type{
		Name:    "net.Monitor",
		Sample:  (*watch)(nil),
		Methods: []*lua.Func{lua.F("next", monitorNext), lua.F("close", monitorClose)},
	}
}

func monitorNext(c *lua.Call) error {
	timeout := time.Duration(-1)
	if err := c.Unpack("options?", lua.Fields{"timeout": &timeout}); err != nil {
		return err
	}
	w := lua.Self[*watch](c)
	e, err := w.Next(waiter(c), deadline(timeout))
	if err != nil {
		return err
	}
	if e == nil {
		return c.Return(nil)
	}
	return c.Return(w.record(e))
}

// record describes an event: action, what it is about, and that as the lists have it.
func (w *watch) record(e *Event) lua.Record {
	what := func(kind string, r lua.Record) lua.Record { return lua.R("action", e.Action, "what", kind, kind, r) }
	switch {
	case e.Link != nil:
		w.names[e.Link.Index] = e.Link.Name
		return what("link", linkRecord(e.Link, w.name))
	case e.Address != nil:
		return what("addr", addrRecord(e.Address, w.name(e.Address.Index)))
	case e.Route != nil:
		return what("route", routeRecord(e.Route, w.name))
	case e.Neighbour != nil:
		return what("neigh", neighRecord(e.Neighbour, w.name))
	case e.Rule != nil:
		return what("rule", ruleRecord(e.Rule))
	}
	return lua.R("action", e.Action)
}

// name is the last known name of a link: the event may be the one that it is gone.
func (w *watch) name(index int) string {
	if n, ok := w.names[index]; ok {
		return n
	}
	n := ""
	_ = w.place.do(func(conn *Conn) error { // without an answer the event still tells the index
		n = conn.LinkName(index)
		return nil
	})
	w.names[index] = n
	return n
}

func monitorClose(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	return lua.Self[*watch](c).Close()
}
