// Package sys reads and changes what the kernel keeps for the whole system or
// for the process: names, clocks, ids, limits, sysctls, memory, and the objects
// of System V and POSIX IPC. What belongs to a namespace is that of the calling thread.
package sys

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// Uname is what uname(2) says.
type Uname struct {
	Sysname, Nodename, Release, Version, Machine, Domainname string
}

// GetUname reads the names of system, kernel and machine; uname(2).
func GetUname() (Uname, error) {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return Uname{}, os.NewSyscallError("uname", err)
	}
	text := unix.ByteSliceToString
	return Uname{
		Sysname: text(u.Sysname[:]), Nodename: text(u.Nodename[:]), Release: text(u.Release[:]),
		Version: text(u.Version[:]), Machine: text(u.Machine[:]), Domainname: text(u.Domainname[:]),
	}, nil
}

// SetHostname sets the host name of the uts namespace; sethostname(2).
func SetHostname(name string) error {
	if err := unix.Sethostname([]byte(name)); err != nil {
		return fmt.Errorf("sethostname %s: %w", name, err)
	}
	return nil
}

// SetDomainname sets the NIS domain name of the uts namespace; setdomainname(2).
func SetDomainname(name string) error {
	if err := unix.Setdomainname([]byte(name)); err != nil {
		return fmt.Errorf("setdomainname %s: %w", name, err)
	}
	return nil
}

// BootID identifies this boot of the kernel: a UUID.
func BootID() (string, error) { return readLine("/proc/sys/kernel/random/boot_id") }

// readLine reads a file of one line.
func readLine(path string) (string, error) {
	text, err := os.ReadFile(path)
	return strings.TrimSpace(string(text)), err
}
