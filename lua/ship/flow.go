package ship

import "math/bits"

// regset is a set of registers.
type regset [4]uint64

const numRegisters = 256

func (s *regset) has(r int) bool { return s[r>>6]&(1<<(r&63)) != 0 }
func (s *regset) add(r int)      { s[r>>6] |= 1 << (r & 63) }
func (s *regset) remove(r int)   { s[r>>6] &^= 1 << (r & 63) }

// put adds or removes r.
func (s *regset) put(r int, in bool) {
	s.remove(r)
	if in {
		s.add(r)
	}
}

// cut removes the registers from n on.
func (s *regset) cut(n int) {
	for i := range s {
		switch low := n - i*64; {
		case low <= 0:
			s[i] = 0
		case low < 64:
			s[i] &= 1<<low - 1
		}
	}
}

// fill adds the registers from a to before b.
func (s *regset) fill(a, b int) {
	for r := a; r < b; r++ {
		s.add(r)
	}
}

// prefix is how many registers from a on are in s without a gap.
func (s *regset) prefix(a int) int {
	r := a
	for r < numRegisters {
		free := ^s[r>>6] >> (r & 63)
		if free != 0 {
			return r + bits.TrailingZeros64(free) - a
		}
		r = r&^63 + 64
	}
	return numRegisters - a
}

func (s *regset) intersect(o *regset) {
	for i := range s {
		s[i] &= o[i]
	}
}

// frame is what is certain about the registers at one place in the code.
type frame struct {
	set     regset // hold a value; the others may hold Go's nil, which the machine can't bear
	strings regset // hold a string
	tables  regset // hold a table

	// open is the register with the first of an unknown number of values that a call
	// or '...' has just left, or -1.
	open int
}

// meet keeps what is certain in both frames, and says whether f lost anything.
func (f *frame) meet(o *frame) bool {
	old := *f
	f.set.intersect(&o.set)
	f.strings.intersect(&o.strings)
	f.tables.intersect(&o.tables)
	if f.open != o.open {
		f.open = -1
	}
	return *f != old
}

// write notes that r gets a value.
func (f *frame) write(r int) {
	f.set.add(r)
	f.strings.remove(r)
	f.tables.remove(r)
}

// cut notes that the machine clears the registers from n on.
func (f *frame) cut(n int) {
	f.set.cut(n)
	f.strings.cut(n)
	f.tables.cut(n)
}
