package fs

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// attrRecord is how a PAX header names an extended attribute.
const attrRecord = "SCHILY.xattr."

// TarOptions say what Tar writes.
type TarOptions struct {
	Gzip  bool
	Attrs bool // extended attributes
}

// Tar writes an archive of a directory, its names relative to it, or of a single
// file. Owners go by number; sockets are left out, and so is the archive itself.
func Tar(wait Wait, archive, source string, o TarOptions) (err error) {
	fd, err := open(archive, unix.O_WRONLY|unix.O_CREAT|unix.O_TRUNC, 0o666)
	if err != nil {
		return err
	}
	f := os.NewFile(uintptr(fd), archive)
	defer func() {
		if closed := f.Close(); err == nil {
			err = closed
		}
		if err != nil {
			unix.Unlink(archive)
		}
	}()
	own, err := statAt(fd, "", archive, false)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(f, chunk)
	var out io.Writer = buffered
	var zip *gzip.Writer
	if o.Gzip {
		zip = gzip.NewWriter(buffered)
		out = zip
	}
	p := packer{wait: wait, o: o, w: tar.NewWriter(out), own: own, linked: map[fileID]string{}}
	w := walker{wait: wait, follow: true, pre: p.add}
	if err := w.walk(source); err != nil {
		return err
	}
	if err := p.w.Close(); err != nil {
		return fmt.Errorf("write %s: %w", archive, err)
	}
	if zip != nil {
		if err := zip.Close(); err != nil {
			return fmt.Errorf("write %s: %w", archive, err)
		}
	}
	return buffered.Flush()
}

// packer writes one archive.
type packer struct {
	wait   Wait
	o      TarOptions
	w      *tar.Writer
	root   string
	own    Info // the archive
	linked map[fileID]string
}

func (p *packer) add(n *node) (bool, error) {
	if n.depth == 0 {
		p.root = n.path
	}
	if n.info.Type == "socket" || n.info.same(p.own) {
		return true, nil
	}
	h := p.header(n)
	if n.info.Type == "symlink" {
		target, err := readlinkAt(n.dir, n.name, n.path)
		if err != nil {
			return false, err
		}
		h.Linkname = target
	}
	if n.info.Type != "dir" && n.info.Links > 1 {
		if first, ok := p.linked[n.info.id()]; ok {
			h.Typeflag, h.Linkname, h.Size = tar.TypeLink, first, 0
			return true, p.write(h, n, nil)
		}
		p.linked[n.info.id()] = h.Name
	}
	if n.info.Type != "file" && n.info.Type != "dir" {
		return true, p.write(h, n, nil)
	}
	flags := unix.O_RDONLY | unix.O_CLOEXEC | unix.O_NONBLOCK | unix.O_NOFOLLOW
	if n.depth == 0 {
		flags &^= unix.O_NOFOLLOW
	}
	fd, err := unix.Openat(n.dir, n.name, flags, 0)
	if err != nil {
		return false, fmt.Errorf("open %s: %w", n.path, err)
	}
	f := os.NewFile(uintptr(fd), n.path)
	defer f.Close()
	return true, p.write(h, n, f)
}

// tarTypes are the types of files in an archive.
var tarTypes = map[string]byte{
	"file": tar.TypeReg, "dir": tar.TypeDir, "symlink": tar.TypeSymlink,
	"fifo": tar.TypeFifo, "char": tar.TypeChar, "block": tar.TypeBlock,
}

func (p *packer) header(n *node) *tar.Header {
	h := &tar.Header{
		Typeflag: tarTypes[n.info.Type], Mode: int64(n.info.Mode), Uid: int(n.info.UID), Gid: int(n.info.GID),
		ModTime: n.info.Mtime, Format: tar.FormatPAX,
		Devmajor: int64(n.info.DevMajor), Devminor: int64(n.info.DevMinor),
	}
	h.Name = strings.TrimPrefix(strings.TrimPrefix(n.path, strings.TrimSuffix(p.root, "/")), "/")
	switch {
	case n.depth == 0 && n.info.Type == "dir":
		h.Name = "./"
	case n.depth == 0:
		h.Name = filepath.Base(n.path)
	case n.info.Type == "dir":
		h.Name += "/"
	}
	if n.info.Type == "file" {
		h.Size = n.info.Size
	}
	return h
}

// write writes a member; f is a file or a directory, nil for what has neither data nor attributes.
func (p *packer) write(h *tar.Header, n *node, f *os.File) error {
	if p.o.Attrs && f != nil {
		if err := addAttrs(h, int(f.Fd()), n.path); err != nil {
			return err
		}
	}
	if err := p.w.WriteHeader(h); err != nil {
		return fmt.Errorf("archive %s: %w", n.path, err)
	}
	if h.Typeflag != tar.TypeReg {
		return nil
	}
	if _, err := io.Copy(p.w, io.LimitReader(stoppable{p.wait, f}, h.Size)); err != nil {
		return fmt.Errorf("archive %s: %w", n.path, err)
	}
	if err := p.w.Flush(); err != nil { // it has become shorter
		return fmt.Errorf("archive %s: %w", n.path, err)
	}
	return nil
}

func addAttrs(h *tar.Header, fd int, path string) error {
	names, err := attrNames(func(buf []byte) (int, error) { return unix.Flistxattr(fd, buf) })
	if errors.Is(err, unix.EOPNOTSUPP) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("listxattr %s: %w", path, err)
	}
	for _, name := range names {
		value, err := attrValue(func(buf []byte) (int, error) { return unix.Fgetxattr(fd, name, buf) })
		if err != nil {
			return fmt.Errorf("getxattr %s of %s: %w", name, path, err)
		}
		if h.PAXRecords == nil {
			h.PAXRecords = map[string]string{}
		}
		h.PAXRecords[attrRecord+name] = string(value)
	}
	return nil
}

// stoppable is a reader that asks before each read whether to go on.
type stoppable struct {
	wait Wait
	r    io.Reader
}

func (s stoppable) Read(b []byte) (int, error) {
	if err := s.wait.check(); err != nil {
		return 0, err
	}
	return s.r.Read(b)
}
