package nft

import (
	"fmt"

	"nslua/lua"
)

func (p *place) list(c *lua.Call) error {
	var s scope
	var handles bool
	if err := c.Unpack("table?", &s, "options?", lua.Fields{"handles": &handles}); err != nil {
		return err
	}
	return p.read(s, func(rs *Ruleset) error { return c.Return(rs.Text(handles)) })
}

func (p *place) tables(c *lua.Call) error {
	if err := c.Unpack(); err != nil {
		return err
	}
	return p.do(func(conn *Conn) error {
		tables, err := conn.Tables()
		if err != nil {
			return fmt.Errorf("read the tables: %w", err)
		}
		return c.Return(lua.List(tables, func(t Table) any {
			return lua.R("family", t.Family.String(), "name", t.Name, "handle", t.Handle, "dormant", t.Dormant(), "comment", some(t.Comment))
		}))
	})
}

// some is a string for a record, which leaves out an empty one.
func some(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (p *place) chains(c *lua.Call) error {
	var s scope
	if err := c.Unpack("table?", &s); err != nil {
		return err
	}
	return p.read(s, func(rs *Ruleset) error {
		return c.Return(lua.List(rs.Chains, func(x Chain) any {
			r := lua.R("family", x.Family.String(), "table", x.Table, "name", x.Name, "handle", x.Handle, "comment", some(x.Comment))
			if x.Type == "" {
				return r
			}
			policy := "accept"
			if x.Policy == policyDrop {
				policy = "drop"
			}
			r = append(r, lua.R("type", x.Type, "hook", x.HookName(), "priority", x.Priority, "policy", policy)...)
			if x.Devices != nil {
				r = append(r, lua.Field{Name: "devices", Value: x.Devices})
			}
			return r
		}))
	})
}

func (p *place) rules(c *lua.Call) error {
	var s scope
	var chain string
	if err := c.Unpack("table?", &s, "chain?", &chain); err != nil {
		return err
	}
	return p.read(s, func(rs *Ruleset) error {
		out := []any{}
		for i := range rs.Rules {
			x := &rs.Rules[i]
			if chain != "" && x.Chain != chain {
				continue
			}
			r := lua.R("family", x.Family.String(), "table", x.Table, "chain", x.Chain, "handle", x.Handle,
				"text", rs.RuleText(x), "comment", some(x.Comment))
			if n, ok := x.Counter(); ok {
				r = append(r, lua.R("packets", n.Packets, "bytes", n.Bytes)...)
			}
			if x.Foreign() {
				r = append(r, lua.Field{Name: "iptables", Value: true})
			}
			out = append(out, r)
		}
		return c.Return(out)
	})
}

func (p *place) sets(c *lua.Call) error {
	var s scope
	if err := c.Unpack("table?", &s); err != nil {
		return err
	}
	return p.read(s, func(rs *Ruleset) error {
		out := []any{}
		for i := range rs.Sets {
			if x := &rs.Sets[i]; !x.Anonymous() {
				out = append(out, setRecord(rs, x))
			}
		}
		return c.Return(out)
	})
}

func setRecord(rs *Ruleset, x *Set) lua.Record {
	r := lua.R("family", x.Family.String(), "table", x.Table, "name", x.Name, "handle", x.Handle, "type", typeNames(x.Keys), "map", x.Map(),
		"interval", x.Interval(), "comment", some(x.Comment))
	if x.Timeout != 0 {
		r = append(r, lua.Field{Name: "timeout", Value: x.Timeout})
	}
	if x.Data != nil {
		r = append(r, lua.Field{Name: "to", Value: typeNames(x.Data)})
	}
	return append(r, lua.Field{Name: "elements", Value: lua.List(x.Elements, func(e Element) any {
		f := lua.R("key", rs.KeyText(x, &e), "value", some(rs.ValueText(x, &e)), "comment", some(e.Comment))
		if e.Expires != 0 {
			f = append(f, lua.Field{Name: "expires", Value: e.Expires})
		}
		return f
	})})
}

func (p *place) counters(c *lua.Call) error {
	var s scope
	if err := c.Unpack("table?", &s); err != nil {
		return err
	}
	return p.read(s, func(rs *Ruleset) error {
		out := []any{}
		for _, o := range rs.Objects {
			if o.Type == objectCounter {
				out = append(out, lua.R("family", o.Family.String(), "table", o.Table, "name", o.Name, "handle", o.Handle,
					"packets", o.Packets, "bytes", o.Bytes, "comment", some(o.Comment)))
			}
		}
		return c.Return(out)
	})
}
