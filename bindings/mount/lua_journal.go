package mount

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"nslua/lua"
)

// entryKind is the kind of the journal's entries for mounts.
const entryKind = "mount.mount"

// entry describes a mount to a process that has to undo it when this one is dead.
func (h *home) entry(m *Mount) lua.Entry {
	target := m.Target
	if abs, err := filepath.Abs(target); err == nil {
		target = abs
	}
	data := map[string]string{
		"target":    target,
		"namespace": strconv.FormatUint(h.ns.Inode, 10),
		"id":        strconv.FormatUint(m.ID, 10),
	}
	if m.HasPoint() {
		data["point"] = strings.Join(m.made.paths, "\x00")
		data["root"] = m.made.root
		data["file"] = strconv.FormatBool(m.made.file)
	}
	return lua.Entry{Kind: entryKind, What: "mount " + target, Data: data}
}

// undoEntry undoes a mount by its entry, if it is one of the thread's namespace: any other goes with the namespace
// it is in. A number that has gone to another mount, as before Linux 6.15 can be, shows in the place that one has.
func undoEntry(e lua.Entry) error {
	here, err := Here()
	if err != nil {
		return err
	}
	defer here.Close()
	if e.Data["namespace"] != strconv.FormatUint(here.ns.Inode, 10) {
		return nil
	}
	id, err := strconv.ParseUint(e.Data["id"], 10, 64)
	if err != nil {
		return fmt.Errorf("journal: mount %q: %w", e.Data["id"], err)
	}
	m := &Mount{ID: id, Target: e.Data["target"]}
	if points := e.Data["point"]; points != "" {
		m.made = made{root: e.Data["root"], paths: strings.Split(points, "\x00"), file: e.Data["file"] == "true"}
	}
	if on, err := byNumber(id); err == nil && (on.Unique != 0 || on.Target == m.Target) {
		if err := m.Undo(nil); err != nil {
			return err
		}
	}
	return m.RemovePoint(nil)
}
