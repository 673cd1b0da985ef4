package ns

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/mountinfo"
	"nslua/bindings/internal/namespace"
)

// Info is a namespace as lsns(8) shows it, and also one that only a descriptor or a mount keeps.
type Info struct {
	Kind    namespace.Kind
	Inode   uint64
	PIDs    []int    // who lives in it, in order
	Command string   // of the first
	UID     uint32   // of the first
	Pins    []string // bind mounts that keep it
	Holders []Holder // descriptors that keep it
	Owner   uint64   // the user namespace it belongs to, 0 if out of sight
	Parent  uint64   // of pid and user namespaces, 0 if out of sight
}

// Holder is a process with an open descriptor of a namespace.
type Holder struct{ PID, FD int }

type key struct {
	kind  string
	inode uint64
}

// survey collects what it finds by namespace.
type survey struct {
	found map[key]*Info
	paths map[key]string // a file that opens the namespace
}

// List finds all namespaces in sight: through processes, descriptors and mounts.
func List() ([]*Info, error) {
	s := survey{map[key]*Info{}, map[key]string{}}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil {
			s.process(pid)
		}
	}
	if err := s.mounts(); err != nil {
		return nil, err
	}
	list := make([]*Info, 0, len(s.found))
	for k, info := range s.found {
		info.relatives(s.paths[k])
		list = append(list, info)
	}
	slices.SortFunc(list, func(a, b *Info) int {
		if a.Kind.Name != b.Kind.Name {
			return strings.Compare(a.Kind.Name, b.Kind.Name)
		}
		return int(a.Inode) - int(b.Inode)
	})
	return list, nil
}

// note finds the record of a link's text, such as "net:[4026531840]"; nil if that names no namespace.
func (s *survey) note(link, path string) *Info {
	name, rest, ok := strings.Cut(link, ":[")
	if !ok || !strings.HasSuffix(rest, "]") {
		return nil
	}
	kind, err := namespace.ByName(name)
	if err != nil {
		return nil
	}
	inode, err := strconv.ParseUint(strings.TrimSuffix(rest, "]"), 10, 64)
	if err != nil {
		return nil
	}
	k := key{kind.Name, inode}
	info := s.found[k]
	if info == nil {
		info = &Info{Kind: kind, Inode: inode}
		s.found[k], s.paths[k] = info, path
	}
	return info
}

// process notes the namespaces a process is in and those it holds open. What
// can't be read, or ended meanwhile, is not in sight.
func (s *survey) process(pid int) {
	dir := fmt.Sprintf("/proc/%d", pid)
	for _, k := range namespace.Kinds {
		path := dir + "/ns/" + k.Name
		link, err := os.Readlink(path)
		if err != nil {
			continue
		}
		if info := s.note(link, path); info != nil {
			info.PIDs = append(info.PIDs, pid)
			if len(info.PIDs) == 1 || pid < slices.Min(info.PIDs) {
				info.Command, info.UID = command(dir), owner(dir)
			}
			slices.Sort(info.PIDs)
		}
	}
	fds, err := os.ReadDir(dir + "/fd")
	if err != nil {
		return
	}
	for _, e := range fds {
		path := dir + "/fd/" + e.Name()
		link, err := os.Readlink(path)
		if err != nil {
			continue
		}
		if info := s.note(link, path); info != nil {
			fd, _ := strconv.Atoi(e.Name())
			info.Holders = append(info.Holders, Holder{pid, fd})
		}
	}
}

func command(dir string) string {
	args, err := os.ReadFile(dir + "/cmdline")
	if err == nil && len(args) > 0 {
		return strings.ReplaceAll(strings.TrimRight(string(args), "\x00"), "\x00", " ")
	}
	name, err := os.ReadFile(dir + "/comm")
	if err != nil {
		return ""
	}
	return "[" + strings.TrimSpace(string(name)) + "]"
}

func owner(dir string) uint32 {
	var st unix.Stat_t
	if unix.Stat(dir, &st) != nil {
		return 0
	}
	return st.Uid
}

// mounts notes the namespaces that bind mounts keep.
func (s *survey) mounts() error {
	f, err := os.Open("/proc/thread-self/mountinfo")
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		// id parent major:minor root target options … - type source superoptions
		head, tail, _ := strings.Cut(lines.Text(), " - ")
		field := strings.Fields(head)
		if len(field) < 5 || !strings.HasPrefix(tail, "nsfs ") {
			continue
		}
		target := mountinfo.Unescape(field[4])
		if info := s.note(field[3], target); info != nil && !slices.Contains(info.Pins, target) {
			info.Pins = append(info.Pins, target)
		}
	}
	return lines.Err()
}

// relatives asks the kernel for the owner and the parent.
func (i *Info) relatives(path string) {
	h, err := namespace.Open(path)
	if err != nil || h.Inode != i.Inode { // gone, or another mount is on top
		if h != nil {
			h.Close()
		}
		return
	}
	defer h.Close()
	if o, err := h.Owner(); err == nil {
		i.Owner = o.Inode
		o.Close()
	}
	if i.Kind.Name == "pid" || i.Kind.Name == "user" {
		if p, err := h.Parent(); err == nil {
			i.Parent = p.Inode
			p.Close()
		}
	}
}

// Of lists the namespaces of a process by kind: "net" → "net:[4026531840]".
func Of(pid int) (map[string]string, error) {
	m := map[string]string{}
	for _, k := range namespace.Kinds {
		link, err := os.Readlink(filepath.Join("/proc", strconv.Itoa(pid), "ns", k.Name))
		if errors.Is(err, fs.ErrNotExist) {
			if unix.Kill(pid, 0) == unix.ESRCH {
				return nil, fmt.Errorf("process %d: %w", pid, unix.ESRCH)
			}
			continue // a kind this kernel does not have
		}
		if err != nil {
			return nil, err
		}
		m[k.Name] = link
	}
	return m, nil
}
