package command

import (
	"fmt"
	"strings"
)

// Parse reads a template.
func Parse(text string) (*Template, error) {
	p := parser{text: text}
	nodes, err := p.sequence("")
	if err != nil {
		return nil, fmt.Errorf("template %q: %w", text, err)
	}
	return &Template{nodes, text}, nil
}

type parser struct {
	text string
	at   int
}

func (p *parser) next() byte {
	if p.at >= len(p.text) {
		return 0
	}
	return p.text[p.at]
}

// sequence reads up to one of the characters in stop, which it leaves.
func (p *parser) sequence(stop string) ([]node, error) {
	var nodes []node
	var plain strings.Builder
	flush := func() {
		if plain.Len() > 0 {
			nodes = append(nodes, literal(plain.String()))
			plain.Reset()
		}
	}
	for p.at < len(p.text) {
		c := p.text[p.at]
		switch {
		case strings.IndexByte(stop, c) >= 0:
			flush()
			return nodes, nil
		case c == '\\' && p.at+1 < len(p.text):
			plain.WriteByte(p.text[p.at+1])
			p.at += 2
		case c == '}' || c == ']':
			return nil, fmt.Errorf("'%c' without its partner", c)
		case c == '{' || c == '[':
			flush()
			p.at++
			n, err := p.bracket(c)
			if err != nil {
				return nil, err
			}
			nodes = append(nodes, n)
		default:
			plain.WriteByte(c)
			p.at++
		}
	}
	if stop != "" {
		return nil, fmt.Errorf("the end, where one of %q is expected", stop)
	}
	flush()
	return nodes, nil
}

func (p *parser) bracket(open byte) (node, error) {
	if open == '[' {
		nodes, err := p.sequence("]")
		p.at++
		return optional{nodes}, err
	}
	if p.next() == ',' {
		p.at++
		return p.join()
	}
	return p.hole()
}

// join reads the items of {,a b c}.
func (p *parser) join() (node, error) {
	var j joined
	for {
		nodes, err := p.sequence(" }")
		if err != nil {
			return nil, err
		}
		if nodes != nil {
			j.items = append(j.items, nodes)
		}
		p.at++
		if p.text[p.at-1] == '}' {
			return j, nil
		}
	}
}

func (p *parser) hole() (node, error) {
	end := strings.IndexAny(p.text[p.at:], "}?*:={[ ")
	if end <= 0 {
		return nil, fmt.Errorf("a name and then '}' expected behind '{'")
	}
	h := hole{path: split(p.text[p.at : p.at+end])}
	p.at += end
	if p.next() == '*' {
		h.each = true
		p.at++
		if p.next() == '.' {
			end = strings.IndexAny(p.text[p.at:], "}?:=")
			if end < 0 {
				return nil, fmt.Errorf("'}' expected behind '*'")
			}
			h.of = strings.Split(p.text[p.at+1:p.at+end], ".")
			p.at += end
		}
	}
	if p.next() == ':' {
		p.at++
		if end = strings.IndexAny(p.text[p.at:], "}?"); end <= 0 {
			return nil, fmt.Errorf("the name of a filter and then '}' expected behind ':'")
		}
		h.filter = p.text[p.at : p.at+end]
		p.at += end
	}
	var word *string
	if p.next() == '=' {
		p.at++
		if end = strings.IndexByte(p.text[p.at:], '?'); end < 0 {
			return nil, fmt.Errorf("'?' expected behind '='")
		}
		w := p.text[p.at : p.at+end]
		word = &w
		p.at += end
	}
	switch p.next() {
	case '}':
		p.at++
		return h, nil
	case '?':
		p.at++
		return p.choice(h, word)
	}
	return nil, fmt.Errorf("'}' expected behind {%s", strings.Join(h.path, "."))
}

func (p *parser) choice(h hole, word *string) (node, error) {
	c := choice{hole: h, word: word}
	var err error
	if c.yes, err = p.sequence("|}"); err != nil {
		return nil, err
	}
	if p.next() == '|' {
		p.at++
		c.negative = true
		if c.no, err = p.sequence("}"); err != nil {
			return nil, err
		}
	}
	p.at++
	return c, nil
}

// split takes a path apart; the positional values are called "...".
func split(path string) []string {
	if path == "..." {
		return []string{path}
	}
	if owner, ok := strings.CutSuffix(path, "...."); ok {
		return append(strings.Split(owner, "."), "...")
	}
	return strings.Split(path, ".")
}
