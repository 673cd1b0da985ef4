package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/vmtest"
)

// runJob runs one program as a child, since PID 1 has signal rules of its own,
// sends what it writes to the host, and returns its exit code.
func runJob(host io.Writer, j *vmtest.Job) int {
	code, err := supervise(host, j)
	for _, e := range []error{err, killAll(), clearCgroups(cgroupRoot), delegate()} {
		if e != nil {
			say(host, e)
			code = vmtest.CodeBroken
		}
	}
	return code
}

func say(host io.Writer, err error) {
	if e := vmtest.WriteFrame(host, vmtest.Output, fmt.Appendf(nil, "vminit: %v\n", err)); e != nil {
		complain(e)
	}
}

func supervise(host io.Writer, j *vmtest.Job) (int, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	cmd := exec.Command(j.Args[0], j.Args[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = j.Dir, w, w
	cmd.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/tmp", "TMPDIR=/tmp", "TERM=dumb", "LANG=C.UTF-8"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if j.User {
		session, err := os.Open(filepath.Join(delegated, "session"))
		if err != nil {
			w.Close()
			return 0, err
		}
		defer session.Close()
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: vmtest.Nobody, Gid: vmtest.Nobody}
		cmd.SysProcAttr.UseCgroupFD, cmd.SysProcAttr.CgroupFD = true, int(session.Fd())
	}
	err = cmd.Start()
	w.Close()
	if err != nil {
		return 0, err
	}
	timer := time.AfterFunc(j.Timeout, func() { cmd.Process.Kill() })
	copied := make(chan error)
	go func() { copied <- forward(host, r) }()
	code := reap(cmd.Process.Pid)
	if !timer.Stop() {
		say(host, fmt.Errorf("ended after %s", j.Timeout))
		code = vmtest.CodeTimeout
	}
	if err := killAll(); err != nil { // they may hold the pipe
		return code, err
	}
	return code, <-copied
}

func forward(host io.Writer, r io.Reader) error {
	buf := make([]byte, 32<<10)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			if err := vmtest.WriteFrame(host, vmtest.Output, buf[:n]); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// reap waits for every child until pid has ended, and returns its exit code as a shell does.
func reap(pid int) int {
	for {
		var status unix.WaitStatus
		got, err := unix.Wait4(-1, &status, 0, nil)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return vmtest.CodeBroken
		case got == pid && status.Signaled():
			return 128 + int(status.Signal())
		case got == pid:
			return status.ExitStatus()
		}
	}
}

// killAll ends every process but this one.
func killAll() error {
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); {
		unix.Kill(-1, unix.SIGKILL) // ESRCH: nobody is left
		pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil)
		if err == unix.ECHILD {
			return nil
		}
		if pid <= 0 {
			time.Sleep(5 * time.Millisecond)
		}
	}
	return fmt.Errorf("processes do not end")
}

// clearCgroups removes all cgroups below dir. They are empty.
func clearCgroups(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		sub := filepath.Join(dir, e.Name())
		if err := clearCgroups(sub); err != nil {
			return err
		}
		if err := unix.Rmdir(sub); err != nil {
			return fmt.Errorf("rmdir %s: %w", sub, err)
		}
	}
	return enable(dir, "")
}

// enable makes the controllers, separated by spaces, those enabled for the children of a cgroup.
func enable(dir, controllers string) error {
	file := filepath.Join(dir, "cgroup.subtree_control")
	enabled, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var change []string
	for _, c := range strings.Fields(controllers) {
		change = append(change, "+"+c)
	}
	if controllers == "" {
		for _, c := range strings.Fields(string(enabled)) {
			change = append(change, "-"+c)
		}
	}
	return os.WriteFile(file, []byte(strings.Join(change, " ")), 0)
}
