package sys

import (
	"encoding/binary"
	"fmt"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// SendMessage puts a message of a type (1 or more) into a System V queue. A full
// queue makes it wait; ETIMEDOUT. msgsnd(2).
func SendMessage(wait Wait, id int, kind int64, text []byte, timeout time.Duration) error {
	buf := make([]byte, 8+len(text))
	binary.NativeEndian.PutUint64(buf, uint64(kind))
	copy(buf[8:], text)
	err := retry(wait, timeout, func() error {
		_, _, errno := unix.Syscall6(unix.SYS_MSGSND, uintptr(id), uintptr(unsafe.Pointer(&buf[0])),
			uintptr(len(text)), unix.IPC_NOWAIT, 0, 0)
		return orNil(errno)
	})
	if err != nil {
		return fmt.Errorf("msgsnd %d: %w", id, err)
	}
	return nil
}

// ReceiveMessage takes a message from a System V queue: the first one, the first
// of a type, or with a negative type the first of the lowest type up to its
// absolute value. An empty queue makes it wait; ETIMEDOUT. msgrcv(2).
func ReceiveMessage(wait Wait, id int, kind int64, timeout time.Duration) (text []byte, got int64, err error) {
	buf := make([]byte, 8+8192)
	n := 0
	err = retry(wait, timeout, func() error {
		for {
			r, _, errno := unix.Syscall6(unix.SYS_MSGRCV, uintptr(id), uintptr(unsafe.Pointer(&buf[0])),
				uintptr(len(buf)-8), uintptr(kind), unix.IPC_NOWAIT, 0)
			switch errno {
			case unix.E2BIG: // and the message stays in the queue
				buf = make([]byte, 2*len(buf))
				continue
			case unix.ENOMSG:
				return unix.EAGAIN
			}
			n = int(r)
			return orNil(errno)
		}
	})
	if err != nil {
		return nil, 0, fmt.Errorf("msgrcv %d: %w", id, err)
	}
	return buf[8 : 8+n], int64(binary.NativeEndian.Uint64(buf)), nil
}

// QueueRoom is how many bytes a System V queue holds.
func QueueRoom(id int) (int64, error) {
	ds, err := describe("msg", id)
	return int64(binary.NativeEndian.Uint64(ds[dsQBytes:])), err
}

func orNil(errno unix.Errno) error {
	if errno == 0 {
		return nil
	}
	return errno
}
