package repl

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Snapshot is the state of the kernel as far as a shell changes it, in sections.
type Snapshot []Section

// Section is the things of one kind: what each is called, and how it is.
type Section struct {
	Name  string            // "net"
	Items map[string]string // "lo" → "UP 127.0.0.1/8"
	// Lua gives the assertion that a thing is as it is; nil: there is none.
	Lua func(name, state string) string
}

// Change is what has become of one thing.
type Change struct {
	Section  Section
	Name     string
	Old, New string
	Added    bool
	Removed  bool
}

// changes lists what differs between two snapshots.
func changes(before, after Snapshot) []Change {
	var out []Change
	for i, a := range after {
		var was map[string]string
		if i < len(before) {
			was = before[i].Items
		}
		for _, name := range slices.Sorted(maps.Keys(was)) {
			if _, still := a.Items[name]; !still {
				out = append(out, Change{Section: a, Name: name, Old: was[name], Removed: true})
			}
		}
		for _, name := range slices.Sorted(maps.Keys(a.Items)) {
			old, known := was[name]
			if !known || old != a.Items[name] {
				out = append(out, Change{Section: a, Name: name, Old: old, New: a.Items[name], Added: !known})
			}
		}
	}
	return out
}

// summary is changes on one line: "mnt +1 /mnt, net lo DOWN→UP".
func summary(list []Change) string {
	const most = 3 // of one kind by name
	var parts []string
	for i := 0; i < len(list); {
		c, n := list[i], 1
		same := func(d Change) bool {
			return d.Section.Name == c.Section.Name && d.Added == c.Added && d.Removed == c.Removed
		}
		for i+n < len(list) && same(list[i+n]) {
			n++
		}
		parts = append(parts, group(list[i:i+n], most)...)
		i += n
	}
	return strings.Join(parts, ", ")
}

func group(list []Change, most int) []string {
	c := list[0]
	if !c.Added && !c.Removed {
		var parts []string
		for _, c := range list {
			parts = append(parts, fmt.Sprintf("%s %s %s→%s", c.Section.Name, c.Name, c.Old, c.New))
		}
		return parts
	}
	sign := "+"
	if c.Removed {
		sign = "-"
	}
	var names []string
	for _, c := range list[:min(len(list), most)] {
		name := c.Name
		if c.Added && c.New != "" {
			name += " " + c.New
		}
		names = append(names, name)
	}
	if len(list) > most {
		names = append(names, "…")
	}
	return []string{fmt.Sprintf("%s %s%d %s", c.Section.Name, sign, len(list), strings.Join(names, "; "))}
}

// assertions are checks that what has come or changed is there.
func assertions(list []Change) []string {
	var out []string
	for _, c := range list {
		if c.Removed || c.Section.Lua == nil {
			continue
		}
		if text := c.Section.Lua(c.Name, c.New); text != "" {
			out = append(out, text)
		}
	}
	return out
}
