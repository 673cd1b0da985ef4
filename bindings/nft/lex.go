package nft

import (
	"fmt"
	"strings"
)

// Pos is a place in a text; lines and columns count from 1.
type Pos struct{ Line, Column int }

func (p Pos) String() string { return fmt.Sprintf("line %d, column %d", p.Line, p.Column) }

// SyntaxError says where a text is not nft's syntax, or not the part of it known here, and what was expected there.
type SyntaxError struct {
	Pos
	Text string
}

func (e *SyntaxError) Error() string { return e.Pos.String() + ": " + e.Text }

type tokenKind int

const (
	end tokenKind = iota
	word
	quoted
	mark    // punctuation
	newline // or ';'
)

type token struct {
	kind tokenKind
	text string
	pos  Pos
}

// is reports whether the token is a word or punctuation.
func (t token) is(text string) bool { return (t.kind == word || t.kind == mark) && t.text == text }

func (t token) String() string {
	switch t.kind {
	case end:
		return "the end"
	case newline:
		return "the end of the statement"
	}
	return fmt.Sprintf("%q", t.text)
}

func fail(t token, format string, args ...any) error {
	return &SyntaxError{t.pos, fmt.Sprintf(format, args...)}
}

func unexpected(t token, want string) error { return fail(t, "%s expected, got %s", want, t) }

// lexer splits a text into tokens.
type lexer struct {
	text   string
	at     int
	pos    Pos
	tokens []token

	inserted int // tokens that stand for names of definitions
}

func lex(text string) ([]token, error) {
	l := &lexer{text: text, pos: Pos{1, 1}}
	for l.at < len(l.text) {
		if err := l.next(); err != nil {
			return nil, err
		}
	}
	l.tokens = append(l.tokens, token{end, "", l.pos})
	return l.substitute()
}

func (l *lexer) skip(n int) {
	for _, c := range []byte(l.text[l.at : l.at+n]) {
		if c == '\n' {
			l.pos = Pos{l.pos.Line + 1, 1}
		} else {
			l.pos.Column++
		}
	}
	l.at += n
}

func (l *lexer) emit(kind tokenKind, text string, n int) {
	l.tokens = append(l.tokens, token{kind, text, l.pos})
	l.skip(n)
}

func (l *lexer) next() error {
	rest := l.text[l.at:]
	switch c := rest[0]; {
	case c == '\n' || c == ';':
		l.emit(newline, rest[:1], 1)
	case strings.HasPrefix(rest, "\\\n"):
		l.skip(2)
	case c == ' ' || c == '\t' || c == '\r':
		l.skip(1)
	case c == '#':
		n := strings.IndexByte(rest, '\n')
		if n < 0 {
			n = len(rest)
		}
		l.skip(n)
	case c == '"':
		n := strings.IndexAny(rest[1:], "\"\n")
		if n < 0 || rest[1+n] == '\n' {
			return &SyntaxError{l.pos, "the quote is not closed"}
		}
		l.emit(quoted, rest[1:1+n], n+2)
	default:
		for _, m := range [...]string{"!=", "==", "<=", ">=", "<<", ">>", "{", "}", "(", ")", ",", "=", "<", ">", "!", "&", "|", "^"} {
			if strings.HasPrefix(rest, m) {
				l.emit(mark, m, len(m))
				return nil
			}
		}
		return l.word(rest)
	}
	return nil
}

// word reads a name, number, address, range or the like. A colon at an end is
// punctuation, unless it is part of an IPv6 address.
func (l *lexer) word(rest string) error {
	n := 0
	for n < len(rest) && isWord(rest[n]) {
		n++
	}
	if n == 0 {
		return &SyntaxError{l.pos, fmt.Sprintf("unexpected character %q", []rune(rest)[0])}
	}
	w := rest[:n]
	switch {
	case w == ":" || w[0] == ':' && !strings.HasPrefix(w, "::"):
		l.emit(mark, ":", 1)
	case strings.HasSuffix(w, ":") && !strings.HasSuffix(w, "::"):
		l.emit(word, w[:n-1], n-1)
	default:
		l.emit(word, w, n)
	}
	return nil
}

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80 || strings.IndexByte("_.:/-*@$%\\[]+", c) >= 0
}

// maxInserted bounds what definitions that use each other can grow to.
const maxInserted = 1 << 20

// substitute takes out the definitions, `define name = value`, and puts the values in for $name.
func (l *lexer) substitute() ([]token, error) {
	defined := map[string][]token{}
	var out []token
	for i := 0; i < len(l.tokens); i++ {
		t := l.tokens[i]
		starts := len(out) == 0 || out[len(out)-1].kind == newline || out[len(out)-1].is("{") || out[len(out)-1].is("}")
		if (t.is("define") || t.is("redefine")) && starts && i+2 < len(l.tokens) && l.tokens[i+2].is("=") {
			name, from, depth := l.tokens[i+1].text, i+3, 0
			for i = from; l.tokens[i].kind != end && (depth > 0 || l.tokens[i].kind != newline); i++ {
				if l.tokens[i].is("{") {
					depth++
				} else if l.tokens[i].is("}") {
					depth--
				}
			}
			value, err := l.insert(nil, l.tokens[from:i], defined)
			if err != nil {
				return nil, err
			}
			defined[name] = value
			t = l.tokens[i]
		}
		var err error
		if out, err = l.insert(out, []token{t}, defined); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (l *lexer) insert(out, list []token, defined map[string][]token) ([]token, error) {
	for _, t := range list {
		name, ok := strings.CutPrefix(t.text, "$")
		if !ok || t.kind != word {
			out = append(out, t)
			continue
		}
		value, known := defined[name]
		if !known {
			return nil, fail(t, "$%s is not defined", name)
		}
		if l.inserted += len(value); l.inserted > maxInserted {
			return nil, fail(t, "the definitions are too long")
		}
		for _, v := range value {
			v.pos = t.pos
			out = append(out, v)
		}
	}
	return out, nil
}
