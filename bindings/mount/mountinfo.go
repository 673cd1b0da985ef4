package mount

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/mountinfo"
)

// readMountinfo reads the mounts of a process, 0 for the calling thread.
func readMountinfo(pid int) ([]Info, error) {
	dir := "thread-self" // mounts belong to threads
	if pid != 0 {
		dir = strconv.Itoa(pid)
	}
	f, err := openProc(dir, "mountinfo")
	if pid != 0 && err == unix.ENOENT && unix.Kill(pid, 0) == unix.ESRCH {
		err = unix.ESRCH
	}
	if err != nil {
		return nil, fmt.Errorf("open /proc/%s/mountinfo: %w", dir, err)
	}
	defer f.Close()
	return parseMountinfo(f)
}

// What a real /proc shows: PROC_SUPER_MAGIC, PROC_ROOT_INO.
const (
	procMagic = 0x9fa0
	procInode = 1
)

// openProc opens a file of a process, or of the calling thread as "thread-self", in /proc for reading, and makes sure
// that it is the kernel's: in a root directory that others have written to, anything may be called /proc, and anything
// be mounted over a file in it.
func openProc(process, file string) (*os.File, error) {
	dir, err := unix.Open("/proc", unix.O_PATH|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(dir)
	var fs unix.Statfs_t
	if err := unix.Fstatfs(dir, &fs); err != nil {
		return nil, err
	}
	var st unix.Stat_t
	if err := unix.Fstat(dir, &st); err != nil {
		return nil, err
	}
	if fs.Type != procMagic || st.Ino != procInode {
		return nil, fmt.Errorf("/proc is not a proc file system: %w", unix.EXDEV)
	}
	if process == "thread-self" { // a symbolic link: the number in the pid namespace of this /proc
		var buf [64]byte
		n, err := unix.Readlinkat(dir, process, buf[:])
		if err != nil {
			return nil, err
		}
		process = string(buf[:n])
	}
	path := process + "/" + file
	fd, err := unix.Openat2(dir, path, &unix.OpenHow{
		Flags:   unix.O_RDONLY | unix.O_CLOEXEC,
		Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_XDEV | unix.RESOLVE_NO_SYMLINKS,
	})
	if err == unix.ENOSYS {
		fd, err = unix.Openat(dir, path, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	}
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), "/proc/"+path), nil
}

func parseMountinfo(r io.Reader) ([]Info, error) {
	var all []Info
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 16<<10), 1<<20)
	for lines.Scan() {
		m, ok := parseLine(lines.Text())
		if !ok {
			return nil, fmt.Errorf("mountinfo: line %q: %w", lines.Text(), unix.EINVAL)
		}
		all = append(all, m)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("mountinfo: %w", err)
	}
	return parentsFirst(all), nil
}

// parseLine reads "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue".
func parseLine(line string) (m Info, ok bool) {
	words := strings.Split(line, " ")
	dash := -1
	for i := 6; i < len(words); i++ {
		if words[i] == "-" {
			dash = i
			break
		}
	}
	if dash < 0 || len(words) < dash+4 {
		return m, false
	}
	var err [4]error
	m.ID, err[0] = strconv.ParseUint(words[0], 10, 64)
	m.Parent, err[1] = strconv.ParseUint(words[1], 10, 64)
	major, minor, _ := strings.Cut(words[2], ":")
	m.Major, err[2] = parse32(major)
	m.Minor, err[3] = parse32(minor)
	for _, e := range err {
		if e != nil {
			return m, false
		}
	}
	m.Root, m.Target = mountinfo.Unescape(words[3]), mountinfo.Unescape(words[4])
	m.Options = strings.Split(words[5], ",")
	for _, tag := range words[6:dash] {
		name, value, _ := strings.Cut(tag, ":")
		n, _ := strconv.ParseUint(value, 10, 64)
		switch name {
		case "shared":
			m.PeerGroup = n
		case "master":
			m.Master = n
		case "propagate_from":
			m.PropagateOf = n
		case "unbindable":
			m.Unbindable = true
		}
	}
	m.Type, m.Source = mountinfo.Unescape(words[dash+1]), mountinfo.Unescape(words[dash+2])
	m.SuperOptions = splitOptions(words[dash+3])
	return m, true
}

// splitOptions splits the list before the escapes in it are decoded: a comma in a value is escaped where the file
// system takes care of it.
func splitOptions(text string) []string {
	words := strings.Split(text, ",")
	for i, w := range words {
		words[i] = mountinfo.Unescape(w)
	}
	return words
}

func parse32(s string) (uint32, error) {
	n, err := strconv.ParseUint(s, 10, 32)
	return uint32(n), err
}

// parentsFirst puts each mount behind the one it is on; those on one parent keep their order.
func parentsFirst(all []Info) []Info {
	known := make(map[uint64]bool, len(all))
	for i := range all {
		known[all[i].ID] = true
	}
	children := make(map[uint64][]int, len(all))
	var order []int
	for i := range all {
		if m := &all[i]; known[m.Parent] && m.Parent != m.ID {
			children[m.Parent] = append(children[m.Parent], i)
		} else {
			order = append(order, i)
		}
	}
	out := make([]Info, 0, len(all))
	var walk func(i int)
	walk = func(i int) {
		out = append(out, all[i])
		for _, c := range children[all[i].ID] {
			walk(c)
		}
	}
	for _, i := range order {
		walk(i)
	}
	return out
}
