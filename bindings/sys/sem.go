package sys

import (
	"fmt"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The commands of semctl(2).
const (
	semGETALL = 13
	semSETVAL = 16
	semSETALL = 17
	semUNDO   = 0x1000
)

// slice is how long a thread waits in the kernel for a semaphore before it looks whether to go on.
const slice = 50 * time.Millisecond

// SemOp adds delta to the n-th semaphore of a set, from 0. A negative one waits
// until the value is large enough, 0 until it is 0; ETIMEDOUT. With undo the
// kernel takes it back when the process ends. semop(2).
func SemOp(wait Wait, id, n, delta int, undo bool, timeout time.Duration) error {
	op := struct {
		num   uint16
		delta int16
		flags int16
	}{uint16(n), int16(delta), 0}
	if undo {
		op.flags = semUNDO
	}
	deadline := time.Now().Add(timeout)
	for {
		turn := slice
		if timeout >= 0 {
			turn = max(0, min(turn, time.Until(deadline)))
		}
		ts := unix.NsecToTimespec(turn.Nanoseconds())
		_, _, errno := unix.Syscall6(unix.SYS_SEMTIMEDOP, uintptr(id), uintptr(unsafe.Pointer(&op)), 1,
			uintptr(unsafe.Pointer(&ts)), 0, 0)
		switch {
		case errno == 0:
			return nil
		case errno == unix.EAGAIN && timeout >= 0 && !time.Now().Before(deadline):
			errno = unix.ETIMEDOUT
			fallthrough
		case errno != unix.EAGAIN && errno != unix.EINTR:
			return fmt.Errorf("semop %d: %w", id, errno)
		}
		if _, err := wait(nil, 0); err != nil {
			return fmt.Errorf("semop %d: %w", id, err)
		}
	}
}

// SemValues reads the values of a set of n semaphores.
func SemValues(id, n int) ([]int, error) {
	raw := make([]uint16, max(n, 1))
	if _, err := control("sem", id, 0, semGETALL, uintptr(unsafe.Pointer(&raw[0]))); err != nil {
		return nil, err
	}
	values := make([]int, n)
	for i := range values {
		values[i] = int(raw[i])
	}
	return values, nil
}

// SetSemValue sets the n-th semaphore of a set.
func SetSemValue(id, n, value int) error {
	_, err := control("sem", id, n, semSETVAL, uintptr(value))
	return err
}

// SetSemValues sets all semaphores of a set; there must be as many values.
func SetSemValues(id int, values []int) error {
	raw := make([]uint16, max(len(values), 1))
	for i, v := range values {
		raw[i] = uint16(v)
	}
	_, err := control("sem", id, 0, semSETALL, uintptr(unsafe.Pointer(&raw[0])))
	return err
}
