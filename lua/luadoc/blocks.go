package luadoc

import (
	"strings"
)

type blockKind int

const (
	paragraph blockKind = iota
	blank
	bullet
	verbatim
	heading
)

// textBlock is a piece of light Markdown.
type textBlock struct {
	kind blockKind
	mark string // of a bullet, with its indent
	text string
}

var reBullet = compiled(`^(\s*(?:[-*]|\d+[.)])\s+)(.*)$`)

// blocks divides prose into blocks. A table and what is indented by four columns keep their lines.
func blocks(doc string) []textBlock {
	var out []textBlock
	fenced := false
	for l := range strings.SplitSeq(doc, "\n") {
		last := &textBlock{kind: blank}
		if len(out) > 0 {
			last = &out[len(out)-1]
		}
		trimmed := strings.TrimSpace(l)
		keep := func(text string) {
			if last.kind == verbatim {
				last.text += "\n" + text
				return
			}
			out = append(out, textBlock{kind: verbatim, text: text})
		}
		switch {
		case strings.HasPrefix(trimmed, "```"):
			fenced = !fenced
		case fenced:
			keep(l)
		case trimmed == "":
			out = append(out, textBlock{kind: blank})
		case strings.HasPrefix(trimmed, "#"):
			out = append(out, textBlock{kind: heading, text: strings.TrimSpace(strings.TrimLeft(trimmed, "#"))})
		case reBullet().MatchString(l):
			m := reBullet().FindStringSubmatch(l)
			out = append(out, textBlock{bullet, m[1], m[2]})
		case strings.HasPrefix(trimmed, "|"):
			keep(trimmed)
		case last.kind == paragraph || last.kind == bullet:
			last.text += " " + trimmed
		case strings.HasPrefix(l, "    "):
			keep(l[4:])
		default:
			out = append(out, textBlock{kind: paragraph, text: trimmed})
		}
	}
	return out
}
