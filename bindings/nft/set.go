package nft

import (
	"bytes"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// Set is a set, or a map if Data or ToObject says what its keys stand for.
type Set struct {
	Family   Family
	Table    string
	Name     string
	Handle   uint64
	Keys     []*Type
	Data     []*Type // of a map's values; typeVerdict alone for a verdict map
	ToObject uint32  // the type of objects that a map's keys stand for
	Flags    uint32  // NFT_SET_*
	Timeout  time.Duration
	GC       time.Duration
	Size     uint32
	Policy   uint32
	Comment  string
	Elements []Element
	merge    bool
	id       uint32 // in a batch
	exprs    []Expr // that each element has one of
	udata    []byte // as read
}

// Element is one key of a set, or with End a range of them.
type Element struct {
	Key, End []byte // in intervals in network order; End is the last
	Data     []byte
	Verdict  *Verdict
	Object   string
	Timeout  time.Duration
	Expires  time.Duration
	Comment  string
	CatchAll bool // stands for all that no other element has
	exprs    []Expr
}

// Interval reports whether elements can be ranges.
func (s *Set) Interval() bool { return s.Flags&unix.NFT_SET_INTERVAL != 0 }

// Map reports whether keys stand for something.
func (s *Set) Map() bool { return s.Flags&(unix.NFT_SET_MAP|unix.NFT_SET_OBJECT) != 0 }

// Anonymous reports whether it is part of a rule.
func (s *Set) Anonymous() bool { return s.Flags&unix.NFT_SET_ANONYMOUS != 0 }

func paddedLen(types []*Type) int {
	if len(types) == 1 {
		return types[0].size
	}
	n := 0
	for _, t := range types {
		n += align4(t.size)
	}
	return n
}

const (
	udataKeyOrder  = 0
	udataDataOrder = 1
	udataMerge     = 2
	udataSetText   = 7
)

func orderOf(types []*Type) uint32 {
	switch {
	case len(types) != 1:
		return 0
	case types[0].host:
		return 1
	}
	return 2
}

func (s *Set) body() attrs {
	var b attrs
	b.str(unix.NFTA_SET_TABLE, s.Table)
	b.str(unix.NFTA_SET_NAME, s.Name)
	flags := s.Flags
	if s.Interval() && len(s.Keys) > 1 {
		flags |= setConcat
	}
	b.u32(unix.NFTA_SET_FLAGS, flags)
	b.u32(unix.NFTA_SET_KEY_TYPE, concatID(s.Keys))
	b.u32(unix.NFTA_SET_KEY_LEN, uint32(paddedLen(s.Keys)))
	data := udataNumber(udataKeyOrder, orderOf(s.Keys))
	switch {
	case s.ToObject != 0:
		b.u32(unix.NFTA_SET_OBJ_TYPE, s.ToObject)
	case len(s.Data) == 1 && s.Data[0] == typeVerdict:
		b.u32(unix.NFTA_SET_DATA_TYPE, 0xffffff00) // NFT_DATA_VERDICT
		b.u32(unix.NFTA_SET_DATA_LEN, 16)
	case s.Data != nil:
		b.u32(unix.NFTA_SET_DATA_TYPE, concatID(s.Data))
		b.u32(unix.NFTA_SET_DATA_LEN, uint32(paddedLen(s.Data)))
		data = append(data, udataNumber(udataDataOrder, orderOf(s.Data))...)
	}
	b.u32(unix.NFTA_SET_ID, s.id)
	if s.Policy != 0 {
		b.u32(unix.NFTA_SET_POLICY, s.Policy)
	}
	b.nest(unix.NFTA_SET_DESC, s.description(flags))
	if s.Timeout != 0 {
		b.u64(unix.NFTA_SET_TIMEOUT, millis(s.Timeout))
	}
	if s.GC != 0 {
		b.u32(unix.NFTA_SET_GC_INTERVAL, uint32(millis(s.GC)))
	}
	if s.merge {
		data = append(data, udataNumber(udataMerge, 1)...)
	}
	b.bytes(unix.NFTA_SET_USERDATA, append(data, udataText(udataSetText, s.Comment)...))
	if len(s.exprs) == 1 {
		b.nest(attrSetExpr, s.exprs[0].attrs())
	}
	return b
}

func (s *Set) description(flags uint32) attrs {
	var desc attrs
	if s.Size != 0 {
		desc.u32(unix.NFTA_SET_DESC_SIZE, s.Size)
	}
	if flags&setConcat != 0 {
		var fields attrs
		for _, t := range s.Keys {
			var f attrs
			f.u32(1, uint32(t.size))
			fields.nest(unix.NFTA_LIST_ELEM, f)
		}
		desc.nest(attrSetDescConcat, fields)
	}
	return desc
}

func setOf(r reply) Set {
	s := Set{
		Family: r.family, Table: cstring(find(r.body, unix.NFTA_SET_TABLE)), Name: cstring(find(r.body, unix.NFTA_SET_NAME)),
		Handle: number(find(r.body, attrSetHandle)), Flags: uint32(number(find(r.body, unix.NFTA_SET_FLAGS))) &^ setConcat,
		Keys:     typesWithID(uint32(number(find(r.body, unix.NFTA_SET_KEY_TYPE)))),
		ToObject: uint32(number(find(r.body, unix.NFTA_SET_OBJ_TYPE))),
		Timeout:  time.Duration(number(find(r.body, unix.NFTA_SET_TIMEOUT))) * time.Millisecond,
		GC:       time.Duration(number(find(r.body, unix.NFTA_SET_GC_INTERVAL))) * time.Millisecond,
		Size:     uint32(number(find(r.body, unix.NFTA_SET_DESC, unix.NFTA_SET_DESC_SIZE))),
		Policy:   uint32(number(find(r.body, unix.NFTA_SET_POLICY))),
		udata:    find(r.body, unix.NFTA_SET_USERDATA),
	}
	size := int(number(find(r.body, unix.NFTA_SET_KEY_LEN)))
	s.Keys = fitted(s.Keys, size, s.udata, udataKeyOrder)
	if s.Flags&unix.NFT_SET_MAP != 0 {
		id := uint32(number(find(r.body, unix.NFTA_SET_DATA_TYPE)))
		if id == 0xffffff00 {
			s.Data = []*Type{typeVerdict}
		} else {
			s.Data = fitted(typesWithID(id), int(number(find(r.body, unix.NFTA_SET_DATA_LEN))), s.udata, udataDataOrder)
		}
	}
	s.Comment = cstring(udata(s.udata, udataSetText))
	s.merge = udata(s.udata, udataMerge) != nil
	if e := find(r.body, attrSetExpr); e != nil {
		s.exprs = []Expr{exprOf(e)}
	}
	return s
}

// fitted gives types without a size of their own, and those that are not known here, the size the set has.
func fitted(types []*Type, size int, data []byte, order byte) []*Type {
	if types != nil && paddedLen(types) == size {
		return types
	}
	b := udata(data, order)
	return []*Type{{Name: "integer", id: 4, size: size, host: len(b) == 4 && bytes.Equal(b, he32(1))}}
}

// elementLists are the elements in attributes, in parts that a message can hold.
func (s *Set) elementLists() []attrs {
	raw := s.raw()
	var lists []attrs
	for part := range slices.Chunk(raw, 500) {
		var b, list attrs
		b.str(unix.NFTA_SET_ELEM_LIST_TABLE, s.Table)
		b.str(unix.NFTA_SET_ELEM_LIST_SET, s.Name)
		if s.id != 0 {
			b.u32(unix.NFTA_SET_ELEM_LIST_SET_ID, s.id)
		}
		for _, e := range part {
			list.nest(unix.NFTA_LIST_ELEM, e)
		}
		b.nest(unix.NFTA_SET_ELEM_LIST_ELEMENTS, list)
		lists = append(lists, b)
	}
	return lists
}

// raw are the elements as the kernel has them: an interval is a first key and,
// as an element with a flag, the key behind the last; in a concatenation it is a pair.
func (s *Set) raw() []attrs {
	var out []attrs
	intervals := s.Interval() && len(s.Keys) == 1
	sorted := s.Elements
	if intervals {
		sorted = slices.Clone(sorted)
		slices.SortFunc(sorted, func(a, b Element) int { return bytes.Compare(a.Key, b.Key) })
	}
	for i := range sorted {
		e := &sorted[i]
		b := e.attrs(s)
		if !intervals || e.CatchAll {
			out = append(out, b)
			continue
		}
		out = append(out, b)
		behind, ok := next(e.last())
		if !ok || i+1 < len(sorted) && bytes.Equal(sorted[i+1].Key, behind) && !s.Map() && s.Anonymous() {
			continue
		}
		end := Element{Key: behind}
		b = end.attrs(s)
		b.u32(unix.NFTA_SET_ELEM_FLAGS, unix.NFT_SET_ELEM_INTERVAL_END)
		out = append(out, b)
	}
	return out
}

func (e *Element) last() []byte {
	if e.End != nil {
		return e.End
	}
	return e.Key
}

// next is the key behind another; there is none behind the last.
func next(key []byte) ([]byte, bool) {
	key = slices.Clone(key)
	for i := len(key) - 1; i >= 0; i-- {
		key[i]++
		if key[i] != 0 {
			return key, true
		}
	}
	return nil, false
}

// previous is the key before another.
func previous(key []byte) []byte {
	key = slices.Clone(key)
	for i := len(key) - 1; i >= 0; i-- {
		key[i]--
		if key[i] != 0xff {
			break
		}
	}
	return key
}

func value(b []byte) attrs {
	var a attrs
	a.bytes(unix.NFTA_DATA_VALUE, b)
	return a
}

func (e *Element) attrs(s *Set) attrs {
	var b attrs
	if e.CatchAll {
		b.u32(unix.NFTA_SET_ELEM_FLAGS, elemCatchall)
	} else {
		b.nest(unix.NFTA_SET_ELEM_KEY, value(e.Key))
	}
	if len(s.Keys) > 1 && s.Interval() && !e.CatchAll {
		b.nest(attrElemKeyEnd, value(e.last()))
	}
	switch {
	case e.Verdict != nil:
		b.nest(unix.NFTA_SET_ELEM_DATA, e.Verdict.data())
	case e.Data != nil:
		b.nest(unix.NFTA_SET_ELEM_DATA, value(e.Data))
	case e.Object != "":
		b.str(unix.NFTA_SET_ELEM_OBJREF, e.Object)
	}
	if e.Timeout != 0 {
		b.u64(unix.NFTA_SET_ELEM_TIMEOUT, millis(e.Timeout))
	}
	if e.Expires != 0 {
		b.u64(unix.NFTA_SET_ELEM_EXPIRATION, millis(e.Expires))
	}
	if e.Comment != "" {
		b.bytes(unix.NFTA_SET_ELEM_USERDATA, udataText(0, e.Comment))
	}
	return b
}

// flagged is an element as read: with the mark of an interval's end.
type flagged struct {
	Element
	end bool
}

func elementOf(b []byte) flagged {
	flags := number(find(b, unix.NFTA_SET_ELEM_FLAGS))
	e := Element{
		Key: find(b, unix.NFTA_SET_ELEM_KEY, unix.NFTA_DATA_VALUE), End: find(b, attrElemKeyEnd, unix.NFTA_DATA_VALUE),
		Data: find(b, unix.NFTA_SET_ELEM_DATA, unix.NFTA_DATA_VALUE), Object: cstring(find(b, unix.NFTA_SET_ELEM_OBJREF)),
		Timeout: time.Duration(number(find(b, unix.NFTA_SET_ELEM_TIMEOUT))) * time.Millisecond,
		Expires: time.Duration(number(find(b, unix.NFTA_SET_ELEM_EXPIRATION))) * time.Millisecond,
		Comment: cstring(udata(find(b, unix.NFTA_SET_ELEM_USERDATA), 0)), CatchAll: flags&elemCatchall != 0,
	}
	if v, ok := verdictOf(find(b, unix.NFTA_SET_ELEM_DATA)); ok {
		e.Verdict = &v
	}
	if bytes.Equal(e.Key, e.End) {
		e.End = nil
	}
	if x := find(b, unix.NFTA_SET_ELEM_EXPR); x != nil {
		e.exprs = []Expr{exprOf(x)}
	}
	for _, x := range each(find(b, attrElemExprs)) {
		e.exprs = append(e.exprs, exprOf(x))
	}
	return flagged{e, flags&unix.NFT_SET_ELEM_INTERVAL_END != 0}
}

// join makes ranges of the first and last keys that the kernel tells, and sorts.
func (s *Set) join(list []flagged) {
	intervals := s.Interval() && len(s.Keys) == 1
	slices.SortStableFunc(list, func(a, b flagged) int {
		if c := bytes.Compare(sortKey(s, a.Key), sortKey(s, b.Key)); c != 0 || !intervals || a.end == b.end {
			return c
		} else if a.end {
			return -1
		}
		return 1
	})
	s.Elements = nil
	for i, e := range list {
		if e.end {
			continue
		}
		if intervals && !e.CatchAll {
			last := bytes.Repeat([]byte{0xff}, len(e.Key))
			if i+1 < len(list) && list[i+1].Key != nil {
				last = previous(list[i+1].Key)
			}
			if !bytes.Equal(last, e.Key) {
				e.End = last
			}
		}
		s.Elements = append(s.Elements, e.Element)
	}
}

func sortKey(s *Set, key []byte) []byte {
	if len(s.Keys) == 1 && s.Keys[0].host && s.Keys[0].kind != named && !s.Interval() {
		key = slices.Clone(key)
		turn(key)
	}
	return key
}
