package mount

import (
	"fmt"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"
)

// UmountOptions are the flags of umount2(2), and what umount(8) adds to them.
type UmountOptions struct {
	Lazy      bool // MNT_DETACH: out of the tree now, gone when nobody uses it any more
	Force     bool // MNT_FORCE: give up requests that are under way, for network file systems and FUSE
	Recursive bool // first what is mounted below
	Follow    bool // follow a symbolic link at the end of the path
}

func (o UmountOptions) flags() int {
	flags := 0
	if o.Lazy {
		flags |= unix.MNT_DETACH
	}
	if o.Force {
		flags |= unix.MNT_FORCE
	}
	if !o.Follow {
		flags |= unix.UMOUNT_NOFOLLOW
	}
	return flags
}

// Umount removes the topmost mount at target and returns the numbers of all mounts that went.
func Umount(target Target, o UmountOptions) (ids []uint64, err error) {
	if target.Root == "" && !o.Recursive && !o.Lazy {
		return umountPath(target.Path, o)
	}
	at, err := target.point(o.Follow)
	if err != nil {
		return nil, fmt.Errorf("umount %s: %w", target.name(), err)
	}
	all, err := List(ListOptions{})
	if err != nil {
		return nil, err
	}
	tree := subtree(all, at.mount)
	if len(tree) == 0 || !at.is(tree[0].Target) {
		return nil, fmt.Errorf("umount %s: not a mount point: %w", target.name(), unix.EINVAL)
	}
	if !o.Recursive {
		if err := umountAt(tree[0].Target, tree[0].number(), o.flags()); err != nil {
			return nil, err
		}
		return numbers(tree), nil
	}
	for _, m := range slices.Backward(tree) {
		if err := umountAt(m.Target, m.number(), o.flags()|unix.UMOUNT_NOFOLLOW); err != nil {
			return ids, err
		}
		ids = append(ids, m.number())
	}
	return ids, nil
}

// errRoot stands for what umount2(2) does to the root directory's mount: it makes the file system read-only, for everyone.
var errRoot = fmt.Errorf("umount /: it is the root directory: %w", unix.EBUSY)

func umountPath(path string, o UmountOptions) ([]uint64, error) {
	at, err := Target{Path: path}.point(o.Follow)
	if err == nil && at.isRoot() {
		return nil, errRoot
	}
	if err == nil {
		err = unix.Unmount(path, o.flags())
	}
	if err != nil {
		return nil, fmt.Errorf("umount %s: %w", path, err)
	}
	return []uint64{at.mount}, nil
}

// point is where the target is. No descriptor of it stays open: that would keep the mount busy.
func (t Target) point(follow bool) (point, error) {
	at, err := t.resolve()
	if err != nil {
		return point{}, err
	}
	defer at.close()
	flags := 0
	if !follow {
		flags |= unix.AT_SYMLINK_NOFOLLOW
	}
	if at.path == "" {
		flags |= unix.AT_EMPTY_PATH
	}
	p, err := pointAt(at.fd, at.path, flags)
	return p, bare(err)
}

// is reports whether a path leads to the same file.
func (p point) is(path string) bool {
	o, err := pointAt(unix.AT_FDCWD, path, 0)
	return err == nil && o.dev == p.dev && o.ino == p.ino
}

// isRoot reports whether this is the root directory, and not another view of what is there.
func (p point) isRoot() bool {
	root, err := pointAt(unix.AT_FDCWD, "/", 0)
	return err == nil && p == root
}

// umountAt removes the mount with this number, whose mount point as the kernel tells it is point. The path is
// taken without symbolic links, and what is there is looked at first, so that nobody who renames directories
// meanwhile can have another mount removed.
func umountAt(point string, id uint64, flags int) error {
	flags |= unix.UMOUNT_NOFOLLOW
	dir, base := filepath.Split(point)
	if base == "" {
		if flags&unix.MNT_DETACH == 0 {
			return errRoot
		}
		return wrapUmount(point, unix.Unmount(point, flags))
	}
	how := unix.OpenHow{Flags: unix.O_PATH | unix.O_DIRECTORY | unix.O_CLOEXEC, Resolve: unix.RESOLVE_NO_SYMLINKS}
	parent, err := unix.Openat2(unix.AT_FDCWD, dir, &how)
	if err == unix.ENOSYS {
		parent, err = unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	}
	if err != nil {
		return wrapUmount(point, err)
	}
	defer unix.Close(parent)
	found, err := mountID(parent, base)
	if err != nil {
		return err
	}
	if found != id {
		return &coveredError{point, found}
	}
	err = unix.Unmount(fmt.Sprintf("/proc/self/fd/%d/%s", parent, base), flags)
	if err == unix.ENOENT { // there is no /proc
		err = unix.Unmount(point, flags)
	}
	return wrapUmount(point, err)
}

// coveredError is EBUSY for a mount that has another one on top.
type coveredError struct {
	point string
	by    uint64 // the number of that
}

func (e *coveredError) Error() string {
	return fmt.Sprintf("umount %s: another mount covers it: %v", e.point, unix.EBUSY)
}

func (e *coveredError) Unwrap() error { return unix.EBUSY }

func wrapUmount(point string, err error) error {
	if err != nil {
		return fmt.Errorf("umount %s: %w", point, err)
	}
	return nil
}

// Umount removes the mount, wherever it has been moved to.
func (m *Mount) Umount(o UmountOptions) (ids []uint64, err error) {
	point, err := m.Where()
	if err != nil {
		return nil, err
	}
	if !o.Recursive && !o.Lazy {
		return []uint64{m.ID}, umountAt(point, m.ID, o.flags())
	}
	all, err := List(ListOptions{})
	if err != nil {
		return nil, err
	}
	tree := subtree(all, m.ID)
	if !o.Recursive {
		return numbers(tree), umountAt(point, m.ID, o.flags())
	}
	for _, i := range slices.Backward(tree) {
		if err := umountAt(i.Target, i.number(), o.flags()); err != nil {
			return ids, err
		}
		ids = append(ids, i.number())
	}
	return ids, nil
}

// Where is the path the mount is attached to now, seen from the thread's root directory. ENOENT: it is gone, in
// another mount namespace, or out of reach of the root.
func (m *Mount) Where() (string, error) {
	point, err := m.locate()
	if err != nil {
		return "", fmt.Errorf("mount %d (%s): %w", m.ID, m.Target, err)
	}
	return point, nil
}

func numbers(ms []Info) []uint64 {
	ids := make([]uint64, len(ms))
	for i, m := range ms {
		ids[i] = m.number()
	}
	return ids
}
