package ktrace

import (
	"fmt"
	"slices"
	"strings"
)

// bits are the names of flags. A name for several bits stands before those for some of them.
type bits []name

type name struct {
	value uint64
	text  string
}

func (b bits) String(v uint64) string {
	if v == 0 {
		return "0"
	}
	var out []string
	for _, n := range b {
		if n.value != 0 && v&n.value == n.value {
			out = append(out, n.text)
			v &^= n.value
		}
	}
	if v != 0 {
		out = append(out, fmt.Sprintf("%#x", v))
	}
	return strings.Join(out, "|")
}

// flags shows an argument that is a set of flags.
func flags(b bits) argument {
	return early(func(_ *invocation, v uint64) string { return b.String(v) })
}

// flags32 is the same for those that the kernel takes as an int.
func flags32(b bits) argument {
	return early(func(_ *invocation, v uint64) string { return b.String(uint64(uint32(v))) })
}

// words are the names of numbers.
type words []name

func (w words) String(v uint64) string {
	for _, n := range w {
		if n.value == v {
			return n.text
		}
	}
	return fmt.Sprintf("%#x", v)
}

// has reports whether the number has a name.
func (w words) has(v uint64) bool {
	return slices.ContainsFunc(w, func(n name) bool { return n.value == v })
}

// word shows an argument that is one of several numbers.
func word(w words) argument {
	return early(func(_ *invocation, v uint64) string { return w.String(uint64(uint32(v))) })
}
