package fs

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// node is a file on the way through a tree. It is reached by name from the open
// directory that it is in, so that nobody can lead the way elsewhere by a symbolic link.
type node struct {
	dir   int    // AT_FDCWD for the root
	name  string // below dir
	path  string // to show
	depth int    // 0 for the root
	info  Info
}

// walker goes through a tree depth first, each directory by name. It follows no
// symbolic link but, with follow, the root.
type walker struct {
	wait   Wait
	follow bool
	pre    func(*node) (descend bool, err error) // before what is in a directory; nil descends
	post   func(*node) error                     // after it
}

func (w *walker) walk(path string) error {
	info, err := Stat(path, w.follow)
	if err != nil {
		return err
	}
	return w.visit(&node{dir: unix.AT_FDCWD, name: path, path: path, info: info})
}

func (w *walker) visit(n *node) error {
	if err := w.wait.check(); err != nil {
		return err
	}
	descend := true
	if w.pre != nil {
		var err error
		if descend, err = w.pre(n); err != nil {
			return err
		}
	}
	if descend && n.info.Type == "dir" {
		if err := w.inside(n); err != nil {
			return err
		}
	}
	if w.post != nil {
		return w.post(n)
	}
	return nil
}

// inside visits what is in a directory. Files that vanish meanwhile are passed over.
func (w *walker) inside(n *node) error {
	d, err := n.open(w.follow && n.depth == 0)
	if err != nil {
		return err
	}
	defer d.Close()
	entries, err := listDir(d)
	if err != nil {
		return err
	}
	dir := int(d.Fd())
	for _, e := range entries {
		child := &node{dir: dir, name: e.Name, path: filepath.Join(n.path, e.Name), depth: n.depth + 1}
		child.info, err = statAt(dir, e.Name, child.path, false)
		if errors.Is(err, unix.ENOENT) {
			continue
		}
		if err != nil {
			return err
		}
		if err := w.visit(child); err != nil {
			return err
		}
	}
	return nil
}

// open opens a directory, and makes sure that it is still the one that was looked at.
func (n *node) open(follow bool) (*os.File, error) {
	flags := unix.O_RDONLY | unix.O_DIRECTORY | unix.O_CLOEXEC | unix.O_NOFOLLOW
	if follow {
		flags &^= unix.O_NOFOLLOW
	}
	fd, err := unix.Openat(n.dir, n.name, flags, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", n.path, err)
	}
	d := os.NewFile(uintptr(fd), n.path)
	now, err := statAt(fd, "", n.path, false)
	if err == nil && !now.same(n.info) {
		err = fmt.Errorf("%s has been replaced by another file: %w", n.path, unix.ESTALE)
	}
	if err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// same reports whether both are the same file, seen on the same mount.
func (i Info) same(o Info) bool { return i.Inode == o.Inode && i.sameMount(o) }

func (i Info) sameMount(o Info) bool {
	return i.MountID == o.MountID && i.Major == o.Major && i.Minor == o.Minor
}

// each calls f for everything in a tree, what is in a directory before the directory itself.
func each(wait Wait, path string, f func(*node) error) error {
	w := walker{wait: wait, post: f}
	return w.walk(path)
}
