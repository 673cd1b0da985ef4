package namespace

import (
	"encoding/binary"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Handle is an open namespace: it exists as long as the handle is open.
type Handle struct {
	Kind  Kind
	Inode uint64 // identifies it, with Dev
	Dev   uint64
	fd    int
	after []func()
}

// FromFD makes a handle of an nsfs descriptor, which it then owns, also when it fails.
func FromFD(fd int) (*Handle, error) {
	flag, err := unix.IoctlRetInt(fd, unix.NS_GET_NSTYPE)
	if err != nil {
		unix.Close(fd)
		if err == unix.ENOTTY {
			return nil, fmt.Errorf("not a namespace: %w", unix.EINVAL)
		}
		return nil, os.NewSyscallError("ioctl(NS_GET_NSTYPE)", err)
	}
	kind, ok := ByFlag(flag)
	if !ok {
		unix.Close(fd)
		return nil, fmt.Errorf("namespace of unknown type %#x: %w", flag, unix.EINVAL)
	}
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		unix.Close(fd)
		return nil, os.NewSyscallError("fstat", err)
	}
	return &Handle{Kind: kind, Inode: st.Ino, Dev: st.Dev, fd: fd}, nil
}

// Open opens the namespace that a path shows: a file below /proc/PID/ns or a bind mount of one.
func Open(path string) (*Handle, error) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	h, err := FromFD(fd)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return h, nil
}

// Current opens the calling thread's namespace of a kind: the one it is in, or
// with children the one its next child will be in (pid and time can differ).
func Current(k Kind, children bool) (*Handle, error) {
	fd, err := openCurrent(k, children)
	if err != nil {
		return nil, fmt.Errorf("open the current %s namespace: %w", k.Name, err)
	}
	return FromFD(fd)
}

// OfPID opens a process's namespace. A process that does not exist gives ESRCH.
func OfPID(pid int, k Kind) (*Handle, error) {
	h, err := Open(link(strconv.Itoa(pid), k, false))
	if err != nil && unix.Kill(pid, 0) == unix.ESRCH {
		return nil, fmt.Errorf("process %d: %w", pid, unix.ESRCH)
	}
	return h, err
}

func link(pid string, k Kind, children bool) string {
	path := "/proc/" + pid + "/ns/" + k.Name
	if children && (k.Name == "pid" || k.Name == "time") {
		path += "_for_children"
	}
	return path
}

// FD is the descriptor; it stays the handle's.
func (h *Handle) FD() int { return h.fd }

// Close gives the descriptor back. A namespace that nothing else holds then ends.
func (h *Handle) Close() error {
	if h.fd < 0 {
		return nil
	}
	fd := h.fd
	h.fd = -1
	err := unix.Close(fd)
	for _, f := range h.after {
		f()
	}
	h.after = nil
	return err
}

// OnClose has f called when the handle closes. Sockets opened inside keep a
// namespace alive; this is where those kept for reuse are given back.
func (h *Handle) OnClose(f func()) { h.after = append(h.after, f) }

// Closed reports whether Close was called.
func (h *Handle) Closed() bool { return h.fd < 0 }

func (h *Handle) String() string { return fmt.Sprintf("%s:[%d]", h.Kind.Name, h.Inode) }

// Same reports whether both are the same namespace.
func (h *Handle) Same(o *Handle) bool { return h.Inode == o.Inode && h.Dev == o.Dev }

// Dup makes a second handle of the namespace.
func (h *Handle) Dup() (*Handle, error) {
	fd, err := unix.FcntlInt(uintptr(h.fd), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("dup", err)
	}
	return &Handle{Kind: h.Kind, Inode: h.Inode, Dev: h.Dev, fd: fd}, nil
}

// Owner opens the user namespace that owns this one (ioctl_nsfs(2)). EPERM: it is outside the caller's own.
func (h *Handle) Owner() (*Handle, error) { return h.relative(unix.NS_GET_USERNS, "NS_GET_USERNS") }

// Parent opens the parent of a pid or user namespace; other kinds give EINVAL, a parent out of sight EPERM.
func (h *Handle) Parent() (*Handle, error) { return h.relative(unix.NS_GET_PARENT, "NS_GET_PARENT") }

func (h *Handle) relative(request uint, name string) (*Handle, error) {
	fd, err := unix.IoctlRetInt(h.fd, request)
	if err != nil {
		return nil, os.NewSyscallError("ioctl("+name+")", err)
	}
	return FromFD(fd)
}

// Ours reports whether the namespace belongs to the user namespace that the caller
// is in: only into such a one can it come back after having left it.
func (h *Handle) Ours() bool {
	owner, err := h.Owner()
	if err != nil {
		return false
	}
	defer owner.Close()
	own, err := Current(owner.Kind, false)
	if err != nil {
		return false
	}
	defer own.Close()
	return own.Same(owner)
}

// OwnerUID is the user that made a user namespace; other kinds give EINVAL.
func (h *Handle) OwnerUID() (uint32, error) {
	var uid [4]byte
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(h.fd), unix.NS_GET_OWNER_UID, uintptr(unsafe.Pointer(&uid)))
	if errno != 0 {
		return 0, os.NewSyscallError("ioctl(NS_GET_OWNER_UID)", errno)
	}
	return binary.NativeEndian.Uint32(uid[:]), nil
}

// Visit runs fn on the calling thread inside the namespace and brings the thread
// back. The kinds pid, user and time can't be visited: EINVAL. If the way back
// fails the thread stays locked to its goroutine and ends with it.
func (h *Handle) Visit(fn func() error) error {
	switch h.Kind.Name {
	case "net", "uts", "ipc", "cgroup":
		return h.visit(fn)
	case "mnt":
		return h.visitMounts(fn)
	}
	return fmt.Errorf("a %s namespace can't be visited in place: %w", h.Kind.Name, unix.EINVAL)
}

func (h *Handle) visit(fn func() error) (err error) {
	runtime.LockOSThread()
	home, err := openCurrent(h.Kind, false)
	if err != nil {
		runtime.UnlockOSThread()
		return fmt.Errorf("open the current %s namespace: %w", h.Kind.Name, err)
	}
	defer unix.Close(home)
	// To enter where the thread is already changes nothing, and tells whether it could come back.
	if err := unix.Setns(home, h.Kind.Flag); err != nil {
		runtime.UnlockOSThread()
		return fmt.Errorf("come back from %s by setns: %w", h, err)
	}
	if err := unix.Setns(h.fd, h.Kind.Flag); err != nil {
		runtime.UnlockOSThread()
		return fmt.Errorf("setns %s: %w", h, err)
	}
	defer func() {
		if back := unix.Setns(home, h.Kind.Flag); back != nil {
			err = fmt.Errorf("setns back from %s: %w", h, back)
			return
		}
		runtime.UnlockOSThread()
	}()
	return fn()
}

// VisitApart runs fn inside a mount namespace, in its root directory, on a thread of its own that ends with it. It needs no way
// back, which Visit finds through /proc alone before Linux 6.11.
func (h *Handle) VisitApart(fn func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // for good
		err := os.NewSyscallError("unshare(CLONE_FS)", unix.Unshare(unix.CLONE_FS))
		if err == nil {
			if err = unix.Setns(h.fd, h.Kind.Flag); err != nil {
				err = fmt.Errorf("setns %s: %w", h, err)
			} else {
				err = fn()
			}
		}
		done <- err
	}()
	return <-done
}

// visitMounts is visit for a mount namespace: the thread must not share its root
// and working directory with others, and setns resets both.
func (h *Handle) visitMounts(fn func() error) error {
	if err := unix.Unshare(unix.CLONE_FS); err != nil {
		return os.NewSyscallError("unshare(CLONE_FS)", err)
	}
	cwd, err := unix.Open(".", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open the working directory: %w", err)
	}
	defer unix.Close(cwd)
	root, err := unix.Open("/", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open the root directory: %w", err)
	}
	defer unix.Close(root)
	err = h.visit(fn)
	if back := restoreRoot(root, cwd); back != nil && err == nil {
		err = back
	}
	return err
}

// restoreRoot undoes what setns did to the root and working directory. The root
// is changed only where it differs from the namespace's own: a chroot needs a privilege.
func restoreRoot(root, cwd int) error {
	var want, have unix.Stat_t
	if err := unix.Fstat(root, &want); err != nil {
		return os.NewSyscallError("fstat", err)
	}
	if err := unix.Stat("/", &have); err != nil {
		return os.NewSyscallError("stat", err)
	}
	if want.Ino != have.Ino || want.Dev != have.Dev {
		if err := unix.Fchdir(root); err != nil {
			return os.NewSyscallError("fchdir", err)
		}
		if err := unix.Chroot("."); err != nil {
			return os.NewSyscallError("chroot", err)
		}
	}
	return os.NewSyscallError("fchdir", unix.Fchdir(cwd))
}
