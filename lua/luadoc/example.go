package luadoc

import (
	"slices"
	"strings"
)

// Example is a fenced block of Lua in a comment.
type Example struct {
	Owner   string // name of what it documents
	Caption string // the sentence above it, if that ends in a colon
	Code    string // ends in a newline
	Words   []string
	File    string
	Line    int // of the first line of Code
}

// Has reports whether the fence carries the word, as norun in "```lua norun".
func (e Example) Has(word string) bool { return slices.Contains(e.Words, word) }

// List returns the items of the word KEY=A,B of the fence.
func (e Example) List(key string) []string {
	for _, w := range e.Words {
		if v, ok := strings.CutPrefix(w, key+"="); ok {
			return splitList(v)
		}
	}
	return nil
}

// Examples returns every example of the set, in the order of the modules.
func (s *Set) Examples() []Example {
	var out []Example
	for _, m := range s.Modules {
		out = append(out, m.Examples...)
		for _, f := range m.Funcs {
			out = append(out, f.Examples...)
		}
		for _, c := range m.Classes {
			out = append(out, c.Examples...)
			for _, f := range c.Methods {
				out = append(out, f.Examples...)
			}
		}
		for _, a := range m.Aliases {
			out = append(out, a.Examples...)
		}
	}
	return out
}
