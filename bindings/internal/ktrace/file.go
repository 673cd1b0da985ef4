package ktrace

import (
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/journal"
)

// fileOperations are those that change what lies under a path, and the files that stand for the kernel's settings.
func fileOperations() map[uint64]*operation {
	m := map[uint64]*operation{
		unix.SYS_OPENAT:   {name: "openat", custom: openatArgs, when: openMatters, after: remember, opens: true},
		unix.SYS_OPENAT2:  {name: "openat2", custom: openatArgs, when: openMatters, after: remember, opens: true},
		unix.SYS_WRITE:    {name: "write", args: []argument{fd, sized(2)}, when: writeMatters},
		unix.SYS_PWRITE64: {name: "pwrite64", args: []argument{fd, sized(2), hidden, long}, when: writeMatters},
		unix.SYS_CLOSE:    {name: "close", when: closes},
		unix.SYS_DUP3:     {name: "dup3", custom: noArguments, done: copied},
		unix.SYS_FCNTL:    {name: "fcntl", custom: noArguments, when: duplicates, done: copied},

		unix.SYS_FCHMOD:          op("fchmod", fd, octal),
		unix.SYS_FCHOWN:          op("fchown", fd, id, id),
		unix.SYS_FTRUNCATE:       {name: "ftruncate", args: []argument{fd, long}, when: func(in *invocation) bool { return in.inCall() }},
		unix.SYS_FSETXATTR:       op("fsetxattr", fd, filename, sized(3)),
		unix.SYS_CHDIR:           op("chdir", filename),
		unix.SYS_FCHDIR:          op("fchdir", fd),
		unix.SYS_COPY_FILE_RANGE: {name: "copy_file_range", args: []argument{fd, hidden, fd, hidden, long}},

		unix.SYS_TRUNCATE:     op("truncate", filename, long),
		unix.SYS_SETXATTR:     op("setxattr", filename, filename, sized(3), hidden, number),
		unix.SYS_LSETXATTR:    op("lsetxattr", filename, filename, sized(3), hidden, number),
		unix.SYS_REMOVEXATTR:  op("removexattr", filename, filename),
		unix.SYS_LREMOVEXATTR: op("lremovexattr", filename, filename),
	}
	for nr, o := range map[uint64]*operation{
		unix.SYS_MKDIRAT:   op("mkdirat", dirfd, filename, octal),
		unix.SYS_MKNODAT:   op("mknodat", dirfd, filename, nodeMode, device),
		unix.SYS_UNLINKAT:  op("unlinkat", dirfd, filename, flags32(unlinkFlags)),
		unix.SYS_FCHMODAT:  op("fchmodat", dirfd, filename, octal),
		unix.SYS_FCHMODAT2: op("fchmodat2", dirfd, filename, octal, flags32(atFlags)),
		unix.SYS_FCHOWNAT:  op("fchownat", dirfd, filename, id, id, flags32(atFlags)),
		unix.SYS_LINKAT:    op("linkat", dirfd, filename, dirfd, filename, flags32(atFlags)),
		unix.SYS_RENAMEAT:  op("renameat", dirfd, filename, dirfd, filename),
		unix.SYS_RENAMEAT2: op("renameat2", dirfd, filename, dirfd, filename, flags32(renameFlags)),
		unix.SYS_UTIMENSAT: op("utimensat", dirfd, filename),
	} {
		o.when = func(in *invocation) bool { return !ownFile(in.target(0, 1)) }
		m[nr] = o
	}
	m[unix.SYS_SYMLINKAT] = op("symlinkat", filename, dirfd, filename)
	return m
}

// openFlags gives the flags and the mode of openat or openat2.
func openFlags(in *invocation) (flags, mode uint64) {
	if in.op.name == "openat2" { // struct open_how
		if w := in.t.memory.words(in.args[2], 2); len(w) == 2 {
			return w[0], w[1]
		}
		return 0, 0
	}
	return uint64(uint32(in.args[2])), in.args[3]
}

func openatArgs(in *invocation) []string {
	flags, mode := openFlags(in)
	return openArgs(in, dirfd.text(in, in.args[0]), in.args[1], flags, mode)
}

func openArgs(in *invocation, dir string, name, flags, mode uint64) []string {
	access := words{{unix.O_RDONLY, "O_RDONLY"}, {unix.O_WRONLY, "O_WRONLY"}, {unix.O_RDWR, "O_RDWR"}}
	text := access.String(flags & unix.O_ACCMODE)
	if rest := flags &^ (unix.O_ACCMODE | largeFile); rest != 0 {
		text += "|" + openBits.String(rest)
	}
	out := []string{dir, in.pointed(name), text}
	if flags&unix.O_CREAT != 0 || flags&unix.O_TMPFILE == unix.O_TMPFILE {
		out = append(out, octal.text(in, mode))
	}
	return out
}

// openMatters shows what creates or empties a file, and what opens a setting of the kernel's.
func openMatters(in *invocation) bool {
	flags, _ := openFlags(in)
	in.path = in.target(0, 1)
	return in.openMatters(flags)
}

func (in *invocation) openMatters(flags uint64) bool {
	if flags&unix.O_PATH != 0 {
		return false
	}
	if flags&(unix.O_CREAT|unix.O_TRUNC) != 0 || flags&unix.O_TMPFILE == unix.O_TMPFILE {
		return !ownFile(in.path) && in.path != "/dev/null"
	}
	if flags&unix.O_DIRECTORY != 0 || !setting(in.path) {
		return false
	}
	return flags&unix.O_ACCMODE != unix.O_RDONLY || !ofProcess(in.path) && in.inCall()
}

// remember notes the name of a setting's descriptor.
func remember(in *invocation) bool {
	if in.result >= 0 {
		in.t.opened(int(in.result), in.path)
	}
	return true
}

func writeMatters(in *invocation) bool { return setting(in.t.file(in.int(0))) }

// closes forgets what is known of a descriptor; nothing is shown.
func closes(in *invocation) bool {
	delete(in.t.fds, in.int(0))
	return false
}

// duplicates picks the fcntl(2) that copies a descriptor.
func duplicates(in *invocation) bool {
	return in.args[1] == unix.F_DUPFD || in.args[1] == unix.F_DUPFD_CLOEXEC
}

// copied passes on what is known of a descriptor to its copy; nothing is shown.
func copied(_ *tracer, in *invocation) {
	if in.result < 0 {
		return
	}
	delete(in.t.fds, int(in.result))
	if name := in.t.fds[in.int(0)]; name != "" {
		in.t.fds[int(in.result)] = name
	}
}

// setting reports whether a path stands for something the kernel lets processes set.
func setting(name string) bool {
	return strings.HasPrefix(name, "/proc/sys/") || strings.HasPrefix(name, "/sys/fs/cgroup/") || ofProcess(name)
}

// ofProcess reports whether a path is a setting of a process: /proc/PID/uid_map and the like.
func ofProcess(name string) bool {
	if !strings.HasPrefix(name, "/proc/") {
		return false
	}
	switch path.Base(name) {
	case "uid_map", "gid_map", "projid_map", "setgroups", "timens_offsets", "oom_score_adj", "coredump_filter":
		return true
	}
	return false
}

// ownFile reports whether a path belongs to the shell's journal, which no script touches.
func ownFile(name string) bool {
	dir := path.Dir(name)
	return strings.HasSuffix(name, ".journal") || name == "/run/nslua" || dir == "/run/nslua" ||
		name == journal.Dir() || dir == journal.Dir()
}

var nodeMode = early(func(in *invocation, v uint64) string {
	kinds := words{{unix.S_IFREG, "S_IFREG"}, {unix.S_IFCHR, "S_IFCHR"}, {unix.S_IFBLK, "S_IFBLK"},
		{unix.S_IFIFO, "S_IFIFO"}, {unix.S_IFSOCK, "S_IFSOCK"}}
	text := octal.text(in, v&^unix.S_IFMT)
	if v&unix.S_IFMT != 0 {
		text = kinds.String(v&unix.S_IFMT) + "|" + text
	}
	return text
})

var openBits = bits{
	{unix.O_TMPFILE, "O_TMPFILE"}, {unix.O_CREAT, "O_CREAT"}, {unix.O_EXCL, "O_EXCL"}, {unix.O_TRUNC, "O_TRUNC"},
	{unix.O_APPEND, "O_APPEND"}, {unix.O_NOCTTY, "O_NOCTTY"}, {unix.O_NONBLOCK, "O_NONBLOCK"}, {unix.O_SYNC, "O_SYNC"},
	{unix.O_DSYNC, "O_DSYNC"}, {unix.O_DIRECT, "O_DIRECT"}, {unix.O_DIRECTORY, "O_DIRECTORY"},
	{unix.O_NOFOLLOW, "O_NOFOLLOW"}, {unix.O_NOATIME, "O_NOATIME"}, {unix.O_CLOEXEC, "O_CLOEXEC"},
}

var atFlags = bits{
	{unix.AT_SYMLINK_NOFOLLOW, "AT_SYMLINK_NOFOLLOW"}, {unix.AT_SYMLINK_FOLLOW, "AT_SYMLINK_FOLLOW"},
	{unix.AT_EMPTY_PATH, "AT_EMPTY_PATH"}, {unix.AT_NO_AUTOMOUNT, "AT_NO_AUTOMOUNT"},
}

var unlinkFlags = bits{{unix.AT_REMOVEDIR, "AT_REMOVEDIR"}}

var renameFlags = bits{
	{unix.RENAME_NOREPLACE, "RENAME_NOREPLACE"}, {unix.RENAME_EXCHANGE, "RENAME_EXCHANGE"}, {unix.RENAME_WHITEOUT, "RENAME_WHITEOUT"},
}
