package mount

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/lua"
	"nslua/lua/luadoc"
)

// hint looks, after a failure, for the rule that was probably behind it; "" is no idea.
type hint func(err error) string

// explained adds the first hint that applies.
func explained(err error, hints []hint) error {
	if err == nil {
		return nil
	}
	for _, h := range hints {
		if text := h(err); text != "" {
			return lua.WithHint(err, text)
		}
	}
	return err
}

// hintPrivilege is for EPERM.
func hintPrivilege(err error) string {
	if lua.Errno(err) != unix.EPERM {
		return ""
	}
	if !mayAdminister() {
		return fmt.Sprintf("mounting needs CAP_SYS_ADMIN, which uid %d does not have here: "+
			"nslua -U starts the shell as root in namespaces of its own", os.Geteuid())
	}
	if owns, known := ownsNamespace("mnt"); known && !owns {
		return `this mount namespace belongs to another user namespace: make one of your own with ns.unshare("mnt")`
	}
	return ""
}

// hintChroot is for EPERM, the one rule of chroot(2).
func hintChroot(err error) string {
	if lua.Errno(err) != unix.EPERM {
		return ""
	}
	return "chroot needs CAP_SYS_CHROOT: nslua -U starts the shell as root in namespaces of its own"
}

// hintNewFS is for the mount of a new file system.
func hintNewFS(fsType string, target Target) hint {
	return func(err error) string {
		switch lua.Errno(err) {
		case unix.ENODEV:
			return unknownType(fsType)
		case unix.EPERM:
			if text := hintPrivilege(err); text != "" {
				return text
			}
			if InUserNS() {
				return refusedInside(fsType)
			}
		}
		return ""
	}
}

func unknownType(fsType string) string {
	text, err := os.ReadFile("/proc/filesystems")
	if err != nil {
		return ""
	}
	types := KnownTypes(string(text))
	if slices.Contains(types, fsType) {
		return ""
	}
	hint := fmt.Sprintf("the running kernel has no file system %q, see /proc/filesystems", fsType)
	if near, ok := luadoc.Nearest(fsType, types); ok {
		hint += fmt.Sprintf("; did you mean %q?", near)
	}
	return hint
}

// shownNamespace is the kind of namespace that a file system shows: to mount one takes a namespace of one's own.
var shownNamespace = map[string]string{"proc": "pid", "sysfs": "net", "cgroup2": "cgroup", "cgroup": "cgroup", "mqueue": "ipc"}

// insideTypes are the other file systems that a user namespace may mount.
var insideTypes = []string{"tmpfs", "ramfs", "devpts", "overlay", "fuse", "bpf", "binder"}

// refusedInside is for EPERM in a user namespace with all capabilities there.
func refusedInside(fsType string) string {
	kind, shows := shownNamespace[fsType]
	if !shows {
		if slices.Contains(insideTypes, fsType) {
			return ""
		}
		return fmt.Sprintf("a user namespace can't mount %s: the kernel takes that from the system's root only", fsType)
	}
	if owns, known := ownsNamespace(kind); known && !owns {
		return fmt.Sprintf("%s shows the %s namespace, which belongs to another user namespace: "+
			"make one together with the user namespace, as in ns.clone{\"user\", \"mnt\", %q}", fsType, kind, kind)
	}
	if fsType != "proc" && fsType != "sysfs" {
		return ""
	}
	covers, none := obscured(fsType)
	switch {
	case none:
		return fmt.Sprintf("the mount would be too revealing: in a user namespace a new %s is given out only where one is "+
			"in sight already, and this mount namespace has none", fsType)
	case len(covers) > 0:
		return fmt.Sprintf("the mount would be too revealing: in a user namespace a new %s is given out only where one is "+
			"in sight that nothing is mounted over, and here %s is: bind the old one instead", fsType, some(covers))
	}
	return ""
}

// some names the first few.
func some(names []string) string {
	const few = 3
	if len(names) > few {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), len(names)-few)
	}
	return strings.Join(names, ", ")
}

// hintOverlay is for the layers of an overlay.
func hintOverlay(o Overlay) hint {
	return func(err error) string {
		switch lua.Errno(err) {
		case unix.EPERM:
			major, minor := release()
			if InUserNS() && (major < 5 || major == 5 && minor < 11) {
				return fmt.Sprintf("overlay in a user namespace needs Linux 5.11, and this is %d.%d", major, minor)
			}
		case unix.EINVAL:
			return o.misfit()
		}
		return ""
	}
}

// overlayMagic is OVERLAYFS_SUPER_MAGIC.
const overlayMagic = 0x794c7630

// misfit finds what is wrong with the layers; the kernel says it in its log alone.
func (o Overlay) misfit() string {
	if o.Upper == "" {
		if len(o.Lower)+len(o.Data) < 2 {
			return "without 'upper' an overlay needs two lower layers or more: for one, mount.bind with readonly = true does it"
		}
		return ""
	}
	upper, err1 := mountID(unix.AT_FDCWD, o.Upper)
	work, err2 := mountID(unix.AT_FDCWD, o.Work)
	if err1 == nil && err2 == nil && upper != work {
		return fmt.Sprintf("'upper' and 'work' must be on one mount, and %s and %s are not", o.Upper, o.Work)
	}
	if below(o.Work, o.Upper) || below(o.Upper, o.Work) {
		return "'upper' and 'work' must be side by side, not one in the other"
	}
	var st unix.Statfs_t
	if unix.Statfs(o.Upper, &st) == nil && st.Type == overlayMagic {
		return fmt.Sprintf("%s is on an overlay, which can't hold the upper layer of another: mount.tmpfs makes a place that can", o.Upper)
	}
	return ""
}

// hintLoop is for the loop device of an image.
func hintLoop(err error) string {
	switch lua.Errno(err) {
	case unix.EPERM, unix.EACCES:
		if InUserNS() && strings.Contains(err.Error(), "/dev/loop") {
			return "loop devices belong to the system's root: in a user namespace, mount images outside and bind them in"
		}
	case unix.ENOENT:
		if strings.Contains(err.Error(), "/dev/loop") {
			return "there are no loop devices in this /dev"
		}
	}
	return ""
}
