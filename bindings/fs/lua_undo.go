package fs

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/home"
	"nslua/lua"
)

// The kinds of entries in the journal: a directory goes if it is empty, a temporary file or directory with all that is in it.
const (
	dirEntry  = "fs.dir"
	tempEntry = "fs.temp"
)

// binding is the module in one state: what its functions have made, so that their undo is known when they go before.
type binding struct {
	made  map[string]*madeFile // by absolute path
	homes *home.Homes
}

// madeFile is a file or directory that its scope will remove, in the mount namespace it was made in.
type madeFile struct {
	Made
	home *home.Home
	undo *lua.Undo
}

// plan is a file or directory about to be made.
type plan struct {
	*lua.Plan
	b    *binding
	s    *lua.State
	kind string
	home *home.Home
}

// plan writes the entry for a path to the journal.
func (b *binding) plan(c *lua.Call, kind, path string) (*plan, error) {
	in, err := b.homes.Here()
	if err != nil {
		return nil, err
	}
	what := map[string]string{dirEntry: "directory ", tempEntry: "temporary "}[kind] + path
	p, err := c.State().Plan(lua.Entry{Kind: kind, What: what, Data: map[string]string{"path": path, "namespace": in.ID()}})
	if err != nil {
		return nil, errors.Join(err, in.Release())
	}
	return &plan{p, b, c.State(), kind, in}, nil
}

// cancel says that nothing was made; err says why.
func (p *plan) cancel(err error) error { return errors.Join(p.Cancel(err), p.home.Release()) }

// made has the scope remove what was made.
func (p *plan) made(m Made) error {
	f := &madeFile{Made: m, home: p.home}
	p.b.made[m.Path] = f
	f.undo = p.Made(nil, func() error {
		err := f.home.Run(func() error { return f.remove(p.kind, p.s.Wait) })
		return errors.Join(err, p.b.forget(f))
	}, nil)
	f.undo.Private = p.kind == tempEntry
	return p.Identify(map[string]string{"dev": strconv.FormatUint(m.dev, 10), "inode": strconv.FormatUint(m.ino, 10)})
}

// remove removes what is still there as its kind wants it.
func (m *Made) remove(kind string, wait Wait) error {
	if kind == dirEntry {
		return m.RemoveEmpty()
	}
	return m.RemoveTree(wait)
}

// forget takes a file off the books: it has gone.
func (b *binding) forget(f *madeFile) error {
	f.undo.Done()
	if b.made[f.Path] == f {
		delete(b.made, f.Path)
	}
	return f.home.Release()
}

// gone forgets the undo of what has been removed.
func (b *binding) gone(path string) error {
	abs, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	var errs []error
	for _, f := range b.below(abs) {
		if !f.there() {
			errs = append(errs, b.forget(f))
		}
	}
	return errors.Join(errs...)
}

// below is what was made at a path or below it.
func (b *binding) below(abs string) []*madeFile {
	var all []*madeFile
	for path, f := range b.made {
		if path == abs || strings.HasPrefix(path, abs+"/") {
			all = append(all, f)
		}
	}
	return all
}

// moved lets the undo of what has been renamed, or was in there, follow the new name.
func (b *binding) moved(old, path string) error {
	from, err := filepath.Abs(old)
	if err != nil {
		return err
	}
	to, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	var errs []error
	there, back := b.below(from), b.below(to)
	for _, f := range there {
		errs = append(errs, b.follow(f, to+strings.TrimPrefix(f.Path, from)))
	}
	for _, f := range back { // if they were exchanged; else it was replaced
		errs = append(errs, b.follow(f, from+strings.TrimPrefix(f.Path, to)))
	}
	return errors.Join(errs...)
}

// follow notes that a file may now be at a path.
func (b *binding) follow(f *madeFile, path string) error {
	if b.made[f.Path] == f {
		delete(b.made, f.Path)
	}
	if f.Path = path; !f.there() {
		return b.forget(f)
	}
	b.made[path] = f
	return nil
}

// undoEntry removes what a killed process left, in this mount namespace only.
func (b *binding) undoEntry(e lua.Entry) error {
	here, err := b.homes.Current()
	if err != nil || here != e.Data["namespace"] {
		return err
	}
	m := Made{Path: e.Data["path"]}
	if e.Data["inode"] == "" {
		if m, err = justMade(e); err != nil || m.Path == "" {
			return err
		}
	} else if m.dev, m.ino, err = numbers(e.Data["dev"], e.Data["inode"]); err != nil {
		return err
	}
	return m.remove(e.Kind, func([]unix.PollFd, time.Duration) (int, error) { return 0, nil })
}

// tick is how far behind the clock the time of birth of a file may be.
const tick = 20 * time.Millisecond

// justMade is what is at an entry's path if the process that wrote the entry died
// before it could say more: it was made after the entry. No path if it is another's.
func justMade(e lua.Entry) (Made, error) {
	info, err := Stat(e.Data["path"], false)
	if errors.Is(err, unix.ENOENT) {
		return Made{}, nil
	}
	if err != nil {
		return Made{}, err
	}
	if info.Birth.IsZero() || info.Birth.Before(e.Time.Add(-tick)) {
		return Made{}, nil
	}
	return found(e.Data["path"])
}

func numbers(dev, inode string) (d, i uint64, err error) {
	d, err = strconv.ParseUint(dev, 10, 64)
	if err == nil {
		i, err = strconv.ParseUint(inode, 10, 64)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("journal: %w", err)
	}
	return d, i, nil
}
