package cgroup

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

// entryKind is the kind of journal entry for cgroups.
const entryKind = "cgroup.cgroup"

// entry describes directories that are about to be made, by the highest ones.
func entry(path string, tops []string) lua.Entry {
	return lua.Entry{Kind: entryKind, What: "cgroup " + path, Data: entryData(tops)}
}

// entryData notes directories with their inode numbers, which the kernel does
// not use twice; 0 is one that is not there yet.
func entryData(tops []string) map[string]string {
	data := map[string]string{}
	for _, dir := range tops {
		var st unix.Stat_t
		if unix.Stat(dir, &st) != nil {
			st.Ino = 0
		}
		data[dir] = strconv.FormatUint(st.Ino, 10)
	}
	return data
}

// undoEntry removes the directories of an entry that are still the same, with all processes in them.
func undoEntry(e lua.Entry) error {
	var dirs []string
	for _, dir := range sortedKeys(e.Data) {
		id, err := strconv.ParseUint(e.Data[dir], 10, 64)
		if err != nil || !filepath.IsAbs(dir) {
			return fmt.Errorf("journal: cgroup directory %q, number %q", dir, e.Data[dir])
		}
		if isSame(dir, id, e.Time) {
			dirs = append(dirs, dir)
		}
	}
	return Clear(dirs)
}

// isSame reports whether dir is the cgroup that an entry means: by its number or, if the owner
// died before it could note that, by its age.
func isSame(dir string, id uint64, since time.Time) bool {
	var st unix.Stat_t
	var fs unix.Statfs_t
	if unix.Stat(dir, &st) != nil || unix.Statfs(dir, &fs) != nil || fs.Type != unix.CGROUP2_SUPER_MAGIC && fs.Type != unix.CGROUP_SUPER_MAGIC {
		return false
	}
	if id != 0 {
		return st.Ino == id
	}
	return !time.Unix(st.Ctim.Unix()).Before(since.Add(-clockTick))
}

// clockTick is how far the time of a file may lag behind the clock.
const clockTick = 20 * time.Millisecond

// growing notes the directories that limits will add to a cgroup that the script made.
func (h *handle) growing(l *Limits) error {
	if h.plan == nil {
		return nil
	}
	before := len(h.tops)
	for _, s := range l.settings() {
		m := h.host.v1(s.controller)
		if m == nil {
			continue
		}
		b := &Blueprint{Path: h.Path, host: h.host, mounts: []*Mount{m}}
		for _, top := range b.Tops() {
			if !slices.Contains(h.tops, top) {
				h.tops = append(h.tops, top)
			}
		}
	}
	if len(h.tops) == before {
		return nil
	}
	return h.plan.Identify(entryData(h.tops))
}

// gone says that the script has deleted the cgroup. What was made above it is still to be undone.
func (h *handle) gone() {
	for _, top := range h.tops {
		if isDir(top) {
			return
		}
	}
	h.undo.Done()
}
