package editor

import (
	"errors"
	"io"
	"os"
	"sync/atomic"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// errWoken is what a read of a key ends with after wake.
var errWoken = errors.New("woken")

// key is one key, or a pasted text.
type key struct {
	code  rune   // of the character, or a control character
	seq   string // "\x1b[A" where it is an escape sequence; Alt-b is "\x1bb"
	paste string
}

// keyReader takes keys from a terminal. It never reads beyond a key: what
// follows the line is for others.
type keyReader struct {
	in          *os.File
	event       int // eventfd, readable after wake
	interrupted atomic.Bool
}

func newKeyReader(in *os.File) (*keyReader, error) {
	event, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return nil, os.NewSyscallError("eventfd2", err)
	}
	return &keyReader{in: in, event: event}, nil
}

func (r *keyReader) close() error { return unix.Close(r.event) }

// wake ends the read that waits, or the next one.
func (r *keyReader) wake() {
	one := [8]byte{1}
	unix.Write(r.event, one[:]) // fails only if it is readable already
}

// wait waits for input: ok is false after the timeout in milliseconds. A negative one is endless.
func (r *keyReader) wait(timeout int) (ok bool, err error) {
	fds := []unix.PollFd{{Fd: int32(r.in.Fd()), Events: unix.POLLIN}, {Fd: int32(r.event), Events: unix.POLLIN}}
	for {
		n, err := unix.Poll(fds, timeout)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return false, os.NewSyscallError("poll", err)
		case fds[1].Revents == 0:
			return n > 0, nil
		case timeout >= 0: // only looking
			return fds[0].Revents != 0, nil
		}
		var b [8]byte
		unix.Read(r.event, b[:])
		if r.interrupted.Swap(false) {
			return false, ErrInterrupted
		}
		return false, errWoken
	}
}

// pending reports whether there is input at once.
func (r *keyReader) pending() bool {
	ok, err := r.wait(0)
	return ok && err == nil
}

func (r *keyReader) bytes(b []byte) (int, error) {
	for {
		n, err := unix.Read(int(r.in.Fd()), b)
		switch {
		case err == unix.EINTR || err == unix.EAGAIN:
			continue
		case err == unix.EIO || err == nil && n == 0: // the terminal is gone
			return 0, io.EOF
		case err != nil:
			return 0, os.NewSyscallError("read", err)
		}
		return n, nil
	}
}

func (r *keyReader) byte() (byte, error) {
	var b [1]byte
	_, err := r.bytes(b[:])
	return b[0], err
}

// read waits for a key.
func (r *keyReader) read() (key, error) {
	if _, err := r.wait(-1); err != nil {
		return key{}, err
	}
	b, err := r.byte()
	switch {
	case err != nil:
		return key{}, err
	case b == 0x1b:
		return r.escape()
	case b < utf8.RuneSelf:
		return key{code: rune(b)}, nil
	}
	return r.character(b)
}

// character reads the rest of a character in UTF-8.
func (r *keyReader) character(first byte) (key, error) {
	b := []byte{first}
	for len(b) < utf8.UTFMax && !utf8.FullRune(b) {
		next, err := r.byte()
		if err != nil {
			return key{}, err
		}
		b = append(b, next)
	}
	c, _ := utf8.DecodeRune(b)
	return key{code: c}, nil
}

// escapeDelay is how long the rest of an escape sequence may take, in
// milliseconds; after that the Escape key was pressed.
const escapeDelay = 50

func (r *keyReader) escape() (key, error) {
	seq := []byte{0x1b}
	for {
		if ok, err := r.wait(escapeDelay); !ok || err != nil {
			return key{seq: string(seq)}, err
		}
		b, err := r.byte()
		if err != nil {
			return key{}, err
		}
		seq = append(seq, b)
		if len(seq) == 2 && (b == '[' || b == 'O') || len(seq) == 2 && b == 0x1b {
			continue
		}
		if seq[1] != '[' && seq[1] != 'O' || b >= 0x40 && b <= 0x7e {
			break
		}
	}
	if string(seq) == "\x1b[200~" {
		text, err := r.paste()
		return key{paste: text}, err
	}
	return key{seq: string(seq)}, nil
}

// paste reads what was pasted, up to the mark of its end.
func (r *keyReader) paste() (string, error) {
	const end = "\x1b[201~"
	var text []byte
	for {
		b, err := r.byte()
		if err != nil {
			return "", err
		}
		text = append(text, b)
		if n := len(text) - len(end); n >= 0 && string(text[n:]) == end {
			return string(text[:n]), nil
		}
	}
}
