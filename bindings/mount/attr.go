package mount

import (
	"strings"

	"golang.org/x/sys/unix"
)

// Attr changes a mount's own flags, as opposed to its file system's: MOUNT_ATTR_* bits to set and to clear. How
// access times are kept is one of three ways: to set one of MOUNT_ATTR_NOATIME and MOUNT_ATTR_STRICTATIME, or to
// clear MOUNT_ATTR__ATIME, which gives relatime, replaces the former. The zero Attr changes nothing.
type Attr struct{ Set, Clear uint64 }

// kernel is the argument of mount_setattr(2), which wants the access time bits cleared before one is set.
func (a Attr) kernel() unix.MountAttr {
	k := unix.MountAttr{Attr_set: a.Set, Attr_clr: a.Clear}
	if (a.Set|a.Clear)&unix.MOUNT_ATTR__ATIME != 0 {
		k.Attr_clr |= unix.MOUNT_ATTR__ATIME
	}
	return k
}

// Propagation is MS_PRIVATE, MS_SHARED, MS_SLAVE or MS_UNBINDABLE; 0 leaves it as it comes. See mount_namespaces(7).
type Propagation uint64

var propagations = []struct {
	name string
	flag Propagation
}{
	{"private", unix.MS_PRIVATE},
	{"shared", unix.MS_SHARED},
	{"slave", unix.MS_SLAVE},
	{"unbindable", unix.MS_UNBINDABLE},
}

// PropagationNames are the words for the propagation types.
func PropagationNames() []string {
	var names []string
	for _, p := range propagations {
		names = append(names, p.name)
	}
	return names
}

// PropagationByName finds a type by its name; "" and unknown names give 0.
func PropagationByName(name string) Propagation {
	for _, p := range propagations {
		if p.name == name {
			return p.flag
		}
	}
	return 0
}

func (p Propagation) String() string {
	var names []string
	for _, k := range propagations {
		if p&k.flag != 0 {
			names = append(names, k.name)
		}
	}
	return strings.Join(names, ",")
}

// attrNames are the flags of a mount in the order in which /proc/PID/mountinfo shows them.
var attrNames = []struct {
	name    string
	attr    uint64
	classic uintptr
}{
	{"nosuid", unix.MOUNT_ATTR_NOSUID, unix.MS_NOSUID},
	{"nodev", unix.MOUNT_ATTR_NODEV, unix.MS_NODEV},
	{"noexec", unix.MOUNT_ATTR_NOEXEC, unix.MS_NOEXEC},
	{"noatime", unix.MOUNT_ATTR_NOATIME, unix.MS_NOATIME},
	{"nodiratime", unix.MOUNT_ATTR_NODIRATIME, unix.MS_NODIRATIME},
	{"nosymfollow", unix.MOUNT_ATTR_NOSYMFOLLOW, unix.MS_NOSYMFOLLOW},
	{"strictatime", unix.MOUNT_ATTR_STRICTATIME, unix.MS_STRICTATIME},
	{"idmapped", unix.MOUNT_ATTR_IDMAP, 0},
}

// AttrByName finds a flag by its name in mount(8): "nosuid". "ro" is one of them.
func AttrByName(name string) (uint64, bool) {
	if name == "ro" {
		return unix.MOUNT_ATTR_RDONLY, true
	}
	for _, a := range attrNames {
		if a.name == name && a.classic != 0 {
			return a.attr, true
		}
	}
	return 0, false
}

// classicFlags are MOUNT_ATTR_* bits as mount(2) takes them.
func classicFlags(attr uint64) uintptr {
	var flags uintptr
	if attr&unix.MOUNT_ATTR_RDONLY != 0 {
		flags |= unix.MS_RDONLY
	}
	for _, a := range attrNames {
		if attr&a.attr != 0 {
			flags |= a.classic
		}
	}
	return flags
}

// attrOptions words MOUNT_ATTR_* bits as /proc/PID/mountinfo does. strictatime goes without a word there.
func attrOptions(attr uint64) []string {
	words := []string{"rw"}
	if attr&unix.MOUNT_ATTR_RDONLY != 0 {
		words[0] = "ro"
	}
	for _, a := range attrNames {
		if attr&a.attr != 0 && a.attr != unix.MOUNT_ATTR_STRICTATIME {
			words = append(words, a.name)
		}
	}
	if attr&unix.MOUNT_ATTR__ATIME == unix.MOUNT_ATTR_RELATIME {
		words = append(words, "relatime")
	}
	return words
}

// attrOf reads the words of attrOptions.
func attrOf(words []string) uint64 {
	var attr uint64
	atime := false
	for _, w := range words {
		if w == "relatime" || w == "noatime" {
			atime = true
		}
		if bit, ok := AttrByName(w); ok {
			attr |= bit
		}
	}
	if !atime {
		attr |= unix.MOUNT_ATTR_STRICTATIME
	}
	return attr
}
