package ktrace

import (
	"fmt"
	mathbits "math/bits"
	"strconv"

	"golang.org/x/sys/unix"
)

func identityOperations() map[uint64]*operation {
	return map[uint64]*operation{
		unix.SYS_SETUID:    op("setuid", id),
		unix.SYS_SETGID:    op("setgid", id),
		unix.SYS_SETREUID:  op("setreuid", id, id),
		unix.SYS_SETREGID:  op("setregid", id, id),
		unix.SYS_SETRESUID: op("setresuid", id, id, id),
		unix.SYS_SETRESGID: op("setresgid", id, id, id),
		unix.SYS_SETFSUID:  op("setfsuid", id),
		unix.SYS_SETFSGID:  op("setfsgid", id),
		unix.SYS_SETGROUPS: op("setgroups", number, ids(0)),
		unix.SYS_CAPSET:    {name: "capset", custom: capsetArgs},
		unix.SYS_PRCTL:     {name: "prctl", custom: prctlArgs, when: func(in *invocation) bool { return prctls.has(in.args[0]) }},
		unix.SYS_SECCOMP:   {name: "seccomp", custom: seccompArgs, when: setsFilter},
		unix.SYS_LANDLOCK_CREATE_RULESET: {name: "landlock_create_ruleset", custom: rulesetArgs, opens: true,
			when: func(in *invocation) bool { return in.args[0] != 0 }}, // else it asks for the version
		unix.SYS_LANDLOCK_ADD_RULE:      {name: "landlock_add_rule", custom: landlockRule},
		unix.SYS_LANDLOCK_RESTRICT_SELF: op("landlock_restrict_self", fd, hexed),
		unix.SYS_BPF:                    op("bpf", word(bpfCommands)),
		unix.SYS_KEYCTL:                 {name: "keyctl", custom: keyctlArgs},
		unix.SYS_ADD_KEY:                op("add_key", filename, filename, hidden, long, number),
		unix.SYS_REQUEST_KEY:            op("request_key", filename, filename, filename, number),
	}
}

// capsetArgs shows the three sets; see capset(2) for their split into words.
func capsetArgs(in *invocation) []string {
	header, data := in.t.memory.halves(in.args[0], 2), in.t.memory.halves(in.args[1], 6)
	if len(header) < 2 || len(data) < 6 {
		return []string{"?"}
	}
	set := func(i int) string { return capabilities(uint64(data[i]) | uint64(data[i+3])<<32) }
	return []string{"effective=" + set(0), "permitted=" + set(1), "inheritable=" + set(2)}
}

// capabilities lists a set, the short way if most are in it.
func capabilities(set uint64) string {
	all := uint64(1)<<len(capabilityNames) - 1
	switch {
	case set&all == all:
		return "all"
	case set&all == 0:
		return "none"
	}
	text, sign := "", ""
	if missing := all &^ set; 2*mathbits.OnesCount64(set&all) > len(capabilityNames) {
		text, sign, set = "all", "-", missing
	}
	for i, name := range capabilityNames {
		if set>>i&1 != 0 {
			text += sign + name
			if sign == "" {
				sign = ","
			}
		}
	}
	return text
}

func capability(n uint64) string {
	if n < uint64(len(capabilityNames)) {
		return "CAP_" + capabilityNames[n]
	}
	return strconv.FormatUint(n, 10)
}

func prctlArgs(in *invocation) []string {
	out := []string{prctls.String(in.args[0])}
	v := in.args[1]
	switch in.args[0] {
	case unix.PR_SET_NAME:
		return append(out, in.pointed(v))
	case unix.PR_SET_PDEATHSIG:
		return append(out, signalName(int(v)))
	case unix.PR_CAPBSET_DROP:
		return append(out, capability(v))
	case unix.PR_SET_SECUREBITS:
		return append(out, secureBits.String(v))
	case unix.PR_SET_SECCOMP:
		return append(out, seccompModes.String(v))
	case unix.PR_CAP_AMBIENT:
		out = append(out, ambient.String(v))
		if v != unix.PR_CAP_AMBIENT_CLEAR_ALL {
			out = append(out, capability(in.args[2]))
		}
		return out
	}
	return append(out, strconv.FormatUint(v, 10))
}

// setsFilter hides the probes for what seccomp(2) can do.
func setsFilter(in *invocation) bool {
	return in.args[0] == unix.SECCOMP_SET_MODE_STRICT || in.args[0] == unix.SECCOMP_SET_MODE_FILTER && in.args[2] != 0
}

func seccompArgs(in *invocation) []string {
	if in.args[0] == unix.SECCOMP_SET_MODE_STRICT {
		return []string{"SECCOMP_SET_MODE_STRICT"}
	}
	filter := "?"
	if w := in.t.memory.halves(in.args[2], 1); len(w) > 0 { // struct sock_fprog begins with a 16-bit length
		filter = fmt.Sprintf("{%d instructions}", w[0]&0xffff)
	}
	return []string{"SECCOMP_SET_MODE_FILTER", seccompFlags.String(in.args[1]), filter}
}

func rulesetArgs(in *invocation) []string {
	w := in.t.memory.words(in.args[0], int(min(in.args[1]/8, 3)))
	var out []string
	for i, what := range []string{"fs", "net", "scoped"} {
		if i < len(w) && w[i] != 0 {
			out = append(out, fmt.Sprintf("%s=%#x", what, w[i]))
		}
	}
	return out
}

func landlockRule(in *invocation) []string {
	out := []string{in.t.fd(in.int(0))}
	w := in.t.memory.words(in.args[2], 1)
	if len(w) == 0 {
		return out
	}
	switch in.args[1] {
	case unix.LANDLOCK_RULE_PATH_BENEATH:
		parent := in.t.memory.halves(in.args[2]+8, 1)
		if len(parent) > 0 {
			out = append(out, "beneath "+in.t.fd(int(int32(parent[0]))))
		}
	default:
		if port := in.t.memory.words(in.args[2]+8, 1); len(port) > 0 {
			out = append(out, fmt.Sprintf("port %d", port[0]))
		}
	}
	return append(out, fmt.Sprintf("allowed=%#x", w[0]))
}

func keyctlArgs(in *invocation) []string {
	out := []string{keyctls.String(in.args[0])}
	switch in.args[0] {
	case unix.KEYCTL_JOIN_SESSION_KEYRING:
		return append(out, in.pointed(in.args[1]))
	case unix.KEYCTL_SEARCH:
		return append(out, strconv.Itoa(in.int(1)), in.pointed(in.args[2]), in.pointed(in.args[3]))
	}
	return append(out, strconv.Itoa(in.int(1)), fmt.Sprintf("%#x", in.args[2]))
}

// prctls are the operations that change something.
var prctls = words{
	{unix.PR_SET_NO_NEW_PRIVS, "PR_SET_NO_NEW_PRIVS"}, {unix.PR_SET_SECCOMP, "PR_SET_SECCOMP"},
	{unix.PR_CAPBSET_DROP, "PR_CAPBSET_DROP"}, {unix.PR_CAP_AMBIENT, "PR_CAP_AMBIENT"},
	{unix.PR_SET_SECUREBITS, "PR_SET_SECUREBITS"}, {unix.PR_SET_KEEPCAPS, "PR_SET_KEEPCAPS"},
	{unix.PR_SET_DUMPABLE, "PR_SET_DUMPABLE"}, {unix.PR_SET_PDEATHSIG, "PR_SET_PDEATHSIG"},
	{unix.PR_SET_CHILD_SUBREAPER, "PR_SET_CHILD_SUBREAPER"}, {unix.PR_SET_NAME, "PR_SET_NAME"},
	{unix.PR_SET_PTRACER, "PR_SET_PTRACER"}, {unix.PR_SET_THP_DISABLE, "PR_SET_THP_DISABLE"},
}

var ambient = words{
	{unix.PR_CAP_AMBIENT_RAISE, "PR_CAP_AMBIENT_RAISE"}, {unix.PR_CAP_AMBIENT_LOWER, "PR_CAP_AMBIENT_LOWER"},
	{unix.PR_CAP_AMBIENT_IS_SET, "PR_CAP_AMBIENT_IS_SET"}, {unix.PR_CAP_AMBIENT_CLEAR_ALL, "PR_CAP_AMBIENT_CLEAR_ALL"},
}

// secureBits are those of linux/securebits.h.
var secureBits = bits{
	{1 << 0, "SECBIT_NOROOT"}, {1 << 1, "SECBIT_NOROOT_LOCKED"}, {1 << 2, "SECBIT_NO_SETUID_FIXUP"},
	{1 << 3, "SECBIT_NO_SETUID_FIXUP_LOCKED"}, {1 << 4, "SECBIT_KEEP_CAPS"}, {1 << 5, "SECBIT_KEEP_CAPS_LOCKED"},
	{1 << 6, "SECBIT_NO_CAP_AMBIENT_RAISE"}, {1 << 7, "SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED"},
}

var seccompModes = words{{unix.SECCOMP_MODE_STRICT, "SECCOMP_MODE_STRICT"}, {unix.SECCOMP_MODE_FILTER, "SECCOMP_MODE_FILTER"}}

var seccompFlags = bits{
	{unix.SECCOMP_FILTER_FLAG_TSYNC, "SECCOMP_FILTER_FLAG_TSYNC"}, {unix.SECCOMP_FILTER_FLAG_LOG, "SECCOMP_FILTER_FLAG_LOG"},
	{unix.SECCOMP_FILTER_FLAG_SPEC_ALLOW, "SECCOMP_FILTER_FLAG_SPEC_ALLOW"},
	{unix.SECCOMP_FILTER_FLAG_NEW_LISTENER, "SECCOMP_FILTER_FLAG_NEW_LISTENER"},
	{unix.SECCOMP_FILTER_FLAG_TSYNC_ESRCH, "SECCOMP_FILTER_FLAG_TSYNC_ESRCH"},
	{unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"},
}

var bpfCommands = words{
	{unix.BPF_MAP_CREATE, "BPF_MAP_CREATE"}, {unix.BPF_PROG_LOAD, "BPF_PROG_LOAD"}, {unix.BPF_OBJ_PIN, "BPF_OBJ_PIN"},
	{unix.BPF_OBJ_GET, "BPF_OBJ_GET"}, {unix.BPF_PROG_ATTACH, "BPF_PROG_ATTACH"}, {unix.BPF_PROG_DETACH, "BPF_PROG_DETACH"},
	{unix.BPF_PROG_QUERY, "BPF_PROG_QUERY"}, {unix.BPF_LINK_CREATE, "BPF_LINK_CREATE"},
}

var keyctls = words{
	{unix.KEYCTL_GET_KEYRING_ID, "KEYCTL_GET_KEYRING_ID"}, {unix.KEYCTL_JOIN_SESSION_KEYRING, "KEYCTL_JOIN_SESSION_KEYRING"},
	{unix.KEYCTL_UPDATE, "KEYCTL_UPDATE"}, {unix.KEYCTL_REVOKE, "KEYCTL_REVOKE"}, {unix.KEYCTL_CHOWN, "KEYCTL_CHOWN"},
	{unix.KEYCTL_SETPERM, "KEYCTL_SETPERM"}, {unix.KEYCTL_DESCRIBE, "KEYCTL_DESCRIBE"}, {unix.KEYCTL_CLEAR, "KEYCTL_CLEAR"},
	{unix.KEYCTL_LINK, "KEYCTL_LINK"}, {unix.KEYCTL_UNLINK, "KEYCTL_UNLINK"}, {unix.KEYCTL_SEARCH, "KEYCTL_SEARCH"},
	{unix.KEYCTL_READ, "KEYCTL_READ"}, {unix.KEYCTL_SET_TIMEOUT, "KEYCTL_SET_TIMEOUT"},
	{unix.KEYCTL_SESSION_TO_PARENT, "KEYCTL_SESSION_TO_PARENT"}, {unix.KEYCTL_INVALIDATE, "KEYCTL_INVALIDATE"},
	{unix.KEYCTL_RESTRICT_KEYRING, "KEYCTL_RESTRICT_KEYRING"}, {unix.KEYCTL_MOVE, "KEYCTL_MOVE"},
}

// capabilityNames are the names of capabilities(7) in the order of their numbers.
var capabilityNames = [...]string{
	"CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
	"LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER",
	"SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
	"SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP",
	"MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
	"CHECKPOINT_RESTORE",
}
