package spawn

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

// Write writes all of data to the child's standard input (option stdin = "pipe", or a pty).
func (p *Process) Write(data string, timeout time.Duration) error {
	if p.in == nil {
		return lua.Invalid("%s has no pipe as its standard input: start it with stdin = \"pipe\"", p)
	}
	for rest := []byte(data); len(rest) > 0; {
		n, err := unix.Write(p.in.fd(), rest)
		switch {
		case err == unix.EAGAIN:
			if err := p.ready(p.in, unix.POLLOUT, timeout); err != nil {
				return err
			}
		case err == unix.EINTR:
		case err != nil:
			return fmt.Errorf("write to %s: %w", p, err)
		default:
			rest = rest[n:]
		}
	}
	return nil
}

// CloseInput ends the child's standard input.
func (p *Process) CloseInput() error {
	if p.in == nil || p.in == p.out {
		return lua.Invalid("%s has no pipe as its standard input", p)
	}
	in := p.in
	p.in = nil
	return in.file.Close()
}

// ReadLine reads a line without its end from the child's standard output; io.EOF at the end.
func (p *Process) ReadLine(timeout time.Duration) (string, error) {
	line, err := p.readUntil(timeout, func(b []byte) int { return bytes.IndexByte(b, '\n') + 1 })
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
		if n > 1 && line[n-2] == '\r' && p.terminal {
			line = line[:n-2]
		}
	}
	return line, err
}

// ReadSome reads at most n bytes, at least one; io.EOF at the end.
func (p *Process) ReadSome(n int, timeout time.Duration) (string, error) {
	return p.readUntil(timeout, func(b []byte) int { return min(n, len(b)) })
}

// ReadAll reads to the end.
func (p *Process) ReadAll(timeout time.Duration) (string, error) {
	all, err := p.readUntil(timeout, func([]byte) int { return 0 })
	if err == io.EOF {
		err = nil
	}
	return all, err
}

// readUntil reads until enough says how many bytes to take, or to the end.
func (p *Process) readUntil(timeout time.Duration, enough func([]byte) int) (string, error) {
	s := p.out
	if s == nil || s.done != nil {
		return "", lua.Invalid("%s has no pipe as its standard output: start it with stdout = \"pipe\"", p)
	}
	buf := make([]byte, 32<<10)
	for {
		if n := enough(s.text.Bytes()); n > 0 {
			return string(s.text.Next(n)), nil
		}
		n, err := unix.Read(s.fd(), buf)
		switch {
		case err == unix.EAGAIN:
			if err := p.ready(s, unix.POLLIN, timeout); err != nil {
				return "", err
			}
		case err == unix.EINTR:
		case err == unix.EIO && p.terminal, err == nil && n == 0:
			if s.text.Len() == 0 {
				return "", io.EOF
			}
			return string(s.text.Next(s.text.Len())), nil
		case err != nil:
			return "", fmt.Errorf("read from %s: %w", p, err)
		default:
			s.text.Write(buf[:n])
		}
	}
}

func (p *Process) ready(s *stream, events int16, timeout time.Duration) error {
	n, err := p.state.Wait([]unix.PollFd{{Fd: int32(s.fd()), Events: events}}, timeout)
	if err == nil && n == 0 {
		err = ErrTimeout
	}
	return err
}

// fd is the stream's descriptor, left in its non-blocking mode.
func (s *stream) fd() int {
	raw, err := s.file.SyscallConn()
	fd := -1
	if err == nil {
		raw.Control(func(n uintptr) { fd = int(n) })
	}
	return fd
}

// Resize changes the size of the child's terminal, which tells it by SIGWINCH.
func (p *Process) Resize(rows, cols int) error {
	if !p.terminal {
		return lua.Invalid("%s has no terminal of its own: start it with pty = true", p)
	}
	size := unix.Winsize{Row: uint16(rows), Col: uint16(cols)}
	return os.NewSyscallError("ioctl(TIOCSWINSZ)", unix.IoctlSetWinsize(p.out.fd(), unix.TIOCSWINSZ, &size))
}

// IsEOF reports the end of a stream.
func IsEOF(err error) bool { return errors.Is(err, io.EOF) }
