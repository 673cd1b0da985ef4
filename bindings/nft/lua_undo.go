package nft

import (
	"fmt"
	"slices"
	"strconv"

	"nslua/lua"
)

// tableEntry is the kind of journal entry for tables.
const tableEntry = "nft.table"

// plan is the intent to make a table that would outlive the script: one in the
// namespace the shell started in. Tables elsewhere die with their namespace.
type plan struct {
	table Table
	home  *place
	p     *lua.Plan
}

// plan notes in the journal which tables are about to be made.
func (p *place) plan(c *lua.Call, conn *Conn, tables []Table) ([]plan, error) {
	if len(tables) == 0 || p.b.home == 0 || p.ns == nil && currentInode() != p.b.home || p.ns != nil && p.ns.Inode != p.b.home {
		return nil, nil
	}
	there, err := conn.Tables()
	if err != nil {
		return nil, err
	}
	home := p
	if p.ns == nil {
		if home, err = p.b.starting(c.State()); err != nil {
			return nil, err
		}
	}
	var plans []plan
	for i, t := range tables {
		same := func(x Table) bool { return x.Family == t.Family && x.Name == t.Name }
		if slices.ContainsFunc(there, same) || slices.ContainsFunc(tables[:i], same) {
			continue
		}
		lp, err := c.State().Plan(lua.Entry{Kind: tableEntry, What: "table " + t.Family.String() + " " + t.Name, Data: map[string]string{
			"family": t.Family.String(), "name": t.Name, "netns": strconv.FormatUint(p.b.home, 10),
		}})
		if err != nil {
			return nil, cancel(plans, err)
		}
		plans = append(plans, plan{t, home, lp})
	}
	return plans, nil
}

// cancel says that nothing was made. It returns err.
func cancel(plans []plan, err error) error {
	for _, pl := range plans {
		err = pl.p.Cancel(err)
	}
	return err
}

// made has the scope delete the new tables, whatever namespace the shell is in then.
func (p *place) made(conn *Conn, plans []plan) error {
	if len(plans) == 0 {
		return p.forget(conn)
	}
	tables, err := conn.Tables()
	if err != nil {
		return err
	}
	for _, pl := range plans {
		i := slices.IndexFunc(tables, func(x Table) bool { return x.Family == pl.table.Family && x.Name == pl.table.Name })
		if i < 0 { // made and deleted in one transaction
			if err := pl.p.Cancel(nil); err != nil {
				return err
			}
			continue
		}
		t := tables[i]
		if err := pl.p.Identify(map[string]string{"handle": strconv.FormatUint(t.Handle, 10)}); err != nil {
			return err
		}
		p.b.undos[tableKey(t)] = pl.p.Made(nil, func() error {
			delete(p.b.undos, tableKey(t))
			return pl.home.do(func(conn *Conn) error { return conn.DeleteTable(t.Family, t.Name, t.Handle) })
		}, nil)
	}
	return p.forget(conn)
}

func tableKey(t Table) string { return fmt.Sprintf("%s %s %d", t.Family, t.Name, t.Handle) }

// forget notes which tables with an undo are gone.
func (p *place) forget(conn *Conn) error {
	if len(p.b.undos) == 0 || p.ns == nil && currentInode() != p.b.home || p.ns != nil && p.ns.Inode != p.b.home {
		return nil
	}
	tables, err := conn.Tables()
	if err != nil {
		return err
	}
	for key, undo := range p.b.undos {
		if !slices.ContainsFunc(tables, func(t Table) bool { return tableKey(t) == key }) {
			undo.Done()
			delete(p.b.undos, key)
		}
	}
	return nil
}

// undoTable deletes the table of a journal entry, if it is there and still the
// one. A table of another namespace than the caller's has gone with it or is not within reach.
func undoTable(e lua.Entry) error {
	if e.Data["netns"] != strconv.FormatUint(currentInode(), 10) {
		return nil
	}
	family, ok := FamilyNamed(e.Data["family"])
	if !ok {
		return fmt.Errorf("table %s: unknown family %q", e.Data["name"], e.Data["family"])
	}
	var handle uint64
	if text, known := e.Data["handle"]; known {
		var err error
		if handle, err = strconv.ParseUint(text, 10, 64); err != nil {
			return fmt.Errorf("table %s: handle: %w", e.Data["name"], err)
		}
	}
	conn, err := Dial(nil)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.DeleteTable(family, e.Data["name"], handle)
}
