package sys

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Segment is attached shared memory; shmat(2).
type Segment struct {
	data     []byte
	readOnly bool
}

// Attach maps shared memory into the process, for reading only if the process may do no more.
func Attach(id int) (*Segment, error) {
	data, err := unix.SysvShmAttach(id, 0, 0)
	readOnly := err == unix.EACCES
	if readOnly {
		data, err = unix.SysvShmAttach(id, 0, unix.SHM_RDONLY)
	}
	if err != nil {
		return nil, fmt.Errorf("shmat %d: %w", id, err)
	}
	return &Segment{data, readOnly}, nil
}

// Read copies length bytes from offset on; a negative length is all that follow.
func (s *Segment) Read(offset, length int64) ([]byte, error) {
	size := int64(len(s.data))
	if length < 0 {
		length = max(0, size-offset)
	}
	if offset < 0 || offset > size || length > size-offset {
		return nil, fmt.Errorf("read %d bytes at %d of %d: %w", length, offset, size, unix.ERANGE)
	}
	return append([]byte(nil), s.data[offset:offset+length]...), nil
}

// Write copies data to an offset.
func (s *Segment) Write(offset int64, data []byte) error {
	size := int64(len(s.data))
	if offset < 0 || offset > size || int64(len(data)) > size-offset {
		return fmt.Errorf("write %d bytes at %d of %d: %w", len(data), offset, size, unix.ERANGE)
	}
	if s.readOnly {
		return fmt.Errorf("write to read-only shared memory: %w", unix.EACCES)
	}
	copy(s.data[offset:], data)
	return nil
}

// Detach unmaps it.
func (s *Segment) Detach() error {
	if s.data == nil {
		return nil
	}
	data := s.data
	s.data = nil
	if err := unix.SysvShmDetach(data); err != nil {
		return fmt.Errorf("shmdt: %w", err)
	}
	return nil
}
