package fs

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Usage is what a tree takes. A file with several names counts once.
type Usage struct {
	Bytes, Disk int64 // the sizes of the files; what they take on the disk
	Files, Dirs int64
}

// GetUsage adds up a tree. sameMount leaves out what is mounted in it.
func GetUsage(wait Wait, path string, sameMount bool) (Usage, error) {
	var u Usage
	seen := map[fileID]bool{}
	var root Info
	w := walker{wait: wait, pre: func(n *node) (bool, error) {
		if n.depth == 0 {
			root = n.info
		} else if sameMount && !n.info.sameMount(root) {
			return false, nil
		}
		if n.info.Type != "dir" && n.info.Links > 1 {
			if seen[n.info.id()] {
				return true, nil
			}
			seen[n.info.id()] = true
		}
		u.Disk += n.info.Blocks * 512
		if n.info.Type == "dir" {
			u.Dirs++
		} else {
			u.Files++
			u.Bytes += n.info.Size
		}
		return true, nil
	}}
	err := w.walk(path)
	return u, err
}

// Statfs is what statfs(2) says of a file system.
type Statfs struct {
	Type                  string // "ext4", or the magic number in hexadecimal
	BlockSize             int64
	Size, Free, Available int64 // in bytes; Available to ordinary users
	Files, FilesFree      uint64
	NameMax               int64
	Flags                 []string // as mount options are written: "ro", "nosuid"
}

// GetStatfs reads it of the file system a path is on.
func GetStatfs(path string) (Statfs, error) {
	var st unix.Statfs_t
	if err := restart(func() error { return unix.Statfs(path, &st) }); err != nil {
		return Statfs{}, fmt.Errorf("statfs %s: %w", path, err)
	}
	s := Statfs{
		Type: magics[int64(uint32(st.Type))], BlockSize: st.Bsize,
		Size: int64(st.Blocks) * st.Bsize, Free: int64(st.Bfree) * st.Bsize, Available: int64(st.Bavail) * st.Bsize,
		Files: st.Files, FilesFree: st.Ffree, NameMax: st.Namelen,
	}
	if s.Type == "" {
		s.Type = fmt.Sprintf("%#x", uint32(st.Type))
	}
	for _, f := range mountFlags {
		if st.Flags&f.bit != 0 {
			s.Flags = append(s.Flags, f.name)
		}
	}
	return s, nil
}

var mountFlags = []struct {
	bit  int64
	name string
}{
	{unix.ST_RDONLY, "ro"}, {unix.ST_NOSUID, "nosuid"}, {unix.ST_NODEV, "nodev"}, {unix.ST_NOEXEC, "noexec"},
	{unix.ST_SYNCHRONOUS, "sync"}, {unix.ST_MANDLOCK, "mand"}, {unix.ST_NOATIME, "noatime"},
	{unix.ST_NODIRATIME, "nodiratime"}, {unix.ST_RELATIME, "relatime"},
}

// magics are the names of file systems by their number in statfs(2).
var magics = map[int64]string{
	unix.AUTOFS_SUPER_MAGIC: "autofs", unix.BINFMTFS_MAGIC: "binfmt_misc", unix.BPF_FS_MAGIC: "bpf",
	unix.BTRFS_SUPER_MAGIC: "btrfs", unix.CGROUP2_SUPER_MAGIC: "cgroup2", unix.CGROUP_SUPER_MAGIC: "cgroup",
	unix.DEBUGFS_MAGIC: "debugfs", unix.DEVPTS_SUPER_MAGIC: "devpts", unix.EROFS_SUPER_MAGIC_V1: "erofs",
	unix.EXT4_SUPER_MAGIC: "ext4", unix.F2FS_SUPER_MAGIC: "f2fs", unix.FUSE_SUPER_MAGIC: "fuse",
	unix.HUGETLBFS_MAGIC: "hugetlbfs", unix.ISOFS_SUPER_MAGIC: "iso9660", 0x19800202: "mqueue",
	unix.MSDOS_SUPER_MAGIC: "vfat", unix.NFS_SUPER_MAGIC: "nfs", unix.NSFS_MAGIC: "nsfs",
	unix.OVERLAYFS_SUPER_MAGIC: "overlay", unix.PROC_SUPER_MAGIC: "proc", unix.PSTOREFS_MAGIC: "pstore",
	unix.RAMFS_MAGIC: "ramfs", unix.SECURITYFS_MAGIC: "securityfs", unix.SELINUX_MAGIC: "selinuxfs",
	unix.SQUASHFS_MAGIC: "squashfs", unix.SYSFS_MAGIC: "sysfs", unix.TMPFS_MAGIC: "tmpfs",
	unix.TRACEFS_MAGIC: "tracefs", unix.V9FS_MAGIC: "9p", unix.XFS_SUPER_MAGIC: "xfs", 0x2fc12fc1: "zfs",
}
