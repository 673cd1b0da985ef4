package mount

import (
	"os"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

// benchMounts is newMounts for a benchmark, whose goroutine runs more than one: the thread is given up with it.
func benchMounts(b *testing.B) {
	b.Helper()
	if os.Getuid() != 0 {
		b.Skip("needs root")
	}
	runtime.LockOSThread()
	for _, err := range []error{
		unix.Unshare(unix.CLONE_NEWNS),
		unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""),
		unix.Mount("tmpfs", "/mnt", "tmpfs", 0, ""),
		unix.Mkdir("/mnt/lower", 0o755), unix.Mkdir("/mnt/upper", 0o755), unix.Mkdir("/mnt/work", 0o755), unix.Mkdir("/mnt/target", 0o755),
	} {
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
}

func must(b *testing.B, err error) {
	if err != nil {
		b.Fatal(err)
	}
}

// rounds mounts and umounts. Only the mounts are timed: an umount waits for other processors, for as long as they are busy.
func rounds(b *testing.B, mount, umount func()) {
	benchMounts(b)
	var total time.Duration
	for b.Loop() {
		start := time.Now()
		mount()
		total += time.Since(start)
		umount()
	}
	b.ReportMetric(float64(total.Nanoseconds())/float64(b.N), "ns/mount")
}

func luaRounds(b *testing.B, mount string) {
	s, err := lua.New(lua.Options{Modules: modules(), Stderr: os.Stderr})
	must(b, err)
	defer s.Close()
	call := func(code string) func() {
		f, err := s.Load(code, "bench")
		must(b, err)
		return func() {
			if o := s.Run(f); o.Err != nil {
				b.Fatal(s.Report(o.Err, nil))
			}
		}
	}
	keep := call(`mount.tmpfs("/mnt/keep", {mkdir = true})`) // with this one the namespace is noted, as it is from the start for a shell
	first := true
	umountLua := call(`mount.umount("/mnt/target")`)
	rounds(b, call(mount), func() {
		if first {
			keep()
			first = false
		}
		umountLua()
	})
}

func umountTarget(b *testing.B) func() {
	return func() { must(b, unix.Unmount("/mnt/target", unix.UMOUNT_NOFOLLOW)) }
}

func BenchmarkBind(b *testing.B) {
	attr := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY}
	b.Run("syscalls", func(b *testing.B) {
		rounds(b, func() {
			fd, err := openTreeAttr(unix.AT_FDCWD, "/mnt/lower", unix.OPEN_TREE_CLONE|unix.O_CLOEXEC, &attr)
			must(b, err)
			must(b, unix.MoveMount(fd, "", unix.AT_FDCWD, "/mnt/target", unix.MOVE_MOUNT_F_EMPTY_PATH))
			unix.Close(fd)
		}, umountTarget(b))
	})
	b.Run("go", func(b *testing.B) {
		rounds(b, func() {
			_, err := Bind("/mnt/lower", Target{Path: "/mnt/target"}, BindOptions{Attr: Attr{Set: unix.MOUNT_ATTR_RDONLY}})
			must(b, err)
		}, umountTarget(b))
	})
	b.Run("lua", func(b *testing.B) {
		luaRounds(b, `mount.bind("/mnt/lower", "/mnt/target", {readonly = true})`)
	})
}

func BenchmarkTmpfs(b *testing.B) {
	b.Run("syscalls", func(b *testing.B) {
		rounds(b, func() {
			fd, err := unix.Fsopen("tmpfs", fsopenCloexec)
			must(b, err)
			must(b, unix.FsconfigSetString(fd, "source", "tmpfs"))
			must(b, unix.FsconfigSetString(fd, "size", "1048576"))
			must(b, unix.FsconfigCreate(fd))
			tree, err := unix.Fsmount(fd, unix.FSMOUNT_CLOEXEC, 0)
			must(b, err)
			must(b, unix.MoveMount(tree, "", unix.AT_FDCWD, "/mnt/target", unix.MOVE_MOUNT_F_EMPTY_PATH))
			unix.Close(tree)
			unix.Close(fd)
		}, umountTarget(b))
	})
	b.Run("go", func(b *testing.B) {
		rounds(b, func() {
			_, err := New(Tmpfs{Size: "1048576"}.FS(), Target{Path: "/mnt/target"})
			must(b, err)
		}, umountTarget(b))
	})
	b.Run("lua", func(b *testing.B) {
		luaRounds(b, `mount.tmpfs("/mnt/target", {size = "1M"})`)
	})
}

func BenchmarkOverlay(b *testing.B) {
	b.Run("syscalls", func(b *testing.B) {
		rounds(b, func() {
			fd, err := unix.Fsopen("overlay", fsopenCloexec)
			must(b, err)
			must(b, unix.FsconfigSetString(fd, "source", "overlay"))
			for key, dir := range map[string]string{"lowerdir+": "lower", "upperdir": "upper", "workdir": "work"} {
				must(b, unix.FsconfigSetString(fd, key, "/mnt/"+dir))
			}
			must(b, unix.FsconfigCreate(fd))
			tree, err := unix.Fsmount(fd, unix.FSMOUNT_CLOEXEC, 0)
			must(b, err)
			must(b, unix.MoveMount(tree, "", unix.AT_FDCWD, "/mnt/target", unix.MOVE_MOUNT_F_EMPTY_PATH))
			unix.Close(tree)
			unix.Close(fd)
		}, umountTarget(b))
	})
	b.Run("go", func(b *testing.B) {
		rounds(b, func() {
			_, err := NewOverlay(Overlay{Lower: []string{"/mnt/lower"}, Upper: "/mnt/upper", Work: "/mnt/work"}, Target{Path: "/mnt/target"})
			must(b, err)
		}, umountTarget(b))
	})
	b.Run("lua", func(b *testing.B) {
		luaRounds(b, `mount.overlay("/mnt/target", {lower = "/mnt/lower", upper = "/mnt/upper", work = "/mnt/work"})`)
	})
}

// BenchmarkPropagation has the smallest kernel part.
func BenchmarkPropagation(b *testing.B) {
	attr := unix.MountAttr{Propagation: unix.MS_PRIVATE}
	b.Run("syscalls", func(b *testing.B) {
		benchMounts(b)
		for b.Loop() {
			must(b, unix.MountSetattr(unix.AT_FDCWD, "/mnt", 0, &attr))
		}
	})
	b.Run("lua", func(b *testing.B) { benchLua(b, `mount.propagation("/mnt", "private")`) })
}

func BenchmarkList(b *testing.B) {
	b.Run("mountinfo", func(b *testing.B) {
		benchMounts(b)
		for b.Loop() {
			_, err := readMountinfo(0)
			must(b, err)
		}
	})
	b.Run("statmount", func(b *testing.B) {
		benchMounts(b)
		for b.Loop() {
			_, err := statmounts(nil)
			must(b, err)
		}
	})
	b.Run("lua", func(b *testing.B) { benchLua(b, `mount.list()`) })
}

func benchLua(b *testing.B, code string) {
	benchMounts(b)
	s, err := lua.New(lua.Options{Modules: modules(), Stderr: os.Stderr})
	must(b, err)
	defer s.Close()
	f, err := s.Load(code, "bench")
	must(b, err)
	for b.Loop() {
		if o := s.Run(f); o.Err != nil {
			b.Fatal(s.Report(o.Err, nil))
		}
	}
}
