package nsfork

import (
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

func TestCredentials(t *testing.T) {
	needRoot(t)
	st := stateOf(t, &Spec{UID: Some(12), GID: Some(34), Groups: []int{5, 6}})
	if st.UID != [3]int{12, 12, 12} || st.GID != [3]int{34, 34, 34} || !slices.Equal(st.Groups, []int{5, 6}) {
		t.Errorf("user %v, group %v, groups %v", st.UID, st.GID, st.Groups)
	}
	user := &Spec{New: unix.CLONE_NEWUSER, UIDMap: []IDMap{{0, 100000, 1000}}, GIDMap: []IDMap{{0, 100000, 1000}}, AllowSetgroups: true,
		UID: Some(0), GID: Some(1), Groups: []int{7}}
	st = stateOf(t, user)
	if st.UID != [3]int{} || st.GID != [3]int{1, 1, 1} || !slices.Equal(st.Groups, []int{7}) {
		t.Errorf("user %v, group %v, groups %v", st.UID, st.GID, st.Groups)
	}
	h := hold(t, &Spec{New: unix.CLONE_NEWUSER, UIDMap: []IDMap{{0, 100000, 1000}}, GIDMap: []IDMap{{0, 100000, 1000}}})
	st = stateOf(t, &Spec{Join: h.join("user"), UID: Some(12), GID: Some(34)})
	if st.UID != [3]int{12, 12, 12} || st.GID != [3]int{34, 34, 34} {
		t.Errorf("user %v, group %v", st.UID, st.GID)
	}
}

// Supplementary groups of the caller reach neither a joined nor a new user
// namespace, except where the kernel wants them kept.
func TestGroupsAreDropped(t *testing.T) {
	needRoot(t)
	if err := syscall.Setgroups([]int{4242}); err != nil {
		t.Fatal(err)
	}
	defer syscall.Setgroups(nil)
	maps := []IDMap{{0, 100000, 1000}}
	h := hold(t, &Spec{New: unix.CLONE_NEWUSER, UIDMap: maps, GIDMap: maps, AllowSetgroups: true})
	for _, tt := range []struct {
		spec *Spec
		want []int
	}{
		{&Spec{}, []int{4242}},
		{&Spec{ClearGroups: true}, nil},
		{&Spec{Join: h.join("user")}, nil},
		{&Spec{New: unix.CLONE_NEWUSER, UIDMap: maps, GIDMap: maps, AllowSetgroups: true}, nil},
		{&Spec{New: unix.CLONE_NEWUSER, UIDMap: maps, GIDMap: maps}, []int{nobody}},
	} {
		if st := stateOf(t, tt.spec); !slices.Equal(st.Groups, tt.want) {
			t.Errorf("%+v: groups %v, want %v", tt.spec, st.Groups, tt.want)
		}
	}
}

func TestAttributes(t *testing.T) {
	st := stateOf(t, &Spec{
		Rlimits: []Rlimit{{unix.RLIMIT_CORE, 0, 4096}}, Nice: Some(7), Umask: Some(0o27),
		NoNewPrivs: true, Pdeathsig: unix.SIGTERM, Dir: "/usr",
	})
	if st.Core.Max != 4096 || st.Nice != 7 || st.Umask != 0o27 || st.NoNewPrivs != 1 || st.Pdeathsig != int(unix.SIGTERM) || st.Dir != "/usr" {
		t.Errorf("%+v", st)
	}
	asNobodyToo(t)
}

func TestDirectory(t *testing.T) {
	st := stateOf(t, &Spec{DirFD: Some(openDir(t, "/usr")), Dir: "bin"})
	if want, _ := filepath.EvalSymlinks("/usr/bin"); st.Dir != want {
		t.Errorf("directory %s", st.Dir)
	}
	asNobodyToo(t)
}

// A descriptor of the outside must not take a child out of its root.
func TestDirectoryOutsideRoot(t *testing.T) {
	needRoot(t)
	root := t.TempDir()
	s := helper("state", &Spec{Root: root, DirFD: Some(openDir(t, "/usr"))})
	_, err := Start(s)
	wantStep(t, err, "getcwd", unix.EXDEV, false)

	s = helper("state", &Spec{New: unix.CLONE_NEWNS, Dir: ".", Steps: []Step{
		{Name: "chroot", Nr: unix.SYS_CHROOT, Args: []any{root}},
	}})
	_, err = Start(s)
	wantStep(t, err, "getcwd", unix.EXDEV, false)

	st := stateOf(t, &Spec{Root: root})
	if st.Dir != "/" {
		t.Errorf("directory %s", st.Dir)
	}
}

func TestSignals(t *testing.T) {
	signal.Ignore(syscall.SIGHUP)
	signal.Notify(make(chan os.Signal, 1), syscall.SIGUSR1)
	defer signal.Reset(syscall.SIGHUP, syscall.SIGUSR1)
	for _, s := range []*Spec{{}, {Ignore: []syscall.Signal{syscall.SIGHUP, syscall.SIGINT}}} {
		var want uint64
		for _, sig := range s.Ignore {
			want |= 1 << (sig - 1)
		}
		if st := stateOf(t, s); st.Ignored != want || st.Blocked != 0 {
			t.Errorf("ignored %#x, want %#x, blocked %#x", st.Ignored, want, st.Blocked)
		}
	}
}

func TestSteps(t *testing.T) {
	where := []byte("/tmp\x00")
	st := stateOf(t, userFor(&Spec{
		New: unix.CLONE_NEWNS | unix.CLONE_NEWUTS, Hostname: "before",
		Steps: []Step{
			{Name: "private", Nr: unix.SYS_MOUNT, Args: []any{"none", "/", 0, uintptr(unix.MS_REC | unix.MS_PRIVATE), 0}},
			{Name: "tmpfs", Nr: unix.SYS_MOUNT, Args: []any{"none", where, "tmpfs", uint64(unix.MS_NODEV), unsafe.Pointer(unsafe.StringData("size=64k\x00"))}},
			{Name: "mkdir", Nr: unix.SYS_MKDIRAT, Args: []any{unix.AT_FDCWD, "/tmp/inside", 0o755}},
			{Name: "mkdir", Nr: unix.SYS_MKDIRAT, Args: []any{unix.AT_FDCWD, "/tmp/inside", int32(0o755)}, Allow: []syscall.Errno{unix.EPERM, unix.EEXIST}},
			{Name: "open", Nr: unix.SYS_OPENAT, Args: []any{int64(unix.AT_FDCWD), "/tmp/inside", uint32(unix.O_PATH | unix.O_CLOEXEC), uint(0)}},
			{Name: "fchdir", Nr: unix.SYS_FCHDIR, Args: []any{Result(4)}},
			{Name: "sethostname", Nr: unix.SYS_SETHOSTNAME, Args: []any{"after!", 5}},
		},
		Last:  []Step{{Name: "umask", Nr: unix.SYS_UMASK, Args: []any{0o3}}, {Name: "umask", Nr: unix.SYS_UMASK, Args: []any{Result(7)}}},
		Umask: Some(0o55),
	}))
	if st.Dir != "/tmp/inside" || st.Host != "after" || st.Umask != 0o55 {
		t.Errorf("directory %s, host %s, umask %o", st.Dir, st.Host, st.Umask)
	}
	if _, err := os.Stat("/tmp/inside"); err == nil {
		t.Error("the steps ran outside")
	}
	asNobodyToo(t)
}

// The last steps have the credentials of the program.
func TestLastSteps(t *testing.T) {
	needRoot(t)
	s := helper("state", &Spec{UID: Some(12), Last: []Step{{Name: "hostname", Nr: unix.SYS_SETHOSTNAME, Args: []any{"no", 2}}}})
	_, err := Start(s)
	wantStep(t, err, "hostname", unix.EPERM, false)
}

// openPty returns both sides of a new terminal.
func openPty(t *testing.T) (master *os.File, slave int) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminals: %v", err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.TIOCGPTPEER, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC)
	if errno != 0 {
		t.Fatal(errno)
	}
	slave = int(n)
	t.Cleanup(func() { unix.Close(slave) })
	return master, slave
}

func TestSession(t *testing.T) {
	_, slave := openPty(t)
	s := &Spec{Setsid: true, Ctty: Some(0), Files: []int{slave, 1, 2}}
	if got := strings.Fields(output(t, helper("session", s))); !slices.Equal(got, []string{"true", "true", "true", "<nil>"}) {
		t.Errorf("leader, group leader, foreground: %v", got)
	}
	s = &Spec{New: unix.CLONE_NEWPID, Setsid: true, Ctty: Some(0), Foreground: true, Files: []int{slave, 1, 2}}
	if got := strings.Fields(output(t, helper("session", userFor(s)))); !slices.Equal(got, []string{"true", "true", "true", "<nil>"}) {
		t.Errorf("in a pid namespace: %v", got)
	}
	asNobodyToo(t)
}

// A job in the foreground of a session that the test leads.
func TestForeground(t *testing.T) {
	_, slave := openPty(t)
	out := output(t, &Spec{
		Setsid: true, Ctty: Some(0), Files: []int{slave, 1, 2}, ExeFD: Some(self),
		Argv: []string{"nsfork.test", "-test.run=^TestForegroundJob$", "-test.v"},
		Env:  []string{"NSFORK_TEST_TERMINAL=1"},
	})
	if !strings.Contains(out, "--- PASS: TestForegroundJob") {
		t.Error(out)
	}
}

func TestForegroundJob(t *testing.T) {
	if os.Getenv("NSFORK_TEST_TERMINAL") == "" {
		t.Skip("runs as part of TestForeground")
	}
	got := strings.Fields(output(t, helper("session", &Spec{Foreground: true, Ctty: Some(0)})))
	if !slices.Equal(got, []string{"false", "true", "true", "<nil>"}) {
		t.Errorf("leader, group leader, foreground: %v", got)
	}
}

func TestProcessGroup(t *testing.T) {
	st := stateOf(t, &Spec{Setpgid: true})
	if st.PGID != st.PID {
		t.Errorf("group %d of process %d", st.PGID, st.PID)
	}
	h := hold(t, &Spec{Setpgid: true})
	if st := stateOf(t, &Spec{Setpgid: true, Pgid: h.PID}); st.PGID != h.PID {
		t.Errorf("group %d, want %d", st.PGID, h.PID)
	}
	if err := h.Signal(0); err != nil {
		t.Error(err)
	}
}
