package nft

import (
	"bytes"
	"slices"

	"golang.org/x/sys/unix"
)

// setFlagNames are the flags of sets in nft's words.
var setFlagNames = []symbol{{"constant", unix.NFT_SET_CONSTANT}, {"interval", unix.NFT_SET_INTERVAL}, {"timeout", unix.NFT_SET_TIMEOUT}, {"dynamic", unix.NFT_SET_EVAL}}

// addSet reads `set [family table] name { … }` or a map.
func (c *command) addSet() error {
	if err := c.onlyAdd(); err != nil {
		return err
	}
	s := &Set{Family: c.family, Table: c.table}
	if err := c.place("the name of a "+c.object, &s.Name); err != nil {
		return err
	}
	open := c.peek()
	if err := c.expect("{"); err != nil {
		return err
	}
	elements := -1
	for c.skipLines(); !c.accept("}"); c.skipLines() {
		if c.peek().is("elements") { // their types can come later
			elements = c.at
			if err := c.skipStatement(); err != nil {
				return err
			}
			continue
		}
		if err := c.setPart(s); err != nil {
			return err
		}
	}
	if s.Keys == nil {
		return fail(open, "a %s needs a type", c.object)
	}
	if c.object == "map" && s.Data == nil && s.ToObject == 0 {
		return fail(open, "a map needs a type such as inet_service : verdict")
	}
	if elements >= 0 {
		back := c.at
		c.at = elements + 1
		if err := c.expect("="); err != nil {
			return err
		}
		if err := c.elements(s); err != nil {
			return err
		}
		c.at = back
	}
	c.batch.declare(s)
	c.message(unix.NFT_MSG_NEWSET, c.flags(), s.body())
	c.sendElements(s, unix.NFT_MSG_NEWSETELEM)
	return nil
}

func (c *command) sendElements(s *Set, typ uint16) {
	for _, list := range s.elementLists() {
		c.message(typ, c.flags(), list)
	}
}

func (c *command) setPart(s *Set) (err error) {
	t := c.take()
	switch t.text {
	case "type":
		s.Keys, err = c.types(false)
		if err == nil && c.object == "map" {
			err = c.mapData(s)
		}
	case "typeof":
		s.Keys, err = c.types(true)
		if err == nil && c.object == "map" {
			if err = c.expect(":"); err == nil {
				s.Flags |= unix.NFT_SET_MAP
				if c.accept("verdict") {
					s.Data = []*Type{typeVerdict}
				} else {
					s.Data, err = c.types(true)
				}
			}
		}
	case "flags":
		err = c.setFlags(s)
	case "timeout":
		s.Flags |= unix.NFT_SET_TIMEOUT
		err = c.duration(&s.Timeout)
	case "gc-interval":
		err = c.duration(&s.GC)
	case "size":
		var n uint64
		n, err = c.number("a size", 1<<32-1)
		s.Size = uint32(n)
	case "policy":
		switch p := c.take(); p.text {
		case "memory":
			s.Policy = setPolicyMemory
		case "performance":
		default:
			err = unexpected(p, "performance or memory")
		}
	case "comment":
		s.Comment, err = c.comment()
	case "auto-merge":
		s.merge = true
	case "counter":
		s.exprs = []Expr{exprCounter(0, 0)}
	default:
		err = unexpected(t, "type, typeof, flags, timeout, gc-interval, size, policy, counter, elements, comment or \"}\"")
	}
	return err
}

func (c *command) setFlags(s *Set) error {
	for {
		t := c.take()
		i := slices.IndexFunc(setFlagNames, func(f symbol) bool { return t.is(f.name) })
		if i < 0 {
			return unexpected(t, "constant, interval, timeout or dynamic")
		}
		s.Flags |= uint32(setFlagNames[i].value)
		if !c.accept(",") {
			return nil
		}
	}
}

// types reads types, or with typeof what they are the types of, joined by dots.
func (p *parser) types(typeof bool) ([]*Type, error) {
	var list []*Type
	for {
		t := p.peek()
		if typeof {
			o := p.operand()
			if o == nil {
				return nil, unexpected(t, "a field such as ip saddr")
			}
			list = append(list, o.typ)
		} else {
			typ, ok := TypeNamed(t.text)
			if !ok || t.kind != word || typ == typeVerdict {
				return nil, unexpected(t, "a type such as ipv4_addr or inet_service")
			}
			p.take()
			list = append(list, typ)
		}
		if !p.accept(".") {
			break
		}
	}
	if paddedLen(list) > 64 || len(list) > 5 {
		return nil, fail(p.peek(), "a key has at most 5 parts and 64 bytes")
	}
	return list, nil
}

func (c *command) mapData(s *Set) (err error) {
	if err := c.expect(":"); err != nil {
		return err
	}
	switch t := c.peek(); {
	case c.accept("verdict"):
		s.Data, s.Flags = []*Type{typeVerdict}, s.Flags|unix.NFT_SET_MAP
	case t.is("counter"), t.is("quota"):
		c.take()
		s.ToObject, s.Flags = kindOf(t.text).typ, s.Flags|unix.NFT_SET_OBJECT
	default:
		s.Data, err = c.types(false)
		s.Flags |= unix.NFT_SET_MAP
	}
	return err
}

// set finds a set that this batch declares or that exists.
func (p *parser) set(f Family, table, name string) *Set {
	if s := p.batch.sets[setKey(f, table, name)]; s != nil {
		return s
	}
	return p.world.Set(f, table, name)
}

// existing reads the name of a set and what it may hold, for a change of its elements.
func (c *command) existing() (*Set, error) {
	var name string
	t := c.peek()
	if err := c.place("the name of a set or map", &name); err != nil {
		return nil, err
	}
	known := c.set(c.family, c.table, name)
	if known == nil {
		return nil, fail(t, "there is no set or map %q in table %s %s", name, c.family, c.table)
	}
	s := *known
	s.Elements = nil
	return &s, c.elements(&s)
}

func (c *command) addElements() error {
	if err := c.onlyAdd(); err != nil {
		return err
	}
	s, err := c.existing()
	if err != nil {
		return err
	}
	c.sendElements(s, unix.NFT_MSG_NEWSETELEM)
	return nil
}

func (c *command) removeElements() error {
	s, err := c.existing()
	if err != nil {
		return err
	}
	typ := uint16(unix.NFT_MSG_DELSETELEM)
	if c.verb == "destroy" {
		typ = msgDestroyTable + 4
	}
	c.sendElements(s, typ)
	return nil
}

// elements reads `{ key [: value], … }`.
func (p *parser) elements(s *Set) error {
	raw, err := p.rawElements(s.Keys, s.Data, s.ToObject != 0)
	if err != nil {
		return err
	}
	return s.fill(raw)
}

// rawElement is an element before it is known whether the set has intervals.
type rawElement struct {
	Element
	parts []bounds
	at    token
}

func (e *rawElement) ranged() bool {
	return slices.ContainsFunc(e.parts, func(b bounds) bool { return b.ranged() })
}

func (p *parser) rawElements(keys, data []*Type, objects bool) ([]rawElement, error) {
	if err := p.expect("{"); err != nil {
		return nil, err
	}
	p.inSet++
	defer func() { p.inSet-- }()
	var list []rawElement
	for p.skipLines(); !p.accept("}"); p.skipLines() {
		e, err := p.rawElement(keys, data, objects)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
		p.skipLines()
		if !p.accept(",") && !p.peek().is("}") {
			return nil, unexpected(p.peek(), "\",\" or \"}\"")
		}
	}
	return list, nil
}

func (p *parser) rawElement(keys, data []*Type, objects bool) (e rawElement, err error) {
	e.at = p.peek()
	if p.accept("*") {
		e.CatchAll = true
	} else {
		for i, t := range keys {
			if i > 0 {
				if err := p.expect("."); err != nil {
					return e, err
				}
			}
			b, err := p.bounds(t)
			if err != nil {
				return e, err
			}
			e.parts = append(e.parts, b)
		}
	}
	for {
		switch {
		case p.accept("timeout"):
			err = p.duration(&e.Timeout)
		case p.accept("expires"):
			err = p.duration(&e.Expires)
		case p.accept("comment"):
			e.Comment, err = p.comment()
		case p.accept("counter"):
			_, _, err = p.counts()
		default:
			return e, p.elementData(&e, data, objects)
		}
		if err != nil {
			return e, err
		}
	}
}

func (p *parser) elementData(e *rawElement, data []*Type, objects bool) error {
	if data == nil && !objects || p.peek().is(",") || p.peek().is("}") { // a key alone is enough to delete it
		return nil
	}
	if err := p.expect(":"); err != nil {
		return err
	}
	switch {
	case objects:
		name, err := p.name("the name of an object")
		e.Object = name
		return err
	case data[0] == typeVerdict:
		v, err := p.verdict()
		e.Verdict = &v
		return err
	}
	for i, t := range data {
		if i > 0 {
			if err := p.expect("."); err != nil {
				return err
			}
		}
		b, err := p.value(t)
		if err != nil {
			return err
		}
		e.Data = append(e.Data, b...)
		if len(data) > 1 {
			e.Data = append(e.Data, make([]byte, align4(len(b))-len(b))...)
		}
	}
	return nil
}

// fill puts elements into a set as its flags want them.
func (s *Set) fill(list []rawElement) error {
	for _, e := range list {
		if e.ranged() && !s.Interval() {
			return fail(e.at, "a range or prefix needs a set with flags interval")
		}
		for i, b := range e.parts {
			low, high := b.low, b.high
			if b.wild {
				return fail(e.at, "a name with * cannot be an element of a set")
			}
			if s.Interval() {
				low, high = ordered(s.Keys[i], low), ordered(s.Keys[i], high)
			}
			if len(s.Keys) > 1 {
				low, high = padded(low), padded(high)
			}
			e.Key, e.End = append(e.Key, low...), append(e.End, high...)
		}
		if bytes.Equal(e.Key, e.End) || e.CatchAll {
			e.End = nil
		}
		if e.CatchAll && e.Verdict == nil && e.Data == nil && s.Map() {
			return fail(e.at, "* needs a value")
		}
		s.Elements = append(s.Elements, e.Element)
	}
	return s.checkOverlaps(list)
}

// checkOverlaps finds intervals that share keys, which the kernel refuses without telling them. With auto-merge they become one.
func (s *Set) checkOverlaps(list []rawElement) error {
	if !s.Interval() || len(s.Keys) > 1 {
		return nil
	}
	order := make([]int, len(s.Elements))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return bytes.Compare(s.Elements[a].Key, s.Elements[b].Key) })
	var kept []Element
	for _, i := range order {
		e := s.Elements[i]
		if len(kept) == 0 || e.CatchAll || kept[len(kept)-1].CatchAll || bytes.Compare(kept[len(kept)-1].last(), e.Key) < 0 {
			kept = append(kept, e)
			continue
		}
		if !s.merge {
			return fail(list[min(i, len(list)-1)].at, "the interval overlaps with another of the set")
		}
		if last := &kept[len(kept)-1]; bytes.Compare(last.last(), e.last()) < 0 {
			last.End = e.last()
		}
	}
	s.Elements = kept
	return nil
}

func padded(b []byte) []byte { return append(slices.Clone(b), make([]byte, align4(len(b))-len(b))...) }

// ordered is a value as intervals compare it: in network order.
func ordered(t *Type, b []byte) []byte {
	b = slices.Clone(b)
	if t.host && t.kind != named {
		turn(b)
	}
	return b
}
