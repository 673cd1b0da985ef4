package fs

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// chunk is how much is read or copied between two looks at whether to stop.
const chunk = 1 << 20

// Read reads a file from offset on, limit bytes at most (negative: all). From a
// FIFO it waits for a writer, and reads until the last one has gone.
func Read(wait Wait, path string, offset, limit int64) ([]byte, error) {
	fd, err := open(path, unix.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return nil, fmt.Errorf("stat %s: %w", path, err)
	}
	if st.Mode&unix.S_IFMT == unix.S_IFIFO {
		// Before the first writer a read would see the end of the file.
		if err := wait.ready(fd, unix.POLLIN); err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
	}
	if offset > 0 {
		if _, err := unix.Seek(fd, offset, io.SeekStart); err != nil {
			return nil, fmt.Errorf("seek %s: %w", path, err)
		}
	}
	data, err := readAll(wait, fd, sizeHint(st.Size-offset, limit), limit)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return data, nil
}

// sizeHint is room for all of a file and the read that finds its end. Files in /proc say that they are empty.
func sizeHint(size, limit int64) int64 {
	if limit >= 0 {
		size = min(size, limit)
	}
	return max(0, min(size, 64*chunk)) + 512
}

func readAll(wait Wait, fd int, room, limit int64) ([]byte, error) {
	data := make([]byte, 0, room)
	for limit < 0 || int64(len(data)) < limit {
		if err := wait.check(); err != nil {
			return nil, err
		}
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
		free := data[len(data):min(cap(data), len(data)+chunk)]
		if limit >= 0 {
			free = free[:min(int64(len(free)), limit-int64(len(data)))]
		}
		n, err := unix.Read(fd, free)
		switch {
		case err == unix.EINTR:
		case err == unix.EAGAIN:
			if err := wait.ready(fd, unix.POLLIN); err != nil {
				return nil, err
			}
		case err != nil:
			return nil, err
		case n == 0:
			return data, nil
		default:
			data = data[:len(data)+n]
		}
	}
	return data, nil
}

// WriteOptions say how Write writes.
type WriteOptions struct {
	Mode      *uint32 // exactly this, whatever the umask; nil: 0666 less the umask for a new file
	Append    bool
	Exclusive bool // the file must not exist yet
	Atomic    bool // others see the old file or the new one, never a part
	Sync      bool // back only when it is on the disk
}

// Write writes data to a file, in one system call if the file takes it, as files
// of the kernel's want it. To a FIFO it waits for a reader.
func Write(wait Wait, path string, data []byte, o WriteOptions) error {
	if o.Atomic {
		return writeAtomic(wait, path, data, o)
	}
	flags := unix.O_WRONLY | unix.O_CREAT | unix.O_NONBLOCK
	switch {
	case o.Append:
		flags |= unix.O_APPEND
	default:
		flags |= unix.O_TRUNC
	}
	if o.Exclusive {
		flags |= unix.O_EXCL
	}
	mode := uint32(0o666)
	if o.Mode != nil {
		mode = *o.Mode
	}
	fd, err := openToWrite(wait, path, flags, mode)
	if err != nil {
		return err
	}
	return finishWrite(wait, fd, path, data, o)
}

// finishWrite writes and closes.
func finishWrite(wait Wait, fd int, path string, data []byte, o WriteOptions) error {
	err := writeAll(wait, fd, data)
	if err != nil {
		err = fmt.Errorf("write %s: %w", path, err)
	}
	if err == nil && o.Mode != nil {
		if err = unix.Fchmod(fd, *o.Mode); err != nil {
			err = fmt.Errorf("chmod %s: %w", path, err)
		}
	}
	if err == nil && o.Sync {
		if err = unix.Fsync(fd); err != nil {
			err = fmt.Errorf("fsync %s: %w", path, err)
		}
	}
	if closed := unix.Close(fd); closed != nil && err == nil {
		err = fmt.Errorf("close %s: %w", path, closed)
	}
	return err
}

// openToWrite opens, and waits for the reader that a FIFO must have.
func openToWrite(wait Wait, path string, flags int, mode uint32) (int, error) {
	for {
		fd, err := open(path, flags, mode)
		if errors.Is(err, unix.ENXIO) && isFIFO(path) {
			if _, err := wait(nil, 10*time.Millisecond); err != nil {
				return -1, fmt.Errorf("open %s: %w", path, err)
			}
			continue
		}
		if err != nil {
			return -1, absent(path, err)
		}
		return fd, nil
	}
}

func isFIFO(path string) bool {
	var st unix.Stat_t
	return unix.Stat(path, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFIFO
}

// absent turns the refusal to create a file in a file system of the kernel's into what it means: there is no such file.
func absent(path string, err error) error {
	if !errors.Is(err, unix.EACCES) && !errors.Is(err, unix.EPERM) {
		return err
	}
	var fs unix.Statfs_t
	if there, _ := Exists(path); there || unix.Statfs(filepath.Dir(path), &fs) != nil {
		return err
	}
	switch fs.Type {
	case unix.PROC_SUPER_MAGIC, unix.SYSFS_MAGIC, unix.CGROUP_SUPER_MAGIC, unix.CGROUP2_SUPER_MAGIC:
		return fmt.Errorf("open %s: %w", path, unix.ENOENT)
	}
	return err
}

func writeAll(wait Wait, fd int, data []byte) error {
	for first := true; first || len(data) > 0; first = false {
		if err := wait.check(); err != nil {
			return err
		}
		n, err := unix.Write(fd, data)
		switch {
		case err == unix.EINTR:
		case err == unix.EAGAIN:
			if err := wait.ready(fd, unix.POLLOUT); err != nil {
				return err
			}
		case err != nil:
			return err
		}
		data = data[max(0, n):]
	}
	return nil
}

// writeAtomic writes a new file beside the old one and renames it. The old one's mode and owner go over.
func writeAtomic(wait Wait, path string, data []byte, o WriteOptions) error {
	if o.Append {
		return fmt.Errorf("write %s: append and atomic: %w", path, unix.EINVAL)
	}
	if o.Mode == nil {
		mode := uint32(0o666) &^ currentUmask()
		if old, err := Stat(path, false); err == nil && old.Type == "file" {
			mode = old.Mode
		}
		o.Mode = &mode
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer f.Close()
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("dup", err)
	}
	o.Sync = true // or the rename may reach the disk before the data
	if err = finishWrite(wait, fd, f.Name(), data, o); err == nil {
		err = Rename(f.Name(), path, RenameOptions{NoReplace: o.Exclusive})
	}
	if err != nil {
		unix.Unlink(f.Name())
	}
	return err
}

func currentUmask() uint32 {
	mask := unix.Umask(0o077)
	unix.Umask(mask)
	return uint32(mask)
}
