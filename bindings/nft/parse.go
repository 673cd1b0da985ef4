package nft

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// World is what the meaning of a text depends on.
type World interface {
	// Set finds a set that exists already; nil if there is none.
	Set(f Family, table, name string) *Set
	// Index is the number of a network link.
	Index(link string) (int, error)
}

// Batch is a list of commands to be carried out as one transaction.
type Batch struct {
	Tables   []Table // that commands add, if they are not there
	messages []message
	sets     map[string]*Set // declared in this batch
	lastID   uint32
	flushes  *Pos // where a command flushes the ruleset
}

// Empty reports whether there is nothing to do.
func (b *Batch) Empty() bool { return len(b.messages) == 0 }

// FlushesRuleset reports where a command takes everything away.
func (b *Batch) FlushesRuleset() (Pos, bool) {
	if b.flushes == nil {
		return Pos{}, false
	}
	return *b.flushes, true
}

// Parse appends the commands in a text: what `nft -f` reads, as far as it is known here.
func (b *Batch) Parse(text string, w World) error {
	tokens, err := lex(text)
	if err != nil {
		return err
	}
	p := &parser{tokens: tokens, world: w, batch: b}
	for p.skipLines(); p.peek().kind != end; p.skipLines() {
		if err := p.command(); err != nil {
			return err
		}
		if t := p.peek(); t.kind != newline && t.kind != end {
			return unexpected(t, "the end of the command")
		}
	}
	return nil
}

func (b *Batch) add(m message) { b.messages = append(b.messages, m) }

func setKey(f Family, table, name string) string { return f.String() + " " + table + " " + name }

func (b *Batch) declare(s *Set) {
	if b.sets == nil {
		b.sets = map[string]*Set{}
	}
	b.lastID++
	s.id = b.lastID
	b.sets[setKey(s.Family, s.Table, s.Name)] = s
}

// parser reads commands.
type parser struct {
	tokens  []token
	at      int
	world   World
	batch   *Batch
	pending []token // come before those at at: the parts of one
	inSet   int     // depth of braces of elements
}

func (p *parser) peek() token { return p.ahead(0) }

// ahead is the token n places on.
func (p *parser) ahead(n int) token {
	if n < len(p.pending) {
		return p.pending[n]
	}
	return p.tokens[min(p.at+n-len(p.pending), len(p.tokens)-1)]
}

func (p *parser) take() token {
	t := p.peek()
	if len(p.pending) > 0 {
		p.pending = p.pending[1:]
		return t
	}
	if p.at < len(p.tokens)-1 {
		p.at++
	}
	return t
}

// accept takes a word or punctuation if it comes next.
func (p *parser) accept(text string) bool {
	if p.peek().is(text) {
		p.take()
		return true
	}
	return false
}

func (p *parser) expect(text string) error {
	if !p.accept(text) {
		return unexpected(p.peek(), strconv.Quote(text))
	}
	return nil
}

func (p *parser) skipLines() {
	for p.peek().kind == newline {
		p.take()
	}
}

// name takes an identifier.
func (p *parser) name(what string) (string, error) {
	t := p.peek()
	if t.kind != word && t.kind != quoted || t.text == "" {
		return "", unexpected(t, what)
	}
	if len(t.text) > 255 {
		return "", fail(t, "a name has at most 255 characters")
	}
	p.take()
	return t.text, nil
}

func (p *parser) number(what string, max uint64) (uint64, error) {
	t := p.peek()
	n, err := parseNumber(t.text)
	if t.kind != word || err != nil || n > max {
		return 0, unexpected(t, what)
	}
	p.take()
	return n, nil
}

// text takes a string in quotes, or a word.
func (p *parser) text(what string, max int) (string, error) {
	t := p.peek()
	if t.kind != quoted && t.kind != word {
		return "", unexpected(t, what)
	}
	if len(t.text) > max {
		return "", fail(t, "%s has at most %d characters", what, max)
	}
	p.take()
	return t.text, nil
}

// maxComment is the longest comment that fits what the kernel keeps for nft.
const maxComment = 127

func (p *parser) comment() (string, error) { return p.text("a comment", maxComment) }

var verbs = map[string]bool{"add": true, "create": true, "insert": true, "replace": true, "delete": true, "destroy": true, "flush": true}

const verbList = "a command expected (add, create, insert, replace, delete, destroy, flush, or table NAME { … })"

// command reads one command.
func (p *parser) command() error {
	t := p.peek()
	verb := "add"
	if t.kind == word && verbs[t.text] {
		verb = p.take().text
	}
	object := p.peek()
	if object.kind != word {
		return unexpected(object, "a command")
	}
	what := verb + " " + object.text
	c := &command{parser: p, verb: verb, pos: t.pos, what: what}
	switch object.text {
	case "table", "chain", "rule", "set", "map", "element", "counter", "quota", "ruleset":
		p.take()
		c.object = object.text
	default:
		if t.is(verb) && (verb == "add" || verb == "insert" || verb == "replace") { // `add inet t c …`, the word rule left out
			c.object, c.what = "rule", verb+" rule"
			break
		}
		return fail(t, "%s, got %s", verbList, object)
	}
	if !t.is(verb) && c.object != "table" {
		return fail(t, "%s, got %s", verbList, t)
	}
	return c.run()
}

// command is one command: a verb, what it is about, and where that is.
type command struct {
	*parser
	verb, object string
	pos          Pos
	what         string
	family       Family
	table        string
}

func (c *command) message(typ, flags uint16, body attrs) {
	c.batch.add(message{typ: typ, flags: flags, family: c.family, body: body, pos: c.pos, what: c.what})
}

// flags are those of what the command makes.
func (c *command) flags() uint16 {
	if c.verb == "create" {
		return unix.NLM_F_CREATE | unix.NLM_F_EXCL
	}
	return unix.NLM_F_CREATE
}

func (c *command) run() error {
	c.family = IP
	if f, ok := FamilyNamed(c.peek().text); ok && c.peek().kind == word {
		c.family = f
		c.take()
	}
	if c.object == "ruleset" {
		if c.verb != "flush" {
			return fail(c.peek(), "the ruleset can only be flushed")
		}
		c.batch.flushes = &c.pos
		c.family = 0
		c.message(unix.NFT_MSG_DELTABLE, 0, nil)
		return nil
	}
	if c.object == "table" && c.verb != "add" && c.verb != "create" && c.accept("handle") {
		return c.byHandle(attrTableHandle, nil)
	}
	if err := c.place("the name of a table", &c.table); err != nil {
		return err
	}
	switch c.verb {
	case "delete", "destroy":
		return c.remove()
	case "flush":
		return c.flush()
	}
	switch c.object {
	case "table":
		return c.addTable()
	case "chain":
		return c.addChain()
	case "rule":
		return c.addRule()
	case "set", "map":
		return c.addSet()
	case "element":
		return c.addElements()
	}
	return c.addObject()
}

func (c *command) place(what string, into *string) (err error) {
	*into, err = c.name(what)
	if err == nil {
		c.what += " " + *into
	}
	return err
}

// onlyAdd refuses the verbs that are for rules only.
func (c *command) onlyAdd() error {
	if c.verb != "add" && c.verb != "create" {
		return fail(token{pos: c.pos}, "a %s can be added, created, deleted, destroyed or flushed, not %q", c.object, c.verb)
	}
	return nil
}

// kinds of objects: the attributes that tell them, and the messages that make and delete them.
type objectKind struct {
	table, name, handle uint16
	make, remove        uint16
	destroy             uint16
	typ                 uint32
}

func kindOf(object string) objectKind {
	switch object {
	case "table":
		return objectKind{0, unix.NFTA_TABLE_NAME, attrTableHandle, unix.NFT_MSG_NEWTABLE, unix.NFT_MSG_DELTABLE, msgDestroyTable, 0}
	case "chain":
		return objectKind{unix.NFTA_CHAIN_TABLE, unix.NFTA_CHAIN_NAME, unix.NFTA_CHAIN_HANDLE, unix.NFT_MSG_NEWCHAIN, unix.NFT_MSG_DELCHAIN, msgDestroyTable + 1, 0}
	case "set", "map":
		return objectKind{unix.NFTA_SET_TABLE, unix.NFTA_SET_NAME, attrSetHandle, unix.NFT_MSG_NEWSET, unix.NFT_MSG_DELSET, msgDestroyTable + 3, 0}
	case "counter":
		return objectKind{unix.NFTA_OBJ_TABLE, unix.NFTA_OBJ_NAME, attrObjHandle, unix.NFT_MSG_NEWOBJ, unix.NFT_MSG_DELOBJ, msgDestroyTable + 5, objectCounter}
	case "quota":
		return objectKind{unix.NFTA_OBJ_TABLE, unix.NFTA_OBJ_NAME, attrObjHandle, unix.NFT_MSG_NEWOBJ, unix.NFT_MSG_DELOBJ, msgDestroyTable + 5, objectQuota}
	}
	return objectKind{}
}

// remove reads what is behind `delete TYPE [family] table`.
func (c *command) remove() error {
	k := kindOf(c.object)
	var b attrs
	switch c.object {
	case "table":
		b.str(k.name, c.table)
		c.message(c.removal(k), 0, b)
		return nil
	case "rule":
		return c.removeRule()
	case "element":
		return c.removeElements()
	}
	b.str(k.table, c.table)
	if k.typ != 0 {
		b.u32(unix.NFTA_OBJ_TYPE, k.typ)
	}
	if c.accept("handle") {
		return c.byHandle(k.handle, b)
	}
	var name string
	if err := c.place("the name of a "+c.object, &name); err != nil {
		return err
	}
	b.str(k.name, name)
	c.message(c.removal(k), 0, b)
	return nil
}

func (c *command) removal(k objectKind) uint16 {
	if c.verb == "destroy" {
		return k.destroy
	}
	return k.remove
}

func (c *command) byHandle(attr uint16, b attrs) error {
	n, err := c.number("a handle", 1<<63)
	if err != nil {
		return err
	}
	b.u64(attr, n)
	c.what += fmt.Sprintf(" handle %d", n)
	c.message(c.removal(kindOf(c.object)), 0, b)
	return nil
}

func (c *command) removeRule() error {
	var chain string
	if err := c.place("the name of a chain", &chain); err != nil {
		return err
	}
	if err := c.expect("handle"); err != nil {
		return err
	}
	n, err := c.number("a handle", 1<<63)
	if err != nil {
		return err
	}
	c.what += fmt.Sprintf(" handle %d", n)
	r := Rule{Table: c.table, Chain: chain, Handle: n}
	var b attrs
	b.str(unix.NFTA_RULE_TABLE, r.Table)
	b.str(unix.NFTA_RULE_CHAIN, r.Chain)
	b.u64(unix.NFTA_RULE_HANDLE, n)
	typ := uint16(unix.NFT_MSG_DELRULE)
	if c.verb == "destroy" {
		typ = msgDestroyTable + 2
	}
	c.message(typ, 0, b)
	return nil
}

// flush empties a table's chains, a chain or a set.
func (c *command) flush() error {
	var b attrs
	switch c.object {
	case "table":
		b.str(unix.NFTA_RULE_TABLE, c.table)
		c.message(unix.NFT_MSG_DELRULE, 0, b)
		return nil
	case "chain", "set", "map":
	default:
		return fail(token{pos: c.pos}, "a table, chain, set, map or the ruleset can be flushed")
	}
	var name string
	if err := c.place("the name of a "+c.object, &name); err != nil {
		return err
	}
	if c.object == "chain" {
		b.str(unix.NFTA_RULE_TABLE, c.table)
		b.str(unix.NFTA_RULE_CHAIN, name)
		c.message(unix.NFT_MSG_DELRULE, 0, b)
		return nil
	}
	b.str(unix.NFTA_SET_ELEM_LIST_TABLE, c.table)
	b.str(unix.NFTA_SET_ELEM_LIST_SET, name)
	c.message(unix.NFT_MSG_DELSETELEM, 0, b)
	return nil
}

// placeOf is the family and the table that a string such as "inet filter" names.
func placeOf(text string) (Family, string, error) {
	words := strings.Fields(text)
	switch len(words) {
	case 1:
		return IP, words[0], nil
	case 2:
		if f, ok := FamilyNamed(words[0]); ok {
			return f, words[1], nil
		}
	}
	return 0, "", fmt.Errorf("a table such as \"inet filter\" expected, got %q", text)
}

// parseCommand appends one command whose verb is given: "add", "rule inet t c accept".
func (b *Batch) parseCommand(verb, text string, w World) error {
	before := len(b.messages)
	err := b.Parse(verb+" "+text, w)
	if s, ok := err.(*SyntaxError); ok && s.Line == 1 { // columns count in what the caller wrote
		s.Column = max(1, s.Column-len(verb)-1)
	}
	for i := before; i < len(b.messages); i++ {
		b.messages[i].pos = Pos{}
	}
	return err
}
