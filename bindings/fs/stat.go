package fs

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Info is what statx(2) says of a file.
type Info struct {
	Type         string // "file", "dir", "symlink", "fifo", "socket", "char", "block"
	Mode         uint32 // permissions and the bits above them: 04755
	Size, Blocks int64  // in bytes; in units of 512 bytes
	UID, GID     uint32
	Inode        uint64
	Links        uint32
	Major, Minor uint32 // the device the file system is on
	DevMajor     uint32 // the device that a device file stands for
	DevMinor     uint32
	MountID      uint64 // 0 before Linux 5.8
	Atime, Mtime time.Time
	Ctime        time.Time
	Birth        time.Time // zero where the file system does not keep it
}

// Stat looks a file up; follow says whether a symbolic link stands for what it points to.
func Stat(path string, follow bool) (Info, error) {
	return statAt(unix.AT_FDCWD, path, path, follow)
}

func statAt(dir int, name, path string, follow bool) (Info, error) {
	flags := unix.AT_NO_AUTOMOUNT
	if !follow {
		flags |= unix.AT_SYMLINK_NOFOLLOW
	}
	if name == "" {
		flags |= unix.AT_EMPTY_PATH
	}
	var st unix.Statx_t
	err := restart(func() error {
		return unix.Statx(dir, name, flags, unix.STATX_BASIC_STATS|unix.STATX_BTIME|unix.STATX_MNT_ID, &st)
	})
	if err != nil {
		return Info{}, fmt.Errorf("stat %s: %w", path, err)
	}
	info := Info{
		Type: typeOf(uint32(st.Mode)), Mode: uint32(st.Mode) & 0o7777, Size: int64(st.Size), Blocks: int64(st.Blocks),
		UID: st.Uid, GID: st.Gid, Inode: st.Ino, Links: st.Nlink,
		Major: st.Dev_major, Minor: st.Dev_minor, DevMajor: st.Rdev_major, DevMinor: st.Rdev_minor,
		Atime: timeOf(st.Atime), Mtime: timeOf(st.Mtime), Ctime: timeOf(st.Ctime),
	}
	if st.Mask&unix.STATX_MNT_ID != 0 {
		info.MountID = st.Mnt_id
	}
	if st.Mask&unix.STATX_BTIME != 0 {
		info.Birth = timeOf(st.Btime)
	}
	return info, nil
}

func timeOf(t unix.StatxTimestamp) time.Time { return time.Unix(t.Sec, int64(t.Nsec)) }

// fileTypes are the types of files by the bits of S_IFMT.
var fileTypes = []struct {
	name string
	bits uint32
}{
	{"file", unix.S_IFREG},
	{"dir", unix.S_IFDIR},
	{"symlink", unix.S_IFLNK},
	{"fifo", unix.S_IFIFO},
	{"socket", unix.S_IFSOCK},
	{"char", unix.S_IFCHR},
	{"block", unix.S_IFBLK},
}

func typeOf(mode uint32) string {
	for _, t := range fileTypes {
		if mode&unix.S_IFMT == t.bits {
			return t.name
		}
	}
	return "unknown"
}

// Entry is a name in a directory.
type Entry struct {
	Name string
	Type string
}

// List reads a directory, by name.
func List(path string) ([]Entry, error) {
	fd, err := open(path, unix.O_RDONLY|unix.O_DIRECTORY, 0)
	if err != nil {
		return nil, err
	}
	d := os.NewFile(uintptr(fd), path)
	defer d.Close()
	return listDir(d)
}

func listDir(d *os.File) ([]Entry, error) {
	all, err := d.ReadDir(-1)
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, len(all))
	for i, e := range all {
		entries[i] = Entry{e.Name(), goType(e.Type())}
	}
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return entries, nil
}

// goType is typeOf for Go's file modes.
func goType(mode os.FileMode) string {
	switch mode.Type() {
	case 0:
		return "file"
	case os.ModeDir:
		return "dir"
	case os.ModeSymlink:
		return "symlink"
	case os.ModeNamedPipe:
		return "fifo"
	case os.ModeSocket:
		return "socket"
	case os.ModeDevice | os.ModeCharDevice:
		return "char"
	case os.ModeDevice:
		return "block"
	}
	return "unknown"
}
