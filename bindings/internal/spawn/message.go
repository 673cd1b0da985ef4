package spawn

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// A message between the shell and the process that runs a closure: a header of
// three 32-bit words (length, kind, number of descriptors; native order), then
// the bytes. The descriptors ride on the header's first byte.

const (
	msgCall = iota + 1
	msgResult
	msgError
)

const (
	headerSize     = 12
	maxDescriptors = 253 // SCM_MAX_FD
	maxMessage     = 1 << 30
)

type message struct {
	kind uint32
	data []byte
	fds  []int
}

// fits refuses what no message can carry.
func fits(data []byte, fds []int) error {
	switch {
	case len(fds) > maxDescriptors:
		return fmt.Errorf("%d handles at once, at most %d can travel: %w", len(fds), maxDescriptors, unix.E2BIG)
	case len(data) > maxMessage:
		return fmt.Errorf("%d bytes at once, at most %d can travel: %w", len(data), maxMessage, unix.E2BIG)
	}
	return nil
}

// send writes a message that fits.
func send(sock *os.File, m message) error {
	head := make([]byte, headerSize)
	binary.NativeEndian.PutUint32(head, uint32(len(m.data)))
	binary.NativeEndian.PutUint32(head[4:], m.kind)
	binary.NativeEndian.PutUint32(head[8:], uint32(len(m.fds)))
	var rights []byte
	if len(m.fds) > 0 {
		rights = unix.UnixRights(m.fds...)
	}
	raw, err := sock.SyscallConn()
	if err != nil {
		return err
	}
	for buf := append(head, m.data...); len(buf) > 0; {
		var n int
		var sendErr error
		if err := raw.Write(func(fd uintptr) bool {
			n, sendErr = unix.SendmsgN(int(fd), buf, rights, nil, unix.MSG_NOSIGNAL)
			return sendErr != unix.EAGAIN && sendErr != unix.EINTR
		}); err != nil {
			return err
		}
		if sendErr != nil {
			return os.NewSyscallError("sendmsg", sendErr)
		}
		buf, rights = buf[n:], nil
	}
	return nil
}

// receive reads one message. io.EOF says that the other side ended without one.
func receive(sock *os.File) (m message, err error) {
	defer func() {
		if err != nil {
			for _, fd := range m.fds {
				unix.Close(fd)
			}
			m = message{}
		}
	}()
	head := make([]byte, headerSize)
	if err := fill(sock, head, &m.fds); err != nil {
		return m, err
	}
	n, want := binary.NativeEndian.Uint32(head), binary.NativeEndian.Uint32(head[8:])
	m.kind = binary.NativeEndian.Uint32(head[4:])
	if n > maxMessage || int(want) != len(m.fds) {
		return m, errors.New("damaged message")
	}
	m.data, err = readBody(sock, int(n), &m.fds)
	return m, err
}

// readBody reads n bytes, growing as they come: the length is the sender's claim.
func readBody(sock *os.File, n int, fds *[]int) ([]byte, error) {
	const step = 1 << 20
	var data []byte
	for len(data) < n {
		part := make([]byte, min(step, n-len(data)))
		if err := fill(sock, part, fds); err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		if data == nil {
			data = part
		} else {
			data = append(data, part...)
		}
	}
	return data, nil
}

// fill reads exactly len(b) bytes, and the descriptors that come with them.
func fill(sock *os.File, b []byte, fds *[]int) error {
	raw, err := sock.SyscallConn()
	if err != nil {
		return err
	}
	rights := make([]byte, unix.CmsgSpace(maxDescriptors*4))
	for got := 0; got < len(b); {
		var n, nr int
		var recvErr error
		if err := raw.Read(func(fd uintptr) bool {
			n, nr, _, _, recvErr = unix.Recvmsg(int(fd), b[got:], rights, unix.MSG_CMSG_CLOEXEC)
			return recvErr != unix.EAGAIN && recvErr != unix.EINTR
		}); err != nil {
			return err
		}
		if recvErr != nil {
			return os.NewSyscallError("recvmsg", recvErr)
		}
		if nr > 0 {
			if err := collect(rights[:nr], fds); err != nil {
				return err
			}
		}
		if n == 0 {
			if got > 0 {
				return io.ErrUnexpectedEOF
			}
			return io.EOF
		}
		got += n
	}
	return nil
}

func collect(rights []byte, fds *[]int) error {
	messages, err := unix.ParseSocketControlMessage(rights)
	if err != nil {
		return err
	}
	for i := range messages {
		got, err := unix.ParseUnixRights(&messages[i])
		if err != nil {
			return err
		}
		*fds = append(*fds, got...)
	}
	return nil
}
