package mount

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// What golang.org/x/sys/unix has no names for.
const (
	moveMountBeneath = 0x200 // MOVE_MOUNT_BENEATH
	fsopenCloexec    = 1     // FSOPEN_CLOEXEC
	fspickCloexec    = 1     // FSPICK_CLOEXEC
	fspickEmptyPath  = 8     // FSPICK_EMPTY_PATH

	// The inode number of the first user namespace, PROC_USER_INIT_INO.
	firstUserNS = 0xEFFFFFFD
)

// openTreeAttr is open_tree_attr(2), Linux 6.15.
func openTreeAttr(dir int, path string, flags uint, attr *unix.MountAttr) (int, error) {
	p, err := unix.BytePtrFromString(path)
	if err != nil {
		return -1, err
	}
	fd, _, errno := unix.Syscall6(unix.SYS_OPEN_TREE_ATTR, uintptr(dir), uintptr(unsafe.Pointer(p)), uintptr(flags),
		uintptr(unsafe.Pointer(attr)), unsafe.Sizeof(*attr), 0)
	if errno != 0 {
		return -1, errno
	}
	return int(fd), nil
}

// fspick is fspick(2).
func fspick(dir int, path string, flags uint) (int, error) {
	p, err := unix.BytePtrFromString(path)
	if err != nil {
		return -1, err
	}
	fd, _, errno := unix.Syscall(unix.SYS_FSPICK, uintptr(dir), uintptr(unsafe.Pointer(p)), uintptr(flags))
	if errno != 0 {
		return -1, errno
	}
	return int(fd), nil
}

// statmountWorks reports whether statmount(2) and listmount(2) tell all that is wanted here, which takes Linux 6.15.
// The numbers of mounts are their unique ones then; else they are those of /proc/PID/mountinfo.
var statmountWorks = sync.OnceValue(func() bool {
	var st unix.Statx_t
	err := unix.Statx(unix.AT_FDCWD, "/", unix.AT_STATX_DONT_SYNC, unix.STATX_MNT_ID_UNIQUE, &st)
	if err != nil || st.Mask&unix.STATX_MNT_ID_UNIQUE == 0 {
		return false
	}
	var buf statBuffer
	err = buf.read(st.Mnt_id, 0, statWanted|statSupported)
	return err == nil && buf.status().supported&statWanted == statWanted
})

// point is a file and the mount it is seen on.
type point struct {
	mount    uint64
	dev, ino uint64
}

// pointAt looks at a path, or with "" at a descriptor. flags are those of statx(2).
func pointAt(dir int, path string, flags int) (p point, err error) {
	want := unix.STATX_MNT_ID
	if statmountWorks() {
		want = unix.STATX_MNT_ID_UNIQUE
	}
	var st unix.Statx_t
	flags |= unix.AT_NO_AUTOMOUNT | unix.AT_STATX_DONT_SYNC
	if err := unix.Statx(dir, path, flags, unix.STATX_INO|want, &st); err != nil {
		return p, fmt.Errorf("statx %s: %w", path, err)
	}
	p = point{st.Mnt_id, unix.Mkdev(st.Dev_major, st.Dev_minor), st.Ino}
	if st.Mask&uint32(want) == 0 {
		p.mount, err = fdinfoID(dir, path, flags)
	}
	return p, err
}

// mountID is the number of the mount that a path, or with "" a descriptor, is on. A symbolic link is not followed.
func mountID(dir int, path string) (uint64, error) {
	flags := unix.AT_SYMLINK_NOFOLLOW
	if path == "" {
		flags |= unix.AT_EMPTY_PATH
	}
	p, err := pointAt(dir, path, flags)
	return p.mount, err
}

// fdinfoID finds out the mount on kernels before 5.8.
func fdinfoID(dir int, path string, flags int) (uint64, error) {
	fd := dir
	if path != "" {
		how := unix.O_PATH | unix.O_CLOEXEC
		if flags&unix.AT_SYMLINK_NOFOLLOW != 0 {
			how |= unix.O_NOFOLLOW
		}
		var err error
		if fd, err = unix.Openat(dir, path, how, 0); err != nil {
			return 0, fmt.Errorf("open %s: %w", path, err)
		}
		defer unix.Close(fd)
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/thread-self/fdinfo/%d", fd))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if v, ok := strings.CutPrefix(line, "mnt_id:"); ok {
			return strconv.ParseUint(strings.TrimSpace(v), 10, 64)
		}
	}
	return 0, fmt.Errorf("mount of %s: %w", path, unix.ENOSYS)
}
