// Package command renders the classic commands that are equivalent to function
// calls, from the templates in the functions' documentation.
//
// A template is a line for the POSIX shell with holes in braces:
//
//	{name}            a value, quoted as one word; a list becomes one word for each element; a
//	                  table with keys becomes words KEY=VALUE (KEY alone where the value is true)
//	{a.b}             the field b of the value a
//	{...}             the positional values
//	{name:filter}     the value as a filter makes it of it, such as {size:bytes}
//	{name*}           the whole line once for each element; {name*.a} is a field of that
//	{name?yes|no}     yes if the value is there and not false, else no, which may be left out with its bar;
//	                  both may have holes
//	{name=word?yes|no}  the same, if the value is that word, or a list with it; a word may be false, end in *, or
//	                  be */* for any text with a slash
//	{,a b c}          the items, templates without spaces between words, joined with commas; an item whose
//	                  values are missing is left out, and so are false ones: {nosuid} is the word nosuid
//	[text]            left out if a value in it is missing
//	\c                the character c, for those that mean something above
//
// A bare hole whose value is missing is an error. A line of which nothing is left is left out.
package command

import (
	"fmt"
	"slices"
	"strings"
)

// Value is a string, a bool, a *Table, a Ref, or nil where there is none.
type Value any

// Table is a list, or named values, or both.
type Table struct {
	List   []Value
	Fields map[string]Value
}

// Ref stands for a thing such as a process: Text names it, ready for the shell
// (a variable, a path, quoted if need be), and Fields say more of it.
type Ref struct {
	Text   string
	Fields map[string]Value
}

// Values is what fills the holes.
type Values interface {
	// Value finds the value of a path such as {"peer", "name"}; nil if it is missing.
	Value(path []string) (Value, error)
	// Filter makes shell words of a value, ready quoted.
	Filter(name string, v Value) ([]string, error)
}

// Template is a parsed template.
type Template struct {
	nodes []node
	text  string
}

// String is the template as written.
func (t *Template) String() string { return t.text }

type node interface{}

type (
	literal string
	hole    struct {
		path   []string
		filter string
		each   bool
		of     []string // of the element: the field that counts
	}
	choice struct {
		hole
		word     *string
		yes, no  []node
		negative bool // there is a part for no
	}
	joined   struct{ items [][]node }
	optional struct{ nodes []node }
)

// Holes are the paths of all values a template may use, and the names of its filters.
func (t *Template) Holes() (paths [][]string, filters []string) {
	var walk func([]node)
	add := func(h hole) {
		paths = append(paths, h.path)
		if h.filter != "" && !slices.Contains(filters, h.filter) {
			filters = append(filters, h.filter)
		}
	}
	walk = func(nodes []node) {
		for _, n := range nodes {
			switch n := n.(type) {
			case hole:
				add(n)
			case choice:
				add(n.hole)
				walk(n.yes)
				walk(n.no)
			case joined:
				for _, item := range n.items {
					walk(item)
				}
			case optional:
				walk(n.nodes)
			}
		}
	}
	walk(t.nodes)
	return paths, filters
}

// Uses reports whether the template has a hole for the value name or a field of it.
func (t *Template) Uses(name string) bool {
	paths, _ := t.Holes()
	return slices.ContainsFunc(paths, func(p []string) bool { return p[0] == name })
}

// MissingError says which value a bare hole lacks.
type MissingError struct{ Name string }

func (e *MissingError) Error() string { return fmt.Sprintf("no value for {%s}", e.Name) }

// Quote makes one word of s for the shell. What needs no quotes gets none.
func Quote(s string) string {
	if s != "" && strings.IndexFunc(s, special) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func special(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_@%+=:,./-", r))
}
