package mount

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	pathrs "github.com/cyphar/filepath-securejoin/pathrs-lite"
	"golang.org/x/sys/unix"
)

// made are the directories, and at the end perhaps a file, that are made for a mount point.
type made struct {
	root  string   // the paths are inside it; "" for absolute paths
	paths []string // outermost first
	file  bool     // the last is an empty file
}

// missing lists what has to be made for the target to exist, if it may be made at all.
func (t Target) missing(dir func() (bool, error)) (m made, err error) {
	if !t.Mkdir {
		return m, nil
	}
	isDir, err := dir()
	if err != nil {
		return m, err
	}
	if t.Root != "" {
		root, err := openRoot(t.Root)
		if err != nil {
			return m, err
		}
		defer root.Close()
		m.root = t.Root
		m.paths, err = missingTail(filepath.Clean("/"+t.Path), func(p string) error {
			f, err := openIn(root, p)
			if err != nil {
				return err
			}
			return f.Close()
		})
		m.file = !isDir && len(m.paths) > 0
		return m, err
	}
	path, err := filepath.Abs(t.Path)
	if err != nil {
		return m, err
	}
	m.paths, err = missingTail(path, func(p string) error {
		var st unix.Stat_t
		return unix.Stat(p, &st)
	})
	m.file = !isDir && len(m.paths) > 0
	return m, err
}

// make makes them. After an error none of them is left.
func (m made) make() error {
	if len(m.paths) == 0 {
		return nil
	}
	if m.root != "" {
		return m.makeIn()
	}
	for i, p := range m.paths {
		var err error
		if m.file && i == len(m.paths)-1 {
			err = makeFile(unix.AT_FDCWD, p)
		} else {
			err = unix.Mkdir(p, 0o755)
		}
		if err != nil {
			return errors.Join(fmt.Errorf("mkdir %s: %w", p, err), made{paths: m.paths[:i]}.remove())
		}
	}
	return nil
}

func (m made) makeIn() error {
	root, err := openRoot(m.root)
	if err != nil {
		return err
	}
	defer root.Close()
	path := m.paths[len(m.paths)-1]
	dirs, before := path, m.paths
	if m.file {
		dirs, before = filepath.Dir(path), m.paths[:len(m.paths)-1]
	}
	undo := made{root: m.root, paths: before}
	parent, err := pathrs.MkdirAllHandle(root, dirs, 0o755)
	if err != nil {
		return errors.Join(inRoot("mkdir", root, dirs, err), undo.remove())
	}
	defer parent.Close()
	if !m.file {
		return nil
	}
	if err := makeFile(int(parent.Fd()), filepath.Base(path)); err != nil {
		return errors.Join(inRoot("create", root, path, err), undo.remove())
	}
	return nil
}

// missingTail lists the parts of a path that do not exist, outermost first.
func missingTail(path string, look func(string) error) ([]string, error) {
	var missing []string
	for p := path; ; p = filepath.Dir(p) {
		err := look(p)
		if err == nil {
			break
		}
		if !errors.Is(err, unix.ENOENT) {
			return nil, fmt.Errorf("%s: %w", p, err)
		}
		missing = append(missing, p)
		if p == "/" || p == "." {
			break
		}
	}
	slices.Reverse(missing)
	return missing, nil
}

func makeFile(dir int, name string) error {
	fd, err := unix.Openat(dir, name, unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC|unix.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	return unix.Close(fd)
}

// remove takes away what was made, innermost first. What has been filled meanwhile, or is gone, is left alone.
func (m made) remove() error {
	for i, p := range slices.Backward(m.paths) {
		err := m.removeOne(p, m.file && i == len(m.paths)-1)
		switch {
		case err == nil, errors.Is(err, unix.ENOENT):
		case errors.Is(err, unix.ENOTEMPTY), errors.Is(err, unix.EEXIST):
			return nil
		default:
			return err
		}
	}
	return nil
}

func (m made) removeOne(path string, file bool) error {
	dir := unix.AT_FDCWD
	name := path
	if m.root != "" {
		root, err := openRoot(m.root)
		if err != nil {
			return err
		}
		defer root.Close()
		var parent *os.File
		if parent, err = openIn(root, filepath.Dir(path)); err != nil {
			return err
		}
		defer parent.Close()
		dir, name = int(parent.Fd()), filepath.Base(path)
	}
	flags := unix.AT_REMOVEDIR
	if file {
		var st unix.Stat_t
		err := unix.Fstatat(dir, name, &st, unix.AT_SYMLINK_NOFOLLOW)
		if err == nil && (st.Mode&unix.S_IFMT != unix.S_IFREG || st.Size != 0) {
			err = unix.ENOTEMPTY
		}
		if err != nil {
			return fmt.Errorf("stat %s: %w", path, err)
		}
		flags = 0
	}
	if err := unix.Unlinkat(dir, name, flags); err != nil {
		return fmt.Errorf("remove %s: %w", path, err)
	}
	return nil
}
