// Package kerntest runs the tests of bindings against the real kernel: every
// Lua script and every example of the docs in a process and namespaces of its
// own, started by root and by an ordinary user, and it fails a run that leaves
// something behind on the machine.
//
// A package of tests says
//
//	func TestMain(m *testing.M) { kerntest.Main(m, modules) }
//	func TestLua(t *testing.T)  { kerntest.Lua(t, "testdata/*.lua") }
package kerntest

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"testing"

	"nslua/lua"
)

// Nobody is the ordinary user and group that tests run as.
const Nobody = 65534

// The first argument of a re-executed test binary: what it is to be.
const (
	stageFlag = "-kerntest.stage" // a step on the way into a world; the step and its spec follow
	userFlag  = "-kerntest.user"  // a test run below AsUser
)

// The main goroutine, and with it Lua in the children, stays on the main thread: namespaces belong to threads.
func init() { runtime.LockOSThread() }

// Main runs the tests of a package, or the step of a world that this process was
// started for. modules are what the scripts see. Each of stages runs first in
// every process: it returns unless the process was started for it, as a
// program's own re-executed children are.
//
// It exits with 1 if the tests have left a link, a named network namespace, a
// mount, a cgroup, a System V IPC object, a child process, a temporary file or
// an open descriptor.
func Main(m *testing.M, modules func() []*lua.Module, stages ...func()) {
	for _, stage := range stages {
		stage()
	}
	if len(os.Args) > 3 && os.Args[1] == stageFlag {
		os.Exit(runStage(os.Args[2], os.Args[3], modules))
	}
	if len(os.Args) > 1 && os.Args[1] == userFlag {
		os.Args = append(os.Args[:1], os.Args[2:]...)
		os.Exit(m.Run())
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	lock, err := joinMachine()
	if err != nil {
		return complain(err)
	}
	defer lock.Close()
	warmUp()
	before, err := observe(machine)
	if err != nil {
		return complain(err)
	}
	code := m.Run()
	printSkips(os.Stdout)
	left, sure, err := leftovers(machine, before, lock)
	if err != nil {
		return complain(err)
	}
	for _, l := range left {
		fmt.Printf("kerntest: left behind: %s\n", l)
	}
	switch {
	case len(left) > 0 && sure:
		return 1
	case len(left) > 0:
		fmt.Println("kerntest: not counted as a failure: other tests are running, it may be theirs")
	}
	return code
}

func complain(err error) int {
	fmt.Fprintf(os.Stderr, "kerntest: %v\n", err)
	return 1
}

// runStage is the main function of a re-executed test binary.
func runStage(stage, text string, modules func() []*lua.Module) int {
	var w world
	if err := json.Unmarshal([]byte(text), &w); err != nil {
		return complain(err)
	}
	switch stage {
	case "enter":
		return w.enter()
	case "supervise":
		return w.supervise()
	case "script":
		return w.script(modules())
	case "probe":
		return probe(w.Name)
	}
	return complain(fmt.Errorf("no stage %q", stage))
}
