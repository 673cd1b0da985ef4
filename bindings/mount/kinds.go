package mount

import (
	"fmt"
	"strconv"
	"strings"
)

// Tmpfs describes a file system in memory: tmpfs(5). What is nil or empty is left to the kernel.
type Tmpfs struct {
	Size     string // bytes, with k, m or g, or a part of the memory: "50%"
	Inodes   *uint64
	Mode     *uint32
	UID, GID *uint32
	Huge     string // "never", "always", "within_size", "advise"
	NoSwap   bool
}

// FS is the file system to mount.
func (o Tmpfs) FS() FS {
	p := params{}
	p.text("size", o.Size)
	number(&p, "nr_inodes", o.Inodes)
	p.octal("mode", o.Mode)
	number(&p, "uid", o.UID)
	number(&p, "gid", o.GID)
	p.text("huge", o.Huge)
	p.flag("noswap", o.NoSwap)
	return FS{Type: "tmpfs", Source: "tmpfs", Params: p}
}

// Proc describes a view of the processes of the thread's pid namespace: proc(5).
type Proc struct {
	HidePID string // "off", "noaccess", "invisible", "ptraceable"
	GID     *uint32
	Subset  string // "pid": nothing but the processes
}

// FS is the file system to mount.
func (o Proc) FS() FS {
	p := params{}
	p.text("hidepid", o.HidePID)
	number(&p, "gid", o.GID)
	p.text("subset", o.Subset)
	return FS{Type: "proc", Source: "proc", Params: p}
}

// Devpts describes a set of pseudo-terminals of its own: pts(4).
type Devpts struct {
	PtmxMode *uint32 // of the file ptmx in it; 0 unless given
	Mode     *uint32 // of new terminals
	UID, GID *uint32 // of new terminals
	Max      *uint64
}

// FS is the file system to mount.
func (o Devpts) FS() FS {
	p := params{{Key: "newinstance", Flag: true}} // kernels before 4.7 would give the system's own else
	p.octal("ptmxmode", o.PtmxMode)
	p.octal("mode", o.Mode)
	number(&p, "uid", o.UID)
	number(&p, "gid", o.GID)
	number(&p, "max", o.Max)
	return FS{Type: "devpts", Source: "devpts", Params: p}
}

// Cgroup describes a view of a control group hierarchy, from the root of the thread's cgroup namespace.
type Cgroup struct {
	Controllers []string // a version 1 hierarchy with these; none: version 2
	Name        string   // a version 1 hierarchy with this name
	Delegate    bool     // nsdelegate: cgroup namespaces are borders of delegation (version 2)
}

// FS is the file system to mount.
func (o Cgroup) FS() FS {
	p := params{}
	if len(o.Controllers) == 0 && o.Name == "" {
		p.flag("nsdelegate", o.Delegate)
		return FS{Type: "cgroup2", Source: "cgroup2", Params: p}
	}
	p.flag("none", len(o.Controllers) == 0)
	for _, c := range o.Controllers {
		p.flag(c, true)
	}
	p.text("name", o.Name)
	return FS{Type: "cgroup", Source: "cgroup", Params: p}
}

// params gathers the options that are given.
type params []Param

func (p *params) text(key, value string) {
	if value != "" {
		*p = append(*p, Param{Key: key, Value: value})
	}
}

func (p *params) flag(key string, on bool) {
	if on {
		*p = append(*p, Param{Key: key, Flag: true})
	}
}

func (p *params) octal(key string, value *uint32) {
	if value != nil {
		p.text(key, "0"+strconv.FormatUint(uint64(*value), 8))
	}
}

func number[T uint32 | uint64](p *params, key string, value *T) {
	if value != nil {
		p.text(key, fmt.Sprint(*value))
	}
}

// KnownTypes are the file system types in the text of /proc/filesystems.
func KnownTypes(filesystems string) []string {
	var types []string
	for line := range strings.Lines(filesystems) {
		if words := strings.Fields(line); len(words) > 0 {
			types = append(types, words[len(words)-1])
		}
	}
	return types
}
