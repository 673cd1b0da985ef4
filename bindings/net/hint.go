package net

import "golang.org/x/sys/unix"

const enodev = unix.ENODEV

// changeHint explains why a change was refused.
func changeHint(err error) string {
	switch unixErrno(err) {
	case unix.EPERM:
		return "changing the network takes CAP_NET_ADMIN over its namespace: run as root, in `nslua -U`, or in a network namespace of your own user namespace"
	case unix.EINVAL:
		return ""
	}
	return ""
}
