package command

import (
	"errors"
	"slices"
	"strings"
)

// Render fills the holes. It returns one line, several where {name*} repeats it, or none where nothing is left.
func (t *Template) Render(v Values) ([]string, error) {
	each, err := t.each(v)
	if err != nil {
		return nil, err
	}
	if each == nil {
		return oneLine(t.render(v, nil))
	}
	var lines []string
	for _, e := range each {
		line, err := oneLine(t.render(v, e))
		if err != nil {
			return nil, err
		}
		lines = append(lines, line...)
	}
	return lines, nil
}

func oneLine(text string, err error) ([]string, error) {
	text = strings.Join(Fields(text), " ")
	if err != nil || text == "" {
		return nil, err
	}
	return []string{text}, nil
}

// Fields splits a line at the spaces outside of quotes, one or more. The quotes stay.
func Fields(text string) []string {
	var words []string
	var word strings.Builder
	var quote rune // the quote that is open
	escaped := false
	for _, r := range text {
		switch {
		case escaped:
			escaped = false
		case r == '\\' && quote != '\'':
			escaped = true
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '\'' || r == '"':
			quote = r
		case r == ' ':
			if word.Len() > 0 {
				words = append(words, word.String())
				word.Reset()
			}
			continue
		}
		word.WriteRune(r)
	}
	if word.Len() > 0 {
		words = append(words, word.String())
	}
	return words
}

// each is the list that {name*} goes through; nil if the template has no such hole.
func (t *Template) each(v Values) ([]Value, error) {
	h, ok := repeated(t.nodes)
	if !ok {
		return nil, nil
	}
	value, err := v.Value(h.path)
	if t, ok := value.(*Table); ok {
		return append([]Value{}, t.List...), err
	}
	return []Value{value}, err
}

// repeated finds the first hole {name*}.
func repeated(nodes []node) (hole, bool) {
	for _, n := range nodes {
		var inside []node
		switch n := n.(type) {
		case hole:
			if n.each {
				return n, true
			}
		case choice:
			inside = append(append(inside, n.yes...), n.no...)
		case optional:
			inside = n.nodes
		}
		if h, ok := repeated(inside); ok {
			return h, true
		}
	}
	return hole{}, false
}

// renderer fills the holes of one line.
type renderer struct {
	Values
	element Value // of {name*}
}

func (t *Template) render(v Values, element Value) (string, error) {
	r := &renderer{v, element}
	return r.sequence(t.nodes)
}

func (r *renderer) sequence(nodes []node) (string, error) {
	var b strings.Builder
	for _, n := range nodes {
		text, err := r.node(n)
		if err != nil {
			return "", err
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

func (r *renderer) node(n node) (string, error) {
	switch n := n.(type) {
	case literal:
		return string(n), nil
	case hole:
		words, err := r.words(n)
		return strings.Join(words, " "), err
	case choice:
		return r.choice(n)
	case optional:
		text, err := r.sequence(n.nodes)
		if _, missing := errors.AsType[*MissingError](err); missing {
			return "", nil
		}
		return text, err
	}
	return r.joined(n.(joined))
}

func (r *renderer) value(h hole) (Value, error) {
	if h.each {
		return fieldOf(r.element, h.of), nil
	}
	return r.Value(h.path)
}

func fieldOf(v Value, path []string) Value {
	for _, key := range path {
		switch of := v.(type) {
		case *Table:
			v = of.Fields[key]
		case Ref:
			v = of.Fields[key]
		default:
			return nil
		}
	}
	return v
}

// words are the shell words of a hole.
func (r *renderer) words(h hole) ([]string, error) {
	v, err := r.value(h)
	if err != nil {
		return nil, err
	}
	name := h.path[len(h.path)-1]
	if v == nil || v == false {
		return nil, &MissingError{strings.Join(h.path, ".")}
	}
	if h.filter != "" {
		return r.Filter(h.filter, v)
	}
	return Words(name, v), nil
}

// Words are the shell words of a value called name.
func Words(name string, v Value) []string {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return []string{Quote(v)}
	case bool:
		if v {
			return []string{name}
		}
		return nil
	case Ref:
		return []string{v.Text}
	}
	t := v.(*Table)
	var words []string
	for _, e := range t.List {
		words = append(words, Words(name, e)...)
	}
	for _, key := range keys(t.Fields) {
		switch field := t.Fields[key].(type) {
		case bool:
			if field {
				words = append(words, Quote(key))
			}
		default:
			words = append(words, Quote(key)+"="+strings.Join(Words(key, field), ","))
		}
	}
	return words
}

func keys(m map[string]Value) []string {
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

func (r *renderer) choice(c choice) (string, error) {
	v, err := r.value(c.hole)
	if err != nil {
		return "", err
	}
	yes := v != nil && v != false
	if t, ok := v.(*Table); ok {
		yes = len(t.List)+len(t.Fields) > 0
	}
	if c.word != nil {
		yes = is(v, *c.word)
	}
	if yes {
		return r.sequence(c.yes)
	}
	return r.sequence(c.no)
}

// is reports whether a value is a word, or a list that has it. The word */* stands for every one with a slash.
func is(v Value, word string) bool {
	switch v := v.(type) {
	case string:
		start, open := strings.CutSuffix(word, "*")
		return v == word || word == "*/*" && strings.Contains(v, "/") || open && strings.HasPrefix(v, start)
	case Ref:
		return is(v.Text, word)
	case bool:
		return !v && word == "false"
	case *Table:
		return slices.ContainsFunc(v.List, func(e Value) bool { return is(e, word) })
	}
	return false
}

func (r *renderer) joined(j joined) (string, error) {
	var parts []string
	for _, item := range j.items {
		text, err := r.item(item)
		if _, missing := errors.AsType[*MissingError](err); missing {
			continue
		}
		if err != nil {
			return "", err
		}
		if text != "" {
			parts = append(parts, text)
		}
	}
	if parts == nil {
		return "", &MissingError{","}
	}
	return strings.Join(parts, ","), nil
}

// item is an item of a list with commas, in which the elements of a list are joined with commas too.
func (r *renderer) item(nodes []node) (string, error) {
	var b strings.Builder
	for _, n := range nodes {
		var text string
		var err error
		if h, ok := n.(hole); ok {
			var words []string
			words, err = r.words(h)
			text = strings.Join(words, ",")
		} else {
			text, err = r.node(n)
		}
		if err != nil {
			return "", err
		}
		b.WriteString(text)
	}
	return b.String(), nil
}
