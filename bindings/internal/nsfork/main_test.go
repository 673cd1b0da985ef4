package nsfork

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/nsfork/early"
)

// The test binary is also the program that the tests start: with helperEnv in
// its environment it does what the named helper does.
const (
	helperEnv = "NSFORK_TEST_HELPER"
	nobodyEnv = "NSFORK_TEST_NOBODY"
	nobody    = 65534
)

var helpers = map[string]func(){
	"state":   func() { json.NewEncoder(os.Stdout).Encode(currentState()) },
	"hold":    func() { fmt.Println("ready"); io.Copy(io.Discard, os.Stdin) },
	"limit":   limitHelper,
	"closed":  closedHelper,
	"dying":   dyingHelper,
	"parent":  parentHelper,
	"netns":   netnsHelper,
	"cgroup":  cgroupHelper,
	"session": sessionHelper,
}

// The main thread stays out of the tests: some change their thread for good,
// and /proc/self is the main thread's view.
func init() { runtime.LockOSThread() }

// self is the test binary.
var self int

func TestMain(m *testing.M) {
	var err error
	if self, err = unix.Open("/proc/self/exe", unix.O_PATH|unix.O_CLOEXEC, 0); err != nil {
		if name := os.Getenv(helperEnv); name != "state" && name != "hold" {
			panic(err)
		}
	}
	if name := os.Getenv(helperEnv); name != "" {
		if err == nil && (name == "state" || name == "hold") {
			unix.Close(self)
		}
		helpers[name]()
		os.Exit(0)
	}
	files := len(openFiles())
	code := m.Run()
	if code == 0 {
		code = leftovers(files)
	}
	os.Exit(code)
}

// leftovers reports children and descriptors that the tests have lost.
func leftovers(files int) int {
	if pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil); err != unix.ECHILD {
		fmt.Fprintf(os.Stderr, "child left over: %d %v\n", pid, err)
		return 1
	}
	// The poller's descriptors come with its first use.
	if now := openFiles(); len(now) > files+2 {
		fmt.Fprintf(os.Stderr, "descriptors left over: %d before, now %v\n", files, now)
		return 1
	}
	return 0
}

// A state is what a process knows about itself.
type state struct {
	PID, PPID, PGID, SID          int
	UID, GID                      [3]int
	Groups                        []int
	NS                            map[string]uint64
	Files                         []int
	Dir                           string
	Host, Domain                  string
	Blocked, Ignored              uint64
	Nice, Umask, NoNewPrivs       int
	Pdeathsig                     int
	NoFile                        [2]uint64
	Core                          syscall.Rlimit
	Boottime                      time.Duration
	Monotonic                     time.Duration
	UIDMap, GIDMap, Setgroups     string
	RootPropagation, ProcPID1Args string
	Cgroup                        string
	Env                           []string
}

func currentState() (s state) {
	s.Files = openFiles()
	s.PID, s.PPID, s.PGID = os.Getpid(), os.Getppid(), unix.Getpgrp()
	s.SID, _ = unix.Getsid(0)
	s.UID[0], s.UID[1], s.UID[2] = unix.Getresuid()
	s.GID[0], s.GID[1], s.GID[2] = unix.Getresgid()
	s.Groups, _ = unix.Getgroups()
	s.NS = map[string]uint64{}
	for _, k := range kinds {
		s.NS[k.name] = inode("/proc/self/ns/" + k.name)
	}
	s.Dir, _ = os.Getwd()
	var u unix.Utsname
	unix.Uname(&u)
	s.Host, s.Domain = unix.ByteSliceToString(u.Nodename[:]), unix.ByteSliceToString(u.Domainname[:])
	s.Blocked, s.Ignored = statusMask("SigBlk:"), statusMask("SigIgn:")
	prio, _ := unix.Getpriority(unix.PRIO_PROCESS, 0)
	s.Nice = 20 - prio
	s.Umask = unix.Umask(0)
	s.NoNewPrivs, _ = unix.PrctlRetInt(unix.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)
	var sig int32
	unix.Prctl(unix.PR_GET_PDEATHSIG, pointer(&sig), 0, 0, 0)
	s.Pdeathsig = int(sig)
	s.NoFile[0], s.NoFile[1], _ = early.NoFile()
	syscall.Getrlimit(unix.RLIMIT_CORE, &s.Core)
	s.Boottime, s.Monotonic = clock(unix.CLOCK_BOOTTIME), clock(unix.CLOCK_MONOTONIC)
	s.UIDMap, s.GIDMap, s.Setgroups = text("/proc/self/uid_map"), text("/proc/self/gid_map"), text("/proc/self/setgroups")
	for _, line := range strings.Split(text("/proc/self/mountinfo"), "\n") {
		if f := strings.Fields(line); len(f) > 6 && f[4] == "/" {
			s.RootPropagation = f[6]
		}
	}
	s.ProcPID1Args = text("/proc/1/cmdline")
	s.Cgroup = text("/proc/self/cgroup")
	s.Env = os.Environ()
	return s
}

func openFiles() (fds []int) {
	for fd := range 512 {
		if _, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil {
			fds = append(fds, fd)
		}
	}
	return fds
}

func inode(path string) uint64 {
	var st unix.Stat_t
	unix.Stat(path, &st)
	return st.Ino
}

func statusMask(field string) uint64 {
	n, err := strconv.ParseUint(line("/proc/thread-self/status", field), 16, 64)
	if err != nil {
		return 1<<64 - 1 // no mask has all signals
	}
	return n
}

// line returns what follows a prefix in a file.
func line(path, prefix string) string {
	for line := range strings.Lines(text(path)) {
		if v, ok := strings.CutPrefix(line, prefix); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// text reads a file, with the spaces in its lines made equal.
func text(path string) string {
	b, _ := os.ReadFile(path)
	var lines []string
	for line := range strings.Lines(string(b)) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	return strings.Join(lines, "\n")
}

func clock(id int32) time.Duration {
	var ts unix.Timespec
	unix.ClockGettime(id, &ts)
	return time.Duration(ts.Nano())
}

// helper completes a spec to run a helper of the test binary, with Files 0, 1
// and 2 if the spec has none.
func helper(name string, s *Spec) *Spec {
	if s.Files == nil {
		s.Files = []int{0, 1, 2}
	}
	s.ExeFD = Some(self)
	s.Argv = []string{"nsfork-" + name}
	// Without the files that Go's runtime holds open to follow a cgroup's limits.
	s.Env = append(s.Env, helperEnv+"="+name, "GODEBUG=containermaxprocs=0")
	return s
}

// output runs a spec, with its standard output read, to the end.
func output(t testing.TB, s *Spec) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if len(s.Files) < 2 {
		s.Files = []int{0, 1, 2}
	}
	s.Files[1] = int(w.Fd())
	p, err := Start(s)
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Error(err)
	}
	finish(t, p)
	return string(out)
}

// finish waits for a process that must end well.
func finish(t testing.TB, p *Process) {
	t.Helper()
	ws, err := p.Wait()
	if err != nil || !ws.Exited() || ws.ExitStatus() != 0 {
		t.Errorf("child ended with status %#x, error %v", ws, err)
	}
	p.Close()
}

// stateOf returns the state of a child made by the spec.
func stateOf(t testing.TB, s *Spec) (st state) {
	t.Helper()
	out := output(t, helper("state", s))
	if err := json.Unmarshal([]byte(out), &st); err != nil {
		t.Fatalf("%v in %q", err, out)
	}
	return st
}

// A holder keeps namespaces alive.
type holder struct {
	*Process
	t testing.TB
}

// hold starts a holder by the spec. It ends with the test.
func hold(t testing.TB, s *Spec) *holder {
	t.Helper()
	in, keep, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ready, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	s.Files = []int{int(in.Fd()), int(out.Fd()), 2}
	p, err := Start(helper("hold", s))
	in.Close()
	out.Close()
	if err != nil {
		t.Fatal(err)
	}
	ready.Read(make([]byte, 1))
	ready.Close()
	t.Cleanup(func() {
		keep.Close()
		finish(t, p)
	})
	return &holder{p, t}
}

// file opens a namespace of the holder, until the test ends.
func (h *holder) file(kind string) int {
	h.t.Helper()
	fd, err := unix.Open(fmt.Sprintf("/proc/%d/ns/%s", h.PID, kind), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { unix.Close(fd) })
	return fd
}

func (h *holder) inode(kind string) uint64 {
	return inode(fmt.Sprintf("/proc/%d/ns/%s", h.PID, kind))
}

func (h *holder) join(kinds ...string) (joins []Join) {
	for _, kind := range kinds {
		joins = append(joins, Join{flagOf(kind), h.file(kind)})
	}
	return joins
}

func flagOf(kind string) int {
	for _, k := range kinds {
		if k.name == kind {
			return k.flag
		}
	}
	panic(kind)
}

// asNobodyToo runs the test once more in a process of user and group nobody,
// which has no capabilities.
func asNobodyToo(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	s := &Spec{
		ClearGroups: true, GID: Some(nobody), UID: Some(nobody), Dir: "/",
		Files: []int{0, 1, 1}, ExeFD: Some(self),
		Argv: []string{"nsfork.test", "-test.run=^" + t.Name() + "$", "-test.v"},
		Env:  []string{nobodyEnv + "=1", "TMPDIR=" + os.TempDir(), "PATH=" + os.Getenv("PATH")},
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	s.Files[1], s.Files[2] = int(w.Fd()), int(w.Fd())
	p, err := Start(s)
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	out, _ := io.ReadAll(r)
	ws, err := p.Wait()
	p.Close()
	if err != nil || ws != 0 || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("as nobody: status %#x, %v\n%s", ws, err, out)
	}
}

func needRoot(t testing.TB) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
}

// userFor returns a user namespace if this process needs one to make others,
// with the map for it.
func userFor(s *Spec) *Spec {
	if os.Geteuid() != 0 {
		ownUser(s)
	}
	return s
}

func ownUser(s *Spec) *Spec {
	s.New |= unix.CLONE_NEWUSER
	s.UIDMap = []IDMap{{0, uint32(os.Geteuid()), 1}}
	s.GIDMap = []IDMap{{0, uint32(os.Getegid()), 1}}
	return s
}

// wantStep checks a StepError.
func wantStep(t testing.TB, err error, step string, errno syscall.Errno, exec bool) {
	t.Helper()
	var e *StepError
	if !errors.As(err, &e) || e.Step != step || !errors.Is(err, errno) || e.Exec != exec {
		t.Errorf("got %v (exec %v), want %s: %v", err, e != nil && e.Exec, step, errno)
	}
}

func limitHelper() {
	out := ""
	for _, raised := range []bool{true, false} {
		if !raised {
			syscall.Setrlimit(unix.RLIMIT_NOFILE, &syscall.Rlimit{Cur: 700, Max: 900})
		}
		p, err := Start(&Spec{Files: []int{0, 1, 2}, Paths: []string{"/bin/sh"}, Argv: []string{"sh", "-c", "ulimit -Sn; ulimit -Hn"}})
		if err != nil {
			panic(err)
		}
		p.Wait()
	}
	fmt.Print(out)
}

// closedHelper has no descriptors 0, 1 and 2 when it starts a child.
func closedHelper() {
	out, _ := unix.FcntlInt(1, unix.F_DUPFD_CLOEXEC, 100)
	for fd := range 3 {
		unix.Close(fd)
	}
	for _, s := range []*Spec{{}, ownUser(&Spec{}), {New: unix.CLONE_NEWUSER | unix.CLONE_NEWTIME, Pdeathsig: unix.SIGKILL,
		UIDMap: []IDMap{{0, 0, 10}}, GIDMap: []IDMap{{0, 0, 10}}}} {
		s.Files = []int{out, out, out}
		s.ExeFD = Some(self)
		s.Argv, s.Env = []string{"state"}, []string{helperEnv + "=state", "GODEBUG=containermaxprocs=0"}
		p, err := Start(s)
		if err != nil {
			unix.Write(out, []byte(err.Error()))
			os.Exit(1)
		}
		p.Wait()
	}
}

// dyingHelper is killed while two children wait for their maps.
func dyingHelper() {
	ready := make(chan int)
	for range 2 {
		go Start(&Spec{New: unix.CLONE_NEWUSER, Paths: []string{"/bin/true"}, Argv: []string{"true"},
			MapWriter: func(pid int) error { ready <- pid; select {} }})
	}
	fmt.Println(<-ready, <-ready)
	unix.Kill(os.Getpid(), unix.SIGKILL)
}

// parentHelper leaves a child with a parent death signal.
func parentHelper() {
	runtime.LockOSThread()
	p, err := Start(helper("hold", &Spec{Pdeathsig: unix.SIGKILL, UID: Some(nobody), New: unix.CLONE_NEWPID}))
	if err != nil {
		panic(err)
	}
	fmt.Println(p.PID)
	time.Sleep(50 * time.Millisecond)
}

// netnsHelper makes one network namespace after the other where one is allowed.
func netnsHelper() {
	if err := os.WriteFile("/proc/sys/user/max_net_namespaces", []byte("1"), 0); err != nil {
		fmt.Println("skip", err)
		return
	}
	for range 4 {
		p, err := Start(&Spec{New: unix.CLONE_NEWNET, Paths: []string{"/bin/true"}, Argv: []string{"true"}})
		if err != nil {
			fmt.Println(err)
			return
		}
		p.Wait()
	}
	fmt.Println("ok")
}

// cgroupHelper starts a child in the cgroup that is descriptor 3.
func cgroupHelper() {
	p, err := Start(helper("state", &Spec{CgroupFD: Some(3)}))
	if err != nil {
		fmt.Println(err)
		return
	}
	p.Wait()
}

// sessionHelper tells who holds the terminal that is descriptor 0.
func sessionHelper() {
	signal.Ignore(syscall.SIGTTOU)
	group, err := unix.IoctlGetInt(0, unix.TIOCGPGRP)
	sid, _ := unix.Getsid(0)
	fmt.Println(sid == os.Getpid(), unix.Getpgrp() == os.Getpid(), group == unix.Getpgrp(), err)
}
