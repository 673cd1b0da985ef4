package ktrace

import (
	"bytes"
	"fmt"
	"strconv"

	"golang.org/x/sys/unix"
)

// How the third argument of an ioctl is shown.
const (
	noArgument = iota
	asNumber
	asDescriptor
	asInterface  // struct ifreq: a name and flags
	opensAnother // there is none, and the result is a descriptor
)

var ioctls = []struct {
	request uint64
	name    string
	shape   int
}{
	{unix.NS_GET_USERNS, "NS_GET_USERNS", opensAnother}, {unix.NS_GET_PARENT, "NS_GET_PARENT", opensAnother},
	{unix.NS_GET_OWNER_UID, "NS_GET_OWNER_UID", noArgument},
	{unix.NS_GET_MNTNS_ID, "NS_GET_MNTNS_ID", noArgument}, {unix.NS_GET_ID, "NS_GET_ID", noArgument},
	{unix.NS_GET_PID_FROM_PIDNS, "NS_GET_PID_FROM_PIDNS", asNumber},
	{unix.NS_GET_TGID_FROM_PIDNS, "NS_GET_TGID_FROM_PIDNS", asNumber},
	{unix.NS_GET_PID_IN_PIDNS, "NS_GET_PID_IN_PIDNS", asNumber},
	{unix.NS_GET_TGID_IN_PIDNS, "NS_GET_TGID_IN_PIDNS", asNumber},

	{unix.PIDFD_GET_CGROUP_NAMESPACE, "PIDFD_GET_CGROUP_NAMESPACE", opensAnother},
	{unix.PIDFD_GET_IPC_NAMESPACE, "PIDFD_GET_IPC_NAMESPACE", opensAnother},
	{unix.PIDFD_GET_MNT_NAMESPACE, "PIDFD_GET_MNT_NAMESPACE", opensAnother},
	{unix.PIDFD_GET_NET_NAMESPACE, "PIDFD_GET_NET_NAMESPACE", opensAnother},
	{unix.PIDFD_GET_PID_NAMESPACE, "PIDFD_GET_PID_NAMESPACE", opensAnother},
	{unix.PIDFD_GET_PID_FOR_CHILDREN_NAMESPACE, "PIDFD_GET_PID_FOR_CHILDREN_NAMESPACE", opensAnother},
	{unix.PIDFD_GET_TIME_NAMESPACE, "PIDFD_GET_TIME_NAMESPACE", opensAnother},
	{unix.PIDFD_GET_TIME_FOR_CHILDREN_NAMESPACE, "PIDFD_GET_TIME_FOR_CHILDREN_NAMESPACE", opensAnother},
	{unix.PIDFD_GET_USER_NAMESPACE, "PIDFD_GET_USER_NAMESPACE", opensAnother},
	{unix.PIDFD_GET_UTS_NAMESPACE, "PIDFD_GET_UTS_NAMESPACE", opensAnother},

	{unix.SIOCGSKNS, "SIOCGSKNS", opensAnother},
	{unix.TUNSETIFF, "TUNSETIFF", asInterface}, {unix.TUNSETPERSIST, "TUNSETPERSIST", asNumber},
	{unix.TUNSETOWNER, "TUNSETOWNER", asNumber}, {unix.TUNSETGROUP, "TUNSETGROUP", asNumber},
	{unix.LOOP_CTL_GET_FREE, "LOOP_CTL_GET_FREE", noArgument}, {unix.LOOP_CTL_ADD, "LOOP_CTL_ADD", asNumber},
	{unix.LOOP_CTL_REMOVE, "LOOP_CTL_REMOVE", asNumber}, {unix.LOOP_CONFIGURE, "LOOP_CONFIGURE", noArgument},
	{unix.LOOP_SET_FD, "LOOP_SET_FD", asDescriptor}, {unix.LOOP_SET_STATUS64, "LOOP_SET_STATUS64", noArgument},
	{unix.LOOP_CLR_FD, "LOOP_CLR_FD", noArgument}, {unix.LOOP_SET_DIRECT_IO, "LOOP_SET_DIRECT_IO", asNumber},
	{unix.FICLONE, "FICLONE", asDescriptor}, {unix.FS_IOC_SETFLAGS, "FS_IOC_SETFLAGS", noArgument},
	{unix.TIOCSCTTY, "TIOCSCTTY", noArgument},
}

func ioctlOperations() map[uint64]*operation {
	return map[uint64]*operation{
		unix.SYS_IOCTL: {name: "ioctl", custom: ioctlArgs, when: func(in *invocation) bool { return ioctlOf(in) >= 0 }},
	}
}

// ioctlOf is the index of a call's request, -1 if it is not shown.
func ioctlOf(in *invocation) int {
	for i := range ioctls {
		if ioctls[i].request == uint64(uint32(in.args[1])) {
			return i
		}
	}
	return -1
}

func ioctlArgs(in *invocation) []string {
	what := ioctls[ioctlOf(in)]
	out := []string{in.t.fd(in.int(0)), what.name}
	switch what.shape {
	case opensAnother:
		in.opens = true
	case asNumber:
		out = append(out, strconv.FormatInt(int64(in.args[2]), 10))
	case asDescriptor:
		out = append(out, in.t.fd(in.int(2)))
	case asInterface:
		b := in.t.memory.bytes(in.args[2], unix.IFNAMSIZ+2)
		if len(b) < unix.IFNAMSIZ+2 {
			break
		}
		name, _, _ := bytes.Cut(b[:unix.IFNAMSIZ], []byte{0})
		modes := bits{{unix.IFF_TUN, "IFF_TUN"}, {unix.IFF_TAP, "IFF_TAP"}, {unix.IFF_NO_PI, "IFF_NO_PI"},
			{unix.IFF_VNET_HDR, "IFF_VNET_HDR"}, {unix.IFF_MULTI_QUEUE, "IFF_MULTI_QUEUE"}}
		out = append(out, fmt.Sprintf("{%s %s}", quoted(string(name)), modes.String(uint64(b[16])|uint64(b[17])<<8)))
	}
	return out
}
