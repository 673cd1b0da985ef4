package fs

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// Made is a file or directory that was made: its absolute path, and what it is, in case something else takes the path.
type Made struct {
	Path     string
	dev, ino uint64
}

// found is what a path leads to now.
func found(path string) (Made, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return Made{}, err
	}
	var st unix.Stat_t
	if err := unix.Lstat(abs, &st); err != nil {
		return Made{}, fmt.Errorf("stat %s: %w", path, err)
	}
	return Made{abs, st.Dev, st.Ino}, nil
}

// there reports whether the path still leads to it.
func (m *Made) there() bool {
	now, err := found(m.Path)
	return err == nil && now == *m
}

// Mkdir makes a directory, with parents also those above it; one that exists is
// then fine. mode is exact, whatever the umask; nil is 0777 less the umask, which
// the parents get. before is called with the absolute path of each directory
// that is about to be made. It returns what it made, outermost first, also when it fails.
func Mkdir(path string, mode *uint32, parents bool, before func(abs string) error) ([]Made, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	var made []Made
	if parents {
		for i, r := range abs {
			if r != '/' || i == 0 || isDir(abs[:i]) {
				continue
			}
			m, err := mkdir(abs[:i], nil, before)
			made = append(made, m...)
			if errors.Is(err, unix.EEXIST) && !isDir(abs[:i]) {
				err = fmt.Errorf("mkdir %s: %w", abs[:i], unix.ENOTDIR)
			}
			if err != nil && !errors.Is(err, unix.EEXIST) { // somebody else has made it meanwhile
				return made, err
			}
		}
		if isDir(path) {
			return made, nil
		}
	}
	m, err := mkdir(path, mode, before)
	return append(made, m...), err
}

func isDir(path string) bool {
	var st unix.Stat_t
	return unix.Stat(path, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFDIR
}

func mkdir(path string, mode *uint32, before func(string) error) ([]Made, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := before(abs); err != nil {
		return nil, err
	}
	bits := uint32(0o777)
	if mode != nil {
		bits = *mode
	}
	if err := unix.Mkdir(path, bits); err != nil {
		return nil, fmt.Errorf("mkdir %s: %w", path, err)
	}
	made, err := found(abs)
	if err != nil {
		return nil, err
	}
	if mode != nil {
		err = chmod(path, bits)
	}
	return []Made{made}, err
}

// RemoveEmpty removes the directory if it is still there and empty.
func (m *Made) RemoveEmpty() error {
	if !m.there() {
		return nil
	}
	err := unix.Rmdir(m.Path)
	if err == nil || errors.Is(err, unix.ENOTEMPTY) || errors.Is(err, unix.EEXIST) || errors.Is(err, unix.ENOENT) {
		return nil
	}
	return fmt.Errorf("rmdir %s: %w", m.Path, err)
}

// RemoveTree removes it with all that is in it, if it is still there.
func (m *Made) RemoveTree(wait Wait) error {
	if !m.there() {
		return nil
	}
	return RemoveTree(wait, m.Path)
}

// Mknod makes a file of a type: "char" and "block" stand for the device
// major:minor, "fifo" and "file" ignore it. The mode is exact.
func Mknod(path, kind string, mode, major, minor uint32) error {
	bits := uint32(0)
	for _, t := range fileTypes {
		if t.name == kind {
			bits = t.bits
		}
	}
	if err := mknodAt(unix.AT_FDCWD, path, path, bits|mode, major, minor); err != nil {
		return err
	}
	return chmod(path, mode)
}

// DeviceError is the refusal to make a device file.
type DeviceError struct {
	Path string
	Err  error
}

func (e *DeviceError) Error() string { return "mknod " + e.Path + ": " + e.Err.Error() }

// Unwrap gives the errno.
func (e *DeviceError) Unwrap() error { return e.Err }

func mknodAt(dir int, name, path string, mode, major, minor uint32) error {
	err := unix.Mknodat(dir, name, mode, int(unix.Mkdev(major, minor)))
	switch kind := typeOf(mode); {
	case err == nil:
		return nil
	case kind == "char" || kind == "block":
		return &DeviceError{path, err}
	}
	return fmt.Errorf("mknod %s: %w", path, err)
}

// Symlink makes path a symbolic link to target.
func Symlink(target, path string) error {
	if err := unix.Symlink(target, path); err != nil {
		return fmt.Errorf("symlink %s: %w", path, err)
	}
	return nil
}

// Readlink is what a symbolic link points to.
func Readlink(path string) (string, error) { return readlinkAt(unix.AT_FDCWD, path, path) }

func readlinkAt(dir int, name, path string) (string, error) {
	for size := 256; ; size *= 2 {
		buf := make([]byte, size)
		n, err := unix.Readlinkat(dir, name, buf)
		if err != nil {
			return "", fmt.Errorf("readlink %s: %w", path, err)
		}
		if n < size {
			return string(buf[:n]), nil
		}
	}
}

// Link makes path a further name of the file old; a symbolic link is not followed.
func Link(old, path string) error {
	if err := unix.Link(old, path); err != nil {
		return fmt.Errorf("link %s to %s: %w", path, old, err)
	}
	return nil
}

// RenameOptions are the flags of renameat2(2).
type RenameOptions struct {
	NoReplace bool // fail with EEXIST if the new name is taken
	Exchange  bool // both exist and swap their names
}

// Rename gives a file another name on the same mount.
func Rename(old, path string, o RenameOptions) error {
	flags := uint(0)
	if o.NoReplace {
		flags |= unix.RENAME_NOREPLACE
	}
	if o.Exchange {
		flags |= unix.RENAME_EXCHANGE
	}
	if err := unix.Renameat2(unix.AT_FDCWD, old, unix.AT_FDCWD, path, flags); err != nil {
		return fmt.Errorf("rename %s to %s: %w", old, path, err)
	}
	return nil
}

// Truncate gives a file a size, in bytes: cut off, or filled with a hole.
func Truncate(path string, size int64) error {
	if err := restart(func() error { return unix.Truncate(path, size) }); err != nil {
		return fmt.Errorf("truncate %s: %w", path, err)
	}
	return nil
}

// TempName is a path that nothing has: the prefix and a random text, in dir or
// where temporary files go ($TMPDIR, or /tmp).
func TempName(dir, prefix string) (string, error) {
	if dir == "" {
		dir = os.TempDir()
	}
	return filepath.Abs(filepath.Join(dir, prefix+strings.ToLower(rand.Text()[:16])))
}

// TempDir makes a directory that only its owner may enter.
func TempDir(path string) (Made, error) {
	if err := unix.Mkdir(path, 0o700); err != nil {
		return Made{}, fmt.Errorf("mkdir %s: %w", path, err)
	}
	return found(path)
}

// TempFile makes an empty file that only its owner may read and write.
func TempFile(path string) (Made, error) {
	fd, err := open(path, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return Made{}, err
	}
	if err := unix.Close(fd); err != nil {
		return Made{}, fmt.Errorf("close %s: %w", path, err)
	}
	return found(path)
}
