package luadoc

import (
	"fmt"
	"strings"
)

// maxDepth bounds the nesting of a type expression.
const maxDepth = 32

// ParseType reads the type expression at the beginning of s and returns what follows it. A blank ends the type unless
// it stands within brackets or beside a "|".
func ParseType(s string) (t Type, rest string, err error) {
	p := typeParser{s: s}
	p.blanks()
	t, err = p.union()
	if err == nil && p.i < len(s) && !isBlank(s[p.i]) {
		err = fmt.Errorf("unexpected %q", p.s[p.i:])
	}
	if err != nil {
		return Type{}, s, err
	}
	return t, strings.TrimLeft(s[p.i:], " \t"), nil
}

type typeParser struct {
	s     string
	i     int
	depth int
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

func isNameByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}

func (p *typeParser) blanks() {
	for p.i < len(p.s) && isBlank(p.s[p.i]) {
		p.i++
	}
}

// accept skips blanks and the token; without the token it moves nowhere.
func (p *typeParser) accept(token string) bool {
	start := p.i
	p.blanks()
	if strings.HasPrefix(p.s[p.i:], token) {
		p.i += len(token)
		return true
	}
	p.i = start
	return false
}

// direct skips the token if it is the very next thing.
func (p *typeParser) direct(token string) bool {
	if strings.HasPrefix(p.s[p.i:], token) {
		p.i += len(token)
		return true
	}
	return false
}

func (p *typeParser) expected(what string) error {
	if p.i >= len(p.s) {
		return fmt.Errorf("%s expected at the end", what)
	}
	return fmt.Errorf("%s expected before %q", what, p.s[p.i:])
}

func (p *typeParser) union() (Type, error) {
	if p.depth++; p.depth > maxDepth {
		return Type{}, fmt.Errorf("type nested more than %d deep", maxDepth)
	}
	defer func() { p.depth-- }()
	var alternatives []Type
	for {
		p.blanks()
		t, err := p.postfix()
		if err != nil {
			return Type{}, err
		}
		alternatives = append(alternatives, t)
		if !p.accept("|") {
			break
		}
	}
	if len(alternatives) == 1 {
		return alternatives[0], nil
	}
	return Type{Kind: Union, Args: alternatives}, nil
}

func (p *typeParser) postfix() (Type, error) {
	t, err := p.primary()
	if err != nil {
		return t, err
	}
	for {
		switch {
		case p.direct("[]"):
			t = Type{Kind: Array, Args: []Type{t}}
		case p.direct("?"):
			t.Optional = true
		case p.direct("..."):
			t = Type{Kind: Variadic, Args: []Type{t}}
		default:
			return t, nil
		}
	}
}

func (p *typeParser) primary() (Type, error) {
	if p.i >= len(p.s) {
		return Type{}, p.expected("type")
	}
	switch c := p.s[p.i]; {
	case c == '(':
		p.i++
		args, err := p.list(")")
		if len(args) == 1 {
			return args[0], err
		}
		return Type{Kind: Tuple, Args: args}, err
	case c == '[':
		p.i++
		args, err := p.list("]")
		return Type{Kind: Tuple, Args: args}, err
	case c == '{':
		p.i++
		params, err := p.params("}")
		return Type{Kind: Record, Params: params}, err
	case c == '"' || c == '\'' || c == '`':
		return p.quoted(c)
	case p.direct("..."):
		if p.i < len(p.s) && isNameByte(p.s[p.i]) {
			t, err := p.primary()
			return Type{Kind: Variadic, Args: []Type{t}}, err
		}
		return Type{Kind: Variadic}, nil
	}
	return p.named()
}

func (p *typeParser) quoted(quote byte) (Type, error) {
	for j := p.i + 1; j < len(p.s); j++ {
		switch p.s[j] {
		case '\\':
			j++
		case quote:
			text := p.s[p.i : j+1]
			p.i = j + 1
			if quote == '`' {
				return Type{Kind: Named, Name: strings.Trim(text, "`")}, nil
			}
			return Type{Kind: Literal, Name: text}, nil
		}
	}
	return Type{}, fmt.Errorf("unfinished literal %s", p.s[p.i:])
}

// word reads a name: letters, digits, and dots between them.
func (p *typeParser) word() string {
	start := p.i
	if p.i < len(p.s) && p.s[p.i] == '-' {
		p.i++
	}
	for p.i < len(p.s) {
		c := p.s[p.i]
		dot := c == '.' && p.i+1 < len(p.s) && isNameByte(p.s[p.i+1]) && p.i > start
		if !isNameByte(c) && !dot {
			break
		}
		p.i++
	}
	return p.s[start:p.i]
}

func (p *typeParser) named() (Type, error) {
	start := p.i
	name := p.word()
	switch {
	case name == "" || name == "-":
		p.i = start
		return Type{}, p.expected("type")
	case name[0] == '-' || name[0] >= '0' && name[0] <= '9':
		return Type{Kind: Literal, Name: name}, nil
	case name == "fun" && p.direct("("):
		return p.function()
	case p.direct("<"):
		args, err := p.list(">")
		return Type{Kind: Named, Name: name, Args: args}, err
	}
	return Type{Kind: Named, Name: name}, nil
}

// list reads types separated by commas up to the closing token.
func (p *typeParser) list(closing string) ([]Type, error) {
	var out []Type
	for {
		t, err := p.union()
		if err != nil {
			return nil, err
		}
		out = append(out, t)
		if p.accept(closing) {
			return out, nil
		}
		if !p.accept(",") {
			return nil, p.expected(closing)
		}
	}
}

// params reads "a: T, b?: U, ...: V" up to the closing token.
func (p *typeParser) params(closing string) ([]Param, error) {
	var out []Param
	for {
		if p.accept(closing) {
			return out, nil
		}
		p.blanks()
		var a Param
		switch {
		case p.direct("..."):
			a = Param{Name: "...", Rest: true}
		case p.direct("["):
			key, err := p.union()
			if err == nil && !p.accept("]") {
				err = p.expected("]")
			}
			if err != nil {
				return nil, err
			}
			a.Name = "[" + key.String() + "]"
		default:
			if a.Name = p.word(); a.Name == "" {
				return nil, p.expected("name")
			}
		}
		a.Optional = p.direct("?")
		if p.accept(":") {
			t, err := p.union()
			if err != nil {
				return nil, err
			}
			a.Type = t
			a.Optional = a.Optional || t.Nilable()
		}
		out = append(out, a)
		if p.accept(closing) {
			return out, nil
		}
		if !p.accept(",") {
			return nil, p.expected(closing)
		}
	}
}

func (p *typeParser) function() (Type, error) {
	params, err := p.params(")")
	t := Type{Kind: Function, Params: params}
	if err != nil || !p.accept(":") {
		return t, err
	}
	for {
		r, err := p.union()
		if err != nil {
			return t, err
		}
		if r.Kind == Tuple && len(t.Returns) == 0 {
			for _, a := range r.Args {
				t.Returns = append(t.Returns, Return{Type: a})
			}
			return t, nil
		}
		t.Returns = append(t.Returns, Return{Type: r})
		before := p.i
		if !p.direct(",") {
			return t, nil
		}
		// "fun(f: fun(): A, b: B)": the comma may belong to the list around this function.
		p.blanks()
		ahead := *p
		ahead.word()
		ahead.direct("?")
		if ahead.direct(":") || ahead.i == p.i {
			p.i = before
			return t, nil
		}
	}
}
