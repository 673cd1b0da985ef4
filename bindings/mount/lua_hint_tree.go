package mount

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

// hintBind is for binds.
func hintBind(source string, o BindOptions) hint {
	return func(err error) string {
		errno := lua.Errno(err)
		if errno == unix.EPERM {
			if text := hintPrivilege(err); text != "" {
				return text
			}
		}
		if errno != unix.EINVAL && errno != unix.EPERM {
			return ""
		}
		from := Target{Path: source, Root: o.SourceRoot}
		on, findErr := Find(from)
		if findErr != nil {
			return ""
		}
		if o.UserNS > 0 {
			return unmappable(on)
		}
		if errno == unix.EPERM {
			return ""
		}
		if on.Unbindable {
			return fmt.Sprintf("%s is on a mount that is unbindable: mount.propagation(%q, \"private\") changes that", source, on.Target)
		}
		if below := mountsBelow(from); InUserNS() && !o.Recursive && len(below) > 0 {
			return fmt.Sprintf("%s are mounted below, and may cover what a user namespace is not to see: bind with recursive = true", some(below))
		}
		return ""
	}
}

// unmappable is for an idmap that was refused.
func unmappable(on Info) string {
	if InUserNS() {
		return "the ids of a mount can be mapped by whoever owns its file system: in a user namespace, for file systems mounted there"
	}
	for _, word := range on.Options {
		if word == "idmapped" {
			return "the source is on an idmapped mount already: binding anew from a place that is not works on every kernel"
		}
	}
	return fmt.Sprintf("%s, the file system of the source, may not know id maps in this kernel; "+
		"a map must belong to a user namespace other than the file system's own", on.Type)
}

// mountsBelow lists the mounts on directories below a path.
func mountsBelow(t Target) []string {
	p, err := t.resolve()
	if err != nil {
		return nil
	}
	defer p.close()
	if err := p.full(); err != nil {
		return nil
	}
	path, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", p.fd))
	if err != nil {
		return nil
	}
	all, err := List(ListOptions{})
	if err != nil {
		return nil
	}
	var targets []string
	for _, m := range all {
		if m.Target != path && below(m.Target, path) {
			targets = append(targets, m.Target)
		}
	}
	return targets
}

// hintNotPoint is for calls that want a mount point and were given some other place.
func hintNotPoint(t Target) hint {
	return func(err error) string {
		if lua.Errno(err) != unix.EINVAL {
			return ""
		}
		at, pointErr := t.point(true)
		if pointErr != nil {
			return ""
		}
		on, findErr := byNumber(at.mount)
		if findErr != nil || at.is(on.Target) {
			return ""
		}
		return fmt.Sprintf("%s is not a mount point, it is on the mount at %s: bind it to itself to make it one", t.name(), on.Target)
	}
}

// hintUmount is for mounts that do not go.
func hintUmount(t Target) hint {
	return func(err error) string {
		switch lua.Errno(err) {
		case unix.EPERM:
			return hintPrivilege(err)
		case unix.EBUSY:
			return busy(t)
		case unix.EINVAL:
			return notRemovable(t)
		}
		return ""
	}
}

func busy(t Target) string {
	at, err := t.point(false)
	if err != nil {
		return ""
	}
	if at.isRoot() {
		return "the root directory stays as long as processes are in it: mount.pivot_root puts another in its place"
	}
	all, err := List(ListOptions{})
	if err != nil {
		return ""
	}
	tree := subtree(all, at.mount)
	if len(tree) > 1 {
		var targets []string
		for _, m := range tree[1:] {
			targets = append(targets, m.Target)
		}
		return fmt.Sprintf("mounted below it: %s: umount with recursive = true", some(targets))
	}
	var users []string
	for _, u := range usesOf(map[uint64]bool{at.mount: true}) {
		users = append(users, fmt.Sprintf("process %d (%s): %s", u.pid, u.name, u.how))
	}
	if len(users) == 0 {
		return ""
	}
	return fmt.Sprintf("in use by %s; with lazy = true it goes when they do", some(users))
}

func notRemovable(t Target) string {
	at, err := t.point(false)
	if err != nil {
		return ""
	}
	on, err := byNumber(at.mount)
	if err != nil {
		return ""
	}
	if !at.is(on.Target) {
		return fmt.Sprintf("%s is not a mount point: it is on the mount at %s", t.name(), on.Target)
	}
	if InUserNS() {
		return "the mount came into this namespace together with the one it is on, and covers what is not to be seen here: it is locked"
	}
	return ""
}

// hintLocked is for flags that a user namespace may not clear.
func hintLocked(t Target, o RemountOptions) hint {
	return func(err error) string {
		if lua.Errno(err) != unix.EPERM || !InUserNS() || !mayAdminister() {
			return ""
		}
		on, findErr := Find(t)
		if findErr != nil {
			return ""
		}
		var locked []string
		have, asked := attrOf(on.Options), o.Attr.kernel()
		for _, word := range on.Options {
			if bit, ok := AttrByName(word); ok && asked.Attr_clr&have&bit != 0 {
				locked = append(locked, word)
			}
		}
		if len(locked) == 0 {
			return ""
		}
		return fmt.Sprintf("the mount came from a more privileged namespace with %s, which is locked here: it can't be cleared, only added to", strings.Join(locked, ", "))
	}
}

// hintMove is for moves.
func hintMove(from, to Target) hint {
	return func(err error) string {
		if lua.Errno(err) != unix.EINVAL {
			return ""
		}
		m, findErr := Find(from)
		if findErr != nil {
			return ""
		}
		if parent := parentOf(m); parent != nil && parent.PeerGroup != 0 {
			return fmt.Sprintf("%s is on the mount at %s, which is shared, and a mount can't be moved away from the peers of that: "+
				"mount.propagation(%q, \"private\") first", from.name(), parent.Target, parent.Target)
		}
		if to.Beneath {
			if major, minor := release(); major < 6 || major == 6 && minor < 5 {
				return fmt.Sprintf("beneath needs Linux 6.5, and this is %d.%d", major, minor)
			}
			return "beneath needs a target that is a mount point, and neither the root directory nor below the mount that moves"
		}
		return ""
	}
}

func parentOf(m Info) *Info {
	all, err := List(ListOptions{})
	if err != nil {
		return nil
	}
	for i := range all {
		if all[i].ID == m.Parent && m.Parent != m.ID {
			return &all[i]
		}
	}
	return nil
}

// hintPivot is for the rules of pivot_root(2), all of them EINVAL or EBUSY.
func hintPivot(t Target, putOld string) hint {
	return func(err error) string {
		errno := lua.Errno(err)
		if errno != unix.EINVAL && errno != unix.EBUSY {
			return ""
		}
		at, pointErr := t.point(true)
		if pointErr != nil {
			return ""
		}
		if at.isRoot() {
			return fmt.Sprintf("%s is the root directory already", t.name())
		}
		m, findErr := byNumber(at.mount)
		if findErr != nil {
			return ""
		}
		if !at.is(m.Target) {
			return fmt.Sprintf("%s is not a mount point: mount.bind(%q, %q, {recursive = true}) makes it one", t.name(), t.Path, t.Path)
		}
		if parent := parentOf(m); parent != nil && parent.PeerGroup != 0 {
			return fmt.Sprintf("the mount at %s, which it is on, is shared, and every peer would have to follow: "+
				"mount.propagation(\"/\", \"private\", {recursive = true}) first", parent.Target)
		}
		if !isMountRoot("/") {
			return "the root directory is not a mount point (after a chroot, for one), and pivot_root swaps mounts"
		}
		if root, err := Find(Target{Path: "/"}); err == nil && root.Type == "rootfs" {
			return "the root directory is the initial rootfs, which stays under everything: mount.chroot instead"
		}
		if putOld != "" {
			if old, err := Find(Target{Path: putOld}); err == nil && !below(old.Target, m.Target) {
				return fmt.Sprintf("%s must be at or below %s", putOld, t.name())
			}
		}
		return ""
	}
}
