package confine

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/lua/luadoc"
)

// CapSet is a set of capabilities, one bit for each number.
type CapSet uint64

// capNames are the capabilities by number (linux/capability.h).
var capNames = [...]string{
	"chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap",
	"linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner",
	"sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct", "sys_admin", "sys_boot", "sys_nice",
	"sys_resource", "sys_time", "sys_tty_config", "mknod", "lease", "audit_write", "audit_control", "setfcap",
	"mac_override", "mac_admin", "syslog", "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf",
	"checkpoint_restore",
}

// AllCaps is every capability that has a name here.
const AllCaps = CapSet(1)<<len(capNames) - 1

// KernelCaps are the capabilities that the running kernel knows.
func KernelCaps() CapSet {
	set := CapSet(0)
	for n := 0; n < 64; n++ {
		if _, err := unix.PrctlRetInt(unix.PR_CAPBSET_READ, uintptr(n), 0, 0, 0); err != nil {
			break
		}
		set |= 1 << n
	}
	return set
}

// ParseCaps reads names such as "net_admin" or "CAP_NET_ADMIN"; "all" is AllCaps.
func ParseCaps(names []string) (CapSet, error) {
	set := CapSet(0)
	for _, name := range names {
		plain := strings.TrimPrefix(strings.ToLower(name), "cap_")
		if plain == "all" {
			set |= AllCaps
			continue
		}
		n := slices.Index(capNames[:], plain)
		if n < 0 {
			text := fmt.Sprintf("unknown capability %q", name)
			if near, ok := luadoc.Nearest(plain, capNames[:]); ok {
				text += fmt.Sprintf(", did you mean %q?", near)
			}
			return 0, fmt.Errorf("%s", text)
		}
		set |= 1 << n
	}
	return set, nil
}

// Names lists the set in the order of the numbers, in lower case and without the
// prefix CAP_. A capability newer than this program is shown as its number.
func (s CapSet) Names() []string {
	names := []string{}
	for n := range 64 {
		switch {
		case s&(1<<n) == 0:
		case n < len(capNames):
			names = append(names, capNames[n])
		default:
			names = append(names, fmt.Sprint(n))
		}
	}
	return names
}

// Has reports whether all of other are in the set.
func (s CapSet) Has(other CapSet) bool { return other&^s == 0 }

// Caps are the capability sets of a thread, see capabilities(7).
type Caps struct{ Effective, Permitted, Inheritable, Bounding, Ambient CapSet }

// GetCaps reads the sets of the calling thread.
func GetCaps() (Caps, error) {
	var c Caps
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		return c, fmt.Errorf("capget: %w", err)
	}
	c.Effective = CapSet(data[0].Effective) | CapSet(data[1].Effective)<<32
	c.Permitted = CapSet(data[0].Permitted) | CapSet(data[1].Permitted)<<32
	c.Inheritable = CapSet(data[0].Inheritable) | CapSet(data[1].Inheritable)<<32
	for n := range 64 {
		in, err := unix.PrctlRetInt(unix.PR_CAPBSET_READ, uintptr(n), 0, 0, 0)
		if err != nil {
			break
		}
		c.Bounding |= CapSet(in) << n
		// Without ambient capabilities, before Linux 4.3, the set is empty.
		if in, err := unix.PrctlRetInt(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_IS_SET, uintptr(n), 0, 0); err == nil {
			c.Ambient |= CapSet(in) << n
		}
	}
	return c, nil
}

// data is the sets as capset(2) takes them.
func (c Caps) data() *[2]unix.CapUserData {
	half := func(shift int) unix.CapUserData {
		return unix.CapUserData{
			Effective: uint32(c.Effective >> shift), Permitted: uint32(c.Permitted >> shift), Inheritable: uint32(c.Inheritable >> shift),
		}
	}
	return &[2]unix.CapUserData{half(0), half(32)}
}

// Set makes these the sets of the calling thread. The order is the one that the
// kernel's rules ask for: the bounding set while CAP_SETPCAP is there, the ambient
// set once its members are permitted and inheritable.
func (c Caps) Set() error {
	now, err := GetCaps()
	if err != nil {
		return err
	}
	if more := c.Bounding &^ now.Bounding; more != 0 {
		return fmt.Errorf("add %s to the bounding set: %w", strings.Join(more.Names(), ","), unix.EPERM)
	}
	for n := range 64 {
		if (now.Bounding&^c.Bounding)&(1<<n) == 0 {
			continue
		}
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, uintptr(n), 0, 0, 0); err != nil {
			return fmt.Errorf("drop %s from the bounding set: %w", (CapSet(1) << n).Names()[0], err)
		}
	}
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	if err := unix.Capset(&header, &c.data()[0]); err != nil {
		return fmt.Errorf("capset: %w", err)
	}
	for n := range 64 {
		bit := CapSet(1) << n
		op := uintptr(unix.PR_CAP_AMBIENT_RAISE)
		if c.Ambient&bit == 0 {
			op = unix.PR_CAP_AMBIENT_LOWER
		}
		if c.Ambient&bit == now.Ambient&bit && (c.Ambient&bit == 0 || c.Permitted&c.Inheritable&bit != 0) {
			continue
		}
		if err := unix.Prctl(unix.PR_CAP_AMBIENT, op, uintptr(n), 0, 0); err != nil {
			return fmt.Errorf("ambient capability %s: %w", bit.Names()[0], err)
		}
	}
	return nil
}
