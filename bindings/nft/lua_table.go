package nft

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"nslua/lua"
)

// ruleset is an argument: text in nft's syntax, or a table of tables by name.
type ruleset struct {
	text   string
	blocks []block
}

// block is a piece of text made of a Lua table, and the place it came from.
type block struct{ where, text string }

// Set implements lua.Arg.
func (r *ruleset) Set(c *lua.Call, v lua.Value) error {
	switch v := v.(type) {
	case lua.String:
		r.text = string(v)
		return nil
	case *lua.Table:
		return r.tables(c, v)
	}
	return fmt.Errorf("a ruleset expected (text in nft's syntax, or tables by name), got %s", v.String())
}

// TypeName implements lua.Arg.
func (r *ruleset) TypeName() string { return "string|nft.Ruleset" }

func (r *ruleset) parse(b *Batch, w World) error {
	if r.blocks == nil {
		return invalid(b.Parse(r.text, w))
	}
	for _, x := range r.blocks {
		if err := b.Parse(x.text, w); err != nil {
			return located(x, err)
		}
	}
	return nil
}

// located says in which entry of a Lua table a mistake is.
func located(x block, err error) error {
	s, ok := err.(*SyntaxError)
	if !ok {
		return err
	}
	lines := strings.Split(x.text, "\n")
	line := lines[min(s.Line, len(lines))-1]
	return lua.Invalid("%s: %s in: %s", x.where, s.Text, strings.TrimSpace(line))
}

// sorted are the entries of a table with names as keys, in order.
func sorted(t *lua.Table) (names []string, values map[string]lua.Value, err error) {
	values = map[string]lua.Value{}
	t.ForEach(func(k, v lua.Value) {
		name, ok := k.(lua.String)
		if !ok {
			err = lua.Invalid("names expected as keys, got [%s]", k.String())
			return
		}
		names = append(names, string(name))
		values[string(name)] = v
	})
	slices.Sort(names)
	return names, values, err
}

func (r *ruleset) tables(c *lua.Call, t *lua.Table) error {
	names, values, err := sorted(t)
	if err != nil {
		return err
	}
	r.blocks = []block{}
	for _, name := range names {
		family, table, err := placeOf(name)
		if err != nil {
			return err
		}
		var def tableDef
		if err := c.Assign(values[name], def.fields()); err != nil {
			return fmt.Errorf("table '%s': %w", name, err)
		}
		text, err := def.render()
		if err != nil {
			return fmt.Errorf("table '%s': %w", name, err)
		}
		r.blocks = append(r.blocks, block{"table '" + name + "'", fmt.Sprintf("table %s %s {\n%s}\n", family, plain(table), text)})
	}
	return nil
}

// plain is a name that cannot be taken for anything else in the text.
func plain(name string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || strings.ContainsRune(" \"{};,#", c) {
			return '\ufffd'
		}
		return c
	}, name)
}

// tableDef is the Lua form of a table.
type tableDef struct {
	comment  string
	chains   members
	sets     members
	maps     members
	counters members
}

func (d *tableDef) fields() lua.Fields {
	d.chains.render, d.sets.render, d.maps.render, d.counters.render = chainText, setText, mapText, counterText
	return lua.Fields{"comment": &d.comment, "chains": &d.chains, "sets": &d.sets, "maps": &d.maps, "counters": &d.counters}
}

func (d *tableDef) render() (string, error) {
	text := ""
	if d.comment != "" {
		text = "comment " + quote(d.comment) + "\n"
	}
	return text + d.counters.text + d.sets.text + d.maps.text + d.chains.text, nil
}

// members are chains, sets or the like by name; Set makes text of them.
type members struct {
	render func(c *lua.Call, name string, v lua.Value) (string, error)
	text   string
}

// Set implements lua.Arg.
func (m *members) Set(c *lua.Call, v lua.Value) error {
	t, ok := v.(*lua.Table)
	if !ok {
		return fmt.Errorf("a table by name expected, got %s", v.String())
	}
	names, values, err := sorted(t)
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := m.render(c, plain(name), values[name])
		if err != nil {
			return fmt.Errorf("'%s': %w", name, err)
		}
		m.text += text
	}
	return nil
}

// TypeName implements lua.Arg.
func (m *members) TypeName() string { return "table" }

func chainText(c *lua.Call, name string, v lua.Value) (string, error) {
	var typ, hook, policy, comment string
	var priority lua.Value = lua.Nil
	var devices []string
	var rules []lua.Value
	err := c.Assign(v, lua.Fields{"type": lua.Enum(&typ, "filter", "nat", "route"), "hook": &hook, "priority": &priority,
		"policy": lua.Enum(&policy, "accept", "drop"), "devices": &devices, "comment": &comment, "...": &rules})
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "chain %s {\n", name)
	if comment != "" {
		fmt.Fprintf(&b, "comment %s\n", quote(comment))
	}
	if typ != "" || hook != "" {
		if typ == "" || hook == "" {
			return "", lua.Invalid("a base chain needs both type and hook")
		}
		if priority == lua.Nil {
			priority = lua.Number(0)
		}
		device := ""
		if len(devices) > 0 {
			device = "devices = { " + plain(strings.Join(devices, "\x01")) + " } "
			device = strings.ReplaceAll(device, "\ufffd", ", ")
		}
		fmt.Fprintf(&b, "type %s hook %s %spriority %s\n", typ, plain(hook), device, priority.String())
	}
	if policy != "" {
		fmt.Fprintf(&b, "policy %s\n", policy)
	}
	for i, r := range rules {
		text, err := ruleText(r)
		if err != nil {
			return "", fmt.Errorf("rule %d: %w", i+1, err)
		}
		b.WriteString(text + "\n")
	}
	return b.String() + "}\n", nil
}

// ruleText is a rule in Lua: text, or a list of words, numbers and sets (lists again), and a comment.
func ruleText(v lua.Value) (string, error) {
	t, ok := v.(*lua.Table)
	if !ok {
		return oneLine(v)
	}
	var words []string
	for i := 1; i <= t.Len(); i++ {
		text, err := wordText(t.RawGetInt(i))
		if err != nil {
			return "", err
		}
		words = append(words, text)
	}
	names, values, err := sorted(tail(t))
	if err != nil {
		return "", err
	}
	for _, name := range names {
		if name != "comment" {
			return "", lua.Invalid("a rule is a list of words; the only name in it is comment, got '%s'", name)
		}
		words = append(words, "comment "+quote(values[name].String()))
	}
	return strings.Join(words, " "), nil
}

// tail is a table without its list.
func tail(t *lua.Table) *lua.Table {
	out := &lua.Table{Metatable: lua.Nil}
	n := t.Len()
	t.ForEach(func(k, v lua.Value) {
		if i, ok := k.(lua.Number); !ok || int(i) > n || int(i) < 1 {
			out.RawSet(k, v)
		}
	})
	return out
}

func wordText(v lua.Value) (string, error) {
	if _, ok := v.(*lua.Table); !ok {
		return oneLine(v)
	}
	list, err := elementTexts(v)
	return "{ " + strings.Join(list, ", ") + " }", err
}

// oneLine is text that cannot end the rule it is in.
func oneLine(v lua.Value) (string, error) {
	switch v.(type) {
	case lua.String, lua.Number:
	default:
		return "", lua.Invalid("text in nft's syntax expected, got %s", v.String())
	}
	text := strings.TrimSpace(v.String())
	if strings.ContainsAny(text, "\n;") {
		return "", lua.Invalid("one rule expected, got several lines: %q", text)
	}
	return text, nil
}

// elementTexts are the elements of a set, a list.
func elementTexts(v lua.Value) ([]string, error) {
	t, ok := v.(*lua.Table)
	if !ok {
		return nil, lua.Invalid("a list of elements expected, got %s", v.String())
	}
	var list []string
	for i := 1; i <= t.Len(); i++ {
		text, err := oneLine(t.RawGetInt(i))
		if err != nil {
			return nil, err
		}
		list = append(list, text)
	}
	return list, onlyList(t)
}

func onlyList(t *lua.Table) error {
	names, _, err := sorted(tail(t))
	if err == nil && len(names) > 0 {
		err = lua.Invalid("a list of elements expected, found the key '%s'", names[0])
	}
	return err
}

// pairTexts are the elements of a map, values by key.
func pairTexts(v lua.Value) ([]string, error) {
	t, ok := v.(*lua.Table)
	if !ok {
		return nil, lua.Invalid("values by key expected, got %s", v.String())
	}
	var list []string
	var failed error
	t.ForEach(func(k, v lua.Value) {
		key, err1 := oneLine(k)
		value, err2 := oneLine(v)
		if err := errors.Join(err1, err2); err != nil {
			failed = err
		}
		list = append(list, key+" : "+value)
	})
	slices.Sort(list)
	return list, failed
}

func setText(c *lua.Call, name string, v lua.Value) (string, error) { return setDef(c, "set", name, v) }
func mapText(c *lua.Call, name string, v lua.Value) (string, error) { return setDef(c, "map", name, v) }

func setDef(c *lua.Call, kind, name string, v lua.Value) (string, error) {
	var typ, to, comment, timeout string
	var flags []string
	var size uint32
	var elements lua.Value = lua.Nil
	fields := lua.Fields{"type!": &typ, "flags": &flags, "timeout": &timeout, "size": &size, "comment": &comment, "elements": &elements}
	if kind == "map" {
		fields["to!"] = &to
	}
	if err := c.Assign(v, fields); err != nil {
		return "", err
	}
	var b strings.Builder
	if to != "" {
		to = " : " + to
	}
	fmt.Fprintf(&b, "%s %s {\ntype %s%s\n", kind, name, typ, to)
	if flags != nil {
		fmt.Fprintf(&b, "flags %s\n", strings.Join(flags, ","))
	}
	if timeout != "" {
		fmt.Fprintf(&b, "timeout %s\n", timeout)
	}
	if size != 0 {
		fmt.Fprintf(&b, "size %d\n", size)
	}
	if comment != "" {
		fmt.Fprintf(&b, "comment %s\n", quote(comment))
	}
	if elements != lua.Nil {
		texts := elementTexts
		if kind == "map" {
			texts = pairTexts
		}
		list, err := texts(elements)
		if err != nil {
			return "", err
		}
		if len(list) > 0 {
			fmt.Fprintf(&b, "elements = { %s }\n", strings.Join(list, ", "))
		}
	}
	return b.String() + "}\n", nil
}

func counterText(c *lua.Call, name string, v lua.Value) (string, error) {
	var packets, octets uint64
	var comment string
	if err := c.Assign(v, lua.Fields{"packets": &packets, "bytes": &octets, "comment": &comment}); err != nil {
		return "", err
	}
	text := fmt.Sprintf("counter %s {\n", name)
	if comment != "" {
		text += "comment " + quote(comment) + "\n"
	}
	return text + fmt.Sprintf("packets %d bytes %d\n}\n", packets, octets), nil
}
