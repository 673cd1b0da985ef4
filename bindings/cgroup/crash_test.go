package cgroup_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nslua/bindings"
	"nslua/bindings/cgroup"
	"nslua/bindings/internal/journal"
	"nslua/bindings/internal/kerntest"
	"nslua/lua"
)

// crashFlag makes a process of this binary that makes and limits cgroups until it is killed.
const crashFlag = "-cgroup.crash"

const endless = `
print("ready")
for i = 1, 1e9 do
	local cg = cgroup.create("nslua-test-crash/" .. i, {pids = 10})
	cg:set{memory = "64M", cpu = 0.5, devices = {"/dev/null rw"}}
	proc.start{"sleep", "60", detach = true, cgroup = cg}
	if i % 2 == 0 then cg:delete{kill = true} end
end`

func crash() {
	if len(os.Args) < 3 || os.Args[1] != crashFlag {
		return
	}
	s, err := lua.New(lua.Options{Modules: bindings.All(), Stdout: os.Stdout, Stderr: os.Stderr, Journal: journal.New(os.Args[2])})
	if err == nil {
		err = s.RunString(strings.Replace(endless, "\nfor", "\nio.stdout:flush()\nfor", 1), "endless").Err
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// A shell that is killed while it makes cgroups and sets limits leaves no directory that gc does not remove.
func TestKilled(t *testing.T) {
	host, err := cgroup.Discover()
	if err != nil || os.Getuid() != 0 || !kerntest.Has("controller:pids") {
		kerntest.Skipf(t, "controller:pids", "cgroups that one may make")
	}
	for range 8 {
		dir := filepath.Join(t.TempDir(), "journal")
		cmd := exec.Command("/proc/self/exe", crashFlag, dir)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
			t.Fatalf("%q, %v", line, err)
		}
		time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond)
		cmd.Process.Kill()
		cmd.Wait()
		// A child on its way to exec still holds the lock on the journal.
		for end := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
			collect(t, dir)
			if _, err := host.Open("/nslua-test-crash"); err != nil {
				break
			}
			if time.Now().After(end) {
				t.Fatal("a cgroup is left")
			}
		}
	}
}

func collect(t *testing.T, dir string) {
	t.Helper()
	undo := cgroup.Module().Undo
	results, err := journal.Collect(dir, false, func(e lua.Entry) error { return undo[e.Kind](e) })
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.Err != nil {
			t.Errorf("%s: %v", r.Entry.What, r.Err)
		}
	}
}
