package repl

import (
	"fmt"
	"io"
	"os"
	"strings"

	"nslua/lua"
)

// show prints the results of an expression. What goes wrong in a __tostring of the script ends it.
func (p *Prompt) show(results []lua.Value) (o lua.Outcome) {
	if len(results) == 0 || len(results) == 1 && results[0] == lua.Nil {
		return o
	}
	var text string
	if p.settings.output == "json" {
		lines := make([]string, len(results))
		for i, v := range results {
			j, err := p.Host.JSON(v)
			if err != nil {
				o.Err = err
				return o
			}
			lines[i] = j
		}
		text = strings.Join(lines, "\n") + "\n"
	} else {
		text = p.format(results, &o)
	}
	if o.Err != nil || o.Stop != nil {
		return o
	}
	p.page(text)
	return o
}

// printer makes one for the settings. It notes in o what ends a __tostring.
func (p *Prompt) printer(o *lua.Outcome) *printer {
	columns, _ := p.Size()
	pr := &printer{columns: columns, depth: p.settings.depth, items: p.settings.items}
	if p.settings.output == "lua" {
		pr.strict, pr.depth, pr.items = true, 0, 0
	}
	tostring, _ := p.State.Global("tostring").(*lua.Function)
	pr.text = func(v lua.Value) string {
		if tostring == nil || o.Err != nil || o.Stop != nil {
			return v.String()
		}
		if r := p.State.Run(tostring, v); r.Err != nil || r.Stop != nil {
			*o = r
		} else if len(r.Results) > 0 {
			return r.Results[0].String()
		}
		return v.String()
	}
	return pr
}

// format is results as the settings want them. Plain values share a line, as print has them.
func (p *Prompt) format(results []lua.Value, o *lua.Outcome) string {
	pr := p.printer(o)
	var plain []string
	for _, v := range results {
		if t, ok := v.(*lua.Table); ok && !(t.Metatable != lua.Nil && pr.ownText(t)) {
			plain = nil
			break
		}
		switch {
		case p.settings.output == "lua":
			plain = append(plain, pr.value(v, 0, 0))
		case v.Type().String() == "string":
			plain = append(plain, v.String())
		default:
			plain = append(plain, pr.value(v, 0, 0))
		}
	}
	if plain != nil {
		return strings.Join(plain, "\t") + "\n"
	}
	var b strings.Builder
	for _, v := range results {
		if t, ok := v.(*lua.Table); ok && p.settings.output == "table" {
			if g, ok := pr.records(t); ok {
				b.WriteString(g.format(pr.columns, p.Color))
				if n := t.Len() - len(g.rows); n > 0 {
					fmt.Fprintf(&b, "… %d more; :set items N shows them\n", n)
				}
				continue
			}
		}
		b.WriteString(pr.value(v, 0, 0) + "\n")
	}
	return b.String()
}

// page writes text; what is longer than the screen goes through a pager where a person reads it.
func (p *Prompt) page(text string) {
	_, rows := p.Size()
	if p.Terminal && p.settings.pager && strings.Count(text, "\n") >= rows {
		if pager := pager(); pager != "" {
			t := p.argv("sh", "-c", pager)
			t.RawSetString("input", lua.String(text))
			if p.run(t) {
				return
			}
		}
	}
	io.WriteString(p.Out, text)
}

// pager is the command for long text, "" if there is none.
func pager() string {
	if own, set := os.LookupEnv("PAGER"); set {
		return own
	}
	for _, dir := range strings.Split(os.Getenv("PATH"), ":") {
		if info, err := os.Stat(dir + "/less"); err == nil && !info.IsDir() {
			return "less -FRX"
		}
	}
	return ""
}
