package mount

import (
	"bytes"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
)

// statmount(2) and listmount(2) as <linux/mount.h> of Linux 6.15 declares them.
const (
	statSBBasic       = 0x1
	statMountBasic    = 0x2
	statPropagateFrom = 0x4
	statRoot          = 0x8
	statPoint         = 0x10
	statType          = 0x20
	statSubtype       = 0x100
	statSource        = 0x200
	statOptArray      = 0x400
	statOptSecArray   = 0x800

	statSupported = 0x1000

	statWanted = statSBBasic | statMountBasic | statPropagateFrom | statRoot | statPoint | statType | statSubtype |
		statSource | statOptArray | statOptSecArray

	listRoot = ^uint64(0) // LSMT_ROOT

	sbReadonly, sbSync, sbDirsync, sbLazytime = 1, 16, 128, 1 << 25 // SB_* in sb_flags
)

type mountRequest struct {
	size    uint32
	_       uint32
	mountID uint64
	param   uint64
	nsID    uint64
}

type mountStatus struct {
	size                 uint32
	mountOptions         uint32
	mask                 uint64
	major, minor         uint32
	magic                uint64
	sbFlags              uint32
	fsType               uint32
	id, parent           uint64
	idOld, parentOld     uint32
	attr                 uint64
	propagation          uint64
	peerGroup            uint64
	master               uint64
	propagateFrom        uint64
	root, point          uint32
	nsID                 uint64
	subtype, source      uint32
	optNum, optArray     uint32
	optSecNum, optSecArr uint32
	supported            uint64
	_                    [45]uint64
}

var _ [512]byte = [unsafe.Sizeof(mountStatus{})]byte{} // the texts begin there

// statBuffer is what statmount fills: the numbers, then the texts that they are offsets into.
type statBuffer struct {
	data []byte
}

func (b *statBuffer) status() *mountStatus {
	return (*mountStatus)(unsafe.Pointer(unsafe.SliceData(b.data)))
}

func (b *statBuffer) text(offset uint32) string {
	text := b.data[unsafe.Sizeof(mountStatus{})+uintptr(offset):]
	return string(text[:bytes.IndexByte(text, 0)])
}

// texts reads n texts, one after the other.
func (b *statBuffer) texts(offset, n uint32) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = b.text(offset)
		offset += uint32(len(out[i])) + 1
	}
	return out
}

func (b *statBuffer) read(id, ns, mask uint64) error {
	if b.data == nil {
		b.data = make([]byte, 2048)
	}
	for {
		req := mountRequest{size: uint32(unsafe.Sizeof(mountRequest{})), mountID: id, param: mask, nsID: ns}
		_, _, errno := unix.Syscall6(unix.SYS_STATMOUNT, uintptr(unsafe.Pointer(&req)),
			uintptr(unsafe.Pointer(unsafe.SliceData(b.data))), uintptr(len(b.data)), 0, 0, 0)
		switch {
		case errno == unix.EOVERFLOW && len(b.data) < 16<<20:
			b.data = make([]byte, 4*len(b.data))
		case errno != 0:
			return errno
		default:
			return nil
		}
	}
}

// listmount lists the unique numbers of the mounts of a namespace, 0 for the thread's own.
func listmount(ns uint64) ([]uint64, error) {
	var all []uint64
	var last uint64
	buf := make([]uint64, 256)
	for {
		req := mountRequest{size: uint32(unsafe.Sizeof(mountRequest{})), mountID: listRoot, param: last, nsID: ns}
		n, _, errno := unix.Syscall6(unix.SYS_LISTMOUNT, uintptr(unsafe.Pointer(&req)),
			uintptr(unsafe.Pointer(unsafe.SliceData(buf))), uintptr(len(buf)), 0, 0, 0)
		if errno != 0 {
			return nil, errno
		}
		all = append(all, buf[:n]...)
		if int(n) < len(buf) {
			return all, nil
		}
		last = buf[n-1]
	}
}

// statmounts lists the mounts of a namespace, nil for the thread's own.
func statmounts(h *namespace.Handle) ([]Info, error) {
	var ns uint64
	if h != nil {
		var err error
		if ns, err = mountNamespaceID(h); err != nil {
			return nil, err
		}
	}
	ids, err := listmount(ns)
	if err != nil {
		return nil, fmt.Errorf("listmount: %w", err)
	}
	all := make([]Info, 0, len(ids))
	var buf statBuffer
	for _, id := range ids {
		err := buf.read(id, ns, statWanted)
		if err == unix.ENOENT { // gone since
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("statmount %d: %w", id, err)
		}
		if buf.status().mask&statPoint != 0 { // else it is out of reach of the root directory
			all = append(all, buf.info())
		}
	}
	return parentsFirst(all), nil
}

func mountNamespaceID(h *namespace.Handle) (uint64, error) {
	var id uint64
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(h.FD()), unix.NS_GET_MNTNS_ID, uintptr(unsafe.Pointer(&id)))
	if errno != 0 {
		return 0, fmt.Errorf("ioctl(NS_GET_MNTNS_ID) %s: %w", h, errno)
	}
	return id, nil
}

// info words the status as /proc/PID/mountinfo does.
func (b *statBuffer) info() Info {
	st := b.status()
	m := Info{
		ID: uint64(st.idOld), Parent: uint64(st.parentOld), Unique: st.id,
		Major: st.major, Minor: st.minor,
		Root: b.text(st.root), Target: b.text(st.point), Type: b.text(st.fsType),
		Options:    attrOptions(st.attr),
		Unbindable: st.propagation&unix.MS_UNBINDABLE != 0,
	}
	if st.mask&statSubtype != 0 {
		m.Type += "." + b.text(st.subtype)
	}
	if st.mask&statSource != 0 {
		m.Source = b.text(st.source)
	}
	if st.propagation&unix.MS_SHARED != 0 {
		m.PeerGroup = st.peerGroup
	}
	if st.propagation&unix.MS_SLAVE != 0 {
		m.Master, m.PropagateOf = st.master, st.propagateFrom
		if m.PropagateOf == m.Master {
			m.PropagateOf = 0
		}
	}
	m.SuperOptions = []string{"rw"}
	for _, f := range []struct {
		flag uint32
		word string
	}{{sbSync, "sync"}, {sbDirsync, "dirsync"}, {sbLazytime, "lazytime"}} {
		if st.sbFlags&f.flag != 0 {
			m.SuperOptions = append(m.SuperOptions, f.word)
		}
	}
	if st.sbFlags&sbReadonly != 0 {
		m.SuperOptions[0] = "ro"
	}
	if st.mask&statOptSecArray != 0 {
		m.SuperOptions = append(m.SuperOptions, b.texts(st.optSecArr, st.optSecNum)...)
	}
	if st.mask&statOptArray != 0 {
		m.SuperOptions = append(m.SuperOptions, b.texts(st.optArray, st.optNum)...)
	}
	return m
}

// errOutOfReach is ENOENT for a mount that is in the thread's namespace, but not below its root directory.
var errOutOfReach = fmt.Errorf("out of reach of the root directory: %w", unix.ENOENT)

// locate is the path of the mount. ENOENT: it is not in the thread's namespace. errOutOfReach: it is, or could be
// where the kernel does not tell, but not below the root directory.
func (m *Mount) locate() (string, error) {
	if statmountWorks() {
		var buf statBuffer
		if err := buf.read(m.ID, 0, statPoint); err != nil {
			return "", err
		}
		if buf.status().mask&statPoint == 0 {
			return "", errOutOfReach
		}
		return buf.text(buf.status().point), nil
	}
	all, err := readMountinfo(0)
	if err != nil { // there is no /proc: the likely places remain
		for _, path := range []string{"/", m.Target} {
			if id, idErr := mountID(unix.AT_FDCWD, path); idErr == nil && id == m.ID && isMountRoot(path) {
				return path, nil
			}
		}
		return "", err
	}
	for _, i := range all {
		if i.ID == m.ID {
			return i.Target, nil
		}
	}
	return "", errOutOfReach
}

// byNumber describes the mount with this number in the thread's namespace.
func byNumber(id uint64) (Info, error) {
	if statmountWorks() {
		var buf statBuffer
		if err := buf.read(id, 0, statWanted); err != nil {
			return Info{}, fmt.Errorf("mount %d: %w", id, err)
		}
		if buf.status().mask&statPoint == 0 {
			return Info{}, fmt.Errorf("mount %d: %w", id, errOutOfReach)
		}
		return buf.info(), nil
	}
	all, err := readMountinfo(0)
	if err != nil {
		return Info{}, err
	}
	for _, m := range all {
		if m.ID == id {
			return m, nil
		}
	}
	return Info{}, fmt.Errorf("mount %d: %w", id, unix.ENOENT)
}
