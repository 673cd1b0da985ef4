package sec

import (
	"bytes"
	"fmt"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/confine"
)

// Notification is a system call that waits for an answer, see seccomp_unotify(2).
type Notification struct {
	PID     int // of the thread, as seen from here
	Syscall string
	Arch    string
	Args    [6]uint64

	id       uint64
	listener int
	answered bool
}

// request is struct seccomp_notif.
type request struct {
	id         uint64
	pid, flags uint32
	nr         int32
	arch       uint32
	ip         uint64
	args       [6]uint64
}

// response is struct seccomp_notif_resp.
type response struct {
	id    uint64
	value int64
	errno int32
	flags uint32
}

// Receive takes a call from the listener, which must be readable. If the caller
// has ended meanwhile the error is ENOENT.
func Receive(listener int) (*Notification, error) {
	var r request
	for {
		errno := ioctl(listener, unix.SECCOMP_IOCTL_NOTIF_RECV, unsafe.Pointer(&r))
		if errno == unix.EINTR {
			continue
		}
		if errno != 0 {
			return nil, fmt.Errorf("ioctl(SECCOMP_IOCTL_NOTIF_RECV): %w", errno)
		}
		break
	}
	n := &Notification{PID: int(r.pid), Args: r.args, id: r.id, listener: listener}
	n.Syscall, n.Arch = confine.SyscallName(r.arch, int(r.nr))
	return n, nil
}

func ioctl(fd int, request uintptr, arg unsafe.Pointer) syscall.Errno {
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(arg))
	return errno
}

// Answer is what becomes of a call.
type Answer struct {
	Continue bool // the kernel carries it out
	Errno    syscall.Errno
	Value    int64 // what it returns, without an Errno
}

// Respond gives the answer. A caller that has ended meanwhile is no error.
func (n *Notification) Respond(a Answer) error {
	n.answered = true
	r := response{id: n.id, value: a.Value, errno: -int32(a.Errno)}
	if a.Continue {
		r = response{id: n.id, flags: unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE}
	}
	if errno := ioctl(n.listener, unix.SECCOMP_IOCTL_NOTIF_SEND, unsafe.Pointer(&r)); errno != 0 && errno != unix.ENOENT {
		return fmt.Errorf("ioctl(SECCOMP_IOCTL_NOTIF_SEND): %w", errno)
	}
	return nil
}

// Read copies size bytes from the caller's memory, fewer where it ends. What is
// there can change until the kernel carries the call out.
func (n *Notification) Read(address uint64, size int) ([]byte, error) {
	buf := make([]byte, size)
	page := uint64(os.Getpagesize())
	got := 0
	for got < size {
		// A page at a time: what is behind the end of the memory must not spoil the rest.
		at := address + uint64(got)
		part := int(min(uint64(size-got), page-at%page))
		k, err := unix.ProcessVMReadv(n.PID, []unix.Iovec{{Base: &buf[got], Len: uint64(part)}},
			[]unix.RemoteIovec{{Base: uintptr(at), Len: part}}, 0)
		if err != nil && got == 0 {
			return nil, fmt.Errorf("memory of process %d at %#x: %w", n.PID, address, err)
		}
		if err != nil {
			break
		}
		got += k
	}
	return buf[:got], n.valid()
}

// maxString is the longest path that the kernel takes.
const maxString = 4096

// ReadString copies the string at an address, at most 4096 bytes of it.
func (n *Notification) ReadString(address uint64) (string, error) {
	page := os.Getpagesize()
	var text []byte
	for len(text) < maxString {
		at := address + uint64(len(text))
		part, err := n.Read(at, page-int(at%uint64(page)))
		if err != nil {
			return "", err
		}
		if end := bytes.IndexByte(part, 0); end >= 0 {
			return string(append(text, part[:end]...)), nil
		}
		text = append(text, part...)
	}
	return string(text[:maxString]), nil
}

// valid makes sure that the caller still waits, and with it that the number of
// the process was still its own when its memory was read.
func (n *Notification) valid() error {
	id := n.id
	if errno := ioctl(n.listener, unix.SECCOMP_IOCTL_NOTIF_ID_VALID, unsafe.Pointer(&id)); errno != 0 {
		return fmt.Errorf("the call of process %d has ended: %w", n.PID, errno)
	}
	return nil
}

// Close is the end of the time in which the notification can be asked.
func (n *Notification) Close() error {
	n.answered = true
	return nil
}

// Closed reports whether the call has been answered.
func (n *Notification) Closed() bool { return n.answered }

// String shows the call: "mkdir of process 123".
func (n *Notification) String() string { return fmt.Sprintf("%s of process %d", n.Syscall, n.PID) }
