package ktrace

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// memory is a process's, read through /proc/PID/mem. Unlike process_vm_readv(2)
// an open file also serves when the process has become undumpable, which those
// that join namespaces do. A vfork's child shares its parent's.
type memory struct {
	file  *os.File // nil: it can't be read
	users int
}

func openMemory(pid int) *memory {
	f, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		return &memory{users: 1}
	}
	return &memory{file: f, users: 1}
}

func (m *memory) share() *memory {
	m.users++
	return m
}

// release gives up one use. A nil memory has none.
func (m *memory) release() {
	if m == nil || m.file == nil {
		return
	}
	if m.users--; m.users == 0 {
		m.file.Close()
	}
}

// read fills b from an address on and returns how much of it could be read.
func (m *memory) read(addr uint64, b []byte) int {
	if m == nil || m.file == nil || addr == 0 {
		return 0
	}
	got := 0
	for got < len(b) {
		n, err := unix.Pread(int(m.file.Fd()), b[got:], int64(addr)+int64(got))
		if err == unix.EINTR {
			continue
		}
		if n <= 0 {
			break
		}
		got += n
	}
	return got
}

// bytes reads up to n bytes.
func (m *memory) bytes(addr uint64, n int) []byte {
	b := make([]byte, n)
	return b[:m.read(addr, b)]
}

const maxString = 4096

// text reads a string that ends with a zero byte.
func (m *memory) text(addr uint64) (string, bool) {
	const step = 256
	var all []byte
	for len(all) < maxString {
		// Not across a page's end, beyond which there may be nothing.
		part := m.bytes(addr+uint64(len(all)), step-int((addr+uint64(len(all)))%step))
		if i := bytes.IndexByte(part, 0); i >= 0 {
			return string(append(all, part[:i]...)), true
		}
		if len(part) == 0 {
			return "", false
		}
		all = append(all, part...)
	}
	return string(all), true
}

// words reads n 64-bit words, fewer if there are not so many.
func (m *memory) words(addr uint64, n int) []uint64 {
	b := m.bytes(addr, 8*n)
	out := make([]uint64, 0, n)
	for ; len(b) >= 8; b = b[8:] {
		out = append(out, binary.NativeEndian.Uint64(b))
	}
	return out
}

// halves reads n 32-bit words, fewer if there are not so many.
func (m *memory) halves(addr uint64, n int) []uint32 {
	b := m.bytes(addr, 4*n)
	out := make([]uint32, 0, n)
	for ; len(b) >= 4; b = b[4:] {
		out = append(out, binary.NativeEndian.Uint32(b))
	}
	return out
}
