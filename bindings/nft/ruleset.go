package nft

import (
	"os"
	"slices"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Ruleset is what a namespace has.
type Ruleset struct {
	Tables  []Table
	Chains  []Chain
	Rules   []Rule
	Sets    []Set // anonymous ones, too
	Objects []Object
	link    func(index int) string
}

// Tables lists the tables.
func (c *Conn) Tables() ([]Table, error) {
	return list(c, unix.NFT_MSG_GETTABLE, 0, nil, func(r reply) Table { return tableOf(r) })
}

func list[T any](c *Conn, typ uint16, f Family, body attrs, make func(reply) T) ([]T, error) {
	replies, err := c.dump(typ, f, body)
	if err != nil {
		return nil, err
	}
	out := []T{}
	for _, r := range replies {
		out = append(out, make(r))
	}
	return out, nil
}

// Ruleset reads everything, or one table: name "" is all of them, family 0 of every family.
func (c *Conn) Ruleset(f Family, table string) (*Ruleset, error) {
	rs := &Ruleset{link: c.LinkName}
	var err error
	if rs.Tables, err = c.Tables(); err != nil {
		return nil, err
	}
	rs.Tables = slices.DeleteFunc(rs.Tables, func(t Table) bool { return f != 0 && t.Family != f || table != "" && t.Name != table })
	if table != "" && len(rs.Tables) == 0 {
		return nil, &Refusal{Errno: unix.ENOENT}
	}
	here := func(f Family, table string) bool {
		return !slices.ContainsFunc(rs.Tables, func(t Table) bool { return t.Family == f && t.Name == table })
	}
	if rs.Chains, err = list(c, unix.NFT_MSG_GETCHAIN, f, nil, chainOf); err != nil {
		return nil, err
	}
	rs.Chains = slices.DeleteFunc(rs.Chains, func(x Chain) bool { return here(x.Family, x.Table) })
	if rs.Rules, err = list(c, unix.NFT_MSG_GETRULE, f, nil, ruleOf); err != nil {
		return nil, err
	}
	rs.Rules = slices.DeleteFunc(rs.Rules, func(x Rule) bool { return here(x.Family, x.Table) })
	if rs.Sets, err = c.sets(f); err != nil {
		return nil, err
	}
	rs.Sets = slices.DeleteFunc(rs.Sets, func(x Set) bool { return here(x.Family, x.Table) })
	for i := range rs.Sets {
		if err := c.readElements(&rs.Sets[i]); err != nil {
			return nil, err
		}
	}
	if rs.Objects, err = list(c, unix.NFT_MSG_GETOBJ, f, nil, objectOf); err != nil {
		return nil, err
	}
	rs.Objects = slices.DeleteFunc(rs.Objects, func(x Object) bool { return here(x.Family, x.Table) })
	return rs, nil
}

func (c *Conn) sets(f Family) ([]Set, error) { return list(c, unix.NFT_MSG_GETSET, f, nil, setOf) }

// readElements reads what is in a set. A set that is gone by now has nothing.
func (c *Conn) readElements(s *Set) error {
	var b attrs
	b.str(unix.NFTA_SET_ELEM_LIST_TABLE, s.Table)
	b.str(unix.NFTA_SET_ELEM_LIST_SET, s.Name)
	replies, err := c.dump(unix.NFT_MSG_GETSETELEM, s.Family, b)
	if err != nil {
		if r, ok := err.(*Refusal); ok && r.Errno == unix.ENOENT {
			return nil
		}
		return err
	}
	var raw []flagged
	for _, r := range replies {
		for _, e := range each(find(r.body, unix.NFTA_SET_ELEM_LIST_ELEMENTS)) {
			raw = append(raw, elementOf(e))
		}
	}
	s.join(raw)
	return nil
}

// Set implements World.
func (c *Conn) Set(f Family, table, name string) *Set {
	var b attrs
	b.str(unix.NFTA_SET_TABLE, table)
	b.str(unix.NFTA_SET_NAME, name)
	replies, err := c.ask(unix.NFT_MSG_GETSET, unix.NLM_F_ACK, f, b)
	if err != nil || len(replies) == 0 {
		return nil
	}
	s := setOf(replies[0])
	return &s
}

// ifreq is struct ifreq with an index.
type ifreq struct {
	name  [unix.IFNAMSIZ]byte
	index int32
	_     [20]byte
}

func (c *Conn) ioctl(request uintptr, r *ifreq) error {
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(c.fd), request, uintptr(unsafe.Pointer(r)))
	if errno != 0 {
		return errno
	}
	return nil
}

// Index implements World: the number of a link in the socket's namespace.
func (c *Conn) Index(link string) (int, error) {
	var r ifreq
	if len(link) >= len(r.name) {
		return 0, &os.SyscallError{Syscall: "link " + link, Err: unix.ENODEV}
	}
	copy(r.name[:], link)
	if err := c.ioctl(unix.SIOCGIFINDEX, &r); err != nil {
		return 0, &os.SyscallError{Syscall: "link " + link, Err: err}
	}
	return int(r.index), nil
}

// LinkName is the name of a link of the socket's namespace; its number if there is none.
func (c *Conn) LinkName(index int) string {
	r := ifreq{index: int32(index)}
	if c.ioctl(unix.SIOCGIFNAME, &r) != nil {
		return strconv.Itoa(index)
	}
	return cstring(r.name[:])
}

// Made is something that a transaction has made.
type Made struct {
	Object string // "table", "chain", "rule", "set"
	Family Family
	Table  string
	Name   string // of a chain or set; of a rule its chain
	Handle uint64
}

// Commit carries a batch out: all of it or nothing. With dry the kernel only checks it.
// It tells what was made, if the batch has at most 256 messages.
func (c *Conn) Commit(b *Batch, dry bool) ([]Made, error) {
	replies, err := c.exchange(b.messages, dry)
	if err != nil {
		return nil, err
	}
	var made []Made
	for _, r := range replies {
		switch r.typ {
		case unix.NFT_MSG_NEWTABLE:
			t := tableOf(r)
			made = append(made, Made{"table", t.Family, t.Name, "", t.Handle})
		case unix.NFT_MSG_NEWCHAIN:
			x := chainOf(r)
			made = append(made, Made{"chain", x.Family, x.Table, x.Name, x.Handle})
		case unix.NFT_MSG_NEWRULE:
			x := ruleOf(r)
			made = append(made, Made{"rule", x.Family, x.Table, x.Chain, x.Handle})
		case unix.NFT_MSG_NEWSET:
			if x := setOf(r); !x.Anonymous() {
				made = append(made, Made{"set", x.Family, x.Table, x.Name, x.Handle})
			}
		}
	}
	return made, nil
}

// DeleteTable deletes a table by its handle, if that is still the one of this name. One that is gone is no error.
func (c *Conn) DeleteTable(f Family, name string, handle uint64) error {
	tables, err := c.Tables()
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(tables, func(t Table) bool {
		return t.Family == f && t.Name == name && (handle == 0 || t.Handle == handle)
	}) {
		return nil
	}
	var b attrs
	b.str(unix.NFTA_TABLE_NAME, name)
	_, err = c.exchange([]message{{typ: unix.NFT_MSG_DELTABLE, family: f, body: b, what: "delete table " + name}}, false)
	return err
}
