package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestScripts runs testdata/script: the command line as a user sees it.
func TestScripts(t *testing.T) {
	bin := binary(t)
	testscript.Run(t, testscript.Params{
		Dir:         "testdata/script",
		WorkdirRoot: openDir(t), // by itself it leaves a directory behind when -run picks a script
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", filepath.Dir(bin)+":"+env.Getenv("PATH"))
			env.Setenv("TERM", "xterm")
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond == "root" {
				return os.Getuid() == 0, nil
			}
			return false, errors.New("unknown condition " + cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status":  status,
			"stopped": stopped,
			"write":   write,
		},
	})
}

// status runs a program that must end with an exit status: status 3 nslua FILE.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N PROGRAM [ARGS]")
	}
	checkStatus(ts, args[0], ts.Exec(args[1], args[2:]...))
}

func checkStatus(ts *testscript.TestScript, want string, err error) {
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(got) != want {
		ts.Fatalf("exit status %d instead of %s\n%s%s", got, want, ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

// heeded is how soon a signal must have ended a script.
const heeded = time.Second

// stopped runs a program until it prints "ready", sends it a signal, and checks
// that it ends soon, with an exit status: stopped SIGINT 130 nslua -e CODE.
func stopped(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: stopped SIGNAL N PROGRAM [ARGS]")
	}
	signals := map[string]syscall.Signal{"SIGINT": syscall.SIGINT, "SIGTERM": syscall.SIGTERM, "SIGHUP": syscall.SIGHUP, "SIGQUIT": syscall.SIGQUIT}
	path, err := exec.LookPath(strings.Replace(args[2], "nslua", built.dir+"/nslua", 1))
	ts.Check(err)
	cmd := exec.Command(path, args[3:]...)
	cmd.Dir = ts.Getenv("WORK")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	ts.Check(cmd.Start())
	if _, err := out.Read(make([]byte, 64)); err != nil {
		cmd.Wait()
		ts.Fatalf("it ended before the signal: %v\n%s", err, stderr.String())
	}
	time.Sleep(50 * time.Millisecond) // it is to be in the middle of things
	sent := time.Now()
	ts.Check(cmd.Process.Signal(signals[args[0]]))
	timer := time.AfterFunc(10*heeded, func() { cmd.Process.Kill() })
	err = cmd.Wait()
	timer.Stop()
	if took := time.Since(sent); took > heeded {
		ts.Fatalf("ended %v after the signal\n%s", took, stderr.String())
	}
	if strings.Contains(stderr.String(), "goroutine ") {
		ts.Fatalf("stacks of Go:\n%s", stderr.String())
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) || strconv.Itoa(exit.ExitCode()) != args[1] {
		ts.Fatalf("%v instead of exit status %s\n%s", err, args[1], stderr.String())
	}
}

// write makes a large file: write FILE PREFIX TEXT COUNT SUFFIX.
func write(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 5 {
		ts.Fatalf("usage: write FILE PREFIX TEXT COUNT SUFFIX")
	}
	n, err := strconv.Atoi(args[3])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(args[1]+strings.Repeat(args[2], n)+args[4]), 0o644))
}
