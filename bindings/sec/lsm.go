package sec

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// LSM is what the Linux security modules say.
type LSM struct {
	Modules  []string // in the order in which they are asked; nil: neither the kernel nor securityfs tells
	Label    string   // of the process: an AppArmor profile, an SELinux context; "" without such a module
	Lockdown string   // "none", "integrity" or "confidentiality"; "" if securityfs does not tell
}

// lsmNames are the modules by number (linux/lsm.h).
var lsmNames = map[uint64]string{
	100: "capability", 101: "selinux", 102: "smack", 103: "tomoyo", 104: "apparmor", 105: "yama", 106: "loadpin",
	107: "safesetid", 108: "lockdown", 109: "bpf", 110: "landlock", 111: "ima", 112: "evm", 113: "ipe",
}

const securityfs = "/sys/kernel/security/"

// GetLSM reports the kernel's security modules and the label of a process.
func GetLSM(pid int) (LSM, error) {
	var l LSM
	var err error
	if l.Modules, err = lsmModules(); err != nil {
		return l, err
	}
	dir := fmt.Sprintf("/proc/%d/", pid)
	if _, err := os.Stat(dir); err != nil {
		return l, fmt.Errorf("process %d: %w", pid, unix.ESRCH)
	}
	for _, name := range []string{"attr/apparmor/current", "attr/current"} {
		if text, err := os.ReadFile(dir + name); err == nil {
			l.Label = strings.TrimRight(string(text), "\x00\n")
			break
		}
	}
	if text, err := os.ReadFile(securityfs + "lockdown"); err == nil {
		_, rest, _ := strings.Cut(string(text), "[")
		l.Lockdown, _, _ = strings.Cut(rest, "]")
	}
	return l, nil
}

// lsmModules asks lsm_list_modules(2), before Linux 6.8 securityfs.
func lsmModules() ([]string, error) {
	ids := make([]uint64, 64)
	size := uint32(8 * len(ids))
	n, _, errno := unix.Syscall(unix.SYS_LSM_LIST_MODULES, uintptr(unsafe.Pointer(&ids[0])), uintptr(unsafe.Pointer(&size)), 0)
	if errno == 0 {
		names := []string{}
		for _, id := range ids[:n] {
			name := lsmNames[id]
			if name == "" {
				name = fmt.Sprint(id)
			}
			names = append(names, name)
		}
		return names, nil
	}
	if errno != unix.ENOSYS && errno != unix.EPERM { // EPERM: a filter that does not know the call
		return nil, fmt.Errorf("lsm_list_modules: %w", errno)
	}
	text, err := os.ReadFile(securityfs + "lsm")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimSpace(string(text)), ","), nil
}
