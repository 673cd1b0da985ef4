// Package terminal asks about the terminal that controls this process; see credentials(7).
package terminal

import (
	"os"

	"golang.org/x/sys/unix"
)

// Foreground reports whether this process is in the foreground group of its
// terminal, which then sends it the signals of Ctrl-C and Ctrl-\ along with its children.
func Foreground() bool {
	tty, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	defer tty.Close()
	group, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}
