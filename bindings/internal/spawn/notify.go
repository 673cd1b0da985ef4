package spawn

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/confine"
	"nslua/bindings/internal/nsfork"
	"nslua/lua"
)

// notifyArg is the first argument of a process that puts itself under a filter
// with a listener, and then goes on as the command or the closure that follows.
// It does so in Go, not as a step before the exec: whoever starts a child waits
// for its exec, and could not answer what the exec itself asks.
const notifyArg = "--nslua-notify"

// notifier is the way of the listener from the child to the parent.
type notifier struct {
	filter []unix.SockFilter
	flags  uint32
	ours   *os.File // socket
	theirs *os.File
}

// wrap makes the child's program this one, which then becomes what the spec said.
func (n *notifier) wrap(s *lua.State, sp *nsfork.Spec) error {
	exe := s.Exe()
	if exe == nil {
		return lua.Invalid("this program can't run itself under a filter")
	}
	argv := sp.Argv
	if len(argv) > 1 && argv[1] == stageArg {
		argv = argv[1:]
	}
	sp.Argv = append([]string{"nslua", notifyArg, strconv.Itoa(len(sp.Files))}, argv...)
	sp.Files = append(sp.Files, int(n.theirs.Fd()))
	sp.ExeFD, sp.Paths = nsfork.Some(int(exe.Fd())), nil
	return nil
}

// Listener answers what a filter asks about a process.
type Listener struct {
	FD      int // of seccomp_unotify(2)
	Process *Process
	socket  *os.File
	options *Options
}

// StartNotified starts a process under a filter whose questions come to the
// listener. Until it is closed somebody has to answer them.
func StartNotified(s *lua.State, o *Options, filter []unix.SockFilter, flags uint32) (*Listener, error) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("socketpair", err)
	}
	n := &notifier{filter: filter, flags: flags, ours: os.NewFile(uintptr(pair[0]), "socket"), theirs: os.NewFile(uintptr(pair[1]), "socket")}
	o.notify = n
	p, err := Start(s, o)
	n.theirs.Close()
	if err != nil {
		n.ours.Close()
		return nil, err
	}
	l := &Listener{FD: -1, Process: p, socket: n.ours, options: o}
	if err := l.establish(n); err != nil {
		l.Close()
		return nil, errors.Join(err, p.End())
	}
	return l, nil
}

// establish hands the filter over and takes the listener.
func (l *Listener) establish(n *notifier) error {
	message := binary.NativeEndian.AppendUint32(nil, n.flags)
	message = append(message, unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(n.filter))), len(n.filter)*sizeofSockFilter)...)
	fd := int(l.socket.Fd())
	if err := unix.Send(fd, message, unix.MSG_NOSIGNAL); err != nil {
		return fmt.Errorf("send the filter: %w", err)
	}
	place, err := l.hear(-1)
	if err != nil {
		return err
	}
	for pause := 20 * time.Microsecond; l.FD < 0; pause = min(2*pause, 2*time.Millisecond) {
		if l.FD, err = takeListener(l.Process.pidfd, place); err != nil {
			return fmt.Errorf("take the listener of %s: %w", l.Process, err)
		}
		if l.FD >= 0 {
			break
		}
		errno, err := l.hear(pause)
		switch {
		case err == nil:
			return &FilterError{syscall.Errno(errno)}
		case !errors.Is(err, ErrTimeout):
			return err
		}
	}
	return unix.Send(fd, []byte{0}, unix.MSG_NOSIGNAL)
}

// hear waits for a number from the child.
func (l *Listener) hear(timeout time.Duration) (int, error) {
	fd := int(l.socket.Fd())
	n, err := l.Process.state.Wait([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, timeout)
	if err != nil {
		return 0, err
	}
	if n == 0 {
		return 0, ErrTimeout
	}
	var number [4]byte
	switch n, err := unix.Read(fd, number[:]); {
	case err != nil:
		return 0, fmt.Errorf("read from %s: %w", l.Process, err)
	case n < len(number):
		return 0, fmt.Errorf("%s ended before it was under the filter: %w", l.Process, unix.ESRCH)
	}
	return int(binary.NativeEndian.Uint32(number[:])), nil
}

// takeListener duplicates a descriptor of the child once it is a listener; -1 while it is not.
func takeListener(pidfd, number int) (int, error) {
	fd, err := unix.PidfdGetfd(pidfd, number, 0)
	if err == unix.EBADF {
		return -1, nil
	}
	if err != nil {
		return -1, err
	}
	id := uint64(0)
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.SECCOMP_IOCTL_NOTIF_ID_VALID, uintptr(unsafe.Pointer(&id)))
	if errno == unix.ENOENT { // a listener, and there is no such call
		return fd, nil
	}
	unix.Close(fd)
	return -1, nil
}

// FilterError is why the child could not be put under the filter.
type FilterError struct{ Err syscall.Errno }

func (e *FilterError) Error() string { return "seccomp: " + e.Err.Error() }

// Unwrap gives the errno.
func (e *FilterError) Unwrap() error { return e.Err }

const sizeofSockFilter = int(unsafe.Sizeof(unix.SockFilter{}))

// ExecError is why the command could not be executed, once the process has ended; nil if it was.
func (l *Listener) ExecError() error {
	var number [4]byte
	n, _, err := unix.Recvfrom(int(l.socket.Fd()), number[:], unix.MSG_DONTWAIT)
	if err != nil || n < len(number) {
		return nil
	}
	errno := syscall.Errno(binary.NativeEndian.Uint32(number[:]))
	argv := l.Process.Argv
	if errno == unix.EACCES && l.options.absent(Candidates(argv[0], l.options.environ())) {
		errno = unix.ENOENT
	}
	return fmt.Errorf("exec %s: %w", argv[0], errno)
}

// Close ends the listening: what the filter asks from then on is refused with ENOSYS.
func (l *Listener) Close() error {
	if l.FD >= 0 {
		unix.Close(l.FD)
		l.FD = -1
	}
	return l.socket.Close()
}

// enterFilter puts the main thread under the filter that comes on a socket. It
// then executes the command, or returns the arguments of the closure's stage.
//
// From the moment the filter is in place any call of this thread may wait for an
// answer, those of the Go runtime too. So it can't be asked to send the listener:
// it says beforehand which descriptor that will be, and the parent takes it.
func enterFilter(args []string) (rest []string, code int) {
	fd, err := strconv.Atoi(args[0])
	if err != nil {
		return nil, 1
	}
	unix.CloseOnExec(fd)
	filter, flags, err := receiveFilter(fd)
	if err == nil {
		err = announce(fd)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "nslua: receive the filter: %v\n", err)
		return nil, 1
	}
	listener, err := confine.Listen(filter, flags)
	if err != nil {
		tell(fd, int(lua.Errno(err)))
		return nil, 1
	}
	var taken [1]byte
	n, err := unix.Read(fd, taken[:])
	for err == unix.EINTR {
		n, err = unix.Read(fd, taken[:])
	}
	if n != 1 {
		return nil, 1
	}
	unix.Close(listener)
	if args[1] == stageArg {
		unix.Close(fd)
		return args[1:], 0
	}
	return nil, executeFiltered(fd, args[1:])
}

// announce tells the parent the lowest free descriptor: the listener will be that.
func announce(fd int) error {
	place, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return err
	}
	unix.Close(place)
	return tell(fd, place)
}

func tell(fd, number int) error {
	return unix.Send(fd, binary.NativeEndian.AppendUint32(nil, uint32(number)), unix.MSG_NOSIGNAL)
}

func receiveFilter(fd int) ([]unix.SockFilter, uint32, error) {
	buf := make([]byte, 4+4096*sizeofSockFilter)
	n, err := unix.Read(fd, buf)
	if err != nil {
		return nil, 0, err
	}
	if n < 4+sizeofSockFilter {
		return nil, 0, unix.EPROTO
	}
	filter := make([]unix.SockFilter, (n-4)/sizeofSockFilter)
	copy(unsafe.Slice((*byte)(unsafe.Pointer(&filter[0])), len(filter)*sizeofSockFilter), buf[4:n])
	return filter, binary.NativeEndian.Uint32(buf), nil
}

// executeFiltered executes the command as execvp(3) does, and reports the error if it can't.
func executeFiltered(fd int, argv []string) int {
	var last syscall.Errno
	env := os.Environ()
	for _, file := range Candidates(argv[0], env) {
		err := lua.Errno(unix.Exec(file, argv, env))
		if last != unix.EACCES {
			last = err
		}
		if err != unix.ENOENT && err != unix.ENOTDIR && err != unix.EACCES {
			break
		}
	}
	tell(fd, int(last))
	return 127
}
