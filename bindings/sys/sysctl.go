package sys

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

const sysctlRoot = "/proc/sys"

// SysctlPath is the file of a sysctl: of "net.ipv4.ip_forward", of
// "net/ipv4/ip_forward", and as with sysctl(8) a slash in a dotted name stands for
// a dot ("net.ipv4.conf.eth0/1.forwarding"). A name in which an interface's dot
// stands as it is is found as well. ENOENT: there is none.
func SysctlPath(name string) (string, error) {
	name = strings.TrimPrefix(name, sysctlRoot+"/")
	var path string
	switch i := strings.IndexAny(name, "./"); {
	case i >= 0 && name[i] == '/':
		path = clean(name)
	default:
		path = clean(strings.NewReplacer(".", "/", "/", ".").Replace(name))
		if path != "" && !present(path) {
			path = search(sysctlRoot, strings.Split(name, "."))
		}
	}
	if path == "" || !present(path) {
		return "", fmt.Errorf("sysctl %s: %w", name, unix.ENOENT)
	}
	return path, nil
}

// clean is the path below the root, "" if it leads out of it.
func clean(name string) string {
	if !filepath.IsLocal(name) {
		return ""
	}
	return filepath.Join(sysctlRoot, name)
}

func present(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// search finds the path whose components are the parts, some of them joined by dots.
func search(dir string, parts []string) string {
	for n := 1; n <= len(parts); n++ {
		name := strings.Join(parts[:n], ".")
		if !filepath.IsLocal(name) {
			return ""
		}
		path := filepath.Join(dir, name)
		if !present(path) {
			continue
		}
		if n == len(parts) {
			return path
		}
		if found := search(path, parts[n:]); found != "" {
			return found
		}
	}
	return ""
}

// SysctlName is the dotted name of a file below /proc/sys.
func SysctlName(path string) string {
	return strings.NewReplacer(".", "/", "/", ".").Replace(strings.TrimPrefix(path, sysctlRoot+"/"))
}

// Sysctl reads a sysctl, without the final newline.
func Sysctl(name string) (string, error) {
	path, err := SysctlPath(name)
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	return strings.TrimSuffix(string(text), "\n"), nil
}

// SetSysctl writes a sysctl.
func SetSysctl(name, value string) error {
	path, err := SysctlPath(name)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	// A file that someone put over /proc would take the value as well, and nothing would happen.
	var st unix.Statfs_t
	if err := unix.Fstatfs(int(f.Fd()), &st); err != nil {
		return fmt.Errorf("fstatfs %s: %w", path, err)
	}
	if st.Type != unix.PROC_SUPER_MAGIC {
		return fmt.Errorf("%s is not on procfs: %w", path, unix.EINVAL)
	}
	_, err = f.WriteString(value)
	return err
}

// Setting is a sysctl and its value; one that can't be read has an Err.
type Setting struct {
	Name, Value string
	Err         error
}

// Sysctls reads all sysctls below a prefix ("net.ipv4"; "" for all), by name. Those that can only be written are left out.
func Sysctls(prefix string) ([]Setting, error) {
	root := sysctlRoot
	if prefix != "" {
		path, err := SysctlPath(strings.TrimRight(prefix, "./"))
		if err != nil {
			return nil, err
		}
		root = path
	}
	var all []Setting
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			if errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist) {
				return nil // an interface that has just gone, a directory of another's
			}
			return err
		}
		if d.IsDir() {
			return nil
		}
		if info, err := d.Info(); err != nil || info.Mode()&0o444 == 0 {
			return nil
		}
		text, err := os.ReadFile(path)
		all = append(all, Setting{SysctlName(path), strings.TrimSuffix(string(text), "\n"), err})
		return nil
	})
	slices.SortFunc(all, func(a, b Setting) int { return strings.Compare(a.Name, b.Name) })
	return all, err
}
