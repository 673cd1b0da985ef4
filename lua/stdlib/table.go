package stdlib

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func (b *library) openTable(L *lua.LState) {
	b.module(L, lua.TabLibName, []function{
		{"concat", b.tabConcat},
		{"getn", b.tabGetn},
		{"insert", b.tabInsert},
		{"maxn", b.tabMaxn},
		{"move", b.tabMove},
		{"pack", b.tabPack},
		{"remove", b.tabRemove},
		{"sort", b.tabSort},
		{"unpack", b.unpack},
	})
}

func (b *library) tabConcat(L *lua.LState) int {
	t := b.table(L, 1)
	separator := b.optStr(L, 2, "")
	from := b.optInt(L, 3, 1)
	to := b.optInt(L, 4, t.Len())
	m := b.meter(L)
	var out []byte
	for i := from; i <= to; i++ {
		m.spend(1)
		switch v := t.RawGet(lua.LNumber(i)).(type) {
		case lua.LString:
			out = append(out, v...)
		case lua.LNumber:
			out = appendNumber(out, float64(v))
		default:
			L.RaiseError("invalid value (%s) at index %d in table for 'concat'", v.Type().String(), i)
		}
		if i < to {
			out = append(out, separator...)
		}
		if len(out) > maxString {
			L.RaiseError("resulting string too large")
		}
	}
	return pushString(L, string(out))
}

func (b *library) tabGetn(L *lua.LState) int {
	return pushNumber(L, float64(b.table(L, 1).Len()))
}

// trim drops the nils behind the n elements of t. gopher-lua keeps them, and
// counts them at every #t.
func trim(t *lua.LTable, n int) {
	if n == 0 {
		return
	}
	for {
		if v := t.Remove(-1); v != lua.LNil {
			t.RawSetInt(n, v)
			return
		}
	}
}

func (b *library) tabInsert(L *lua.LState) int {
	t := b.table(L, 1)
	switch L.GetTop() {
	case 2:
		t.Append(L.Get(2))
	case 3:
		n := t.Len()
		position := b.int(L, 2)
		switch {
		case position < 1 || position > n+1:
			b.argError(L, 2, "position out of bounds")
		case position == n+1:
			t.RawSetInt(position, L.Get(3))
		default:
			trim(t, n)
			t.Insert(position, L.Get(3))
		}
	default:
		L.RaiseError("wrong number of arguments to 'insert'")
	}
	return 0
}

func (b *library) tabRemove(L *lua.LState) int {
	t := b.table(L, 1)
	n := t.Len()
	position := b.optInt(L, 2, n)
	if n == 0 || position < 1 || position > n {
		if L.GetTop() > 1 && n+1 != position && (n > 0 || position != 0) {
			b.argError(L, 2, "position out of bounds")
		}
		L.Push(lua.LNil)
		return 1
	}
	trim(t, n)
	L.Push(t.Remove(position))
	return 1
}

func (b *library) tabMaxn(L *lua.LState) int {
	t := b.table(L, 1)
	m := b.meter(L)
	highest := lua.LNumber(t.MaxN())
	t.ForEach(func(k, _ lua.LValue) {
		m.spend(1)
		if n, ok := k.(lua.LNumber); ok {
			highest = max(highest, n)
		}
	})
	L.Push(highest)
	return 1
}

func (b *library) tabMove(L *lua.LState) int {
	from := b.table(L, 1)
	first, last, target := b.int(L, 2), b.int(L, 3), b.int(L, 4)
	to := from
	if L.Get(5) != lua.LNil {
		to = b.table(L, 5)
	}
	m := b.meter(L)
	move := func(i int) {
		m.spend(1)
		L.SetTable(to, lua.LNumber(target+i-first), L.GetTable(from, lua.LNumber(i)))
	}
	if target > first && target <= last && to == from {
		for i := last; i >= first; i-- {
			move(i)
		}
	} else {
		for i := first; i <= last; i++ {
			move(i)
		}
	}
	L.Push(to)
	return 1
}

func (b *library) tabPack(L *lua.LState) int {
	n := L.GetTop()
	t := L.CreateTable(n, 1)
	for i := 1; i <= n; i++ {
		t.RawSetInt(i, L.Get(i))
	}
	t.RawSetString("n", lua.LNumber(n))
	L.Push(t)
	return 1
}

// tabSort sorts a copy and writes it back, so that an error in the order
// function leaves the table as it was.
func (b *library) tabSort(L *lua.LState) int {
	t := b.table(L, 1)
	values := make([]lua.LValue, t.Len())
	numbers, strs := true, true
	for i := range values {
		v := t.RawGetInt(i + 1)
		values[i] = v
		numbers = numbers && v.Type() == lua.LTNumber
		strs = strs && v.Type() == lua.LTString
	}
	m := b.meter(L)
	switch {
	case L.Get(2) != lua.LNil:
		order := b.fn(L, 2)
		sort.Sort(&sorter{values, func(x, y lua.LValue) bool {
			L.Push(order)
			L.Push(x)
			L.Push(y)
			L.Call(2, 1)
			v := L.Get(-1)
			L.Pop(1)
			return lua.LVAsBool(v)
		}})
	case numbers:
		slices.SortFunc(values, func(x, y lua.LValue) int {
			m.spend(1)
			return cmp.Compare(x.(lua.LNumber), y.(lua.LNumber))
		})
	case strs:
		slices.SortFunc(values, func(x, y lua.LValue) int {
			m.spend(1)
			return strings.Compare(string(x.(lua.LString)), string(y.(lua.LString)))
		})
	default:
		sort.Sort(&sorter{values, func(x, y lua.LValue) bool {
			m.spend(1)
			return L.LessThan(x, y)
		}})
	}
	for i, v := range values {
		t.RawSetInt(i+1, v)
	}
	return 0
}

// sorter keeps its bounds whatever less says.
type sorter struct {
	values []lua.LValue
	less   func(x, y lua.LValue) bool
}

func (s *sorter) Len() int           { return len(s.values) }
func (s *sorter) Less(i, j int) bool { return s.less(s.values[i], s.values[j]) }
func (s *sorter) Swap(i, j int)      { s.values[i], s.values[j] = s.values[j], s.values[i] }
