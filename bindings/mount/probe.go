package mount

import (
	"golang.org/x/sys/unix"
)

// InUserNS reports whether the process is in another user namespace than the system's first.
func InUserNS() bool {
	var st unix.Stat_t
	return unix.Stat("/proc/self/ns/user", &st) == nil && st.Ino != firstUserNS
}
