package nft

import (
	"maps"
	"os"
	"strconv"
	"testing"

	"nslua/bindings/internal/kerntest"
	"nslua/lua"
)

// A journal's entry takes back its table, and no other of that name.
func TestUndoTable(t *testing.T) {
	if os.Getuid() != 0 {
		kerntest.Skipf(t, "root", "it makes a network namespace")
	}
	ns, err := kerntest.NewNetwork()
	if err != nil {
		t.Fatal(err)
	}
	defer ns.Close()
	err = ns.Visit(func() error {
		conn, err := Dial(nil)
		if err != nil {
			return err
		}
		defer conn.Close()
		b := new(Batch)
		if err := b.Parse("table inet mine { chain c { accept; } }\ntable ip mine", conn); err != nil {
			return err
		}
		made, err := conn.Commit(b, false)
		if err != nil {
			return err
		}
		if len(made) != 4 || made[0].Object != "table" || made[0].Handle == 0 || made[2].Object != "rule" {
			t.Errorf("made %+v", made)
		}
		right := map[string]string{
			"family": "inet", "name": "mine", "netns": strconv.FormatUint(currentInode(), 10), "handle": strconv.FormatUint(made[0].Handle, 10),
		}
		count := func(change, value string, want int) {
			data := maps.Clone(right)
			data[change] = value
			if err := undoTable(lua.Entry{Kind: tableEntry, Data: data}); err != nil {
				t.Errorf("%s %s: %v", change, value, err)
			}
			tables, err := conn.Tables()
			if err != nil || len(tables) != want {
				t.Errorf("%s %s: %d tables left, want %d (%v)", change, value, len(tables), want, err)
			}
		}
		count("handle", "4711", 2)
		count("netns", "1", 2)
		count("name", "other", 2)
		count("family", "inet", 1)
		count("family", "inet", 1) // gone already
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What iptables-nft makes has no words of its own, and is told as what it is.
func TestForeignRule(t *testing.T) {
	match := Expr{Name: "match"}
	match.data.str(1, "conntrack")
	match.data.u32(2, 3)
	r := Rule{Family: IP, Table: "filter", Chain: "INPUT", exprs: []Expr{match, exprCounter(1, 2), exprVerdict(Verdict{Code: verdictAccept})}}
	if !r.Foreign() {
		t.Error("not foreign")
	}
	const want = `xt match "conntrack" counter packets 1 bytes 2 accept`
	if got := (&Ruleset{}).RuleText(&r); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
