package mount

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Mask hides what is at target: a directory under an empty read-only one, anything else under /dev/null. What does
// not exist needs no mask: the Mount is nil then.
func Mask(target Target) (*Mount, error) {
	at, err := openExisting(target)
	if at == nil {
		return nil, err
	}
	defer at.close()
	dir, err := isDir(at.fd)
	if err != nil {
		return nil, err
	}
	if !dir {
		null, err := openNull()
		if err != nil {
			return nil, err
		}
		defer null.close()
		tree, err := null.clone(BindOptions{})
		if errors.Is(err, unix.ENOSYS) {
			return bindClassic(null, target, BindOptions{})
		}
		if err != nil {
			return nil, err
		}
		defer unix.Close(tree)
		return attachAt(tree, at, target)
	}
	empty := FS{
		Type: "tmpfs", Source: "tmpfs", Params: []Param{{Key: "mode", Value: "0555"}, {Key: "nr_inodes", Value: "1"}},
		Attr: Attr{Set: unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV | unix.MOUNT_ATTR_NOEXEC},
	}
	tree, err := empty.create()
	if errors.Is(err, unix.ENOSYS) {
		return empty.mountClassic(target)
	}
	if err != nil {
		return nil, err
	}
	defer unix.Close(tree)
	return attachAt(tree, at, target)
}

// ReadOnly makes the tree at target, with what is mounted in it, read-only: by a bind of it onto itself. What does
// not exist is left out: the Mount is nil then.
func ReadOnly(target Target) (*Mount, error) {
	at, err := openExisting(target)
	if at == nil {
		return nil, err
	}
	defer at.close()
	o := BindOptions{Recursive: true, Attr: Attr{Set: unix.MOUNT_ATTR_RDONLY}}
	tree, err := at.clone(o)
	if errors.Is(err, unix.ENOSYS) {
		return bindClassic(at, target, o)
	}
	if err != nil {
		return nil, err
	}
	defer unix.Close(tree)
	return attachAt(tree, at, target)
}

// attachAt attaches a tree to a place that has been looked at.
func attachAt(tree int, at *place, target Target) (*Mount, error) {
	id, err := mountID(tree, "")
	if err != nil {
		return nil, err
	}
	m := &Mount{ID: id, Target: at.name}
	if target.Attaching != nil {
		if err := target.Attaching(m); err != nil {
			return nil, err
		}
	}
	if err := at.move(tree, false); err != nil {
		return nil, err
	}
	return m, nil
}

// openExisting opens a place once and for all, so that what is looked at is what is mounted on. nil: there is nothing.
func openExisting(t Target) (*place, error) {
	at, err := t.resolve()
	if err == nil {
		err = at.full()
	}
	if errors.Is(err, unix.ENOENT) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return at, nil
}

// openNull opens /dev/null for a bind, and makes sure that it is the null device: in a root that others have
// written to, it may be anything, and a mask made of it would show that.
func openNull() (*place, error) {
	const path = "/dev/null"
	fd, err := unix.Open(path, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	p := placeOf(os.NewFile(uintptr(fd), path), path)
	var st unix.Stat_t
	err = unix.Fstat(fd, &st)
	if err == nil && (st.Mode&unix.S_IFMT != unix.S_IFCHR || st.Rdev != unix.Mkdev(1, 3)) {
		err = unix.ENODEV
	}
	if err != nil {
		p.close()
		return nil, fmt.Errorf("%s is not the character device 1:3: %w", path, err)
	}
	return p, nil
}
