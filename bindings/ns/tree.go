package ns

import (
	"fmt"
	"slices"
	"strings"
)

// Tree draws the namespaces of a kind, pid or user, below their parents.
func Tree(list []*Info, kind string) string {
	children := map[uint64][]*Info{}
	known := map[uint64]bool{}
	for _, i := range list {
		if i.Kind.Name == kind {
			known[i.Inode] = true
		}
	}
	for _, i := range list {
		if i.Kind.Name != kind {
			continue
		}
		parent := i.Parent
		if !known[parent] {
			parent = 0
		}
		children[parent] = append(children[parent], i)
	}
	var b strings.Builder
	for _, root := range children[0] {
		b.WriteString(label(root, list) + "\n")
		branch(&b, "", children, root, list)
	}
	return b.String()
}

func branch(b *strings.Builder, indent string, children map[uint64][]*Info, of *Info, list []*Info) {
	below := children[of.Inode]
	slices.SortFunc(below, func(a, c *Info) int { return int(a.Inode) - int(c.Inode) })
	for n, child := range below {
		arm, next := "├─ ", "│  "
		if n == len(below)-1 {
			arm, next = "└─ ", "   "
		}
		b.WriteString(indent + arm + label(child, list) + "\n")
		branch(b, indent+next, children, child, list)
	}
}

// label is a namespace, who lives in it, and for a user namespace what it owns.
func label(i *Info, list []*Info) string {
	text := fmt.Sprintf("%s:[%d]", i.Kind.Name, i.Inode)
	switch {
	case len(i.PIDs) > 1:
		text += fmt.Sprintf("  %d processes, the first is %d %s", len(i.PIDs), i.PIDs[0], short(i.Command))
	case len(i.PIDs) == 1:
		text += fmt.Sprintf("  process %d %s", i.PIDs[0], short(i.Command))
	case len(i.Pins) > 0:
		text += "  pinned at " + i.Pins[0]
	case len(i.Holders) > 0:
		text += fmt.Sprintf("  held open by process %d", i.Holders[0].PID)
	}
	if i.Kind.Name != "user" {
		return text
	}
	owned := map[string]int{}
	for _, o := range list {
		if o.Owner == i.Inode && o.Kind.Name != "user" {
			owned[o.Kind.Name]++
		}
	}
	var parts []string
	for kind, n := range owned {
		parts = append(parts, fmt.Sprintf("%d %s", n, kind))
	}
	if len(parts) > 0 {
		slices.SortFunc(parts, func(a, b string) int { return strings.Compare(a[strings.Index(a, " "):], b[strings.Index(b, " "):]) })
		text += "  owns " + strings.Join(parts, ", ")
	}
	return text
}

func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return s
}
