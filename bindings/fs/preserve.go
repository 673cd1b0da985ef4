package fs

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// preserve gives a copy that is no regular file what the original has: owner, mode, times, and a directory its extended attributes.
func preserve(from *node, to place) error {
	i := from.info
	if err := chownAt(to.dir, to.name, to.path, Owner{int(i.UID), int(i.GID)}, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return err
	}
	if i.Type != "symlink" {
		if err := chmodAt(to.dir, to.name, to.path, i.Mode); err != nil {
			return err
		}
	}
	if i.Type == "dir" {
		if err := preserveDirAttrs(from, to); err != nil {
			return err
		}
	}
	return utimesAt(to.dir, to.name, to.path, Times{&i.Atime, &i.Mtime}, unix.AT_SYMLINK_NOFOLLOW)
}

func preserveDirAttrs(from *node, to place) error {
	const flags = unix.O_RDONLY | unix.O_DIRECTORY | unix.O_CLOEXEC
	in, err := unix.Openat(from.dir, from.name, flags, 0)
	if err != nil {
		return fmt.Errorf("open %s: %w", from.path, err)
	}
	defer unix.Close(in)
	out, err := unix.Openat(to.dir, to.name, flags, 0)
	if err != nil {
		return fmt.Errorf("open %s: %w", to.path, err)
	}
	defer unix.Close(out)
	return copyAttrs(in, out, to.path)
}

// preserveFile is preserve for an open regular file. The mode comes after the owner, whose change clears set-user-ID.
func preserveFile(from *node, in, out int, to place) error {
	i := from.info
	if err := unix.Fchown(out, int(i.UID), int(i.GID)); err != nil {
		return fmt.Errorf("chown %s: %w", to.path, err)
	}
	if err := unix.Fchmod(out, i.Mode); err != nil {
		return fmt.Errorf("chmod %s: %w", to.path, err)
	}
	if err := copyAttrs(in, out, to.path); err != nil {
		return err
	}
	ts := []unix.Timespec{timespec(&i.Atime), timespec(&i.Mtime)}
	if err := unix.UtimesNanoAt(out, "", ts, unix.AT_EMPTY_PATH); err != nil {
		return fmt.Errorf("utimensat %s: %w", to.path, err)
	}
	return nil
}

// copyAttrs copies extended attributes, but those that the target's file system
// does not have or that this user may not set.
func copyAttrs(in, out int, path string) error {
	names, err := attrNames(func(buf []byte) (int, error) { return unix.Flistxattr(in, buf) })
	if errors.Is(err, unix.EOPNOTSUPP) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("listxattr for %s: %w", path, err)
	}
	for _, name := range names {
		value, err := attrValue(func(buf []byte) (int, error) { return unix.Fgetxattr(in, name, buf) })
		if errors.Is(err, unix.ENODATA) {
			continue
		}
		if err != nil {
			return fmt.Errorf("getxattr %s for %s: %w", name, path, err)
		}
		err = unix.Fsetxattr(out, name, value, 0)
		if err != nil && err != unix.EOPNOTSUPP && err != unix.EPERM {
			return fmt.Errorf("setxattr %s of %s: %w", name, path, err)
		}
	}
	return nil
}
