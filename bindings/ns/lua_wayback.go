package ns

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
	"nslua/lua"
)

// returnable are the kinds that a thread can come back from.
const returnable = unix.CLONE_NEWNET | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC | unix.CLONE_NEWCGROUP | unix.CLONE_NEWNS

// way is how to get back to the namespaces the shell was in: what a scope needs
// to leave a namespace again, and to undo things where they were made.
type way struct{ home []*namespace.Handle }

func wayBack(mask int) (*way, error) {
	w := &way{}
	for _, k := range namespace.Kinds {
		if mask&k.Flag&returnable == 0 {
			continue
		}
		h, err := namespace.Current(k, false)
		if err != nil {
			w.abandon()
			return nil, err
		}
		if !h.Ours() { // there is no way back out of a user namespace
			h.Close()
			continue
		}
		w.home = append(w.home, h)
	}
	return w, nil
}

func (w *way) abandon() {
	for _, h := range w.home {
		h.Close()
	}
}

// entered holds, by kind, the undo of the first change in the current scope.
type entered struct{ undo map[string]*lua.Undo }

// register makes the scope go back at its end. One way back for each kind is enough: that to where the scope began.
func (w *way) register(s *lua.State) {
	e := lua.Attached(s, func() *entered { return &entered{map[string]*lua.Undo{}} })
	for _, h := range w.home {
		if s.Holds(e.undo[h.Kind.Name]) {
			h.Close()
			continue
		}
		e.undo[h.Kind.Name] = s.OnUndo("the change of namespace from "+h.String(), nil, func() error {
			return errors.Join(Enter(h), h.Close())
		}, nil)
	}
}

// pins holds the undo of each pin this script made, by path.
type pins struct{ undo map[string]*lua.Undo }

func pinsOf(s *lua.State) *pins {
	return lua.Attached(s, func() *pins { return &pins{map[string]*lua.Undo{}} })
}

// pinned gives a namespace a name or a path, until the scope ends.
func pinned(s *lua.State, h *namespace.Handle, name, path string) error {
	if name != "" {
		file, err := namePath(name)
		if err != nil {
			return err
		}
		path = file
	}
	plan, err := s.Plan(lua.Entry{Kind: "ns.pin", What: "pin " + path, Data: map[string]string{
		"path": path, "inode": strconv.FormatUint(h.Inode, 10),
	}})
	if err != nil {
		return err
	}
	if name == "" {
		err = Pin(h, path)
	} else {
		var made bool
		made, err = PinName(h, name)
		if made {
			s.OnUndo("the mount on "+netnsDir, nil, DropDir, nil)
		}
	}
	if err != nil {
		return plan.Cancel(err)
	}
	pinsOf(s).undo[path] = plan.Made(h, func() error {
		delete(pinsOf(s).undo, path)
		return Unpin(path)
	}, nil)
	return nil
}

// undoPin takes back a pin that a killed process left: only if it still is of the namespace that it was made for.
func undoPin(e lua.Entry) error {
	path := e.Data["path"]
	var st unix.Stat_t
	if err := unix.Lstat(path, &st); err == unix.ENOENT {
		return nil
	} else if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	half := st.Mode&unix.S_IFMT == unix.S_IFREG && st.Size == 0 && st.Mode&0o777 == 0 // the process died between making the file and the mount
	if strconv.FormatUint(st.Ino, 10) != e.Data["inode"] && !half {
		return nil
	}
	if err := Unpin(path); err != nil {
		return err
	}
	if filepath.Dir(path) == netnsDir {
		return DropDir()
	}
	return nil
}

// forget notes that a pin is gone.
func forget(s *lua.State, path string) {
	p := pinsOf(s)
	p.undo[path].Done()
	delete(p.undo, path)
}
