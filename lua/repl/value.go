package repl

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"

	"nslua/lua"
)

// printer writes values as Lua that can be pasted back.
type printer struct {
	text    func(v lua.Value) string // tostring
	columns int
	depth   int  // how deep; 0: no limit
	items   int  // how much of a table; 0: no limit
	strict  bool // what has no form in Lua becomes nil and a comment
	inside  []*lua.Table
}

// value writes v, indented by so many spaces if it takes several lines. used is
// how much of the line is taken.
func (p *printer) value(v lua.Value, indent, used int) string {
	switch v := v.(type) {
	case lua.String:
		return quote(string(v))
	case lua.Number:
		return p.number(float64(v))
	case lua.Bool:
		return strconv.FormatBool(bool(v))
	case *lua.Table:
		if v.Metatable != lua.Nil && p.ownText(v) {
			return p.other(v)
		}
		return p.table(v, indent, used)
	}
	if v == lua.Nil {
		return "nil"
	}
	return p.other(v)
}

// ownText reports whether a table says how it is to be shown.
func (p *printer) ownText(t *lua.Table) bool {
	mt, ok := t.Metatable.(*lua.Table)
	return ok && mt.RawGetString("__tostring") != lua.Nil
}

func (p *printer) other(v lua.Value) string {
	text := p.text(v)
	if p.strict {
		return "nil --[=[" + text + "]=]"
	}
	return text
}

func (p *printer) number(f float64) string {
	switch {
	case math.IsNaN(f):
		return "0/0"
	case math.IsInf(f, 1):
		return "1/0"
	case math.IsInf(f, -1):
		return "-1/0"
	case f == math.Trunc(f) && math.Abs(f) < 1<<53:
		return strconv.FormatInt(int64(f), 10)
	}
	return strconv.FormatFloat(f, 'g', 14, 64)
}

func (p *printer) table(t *lua.Table, indent, used int) string {
	switch {
	case slices.Contains(p.inside, t) && p.strict:
		return "nil --[=[the table around it]=]"
	case slices.Contains(p.inside, t):
		return "{↑" + strconv.Itoa(len(p.inside)-slices.Index(p.inside, t)) + "}"
	case p.depth > 0 && len(p.inside) >= p.depth:
		return "{…}"
	}
	p.inside = append(p.inside, t)
	defer func() { p.inside = p.inside[:len(p.inside)-1] }()
	parts, more := p.parts(t, indent)
	if more > 0 {
		parts = append(parts, fmt.Sprintf("… %d more", more))
	}
	if len(parts) == 0 {
		return "{}"
	}
	line := "{" + strings.Join(parts, ", ") + "}"
	if !strings.Contains(line, "\n") && !strings.Contains(line, "--[=[") && used+runewidth.StringWidth(line) <= p.columns {
		return line
	}
	pad := strings.Repeat(" ", indent+2)
	return "{\n" + pad + strings.Join(parts, ",\n"+pad) + ",\n" + strings.Repeat(" ", indent) + "}"
}

// parts are the items of a table; more is how many there are beyond the limit.
func (p *printer) parts(t *lua.Table, indent int) (parts []string, more int) {
	n := t.Len()
	for i := 1; i <= n; i++ {
		if p.items > 0 && len(parts) == p.items {
			more += n - i + 1
			break
		}
		parts = append(parts, p.value(t.RawGetInt(i), indent+2, indent+2))
	}
	each(t, func(k, v lua.Value) {
		if f, ok := k.(lua.Number); ok && f >= 1 && f <= lua.Number(n) && float64(f) == math.Trunc(float64(f)) {
			return
		}
		if p.items > 0 && len(parts) >= p.items {
			more++
			return
		}
		key := p.key(k)
		parts = append(parts, key+" = "+p.value(v, indent+2, indent+len(key)+5))
	})
	return parts, more
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

var keywords = strings.Fields("and break do else elseif end false for function goto if in local nil not or repeat return then true until while")

func (p *printer) key(k lua.Value) string {
	if s, ok := k.(lua.String); ok && identifier.MatchString(string(s)) && !slices.Contains(keywords, string(s)) {
		return string(s)
	}
	return "[" + p.value(k, 0, 0) + "]"
}

// quote is a string as Lua writes it.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\t':
			b.WriteString(`\t`)
		case c < ' ' || c == 0x7f:
			fmt.Fprintf(&b, `\%03d`, c)
		case c >= 0x80:
			n := printable(s[i:])
			if n == 0 {
				fmt.Fprintf(&b, `\%03d`, c)
				continue
			}
			b.WriteString(s[i : i+n])
			i += n - 1
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + `"`
}

// each visits the items of a table in the order they were set, without calling anything.
func each(t *lua.Table, visit func(k, v lua.Value)) {
	for k, v := t.Next(lua.Nil); k != lua.Nil; k, v = t.Next(k) {
		visit(k, v)
	}
}
