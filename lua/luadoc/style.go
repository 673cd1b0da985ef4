package luadoc

import "strings"

// Style holds the terminal attributes of a help text, each the parameter of an SGR sequence such as "1;34". An empty
// one leaves the text plain; the zero Style has no escape sequences at all.
type Style struct {
	Heading string // section titles
	Name    string // functions, parameters, fields
	Type    string
	Code    string // examples, commands, and what stands in backquotes, which Code replaces
	Strong  string // what stands in ** **, which Strong replaces
}

func paint(sgr, text string) string {
	if sgr == "" || text == "" {
		return text
	}
	return "\x1b[" + sgr + "m" + text + "\x1b[0m"
}

// inline styles the code spans and strong words of lines that belong to one paragraph. A span may cross lines.
func (s Style) inline(lines []string) []string {
	code, strong := false, false
	out := make([]string, len(lines))
	for i, l := range lines {
		var b, span strings.Builder
		flush := func() {
			switch {
			case code && s.Code != "":
				b.WriteString(paint(s.Code, span.String()))
			case strong:
				b.WriteString(paint(s.Strong, span.String()))
			default:
				b.WriteString(span.String())
			}
			span.Reset()
		}
		for j := 0; j < len(l); j++ {
			switch {
			case l[j] == '`':
				if s.Code == "" {
					span.WriteByte('`')
					code = !code
					continue
				}
				flush()
				code = !code
			case s.Strong != "" && !code && strings.HasPrefix(l[j:], "**"):
				flush()
				strong = !strong
				j++
			default:
				span.WriteByte(l[j])
			}
		}
		flush()
		out[i] = b.String()
	}
	return out
}

// runeWidth is the number of terminal columns of a character.
func runeWidth(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case r <= 0x36f, r >= 0x200b && r <= 0x200f, r >= 0xfe00 && r <= 0xfe0f:
		return 0
	case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0x303e, r >= 0x3041 && r <= 0x33ff, r >= 0x3400 && r <= 0x4dbf,
		r >= 0x4e00 && r <= 0x9fff, r >= 0xa000 && r <= 0xa4cf, r >= 0xac00 && r <= 0xd7a3, r >= 0xf900 && r <= 0xfaff,
		r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60, r >= 0xffe0 && r <= 0xffe6,
		r >= 0x1f300 && r <= 0x1faff, r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}

func textWidth(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

// wrap divides text into lines of at most width columns. Blanks separate words; between wide characters, as of Chinese,
// a line may end anywhere except before punctuation.
func wrap(text string, width int) []string {
	width = max(width, 10)
	var lines []string
	current, columns := "", 0
	for _, word := range strings.Fields(text) {
		for i, piece := range pieces(word) {
			sep := ""
			if i == 0 && current != "" {
				sep = " "
			}
			w := textWidth(piece)
			if current != "" && columns+len(sep)+w > width {
				lines = append(lines, current)
				current, columns, sep = "", 0, ""
			}
			current += sep + piece
			columns += len(sep) + w
		}
	}
	if current != "" {
		lines = append(lines, current)
	}
	return lines
}

// pieces divides a word where a line may end.
func pieces(word string) []string {
	var out []string
	start, wide := 0, false
	for i, r := range word {
		now := runeWidth(r) == 2
		if i > 0 && (wide || now) && !strings.ContainsRune("，。、；：！？）》」』”’,.;:!?)", r) {
			out = append(out, word[start:i])
			start = i
		}
		wide = now
	}
	return append(out, word[start:])
}

func pad(s string, width int) string { return s + strings.Repeat(" ", max(width-textWidth(s), 0)) }
