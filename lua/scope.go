package lua

import (
	"errors"
	"fmt"
	"slices"
)

// Scope remembers how to undo what was made inside it. Scopes nest; a state has
// an outermost one, which ends with the state.
type Scope struct {
	parent *Scope
	undos  []*Undo
}

// Undo is one thing to take back when its scope ends.
type Undo struct {
	What   string // "link veth0": for the report of a failure
	Handle Handle // what keep() names it by; may be nil
	// Private says that the thing is the process's own, such as a child process
	// or a temporary directory, and ends with it even where Release was called.
	Private bool
	run     func() error
	done    bool
	kept    func() error
	plan    *Plan // its place in the journal, if it has one
	note    *undoNote
}

// Done says that the thing is gone already: nothing is left to undo. A nil Undo is fine.
func (u *Undo) Done() {
	if u != nil && !u.done {
		u.done = true
		if u.note != nil {
			u.note.gone()
		}
		u.strike()
	}
}

// strike takes the thing out of the journal. If that fails the entry stays: gc finds nothing to undo then.
func (u *Undo) strike() {
	if u.plan != nil {
		u.plan.strike()
	}
}

// OnUndo notes how to undo what the current call has made. what names it in the
// report of a failure. kept, if not nil, is called when the script takes the
// thing out of all scopes with keep(). The caller calls Done when the thing goes before its scope does.
func (s *State) OnUndo(what string, h Handle, undo, kept func() error) *Undo {
	u := &Undo{What: what, Handle: h, run: undo, kept: kept}
	s.undo.add(u)
	if s.explain != nil {
		s.explain.registered(u)
	}
	return u
}

func (sc *Scope) add(u *Undo) {
	sc.undos = append(sc.undos, u)
	if len(sc.undos)%256 == 0 {
		sc.compact()
	}
}

// compact forgets what is gone, so that a script that makes and removes for days does not grow.
func (sc *Scope) compact() {
	live := sc.undos[:0]
	for _, u := range sc.undos {
		if !u.done {
			live = append(live, u)
		}
	}
	clear(sc.undos[len(live):])
	sc.undos = live
}

// end undoes everything in reverse order. A failure does not keep the rest from being undone.
func (sc *Scope) end() error {
	var errs []error
	for len(sc.undos) > 0 {
		u := sc.undos[len(sc.undos)-1]
		sc.undos = sc.undos[:len(sc.undos)-1]
		if u.done {
			continue
		}
		u.done = true
		if u.note != nil {
			u.note.runs()
		}
		if err := u.run(); err != nil {
			errs = append(errs, fmt.Errorf("undo %s: %w", u.What, err))
			continue
		}
		u.strike()
	}
	return errors.Join(errs...)
}

// Holds reports whether the innermost scope has u to undo. A nil Undo it has not.
func (s *State) Holds(u *Undo) bool { return u != nil && !u.done && slices.Contains(s.undo.undos, u) }

// Release leaves everything that is not private as it is: the closure that made
// it in another process has returned, and what it made belongs to the namespaces it is in.
func (s *State) Release() {
	for _, u := range s.undo.undos {
		u.done = u.done || !u.Private
	}
}

// openScope makes the outermost scope and the global functions of Core.
func (s *State) openScope() {
	s.undo = &Scope{}
	for _, f := range Core().Funcs {
		f.op = f.Name
		v := s.function(f)
		s.globals().RawSetString(f.Name, v)
		s.named[v], s.byName[f.Name] = f.Name, v
	}
}

// closeAll ends every scope, then closes the handles and writes out what print has buffered.
func (s *State) closeAll() error {
	var errs []error
	if s.explain != nil {
		s.explain.ending = true
	}
	s.unwind.suspend(func() {
		for s.undo != nil {
			errs = append(errs, s.undo.end())
			s.undo = s.undo.parent
		}
		errs = append(errs, s.handles.closeAll())
	})
	errs = append(errs, s.Flush())
	if s.opts.Journal != nil {
		errs = append(errs, s.opts.Journal.Close())
	}
	return errors.Join(errs...)
}

// scope(fn, ...) runs fn and undoes what it made, however it ends. fn gets the
// scope's arguments; its results are scope's.
func scope(c *Call) error {
	var fn *Function
	var args []Value
	if err := c.Unpack("fn", &fn, "...args", &args); err != nil {
		return err
	}
	s := c.s
	inner := &Scope{parent: s.undo}
	s.undo = inner
	results, err := c.Invoke(fn, args...)
	s.unwind.suspend(func() {
		if undoErr := inner.end(); err == nil {
			err = undoErr
		} else if undoErr != nil { // the error that ended the scope goes on; this one must not be lost
			fmt.Fprintf(s.opts.Stderr, "nslua: %v\n", undoErr)
		}
	})
	s.undo = inner.parent
	if err != nil {
		return err
	}
	return c.ReturnValues(results)
}

// keep(thing) takes a thing that was made in a scope out of it: it stays when the script ends.
func keep(c *Call) error {
	var v Value
	if err := c.Unpack("thing", &v); err != nil {
		return err
	}
	h := handleOf(v)
	if h == nil {
		return Invalid("argument 'thing': a handle expected, got %s", typeName(v))
	}
	found := false
	for sc := c.s.undo; sc != nil; sc = sc.parent {
		for _, u := range sc.undos {
			if u.Handle == h && !u.done {
				found = true
				u.Done()
				if u.kept != nil {
					if err := u.kept(); err != nil {
						return err
					}
				}
			}
		}
	}
	if !found {
		return Invalid("%s was not made by this script, or is kept already", h)
	}
	return c.Return(v)
}
