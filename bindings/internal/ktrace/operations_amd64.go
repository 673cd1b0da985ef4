package ktrace

import "golang.org/x/sys/unix"

// largeFile is what O_LARGEFILE stands for here.
const largeFile = 0x8000

// oldOperations are those that later architectures have in their *at form only.
func oldOperations() map[uint64]*operation {
	m := map[uint64]*operation{
		unix.SYS_OPEN:    {name: "open", custom: oldOpenArgs, when: oldOpenMatters, after: remember, opens: true},
		unix.SYS_CREAT:   op("creat", filename, octal),
		unix.SYS_FORK:    {name: "fork", when: forks},
		unix.SYS_VFORK:   {name: "vfork", when: forks},
		unix.SYS_SYMLINK: op("symlink", filename, filename),
	}
	for nr, o := range map[uint64]*operation{
		unix.SYS_MKDIR:  op("mkdir", filename, octal),
		unix.SYS_RMDIR:  op("rmdir", filename),
		unix.SYS_UNLINK: op("unlink", filename),
		unix.SYS_RENAME: op("rename", filename, filename),
		unix.SYS_LINK:   op("link", filename, filename),
		unix.SYS_CHMOD:  op("chmod", filename, octal),
		unix.SYS_CHOWN:  op("chown", filename, id, id),
		unix.SYS_LCHOWN: op("lchown", filename, id, id),
		unix.SYS_MKNOD:  op("mknod", filename, nodeMode, device),
	} {
		o.when = func(in *invocation) bool { return !ownFile(in.target(-1, 0)) }
		m[nr] = o
	}
	return m
}

func forks(in *invocation) bool {
	in.t.cloneFlags = 0
	if in.op.name == "vfork" {
		in.t.cloneFlags = unix.CLONE_VM
	}
	return true
}

func oldOpenMatters(in *invocation) bool {
	in.path = in.target(-1, 0)
	return in.openMatters(uint64(uint32(in.args[1])))
}

func oldOpenArgs(in *invocation) []string {
	return openArgs(in, "", in.args[0], uint64(uint32(in.args[1])), in.args[2])
}
