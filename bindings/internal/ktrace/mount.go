package ktrace

import (
	"fmt"
	"strconv"

	"golang.org/x/sys/unix"
)

func mountOperations() map[uint64]*operation {
	return map[uint64]*operation{
		unix.SYS_MOUNT:      {name: "mount", custom: mountArgs},
		unix.SYS_UMOUNT2:    op("umount2", filename, flags32(umountFlags)),
		unix.SYS_PIVOT_ROOT: op("pivot_root", filename, filename),
		unix.SYS_CHROOT:     op("chroot", filename),
		unix.SYS_OPEN_TREE:  {name: "open_tree", args: []argument{dirfd, filename, flags32(openTreeFlags)}, opens: true, when: clones},
		unix.SYS_OPEN_TREE_ATTR: {name: "open_tree_attr", opens: true,
			args: []argument{dirfd, filename, flags32(openTreeFlags), mountAttr}},
		unix.SYS_MOVE_MOUNT:    op("move_mount", dirfd, filename, dirfd, filename, flags32(moveMountFlags)),
		unix.SYS_MOUNT_SETATTR: op("mount_setattr", dirfd, filename, flags32(openTreeFlags), mountAttr),
		unix.SYS_FSOPEN:        {name: "fsopen", args: []argument{filename, flags32(closeOnExec)}, opens: true},
		unix.SYS_FSMOUNT:       {name: "fsmount", args: []argument{fd, flags32(closeOnExec), flags(mountAttrs)}, opens: true},
		unix.SYS_FSPICK:        {name: "fspick", args: []argument{dirfd, filename, flags32(fspickFlags)}, opens: true},
		unix.SYS_FSCONFIG:      {name: "fsconfig", custom: fsconfigArgs},
		unix.SYS_STATMOUNT:     op("statmount", mountID),
		unix.SYS_LISTMOUNT:     op("listmount", mountID),
		unix.SYS_SWAPON:        op("swapon", filename, hexed),
		unix.SYS_SWAPOFF:       op("swapoff", filename),
	}
}

// mountArgs leaves out the type and the data where there are none.
func mountArgs(in *invocation) []string {
	out := []string{in.pointed(in.args[0]), in.pointed(in.args[1])}
	if in.str(2) != "" {
		out = append(out, quoted(in.str(2)))
	}
	out = append(out, mountFlags.String(in.args[3]))
	if in.str(4) != "" {
		out = append(out, quoted(in.str(4)))
	}
	return out
}

// clones hides the use of open_tree(2) as a mere open.
func clones(in *invocation) bool { return in.args[2]&unix.OPEN_TREE_CLONE != 0 }

// mountAttr is struct mount_attr, see mount_setattr(2).
var mountAttr = early(func(in *invocation, v uint64) string {
	w := in.t.memory.words(v, 4)
	if len(w) < 4 {
		return fmt.Sprintf("%#x", v)
	}
	text := ""
	if w[0] != 0 {
		text += " set=" + mountAttrs.String(w[0])
	}
	if w[1] != 0 {
		text += " clear=" + mountAttrs.String(w[1])
	}
	if w[2] != 0 {
		text += " propagation=" + mountFlags.String(w[2])
	}
	if w[0]&unix.MOUNT_ATTR_IDMAP != 0 {
		text += " userns=" + in.t.fd(int(int32(w[3])))
	}
	if text == "" {
		return "{}"
	}
	return "{" + text[1:] + "}"
})

// mountID is the subject of struct mnt_id_req: size and a descriptor, then the id.
var mountID = early(func(in *invocation, v uint64) string {
	w := in.t.memory.words(v, 2)
	switch {
	case len(w) < 2:
		return fmt.Sprintf("%#x", v)
	case w[1] == ^uint64(0): // LSMT_ROOT
		return "LSMT_ROOT"
	}
	return strconv.FormatUint(w[1], 10)
})

func fsconfigArgs(in *invocation) []string {
	out := []string{in.t.fd(in.int(0)), fsconfigCommands.String(in.args[1])}
	if in.args[2] == 0 {
		return out
	}
	out = append(out, in.pointed(in.args[2]))
	switch in.args[1] {
	case unix.FSCONFIG_SET_STRING, unix.FSCONFIG_SET_PATH, unix.FSCONFIG_SET_PATH_EMPTY:
		out = append(out, in.pointed(in.args[3]))
	case unix.FSCONFIG_SET_FD:
		out = append(out, in.t.fd(in.int(4)))
	case unix.FSCONFIG_SET_BINARY:
		out = append(out, quoted(string(in.t.memory.bytes(in.args[3], int(min(in.args[4], 257))))))
	}
	return out
}

var mountFlags = bits{
	{unix.MS_RDONLY, "MS_RDONLY"}, {unix.MS_NOSUID, "MS_NOSUID"}, {unix.MS_NODEV, "MS_NODEV"}, {unix.MS_NOEXEC, "MS_NOEXEC"},
	{unix.MS_SYNCHRONOUS, "MS_SYNCHRONOUS"}, {unix.MS_REMOUNT, "MS_REMOUNT"}, {unix.MS_MANDLOCK, "MS_MANDLOCK"},
	{unix.MS_DIRSYNC, "MS_DIRSYNC"}, {unix.MS_NOSYMFOLLOW, "MS_NOSYMFOLLOW"}, {unix.MS_NOATIME, "MS_NOATIME"},
	{unix.MS_NODIRATIME, "MS_NODIRATIME"}, {unix.MS_BIND, "MS_BIND"}, {unix.MS_MOVE, "MS_MOVE"}, {unix.MS_REC, "MS_REC"},
	{unix.MS_SILENT, "MS_SILENT"}, {unix.MS_POSIXACL, "MS_POSIXACL"}, {unix.MS_UNBINDABLE, "MS_UNBINDABLE"},
	{unix.MS_PRIVATE, "MS_PRIVATE"}, {unix.MS_SLAVE, "MS_SLAVE"}, {unix.MS_SHARED, "MS_SHARED"},
	{unix.MS_RELATIME, "MS_RELATIME"}, {unix.MS_I_VERSION, "MS_I_VERSION"}, {unix.MS_STRICTATIME, "MS_STRICTATIME"},
	{unix.MS_LAZYTIME, "MS_LAZYTIME"},
}

var umountFlags = bits{
	{unix.MNT_FORCE, "MNT_FORCE"}, {unix.MNT_DETACH, "MNT_DETACH"}, {unix.MNT_EXPIRE, "MNT_EXPIRE"},
	{unix.UMOUNT_NOFOLLOW, "UMOUNT_NOFOLLOW"},
}

var openTreeFlags = bits{
	{unix.OPEN_TREE_CLONE, "OPEN_TREE_CLONE"}, {unix.OPEN_TREE_CLOEXEC, "OPEN_TREE_CLOEXEC"},
	{unix.AT_RECURSIVE, "AT_RECURSIVE"}, {unix.AT_EMPTY_PATH, "AT_EMPTY_PATH"},
	{unix.AT_SYMLINK_NOFOLLOW, "AT_SYMLINK_NOFOLLOW"}, {unix.AT_NO_AUTOMOUNT, "AT_NO_AUTOMOUNT"},
}

var moveMountFlags = bits{
	{unix.MOVE_MOUNT_F_SYMLINKS, "MOVE_MOUNT_F_SYMLINKS"}, {unix.MOVE_MOUNT_F_AUTOMOUNTS, "MOVE_MOUNT_F_AUTOMOUNTS"},
	{unix.MOVE_MOUNT_F_EMPTY_PATH, "MOVE_MOUNT_F_EMPTY_PATH"}, {unix.MOVE_MOUNT_T_SYMLINKS, "MOVE_MOUNT_T_SYMLINKS"},
	{unix.MOVE_MOUNT_T_AUTOMOUNTS, "MOVE_MOUNT_T_AUTOMOUNTS"}, {unix.MOVE_MOUNT_T_EMPTY_PATH, "MOVE_MOUNT_T_EMPTY_PATH"},
	{unix.MOVE_MOUNT_SET_GROUP, "MOVE_MOUNT_SET_GROUP"}, {0x200, "MOVE_MOUNT_BENEATH"},
}

var mountAttrs = bits{
	{unix.MOUNT_ATTR_RDONLY, "MOUNT_ATTR_RDONLY"}, {unix.MOUNT_ATTR_NOSUID, "MOUNT_ATTR_NOSUID"},
	{unix.MOUNT_ATTR_NODEV, "MOUNT_ATTR_NODEV"}, {unix.MOUNT_ATTR_NOEXEC, "MOUNT_ATTR_NOEXEC"},
	{unix.MOUNT_ATTR__ATIME, "MOUNT_ATTR__ATIME"}, {unix.MOUNT_ATTR_NOATIME, "MOUNT_ATTR_NOATIME"},
	{unix.MOUNT_ATTR_STRICTATIME, "MOUNT_ATTR_STRICTATIME"}, {unix.MOUNT_ATTR_NODIRATIME, "MOUNT_ATTR_NODIRATIME"},
	{unix.MOUNT_ATTR_IDMAP, "MOUNT_ATTR_IDMAP"}, {unix.MOUNT_ATTR_NOSYMFOLLOW, "MOUNT_ATTR_NOSYMFOLLOW"},
}

var fspickFlags = bits{
	{unix.FSPICK_CLOEXEC, "FSPICK_CLOEXEC"}, {unix.FSPICK_SYMLINK_NOFOLLOW, "FSPICK_SYMLINK_NOFOLLOW"},
	{unix.FSPICK_NO_AUTOMOUNT, "FSPICK_NO_AUTOMOUNT"}, {unix.FSPICK_EMPTY_PATH, "FSPICK_EMPTY_PATH"},
}

// closeOnExec is the one flag of fsopen and fsmount.
var closeOnExec = bits{{unix.FSOPEN_CLOEXEC, "CLOEXEC"}}

var fsconfigCommands = words{
	{unix.FSCONFIG_SET_FLAG, "FSCONFIG_SET_FLAG"}, {unix.FSCONFIG_SET_STRING, "FSCONFIG_SET_STRING"},
	{unix.FSCONFIG_SET_BINARY, "FSCONFIG_SET_BINARY"}, {unix.FSCONFIG_SET_PATH, "FSCONFIG_SET_PATH"},
	{unix.FSCONFIG_SET_PATH_EMPTY, "FSCONFIG_SET_PATH_EMPTY"}, {unix.FSCONFIG_SET_FD, "FSCONFIG_SET_FD"},
	{unix.FSCONFIG_CMD_CREATE, "FSCONFIG_CMD_CREATE"}, {unix.FSCONFIG_CMD_RECONFIGURE, "FSCONFIG_CMD_RECONFIGURE"},
	{8, "FSCONFIG_CMD_CREATE_EXCL"},
}
