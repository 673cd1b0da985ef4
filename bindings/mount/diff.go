package mount

import (
	"slices"
)

// Change is a mount that differs between two lists.
type Change struct {
	Before, After *Info // nil: it is in the other alone
}

// Diff compares two lists of mounts, by where they are and in which order they are stacked there. The order is that
// of b, then what only a has.
func Diff(a, b []Info) []Change {
	type key struct {
		target string
		nth    int
	}
	index := func(list []Info) (map[key]*Info, []key) {
		m := make(map[key]*Info, len(list))
		var order []key
		depth := map[string]int{}
		for i := range list {
			k := key{list[i].Target, depth[list[i].Target]}
			depth[k.target]++
			m[k] = &list[i]
			order = append(order, k)
		}
		return m, order
	}
	before, orderA := index(a)
	after, orderB := index(b)
	var changes []Change
	for _, k := range orderB {
		if old := before[k]; old == nil || !old.alike(after[k]) {
			changes = append(changes, Change{old, after[k]})
		}
	}
	for _, k := range orderA {
		if after[k] == nil {
			changes = append(changes, Change{Before: before[k]})
		}
	}
	return changes
}

// alike compares what a mount shows, not the numbers it has.
func (i *Info) alike(o *Info) bool {
	return i.Type == o.Type && i.Source == o.Source && i.Root == o.Root && i.Device() == o.Device() &&
		i.Propagation() == o.Propagation() &&
		sameWords(i.Options, o.Options) && sameWords(i.SuperOptions, o.SuperOptions)
}

// sameWords compares options, which come in any order.
func sameWords(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
