package fs

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// Attrs lists the names of a file's extended attributes; xattr(7).
func Attrs(path string, follow bool) ([]string, error) {
	list := unix.Llistxattr
	if follow {
		list = unix.Listxattr
	}
	names, err := attrNames(func(buf []byte) (int, error) { return list(path, buf) })
	if err != nil {
		return nil, fmt.Errorf("listxattr %s: %w", path, err)
	}
	return names, nil
}

// Attr reads an extended attribute; ENODATA if the file has none of that name.
func Attr(path, name string, follow bool) ([]byte, error) {
	get := unix.Lgetxattr
	if follow {
		get = unix.Getxattr
	}
	value, err := attrValue(func(buf []byte) (int, error) { return get(path, name, buf) })
	if err != nil {
		return nil, fmt.Errorf("getxattr %s of %s: %w", name, path, err)
	}
	return value, nil
}

// SetAttr sets an extended attribute.
func SetAttr(path, name string, value []byte, follow bool) error {
	set := unix.Lsetxattr
	if follow {
		set = unix.Setxattr
	}
	if err := set(path, name, value, 0); err != nil {
		return fmt.Errorf("setxattr %s of %s: %w", name, path, err)
	}
	return nil
}

// RemoveAttr removes an extended attribute.
func RemoveAttr(path, name string, follow bool) error {
	remove := unix.Lremovexattr
	if follow {
		remove = unix.Removexattr
	}
	if err := remove(path, name); err != nil {
		return fmt.Errorf("removexattr %s of %s: %w", name, path, err)
	}
	return nil
}

func attrNames(read func([]byte) (int, error)) ([]string, error) {
	raw, err := attrValue(read)
	if err != nil || len(raw) == 0 {
		return nil, err
	}
	names := strings.Split(strings.TrimSuffix(string(raw), "\x00"), "\x00")
	slices.Sort(names)
	return names, nil
}

// attrValue reads with a buffer that is as large as it must be, which may change in between.
func attrValue(read func([]byte) (int, error)) ([]byte, error) {
	for {
		size, err := read(nil)
		if err != nil {
			return nil, err
		}
		buf := make([]byte, size+1) // a nil or empty buffer only asks for the size
		n, err := read(buf)
		if errors.Is(err, unix.ERANGE) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return buf[:n], nil
	}
}
