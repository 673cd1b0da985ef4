package nsfork

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
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
	"noproc":  noprocHelper,
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
		if name == "state" || name == "hold" {
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
