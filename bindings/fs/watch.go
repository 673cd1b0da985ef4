package fs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// watchEvents are the events of inotify(7) by name. The first ones can be asked for, the last come unasked.
var watchEvents = []struct {
	name string
	bit  uint32
	std  bool // watched for if nothing is said
}{
	{"access", unix.IN_ACCESS, false}, {"modify", unix.IN_MODIFY, true}, {"attrib", unix.IN_ATTRIB, true},
	{"close_write", unix.IN_CLOSE_WRITE, false}, {"close_nowrite", unix.IN_CLOSE_NOWRITE, false}, {"open", unix.IN_OPEN, false},
	{"moved_from", unix.IN_MOVED_FROM, true}, {"moved_to", unix.IN_MOVED_TO, true}, {"create", unix.IN_CREATE, true},
	{"delete", unix.IN_DELETE, true}, {"delete_self", unix.IN_DELETE_SELF, true}, {"move_self", unix.IN_MOVE_SELF, true},
	{"unmount", unix.IN_UNMOUNT, false}, {"overflow", unix.IN_Q_OVERFLOW, false}, {"ignored", unix.IN_IGNORED, false},
}

// WatchNames are the events that NewWatch takes.
func WatchNames() []string {
	var names []string
	for _, e := range watchEvents {
		if e.bit&unix.IN_ALL_EVENTS != 0 {
			names = append(names, e.name)
		}
	}
	return names
}

// Watch sees what happens to files; inotify(7).
type Watch struct {
	fd      int
	paths   map[int32]string
	shown   string
	pending []Event
}

// Event is something that has happened to a watched file, or to one in a watched directory.
type Event struct {
	Name   string // "create"
	Path   string // of the file
	Dir    bool   // it is a directory
	Cookie uint32 // the same for the two halves of a rename
}

// NewWatch watches files and directories, for the named events or, without any, for every change.
func NewWatch(paths []string, events []string) (*Watch, error) {
	mask := uint32(0)
	for _, e := range watchEvents {
		if len(events) == 0 && e.std {
			mask |= e.bit
		}
		for _, name := range events {
			if e.name == name {
				mask |= e.bit
			}
		}
	}
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return nil, os.NewSyscallError("inotify_init1", err)
	}
	w := &Watch{fd: fd, paths: map[int32]string{}, shown: strings.Join(paths, " ")}
	for _, path := range paths {
		wd, err := unix.InotifyAddWatch(fd, path, mask)
		if err != nil {
			unix.Close(fd)
			return nil, fmt.Errorf("watch %s: %w", path, err)
		}
		w.paths[int32(wd)] = path
	}
	return w, nil
}

// FD is the descriptor, readable when there is an event; it stays the watch's.
func (w *Watch) FD() int { return w.fd }

// Next waits for the next event; nil if the timeout ends first (a negative one has no end).
func (w *Watch) Next(wait Wait, timeout time.Duration) (*Event, error) {
	if len(w.pending) == 0 {
		n, err := wait([]unix.PollFd{{Fd: int32(w.fd), Events: unix.POLLIN}}, timeout)
		if err != nil || n == 0 {
			return nil, err
		}
		if err := w.read(); err != nil {
			return nil, err
		}
	}
	e := w.pending[0]
	w.pending = w.pending[1:]
	return &e, nil
}

// read takes the events that are there from the kernel.
func (w *Watch) read() error {
	buf := make([]byte, 64<<10)
	n, err := unix.Read(w.fd, buf)
	if err != nil {
		return fmt.Errorf("read %s: %w", w, err)
	}
	for at := 0; at+unix.SizeofInotifyEvent <= n; {
		raw := (*unix.InotifyEvent)(unsafe.Pointer(&buf[at]))
		name := buf[at+unix.SizeofInotifyEvent:][:raw.Len]
		at += unix.SizeofInotifyEvent + int(raw.Len)
		e := Event{Path: w.paths[raw.Wd], Dir: raw.Mask&unix.IN_ISDIR != 0, Cookie: raw.Cookie}
		if text := unix.ByteSliceToString(name); text != "" {
			e.Path = filepath.Join(e.Path, text)
		}
		for _, known := range watchEvents {
			if raw.Mask&known.bit != 0 {
				e.Name = known.name
			}
		}
		w.pending = append(w.pending, e)
	}
	return nil
}

// Close ends the watch.
func (w *Watch) Close() error {
	if w.fd < 0 {
		return nil
	}
	fd := w.fd
	w.fd = -1
	return os.NewSyscallError("close", unix.Close(fd))
}

// Closed reports whether Close was called.
func (w *Watch) Closed() bool { return w.fd < 0 }

func (w *Watch) String() string { return "watch:" + w.shown }
