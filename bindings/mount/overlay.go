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
	tree, err := o.create()
	if errors.Is(err, unix.ENOSYS) || errors.Is(err, errLayerComma) {
		return o.fs(o.layerList()).mountClassic(target)
	}
	if err != nil {
		return nil, err
	}
	defer unix.Close(tree)
	return attach(tree, target, o.Propagation)
}

// create gives the kernel the layers in the best way that it knows.
func (o Overlay) create() (tree int, err error) {
	files, err := o.openLayers()
	defer closeLayers(files)
	if err != nil {
		return -1, err
	}
	tree, err = o.fs(files).create()
	if errors.Is(err, unix.EOPNOTSUPP) {
		return o.createFromList()
	}
	for _, layers := range [][]Param{o.layerPaths(), o.layerList()} {
		if !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.EBADF) {
			break
		}
		tree, err = o.fs(layers).create()
	}
	return tree, err
}

// errLayerComma is for layers that fsconfig(2) can't tell to an overlay before Linux 6.5.
var errLayerComma = errors.New("a comma in the path of a layer")

// createFromList is create before Linux 6.5: fsconfig(2) puts options for overlays together as mount(2) has them,
// takes no descriptors and refuses all commas.
func (o Overlay) createFromList() (tree int, err error) {
	layers := o.layerList()
	for _, l := range layers {
		if strings.Contains(l.Value, ",") {
			return -1, errLayerComma
		}
	}
	return o.fs(layers).create()
}

func (o Overlay) fs(layers []Param) FS {
	return FS{
		Type: "overlay", Source: "overlay", Params: append(layers[:len(layers):len(layers)], o.params()...),
		Attr: o.Attr, Propagation: o.Propagation,
	}
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

// layers are the directories under the names of their options.
func (o Overlay) layers() []Param {
	var all []Param
	for _, l := range o.Lower {
		all = append(all, Param{Key: "lowerdir+", Value: l})
	}
	for _, l := range o.Data {
		all = append(all, Param{Key: "datadir+", Value: l})
	}
	if o.Upper != "" {
		all = append(all, Param{Key: "upperdir", Value: o.Upper}, Param{Key: "workdir", Value: o.Work})
	}
	return all
}

// openLayers gives the layers as descriptors: Linux 6.13. After an error some are open all the same.
func (o Overlay) openLayers() ([]Param, error) {
	params := o.layers()
	for i, p := range params {
		fd, err := unix.Open(p.Value, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err == unix.EACCES { // to search it is enough, and O_PATH too since 6.14
			fd, err = unix.Open(p.Value, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		}
		if err != nil {
			return params[:i], fmt.Errorf("%s %s: %w", strings.TrimSuffix(p.Key, "+"), p.Value, err)
		}
		params[i].file = os.NewFile(uintptr(fd), p.Value)
	}
	return params, nil
}

func closeLayers(params []Param) {
	for _, p := range params {
		p.file.Close()
	}
}

// layerPaths gives the lower layers one by one: Linux 6.7.
func (o Overlay) layerPaths() []Param {
	params := o.layers()
	for i, p := range params {
		if !strings.HasSuffix(p.Key, "+") {
			params[i].Value = escapeBackslash(p.Value)
		}
	}
	return params
}

// layerList gives the layers in the one string that all kernels take.
func (o Overlay) layerList() []Param {
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
	return params
}

func escapeBackslash(path string) string { return strings.ReplaceAll(path, `\`, `\\`) }

// escapeLayer escapes what mount(2) takes for the end of an option.
func escapeLayer(path string) string { return strings.ReplaceAll(escapeBackslash(path), ",", `\,`) }
