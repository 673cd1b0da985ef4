package fs

import (
	"errors"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// WalkOptions say how far a Walk goes.
type WalkOptions struct {
	Depth      int  // of what is visited at most; the root has 0. Negative: all
	SameMount  bool // what is mounted in the tree is not entered
	FollowRoot bool // the root may be a symbolic link to a directory
}

// WalkEntry is a file that a Walk has come to.
type WalkEntry struct {
	Path string
	Entry
	Depth int
	Err   error // why the directory can't be read
}

// Walk goes through a tree step by step, a directory before what is in it, each
// directory by name. It holds nothing open between the steps, so it may be left anywhere.
type Walk struct {
	o     WalkOptions
	root  Info
	stack [][]WalkEntry // what is still to come, by depth
}

// NewWalk begins a walk at a path.
func NewWalk(path string, o WalkOptions) (*Walk, error) {
	info, err := Stat(path, o.FollowRoot)
	if err != nil {
		return nil, err
	}
	root := WalkEntry{Path: path, Entry: Entry{filepath.Base(path), info.Type}}
	return &Walk{o: o, root: info, stack: [][]WalkEntry{{root}}}, nil
}

// Next is the next file, nil at the end. skip leaves out what is in the directory it came to last.
func (w *Walk) Next(skip bool) *WalkEntry {
	if skip && len(w.stack) > 0 {
		w.stack = w.stack[:len(w.stack)-1]
	}
	for len(w.stack) > 0 {
		last := len(w.stack) - 1
		if len(w.stack[last]) == 0 {
			w.stack = w.stack[:last]
			continue
		}
		e := w.stack[last][0]
		w.stack[last] = w.stack[last][1:]
		var below []WalkEntry
		if e.Type == "dir" && (w.o.Depth < 0 || e.Depth < w.o.Depth) {
			below, e.Err = w.read(e)
			if errors.Is(e.Err, unix.ENOENT) { // gone since its parent was read
				continue
			}
		}
		w.stack = append(w.stack, below)
		return &e
	}
	return nil
}

// read lists a directory of the walk.
func (w *Walk) read(e WalkEntry) ([]WalkEntry, error) {
	if w.o.SameMount && e.Depth > 0 {
		if info, err := Stat(e.Path, false); err != nil || !info.sameMount(w.root) {
			return nil, err
		}
	}
	entries, err := List(e.Path)
	if err != nil {
		return nil, err
	}
	below := make([]WalkEntry, len(entries))
	for i, child := range entries {
		below[i] = WalkEntry{Path: filepath.Join(e.Path, child.Name), Entry: child, Depth: e.Depth + 1}
	}
	return below, nil
}
