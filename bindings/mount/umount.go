package mount

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
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
	id, err := target.mountID(o.Follow)
	if err != nil {
		return nil, fmt.Errorf("umount %s: %w", target.name(), err)
	}
	all, err := List(ListOptions{})
	if err != nil {
		return nil, err
	}
	tree := subtree(all, id)
	if len(tree) == 0 {
		return nil, fmt.Errorf("umount %s: %w", target.name(), unix.EINVAL)
	}
	if target.Root == "" {
		if err := isPoint(target, tree[0], o.Follow); err != nil {
			return nil, err
		}
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

func umountPath(path string, o UmountOptions) ([]uint64, error) {
	id, err := Target{Path: path}.mountID(o.Follow)
	if err == nil {
		err = unix.Unmount(path, o.flags())
	}
	if err != nil {
		return nil, fmt.Errorf("umount %s: %w", path, err)
	}
	return []uint64{id}, nil
}

// mountID is the number of the mount the target is on.
func (t Target) mountID(follow bool) (uint64, error) {
	if t.Root != "" {
		p, err := t.resolve()
		if err != nil {
			return 0, err
		}
		defer p.close()
		return mountID(p.fd, "")
	}
	flags := unix.AT_NO_AUTOMOUNT
	if !follow {
		flags |= unix.AT_SYMLINK_NOFOLLOW
	}
	id, err := statxID(unix.AT_FDCWD, t.Path, flags)
	if err != nil {
		var errno unix.Errno
		if errors.As(err, &errno) {
			return 0, errno
		}
	}
	return id, err
}

// isPoint reports with EINVAL, as umount2(2) does, that a target is not where the mount it is on is attached.
func isPoint(t Target, m Info, follow bool) error {
	var a, b unix.Stat_t
	flags := unix.AT_SYMLINK_NOFOLLOW
	if follow {
		flags = 0
	}
	err := unix.Fstatat(unix.AT_FDCWD, t.Path, &a, flags)
	if err == nil {
		err = unix.Stat(m.Target, &b)
	}
	if err == nil && (a.Dev != b.Dev || a.Ino != b.Ino) {
		err = unix.EINVAL
	}
	if err != nil {
		return fmt.Errorf("umount %s: %w", t.Path, err)
	}
	return nil
}

// umountAt removes the mount with this number, whose mount point as the kernel tells it is point. The path is
// taken without symbolic links, and what is there is looked at first, so that nobody who renames directories
// meanwhile can have another mount removed.
func umountAt(point string, id uint64, flags int) error {
	flags |= unix.UMOUNT_NOFOLLOW
	dir, base := filepath.Split(point)
	if base == "" {
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
		return fmt.Errorf("umount %s: another mount covers it: %w", point, unix.EBUSY)
	}
	err = unix.Unmount(fmt.Sprintf("/proc/self/fd/%d/%s", parent, base), flags)
	if err == unix.ENOENT { // there is no /proc
		err = unix.Unmount(point, flags)
	}
	return wrapUmount(point, err)
}

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
	point, err := locate(m.ID)
	if err != nil {
		return "", fmt.Errorf("mount %d (%s): %w", m.ID, m.Target, err)
	}
	return point, nil
}

// Undo removes the mount if it is still there, lazily if it is in use, and the mount point that was made for it.
// home is the mount namespace it was made in, nil if that is surely the thread's; the thread goes there if it has
// left, or has changed its root.
func (m *Mount) Undo(home *namespace.Handle) error {
	point, err := locate(m.ID)
	if home != nil && (err == errOutOfReach || err == unix.ENOENT && !isCurrent(home)) {
		return home.Visit(func() error {
			point, err := locate(m.ID)
			return m.undoAt(point, err)
		})
	}
	return m.undoAt(point, err)
}

func (m *Mount) undoAt(point string, err error) error {
	if err == nil {
		err = umountAt(point, m.ID, 0)
		if errors.Is(err, unix.EBUSY) {
			err = umountAt(point, m.ID, unix.MNT_DETACH)
		}
	}
	if err != nil && !errors.Is(err, unix.ENOENT) && !errors.Is(err, unix.EINVAL) {
		return err
	}
	return m.RemovePoint()
}

// isCurrent reports whether the thread is in a mount namespace. Without /proc that can't be told, and is assumed.
func isCurrent(h *namespace.Handle) bool {
	inode, dev, ok := NamespaceID()
	return !ok || inode == h.Inode && dev == h.Dev
}

// NamespaceID identifies the thread's mount namespace; ok is false where /proc is missing.
func NamespaceID() (inode, dev uint64, ok bool) {
	var st unix.Stat_t
	if err := unix.Stat("/proc/thread-self/ns/mnt", &st); err != nil {
		return 0, 0, false
	}
	return st.Ino, st.Dev, true
}

func numbers(ms []Info) []uint64 {
	ids := make([]uint64, len(ms))
	for i, m := range ms {
		ids[i] = m.number()
	}
	return ids
}
