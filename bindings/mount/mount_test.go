package mount

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/kerntest"
	"nslua/bindings/internal/nsfork"
)

func TestParseMountinfo(t *testing.T) {
	const text = `36 35 98:0 /mnt1 /with\040space\134n rw,noatime master:1 shared:7 propagate_from:2 - ext3 /dev/root rw,errors=continue
35 35 0:1 / / ro - rootfs rootfs rw
37 36 0:5 / /o unbindable,rw unbindable - fuse.sshfs a:b ro,lowerdir=/x\054y:/z
`
	got, err := parseMountinfo(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []Info{
		{ID: 35, Parent: 35, Minor: 1, Root: "/", Target: "/", Type: "rootfs", Source: "rootfs", Options: []string{"ro"}, SuperOptions: []string{"rw"}},
		{ID: 36, Parent: 35, Major: 98, Root: "/mnt1", Target: `/with space\n`, Type: "ext3", Source: "/dev/root",
			Options: []string{"rw", "noatime"}, SuperOptions: []string{"rw", "errors=continue"}, PeerGroup: 7, Master: 1, PropagateOf: 2},
		{ID: 37, Parent: 36, Minor: 5, Root: "/", Target: "/o", Type: "fuse.sshfs", Source: "a:b",
			Options: []string{"unbindable", "rw"}, SuperOptions: []string{"ro", "lowerdir=/x,y:/z"}, Unbindable: true},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	for _, bad := range []string{"", "x", "1 2 3:4 / / rw", "1 2 3 / / rw - t s o", "1 2 3:4 / / rw - t"} {
		if _, err := parseMountinfo(strings.NewReader(bad + "\n")); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestParseParams(t *testing.T) {
	params, attr := ParseParams("defaults,ro,nosuid,dev,relatime,size=1M,huge,upper=a=b")
	want := []Param{{Key: "ro", Flag: true}, {Key: "size", Value: "1M"}, {Key: "huge", Flag: true}, {Key: "upper", Value: "a=b"}}
	if !reflect.DeepEqual(params, want) {
		t.Errorf("%v", params)
	}
	if (attr != Attr{unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID, unix.MOUNT_ATTR_NODEV | unix.MOUNT_ATTR__ATIME}) {
		t.Errorf("%+v", attr)
	}
}

// Both ways to list mounts say the same.
func TestListAgrees(t *testing.T) {
	newMounts(t)
	if !statmountWorks() {
		kerntest.Skipf(t, "linux-6.15", "statmount does not tell enough")
	}
	mkdirs(t, "/mnt/a b\n", "/mnt/b")
	for _, f := range []func() (*Mount, error){
		func() (*Mount, error) {
			return New(Tmpfs{Size: "1048576"}.FS(), Target{Path: "/mnt/a b\n"})
		},
		func() (*Mount, error) {
			return Bind("/mnt", Target{Path: "/mnt/b"}, BindOptions{Propagation: unix.MS_SHARED, Attr: Attr{Set: unix.MOUNT_ATTR_NOATIME | unix.MOUNT_ATTR_RDONLY}})
		},
		func() (*Mount, error) {
			return Bind("/mnt/b", Target{Path: "/mnt/b"}, BindOptions{Attr: Attr{Set: unix.MOUNT_ATTR_STRICTATIME}, Propagation: unix.MS_SLAVE})
		},
	} {
		if _, err := f(); err != nil {
			t.Fatal(err)
		}
	}
	byStat, err := statmounts(nil)
	if err != nil {
		t.Fatal(err)
	}
	byFile, err := readMountinfo(0)
	if err != nil {
		t.Fatal(err)
	}
	if len(byStat) != len(byFile) {
		t.Fatalf("%d mounts by statmount, %d by mountinfo", len(byStat), len(byFile))
	}
	files := map[uint64]Info{}
	for _, m := range byFile {
		files[m.ID] = m
	}
	for _, m := range byStat {
		m.Unique = 0
		if want := files[m.ID]; !reflect.DeepEqual(m, want) {
			t.Errorf("statmount %+v\nmountinfo %+v", m, want)
		}
	}
}

func TestIDMap(t *testing.T) {
	if !kerntest.Has("linux-6.3") {
		kerntest.Skipf(t, "linux-6.3", "tmpfs knows no id maps")
	}
	newMounts(t)
	mkdirs(t, "/mnt/src", "/mnt/dst", "/mnt/again")
	if err := os.WriteFile("/mnt/src/f", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	maps := []nsfork.IDMap{{Inside: 0, Outside: 1000, Count: 10}}
	fd, err := UserNamespace(maps, maps)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if _, err := Bind("/mnt/src", Target{Path: "/mnt/dst"}, BindOptions{UserNS: fd}); err != nil {
		t.Fatal(err)
	}
	var st unix.Stat_t
	if err := unix.Stat("/mnt/dst/f", &st); err != nil || st.Uid != 1000 || st.Gid != 1000 {
		t.Errorf("shown as %d:%d, %v", st.Uid, st.Gid, err)
	}
	i, err := Find(Target{Path: "/mnt/dst"})
	if err != nil || !strings.Contains(strings.Join(i.Options, ","), "idmapped") {
		t.Errorf("%v, %v", i.Options, err)
	}
	if _, err := UserNamespace([]nsfork.IDMap{{Count: 0}}, maps); !errors.Is(err, unix.EINVAL) {
		t.Errorf("an empty map: %v", err)
	}
}

// A mount made inside a root, with its mount point, leaves nothing; and so does a failure.
func TestMkdirUndone(t *testing.T) {
	newMounts(t)
	mkdirs(t, "/mnt/root/there")
	target := Target{Path: "there/a/b/c", Root: "/mnt/root", Mkdir: true}
	for _, source := range []string{"/etc", "/etc/passwd"} {
		m, err := Bind(source, target, BindOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(m.Undo(nil), m.RemovePoint(nil)); err != nil {
			t.Error(err)
		}
		if left, err := filepath.Glob("/mnt/root/there/*"); err != nil || len(left) != 0 {
			t.Errorf("%s: left %v, %v", source, left, err)
		}
	}
	beneath := target
	beneath.Beneath = true // of no mount
	if _, err := Bind("/etc", beneath, BindOptions{}); !errors.Is(err, unix.EINVAL) {
		t.Errorf("beneath nothing: %v", err)
	}
	m, err := Bind("/etc/passwd", target, BindOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Undo(nil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("/mnt/root/there/a/b/c", []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := m.RemovePoint(nil); err != nil {
		t.Errorf("a mount point that was filled: %v", err)
	}
	if left, err := filepath.Glob("/mnt/root/there/*"); err != nil || len(left) != 1 {
		t.Errorf("%v, %v: what others have written must stay", left, err)
	}
}

// gc undoes what an entry describes, and nothing else.
func TestJournalEntry(t *testing.T) {
	newMounts(t)
	here, err := Here()
	if err != nil {
		t.Fatal(err)
	}
	defer here.Close()
	in := &home{Home: here}
	m, err := New(Tmpfs{}.FS(), Target{Path: "/mnt/made/here", Mkdir: true})
	if err != nil {
		t.Fatal(err)
	}
	entry := in.entry(m)
	foreign := in.entry(m)
	foreign.Data["namespace"] = "1"
	if err := undoEntry(foreign); err != nil {
		t.Error(err)
	}
	if _, err := m.Where(); err != nil {
		t.Errorf("undone by the entry of another namespace: %v", err)
	}
	if err := undoEntry(entry); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat("/mnt/made"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the mount point: %v", err)
	}
	if !statmountWorks() {
		return // the next mount may get the number of the one that is gone
	}
	alike, err := New(Tmpfs{}.FS(), Target{Path: "/mnt/made/here", Mkdir: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := undoEntry(entry); err != nil && !errors.Is(err, unix.EBUSY) {
		t.Error(err)
	}
	if at, err := alike.Where(); err != nil || at != "/mnt/made/here" {
		t.Errorf("a mount at the same place is gone: %s, %v", at, err)
	}
}

func openFDs(t *testing.T) int {
	t.Helper()
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(fds)
}

// Ten thousand rounds of each leave no descriptor and no mount.
func TestNoGrowth(t *testing.T) {
	rounds := 10000
	if testing.Short() {
		rounds = 100
	}
	newMounts(t)
	mkdirs(t, "/mnt/lower", "/mnt/up/upper", "/mnt/up/work", "/mnt/target")
	target := Target{Path: "/mnt/target"}
	for name, f := range map[string]func() (*Mount, error){
		"bind":  func() (*Mount, error) { return Bind("/mnt/lower", target, BindOptions{}) },
		"tmpfs": func() (*Mount, error) { return New(Tmpfs{}.FS(), target) },
		"overlay": func() (*Mount, error) {
			return NewOverlay(Overlay{Lower: []string{"/mnt/lower"}, Upper: "/mnt/up/upper", Work: "/mnt/up/work"}, target)
		},
	} {
		before, err := List(ListOptions{})
		if err != nil {
			t.Fatal(err)
		}
		fds := openFDs(t)
		for range rounds {
			m, err := f()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if _, err := m.Umount(UmountOptions{}); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		after, err := List(ListOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if d := Diff(before, after); len(d) > 0 {
			t.Errorf("%s: %+v", name, d)
		}
		if now := openFDs(t); now > fds {
			t.Errorf("%s: %d descriptors, before %d", name, now, fds)
		}
	}
}

// The same through Lua: the state forgets what is gone.
func TestNoGrowthLua(t *testing.T) {
	rounds := 10000
	if testing.Short() {
		rounds = 100
	}
	newMounts(t)
	runScript(t, "", unix.CLONE_NEWNS|unix.CLONE_NEWPID, `
		mount.proc("/proc")
		mount.tmpfs("/mnt")
		t.mkdir("/mnt/a")
		local function round() mount.bind("/mnt", "/mnt/a", {nosuid = true}):umount() mount.tmpfs("/mnt/b/c", {mkdir = true}) mount.umount("/mnt/b/c") end
		for i = 1, 100 do round() end
		local fds, mounts, heap = t.fds(), #mount.list(), t.heap()
		for i = 1, `+strconv.Itoa(rounds)+` do round() end
		assert(t.fds() <= fds, t.fds() - fds)
		assert(#mount.list() == mounts, mount.tree())
		assert(t.heap() < heap + 2e6, t.heap() - heap)
	`)
}

func heapInUse() int {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return int(s.HeapAlloc)
}
