package lua

import (
	"errors"
	"fmt"
	"time"
)

// Entry tells another process how to undo something that outlives this one: what
// a script has made where a crash would leave it.
type Entry struct {
	Kind string            `json:"kind"` // "net.link": a key of some Module.Undo
	What string            `json:"what"` // for people: "link veth0"
	Data map[string]string `json:"data"` // how to find it again, and to tell it from others of its name
	Time time.Time         `json:"time"` // when it was about to be made
}

// Journal keeps the entries of things that exist, for those who clean up when
// the process died without doing so.
type Journal interface {
	Write(e Entry) (id int64, err error) // before the thing is made
	Update(id int64, data map[string]string) error
	Strike(id int64) error // it is gone, was never made, or is meant to stay
	Close() error
}

// Plan is something about to be made that would outlive the process.
type Plan struct {
	s     *State
	entry Entry
	id    int64 // 0: not journaled
}

// Plan writes the entry to the journal, if the state has one. The caller then
// makes the thing and calls Made, or Cancel where it could not.
func (s *State) Plan(e Entry) (*Plan, error) {
	e.Time = time.Now()
	p := &Plan{s: s, entry: e}
	if s.opts.Journal == nil {
		return p, nil
	}
	var err error
	if p.id, err = s.opts.Journal.Write(e); err != nil {
		return nil, fmt.Errorf("journal %s: %w", e.What, err)
	}
	return p, nil
}

// Cancel says that nothing was made after all. It returns err, joined with its own.
func (p *Plan) Cancel(err error) error { return errors.Join(err, p.strike()) }

func (p *Plan) strike() error {
	if p.id == 0 {
		return nil
	}
	id := p.id
	p.id = 0
	return p.s.opts.Journal.Strike(id)
}

// Identify adds what is known only once the thing exists, such as an interface's index.
func (p *Plan) Identify(data map[string]string) error {
	for k, v := range data {
		p.entry.Data[k] = v
	}
	if p.id == 0 {
		return nil
	}
	return p.s.opts.Journal.Update(p.id, p.entry.Data)
}

// Made has the current scope undo the thing: by undo or, if that is nil, as the
// module undoes the entry. h and kept are as in OnUndo.
func (p *Plan) Made(h Handle, undo, kept func() error) *Undo {
	if undo == nil {
		undo = func() error { return p.s.undoEntry(p.entry) }
	}
	u := p.s.OnUndo(p.entry.What, h, undo, kept)
	u.plan = p
	return u
}

// undoEntry undoes a thing by its description.
func (s *State) undoEntry(e Entry) error {
	for _, m := range s.opts.Modules {
		if undo := m.Undo[e.Kind]; undo != nil {
			return undo(e)
		}
	}
	return fmt.Errorf("nothing here knows how to undo a %q", e.Kind)
}

// Entries are the things that the state would undo at its end: another process can take them over with TakeOver.
func (s *State) Entries() []Entry {
	var all []Entry
	for sc := s.undo; sc != nil; sc = sc.parent {
		for _, u := range sc.undos {
			if !u.done && u.plan != nil {
				all = append(all, u.plan.entry)
			}
		}
	}
	return all
}

// TakeOver makes the state undo, at the end of the current scope, what a closure has made in another process.
func (s *State) TakeOver(entries []Entry) error {
	var errs []error
	for _, e := range entries {
		p, err := s.Plan(e)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		p.Made(nil, nil, nil)
	}
	return errors.Join(errs...)
}

// Journal is the state's journal, nil if it has none.
func (s *State) Journal() Journal { return s.opts.Journal }

// SetJournal gives the state a journal, before anything was made.
func (s *State) SetJournal(j Journal) { s.opts.Journal = j }
