package bindings

import (
	"fmt"

	"nslua/bindings/internal/journal"
	"nslua/lua"
)

// NewJournal is the journal for the state of this process.
func NewJournal() lua.Journal { return journal.New(journal.Dir()) }

// Collected is what became of one thing that a dead process had left.
type Collected struct {
	Entry lua.Entry
	Owner string // the process, and when it began the journal
	Err   error  // why it could not be undone
}

// Collect undoes what killed processes of this user have left, and only that. With dry it only reports.
func Collect(dry bool) ([]Collected, error) {
	undo := map[string]func(lua.Entry) error{}
	for _, m := range All() {
		for kind, f := range m.Undo {
			undo[kind] = f
		}
	}
	results, err := journal.Collect(journal.Dir(), dry, func(e lua.Entry) error {
		f := undo[e.Kind]
		if f == nil {
			return fmt.Errorf("this version does not know how to undo a %q", e.Kind)
		}
		return f(e)
	})
	all := make([]Collected, len(results))
	for i, r := range results {
		all[i] = Collected{r.Entry, r.Owner, r.Err}
	}
	return all, err
}
