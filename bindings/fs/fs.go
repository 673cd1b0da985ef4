// Package fs works on files and trees of files, on the calling thread and so in
// its mount namespace. What can last or block takes a Wait, through which it can be stopped.
package fs

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Wait polls descriptors as ppoll(2) does. Its error ends the operation that
// waits; those that do not block ask it with no descriptors and no time.
type Wait func(fds []unix.PollFd, timeout time.Duration) (n int, err error)

func (w Wait) check() error {
	_, err := w(nil, 0)
	return err
}

// ready waits until fd is ready for events.
func (w Wait) ready(fd int, events int16) error {
	_, err := w([]unix.PollFd{{Fd: int32(fd), Events: events}}, -1)
	return err
}

// restart calls f again for as long as a signal interrupts it.
func restart(f func() error) error {
	for {
		if err := f(); err != unix.EINTR {
			return err
		}
	}
}

// open opens a file close-on-exec.
func open(path string, flags int, mode uint32) (fd int, err error) {
	err = restart(func() error {
		fd, err = unix.Open(path, flags|unix.O_CLOEXEC, mode)
		return err
	})
	if err != nil {
		return -1, fmt.Errorf("open %s: %w", path, err)
	}
	return fd, nil
}

// Exists reports whether the path leads to something, symbolic links followed.
func Exists(path string) (bool, error) {
	var st unix.Stat_t
	err := restart(func() error { return unix.Stat(path, &st) })
	switch {
	case err == nil:
		return true, nil
	case err == unix.ENOENT || err == unix.ENOTDIR || err == unix.ELOOP:
		return false, nil
	}
	return false, fmt.Errorf("stat %s: %w", path, err)
}

// Realpath is the absolute path without symbolic links, "." and "..". All of it must exist.
func Realpath(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}

// Chdir changes the working directory.
func Chdir(path string) error {
	if err := unix.Chdir(path); err != nil {
		return fmt.Errorf("chdir %s: %w", path, err)
	}
	return nil
}

// Which finds a program on the PATH as execvp(3) does: the first file of that
// name that may be executed. A name with a slash is a path itself. "" if there is none.
func Which(program string) (string, error) {
	if strings.Contains(program, "/") {
		return executable(program)
	}
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		path, err := executable(filepath.Join(dir, program))
		if err != nil || path != "" {
			return path, err
		}
	}
	return "", nil
}

// executable is the absolute path of a regular file the process may execute, else "".
func executable(path string) (string, error) {
	var st unix.Stat_t
	if unix.Stat(path, &st) != nil || st.Mode&unix.S_IFMT != unix.S_IFREG {
		return "", nil
	}
	if err := unix.Faccessat(unix.AT_FDCWD, path, unix.X_OK, unix.AT_EACCESS); err != nil {
		if errors.Is(err, unix.EACCES) {
			return "", nil
		}
		return "", fmt.Errorf("access %s: %w", path, err)
	}
	return filepath.Abs(path)
}
