package cgroup

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// The files of cgroups are read and written by bare system calls: os.File would
// register every one of them with the runtime's poller.

func readFile(path string) (string, error) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return "", &fs.PathError{Op: "open", Path: path, Err: err}
	}
	defer unix.Close(fd)
	text, err := readFD(fd)
	if err != nil {
		return "", &fs.PathError{Op: "read", Path: path, Err: err}
	}
	return text, nil
}

// readFD reads from the start of the file to its end.
func readFD(fd int) (string, error) {
	var first [4096]byte
	buf := first[:]
	at := 0
	for {
		n, err := unix.Pread(fd, buf[at:], int64(at))
		switch {
		case err == unix.EINTR:
		case err != nil:
			return "", err
		case n == 0:
			return string(buf[:at]), nil
		}
		at += max(n, 0)
		if at == len(buf) {
			buf = append(buf, make([]byte, len(buf))...)
		}
	}
}

func writeFile(path, text string) error {
	fd, err := unix.Open(path, unix.O_WRONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return &fs.PathError{Op: "open", Path: path, Err: err}
	}
	defer unix.Close(fd)
	for {
		_, err := unix.Write(fd, []byte(text))
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return &fs.PathError{Op: fmt.Sprintf("write %q to", text), Path: path, Err: err}
		}
		return nil
	}
}

func isDir(path string) bool {
	var st unix.Stat_t
	return unix.Stat(path, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFDIR
}

func exists(path string) bool { return unix.Access(path, unix.F_OK) == nil }

// Unlimited stands for "max".
const Unlimited = -1

// number reads a file with one number, or "max". v1 writes no limit as a number near 2^63.
func number(path string) (int64, error) {
	text, err := readFile(path)
	if err != nil {
		return 0, err
	}
	n, err := parseNumber(strings.TrimSpace(text))
	if err != nil {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	return n, nil
}

func parseNumber(text string) (int64, error) {
	if text == "max" {
		return Unlimited, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if errors.Is(err, strconv.ErrRange) || n >= 1<<62 {
		return Unlimited, nil
	}
	return n, err
}

// keyed reads a file of lines "name number".
func keyed(path string) (map[string]int64, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return parseKeyed(text), nil
}

func parseKeyed(text string) map[string]int64 {
	values := make(map[string]int64, 16)
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if n, err := parseNumber(value); ok && err == nil {
			values[name] = n
		}
	}
	return values
}

// nested reads a file of lines "device name=number name=number".
func nested(path string) (map[string]map[string]int64, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, err
	}
	values := map[string]map[string]int64{}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		for _, pair := range f[min(1, len(f)):] {
			name, value, ok := strings.Cut(pair, "=")
			n, err := parseNumber(value)
			if !ok || err != nil {
				continue
			}
			if values[f[0]] == nil {
				values[f[0]] = map[string]int64{}
			}
			values[f[0]][name] = n
		}
	}
	return values, nil
}

// missing reports whether an error is only about a file that this kernel does not have.
func missing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
