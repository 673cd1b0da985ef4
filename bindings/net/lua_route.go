package net

import (
	"fmt"
	"maps"
	"net/netip"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

func routeFunctions() []function {
	return []function{
		{"routes", (*place).routes},
		{"route.add", (*place).routeAdd},
		{"route.del", (*place).routeDel},
		{"route.get", (*place).routeGet},
	}
}

func tableArg(target *uint32) lua.Arg {
	return &arg{"string|integer", func(c *lua.Call, v lua.Value) error {
		var name string
		err := c.Assign(v, &name)
		if err == nil {
			*target, err = TableNumber(name)
		}
		return err
	}}
}

// destinationArg is a prefix, or "default" for all addresses of the family, which the gateway or an option tells.
func destinationArg(target *netip.Prefix) lua.Arg {
	return textArg("Address", func(text string) error {
		if text == "default" {
			*target = netip.Prefix{}
			return nil
		}
		p, err := parsePrefix(text)
		if err != nil {
			return fmt.Errorf(`%w, or "default"`, err)
		}
		*target = p.Masked()
		return nil
	})
}

func routeTypeArg(target *string) lua.Arg { return lua.Enum(target, routeTypes[1:]...) }

func checked(name string, target *string, check func(string) error) lua.Arg {
	return textArg(name, func(text string) error {
		*target = text
		return check(text)
	})
}

func protocolArg(target *string) lua.Arg {
	return checked("string|integer", target, func(s string) error { _, err := protocolNumber(s); return err })
}

func scopeArg(target *string) lua.Arg {
	return checked("string|integer", target, func(s string) error { _, err := scopeNumber(s); return err })
}

func (p *place) routes(c *lua.Call) error {
	fam, link := "any", ""
	f := RouteFilter{Table: unix.RT_TABLE_MAIN}
	if err := c.Unpack("options?", lua.Fields{
		"family": familyArg(&fam), "table": tableArg(&f.Table), "dev": linkArg(&link), "type": routeTypeArg(&f.Type),
		"protocol": protocolArg(&f.Protocol),
	}); err != nil {
		return err
	}
	f.Family = families[fam]
	return p.do(func(conn *Conn) (err error) {
		if link != "" {
			if f.Index, err = conn.Index(link); err != nil {
				return err
			}
		}
		name, err := conn.allNames() // the socket can't be asked for names while it reads routes
		if err != nil {
			return err
		}
		var list []lua.Value
		var rec lua.Record
		known := newWords()
		err = conn.Routes(f, func(n int) { list = list[:n] }, func(r *Route) {
			rec = routeFields(rec[:0], r, name, known)
			list = append(list, c.State().Value(rec))
		})
		if err != nil {
			return err
		}
		return c.Return(list)
	})
}

// words keeps the Lua values of what comes again and again in a long list.
type words struct {
	strings   map[string]lua.Value
	addresses map[netip.Addr]lua.Value
	tables    map[uint32]lua.Value
}

func newWords() *words {
	return &words{map[string]lua.Value{}, map[netip.Addr]lua.Value{}, map[uint32]lua.Value{}}
}

func (w *words) value(s string) lua.Value {
	return keep(w.strings, s, func() lua.Value { return lua.String(s) })
}

func (w *words) address(a netip.Addr) lua.Value {
	return keep(w.addresses, a, func() lua.Value { return lua.String(a.String()) })
}

func (w *words) table(n uint32) lua.Value {
	return keep(w.tables, n, func() lua.Value {
		if name, ok := TableName(n).(string); ok {
			return lua.String(name)
		}
		return lua.Number(n)
	})
}

func keep[K comparable](m map[K]lua.Value, key K, value func() lua.Value) lua.Value {
	v, ok := m[key]
	if !ok {
		v = value()
		m[key] = v
	}
	return v
}

func routeRecord(r *Route, name func(int) string) lua.Record {
	return routeFields(nil, r, name, newWords())
}

// routeFields appends what there is to tell about a route.
func routeFields(rec lua.Record, r *Route, name func(int) string, known *words) lua.Record {
	fam := "inet"
	if r.Family == unix.AF_INET6 {
		fam = "inet6"
	}
	add := func(k string, v any) { rec = append(rec, lua.Field{Name: k, Value: v}) }
	add("dst", lua.String(DstName(r.Dst)))
	add("family", known.value(fam))
	add("type", known.value(r.Type))
	add("table", known.table(r.Table))
	add("protocol", known.value(r.Protocol))
	add("scope", known.value(r.Scope))
	rec = hopFields(rec, &r.Hop, name, known)
	if r.Source.IsValid() {
		add("src", known.address(r.Source))
	}
	if r.Src.IsValid() {
		add("from", r.Src.String())
	}
	if r.Metric != 0 {
		add("metric", r.Metric)
	}
	if r.TOS != 0 {
		add("tos", int(r.TOS))
	}
	if r.Pref != "" {
		add("pref", r.Pref)
	}
	if r.NextHopID != 0 {
		add("nhid", r.NextHopID)
	}
	if len(r.Metrics) > 0 {
		rec = append(rec, valuesRecord(routeMetrics(), r.Metrics)...)
	}
	if len(r.Hops) > 0 {
		add("nexthops", lua.List(r.Hops, func(h Hop) any {
			return append(hopFields(nil, &h, name, known), lua.R("weight", h.Weight)...)
		}))
	}
	return rec
}

// hopFields appends what a record tells about a next hop.
func hopFields(rec lua.Record, h *Hop, name func(int) string, known *words) lua.Record {
	if h.Gateway.IsValid() {
		rec = append(rec, lua.Field{Name: "via", Value: known.address(h.Gateway)})
	}
	if h.Index != 0 {
		rec = append(rec, lua.Field{Name: "dev", Value: known.value(name(h.Index))})
	}
	var flags []string
	for _, f := range hopFlags {
		if h.Flags&f.flag != 0 {
			flags = append(flags, f.name)
		}
	}
	if flags != nil {
		rec = append(rec, lua.Field{Name: "flags", Value: flags})
	}
	if e := h.Encap; e != nil && len(e.Labels) > 0 {
		rec = append(rec, lua.R("mpls", e.Labels)...)
	} else if e != nil {
		segments := lua.List(e.Segments, func(a netip.Addr) any { return a.String() })
		rec = append(rec, lua.R("seg6", lua.R("mode", e.Mode, "segments", segments))...)
	}
	return rec
}

// hopSpec is a next hop before its link is looked up.
type hopSpec struct {
	hop      Hop
	dev      string
	onlink   bool
	mpls     []int
	segments []string
	mode     string
}

func (h *hopSpec) fields() lua.Fields {
	return lua.Fields{
		"via": addrArg(&h.hop.Gateway), "dev": linkArg(&h.dev), "onlink": &h.onlink, "mpls": &h.mpls,
		"seg6": lua.Fields{"mode": lua.Enum(&h.mode, seg6Modes[:]...), "segments!": &h.segments},
	}
}

// complete checks the encapsulation and sets the flags.
func (h *hopSpec) complete() error {
	if h.onlink {
		h.hop.Flags |= unix.RTNH_F_ONLINK
	}
	if h.mpls == nil && h.segments == nil {
		return nil
	}
	e := &Encap{Mode: "encap", Labels: h.mpls}
	if h.mode != "" {
		e.Mode = h.mode
	}
	for _, s := range h.segments {
		a, err := netip.ParseAddr(s)
		if err != nil {
			return lua.Invalid("segment %q: an IPv6 address expected", s)
		}
		e.Segments = append(e.Segments, a)
	}
	h.hop.Encap = e
	if err := e.check(); err != nil {
		return lua.Invalid("%v", err)
	}
	return nil
}

// hopsArg is a list of next hops.
type hopsArg struct{ hops *[]hopSpec }

func (a *hopsArg) Set(c *lua.Call, v lua.Value) error {
	var list []lua.Value
	if err := c.Assign(v, &list); err != nil {
		return err
	}
	for i, item := range list {
		h := hopSpec{hop: Hop{Weight: 1}}
		f := h.fields()
		f["weight"] = &h.hop.Weight
		if err := c.Assign(item, f); err != nil {
			return fmt.Errorf("item %d: %w", i+1, err)
		}
		if h.hop.Weight < 1 || h.hop.Weight > 256 {
			return fmt.Errorf("item %d: a weight from 1 to 256 expected, got %d", i+1, h.hop.Weight)
		}
		*a.hops = append(*a.hops, h)
	}
	return nil
}

func (a *hopsArg) TypeName() string { return "net.NextHop[]" }

// routeSpec is what route.add and route.del take.
type routeSpec struct {
	route Route
	hop   hopSpec
	hops  []hopSpec
	tos   uint32
	fam   string
}

func (s *routeSpec) fields() lua.Fields {
	r := &s.route
	f := s.hop.fields()
	for name, target := range optionFields(routeMetrics(), &r.Metrics) {
		f[name] = target
	}
	for name, target := range (lua.Fields{
		"table": tableArg(&r.Table), "metric": &r.Metric, "type": routeTypeArg(&r.Type), "protocol": protocolArg(&r.Protocol),
		"scope": scopeArg(&r.Scope), "src": addrArg(&r.Source), "from": prefixArg(&r.Src), "tos": &s.tos, "nhid": &r.NextHopID,
		"pref": lua.Enum(&r.Pref, "low", "medium", "high"), "nexthops": &hopsArg{&s.hops}, "family": familyArg(&s.fam),
	}) {
		f[name] = target
	}
	return f
}

// complete works out the family and what else is not said, and looks up the links.
func (s *routeSpec) complete(conn *Conn) error {
	r := &s.route
	r.Hop = s.hop.hop
	var err error
	if s.hop.dev != "" {
		if r.Index, err = conn.Index(s.hop.dev); err != nil {
			return err
		}
	}
	for _, h := range s.hops {
		if h.dev != "" {
			if h.hop.Index, err = conn.Index(h.dev); err != nil {
				return err
			}
		}
		r.Hops = append(r.Hops, h.hop)
	}
	return nil
}

// check works out the family and says what does not fit together, before any change.
func (s *routeSpec) check() error {
	r := &s.route
	if err := s.hop.complete(); err != nil {
		return err
	}
	for i := range s.hops {
		if err := s.hops[i].complete(); err != nil {
			return err
		}
	}
	if s.tos > 255 {
		return lua.Invalid("option 'tos': an integer from 0 to 255 expected, got %d", s.tos)
	}
	r.TOS = uint8(s.tos)
	if !r.Dst.IsValid() {
		r.Dst = netip.PrefixFrom(netip.IPv4Unspecified(), 0)
		if s.fam == "inet6" || s.fam != "inet" && s.gateway().Is6() {
			r.Dst = netip.PrefixFrom(netip.IPv6Unspecified(), 0)
		}
	}
	r.Family = family(r.Dst.Addr())
	if r.Family == unix.AF_INET6 && s.gateway().Is4() {
		return lua.Invalid("option 'via': an IPv6 route can't have the IPv4 gateway %s", s.gateway())
	}
	if r.Source.IsValid() && family(r.Source) != r.Family {
		return lua.Invalid("option 'src': %s is not of the route's family", r.Source)
	}
	return nil
}

// gateway is the first gateway given, in the route itself or in a next hop.
func (s *routeSpec) gateway() netip.Addr {
	for _, h := range append([]hopSpec{s.hop}, s.hops...) {
		if h.hop.Gateway.IsValid() {
			return h.hop.Gateway
		}
	}
	return netip.Addr{}
}

// routeArgs are the arguments of route.add and route.del, with the table of
// their options made once: there are some forty, more than a route costs to add.
type routeArgs struct {
	spec          routeSpec
	replace, also bool
	add, del      lua.Fields
}

// take readies the arguments for a call.
func (a *routeArgs) take() {
	a.spec, a.replace, a.also = routeSpec{}, false, false
	if a.add == nil {
		a.del = a.spec.fields()
		a.add = maps.Clone(a.del)
		a.add["replace"], a.add["append"] = &a.replace, &a.also
	}
}

func (p *place) routeAdd(c *lua.Call) error {
	a := &p.b.route
	a.take()
	s := &a.spec
	if err := c.Unpack("dst", destinationArg(&s.route.Dst), "options?", a.add); err != nil {
		return err
	}
	if err := s.check(); err != nil {
		return err
	}
	how := 0
	switch {
	case a.replace && a.also:
		return lua.Invalid("options 'replace' and 'append' exclude each other")
	case a.replace:
		how = Replace
	case a.also:
		how = Append
	}
	return p.do(func(conn *Conn) error {
		if err := s.complete(conn); err != nil {
			return err
		}
		if err := conn.AddRoute(&s.route, how); err != nil {
			return lua.WithHint(err, s.hint(conn, err))
		}
		return c.Return()
	})
}

// hint says why the kernel may have refused a route, from what can be seen now.
func (s *routeSpec) hint(conn *Conn, err error) string {
	switch n := unixErrno(err); n {
	case unix.ENETUNREACH, unix.EHOSTUNREACH, unix.EINVAL:
		g := s.gateway()
		if !g.IsValid() {
			return ""
		}
		if _, err := conn.Lookup(RouteQuery{To: g}); err != nil {
			return fmt.Sprintf("the gateway %s itself can't be reached: give a link an address in its network, and set the link up, first", g)
		}
		return fmt.Sprintf("the gateway %s must be a neighbour on a link that is up; with onlink the kernel takes your word for it", g)
	case unix.EEXIST:
		return "there is such a route; replace = true changes it, append = true adds another"
	case unix.ENETDOWN:
		return "the link is down: net.link(name):up() first"
	case unix.EOPNOTSUPP:
		return "this kernel lacks what the route asks for (MPLS, segment routing or several tables)"
	case unix.EPERM:
		return changeHint(n)
	}
	return ""
}

func (p *place) routeDel(c *lua.Call) error {
	a := &p.b.route
	a.take()
	s := &a.spec
	if err := c.Unpack("dst", destinationArg(&s.route.Dst), "options?", a.del); err != nil {
		return err
	}
	if err := s.check(); err != nil {
		return err
	}
	return p.do(func(conn *Conn) error {
		if err := s.complete(conn); err != nil {
			return err
		}
		if err := conn.DeleteRoute(&s.route); err != nil {
			hint := ""
			if unixErrno(err) == unix.ESRCH {
				hint = "no route agrees with all that is given; net.routes{table = \"all\"} shows what there is"
			}
			return lua.WithHint(err, hint)
		}
		return c.Return()
	})
}
