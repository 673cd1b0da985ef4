package ktrace

import (
	"strconv"

	"golang.org/x/sys/unix"
)

func processOperations() map[uint64]*operation {
	return map[uint64]*operation{
		unix.SYS_UNSHARE:  op("unshare", flags32(cloneFlags)),
		unix.SYS_SETNS:    op("setns", fd, flags32(cloneFlags)),
		unix.SYS_CLONE:    {name: "clone", custom: cloneArgs, when: makesProcess},
		unix.SYS_CLONE3:   {name: "clone3", custom: clone3Args, when: makesProcess},
		unix.SYS_EXECVE:   {name: "execve", args: []argument{filename, list}, exec: true},
		unix.SYS_EXECVEAT: {name: "execveat", args: []argument{dirfd, filename, list, hidden, flags32(atFlags)}, exec: true},
		unix.SYS_WAIT4:    {name: "wait4", args: []argument{number, waited, flags32(waitFlags)}, after: waitTold},
		unix.SYS_WAITID:   {name: "waitid", custom: waitidArgs, after: waitTold},
		unix.SYS_KILL:     op("kill", number, sigNumber),
		unix.SYS_SETSID:   op("setsid"),
		unix.SYS_PRLIMIT64: {name: "prlimit", args: []argument{number, word(resources), limit},
			when: func(in *invocation) bool { return in.args[2] != 0 }},
		unix.SYS_SETPRIORITY: op("setpriority", word(priorityKinds), number, number),
		unix.SYS_UMASK: {name: "umask", args: []argument{octal},
			when: func(in *invocation) bool { return in.inCall() }},
		unix.SYS_PIDFD_OPEN:         {name: "pidfd_open", args: []argument{number, flags32(pidfdFlags)}, opens: true},
		unix.SYS_PIDFD_GETFD:        {name: "pidfd_getfd", args: []argument{fd, number}, opens: true},
		unix.SYS_PIDFD_SEND_SIGNAL:  op("pidfd_send_signal", fd, sigNumber),
		unix.SYS_SETHOSTNAME:        op("sethostname", sized(1)),
		unix.SYS_SETDOMAINNAME:      op("setdomainname", sized(1)),
		unix.SYS_CLOCK_SETTIME:      op("clock_settime", number),
		unix.SYS_SCHED_SETAFFINITY:  op("sched_setaffinity", number),
		unix.SYS_SCHED_SETSCHEDULER: op("sched_setscheduler", number, number),
		unix.SYS_REBOOT:             op("reboot", hexed, hexed, hexed),
	}
}

// makesProcess notes the flags of a clone, and hides those that make a thread.
func makesProcess(in *invocation) bool {
	in.t.cloneFlags = in.args[0]
	if in.op.name == "clone3" {
		in.t.cloneFlags = 0
		if w := in.t.memory.words(in.args[0], 1); len(w) > 0 {
			in.t.cloneFlags = w[0]
		}
	}
	return in.t.cloneFlags&unix.CLONE_THREAD == 0
}

func cloneArgs(in *invocation) []string {
	const exitSignal = 0xff // CSIGNAL
	text := cloneFlags.String(uint64(uint32(in.args[0])) &^ exitSignal)
	if sig := int(in.args[0] & exitSignal); sig != 0 {
		text += "|" + signalName(sig)
	}
	return []string{text}
}

// clone3Args shows the essence of struct clone_args.
func clone3Args(in *invocation) []string {
	const exitSignal, cgroup = 4, 10
	w := in.t.memory.words(in.args[0], int(min(in.args[1]/8, cgroup+1)))
	if len(w) <= exitSignal {
		return []string{"?"}
	}
	out := []string{cloneFlags.String(w[0])}
	if w[exitSignal] != 0 {
		out[0] += "|" + signalName(int(w[exitSignal]))
	}
	if w[0]&unix.CLONE_INTO_CGROUP != 0 && len(w) > cgroup {
		out = append(out, "cgroup="+in.t.fd(int(int32(w[cgroup]))))
	}
	return out
}

// waitTold hides a wait that had nothing to tell.
func waitTold(in *invocation) bool {
	if in.op.name == "waitid" {
		return in.result >= 0
	}
	return in.result > 0 || in.result < 0 && in.result != -int64(unix.ECHILD) && in.result != -int64(unix.EINTR)
}

func waitidArgs(in *invocation) []string {
	which := waitKinds.String(in.args[0])
	subject := strconv.Itoa(in.int(1))
	if in.args[0] == unix.P_PIDFD {
		subject = in.t.fd(in.int(1))
	}
	return []string{which, subject, waitFlags.String(uint64(uint32(in.args[3])))}
}

// limit is struct rlimit.
var limit = early(func(in *invocation, v uint64) string {
	w := in.t.memory.words(v, 2)
	if len(w) < 2 {
		return "NULL"
	}
	text := func(n uint64) string {
		if n == ^uint64(0) {
			return "unlimited"
		}
		return strconv.FormatUint(n, 10)
	}
	return "{soft " + text(w[0]) + ", hard " + text(w[1]) + "}"
})

var cloneFlags = bits{
	{unix.CLONE_VM, "CLONE_VM"}, {unix.CLONE_FS, "CLONE_FS"}, {unix.CLONE_FILES, "CLONE_FILES"},
	{unix.CLONE_SIGHAND, "CLONE_SIGHAND"}, {unix.CLONE_PIDFD, "CLONE_PIDFD"}, {unix.CLONE_PTRACE, "CLONE_PTRACE"},
	{unix.CLONE_VFORK, "CLONE_VFORK"}, {unix.CLONE_PARENT, "CLONE_PARENT"}, {unix.CLONE_THREAD, "CLONE_THREAD"},
	{unix.CLONE_NEWUSER, "CLONE_NEWUSER"}, {unix.CLONE_NEWNS, "CLONE_NEWNS"}, {unix.CLONE_NEWPID, "CLONE_NEWPID"},
	{unix.CLONE_NEWNET, "CLONE_NEWNET"}, {unix.CLONE_NEWUTS, "CLONE_NEWUTS"}, {unix.CLONE_NEWIPC, "CLONE_NEWIPC"},
	{unix.CLONE_NEWCGROUP, "CLONE_NEWCGROUP"}, {unix.CLONE_NEWTIME, "CLONE_NEWTIME"},
	{unix.CLONE_SYSVSEM, "CLONE_SYSVSEM"}, {unix.CLONE_SETTLS, "CLONE_SETTLS"},
	{unix.CLONE_PARENT_SETTID, "CLONE_PARENT_SETTID"}, {unix.CLONE_CHILD_CLEARTID, "CLONE_CHILD_CLEARTID"},
	{unix.CLONE_UNTRACED, "CLONE_UNTRACED"}, {unix.CLONE_CHILD_SETTID, "CLONE_CHILD_SETTID"}, {unix.CLONE_IO, "CLONE_IO"},
	{unix.CLONE_CLEAR_SIGHAND, "CLONE_CLEAR_SIGHAND"}, {unix.CLONE_INTO_CGROUP, "CLONE_INTO_CGROUP"},
}

var waitFlags = bits{
	{unix.WNOHANG, "WNOHANG"}, {unix.WUNTRACED, "WUNTRACED"}, {unix.WEXITED, "WEXITED"}, {unix.WCONTINUED, "WCONTINUED"},
	{unix.WNOWAIT, "WNOWAIT"}, {unix.WALL, "__WALL"},
}

var waitKinds = words{{unix.P_ALL, "P_ALL"}, {unix.P_PID, "P_PID"}, {unix.P_PGID, "P_PGID"}, {unix.P_PIDFD, "P_PIDFD"}}

var pidfdFlags = bits{{unix.PIDFD_NONBLOCK, "PIDFD_NONBLOCK"}, {unix.PIDFD_THREAD, "PIDFD_THREAD"}}

var priorityKinds = words{{unix.PRIO_PROCESS, "PRIO_PROCESS"}, {unix.PRIO_PGRP, "PRIO_PGRP"}, {unix.PRIO_USER, "PRIO_USER"}}

var resources = words{
	{unix.RLIMIT_AS, "RLIMIT_AS"}, {unix.RLIMIT_CORE, "RLIMIT_CORE"}, {unix.RLIMIT_CPU, "RLIMIT_CPU"},
	{unix.RLIMIT_DATA, "RLIMIT_DATA"}, {unix.RLIMIT_FSIZE, "RLIMIT_FSIZE"}, {unix.RLIMIT_LOCKS, "RLIMIT_LOCKS"},
	{unix.RLIMIT_MEMLOCK, "RLIMIT_MEMLOCK"}, {unix.RLIMIT_MSGQUEUE, "RLIMIT_MSGQUEUE"}, {unix.RLIMIT_NICE, "RLIMIT_NICE"},
	{unix.RLIMIT_NOFILE, "RLIMIT_NOFILE"}, {unix.RLIMIT_NPROC, "RLIMIT_NPROC"}, {unix.RLIMIT_RSS, "RLIMIT_RSS"},
	{unix.RLIMIT_RTPRIO, "RLIMIT_RTPRIO"}, {unix.RLIMIT_RTTIME, "RLIMIT_RTTIME"},
	{unix.RLIMIT_SIGPENDING, "RLIMIT_SIGPENDING"}, {unix.RLIMIT_STACK, "RLIMIT_STACK"},
}
