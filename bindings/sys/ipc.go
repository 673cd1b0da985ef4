package sys

import (
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Wait polls descriptors as ppoll(2) does. Its error ends the operation that
// waits; those for which the kernel has no descriptor ask it with none.
type Wait func(fds []unix.PollFd, timeout time.Duration) (n int, err error)

// IPCKinds are the kinds of System V IPC objects: message queues, semaphore sets, shared memory.
var IPCKinds = []string{"msg", "sem", "shm"}

// Object is a System V IPC object as a line of /proc/sysvipc/KIND shows it; sysvipc(7).
type Object struct {
	Kind                 string
	ID                   int
	Key                  int32 // 0: private
	Mode                 uint32
	UID, GID, CUID, CGID int
	Numbers              []Number // what only its kind has
}

// Number is a named column.
type Number struct {
	Name  string
	Value int64
}

// Objects lists the objects of a kind in the ipc namespace of the calling thread.
func Objects(kind string) ([]Object, error) {
	path := "/proc/sysvipc/" + kind
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var all []Object
	var names []string
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if names == nil {
			names = f
			continue
		}
		if len(f) != len(names) {
			return nil, fmt.Errorf("%s: %q: %w", path, line, unix.EPROTO)
		}
		o := Object{Kind: kind}
		for i, name := range names {
			if err := o.set(name, f[i]); err != nil {
				return nil, fmt.Errorf("%s: %q: %w", path, line, err)
			}
		}
		all = append(all, o)
	}
	return all, nil
}

func (o *Object) set(name, text string) error {
	base := 10
	if name == "perms" {
		base = 8
	}
	n, err := strconv.ParseInt(text, base, 64)
	if err != nil {
		return err
	}
	switch name {
	case "key":
		o.Key = int32(n)
	case "msqid", "semid", "shmid":
		o.ID = int(n)
	case "perms":
		o.Mode = uint32(n)
	case "uid":
		o.UID = int(n)
	case "gid":
		o.GID = int(n)
	case "cuid":
		o.CUID = int(n)
	case "cgid":
		o.CGID = int(n)
	default:
		o.Numbers = append(o.Numbers, Number{name, n})
	}
	return nil
}

// FindObject looks an object up by its id.
func FindObject(kind string, id int) (Object, error) {
	all, err := Objects(kind)
	if err != nil {
		return Object{}, err
	}
	for _, o := range all {
		if o.ID == id {
			return o, nil
		}
	}
	return Object{}, fmt.Errorf("%s %d: %w", kind, id, unix.EIDRM)
}

// calls are the system calls of a kind of object.
var calls = map[string]struct{ get, ctl uintptr }{
	"msg": {unix.SYS_MSGGET, unix.SYS_MSGCTL},
	"sem": {unix.SYS_SEMGET, unix.SYS_SEMCTL},
	"shm": {unix.SYS_SHMGET, unix.SYS_SHMCTL},
}

// OpenObject finds the id of the object with a key: msgget(2), semget(2), shmget(2).
func OpenObject(kind string, key int32) (int, error) { return getObject(kind, key, 0, 0) }

// CreateObject makes an object with a key that is free (EEXIST if not), or a
// private one with key 0. size is the number of semaphores, or bytes of shared memory.
func CreateObject(kind string, key int32, size int64, mode uint32) (int, error) {
	return getObject(kind, key, size, unix.IPC_CREAT|unix.IPC_EXCL|int(mode&0o777))
}

func getObject(kind string, key int32, size int64, flags int) (int, error) {
	var id uintptr
	var errno unix.Errno
	if kind == "msg" {
		id, _, errno = unix.Syscall(calls[kind].get, uintptr(key), uintptr(flags), 0)
	} else {
		id, _, errno = unix.Syscall(calls[kind].get, uintptr(key), uintptr(size), uintptr(flags))
	}
	if errno != 0 {
		return 0, fmt.Errorf("%sget %#x: %w", kind, uint32(key), errno)
	}
	return int(id), nil
}

// control is msgctl(2), semctl(2) or shmctl(2); n is the number of a semaphore.
func control(kind string, id, n, cmd int, arg uintptr) (int, error) {
	var r uintptr
	var errno unix.Errno
	if kind == "sem" {
		r, _, errno = unix.Syscall6(calls[kind].ctl, uintptr(id), uintptr(n), uintptr(cmd), arg, 0, 0)
	} else {
		r, _, errno = unix.Syscall(calls[kind].ctl, uintptr(id), uintptr(cmd), arg)
	}
	if errno != 0 {
		return 0, fmt.Errorf("%sctl %d: %w", kind, id, errno)
	}
	return int(r), nil
}

// RemoveObject destroys an object. Shared memory goes when the last process has detached it.
func RemoveObject(kind string, id int) error {
	_, err := control(kind, id, 0, unix.IPC_RMID, 0)
	return err
}

// Ownership is what SetObject changes; nil leaves things as they are.
type Ownership struct {
	Mode     *uint32
	UID, GID *int
	QBytes   *int64 // the room in a message queue
}

// Where the kernel's struct msqid_ds, semid_ds and shmid_ds have what IPC_SET
// reads, on 64-bit machines; they all begin with a struct ipc64_perm.
const (
	dsSize   = 256
	dsUID    = 4
	dsGID    = 8
	dsMode   = 20
	dsQBytes = 88 // of msqid_ds
)

// describe reads the kernel's structure of an object.
func describe(kind string, id int) ([]byte, error) {
	ds := make([]byte, dsSize)
	_, err := control(kind, id, 0, unix.IPC_STAT, uintptr(unsafe.Pointer(&ds[0])))
	return ds, err
}

// SetObject changes owner, permissions and room of an object.
func SetObject(kind string, id int, o Ownership) error {
	ds, err := describe(kind, id)
	if err != nil {
		return err
	}
	if o.UID != nil {
		binary.NativeEndian.PutUint32(ds[dsUID:], uint32(*o.UID))
	}
	if o.GID != nil {
		binary.NativeEndian.PutUint32(ds[dsGID:], uint32(*o.GID))
	}
	if o.Mode != nil {
		binary.NativeEndian.PutUint32(ds[dsMode:], *o.Mode)
	}
	if o.QBytes != nil {
		binary.NativeEndian.PutUint64(ds[dsQBytes:], uint64(*o.QBytes))
	}
	_, err = control(kind, id, 0, unix.IPC_SET, uintptr(unsafe.Pointer(&ds[0])))
	return err
}

// retry calls f until it returns something else than EAGAIN, or the timeout has
// passed (negative: never). The kernel wakes nobody who polls, so it asks, ever less often.
func retry(wait Wait, timeout time.Duration, f func() error) error {
	deadline := time.Now().Add(timeout)
	for pause := 100 * time.Microsecond; ; pause = min(2*pause, 10*time.Millisecond) {
		err := f()
		if err == unix.EINTR {
			continue
		}
		if err != unix.EAGAIN {
			return err
		}
		if timeout >= 0 {
			left := time.Until(deadline)
			if left <= 0 {
				return unix.ETIMEDOUT
			}
			pause = min(pause, left)
		}
		if _, err := wait(nil, pause); err != nil {
			return err
		}
	}
}
