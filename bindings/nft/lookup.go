package nft

import (
	"strings"

	"golang.org/x/sys/unix"
)

// anonymous adds a set that belongs to the rule.
func (r *ruleParser) anonymous(s *Set, raw []rawElement) error {
	s.Family, s.Table, s.Name = r.family, r.table, "__set%d"
	if s.Data != nil {
		s.Name = "__map%d"
	}
	s.Flags |= unix.NFT_SET_ANONYMOUS | unix.NFT_SET_CONSTANT
	for _, e := range raw {
		if e.ranged() {
			s.Flags |= unix.NFT_SET_INTERVAL
		}
	}
	s.merge = s.Data == nil
	r.batch.lastID++
	s.id = r.batch.lastID
	s.Size = uint32(len(raw))
	if s.Interval() {
		s.Size = 0
	}
	r.sets = append(r.sets, s)
	if err := s.fill(raw); err != nil {
		return err
	}
	s.merge = false
	return nil
}

func typesOf(list []load) []*Type {
	types := make([]*Type, len(list))
	for i, l := range list {
		types[i] = l.typ
	}
	return types
}

// lookup reads the set or map that comes next and looks the loaded values up in it.
// data are the types of a map's values, nil for a set; dest is as for exprLookup.
func (r *ruleParser) lookup(list []load, data []*Type, dest int, invert bool) (*Set, error) {
	at := r.peek()
	if name, named := strings.CutPrefix(at.text, "@"); named && at.kind == word {
		r.take()
		s := r.set(r.family, r.table, name)
		if s == nil {
			s = &Set{Keys: typesOf(list), Data: data}
		} else if err := fits(at, s, list, data != nil); err != nil {
			return nil, err
		}
		r.ready(list, s)
		r.emit(exprLookup(name, s.id, dest, invert))
		return s, nil
	}
	if !at.is("{") {
		return nil, unexpected(at, "a set: { … } or @name")
	}
	s := &Set{Keys: typesOf(list), Data: data}
	if data != nil {
		s.Flags |= unix.NFT_SET_MAP
	}
	raw, err := r.rawElements(s.Keys, data, false)
	if err != nil {
		return nil, err
	}
	if len(raw) == 0 {
		return nil, fail(at, "a set in a rule has at least one element")
	}
	for _, e := range raw {
		if data != nil && e.Data == nil && e.Verdict == nil {
			return nil, unexpected(e.at, "KEY : VALUE")
		}
	}
	if err := r.anonymous(s, raw); err != nil {
		return nil, err
	}
	r.ready(list, s)
	r.emit(exprLookup(s.Name, s.id, dest, invert))
	return s, nil
}

func fits(at token, s *Set, list []load, needsMap bool) error {
	if paddedLen(s.Keys) != paddedLen(typesOf(list)) {
		return fail(at, "the keys of %s are %s, not %s", at.text, typeNames(s.Keys), typeNames(typesOf(list)))
	}
	if needsMap && !s.Map() {
		return fail(at, "%s is a set, a map is expected", at.text)
	}
	return nil
}

// ready brings loaded values into the form a set has its keys in.
func (r *ruleParser) ready(list []load, s *Set) {
	slot := 0
	for _, l := range list {
		if l.op != nil && l.op.partial() {
			if _, size, shift := l.op.region(); shift > 0 {
				r.emit(exprShift(slot, size, bitwiseRight, uint32(shift)))
			}
		}
		if s.Interval() && l.typ.host && l.typ.kind != named {
			r.emit(exprSwap(slot, l.typ.size))
		}
		slot += align4(l.typ.size) / 4
	}
}
