package sys

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// mqueueMagic is the type of the file system that shows POSIX message queues.
const mqueueMagic = 0x19800202

// Queue is an open POSIX message queue; mq_overview(7). It stays one of the ipc namespace it was opened in.
type Queue struct {
	Name string
	fd   int
}

// QueueAttr are the properties of a POSIX message queue.
type QueueAttr struct {
	MaxMessages, MessageSize int64 // 0 at creation: the system's default
	Messages                 int64 // waiting now
}

// mqAttr is the kernel's struct mq_attr.
type mqAttr struct {
	flags, maxMsg, msgSize, curMsgs int64
	_                               [4]int64
}

// CreateQueue makes a queue with a name that is free (EEXIST if not). The mode is subject to the umask.
func CreateQueue(name string, mode uint32, attr QueueAttr) (*Queue, error) {
	raw := mqAttr{maxMsg: attr.MaxMessages, msgSize: attr.MessageSize}
	defaults := []struct {
		target *int64
		file   string
	}{
		{&raw.maxMsg, "/proc/sys/fs/mqueue/msg_default"},
		{&raw.msgSize, "/proc/sys/fs/mqueue/msgsize_default"},
	}
	given := &raw
	if raw.maxMsg == 0 && raw.msgSize == 0 {
		given = nil
	}
	for _, d := range defaults {
		if given == nil || *d.target != 0 {
			continue
		}
		text, err := readLine(d.file)
		if err != nil {
			return nil, err
		}
		if _, err := fmt.Sscan(text, d.target); err != nil {
			return nil, fmt.Errorf("%s: %w", d.file, err)
		}
	}
	return openQueue(name, unix.O_RDWR|unix.O_CREAT|unix.O_EXCL, mode, given)
}

// OpenQueue opens a queue; access is "r", "w" or "rw".
func OpenQueue(name, access string) (*Queue, error) {
	flags := map[string]int{"r": unix.O_RDONLY, "w": unix.O_WRONLY, "rw": unix.O_RDWR}
	return openQueue(name, flags[access], 0, nil)
}

func openQueue(name string, flags int, mode uint32, attr *mqAttr) (*Queue, error) {
	path, err := queueName(name)
	if err != nil {
		return nil, err
	}
	fd, _, errno := unix.Syscall6(unix.SYS_MQ_OPEN, uintptr(unsafe.Pointer(path)),
		uintptr(flags|unix.O_NONBLOCK|unix.O_CLOEXEC), uintptr(mode), uintptr(unsafe.Pointer(attr)), 0, 0)
	if errno != 0 {
		return nil, fmt.Errorf("mq_open %s: %w", name, errno)
	}
	return &Queue{"/" + strings.TrimPrefix(name, "/"), int(fd)}, nil
}

// queueName is a name as the kernel takes it: without the slash that the C library wants.
func queueName(name string) (*byte, error) {
	short := strings.TrimPrefix(name, "/")
	if short == "" || strings.Contains(short, "/") {
		return nil, fmt.Errorf("message queue %q: %w", name, unix.EINVAL)
	}
	return unix.BytePtrFromString(short)
}

// UnlinkQueue removes the name of a queue, which goes when nobody has it open any more.
func UnlinkQueue(name string) error {
	path, err := queueName(name)
	if err != nil {
		return err
	}
	if _, _, errno := unix.Syscall(unix.SYS_MQ_UNLINK, uintptr(unsafe.Pointer(path)), 0, 0); errno != 0 {
		return fmt.Errorf("mq_unlink %s: %w", name, errno)
	}
	return nil
}

// FD is the descriptor; it stays the queue's.
func (q *Queue) FD() int { return q.fd }

// Close closes it; the queue itself stays.
func (q *Queue) Close() error {
	if q.fd < 0 {
		return nil
	}
	fd := q.fd
	q.fd = -1
	return os.NewSyscallError("close", unix.Close(fd))
}

// Closed reports whether Close was called.
func (q *Queue) Closed() bool { return q.fd < 0 }

func (q *Queue) String() string { return "mq:" + q.Name }

// Attr reads the properties.
func (q *Queue) Attr() (QueueAttr, error) {
	var raw mqAttr
	_, _, errno := unix.Syscall(unix.SYS_MQ_GETSETATTR, uintptr(q.fd), 0, uintptr(unsafe.Pointer(&raw)))
	if errno != 0 {
		return QueueAttr{}, fmt.Errorf("mq_getattr %s: %w", q.Name, errno)
	}
	return QueueAttr{raw.maxMsg, raw.msgSize, raw.curMsgs}, nil
}

// Send puts a message into the queue, before those of a lower priority. A full
// queue makes it wait; ETIMEDOUT (a negative timeout has no end).
func (q *Queue) Send(wait Wait, text []byte, priority uint32, timeout time.Duration) error {
	data := make([]byte, len(text)+1) // so that an empty text has an address, too
	copy(data, text)
	err := q.poll(wait, unix.POLLOUT, timeout, func() error {
		_, _, errno := unix.Syscall6(unix.SYS_MQ_TIMEDSEND, uintptr(q.fd), uintptr(unsafe.Pointer(&data[0])),
			uintptr(len(text)), uintptr(priority), 0, 0)
		return orNil(errno)
	})
	if err != nil {
		return fmt.Errorf("mq_send %s: %w", q.Name, err)
	}
	return nil
}

// Receive takes the oldest message of the highest priority. An empty queue makes it wait; ETIMEDOUT.
func (q *Queue) Receive(wait Wait, timeout time.Duration) (text []byte, priority uint32, err error) {
	attr, err := q.Attr()
	if err != nil {
		return nil, 0, err
	}
	buf := make([]byte, max(1, attr.MessageSize))
	n := 0
	err = q.poll(wait, unix.POLLIN, timeout, func() error {
		r, _, errno := unix.Syscall6(unix.SYS_MQ_TIMEDRECEIVE, uintptr(q.fd), uintptr(unsafe.Pointer(&buf[0])),
			uintptr(len(buf)), uintptr(unsafe.Pointer(&priority)), 0, 0)
		n = int(r)
		return orNil(errno)
	})
	if err != nil {
		return nil, 0, fmt.Errorf("mq_receive %s: %w", q.Name, err)
	}
	return buf[:n], priority, nil
}

// poll calls f until it does not return EAGAIN, waiting for the queue in between.
func (q *Queue) poll(wait Wait, events int16, timeout time.Duration, f func() error) error {
	deadline := time.Now().Add(timeout)
	for {
		err := f()
		if err == unix.EINTR {
			continue
		}
		if err != unix.EAGAIN {
			return err
		}
		left := timeout
		if timeout >= 0 {
			left = max(0, time.Until(deadline))
		}
		n, err := wait([]unix.PollFd{{Fd: int32(q.fd), Events: events}}, left)
		if err != nil {
			return err
		}
		if n == 0 {
			return unix.ETIMEDOUT
		}
	}
}

// QueueInfo is a queue as the file system of queues shows it.
type QueueInfo struct {
	Name     string
	Mode     uint32
	UID, GID uint32
	Bytes    int64 // in messages that wait
}

// Queues lists the POSIX message queues of the ipc namespace.
func Queues() ([]QueueInfo, error) {
	d, err := queueDir()
	if err != nil {
		return nil, err
	}
	defer d.Close()
	names, err := d.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var all []QueueInfo
	for _, name := range names {
		var st unix.Stat_t
		if unix.Fstatat(int(d.Fd()), name, &st, 0) != nil {
			continue // removed meanwhile
		}
		q := QueueInfo{Name: "/" + name, Mode: st.Mode & 0o7777, UID: st.Uid, GID: st.Gid}
		if q.Bytes, err = queueBytes(int(d.Fd()), name); err != nil {
			return nil, err
		}
		all = append(all, q)
	}
	return all, nil
}

// queueBytes reads the QSIZE of a queue's file, 0 if the process may not.
func queueBytes(dir int, name string) (int64, error) {
	fd, err := unix.Openat(dir, name, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0, nil
	}
	defer unix.Close(fd)
	buf := make([]byte, 256)
	n, err := unix.Read(fd, buf)
	if err != nil {
		return 0, fmt.Errorf("read queue %s: %w", name, err)
	}
	var size int64
	if _, err := fmt.Sscanf(string(buf[:n]), "QSIZE:%d", &size); err != nil {
		return 0, fmt.Errorf("queue %s: %q: %w", name, buf[:n], err)
	}
	return size, nil
}

// queueDir opens the file system of queues of the thread's own ipc namespace:
// mounted nowhere, or for those who may not mount what is at /dev/mqueue.
func queueDir() (*os.File, error) {
	if fd, err := detachedQueues(); err == nil {
		return os.NewFile(uintptr(fd), "mqueue"), nil
	}
	const path = "/dev/mqueue"
	d, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	var st unix.Statfs_t
	if err := unix.Fstatfs(int(d.Fd()), &st); err != nil || st.Type != mqueueMagic {
		d.Close()
		return nil, fmt.Errorf("no mqueue file system at %s: %w", path, unix.ENODEV)
	}
	return d, nil
}

func detachedQueues() (int, error) {
	fs, err := unix.Fsopen("mqueue", unix.FSOPEN_CLOEXEC)
	if err != nil {
		return -1, err
	}
	defer unix.Close(fs)
	if err := unix.FsconfigCreate(fs); err != nil {
		return -1, err
	}
	mnt, err := unix.Fsmount(fs, unix.FSMOUNT_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	defer unix.Close(mnt)
	return unix.Openat(mnt, ".", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
}
