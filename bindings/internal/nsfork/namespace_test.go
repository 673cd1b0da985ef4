package nsfork

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// wantOnly checks that a child differs from this process in the namespaces of
// a mask, and in no others.
func wantOnly(t *testing.T, st state, mask int) {
	t.Helper()
	here := currentState()
	for _, k := range kinds {
		if differs := st.NS[k.name] != here.NS[k.name]; differs != (mask&k.flag != 0) {
			t.Errorf("%s namespace differs: %v", k.name, differs)
		}
	}
}

func TestNewEachKind(t *testing.T) {
	for _, k := range kinds {
		s := userFor(&Spec{New: k.flag})
		wantOnly(t, stateOf(t, s), s.New)
	}
	st := stateOf(t, ownUser(&Spec{New: allKinds, MountProc: true}))
	wantOnly(t, st, allKinds)
	if st.PID != 1 || !strings.HasPrefix(st.ProcPID1Args, "nsfork-state") {
		t.Errorf("process %d, process 1 is %q", st.PID, st.ProcPID1Args)
	}
	asNobodyToo(t)
}

func TestJoinEachKind(t *testing.T) {
	h := hold(t, ownUser(&Spec{New: allKinds, MountProc: true}))
	here := currentState()
	check := func(name string, s *Spec) {
		t.Helper()
		mask := joinedKinds(s.Join)
		st := stateOf(t, s)
		for _, k := range kinds {
			want := here.NS[k.name]
			if mask&k.flag != 0 {
				want = h.inode(k.name)
			}
			if st.NS[k.name] != want {
				t.Errorf("%s: %s namespace %d, want %d", name, k.name, st.NS[k.name], want)
			}
		}
	}
	for _, k := range kinds {
		with := []string{k.name}
		mask := k.flag
		if os.Geteuid() != 0 && k.name != "user" {
			with, mask = []string{k.name, "user"}, k.flag|unix.CLONE_NEWUSER
		}
		if k.name == "mnt" { // whose proc shows the processes of its own
			with, mask = append(with, "pid"), mask|unix.CLONE_NEWPID
		}
		check(k.name+" by file", &Spec{Join: h.join(with...)})
		check(k.name+" by pidfd", &Spec{Join: []Join{{mask, h.PidFD}}})
	}
	all := []string{"net", "time", "pid", "user", "mnt", "cgroup", "ipc", "uts"}
	check("all by file", &Spec{Join: h.join(all...)})
	check("all by pidfd", &Spec{Join: []Join{{allKinds, h.PidFD}}})
	asNobodyToo(t)
}

// A list may mix namespaces that belong to the joined user namespace and some
// that belong to the caller's.
func TestJoinNamespacesOfTwoOwners(t *testing.T) {
	needRoot(t)
	theirs := hold(t, &Spec{
		New: unix.CLONE_NEWUSER | unix.CLONE_NEWNET, ClearGroups: true,
		UIDMap: []IDMap{{0, nobody, 1}}, GIDMap: []IDMap{{0, nobody, 1}}, AllowSetgroups: true,
	})
	ours := hold(t, &Spec{New: unix.CLONE_NEWIPC | unix.CLONE_NEWUTS | unix.CLONE_NEWPID})
	st := stateOf(t, &Spec{Join: append(ours.join("ipc", "pid"), theirs.join("net", "user")...)})
	wantOnly(t, st, unix.CLONE_NEWUSER|unix.CLONE_NEWNET|unix.CLONE_NEWIPC|unix.CLONE_NEWPID)
	if st.UID != [3]int{} || st.GID != [3]int{} {
		t.Errorf("ids %v %v", st.UID, st.GID)
	}
	st = stateOf(t, &Spec{Join: append(theirs.join("net"), ours.join("uts")...)})
	wantOnly(t, st, unix.CLONE_NEWNET|unix.CLONE_NEWUTS)
}

func TestJoinOwnNamespaces(t *testing.T) {
	self, err := unix.PidfdOpen(os.Getpid(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(self)
	s := &Spec{Join: []Join{{allKinds, self}}}
	for _, k := range kinds {
		fd, err := unix.Open("/proc/self/ns/"+k.name, unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(fd)
		s.Join = append(s.Join, Join{k.flag, fd})
	}
	wantOnly(t, stateOf(t, s), 0)
	asNobodyToo(t)
}

// A process that shares some namespaces with the caller can be joined in all.
func TestJoinSharedNamespaces(t *testing.T) {
	h := hold(t, ownUser(&Spec{New: unix.CLONE_NEWUTS}))
	wantOnly(t, stateOf(t, &Spec{Join: []Join{{allKinds, h.PidFD}}}), unix.CLONE_NEWUSER|unix.CLONE_NEWUTS)
	asNobodyToo(t)
}

func TestPidfdNamespacesWithoutIoctl(t *testing.T) {
	h := hold(t, ownUser(&Spec{New: unix.CLONE_NEWNET}))
	proc, err := openProc(0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(proc)
	var st unix.Stat_t
	if err := statOf(h.PidFD, 0, "net", proc, &st); err != nil || st.Ino != h.inode("net") {
		t.Errorf("inode %d, error %v, want %d", st.Ino, err, h.inode("net"))
	}
}

func TestMaps(t *testing.T) {
	needRoot(t)
	for _, tt := range []struct {
		name                   string
		spec                   Spec
		uidMap, gidMap, groups string
		uid, gid               int
	}{
		{"own ids", Spec{UIDMap: []IDMap{{0, 0, 1}}, GIDMap: []IDMap{{0, 0, 1}}}, "0 0 1", "0 0 1", "deny", 0, 0},
		{"own ids, not as root", Spec{UIDMap: []IDMap{{7, 0, 1}}, GIDMap: []IDMap{{8, 0, 1}}}, "7 0 1", "8 0 1", "deny", 7, 8},
		{"setgroups", Spec{UIDMap: []IDMap{{0, 0, 1}}, GIDMap: []IDMap{{0, 0, 1}}, AllowSetgroups: true}, "0 0 1", "0 0 1", "allow", 0, 0},
		{"ranges", Spec{UIDMap: []IDMap{{0, 1000, 10}, {10, 5000, 20}}, GIDMap: []IDMap{{0, 2000, 65536}}},
			"0 1000 10\n10 5000 20", "0 2000 65536", "deny", 0, 0},
		{"no root", Spec{UIDMap: []IDMap{{5, 1000, 10}}, GIDMap: []IDMap{{5, 1000, 10}}, UID: Some(6), GID: Some(7)}, "5 1000 10", "5 1000 10", "deny", 6, 7},
		{"large", Spec{UIDMap: []IDMap{{0, 100000, 1 << 31}}, GIDMap: []IDMap{{0, 1 << 31, 1 << 30}}}, "0 100000 2147483648", "0 2147483648 1073741824", "deny", 0, 0},
		{"users only", Spec{UIDMap: []IDMap{{0, 0, 1}}}, "0 0 1", "", "allow", 0, nobody},
		{"groups only", Spec{GIDMap: []IDMap{{0, 0, 2}}}, "", "0 0 2", "deny", nobody, 0},
		{"none", Spec{}, "", "", "allow", nobody, nobody},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.spec.New = unix.CLONE_NEWUSER
			st := stateOf(t, &tt.spec)
			if st.UIDMap != tt.uidMap || st.GIDMap != tt.gidMap || st.Setgroups != tt.groups {
				t.Errorf("uid_map %q, gid_map %q, setgroups %q", st.UIDMap, st.GIDMap, st.Setgroups)
			}
			if st.UID != [3]int{tt.uid, tt.uid, tt.uid} || st.GID != [3]int{tt.gid, tt.gid, tt.gid} {
				t.Errorf("user %v, group %v", st.UID, st.GID)
			}
		})
	}
}

func TestMapWriter(t *testing.T) {
	id := os.Geteuid()
	s := &Spec{New: unix.CLONE_NEWUSER | unix.CLONE_NEWPID}
	s.MapWriter = func(pid int) error {
		// Other children can be started meanwhile.
		line := fmt.Sprintf("0 %d 1", id)
		return exec.Command("sh", "-c", fmt.Sprintf("cd /proc/%d && echo deny >setgroups && echo %s >gid_map && echo %s >uid_map", pid, line, line)).Run()
	}
	st := stateOf(t, s)
	if st.UID != [3]int{} || st.GID != [3]int{} || st.PID != 1 {
		t.Errorf("ids %v %v, process %d", st.UID, st.GID, st.PID)
	}
	refusal := errors.New("no such range")
	s.MapWriter = func(int) error { return refusal }
	if _, err := Start(helper("state", s)); !errors.Is(err, refusal) {
		t.Errorf("got %v, want %v", err, refusal)
	}
	s.MapWriter = func(pid int) error { return unix.Kill(pid, unix.SIGKILL) }
	if _, err := Start(helper("state", s)); !errors.Is(err, unix.ECHILD) {
		t.Errorf("killed child: %v", err)
	}
	asNobodyToo(t)
}

// A user namespace below a joined one.
func TestNestedUserNamespace(t *testing.T) {
	outer := ownUser(&Spec{New: unix.CLONE_NEWNET})
	nested := []IDMap{{3, 0, 1}}
	if os.Geteuid() == 0 {
		outer.UIDMap, outer.GIDMap = []IDMap{{0, 100000, 1000}}, []IDMap{{0, 200000, 1000}}
		nested = []IDMap{{0, 5, 10}, {10, 100, 50}}
	}
	h := hold(t, outer)
	for name, joins := range map[string][]Join{
		"file":  h.join("net", "user"),
		"pidfd": {{unix.CLONE_NEWUSER | unix.CLONE_NEWNET, h.PidFD}},
	} {
		t.Run(name, func(t *testing.T) {
			s := &Spec{Join: joins, New: unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWUTS, UIDMap: nested, GIDMap: nested, Hostname: "nested"}
			st := stateOf(t, s)
			lines := 1 + strings.Count(st.UIDMap, "\n")
			if lines != len(nested) || st.Host != "nested" || st.PID != 1 || st.NS["net"] != h.inode("net") {
				t.Errorf("%+v", st)
			}
			if want := int(nested[0].Inside); st.UID[0] != want || st.GID[0] != want {
				t.Errorf("user %v, group %v, want %d", st.UID, st.GID, want)
			}
			wantOnly(t, st, unix.CLONE_NEWUSER|unix.CLONE_NEWNET|unix.CLONE_NEWPID|unix.CLONE_NEWUTS)
		})
	}
	s := &Spec{Join: h.join("user"), New: unix.CLONE_NEWUSER, UIDMap: []IDMap{{0, 5000, 1}}}
	_, err := Start(helper("state", s))
	wantStep(t, err, "write uid_map", unix.EPERM, false)
	if os.Geteuid() == 0 {
		asNobodyToo(t)
	}
}

// A pid namespace below a joined one.
func TestNestedPIDNamespace(t *testing.T) {
	h := hold(t, ownUser(&Spec{New: unix.CLONE_NEWPID}))
	for _, s := range []*Spec{
		{},
		{New: unix.CLONE_NEWTIME},
		{New: unix.CLONE_NEWUSER, UIDMap: []IDMap{{0, 0, 1}}, GIDMap: []IDMap{{0, 0, 1}}},
	} {
		s.Join = h.join("user", "pid")
		s.New |= unix.CLONE_NEWPID
		child := hold(t, s)
		ids := strings.Fields(line(fmt.Sprintf("/proc/%d/status", child.PID), "NSpid:"))
		if n := len(ids); n < 3 || ids[n-3] != fmt.Sprint(child.PID) || ids[n-1] != "1" {
			t.Errorf("process ids %v, from here %d", ids, child.PID)
		}
	}
	_, err := Start(&Spec{Join: h.join("user", "pid"), New: unix.CLONE_NEWPID, Paths: []string{"/no/such"}, Argv: []string{"x"}})
	wantStep(t, err, "exec /no/such", unix.ENOENT, true)
	asNobodyToo(t)
}

func TestTimeOffsets(t *testing.T) {
	for _, want := range []TimeOffsets{
		{Boottime: 1000 * time.Hour},
		{Monotonic: 1500 * time.Millisecond, Boottime: -1500 * time.Millisecond},
	} {
		here := currentState()
		st := stateOf(t, userFor(&Spec{New: unix.CLONE_NEWTIME, Offsets: want}))
		near := func(got, want time.Duration) bool { return (got - want).Abs() < time.Second }
		if !near(st.Boottime-here.Boottime, want.Boottime) || !near(st.Monotonic-here.Monotonic, want.Monotonic) {
			t.Errorf("offsets %v %v, want %+v", st.Boottime-here.Boottime, st.Monotonic-here.Monotonic, want)
		}
	}
	asNobodyToo(t)
}

func TestUTSNames(t *testing.T) {
	st := stateOf(t, userFor(&Spec{New: unix.CLONE_NEWUTS, Hostname: "host", Domainname: "domain"}))
	if st.Host != "host" || st.Domain != "domain" {
		t.Errorf("names %q %q", st.Host, st.Domain)
	}
	asNobodyToo(t)
}

func TestPropagation(t *testing.T) {
	for flags, want := range map[uintptr]string{unix.MS_REC | unix.MS_SHARED: "shared:", unix.MS_REC | unix.MS_PRIVATE: "-"} {
		st := stateOf(t, userFor(&Spec{New: unix.CLONE_NEWNS, Propagation: flags}))
		if !strings.HasPrefix(st.RootPropagation, want) {
			t.Errorf("optional field of /: %q, want %q", st.RootPropagation, want)
		}
	}
	asNobodyToo(t)
}

func TestStaysTraceableAfterJoin(t *testing.T) {
	h := hold(t, ownUser(&Spec{}))
	for _, s := range []*Spec{{Join: h.join("user")}, ownUser(&Spec{}), {Join: h.join("user"), Dir: "/no/such"}} {
		s.Paths, s.Argv = []string{"/bin/true"}, []string{"true"}
		if p, err := Start(s); err == nil {
			finish(t, p)
		}
		if n, _ := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0); n != 1 {
			t.Fatalf("dumpable is %d", n)
		}
	}
	asNobodyToo(t)
}

func TestNotTraceableWhileJoining(t *testing.T) {
	h := hold(t, ownUser(&Spec{New: unix.CLONE_NEWNET}))
	for mask, want := range map[int]int{0: 1, unix.CLONE_NEWUSER | unix.CLONE_NEWNET: 0} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		s := helper("state", &Spec{Steps: []Step{
			{Name: "dumpable", Nr: unix.SYS_PRCTL, Args: []any{unix.PR_GET_DUMPABLE, 0, 0, 0, 0}},
			{Name: "write", Nr: unix.SYS_WRITE, Args: []any{int(w.Fd()), "x", Result(0)}},
		}})
		if mask != 0 {
			s.Join = []Join{{mask, h.PidFD}}
		}
		null := openNull(t)
		s.Files = []int{null, null, null}
		p, err := Start(s)
		w.Close()
		if err != nil {
			t.Fatal(err)
		}
		finish(t, p)
		if n, _ := r.Read(make([]byte, 8)); n != want {
			t.Errorf("join %#x: dumpable was %d, want %d", mask, n, want)
		}
		r.Close()
	}
}

func openNull(t *testing.T) int {
	t.Helper()
	fd, err := unix.Open("/dev/null", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	return fd
}

// Namespaces count against their limit for some time after their end.
func TestNetworkNamespacesInSuccession(t *testing.T) {
	out := strings.TrimSpace(output(t, helper("netns", ownUser(&Spec{}))))
	if strings.HasPrefix(out, "skip") {
		t.Skip(out)
	}
	if out != "ok" {
		t.Error(out)
	}
}

func TestUnshareFromUnsharedThread(t *testing.T) {
	needRoot(t)
	h := hold(t, &Spec{New: unix.CLONE_NEWNET})
	done := make(chan state)
	go func() {
		runtime.LockOSThread() // and the thread ends with the goroutine
		defer close(done)
		if err := unix.Setns(h.PidFD, unix.CLONE_NEWNET); err != nil {
			t.Error(err)
			return
		}
		done <- stateOf(t, &Spec{})
		done <- stateOf(t, &Spec{Join: h.join("net")})
		done <- stateOf(t, &Spec{Join: []Join{{unix.CLONE_NEWNET, mustOpen(t, "/proc/self/ns/net")}}})
	}()
	want := []uint64{h.inode("net"), h.inode("net"), inode("/proc/self/ns/net")}
	var got []uint64
	for st := range done {
		got = append(got, st.NS["net"])
	}
	if !slices.Equal(got, want) {
		t.Errorf("net namespaces %v, want %v", got, want)
	}
}

func mustOpen(t *testing.T, path string) int {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Error(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	return fd
}
