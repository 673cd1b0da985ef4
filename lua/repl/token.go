package repl

import "strings"

// token is a piece of Lua, as far as completion needs to know it.
type token struct {
	kind byte // 'n' name, 's' string, '0' number, or the character itself
	text string
	at   int  // byte offset
	open bool // a string that does not end: the place is inside it
}

// tokens cuts a text that may end anywhere. comment says that it ends inside a comment.
func tokens(text string) (list []token, comment bool) {
	for i := 0; i < len(text); {
		c := text[i]
		begin := i
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
			continue
		case strings.HasPrefix(text[i:], "--"):
			var ended bool
			if i, ended = skipComment(text, i+2); !ended {
				return list, true
			}
			continue
		case letter(c):
			for i < len(text) && (letter(text[i]) || digit(text[i])) {
				i++
			}
			list = append(list, token{kind: 'n', text: text[begin:i], at: begin})
		case digit(c):
			for i < len(text) && (letter(text[i]) || digit(text[i]) || text[i] == '.') {
				i++
			}
			list = append(list, token{kind: '0', text: text[begin:i], at: begin})
		case c == '"' || c == '\'':
			var ended bool
			i, ended = skipString(text, i)
			end := i
			if ended {
				end--
			}
			list = append(list, token{kind: 's', text: text[begin+1 : end], at: begin, open: !ended})
		case longBracket(text[i:]) > 0:
			n := longBracket(text[i:])
			end := strings.Index(text[i+n:], "]"+text[i+1:i+n-1]+"]")
			if end < 0 {
				return append(list, token{kind: 's', text: text[i+n:], at: begin, open: true}), false
			}
			list = append(list, token{kind: 's', text: text[i+n : i+n+end], at: begin})
			i += n + end + n
		default:
			i++
			list = append(list, token{kind: c, text: string(c), at: begin})
		}
	}
	return list, false
}

func letter(c byte) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }

// longBracket is the length of an opening [[ or [=[, 0 if there is none.
func longBracket(text string) int {
	if text[0] != '[' {
		return 0
	}
	n := 1
	for n < len(text) && text[n] == '=' {
		n++
	}
	if n < len(text) && text[n] == '[' {
		return n + 1
	}
	return 0
}

func skipComment(text string, i int) (next int, ended bool) {
	if i < len(text) {
		if n := longBracket(text[i:]); n > 0 {
			end := strings.Index(text[i+n:], "]"+text[i+1:i+n-1]+"]")
			if end < 0 {
				return len(text), false
			}
			return i + n + end + n, true
		}
	}
	if end := strings.IndexByte(text[i:], '\n'); end >= 0 {
		return i + end + 1, true
	}
	return len(text), false
}

func skipString(text string, i int) (next int, ended bool) {
	quote := text[i]
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case quote:
			return i + 1, true
		}
	}
	return len(text), false
}
