package luadoc

import (
	"regexp"
	"strings"
	"sync"
)

// line is a line of source text; inside means that it begins within a long string or a long comment.
type line struct {
	text   string
	inside bool
}

// isDoc reports whether the line belongs to a documentation comment. "----" and more is a ruler.
func (l line) isDoc() bool {
	return !l.inside && strings.HasPrefix(l.text, "---") && !strings.HasPrefix(l.text, "----")
}

// splitLines divides Lua source into lines and follows its long strings and comments.
func splitLines(src string) []line {
	src = strings.ReplaceAll(src, "\r\n", "\n")
	var out []line
	closing := "" // of the long bracket that is open
	for _, text := range strings.Split(src, "\n") {
		out = append(out, line{text, closing != ""})
		closing = scanLine(text, closing)
	}
	return out
}

// scanLine returns the closing bracket of the long string or comment that is open at the end of the line.
func scanLine(s, closing string) string {
	for {
		if closing != "" {
			end := strings.Index(s, closing)
			if end < 0 {
				return closing
			}
			s, closing = s[end+len(closing):], ""
		}
		i := strings.IndexAny(s, `"'[-`)
		if i < 0 {
			return ""
		}
		c := s[i]
		s = s[i:]
		switch {
		case strings.HasPrefix(s, "--"):
			if closing = longBracket(s[2:]); closing == "" {
				return ""
			}
			s = s[2+len(closing):]
		case c == '[':
			if closing = longBracket(s); closing != "" {
				s = s[len(closing):]
			} else {
				s = s[1:]
			}
		case c == '-':
			s = s[1:]
		default:
			s = afterString(s)
		}
	}
}

// longBracket returns the closing bracket that belongs to the long bracket s begins with, which is as long.
func longBracket(s string) string {
	if !strings.HasPrefix(s, "[") {
		return ""
	}
	level := len(s[1:]) - len(strings.TrimLeft(s[1:], "="))
	if !strings.HasPrefix(s[1+level:], "[") {
		return ""
	}
	return "]" + s[1:1+level] + "]"
}

// afterString returns what follows the quoted string s begins with.
func afterString(s string) string {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0]:
			return s[i+1:]
		}
	}
	return ""
}

// statement is what the parser understands of a line of code in the first column.
type statement struct {
	line   int    // counted from 1
	name   string // "mount.bind", "Namespace"
	method string // after a colon
	local  bool
	isFunc bool
	table  bool // the value is a table constructor
	args   []string
}

// compiled returns a regular expression that is compiled at its first use: programs start without it.
func compiled(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

var (
	reFunc   = compiled(`^(local\s+)?function\s+([A-Za-z_][\w.]*)(?::(\w+))?\s*\(`)
	reAssign = compiled(`^(local\s+)?([A-Za-z_][\w.]*)\s*=\s*([^=\s].*|)$`)
	reLambda = compiled(`^function\s*\(`)
	reLocals = compiled(`^local\s+([A-Za-z_][\w\s,]*)`)
	reReturn = compiled(`^return\s+(?:setmetatable\s*\(\s*)?([A-Za-z_]\w*)`)
)

// parseStatement reads the statement that begins at lines[i].
func parseStatement(lines []line, i int) (statement, bool) {
	if i >= len(lines) || lines[i].inside {
		return statement{}, false
	}
	text := lines[i].text
	if m := reFunc().FindStringSubmatch(text); m != nil {
		return statement{
			line: i + 1, local: m[1] != "", name: m[2], method: m[3], isFunc: true,
			args: argumentList(lines, i, len(m[0])),
		}, true
	}
	m := reAssign().FindStringSubmatch(text)
	if m == nil {
		return statement{}, false
	}
	st := statement{line: i + 1, local: m[1] != "", name: m[2], table: strings.HasPrefix(m[3], "{")}
	if open := reLambda().FindString(m[3]); open != "" {
		st.isFunc = true
		st.args = argumentList(lines, i, len(text)-len(m[3])+len(open))
	}
	return st, true
}

// argumentList reads the names from column start of lines[i] up to the closing parenthesis.
func argumentList(lines []line, i, start int) []string {
	text := lines[i].text[start:]
	var b strings.Builder
	for {
		code, _, _ := strings.Cut(text, "--")
		code, _, done := strings.Cut(code, ")")
		b.WriteString(code)
		if i++; done || i >= len(lines) {
			return splitList(b.String())
		}
		text = lines[i].text
	}
}

// splitList divides at commas outside of parentheses.
func splitList(s string) []string {
	var out []string
	depth, start := 0, 0
	add := func(part string) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth <= 0 {
				add(s[start:i])
				start = i + 1
			}
		}
	}
	add(s[start:])
	return out
}

// lastPart is what follows the last dot or colon of a name.
func lastPart(name string) string { return name[strings.LastIndexAny(name, ".:")+1:] }

// firstPart is what precedes the first dot or colon of a name.
func firstPart(name string) string {
	if i := strings.IndexAny(name, ".:"); i >= 0 {
		return name[:i]
	}
	return name
}
