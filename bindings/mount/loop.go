package mount

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Image describes a file that holds a file system.
type Image struct {
	Path        string
	Type        string // "squashfs", "ext4", "erofs"…; "" to look into the file
	Offset      uint64 // where in the file it begins
	Size        uint64 // how much of the file it may use; 0: all
	ReadOnly    bool   // squashfs and erofs always are
	Params      []Param
	Attr        Attr
	Propagation Propagation
}

// NewImage mounts an image through a loop device, which goes when the mount goes: loop(4).
func NewImage(i Image, target Target) (*Mount, error) {
	mode := os.O_RDWR
	if i.ReadOnly {
		mode = os.O_RDONLY
	}
	file, err := os.OpenFile(i.Path, mode, 0)
	if err != nil && !i.ReadOnly && (errors.Is(err, unix.EROFS) || errors.Is(err, unix.EACCES)) {
		i.ReadOnly = true
		file, err = os.Open(i.Path)
	}
	if err != nil {
		return nil, bareOpen(i.Path, err)
	}
	defer file.Close()
	if i.Type == "" {
		if i.Type, err = ImageType(file, int64(i.Offset)); err != nil {
			return nil, err
		}
	}
	i.ReadOnly = i.ReadOnly || i.Type == "squashfs" || i.Type == "erofs"
	dev, err := i.attach(file)
	if err != nil {
		return nil, err
	}
	defer dev.Close() // autoclear: from here on the mount alone holds it
	f := FS{Type: i.Type, Source: dev.Name(), Params: i.Params, Attr: i.Attr, Propagation: i.Propagation}
	if i.ReadOnly {
		f.Params = append([]Param{{Key: "ro", Flag: true}}, f.Params...)
		f.Attr.Set |= unix.MOUNT_ATTR_RDONLY
	}
	m, err := New(f, target)
	if err != nil {
		return nil, fmt.Errorf("image %s: %w", i.Path, err)
	}
	return m, nil
}

func bareOpen(path string, err error) error { return fmt.Errorf("open %s: %w", path, bare(err)) }

// loopTries bounds how often another process may snatch the free device away.
const loopTries = 64

// attach sets up a free loop device over the file.
func (i Image) attach(file *os.File) (*os.File, error) {
	control, err := os.OpenFile("/dev/loop-control", os.O_RDWR, 0)
	if err != nil {
		return nil, bareOpen("/dev/loop-control", err)
	}
	defer control.Close()
	for range loopTries {
		n, err := unix.IoctlRetInt(int(control.Fd()), unix.LOOP_CTL_GET_FREE)
		if err != nil {
			return nil, fmt.Errorf("ioctl(LOOP_CTL_GET_FREE): %w", err)
		}
		path := fmt.Sprintf("/dev/loop%d", n)
		dev, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return nil, bareOpen(path, err)
		}
		err = i.configure(dev, file)
		if err == nil {
			return dev, nil
		}
		dev.Close()
		if !errors.Is(err, unix.EBUSY) {
			return nil, fmt.Errorf("%s for %s: %w", path, i.Path, err)
		}
	}
	return nil, fmt.Errorf("no loop device stayed free: %w", unix.EBUSY)
}

// configure gives a loop device its file: by one call since Linux 5.8, by two before.
func (i Image) configure(dev, file *os.File) error {
	info := unix.LoopInfo64{Offset: i.Offset, Sizelimit: i.Size, Flags: unix.LO_FLAGS_AUTOCLEAR}
	if i.ReadOnly {
		info.Flags |= unix.LO_FLAGS_READ_ONLY
	}
	copy(info.File_name[:len(info.File_name)-1], i.Path)
	fd := int(dev.Fd())
	err := unix.IoctlLoopConfigure(fd, &unix.LoopConfig{Fd: uint32(file.Fd()), Info: info})
	if err != unix.ENOTTY && err != unix.EINVAL {
		if err != nil {
			return fmt.Errorf("ioctl(LOOP_CONFIGURE): %w", err)
		}
		return nil
	}
	if err := unix.IoctlSetInt(fd, unix.LOOP_SET_FD, int(file.Fd())); err != nil {
		return fmt.Errorf("ioctl(LOOP_SET_FD): %w", err)
	}
	if err := unix.IoctlLoopSetStatus64(fd, &info); err != nil {
		err = fmt.Errorf("ioctl(LOOP_SET_STATUS64): %w", err)
		return errors.Join(err, unix.IoctlSetInt(fd, unix.LOOP_CLR_FD, 0))
	}
	return nil
}

// magics are the marks by which file systems are known.
var magics = []struct {
	name   string
	offset int64
	bytes  string
}{
	{"squashfs", 0, "hsqs"},
	{"xfs", 0, "XFSB"},
	{"erofs", 1024, "\xe2\xe1\xf5\xe0"},
	{"iso9660", 0x8001, "CD001"},
	{"btrfs", 0x10040, "_BHRfS_M"},
}

// ImageType finds out what file system is in a file from its marks.
func ImageType(file *os.File, offset int64) (string, error) {
	for _, m := range magics {
		got := make([]byte, len(m.bytes))
		if n, _ := file.ReadAt(got, offset+m.offset); n == len(got) && string(got) == m.bytes {
			return m.name, nil
		}
	}
	var super [128]byte // ext2, 3 and 4 have one mark, and the driver of the last takes all three
	if n, _ := file.ReadAt(super[:], offset+1024); n == len(super) && binary.LittleEndian.Uint16(super[56:]) == 0xEF53 {
		return "ext4", nil
	}
	return "", fmt.Errorf("%s: no file system that is known by its mark: %w", file.Name(), unix.EINVAL)
}
