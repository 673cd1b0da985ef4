package mount

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	pathrs "github.com/cyphar/filepath-securejoin/pathrs-lite"
	"golang.org/x/sys/unix"
)

// Target is a path and how to get there.
type Target struct {
	Path string
	// Root, if given, is the directory that Path is resolved in, fd by fd: neither "..", nor a symbolic link, nor
	// a rename while it goes on leads out of it.
	Root    string
	Mkdir   bool // make the mount point if it is missing: a directory, or an empty file for a mount that is one
	Beneath bool // attach the mount under the one that is at Path already (Linux 6.5)
	// Attaching, if not nil, is called when the mount is complete, but before anything is changed: neither it nor
	// its mount point is there yet. An error ends it all. On kernels before 5.2 the Mount has no ID by then.
	Attaching func(*Mount) error
}

func (t Target) name() string {
	if t.Root == "" {
		return t.Path
	}
	return filepath.Join(t.Root, t.Path)
}

// place is a path as system calls take it: relative to a descriptor, "" for the descriptor's own file.
type place struct {
	fd   int
	path string
	name string // for errors
	file *os.File
}

func (p *place) close() {
	if p.file != nil {
		p.file.Close()
	}
}

// resolve finds the place of an existing path. Without a root that is left to the kernel.
func (t Target) resolve() (*place, error) {
	if t.Path == "" {
		return nil, fmt.Errorf("empty path: %w", unix.ENOENT)
	}
	if t.Root == "" {
		return &place{fd: unix.AT_FDCWD, path: t.Path, name: t.Path}, nil
	}
	root, err := openRoot(t.Root)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	f, err := openIn(root, t.Path)
	if err != nil {
		return nil, err
	}
	return placeOf(f, t.name()), nil
}

func placeOf(f *os.File, name string) *place {
	return &place{fd: int(f.Fd()), name: name, file: f}
}

// full makes sure that there is a descriptor to the place.
func (p *place) full() error {
	if p.file != nil {
		return nil
	}
	fd, err := unix.Open(p.path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open %s: %w", p.name, err)
	}
	p.file = os.NewFile(uintptr(fd), p.name)
	p.fd, p.path = fd, ""
	return nil
}

// classic is a path to the place for mount(2) and umount2(2), which know no descriptors.
func (p *place) classic() string {
	if p.file == nil {
		return p.path
	}
	return fmt.Sprintf("/proc/self/fd/%d", p.fd)
}

// move attaches a detached tree, or the mount whose root fd is open, to the place.
func (p *place) move(fd int, beneath bool) error {
	flags := unix.MOVE_MOUNT_F_EMPTY_PATH | unix.MOVE_MOUNT_T_SYMLINKS
	if p.path == "" {
		flags |= unix.MOVE_MOUNT_T_EMPTY_PATH
	}
	if beneath {
		flags |= moveMountBeneath
	}
	if err := unix.MoveMount(fd, "", p.fd, p.path, flags); err != nil {
		return fmt.Errorf("move_mount to %s: %w", p.name, err)
	}
	return nil
}

func openRoot(path string) (*os.File, error) {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open root %s: %w", path, err)
	}
	return os.NewFile(uintptr(fd), path), nil
}

// resolveTries bounds how often a lookup starts anew because someone renamed a directory meanwhile.
const resolveTries = 128

// openIn opens a path inside a root, as O_PATH. The text of the error has the root in its place.
func openIn(root *os.File, path string) (*os.File, error) {
	how := unix.OpenHow{
		Flags:   unix.O_PATH | unix.O_CLOEXEC,
		Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS,
	}
	for range resolveTries {
		fd, err := unix.Openat2(int(root.Fd()), path, &how)
		switch err {
		case nil:
			return os.NewFile(uintptr(fd), path), nil
		case unix.EAGAIN:
			continue
		case unix.ENOSYS:
			return openByParts(root, path)
		}
		return nil, inRoot("open", root, path, err)
	}
	return nil, inRoot("open", root, path, unix.EAGAIN)
}

// openByParts is openIn for kernels before 5.6.
func openByParts(root *os.File, path string) (*os.File, error) {
	f, err := pathrs.OpenatInRoot(root, path)
	if err != nil {
		return nil, inRoot("open", root, path, err)
	}
	return f, nil
}

// inRoot words an error of pathrs, whose own texts name descriptors.
func inRoot(op string, root *os.File, path string, err error) error {
	return fmt.Errorf("%s %s in %s: %w", op, path, root.Name(), bare(err))
}

// bare is the errno alone, if there is one.
func bare(err error) error {
	var errno unix.Errno
	if errors.As(err, &errno) {
		return errno
	}
	return err
}
