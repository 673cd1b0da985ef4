package cgroup

import (
	"errors"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

// Node is a cgroup in a tree, with what it uses.
type Node struct {
	Cgroup    *Cgroup
	Processes int // in the cgroup itself
	Stat      *Stat
	Children  []*Node
}

// List returns the paths of all cgroups at and below path, in order: those above come first.
func (h *Host) List(at string) ([]string, error) {
	if _, err := h.Open(at); err != nil {
		return nil, err
	}
	found := map[string]bool{at: true}
	for _, m := range h.mounts() {
		collect(found, m.dir(at), at)
	}
	return sortedKeys(found), nil
}

func collect(found map[string]bool, dir, at string) {
	for _, name := range subdirs(dir) {
		p := path.Join(at, name)
		found[p] = true
		collect(found, dir+"/"+name, p)
	}
}

// Tree returns the cgroup at path and what is below it.
func (h *Host) Tree(at string) (*Node, error) {
	paths, err := h.List(at)
	if err != nil {
		return nil, err
	}
	nodes := map[string]*Node{}
	for _, p := range paths {
		n, err := h.node(p)
		if gone(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		nodes[p] = n
		if above := nodes[parent(p)]; above != nil && p != at {
			above.Children = append(above.Children, n)
		}
	}
	if nodes[at] == nil {
		return nil, &pathGone{at}
	}
	return nodes[at], nil
}

type pathGone struct{ path string }

func (e *pathGone) Error() string { return "cgroup " + e.path + ": it has just been removed" }

// Unwrap gives ENOENT.
func (e *pathGone) Unwrap() error { return unix.ENOENT }

func (h *Host) node(p string) (*Node, error) {
	c, err := h.Open(p)
	if err != nil {
		return nil, err
	}
	pids, err := members(c.member(), false)
	if err != nil {
		return nil, err
	}
	s, err := c.Stat()
	return &Node{Cgroup: c, Processes: len(pids), Stat: s}, err
}

// gone reports whether a cgroup was removed while it was looked at.
func gone(err error) bool { return missing(err) || errors.Is(err, unix.ENODEV) }

// Draw draws a tree: one line for each cgroup, with what it uses.
func (n *Node) Draw() string {
	var b strings.Builder
	b.WriteString(n.Cgroup.Path + n.label() + "\n")
	n.draw(&b, "")
	return b.String()
}

func (n *Node) draw(b *strings.Builder, indent string) {
	for i, child := range n.Children {
		arm, next := "├─ ", "│  "
		if i == len(n.Children)-1 {
			arm, next = "└─ ", "   "
		}
		b.WriteString(indent + arm + path.Base(child.Cgroup.Path) + child.label() + "\n")
		child.draw(b, indent+next)
	}
}

func (n *Node) label() string {
	var parts []string
	switch n.Processes {
	case 0:
	case 1:
		parts = append(parts, "1 process")
	default:
		parts = append(parts, count(int64(n.Processes))+" processes")
	}
	if s := n.Stat; s != nil && s.CPU != nil && s.CPU.Usage > 0 {
		parts = append(parts, "cpu "+seconds(s.CPU.Usage))
	}
	if s := n.Stat; s != nil && s.Memory != nil && s.Memory.Usage > 0 {
		parts = append(parts, "memory "+size(s.Memory.Usage))
	}
	if parts == nil {
		return ""
	}
	return "  " + strings.Join(parts, ", ")
}
