package fs

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

func chmod(path string, mode uint32) error {
	if err := unix.Chmod(path, mode); err != nil {
		return fmt.Errorf("chmod %s: %w", path, err)
	}
	return nil
}

// Owner is a change of owner; -1 leaves an id as it is.
type Owner struct{ UID, GID int }

// Chmod sets the mode of a file; of a tree, with tree, that of everything in it but symbolic links.
func Chmod(wait Wait, path string, mode uint32, tree bool) error {
	if !tree {
		return chmod(path, mode)
	}
	return each(wait, path, func(n *node) error {
		if n.info.Type == "symlink" {
			return nil
		}
		return chmodAt(n.dir, n.name, n.path, mode)
	})
}

// chmodAt is chmod for what must not be a symbolic link.
func chmodAt(dir int, name, path string, mode uint32) error {
	err := unix.Fchmodat(dir, name, mode, unix.AT_SYMLINK_NOFOLLOW)
	if err == nil {
		return nil
	}
	if err != unix.EOPNOTSUPP { // what a kernel before 6.6 says
		return fmt.Errorf("chmod %s: %w", path, err)
	}
	fd, err := unix.Openat(dir, name, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	defer unix.Close(fd)
	if info, err := statAt(fd, "", path, false); err != nil || info.Type == "symlink" {
		return fmt.Errorf("chmod %s: %w", path, unix.ELOOP)
	}
	if err := unix.Chmod(fmt.Sprintf("/proc/thread-self/fd/%d", fd), mode); err != nil {
		return fmt.Errorf("chmod %s: %w", path, err)
	}
	return nil
}

// Chown sets the owner of a file; follow says whether of what a symbolic link
// points to. With tree everything in it changes, links themselves included.
func Chown(wait Wait, path string, o Owner, follow, tree bool) error {
	if tree {
		return each(wait, path, func(n *node) error { return chownAt(n.dir, n.name, n.path, o, unix.AT_SYMLINK_NOFOLLOW) })
	}
	flags := unix.AT_SYMLINK_NOFOLLOW
	if follow {
		flags = 0
	}
	return chownAt(unix.AT_FDCWD, path, path, o, flags)
}

func chownAt(dir int, name, path string, o Owner, flags int) error {
	if err := unix.Fchownat(dir, name, o.UID, o.GID, flags); err != nil {
		return fmt.Errorf("chown %s: %w", path, err)
	}
	return nil
}

// Times are the times of a file; nil leaves one as it is.
type Times struct{ Atime, Mtime *time.Time }

// Utimes sets the times of a file.
func Utimes(path string, t Times, follow bool) error {
	flags := unix.AT_SYMLINK_NOFOLLOW
	if follow {
		flags = 0
	}
	return utimesAt(unix.AT_FDCWD, path, path, t, flags)
}

func utimesAt(dir int, name, path string, t Times, flags int) error {
	ts := []unix.Timespec{timespec(t.Atime), timespec(t.Mtime)}
	if err := unix.UtimesNanoAt(dir, name, ts, flags); err != nil {
		return fmt.Errorf("utimensat %s: %w", path, err)
	}
	return nil
}

func timespec(t *time.Time) unix.Timespec {
	if t == nil {
		return unix.Timespec{Nsec: unix.UTIME_OMIT}
	}
	return unix.Timespec{Sec: t.Unix(), Nsec: int64(t.Nanosecond())}
}

// Touch makes sure that a file exists and sets its times, by default to now.
func Touch(path string, t Times) error {
	fd, err := open(path, unix.O_WRONLY|unix.O_CREAT|unix.O_NONBLOCK|unix.O_NOCTTY, 0o666)
	if err == nil {
		unix.Close(fd)
	} else if there, _ := Exists(path); !there {
		return err
	}
	if t.Atime == nil && t.Mtime == nil {
		now := unix.Timespec{Nsec: unix.UTIME_NOW}
		if err := unix.UtimesNanoAt(unix.AT_FDCWD, path, []unix.Timespec{now, now}, 0); err != nil {
			return fmt.Errorf("utimensat %s: %w", path, err)
		}
		return nil
	}
	return Utimes(path, t, true)
}
