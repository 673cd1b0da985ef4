package nsfork

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

func pointer[T any](p *T) uintptr { return uintptr(unsafe.Pointer(p)) }

func TestZeroSpec(t *testing.T) {
	here, st := currentState(), stateOf(t, &Spec{Env: []string{"A=b"}})
	if !slices.Equal(st.Files, []int{0, 1, 2}) {
		t.Errorf("files %v", st.Files)
	}
	if st.Blocked != 0 || st.Ignored != 0 {
		t.Errorf("blocked %x, ignored %x", st.Blocked, st.Ignored)
	}
	if st.PPID != os.Getpid() || st.SID != here.SID || st.PGID != here.PGID || st.Dir != here.Dir ||
		st.UID != here.UID || st.GID != here.GID || !slices.Equal(st.Groups, here.Groups) {
		t.Errorf("got %+v\nwant %+v", st, here)
	}
	for kind, ino := range here.NS {
		if st.NS[kind] != ino {
			t.Errorf("another %s namespace", kind)
		}
	}
	if !slices.Contains(st.Env, "A=b") || len(st.Env) != 3 {
		t.Errorf("environment %v", st.Env)
	}
	asNobodyToo(t)
}

func TestOpenFileLimit(t *testing.T) {
	s := helper("limit", &Spec{Rlimits: []Rlimit{{unix.RLIMIT_NOFILE, 512, 1024}}})
	if got, want := strings.Fields(output(t, s)), []string{"512", "1024", "700", "900"}; !slices.Equal(got, want) {
		t.Errorf("limits %v, want %v", got, want)
	}
}

func TestStartWithoutProc(t *testing.T) {
	needRoot(t)
	out := output(t, helper("noproc", &Spec{Env: []string{"NSFORK_TEST_ROOT=" + t.TempDir()}}))
	if !strings.Contains(out, `"PPID"`) || !strings.Contains(out, "open /proc: no such file") {
		t.Error(out)
	}
}

func TestExecErrors(t *testing.T) {
	dir := t.TempDir()
	os.Chmod(dir, 0o755)
	write := func(name, content string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	denied, garbage := write("denied", "#!/bin/true\n", 0o644), write("garbage", "garbage", 0o755)
	for _, tt := range []struct {
		paths []string
		step  string
		errno syscall.Errno
	}{
		{[]string{"/no/such"}, "exec /no/such", unix.ENOENT},
		{[]string{"/no/such/cmd", "/nor/this/cmd"}, "exec cmd", unix.ENOENT},
		{[]string{"/no/such/cmd", denied, "/nor/this/cmd"}, "exec " + denied, unix.EACCES},
		{[]string{denied, "/no/such/cmd", dir}, "exec " + denied, unix.EACCES},
		{[]string{denied + "/cmd", "/no/such/cmd"}, "exec cmd", unix.ENOTDIR},
		{[]string{"/no/such/cmd", garbage, "/bin/true"}, "exec " + garbage, unix.ENOEXEC},
	} {
		for _, s := range []*Spec{{}, ownUser(&Spec{New: unix.CLONE_NEWPID | unix.CLONE_NEWTIME})} {
			s.Paths, s.Argv = tt.paths, []string{"x"}
			p, err := Start(s)
			if p != nil {
				t.Errorf("%v: a process", tt.paths)
			}
			wantStep(t, err, tt.step, tt.errno, true)
		}
	}
	_, err := Start(&Spec{ExeFD: Some(openDir(t, dir)), Argv: []string{"name"}})
	wantStep(t, err, "execveat name", unix.EACCES, true)
	asNobodyToo(t)
}

func TestStepErrors(t *testing.T) {
	null, err := unix.Open("/dev/null", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(null)
	for _, tt := range []struct {
		spec  Spec
		step  string
		errno syscall.Errno
	}{
		{Spec{Join: []Join{{unix.CLONE_NEWNET, null}}}, "setns(net)", unix.EINVAL},
		{Spec{Join: []Join{{unix.CLONE_NEWUSER | unix.CLONE_NEWNET, 500}}}, "setns(user,net)", unix.EBADF},
		{Spec{CgroupProcs: []int{500}}, "write cgroup.procs", unix.EBADF},
		{Spec{CgroupFD: Some(500)}, "clone3 into cgroup", unix.EBADF},
		{Spec{New: unix.CLONE_NEWUSER, UIDMap: []IDMap{{0, 0, 1}, {0, 0, 1}}}, "write uid_map", unix.EINVAL},
		{Spec{Root: "/no/such"}, "chroot /no/such", unix.ENOENT},
		{Spec{Steps: []Step{{Name: "boom", Nr: unix.SYS_CLOSE, Args: []any{-1}}}}, "boom", unix.EBADF},
		{Spec{Last: []Step{{Name: "boom", Nr: unix.SYS_CLOSE, Args: []any{-1}}}}, "boom", unix.EBADF},
		{Spec{Setsid: true, Setpgid: true}, "setpgid", unix.EPERM},
		{Spec{Files: []int{null}, Setsid: true, Ctty: Some(0)}, "ioctl(TIOCSCTTY)", unix.ENOTTY},
		{Spec{Files: []int{null}, Foreground: true, Ctty: Some(0)}, "ioctl(TIOCSPGRP)", unix.ENOTTY},
		{Spec{Rlimits: []Rlimit{{unix.RLIMIT_CORE, 2, 1}}}, "prlimit(4)", unix.EINVAL},
		{Spec{Groups: []int{-1}}, "setgroups", unix.EINVAL},
		{ownedUser(Spec{GID: Some(7)}), "setresgid(7)", unix.EINVAL},
		{ownedUser(Spec{UID: Some(7)}), "setresuid(7)", unix.EINVAL},
		{ownedUser(Spec{ClearGroups: true}), "setgroups()", unix.EPERM},
		{Spec{DirFD: Some(null)}, "fchdir", unix.ENOTDIR},
		{Spec{Dir: "/no/such"}, "chdir /no/such", unix.ENOENT},
		{Spec{Files: []int{500}}, "dup3", unix.EBADF},
		{Spec{Pdeathsig: 99}, "prctl(PR_SET_PDEATHSIG)", unix.EINVAL},
		{Spec{Ignore: []syscall.Signal{unix.SIGKILL}}, "rt_sigaction SIGKILL", unix.EINVAL},
	} {
		s := tt.spec
		s.Paths, s.Argv = []string{"/bin/true"}, []string{"true"}
		if os.Geteuid() != 0 && (s.Root != "" || s.Groups != nil) {
			continue
		}
		_, err := Start(&s)
		wantStep(t, err, tt.step, tt.errno, false)
	}
	asNobodyToo(t)
}

func ownedUser(s Spec) Spec { return *ownUser(&s) }

func TestUnprivilegedRefusals(t *testing.T) {
	if os.Geteuid() == 0 {
		asNobodyToo(t)
		return
	}
	for _, tt := range []struct {
		spec Spec
		step string
	}{
		{Spec{New: unix.CLONE_NEWNET | unix.CLONE_NEWUTS}, "clone(uts,net)"},
		{Spec{New: unix.CLONE_NEWTIME}, "unshare(time)"},
		{Spec{Root: "/"}, "chroot /"},
		{Spec{New: unix.CLONE_NEWUSER, UIDMap: []IDMap{{0, 0, 1}}}, "write uid_map"},
		{Spec{New: unix.CLONE_NEWUSER, UIDMap: []IDMap{{0, nobody, 1}}, GIDMap: []IDMap{{0, nobody, 1}}, AllowSetgroups: true}, "write gid_map"},
	} {
		s := tt.spec
		s.Paths, s.Argv = []string{"/bin/true"}, []string{"true"}
		_, err := Start(&s)
		wantStep(t, err, tt.step, unix.EPERM, false)
	}
}

func TestInvalidSpecs(t *testing.T) {
	for _, s := range []Spec{
		{New: unix.CLONE_VM},
		{Join: []Join{{0, 3}}},
		{Join: []Join{{unix.CLONE_FILES, 3}}},
		{UIDMap: []IDMap{{0, 0, 1}}},
		{MapWriter: func(int) error { return nil }},
		{Offsets: TimeOffsets{Boottime: 1}},
		{Propagation: unix.MS_PRIVATE},
		{MountProc: true},
		{Hostname: "x"},
		{Domainname: "x"},
		{Argv: []string{}},
		{Paths: []string{}},
		{Paths: []string{"/bin/\x00true"}},
		{Env: []string{"A=\x00"}},
		{Ctty: Some(0)},
		{Files: []int{0}, Foreground: true},
		{Steps: []Step{{Name: "s", Args: []any{1, 2, 3, 4, 5, 6, 7}}}},
		{Steps: []Step{{Name: "s", Args: []any{1.5}}}},
		{Steps: []Step{{Name: "s", Args: []any{Result(0)}}}},
		{Last: []Step{{Name: "s", Args: []any{Result(0)}}}},
		{Steps: []Step{{Name: "s", Args: []any{Result(-1)}}}},
	} {
		if s.Paths == nil {
			s.Paths = []string{"/bin/true"}
		}
		if s.Argv == nil {
			s.Argv = []string{"true"}
		}
		p, err := Start(&s)
		var step *StepError
		if p != nil || !errors.Is(err, unix.EINVAL) || errors.As(err, &step) {
			t.Errorf("%+v: %v", s, err)
		}
	}
}

func TestParentDiesBeforeMapsAreWritten(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	p, err := Start(helper("dying", &Spec{Files: []int{0, int(w.Fd()), 2}}))
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 100)
	n, _ := r.Read(buf)
	p.Wait()
	p.Close()
	pids := strings.Fields(string(buf[:n]))
	if len(pids) != 2 {
		t.Fatalf("helper wrote %q", buf[:n])
	}
	for _, pid := range pids {
		awaitEnd(t, pid)
	}
}

// awaitEnd waits for a process that is not a child of this one.
func awaitEnd(t *testing.T, pid string) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		stat := text("/proc/" + pid + "/stat")
		_, after, _ := strings.Cut(stat, ") ")
		if stat == "" || strings.HasPrefix(after, "Z") || strings.HasPrefix(after, "X") {
			return
		}
	}
	t.Errorf("process %s is still there: %s", pid, text("/proc/"+pid+"/stat"))
}

func TestPdeathsig(t *testing.T) {
	needRoot(t)
	pid := strings.TrimSpace(output(t, helper("parent", &Spec{})))
	awaitEnd(t, pid)
}

func TestConcurrentStarts(t *testing.T) {
	h := hold(t, ownUser(&Spec{New: unix.CLONE_NEWNET | unix.CLONE_NEWPID | unix.CLONE_NEWTIME}))
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 8 {
				s := &Spec{Paths: []string{"/bin/true"}, Argv: []string{"true"}}
				switch (g + i) % 4 {
				case 0:
					s.Join = []Join{{unix.CLONE_NEWUSER | unix.CLONE_NEWNET | unix.CLONE_NEWPID | unix.CLONE_NEWTIME, h.PidFD}}
				case 1:
					s.New = unix.CLONE_NEWUSER
					s.MapWriter = func(int) error { return nil }
				case 2:
					ownUser(s).New |= unix.CLONE_NEWPID
				}
				p, err := Start(s)
				if err != nil {
					t.Error(err)
					continue
				}
				finish(t, p)
			}
		})
	}
	wg.Wait()
	asNobodyToo(t)
}
