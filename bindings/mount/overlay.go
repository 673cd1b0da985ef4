package mount

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// Overlay describes an overlay file system; see the kernel's Documentation/filesystems/overlayfs.rst.
type Overlay struct {
	Lower       []string // read-only layers, topmost first
	Data        []string // layers below them that are only read for the contents of files
	Upper, Work string   // the writable layer, and an empty directory on its file system; none: a read-only overlay
	// UserXattr keeps marks in user.overlay.* attributes. Only those can be written in a user namespace, so it is
	// turned on there by itself.
	UserXattr   bool
	Volatile    bool   // no fsync: a crash may leave an upper layer that can't be used again
	Index       string // "on", "off"
	RedirectDir string // "on", "off", "follow", "nofollow"
	Metacopy    string // "on", "off"
	XIno        string // "on", "off", "auto"
	NFSExport   string // "on", "off"
	Params      []Param
	Attr        Attr
	Propagation Propagation
}

// NewOverlay mounts an overlay at target. Any path will do, whatever is in it.
func NewOverlay(o Overlay, target Target) (*Mount, error) {
	params := o.params()
	var m *Mount
	var err error
	for _, layers := range []func() ([]Param, func(), error){o.layerFiles, o.layerPaths, o.layerList} {
		layer, done, e := layers()
		if e != nil {
			return nil, e
		}
		m, err = New(FS{
			Type: "overlay", Source: "overlay", Params: append(layer, params...), Attr: o.Attr, Propagation: o.Propagation,
		}, target)
		done()
		if !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.EBADF) {
			break // else this kernel may want the layers in an older way
		}
	}
	return m, err
}

func (o Overlay) params() []Param {
	var params []Param
	for _, p := range []Param{
		{Key: "index", Value: o.Index}, {Key: "redirect_dir", Value: o.RedirectDir}, {Key: "metacopy", Value: o.Metacopy},
		{Key: "xino", Value: o.XIno}, {Key: "nfs_export", Value: o.NFSExport},
	} {
		if p.Value != "" {
			params = append(params, p)
		}
	}
	if o.UserXattr || InUserNS() {
		params = append(params, Param{Key: "userxattr", Flag: true})
	}
	if o.Volatile {
		params = append(params, Param{Key: "volatile", Flag: true})
	}
	return append(params, o.Params...)
}

// each calls f with every layer under the name of its option.
func (o Overlay) each(f func(key, path string) error) error {
	for _, l := range o.Lower {
		if err := f("lowerdir+", l); err != nil {
			return err
		}
	}
	for _, l := range o.Data {
		if err := f("datadir+", l); err != nil {
			return err
		}
	}
	if o.Upper == "" {
		return nil
	}
	if err := f("upperdir", o.Upper); err != nil {
		return err
	}
	return f("workdir", o.Work)
}

// layerFiles gives the layers as descriptors: Linux 6.13.
func (o Overlay) layerFiles() ([]Param, func(), error) {
	var params []Param
	done := func() {
		for _, p := range params {
			p.file.Close()
		}
	}
	err := o.each(func(key, path string) error {
		fd, err := unix.Open(path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err == unix.EACCES { // to search it is enough, and O_PATH too since 6.14
			fd, err = unix.Open(path, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		}
		if err != nil {
			return fmt.Errorf("%s %s: %w", strings.TrimSuffix(key, "+"), path, err)
		}
		params = append(params, Param{Key: key, Value: path, file: os.NewFile(uintptr(fd), path)})
		return nil
	})
	if err != nil {
		done()
		return nil, nil, err
	}
	return params, done, nil
}

// layerPaths gives the lower layers one by one: Linux 6.7.
func (o Overlay) layerPaths() ([]Param, func(), error) {
	var params []Param
	err := o.each(func(key, path string) error {
		if !strings.HasSuffix(key, "+") {
			path = escapeBackslash(path)
		}
		params = append(params, Param{Key: key, Value: path})
		return nil
	})
	return params, func() {}, err
}

// layerList gives the layers in the one string that all kernels take.
func (o Overlay) layerList() ([]Param, func(), error) {
	quoted := func(paths []string) []string {
		out := make([]string, len(paths))
		for i, p := range paths {
			out[i] = strings.ReplaceAll(escapeLayer(p), ":", `\:`)
		}
		return out
	}
	lower := strings.Join(append([]string{strings.Join(quoted(o.Lower), ":")}, quoted(o.Data)...), "::")
	params := []Param{{Key: "lowerdir", Value: lower}}
	if o.Upper != "" {
		params = append(params, Param{Key: "upperdir", Value: escapeLayer(o.Upper)}, Param{Key: "workdir", Value: escapeLayer(o.Work)})
	}
	return params, func() {}, nil
}

func escapeBackslash(path string) string { return strings.ReplaceAll(path, `\`, `\\`) }

// escapeLayer escapes what mount(2) takes for the end of an option.
func escapeLayer(path string) string { return strings.ReplaceAll(escapeBackslash(path), ",", `\,`) }
