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

// mountID is the number of the mount that a path, or with "" a descriptor, is on. A symbolic link is not followed.
func mountID(dir int, path string) (uint64, error) {
	flags := unix.AT_SYMLINK_NOFOLLOW | unix.AT_NO_AUTOMOUNT
	if path == "" {
		flags |= unix.AT_EMPTY_PATH
	}
	return statxID(dir, path, flags)
}

func statxID(dir int, path string, flags int) (uint64, error) {
	want := unix.STATX_MNT_ID
	if statmountWorks() {
		want = unix.STATX_MNT_ID_UNIQUE
	}
	var st unix.Statx_t
	if err := unix.Statx(dir, path, flags|unix.AT_STATX_DONT_SYNC, want, &st); err != nil {
		return 0, fmt.Errorf("statx %s: %w", path, err)
	}
	if st.Mask&uint32(want) != 0 {
		return st.Mnt_id, nil
	}
	return fdinfoID(dir, path)
}

// fdinfoID is mountID for kernels before 5.8.
func fdinfoID(dir int, path string) (uint64, error) {
	fd := dir
	if path != "" {
		var err error
		if fd, err = unix.Openat(dir, path, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0); err != nil {
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
