package mount

import (
	"strings"
	"text/tabwriter"
)

// Tree draws mounts as a tree: where they are, what is there, its type and its options. A mount whose parent is not
// in the list is a root.
func Tree(all []Info) string {
	known := map[uint64]bool{}
	for _, m := range all {
		known[m.ID] = true
	}
	children := map[uint64][]Info{}
	var roots []Info
	for _, m := range all {
		if known[m.Parent] && m.Parent != m.ID {
			children[m.Parent] = append(children[m.Parent], m)
		} else {
			roots = append(roots, m)
		}
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	var draw func(m Info, indent, branch string)
	draw = func(m Info, indent, branch string) {
		source := m.Source
		if m.Root != "/" {
			source += "[" + m.Root + "]"
		}
		cells := []string{indent + branch + m.Target, source, m.Type, strings.Join(m.Options, ","), m.Propagation()}
		for i, c := range cells {
			cells[i] = printable(c)
		}
		w.Write([]byte(strings.Join(cells, "\t") + "\n"))
		switch branch {
		case "|-":
			indent += "| "
		case "`-":
			indent += "  "
		}
		below := children[m.ID]
		for i, c := range below {
			branch := "|-"
			if i == len(below)-1 {
				branch = "`-"
			}
			draw(c, indent, branch)
		}
	}
	for _, r := range roots {
		draw(r, "", "")
	}
	w.Flush()
	return b.String()
}

// printable keeps a line one line, whatever is in a path.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, s)
}
