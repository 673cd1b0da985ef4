package luadoc

import (
	"slices"
	"strings"
	"unicode"
)

// Search returns the things that mention the words, the best match first. All words must occur; if that finds nothing,
// any of them will do.
func (s *Set) Search(query string) []Item {
	words := strings.FieldsFunc(strings.ToLower(query), func(r rune) bool {
		return unicode.IsSpace(r) || r == ',' || r == '(' || r == ')'
	})
	if len(words) == 0 {
		return nil
	}
	if found := s.search(words, true); len(found) > 0 {
		return found
	}
	return s.search(words, false)
}

func (s *Set) search(words []string, all bool) []Item {
	type hit struct {
		item  Item
		score int
	}
	var hits []hit
	for _, item := range s.items {
		total, missing := 0, false
		for _, w := range words {
			n := score(item, w)
			total += n
			missing = missing || n == 0
		}
		if total > 0 && !(all && missing) {
			hits = append(hits, hit{item, total})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		if a.score != b.score {
			return b.score - a.score
		}
		return strings.Compare(a.item.FullName(), b.item.FullName())
	})
	out := make([]Item, len(hits))
	for i, h := range hits {
		out[i] = h.item
	}
	return out
}

// score rates how well one word, in lower case, describes an item: its name counts most, then the summary, the names
// and texts of its parts, the sources, and the rest of the prose.
func score(item Item, word string) int {
	name := strings.ToLower(item.FullName())
	switch {
	case name == word:
		return 100
	case lastPart(name) == word:
		return 80
	case strings.HasPrefix(lastPart(name), word):
		return 50
	case firstPart(name) == word:
		return 45
	case strings.Contains(name, word):
		return 30
	case mentions(item.Brief(), word):
		return 20
	}
	switch item := item.(type) {
	case *Module:
		return item.Comment.score(word)
	case *Func:
		if mentions(partsOf(item), word) {
			return 10
		}
		return item.Comment.score(word)
	case *Class:
		for _, f := range item.Fields {
			if mentions(f.Name+" "+f.Doc, word) {
				return 10
			}
		}
		return item.Comment.score(word)
	case *Alias:
		for _, v := range item.Values {
			if mentions(v.Value+" "+v.Doc, word) {
				return 10
			}
		}
		return item.Comment.score(word)
	case *Field:
		if mentions(item.Doc, word) {
			return 5
		}
	}
	return 0
}

func (c *Comment) score(word string) int {
	switch {
	case mentions(c.Zh, word):
		return 15
	case mentions(strings.Join(c.Source, " "), word):
		return 12
	case mentions(c.Doc, word):
		return 5
	}
	return 0
}

func partsOf(f *Func) string {
	var b strings.Builder
	for _, p := range f.Params {
		b.WriteString(p.Name + " " + p.Doc + " ")
	}
	for _, r := range f.Returns {
		b.WriteString(r.Doc + " ")
	}
	for _, e := range f.Errors {
		b.WriteString(e.Code + " " + e.Doc + " ")
	}
	b.WriteString(strings.Join(f.usages(), " "))
	return b.String()
}

// mentions reports whether text has a word that begins with the given one, or contains it if it is not ASCII.
func mentions(text, word string) bool {
	text = strings.ToLower(text)
	for start := 0; ; {
		i := strings.Index(text[start:], word)
		if i < 0 {
			return false
		}
		i += start
		if i == 0 || word[0] >= 0x80 || !isNameByte(text[i-1]) || text[i-1] == '_' {
			return true
		}
		start = i + 1
	}
}

// Nearest returns the name most likely meant by one that Lookup does not find: a member or type of the module, or a
// member of the class, if the part before the last dot or colon is known; any full name otherwise.
func (s *Set) Nearest(name string) (string, bool) {
	if owner, last, ok := cutLast(name); ok {
		names := slices.Clone(s.Members(owner))
		for _, item := range s.items {
			if before, after, _ := cutLast(item.FullName()); before == owner {
				names = append(names, after)
			}
		}
		sep := "."
		if c := s.Class(owner); c != nil {
			owner, sep = c.Name, name[len(owner):len(owner)+1]
			for _, f := range s.Methods(c) {
				names = append(names, f.Method())
			}
			if sep == "." {
				for _, f := range s.Fields(c) {
					names = append(names, f.Name)
				}
			}
		}
		if near, ok := Nearest(last, names); ok {
			return owner + sep + near, true
		}
		if len(names) > 0 {
			return "", false
		}
	}
	names := slices.Clone(s.Globals())
	for _, item := range s.items {
		names = append(names, item.FullName())
	}
	return Nearest(name, names)
}

// usages are the equivalent commands as a manual page would show them.
func (e *Equivalent) usages() []string {
	var lines []string
	for _, t := range e.Explain {
		lines = append(lines, t.Usage())
	}
	return lines
}
