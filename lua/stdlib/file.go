package stdlib

import (
	"bufio"
	"errors"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	lua "github.com/yuin/gopher-lua"
)

type buffering int

const (
	fullBuffer buffering = iota
	lineBuffer
	noBuffer
)

const bufferSize = 16 << 10

var (
	errNotReadable = &os.SyscallError{Syscall: "read", Err: syscall.EBADF}
	errNotWritable = &os.SyscallError{Syscall: "write", Err: syscall.EBADF}
	errStandard    = errors.New("cannot close standard file")
)

// file is what a Lua file holds. A file that was opened both ways switches
// between its buffers: only one of them has something in it.
type file struct {
	set      *fileSet
	os       *os.File // nil for the host's own streams
	r        *bufio.Reader
	w        Output
	buffer   buffering
	standard bool
	closed   bool
}

// direct writes without a buffer.
type direct struct{ io.Writer }

func (direct) Flush() error { return nil }

// fileSet knows the files that hold unwritten bytes. Other files are nobody's:
// Go closes them when the script has dropped them.
type fileSet struct {
	dirty map[*file]bool
}

func (s *fileSet) flush() error {
	var errs []error
	for f := range s.dirty {
		errs = append(errs, f.flush())
	}
	return errors.Join(errs...)
}

// open opens a file. When the process has no descriptors left, those of files
// that were dropped without a close are collected first.
func (s *fileSet) open(path string, flags int) (*os.File, error) {
	f, err := os.OpenFile(path, flags, 0o666)
	if errors.Is(err, syscall.EMFILE) {
		if err := s.flush(); err != nil {
			return nil, err
		}
		runtime.GC()
		time.Sleep(10 * time.Millisecond) // the descriptors are closed in the background
		f, err = os.OpenFile(path, flags, 0o666)
	}
	return f, err
}

func (s *fileSet) newFile(f *os.File, readable, writable bool) *file {
	out := &file{set: s, os: f}
	if readable {
		out.r = bufio.NewReaderSize(f, bufferSize)
	}
	if writable {
		out.w = bufio.NewWriterSize(f, bufferSize)
	}
	return out
}

func (f *file) flush() error {
	if f.w == nil {
		return nil
	}
	delete(f.set.dirty, f)
	return f.w.Flush()
}

// writing prepares a write: what was read ahead is given back.
func (f *file) writing() error {
	if f.w == nil {
		return errNotWritable
	}
	if f.os == nil || f.r == nil || f.r.Buffered() == 0 {
		return nil
	}
	_, err := f.os.Seek(-int64(f.r.Buffered()), io.SeekCurrent)
	if errors.Is(err, syscall.ESPIPE) {
		return nil // a terminal or socket has two independent directions
	}
	f.r.Reset(f.os)
	return err
}

// reading prepares a read: what was written goes out first.
func (f *file) reading() error {
	if f.r == nil {
		return errNotReadable
	}
	if f.os == nil || f.w == nil {
		return nil
	}
	return f.flush()
}

func (f *file) writeBytes(p []byte) error {
	if err := f.writing(); err != nil {
		return err
	}
	if _, err := f.w.Write(p); err != nil {
		return err
	}
	switch f.buffer {
	case noBuffer:
		return f.flush()
	case lineBuffer:
		for i := len(p) - 1; i >= 0; i-- {
			if p[i] == '\n' {
				return f.flush()
			}
		}
	}
	if f.os != nil {
		if f.set.dirty == nil {
			f.set.dirty = map[*file]bool{}
		}
		f.set.dirty[f] = true
	}
	return nil
}

func (f *file) close() error {
	if f.standard {
		return errStandard
	}
	f.closed = true
	return firstError(f.flush(), f.os.Close())
}

func (f *file) seek(offset int64, whence int) (int64, error) {
	if f.os == nil {
		return 0, syscall.ESPIPE
	}
	if err := f.flush(); err != nil {
		return 0, err
	}
	if f.r != nil {
		if whence == io.SeekCurrent {
			offset -= int64(f.r.Buffered())
		}
		defer f.r.Reset(f.os)
	}
	return f.os.Seek(offset, whence)
}

// readLine reads to the next newline. It says false at the end of the file.
func (f *file) readLine(keepNewline bool) (string, bool, error) {
	line, err := f.r.ReadSlice('\n')
	var long []byte
	for errors.Is(err, bufio.ErrBufferFull) {
		long = append(long, line...)
		line, err = f.r.ReadSlice('\n')
	}
	if long != nil {
		line = append(long, line...)
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	if err != nil || len(line) == 0 {
		return "", false, err
	}
	if end := len(line) - 1; !keepNewline && line[end] == '\n' {
		line = line[:end]
	}
	return string(line), true, nil
}

var errTooLarge = errors.New("more than 1 GiB")

// readUpTo reads what is left, at most limit bytes.
func (f *file) readUpTo(limit int, m *meter) ([]byte, error) {
	var out []byte
	for len(out) < limit {
		m.spend(pollInterval / 64)
		if len(out) >= maxString {
			return nil, errTooLarge
		}
		size := min(bufferSize, limit-len(out))
		out = slices.Grow(out, size)
		n, err := f.r.Read(out[len(out) : len(out)+size])
		out = out[:len(out)+n]
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// readNumber reads a numeral and leaves what follows it unread.
func (f *file) readNumber(m *meter) (float64, bool, error) {
	for {
		m.spend(1)
		c, err := f.r.ReadByte()
		if err == io.EOF {
			return 0, false, nil
		}
		if err != nil {
			return 0, false, err
		}
		if !isSpace(c) {
			break
		}
	}
	if err := f.r.UnreadByte(); err != nil {
		return 0, false, err
	}
	ahead, err := f.peekNumeral()
	if err != nil {
		return 0, false, err
	}
	n, _, _ := scanNumeral(string(ahead))
	if _, err := f.r.Discard(n); err != nil {
		return 0, false, err
	}
	value, ok := parseNumber(string(ahead[:n]))
	return value, ok, nil
}

// peekNumeral looks at the bytes ahead that may be of a numeral and one more. It
// takes one after the other: a terminal has no more until the next line.
func (f *file) peekNumeral() ([]byte, error) {
	const longest = 200
	for n := 1; ; n++ {
		ahead, err := f.r.Peek(n)
		if errors.Is(err, io.EOF) {
			return ahead, nil
		}
		if err != nil || n == longest || !strings.ContainsRune("+-.xXpP", rune(ahead[n-1])) && !isHex(ahead[n-1]) {
			return ahead, err
		}
	}
}

const fileClass = "FILE*"

// newUserData wraps f for Lua.
func (b *library) newUserData(L *lua.LState, f *file) *lua.LUserData {
	ud := L.NewUserData()
	ud.Value = f
	ud.Metatable = b.fileMeta
	return ud
}

// openFile is argument n, a file that is not closed.
func (b *library) openFile(L *lua.LState, n int) *file {
	f := b.anyFile(L, n)
	if f.closed {
		L.RaiseError("attempt to use a closed file")
	}
	return f
}

func (b *library) anyFile(L *lua.LState, n int) *file {
	if ud, ok := L.Get(n).(*lua.LUserData); ok {
		if f, ok := ud.Value.(*file); ok {
			return f
		}
	}
	b.typeError(L, n, fileClass)
	return nil
}
