package fs

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	pathrs "github.com/cyphar/filepath-securejoin/pathrs-lite"
	"golang.org/x/sys/unix"
)

// UntarOptions say what Untar does with an archive.
type UntarOptions struct {
	Strip int  // so many leading parts of every name are left out, and the names with no more parts
	Owner bool // files get the owner they have in the archive
	Attrs bool // and the extended attributes
}

// Untar unpacks an archive, plain or compressed by gzip or bzip2, into a directory
// that exists. No member gets out of it: names are resolved inside, as chroot(2)
// would, and those with ".." are refused. It returns the number of members.
func Untar(wait Wait, archive, target string, o UntarOptions) (members int, err error) {
	fd, err := open(archive, unix.O_RDONLY, 0)
	if err != nil {
		return 0, err
	}
	f := os.NewFile(uintptr(fd), archive)
	defer f.Close()
	dir, err := open(target, unix.O_PATH|unix.O_DIRECTORY, 0)
	if err != nil {
		return 0, err
	}
	u := unpacker{wait: wait, o: o, root: os.NewFile(uintptr(dir), target)}
	defer u.close()
	in, err := decompress(stoppable{wait, f})
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", archive, err)
	}
	r := tar.NewReader(in)
	for ; ; members++ {
		h, err := r.Next()
		if err == io.EOF {
			return members, u.finish()
		}
		if err != nil {
			return members, fmt.Errorf("read %s: %w", archive, err)
		}
		if err := u.member(h, r); err != nil {
			return members, fmt.Errorf("unpack %s from %s: %w", h.Name, archive, err)
		}
	}
}

// decompress recognizes the compression by the first bytes.
func decompress(r io.Reader) (io.Reader, error) {
	b := bufio.NewReaderSize(r, chunk)
	magic, err := b.Peek(6)
	if err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		return gzip.NewReader(b)
	case bytes.HasPrefix(magic, []byte("BZh")):
		return bzip2.NewReader(b), nil
	case bytes.HasPrefix(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}), bytes.HasPrefix(magic, []byte("\xfd7zXZ")):
		return nil, fmt.Errorf("compressed by zstd or xz: %w", unix.EOPNOTSUPP)
	}
	return b, nil
}

// unpacker unpacks one archive.
type unpacker struct {
	wait   Wait
	o      UntarOptions
	root   *os.File
	parent *os.File // of the last member
	name   string   // of parent, below root
	dirs   []*tar.Header
}

func (u *unpacker) close() {
	u.leave()
	u.root.Close()
}

func (u *unpacker) leave() {
	if u.parent != nil {
		u.parent.Close()
		u.parent = nil
	}
}

// local is a member's name below the root: "" for the root itself, ok false for one that Strip leaves out.
func (u *unpacker) local(name string) (local string, ok bool, err error) {
	parts := strings.FieldsFunc(name, func(r rune) bool { return r == '/' })
	parts = slices.DeleteFunc(parts, func(p string) bool { return p == "." })
	if slices.Contains(parts, "..") {
		return "", false, fmt.Errorf("the name leads out of the directory: %w", unix.EINVAL)
	}
	if u.o.Strip > 0 && len(parts) <= u.o.Strip {
		return "", false, nil
	}
	return path.Join(parts[u.o.Strip:]...), true, nil
}

// enter opens the directory that a name is in, and makes what is missing of it.
func (u *unpacker) enter(dir string) error {
	if u.parent != nil && u.name == dir {
		return nil
	}
	u.leave()
	f, err := pathrs.MkdirAllHandle(u.root, dir, 0o755)
	if err != nil {
		return inRoot("make directory", dir, err)
	}
	u.parent, u.name = f, dir
	return nil
}

// inRoot words an error of pathrs, whose own texts name its inner steps.
func inRoot(what, name string, err error) error {
	var errno unix.Errno
	if errors.As(err, &errno) {
		err = errno
	}
	return fmt.Errorf("%s %s: %w", what, name, err)
}

func (u *unpacker) member(h *tar.Header, data io.Reader) error {
	if h.Typeflag == tar.TypeXGlobalHeader {
		return nil
	}
	name, ok, err := u.local(h.Name)
	if err != nil || !ok {
		return err
	}
	own := *h
	own.Name = name
	if name == "" {
		if h.Typeflag == tar.TypeDir {
			u.dirs = append(u.dirs, &own)
		}
		return nil
	}
	if err := u.enter(path.Dir(name)); err != nil {
		return err
	}
	at := place{int(u.parent.Fd()), path.Base(name), name}
	if err := u.makeRoom(at, h.Typeflag == tar.TypeDir); err != nil {
		return err
	}
	switch h.Typeflag {
	case tar.TypeDir:
		if err := unix.Mkdirat(at.dir, at.name, 0o700); err != nil && err != unix.EEXIST {
			return err
		}
		u.dirs = append(u.dirs, &own)
		return nil
	case tar.TypeReg:
		return u.file(h, at, data)
	case tar.TypeLink:
		return u.link(h, at)
	}
	if err := u.special(h, at); err != nil {
		return err
	}
	return u.settle(h, at)
}

// makeRoom removes what a member replaces. A directory that is there already stays for a directory.
func (u *unpacker) makeRoom(at place, dir bool) error {
	old, err := statAt(at.dir, at.name, at.path, false)
	switch {
	case errors.Is(err, unix.ENOENT):
		return nil
	case err != nil:
		return err
	case old.Type == "dir" && dir:
		return nil
	case old.Type == "dir":
		u.dirs = slices.DeleteFunc(u.dirs, func(h *tar.Header) bool { return h.Name == at.path })
		return unix.Unlinkat(at.dir, at.name, unix.AT_REMOVEDIR)
	}
	return unix.Unlinkat(at.dir, at.name, 0)
}

func (u *unpacker) file(h *tar.Header, at place, data io.Reader) error {
	fd, err := unix.Openat(at.dir, at.name, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return err
	}
	f := os.NewFile(uintptr(fd), at.path)
	_, err = io.Copy(f, stoppable{u.wait, data})
	if err == nil {
		err = u.attrs(h, fd)
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return u.settle(h, at)
}

// link makes a further name of a member that has been unpacked.
func (u *unpacker) link(h *tar.Header, at place) error {
	first, ok, err := u.local(h.Linkname)
	if err != nil {
		return err
	}
	if !ok || first == "" {
		return fmt.Errorf("link to %s: %w", h.Linkname, unix.ENOENT)
	}
	dir, err := pathrs.OpenatInRoot(u.root, path.Dir(first))
	if err != nil {
		return inRoot("open", path.Dir(first), err)
	}
	defer dir.Close()
	return unix.Linkat(int(dir.Fd()), path.Base(first), at.dir, at.name, 0)
}

func (u *unpacker) special(h *tar.Header, at place) error {
	major, minor := uint32(h.Devmajor), uint32(h.Devminor)
	switch h.Typeflag {
	case tar.TypeSymlink:
		return unix.Symlinkat(h.Linkname, at.dir, at.name)
	case tar.TypeFifo:
		return mknodAt(at.dir, at.name, at.path, unix.S_IFIFO|0o600, 0, 0)
	case tar.TypeChar:
		return mknodAt(at.dir, at.name, at.path, unix.S_IFCHR|0o600, major, minor)
	case tar.TypeBlock:
		return mknodAt(at.dir, at.name, at.path, unix.S_IFBLK|0o600, major, minor)
	}
	return fmt.Errorf("a member of type %q: %w", h.Typeflag, unix.EOPNOTSUPP)
}

// settle gives what was made its owner, mode and time.
func (u *unpacker) settle(h *tar.Header, at place) error {
	if u.o.Owner {
		if err := unix.Fchownat(at.dir, at.name, h.Uid, h.Gid, unix.AT_SYMLINK_NOFOLLOW); err != nil {
			return fmt.Errorf("chown to %d:%d: %w", h.Uid, h.Gid, err)
		}
	}
	if h.Typeflag != tar.TypeSymlink {
		if err := chmodAt(at.dir, at.name, at.path, uint32(h.Mode)&0o7777); err != nil {
			return err
		}
	}
	return utimesAt(at.dir, at.name, at.path, Times{nil, &h.ModTime}, unix.AT_SYMLINK_NOFOLLOW)
}

func (u *unpacker) attrs(h *tar.Header, fd int) error {
	if !u.o.Attrs {
		return nil
	}
	for record, value := range h.PAXRecords {
		if name, ok := strings.CutPrefix(record, attrRecord); ok {
			if err := unix.Fsetxattr(fd, name, []byte(value), 0); err != nil {
				return fmt.Errorf("setxattr %s: %w", name, err)
			}
		}
	}
	return nil
}

// finish settles the directories, which had to be open to everything that went into them.
func (u *unpacker) finish() error {
	u.leave()
	for _, h := range slices.Backward(u.dirs) {
		if err := u.directory(h); err != nil {
			return fmt.Errorf("unpack %s/: %w", path.Join(".", h.Name), err)
		}
	}
	return nil
}

func (u *unpacker) directory(h *tar.Header) error {
	name := path.Join(".", h.Name)
	handle, err := pathrs.OpenatInRoot(u.root, name)
	if err != nil {
		return inRoot("open", name, err)
	}
	defer handle.Close()
	dir, err := pathrs.Reopen(handle, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC)
	if err != nil {
		return inRoot("open", name, err)
	}
	defer dir.Close()
	if err := u.attrs(h, int(dir.Fd())); err != nil {
		return err
	}
	return u.settle(h, place{int(dir.Fd()), ".", h.Name})
}
