package ktrace

import (
	"fmt"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// options of every tracee: new processes are followed from their first
// instruction on, and none outlives a tracer that crashes.
const options = unix.PTRACE_O_TRACESYSGOOD | unix.PTRACE_O_TRACECLONE | unix.PTRACE_O_TRACEFORK |
	unix.PTRACE_O_TRACEVFORK | unix.PTRACE_O_TRACEEXEC | unix.PTRACE_O_EXITKILL

var requests = words{
	{unix.PTRACE_SEIZE, "PTRACE_SEIZE"}, {unix.PTRACE_INTERRUPT, "PTRACE_INTERRUPT"}, {unix.PTRACE_LISTEN, "PTRACE_LISTEN"},
	{unix.PTRACE_SYSCALL, "PTRACE_SYSCALL"}, {unix.PTRACE_DETACH, "PTRACE_DETACH"}, {unix.PTRACE_POKEDATA, "PTRACE_POKEDATA"},
	{unix.PTRACE_GETEVENTMSG, "PTRACE_GETEVENTMSG"}, {unix.PTRACE_GET_SYSCALL_INFO, "PTRACE_GET_SYSCALL_INFO"},
}

func ptrace(request, pid int, addr, data uintptr) error {
	_, _, errno := unix.RawSyscall6(unix.SYS_PTRACE, uintptr(request), uintptr(pid), addr, data, 0, 0)
	return requestError(request, errno)
}

func requestError(request int, errno syscall.Errno) error {
	if errno == 0 {
		return nil
	}
	return fmt.Errorf("ptrace(%s): %w", requests.String(uint64(request)), errno)
}

// eventMessage is the number that goes with a ptrace event: of a fork, the child's process id.
func eventMessage(pid int) (int, error) {
	var n uintptr
	_, _, errno := unix.RawSyscall6(unix.SYS_PTRACE, unix.PTRACE_GETEVENTMSG, uintptr(pid), 0, uintptr(unsafe.Pointer(&n)), 0, 0)
	return int(n), requestError(unix.PTRACE_GETEVENTMSG, errno)
}

// syscallInfo is struct ptrace_syscall_info, see ptrace(2).
type syscallInfo struct {
	op     uint8
	_      [3]uint8
	arch   uint32
	ip, sp uint64
	data   [8]uint64 // at the entry the number and six arguments, at the exit the result
}

func getSyscallInfo(pid int) (syscallInfo, error) {
	var info syscallInfo
	_, _, errno := unix.RawSyscall6(unix.SYS_PTRACE, unix.PTRACE_GET_SYSCALL_INFO, uintptr(pid),
		unsafe.Sizeof(info), uintptr(unsafe.Pointer(&info)), 0, 0)
	return info, requestError(unix.PTRACE_GET_SYSCALL_INFO, errno)
}

// ioctl makes an ioctl(2) with a structure.
func ioctl(fd int, request uintptr, arg []byte) error {
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(unsafe.Pointer(unsafe.SliceData(arg))))
	if errno != 0 {
		return errno
	}
	return nil
}
