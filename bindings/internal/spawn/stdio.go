package spawn

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// stream is the shell's end of one of the child's standard streams.
type stream struct {
	file *os.File      // not blocking
	text bytes.Buffer  // what was captured or read ahead
	done chan struct{} // closed when a captured stream has ended; nil otherwise
	err  error         // of the capture
}

// files are the standard streams of a child: its ends and, where there are any, ours.
type files struct {
	child         [3]int
	in, out, errs *stream
	terminal      *os.File
	close         []*os.File // to be closed once the child has them
}

// wire sets up the standard streams. A stream's option is "inherit" (default),
// "null", "pipe", "capture", "stdout" (for stderr), or a path with a slash in it.
func (o *Options) wire() (f *files, err error) {
	f = &files{child: [3]int{0, 1, 2}}
	defer func() {
		if err != nil {
			f.abandon()
		}
	}()
	if o.PTY {
		return f, f.openTerminal(o)
	}
	in, out, errs := o.Stdin, o.Stdout, o.Stderr
	if o.Input != nil {
		in = "pipe"
	}
	if o.Capture {
		out, errs = or(out, "capture"), or(errs, "capture")
	}
	if f.in, err = f.open(0, in); err != nil {
		return f, err
	}
	if f.out, err = f.open(1, out); err != nil {
		return f, err
	}
	if errs == "stdout" {
		f.child[2] = f.child[1]
		return f, nil
	}
	f.errs, err = f.open(2, errs)
	return f, err
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// open makes stream number n of the child what the option says.
func (f *files) open(n int, option string) (*stream, error) {
	switch option {
	case "", "inherit":
		return nil, nil
	case "null":
		return nil, f.openPath(n, os.DevNull)
	case "pipe", "capture":
		return f.openPipe(n, option == "capture")
	}
	if !strings.Contains(option, "/") {
		return nil, fmt.Errorf("stream option %q: \"inherit\", \"null\", \"pipe\", \"capture\" or a path with a slash expected: %w", option, unix.EINVAL)
	}
	return nil, f.openPath(n, option)
}

func (f *files) openPath(n int, path string) error {
	flags := os.O_RDONLY
	if n > 0 {
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	file, err := os.OpenFile(path, flags, 0o666)
	if err != nil {
		return err
	}
	f.give(n, file)
	return nil
}

func (f *files) openPipe(n int, capture bool) (*stream, error) {
	var p [2]int
	if err := unix.Pipe2(p[:], unix.O_CLOEXEC); err != nil {
		return nil, os.NewSyscallError("pipe2", err)
	}
	mine, theirs := p[0], p[1]
	if n == 0 {
		mine, theirs = theirs, mine
	}
	f.give(n, os.NewFile(uintptr(theirs), "pipe"))
	if err := unix.SetNonblock(mine, true); err != nil {
		unix.Close(mine)
		return nil, os.NewSyscallError("fcntl", err)
	}
	s := &stream{file: os.NewFile(uintptr(mine), "pipe")}
	if capture {
		s.done = make(chan struct{})
	}
	return s, nil
}

func (f *files) give(n int, file *os.File) {
	f.child[n] = int(file.Fd())
	f.close = append(f.close, file)
}

// openTerminal makes a pseudo-terminal (pty(7)); its own session keeps the
// child from pushing input into ours.
func (f *files) openTerminal(o *Options) error {
	master, slave, err := pty.Open()
	if err != nil {
		return fmt.Errorf("open a pseudo-terminal: %w", err)
	}
	f.terminal = slave
	if o.Rows > 0 && o.Cols > 0 {
		if err := pty.Setsize(master, &pty.Winsize{Rows: uint16(o.Rows), Cols: uint16(o.Cols)}); err != nil {
			master.Close()
			slave.Close()
			return fmt.Errorf("set the terminal's size: %w", err)
		}
	}
	if err := unix.SetNonblock(int(master.Fd()), true); err != nil {
		master.Close()
		slave.Close()
		return os.NewSyscallError("fcntl", err)
	}
	f.out = &stream{file: master}
	f.in = f.out
	for n := range f.child {
		f.child[n] = int(slave.Fd())
	}
	f.close = append(f.close, slave)
	return nil
}

// started closes the child's ends and begins to capture and to feed.
func (f *files) started(input *string) {
	for _, file := range f.close {
		file.Close()
	}
	for _, s := range []*stream{f.out, f.errs} {
		if s != nil && s.done != nil {
			go s.capture()
		}
	}
	if input != nil {
		in := f.in
		f.in = nil
		go feed(in.file, *input)
	}
}

// capture reads until every writer has closed its end.
func (s *stream) capture() {
	_, s.err = io.Copy(&s.text, s.file)
	s.file.Close()
	close(s.done)
}

// feed writes all of the input. The child may end before it has read everything: that is its right.
func feed(w *os.File, input string) {
	io.WriteString(w, input)
	w.Close()
}

// abandon closes everything: the child was not started.
func (f *files) abandon() {
	for _, file := range f.close {
		file.Close()
	}
	for _, s := range []*stream{f.in, f.out, f.errs} {
		if s != nil {
			s.file.Close()
		}
	}
}
