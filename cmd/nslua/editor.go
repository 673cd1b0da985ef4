package main

import (
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/lua/repl/editor"
)

// lineEditor leaves the editing to the terminal. It never reads beyond a line's
// end: what follows is for io.read.
type lineEditor struct {
	in    *os.File
	out   io.Writer
	event int // eventfd, readable after Interrupt
}

func newLineEditor(in *os.File, out io.Writer) (*lineEditor, error) {
	event, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return nil, os.NewSyscallError("eventfd2", err)
	}
	return &lineEditor{in: in, out: out, event: event}, nil
}

func (e *lineEditor) Close() error { return unix.Close(e.event) }

// Interrupt ends the Read that waits, or the next one.
func (e *lineEditor) Interrupt() {
	one := [8]byte{1}
	unix.Write(e.event, one[:]) // fails only if it is readable already
}

// Read reads lines until they are whole. What was begun when the input ends is what is read.
func (e *lineEditor) Read(r editor.Request) (string, error) {
	text, prompt := "", r.Prompt
	for {
		line, err := e.line(prompt)
		if err == io.EOF && text != "" {
			return text, nil
		}
		if err != nil {
			return "", err
		}
		text += line
		if r.Whole == nil || r.Whole(text) {
			return text, nil
		}
		text += "\n"
		prompt = r.More
	}
}

// line reads up to the end of a line.
func (e *lineEditor) line(prompt string) (string, error) {
	if _, err := io.WriteString(e.out, prompt); err != nil {
		return "", err
	}
	var line strings.Builder
	var b [1]byte
	for {
		if err := e.wait(); err != nil {
			return "", err
		}
		n, err := unix.Read(int(e.in.Fd()), b[:])
		switch {
		case err == unix.EINTR || err == unix.EAGAIN:
			continue
		case err == unix.EIO: // the terminal has gone
			return "", io.EOF
		case err != nil:
			return "", os.NewSyscallError("read", err)
		case n == 0 && line.Len() == 0:
			return "", io.EOF
		case n == 0 || b[0] == '\n':
			return line.String(), nil
		}
		line.WriteByte(b[0])
	}
}

// wait waits for input or an interrupt.
func (e *lineEditor) wait() error {
	fds := []unix.PollFd{{Fd: int32(e.in.Fd()), Events: unix.POLLIN}, {Fd: int32(e.event), Events: unix.POLLIN}}
	for {
		_, err := unix.Poll(fds, -1)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return os.NewSyscallError("poll", err)
		}
		if fds[1].Revents != 0 {
			var n [8]byte
			unix.Read(e.event, n[:])
			return editor.ErrInterrupted
		}
		return nil
	}
}
