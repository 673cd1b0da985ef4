package mount

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/kerntest"
)

func le(w *bytes.Buffer, values ...any) {
	for _, v := range values {
		binary.Write(w, binary.LittleEndian, v) // to memory
	}
}

// squashfsImage is a squashfs of an empty directory.
func squashfsImage() []byte {
	const super, inode, ids = 96, 2 + 32, 2 + 4
	const none = ^uint64(0)
	var w bytes.Buffer
	le(&w, []byte("hsqs"), uint32(1), uint32(0), uint32(1<<17), uint32(0), uint16(1), uint16(17),
		uint16(0x1|0x2|0x8|0x10|0x800), uint16(1), uint16(4), uint16(0), uint64(0), uint64(super+inode+ids+8),
		uint64(super+inode+ids), none, uint64(super), uint64(super+inode), none, none)
	le(&w, uint16(0x8000|32), uint16(1), uint16(0o755), uint16(0), uint16(0), uint32(0), uint32(1),
		uint32(0), uint32(2), uint16(3), uint16(0), uint32(2))
	le(&w, uint16(0x8000|4), uint32(0), uint64(super+inode))
	return append(w.Bytes(), make([]byte, 4096-w.Len())...)
}

// erofsImage is an EROFS of an empty directory.
func erofsImage() []byte {
	const nid = (1024 + 128) / 32
	image := make([]byte, 4096)
	var w bytes.Buffer
	le(&w, uint32(0xE0F5E1E2), uint32(0), uint32(0), uint8(12), uint8(0), uint16(nid), uint64(1), uint64(0), uint32(0),
		uint32(1), uint32(0), uint32(0))
	copy(image[1024:], w.Bytes())
	w.Reset()
	le(&w, uint16(2<<1), uint16(0), uint16(unix.S_IFDIR|0o755), uint16(2), uint32(27), uint32(0), uint32(0), uint32(1),
		uint16(0), uint16(0), uint32(0))
	for i, at := range []uint16{24, 25} {
		le(&w, uint64(nid), at, uint8(2), uint8(i*0))
	}
	w.WriteString("...")
	copy(image[32*nid:], w.Bytes())
	return image
}

func ext4Image(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 1<<20); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mkfs.ext4", "-q", "-O", "^has_journal", path).CombinedOutput(); err != nil {
		t.Fatalf("mkfs.ext4: %v\n%s", err, out)
	}
}

// loopDevices are the loop devices there are; those a test added are removed at its end.
func loopDevices(t *testing.T) {
	t.Helper()
	list := func() []string {
		devs, err := filepath.Glob("/sys/block/loop*")
		if err != nil {
			t.Fatal(err)
		}
		return devs
	}
	before := list()
	t.Cleanup(func() {
		control, err := os.OpenFile("/dev/loop-control", os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer control.Close()
		for _, dev := range list() {
			if slices.Contains(before, dev) {
				continue
			}
			if file, err := os.ReadFile(dev + "/loop/backing_file"); err == nil {
				t.Errorf("%s still has %s", dev, file)
			}
			n := strings.TrimPrefix(filepath.Base(dev), "loop")
			var number int
			for _, d := range n {
				number = number*10 + int(d-'0')
			}
			if err := unix.IoctlSetInt(int(control.Fd()), unix.LOOP_CTL_REMOVE, number); err != nil {
				t.Errorf("remove %s: %v", dev, err)
			}
		}
	})
}

func TestImage(t *testing.T) {
	if !kerntest.Has("/dev/loop-control") {
		kerntest.Skipf(t, "/dev/loop-control", "no loop devices")
	}
	newMounts(t)
	loopDevices(t)
	dir := t.TempDir()
	for _, tt := range []struct {
		kind   string
		offset int
		write  func(path string)
		ro     bool
	}{
		{"squashfs", 0, func(p string) { os.WriteFile(p, squashfsImage(), 0o644) }, true},
		{"erofs", 0, func(p string) { os.WriteFile(p, erofsImage(), 0o644) }, true},
		{"squashfs", 8192, func(p string) { os.WriteFile(p, append(make([]byte, 8192), squashfsImage()...), 0o644) }, true},
		{"ext4", 0, func(p string) { ext4Image(t, p) }, false},
	} {
		t.Run(tt.kind, func(t *testing.T) {
			if !kerntest.Has(tt.kind) {
				kerntest.Skipf(t, tt.kind, "the kernel has none")
			}
			newMounts(t)
			path := filepath.Join(dir, tt.kind)
			tt.write(path)
			m, err := NewImage(Image{Path: path, Offset: uint64(tt.offset)}, Target{Path: "/mnt/image", Mkdir: true})
			if err != nil {
				t.Fatal(err)
			}
			i, err := Find(Target{Path: "/mnt/image"})
			if err != nil || i.Type != tt.kind {
				t.Errorf("%+v, %v", i, err)
			}
			err = os.WriteFile("/mnt/image/new", []byte("x"), 0o644)
			if tt.ro != errors.Is(err, unix.EROFS) {
				t.Errorf("write: %v", err)
			}
			if err := errors.Join(m.Undo(nil), m.RemovePoint(nil)); err != nil {
				t.Fatal(err)
			}
			if tt.ro {
				return
			}
			m, err = NewImage(Image{Path: path, ReadOnly: true, Type: tt.kind}, Target{Path: "/mnt/again", Mkdir: true})
			if err != nil {
				t.Fatal(err)
			}
			if text, err := os.ReadFile("/mnt/again/new"); err != nil || string(text) != "x" {
				t.Errorf("read back: %q, %v", text, err)
			}
			if err := os.WriteFile("/mnt/again/more", nil, 0o644); !errors.Is(err, unix.EROFS) {
				t.Errorf("write to a read-only one: %v", err)
			}
			if err := m.Undo(nil); err != nil {
				t.Error(err)
			}
		})
	}
	plain := filepath.Join(dir, "plain")
	if err := os.WriteFile(plain, make([]byte, 8192), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := NewImage(Image{Path: plain}, Target{Path: "/mnt"}); !errors.Is(err, unix.EINVAL) {
		t.Errorf("no file system: %v", err)
	}
	if _, err := NewImage(Image{Path: plain, Type: "squashfs"}, Target{Path: "/mnt"}); err == nil {
		t.Error("zeros as squashfs")
	}
}
