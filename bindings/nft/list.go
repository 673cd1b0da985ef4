package nft

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// String is the ruleset in nft's syntax.
func (rs *Ruleset) String() string { return rs.Text(false) }

// Text is the ruleset in nft's syntax, with handles as comments if wanted.
func (rs *Ruleset) Text(handles bool) string {
	w := &writer{rs: rs, handles: handles}
	for i := range rs.Tables {
		w.table(&rs.Tables[i])
	}
	return w.b.String()
}

type writer struct {
	rs      *Ruleset
	handles bool
	b       strings.Builder
}

func (w *writer) line(depth int, format string, args ...any) {
	w.b.WriteString(strings.Repeat("\t", depth))
	fmt.Fprintf(&w.b, format, args...)
	w.b.WriteByte('\n')
}

func (w *writer) handle(n uint64) string {
	if !w.handles {
		return ""
	}
	return fmt.Sprintf(" # handle %d", n)
}

func (w *writer) comment(depth int, text string) {
	if text != "" {
		w.line(depth, "comment %s", quote(text))
	}
}

func (w *writer) table(t *Table) {
	w.line(0, "table %s %s {%s", t.Family, t.Name, w.handle(t.Handle))
	w.comment(1, t.Comment)
	if t.Dormant() {
		w.line(1, "flags dormant")
	}
	in := func(f Family, table string) bool { return f == t.Family && table == t.Name }
	for i := range w.rs.Objects {
		if o := &w.rs.Objects[i]; in(o.Family, o.Table) {
			w.object(o)
		}
	}
	for i := range w.rs.Sets {
		if s := &w.rs.Sets[i]; in(s.Family, s.Table) && !s.Anonymous() {
			w.set(s)
		}
	}
	for i := range w.rs.Chains {
		if c := &w.rs.Chains[i]; in(c.Family, c.Table) {
			w.chain(c)
		}
	}
	w.line(0, "}")
}

func (w *writer) object(o *Object) {
	switch o.Type {
	case objectCounter:
		w.line(1, "counter %s {%s", o.Name, w.handle(o.Handle))
		w.comment(2, o.Comment)
		w.line(2, "packets %d bytes %d", o.Packets, o.Bytes)
	case objectQuota:
		w.line(1, "quota %s {%s", o.Name, w.handle(o.Handle))
		w.comment(2, o.Comment)
		w.line(2, "%s", quotaText(o.Over, o.Bytes, o.Used))
	default:
		return
	}
	w.line(1, "}")
}

func quotaText(over bool, limit, used uint64) string {
	text := octetText(limit)
	if over {
		text = "over " + text
	}
	if used > 0 {
		text += " used " + octetText(used)
	}
	return text
}

func (w *writer) chain(c *Chain) {
	w.line(1, "chain %s {%s", c.Name, w.handle(c.Handle))
	w.comment(2, c.Comment)
	if c.Type != "" {
		devices := ""
		if len(c.Devices) == 1 {
			devices = " device " + quote(c.Devices[0])
		} else if len(c.Devices) > 1 {
			quoted := make([]string, len(c.Devices))
			for i, d := range c.Devices {
				quoted[i] = quote(d)
			}
			devices = " devices = { " + strings.Join(quoted, ", ") + " }"
		}
		policy := "accept"
		if c.Policy == policyDrop {
			policy = "drop"
		}
		w.line(2, "type %s hook %s%s priority %s; policy %s;", c.Type, c.HookName(), devices, c.PriorityText(), policy)
	}
	for i := range w.rs.Rules {
		if r := &w.rs.Rules[i]; r.Family == c.Family && r.Table == c.Table && r.Chain == c.Name {
			w.line(2, "%s%s", w.rs.RuleText(r), w.handle(r.Handle))
		}
	}
	w.line(1, "}")
}

// PriorityText is the priority as nft writes it: by a name that is at most 10 away.
func (c *Chain) PriorityText() string {
	best, distance := "", int32(11)
	for name, n := range c.Family.priorities() {
		if d := c.Priority - n; max(d, -d) < distance && (name != "dstnat" || c.HookName() == "prerouting") && (name != "srcnat" || c.HookName() == "postrouting") {
			best, distance = name, max(d, -d)
		}
	}
	switch d := c.Priority - c.Family.priorities()[best]; {
	case best == "":
		return fmt.Sprint(c.Priority)
	case d == 0:
		return best
	case d < 0:
		return fmt.Sprintf("%s - %d", best, -d)
	default:
		return fmt.Sprintf("%s + %d", best, d)
	}
}

func (w *writer) set(s *Set) {
	kind, typ := "set", typeNames(s.Keys)
	switch {
	case s.ToObject == objectCounter:
		kind, typ = "map", typ+" : counter"
	case s.ToObject == objectQuota:
		kind, typ = "map", typ+" : quota"
	case s.ToObject == objectLimit:
		kind, typ = "map", typ+" : limit"
	case s.Map():
		kind, typ = "map", typ+" : "+typeNames(s.Data)
	}
	w.line(1, "%s %s {%s", kind, s.Name, w.handle(s.Handle))
	w.line(2, "type %s", typ)
	w.comment(2, s.Comment)
	if s.Policy == setPolicyMemory {
		w.line(2, "policy memory")
	}
	if s.Size != 0 {
		w.line(2, "size %d", s.Size)
	}
	var flags []string
	for _, f := range setFlagNames {
		if s.Flags&uint32(f.value) != 0 && !(f.name == "timeout" && s.Timeout != 0) {
			flags = append(flags, f.name)
		}
	}
	if flags != nil {
		w.line(2, "flags %s", strings.Join(flags, ","))
	}
	for _, e := range s.exprs {
		if e.Name == "counter" {
			w.line(2, "counter")
		}
	}
	if s.Timeout != 0 {
		w.line(2, "timeout %s", formatTime(s.Timeout))
	}
	if s.GC != 0 {
		w.line(2, "gc-interval %s", formatTime(s.GC))
	}
	if s.merge {
		w.line(2, "auto-merge")
	}
	if len(s.Elements) > 0 {
		w.line(2, "elements = { %s }", strings.Join(w.rs.elements(s), ",\n\t\t\t     "))
	}
	w.line(1, "}")
}

// elements are a set's elements as text.
func (rs *Ruleset) elements(s *Set) []string {
	out := make([]string, len(s.Elements))
	for i := range s.Elements {
		out[i] = rs.ElementText(s, &s.Elements[i])
	}
	return out
}

// ElementText is an element in nft's syntax.
func (rs *Ruleset) ElementText(s *Set, e *Element) string {
	text := rs.KeyText(s, e)
	for _, x := range e.exprs {
		if x.Name == "counter" {
			text += fmt.Sprintf(" counter packets %d bytes %d", x.number(unix.NFTA_COUNTER_PACKETS), x.number(unix.NFTA_COUNTER_BYTES))
		}
	}
	if e.Timeout != 0 && e.Timeout != s.Timeout {
		text += " timeout " + formatTime(e.Timeout)
	}
	if e.Expires != 0 {
		text += " expires " + formatTime(e.Expires)
	}
	if e.Comment != "" {
		text += " comment " + quote(e.Comment)
	}
	if v := rs.ValueText(s, e); v != "" {
		text += " : " + v
	}
	return text
}

// ValueText is what a map has for an element.
func (rs *Ruleset) ValueText(s *Set, e *Element) string {
	switch {
	case e.Verdict != nil:
		return e.Verdict.String()
	case e.Object != "":
		return quote(e.Object)
	case e.Data != nil && s.Data != nil:
		return rs.parts(s.Data, e.Data, nil)
	}
	return ""
}

// KeyText is the key of an element: a value, a range or a prefix, or several of them.
func (rs *Ruleset) KeyText(s *Set, e *Element) string {
	if e.CatchAll {
		return "*"
	}
	low, high := e.Key, e.End
	if s.Interval() {
		low, high = turned(s.Keys, low), turned(s.Keys, high)
	}
	return rs.parts(s.Keys, low, high)
}

// turned brings the keys of intervals back into the order of their types.
func turned(types []*Type, key []byte) []byte {
	key = slices.Clone(key)
	at := 0
	for _, t := range types {
		if t.host && t.kind != named && at+t.size <= len(key) {
			turn(key[at : at+t.size])
		}
		at += align4(t.size)
	}
	return key
}

func (rs *Ruleset) parts(types []*Type, low, high []byte) string {
	var list []string
	at := 0
	for _, t := range types {
		if at+t.size > len(low) {
			break
		}
		first := low[at : at+t.size]
		last := first
		if len(high) >= at+t.size {
			last = high[at : at+t.size]
		}
		list = append(list, rs.rangeText(t, first, last))
		at += align4(t.size)
	}
	return strings.Join(list, " . ")
}

func (rs *Ruleset) format(t *Type, b []byte) string {
	return t.format(b, func(i int) string {
		if rs.link == nil {
			return fmt.Sprint(i)
		}
		return rs.link(i)
	})
}

func (rs *Ruleset) rangeText(t *Type, low, high []byte) string {
	if bytes.Equal(low, high) {
		return rs.format(t, low)
	}
	if t.kind == ipv4 || t.kind == ipv6 {
		for bits := range 8 * t.size {
			mask := maskOf(bits, t.size)
			whole := true
			for i, m := range mask {
				whole = whole && low[i]&^m == 0 && high[i] == low[i]|^m
			}
			if whole {
				return fmt.Sprintf("%s/%d", rs.format(t, low), bits)
			}
		}
	}
	return rs.format(t, low) + "-" + rs.format(t, high)
}
