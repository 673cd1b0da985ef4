package command

import "strings"

// Usage is the template as a manual page would show it: values in capitals, in
// brackets what can be left out.
func (t *Template) Usage() string {
	return strings.Join(strings.Fields(usage(t.nodes)), " ")
}

func usage(nodes []node) string {
	var b strings.Builder
	for _, n := range nodes {
		switch n := n.(type) {
		case literal:
			b.WriteString(string(n))
		case hole:
			b.WriteString(n.usage())
		case choice:
			b.WriteString(n.usage())
		case optional:
			b.WriteString(bracketed(usage(n.nodes)))
		case joined:
			b.WriteString(n.usage())
		}
	}
	return b.String()
}

func (h hole) usage() string {
	name := strings.ToUpper(h.path[len(h.path)-1])
	if name == "..." {
		return "…"
	}
	return name
}

func (c choice) usage() string {
	yes, no := usage(c.yes), usage(c.no)
	switch {
	case !c.negative || no == "":
		return bracketed(yes)
	case yes == "":
		return bracketed(no)
	}
	return yes + "|" + no
}

// bracketed keeps the spaces at either end outside.
func bracketed(text string) string {
	inner := strings.TrimSpace(text)
	if inner == "" {
		return text
	}
	before, after, _ := strings.Cut(text, inner)
	return before + "[" + inner + "]" + after
}

func (j joined) usage() string {
	var parts []string
	for _, item := range j.items {
		text := usage(item)
		if h, ok := item[0].(hole); ok && len(item) == 1 && h.filter == "" {
			text = h.path[len(h.path)-1] // a flag or options, which look like their name
		}
		parts = append(parts, strings.Trim(text, "[]"))
	}
	return strings.Join(parts, ",")
}
