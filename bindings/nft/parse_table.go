package nft

import (
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

// addTable reads what is behind `[add] table [family] name`: nothing, or a block.
// What the block declares is made in an order in which everything finds what it refers to.
func (c *command) addTable() error {
	if err := c.onlyAdd(); err != nil {
		return err
	}
	t := Table{Family: c.family, Name: c.table}
	var chains, objects, sets, elements []message
	var rules []func() error
	if c.accept("{") {
		for c.skipLines(); !c.accept("}"); c.skipLines() {
			mark := len(c.batch.messages)
			kind, rest, err := c.member(&t)
			if err != nil {
				return err
			}
			made := slices.Clone(c.batch.messages[mark:])
			c.batch.messages = c.batch.messages[:mark]
			switch kind {
			case "chain":
				chains = append(chains, made...)
			case "set", "map":
				sets, elements = append(sets, made[:1]...), append(elements, made[1:]...)
			default:
				objects = append(objects, made...)
			}
			rules = append(rules, rest...)
		}
	}
	c.batch.Tables = append(c.batch.Tables, t)
	c.message(unix.NFT_MSG_NEWTABLE, c.flags(), t.body())
	c.batch.messages = slices.Concat(c.batch.messages, chains, objects, sets, elements)
	for _, rule := range rules {
		if err := rule(); err != nil {
			return err
		}
	}
	return nil
}

// member reads one line or block in a table. What it returns reads the rules of a chain, later.
func (c *command) member(t *Table) (kind string, rules []func() error, err error) {
	word := c.peek()
	in := &command{parser: c.parser, verb: "add", object: word.text, pos: word.pos, family: c.family, table: c.table,
		what: "add " + word.text + " " + c.table}
	switch word.text {
	case "chain":
		c.take()
		rules, err = in.chainBlock()
	case "set", "map":
		c.take()
		err = in.addSet()
	case "counter", "quota":
		c.take()
		err = in.addObject()
	case "flags":
		c.take()
		err = c.tableFlags(t)
	case "comment":
		c.take()
		t.Comment, err = c.comment()
	default:
		err = unexpected(word, "chain, set, map, counter, quota, flags, comment or \"}\"")
	}
	return word.text, rules, err
}

func (c *command) tableFlags(t *Table) error {
	for {
		switch f := c.take(); f.text {
		case "dormant":
			t.Flags |= tableDormant
		case "owner":
			t.Flags |= tableOwner
		default:
			return unexpected(f, "dormant or owner")
		}
		if !c.accept(",") {
			return nil
		}
	}
}

// addChain reads `add chain family table name [{ … }]`.
func (c *command) addChain() error {
	if err := c.onlyAdd(); err != nil {
		return err
	}
	rules, err := c.chainBlock()
	if err != nil {
		return err
	}
	for _, rule := range rules {
		if err := rule(); err != nil {
			return err
		}
	}
	return nil
}

// chainBlock reads a chain and remembers where its rules are: they can refer to what comes later.
func (c *command) chainBlock() ([]func() error, error) {
	chain := Chain{Family: c.family, Table: c.table, Policy: policyAccept}
	if err := c.place("the name of a chain", &chain.Name); err != nil {
		return nil, err
	}
	var rules []func() error
	if c.accept("{") {
		for c.skipLines(); !c.accept("}"); c.skipLines() {
			var err error
			switch t := c.peek(); {
			case t.kind == end:
				return nil, unexpected(t, "a rule or \"}\"")
			case t.is("type"):
				err = c.hook(&chain)
			case t.is("policy"):
				c.take()
				err = c.policy(&chain)
			case t.is("comment"):
				c.take()
				chain.Comment, err = c.comment()
			default:
				at := c.at
				rules = append(rules, func() error { return c.ruleAt(at, chain.Name) })
				err = c.skipStatement()
			}
			if err != nil {
				return nil, err
			}
		}
	}
	c.message(unix.NFT_MSG_NEWCHAIN, c.flags(), chain.body())
	return rules, nil
}

// skipStatement goes to the end of a statement.
func (c *command) skipStatement() error {
	for depth := 0; ; c.take() {
		switch t := c.peek(); {
		case t.kind == end:
			return unexpected(t, "\"}\"")
		case t.is("{"):
			depth++
		case t.is("}") && depth == 0, t.kind == newline && depth == 0:
			return nil
		case t.is("}"):
			depth--
		}
	}
}

// ruleAt reads the rule of a chain that begins at a token.
func (c *command) ruleAt(at int, chain string) error {
	back := c.at
	c.at = at
	in := &command{parser: c.parser, verb: "add", object: "rule", pos: c.peek().pos, family: c.family, table: c.table,
		what: "add rule " + c.table + " " + chain}
	err := in.rule(&Rule{Family: c.family, Table: c.table, Chain: chain})
	if t := in.peek(); err == nil && t.kind != newline && t.kind != end && !t.is("}") {
		err = unexpected(t, "a match, a statement or the end of the rule")
	}
	c.at = back
	return err
}

// hook reads `type T hook H [device D] priority P`.
func (c *command) hook(chain *Chain) error {
	c.take()
	switch t := c.take(); t.text {
	case "filter", "nat", "route":
		chain.Type = t.text
	default:
		return unexpected(t, "the type of a chain (filter, nat, route)")
	}
	if err := c.expect("hook"); err != nil {
		return err
	}
	t := c.take()
	hook, ok := c.family.hooks()[t.text]
	if !ok {
		return fail(t, "a hook of the family %s expected, got %s", c.family, t)
	}
	chain.Hook = hook
	for c.peek().is("device") || c.peek().is("devices") {
		if err := c.devices(chain); err != nil {
			return err
		}
	}
	if err := c.expect("priority"); err != nil {
		return err
	}
	return c.priority(chain)
}

func (c *command) devices(chain *Chain) error {
	if c.take().text == "device" {
		d, err := c.name("a device")
		chain.Devices = []string{d}
		return err
	}
	if err := c.expect("="); err != nil {
		return err
	}
	if err := c.expect("{"); err != nil {
		return err
	}
	for !c.accept("}") {
		d, err := c.name("a device")
		if err != nil {
			return err
		}
		chain.Devices = append(chain.Devices, d)
		if !c.accept(",") && !c.peek().is("}") {
			return unexpected(c.peek(), "\",\" or \"}\"")
		}
	}
	return nil
}

// priority reads a number, or a name and a distance from it.
func (c *command) priority(chain *Chain) error {
	t := c.take()
	if n, err := strconv.ParseInt(t.text, 10, 32); err == nil && t.kind == word {
		chain.Priority = int32(n)
		return nil
	}
	base, ok := c.family.priorities()[t.text]
	if !ok || t.kind != word {
		return fail(t, "a priority expected: a number, or a name such as filter or srcnat, got %s", t)
	}
	sign := int64(0)
	switch next := c.peek(); {
	case next.is("-"):
		sign = -1
	case next.is("+"):
		sign = 1
	}
	if sign != 0 {
		c.take()
	}
	if sign != 0 || c.peek().kind == word && c.peek().text[0] == '-' || c.peek().kind == word && c.peek().text[0] == '+' {
		n, err := strconv.ParseInt(c.peek().text, 10, 31)
		if err != nil {
			return unexpected(c.peek(), "a number")
		}
		c.take()
		if sign == 0 {
			sign = 1
		}
		base += int32(sign * n)
	}
	chain.Priority = base
	return nil
}

func (c *command) policy(chain *Chain) error {
	switch t := c.take(); t.text {
	case "accept":
		chain.Policy = policyAccept
	case "drop":
		chain.Policy = policyDrop
	default:
		return unexpected(t, "accept or drop")
	}
	return nil
}

// addRule reads `VERB rule [family] table chain [handle N | position N] …`.
func (c *command) addRule() error {
	r := &Rule{Family: c.family, Table: c.table}
	if err := c.place("the name of a chain", &r.Chain); err != nil {
		return err
	}
	where := c.peek()
	if c.accept("handle") || c.accept("position") {
		n, err := c.number("a handle", 1<<63)
		if err != nil {
			return err
		}
		if c.verb == "replace" {
			r.Handle = n
		} else {
			r.position = n
		}
	} else if c.verb == "replace" {
		return unexpected(where, "\"handle\"")
	}
	return c.rule(r)
}

// addObject reads a counter or a quota.
func (c *command) addObject() error {
	if err := c.onlyAdd(); err != nil {
		return err
	}
	k := kindOf(c.object)
	o := Object{Family: c.family, Table: c.table, Type: k.typ}
	if err := c.place("the name of a "+c.object, &o.Name); err != nil {
		return err
	}
	block := c.accept("{")
	for {
		if block {
			c.skipLines()
		}
		t := c.peek()
		switch {
		case block && c.accept("}"):
			c.message(k.make, c.flags(), o.body())
			return nil
		case !block && (t.kind == newline || t.kind == end || t.is("}")):
			c.message(k.make, c.flags(), o.body())
			return nil
		}
		if err := c.objectPart(&o); err != nil {
			return err
		}
	}
}

func (c *command) objectPart(o *Object) (err error) {
	switch {
	case c.accept("comment"):
		o.Comment, err = c.comment()
	case o.Type == objectCounter && c.accept("packets"):
		o.Packets, err = c.number("a number of packets", 1<<63)
	case o.Type == objectCounter && c.accept("bytes"):
		o.Bytes, err = c.number("a number of bytes", 1<<63)
	case o.Type == objectQuota:
		o.Over, o.Bytes, o.Used, err = c.quota()
	default:
		err = unexpected(c.peek(), "packets, bytes or comment")
	}
	return err
}
