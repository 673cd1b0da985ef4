package fs

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// CopyOptions say how Copy copies.
type CopyOptions struct {
	Tree     bool   // a directory with all that is in it
	NoFollow bool   // a symbolic link is copied itself
	Preserve bool   // owner, exact mode, times and extended attributes
	Reflink  string // "auto": share the data where the file system can; "always": or fail; "never"
}

// Copy copies a file or, with Tree, a directory to a new name. What a file
// contains is overwritten, an existing directory gets what the source has in
// addition; a link or a device is copied only to a name that is free (EEXIST).
// Holes stay holes, and names of one file stay names of one file.
func Copy(wait Wait, source, target string, o CopyOptions) error {
	info, err := Stat(source, !o.NoFollow)
	if err != nil {
		return err
	}
	if info.Type == "dir" && !o.Tree {
		return fmt.Errorf("copy %s: %w", source, unix.EISDIR)
	}
	if err := distinct(source, target, info); err != nil {
		return err
	}
	c := copier{wait: wait, o: o, linked: map[fileID]string{}, root: -1, umask: currentUmask()}
	from := &node{dir: unix.AT_FDCWD, name: source, path: source, info: info}
	return c.copy(from, place{dir: unix.AT_FDCWD, name: target, path: target})
}

// distinct refuses to copy a file onto itself, or a directory into itself.
func distinct(source, target string, info Info) error {
	if old, err := Stat(target, true); err == nil && old.same(info) {
		return fmt.Errorf("copy %s to %s: the same file: %w", source, target, unix.EINVAL)
	}
	if info.Type != "dir" {
		return nil
	}
	from, err := Realpath(source)
	if err != nil {
		return err
	}
	to, err := Realpath(filepath.Dir(filepath.Clean(target)))
	if err == nil && (to == from || strings.HasPrefix(to, strings.TrimSuffix(from, "/")+"/")) {
		return fmt.Errorf("copy %s into itself, to %s: %w", source, target, unix.EINVAL)
	}
	return nil
}

// copier is one call of Copy.
type copier struct {
	wait   Wait
	o      CopyOptions
	linked map[fileID]string // where files with several names have been copied to, below root
	root   int               // the target, if it is a directory
	top    string            // its path
	umask  uint32
}

type fileID struct {
	major, minor uint32
	inode        uint64
}

func (i Info) id() fileID { return fileID{i.Major, i.Minor, i.Inode} }

// place is where something is to be made: a name in an open directory.
type place struct {
	dir  int
	name string
	path string // to show
}

func (c *copier) copy(from *node, to place) error {
	if err := c.wait.check(); err != nil {
		return err
	}
	if from.depth > 0 && from.info.Type != "dir" {
		if done, err := c.relink(from, to); done || err != nil {
			return err
		}
	}
	var err error
	switch from.info.Type {
	case "dir":
		err = c.directory(from, to)
	case "file":
		err = c.file(from, to)
	default:
		err = c.special(from, to)
	}
	if err != nil {
		return err
	}
	if c.o.Preserve && from.info.Type != "file" {
		return preserve(from, to)
	}
	return nil
}

// relink gives a file that has been copied under another name a second name
// there, too. Otherwise it makes room for the copy and remembers it.
func (c *copier) relink(from *node, to place) (done bool, err error) {
	if err := unix.Unlinkat(to.dir, to.name, 0); err != nil && err != unix.ENOENT {
		return false, fmt.Errorf("replace %s: %w", to.path, err)
	}
	if from.info.Links < 2 {
		return false, nil
	}
	first, ok := c.linked[from.info.id()]
	if !ok {
		c.linked[from.info.id()] = strings.TrimPrefix(strings.TrimPrefix(to.path, c.top), "/")
		return false, nil
	}
	fd, err := unix.Openat2(c.root, first, &unix.OpenHow{
		Flags:   unix.O_PATH | unix.O_NOFOLLOW | unix.O_CLOEXEC,
		Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_SYMLINKS,
	})
	if err != nil {
		return false, fmt.Errorf("open %s: %w", filepath.Join(c.top, first), err)
	}
	defer unix.Close(fd)
	if err := linkFD(fd, to.dir, to.name); err != nil {
		return false, fmt.Errorf("link %s to %s: %w", to.path, filepath.Join(c.top, first), err)
	}
	return true, nil
}

// linkFD gives an open file a name.
func linkFD(fd, dir int, name string) error {
	return unix.Linkat(unix.AT_FDCWD, fmt.Sprintf("/proc/thread-self/fd/%d", fd), dir, name, unix.AT_SYMLINK_FOLLOW)
}

func (c *copier) directory(from *node, to place) error {
	source, err := from.open(from.depth == 0 && !c.o.NoFollow)
	if err != nil {
		return err
	}
	defer source.Close()
	made := unix.Mkdirat(to.dir, to.name, 0o700)
	if made != nil && made != unix.EEXIST {
		return fmt.Errorf("mkdir %s: %w", to.path, made)
	}
	// The root may be a link to a directory that exists, as for cp(1); nothing below it may.
	flags := unix.O_RDONLY | unix.O_DIRECTORY | unix.O_CLOEXEC
	if from.depth > 0 {
		flags |= unix.O_NOFOLLOW
	}
	dir, err := unix.Openat(to.dir, to.name, flags, 0)
	if err != nil {
		return fmt.Errorf("open %s: %w", to.path, err)
	}
	defer unix.Close(dir)
	if from.depth == 0 {
		c.root, c.top = dir, filepath.Clean(to.path)
	}
	entries, err := listDir(source)
	if err != nil {
		return err
	}
	for _, e := range entries {
		child := &node{dir: int(source.Fd()), name: e.Name, path: filepath.Join(from.path, e.Name), depth: from.depth + 1}
		child.info, err = statAt(child.dir, e.Name, child.path, false)
		if errors.Is(err, unix.ENOENT) {
			continue
		}
		if err == nil {
			err = c.copy(child, place{dir, e.Name, filepath.Join(to.path, e.Name)})
		}
		if err != nil {
			return err
		}
	}
	if made == nil && !c.o.Preserve {
		if err := unix.Fchmod(dir, from.info.Mode&0o777&^c.umask); err != nil {
			return fmt.Errorf("chmod %s: %w", to.path, err)
		}
	}
	return nil
}

// special copies what has no data.
func (c *copier) special(from *node, to place) error {
	if from.info.Type == "symlink" {
		target, err := readlinkAt(from.dir, from.name, from.path)
		if err != nil {
			return err
		}
		if err := unix.Symlinkat(target, to.dir, to.name); err != nil {
			return fmt.Errorf("symlink %s: %w", to.path, err)
		}
		return nil
	}
	for _, t := range fileTypes {
		if t.name == from.info.Type {
			return mknodAt(to.dir, to.name, to.path, t.bits|from.info.Mode&0o777, from.info.DevMajor, from.info.DevMinor)
		}
	}
	return nil
}

func (c *copier) file(from *node, to place) error {
	flags := unix.O_RDONLY | unix.O_CLOEXEC | unix.O_NONBLOCK
	out := unix.O_WRONLY | unix.O_CREAT | unix.O_CLOEXEC | unix.O_NONBLOCK
	if from.depth > 0 { // the target's name has been freed
		flags |= unix.O_NOFOLLOW
		out |= unix.O_NOFOLLOW | unix.O_EXCL
	} else {
		out |= unix.O_TRUNC
	}
	in, err := unix.Openat(from.dir, from.name, flags, 0)
	if err != nil {
		return fmt.Errorf("open %s: %w", from.path, err)
	}
	defer unix.Close(in)
	fd, err := unix.Openat(to.dir, to.name, out, from.info.Mode&0o777)
	if err != nil {
		return fmt.Errorf("open %s: %w", to.path, err)
	}
	err = c.data(in, fd, from.info.Size)
	if err != nil {
		err = fmt.Errorf("copy %s to %s: %w", from.path, to.path, err)
	}
	if err == nil && c.o.Preserve {
		err = preserveFile(from, in, fd, to)
	}
	if closed := unix.Close(fd); closed != nil && err == nil {
		err = fmt.Errorf("close %s: %w", to.path, closed)
	}
	return err
}

// data copies what is in a file, or shares it.
func (c *copier) data(in, out int, size int64) error {
	if c.o.Reflink != "never" {
		err := unix.IoctlFileClone(out, in)
		if err == nil || c.o.Reflink == "always" {
			return err
		}
	}
	if size == 0 { // or a file of the kernel's that does not say
		return c.stream(in, out, -1)
	}
	at := int64(0)
	for at < size {
		data, err := unix.Seek(in, at, unix.SEEK_DATA)
		switch {
		case err == unix.ENXIO: // nothing but a hole to the end
			return unix.Ftruncate(out, size)
		case err != nil: // the file system knows no holes
			return c.stream(in, out, -1)
		}
		hole, err := unix.Seek(in, data, unix.SEEK_HOLE)
		if err != nil {
			return err
		}
		if _, err := unix.Seek(in, data, io.SeekStart); err != nil {
			return err
		}
		if _, err := unix.Seek(out, data, io.SeekStart); err != nil {
			return err
		}
		if err := c.extent(in, out, hole-data); err != nil {
			return err
		}
		at = hole
	}
	return nil
}

// extent copies length bytes, inside the kernel where it can.
func (c *copier) extent(in, out int, length int64) error {
	for length > 0 {
		if err := c.wait.check(); err != nil {
			return err
		}
		n, err := unix.CopyFileRange(in, nil, out, nil, int(min(length, 8*chunk)), 0)
		switch {
		case err == unix.EINTR:
			continue
		case err == unix.EXDEV || err == unix.EINVAL || err == unix.ENOSYS || err == unix.EOPNOTSUPP:
			return c.stream(in, out, length)
		case err != nil:
			return err
		case n == 0: // it has been cut off meanwhile
			return nil
		}
		length -= int64(n)
	}
	return nil
}

// stream copies by reading and writing: length bytes, or with -1 all.
func (c *copier) stream(in, out int, length int64) error {
	buf := make([]byte, chunk)
	for length != 0 {
		if err := c.wait.check(); err != nil {
			return err
		}
		part := buf
		if length > 0 {
			part = buf[:min(length, chunk)]
		}
		n, err := unix.Read(in, part)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return err
		case n == 0:
			return nil
		}
		if err := writeAll(c.wait, out, part[:n]); err != nil {
			return err
		}
		if length > 0 {
			length -= int64(n)
		}
	}
	return nil
}
