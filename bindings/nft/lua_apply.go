package nft

import (
	"errors"
	"fmt"
	"slices"

	"nslua/lua"
)

// invalid makes a *SyntaxError an error for an argument.
func invalid(err error) error {
	var s *SyntaxError
	if errors.As(err, &s) {
		return &lua.Error{Code: "EINVAL", Errno: 22, Message: s.Error()}
	}
	return err
}

func (p *place) apply(c *lua.Call) error {
	var what ruleset
	var check bool
	if err := c.Unpack("ruleset", &what, "options?", lua.Fields{"check": &check}); err != nil {
		return err
	}
	return p.do(func(conn *Conn) error {
		b := &Batch{}
		if err := what.parse(b, conn); err != nil {
			return err
		}
		_, err := p.commit(c, conn, b, check)
		return err
	})
}

// command is nft.add and its like: one command, whose verb is the function's name.
func (p *place) command(c *lua.Call, verb string) error {
	var what string
	if err := c.Unpack("what", &what); err != nil {
		return err
	}
	return p.do(func(conn *Conn) error {
		b := &Batch{}
		if err := b.parseCommand(verb, what, conn); err != nil {
			return invalid(err)
		}
		made, err := p.commit(c, conn, b, false)
		if err != nil || len(made) != 1 {
			return err
		}
		return c.Return(made[0].Handle)
	})
}

// commit carries a batch out. What it makes that outlives the script is undone with the current scope.
func (p *place) commit(c *lua.Call, conn *Conn, b *Batch, check bool) ([]Made, error) {
	if check {
		return conn.Commit(b, true)
	}
	if at, flushes := b.FlushesRuleset(); flushes {
		if err := spared(conn, at); err != nil {
			return nil, err
		}
	}
	plans, err := p.plan(c, conn, b.Tables)
	if err != nil {
		return nil, err
	}
	made, err := conn.Commit(b, false)
	if err != nil {
		return nil, cancel(plans, err)
	}
	return made, p.made(conn, plans)
}

// spared refuses to flush the ruleset where iptables-nft has tables of its own.
func spared(conn *Conn, at Pos) error {
	rs, err := conn.Ruleset(0, "")
	if err != nil {
		return err
	}
	i := slices.IndexFunc(rs.Rules, func(r Rule) bool { return r.Foreign() })
	if i < 0 {
		return nil
	}
	r := rs.Rules[i]
	return lua.WithHint(lua.Invalid("%s: flush ruleset would also take away what iptables has made: table %s %s", at, r.Family, r.Table),
		`delete your own tables instead: nft.delete("table inet mine")`)
}

// transaction is the list of commands that nft.transaction gathers.
type transaction struct {
	place *place
	conn  *Conn
	batch Batch
	done  bool
}

// Close implements lua.Handle.
func (t *transaction) Close() error { t.done = true; return nil }

// Closed implements lua.Handle.
func (t *transaction) Closed() bool { return t.done }

func (t *transaction) String() string {
	return fmt.Sprintf("transaction of %d messages", len(t.batch.messages))
}

func (p *place) transaction(c *lua.Call) error {
	var fn *lua.Function
	if err := c.Unpack("fn", &fn); err != nil {
		return err
	}
	return p.do(func(conn *Conn) error {
		t := &transaction{place: p, conn: conn}
		v := c.State().Wrap(t)
		c.State().Forget(t)
		defer t.Close()
		results, err := c.Invoke(fn, v)
		if err != nil {
			return err
		}
		if _, err := p.commit(c, conn, &t.batch, false); err != nil {
			return err
		}
		return c.ReturnValues(results)
	})
}

func transactionType() *lua.Type {
	t := &lua.Type{Name: "nft.Transaction", Sample: (*transaction)(nil), Methods: []*lua.Func{
		lua.F("apply", func(c *lua.Call) error {
			var what ruleset
			if err := c.Unpack("ruleset", &what); err != nil {
				return err
			}
			t := lua.Self[*transaction](c)
			return what.parse(&t.batch, t.conn)
		}),
	}}
	for _, verb := range []string{"add", "insert", "delete", "flush"} {
		t.Methods = append(t.Methods, lua.F(verb, func(c *lua.Call) error {
			var what string
			if err := c.Unpack("what", &what); err != nil {
				return err
			}
			t := lua.Self[*transaction](c)
			return invalid(t.batch.parseCommand(verb, what, t.conn))
		}))
	}
	return t
}
