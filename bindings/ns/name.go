package ns

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
)

// netnsDir is where ip-netns(8) keeps the names of network namespaces.
const netnsDir = "/run/netns"

// namePath is the file of a name.
func namePath(name string) (string, error) {
	if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\x00") || len(name) > 255 {
		return "", fmt.Errorf("%q is no name for a namespace: %w", name, unix.EINVAL)
	}
	return filepath.Join(netnsDir, name), nil
}

// PinName gives a network namespace a name, as ip netns add does: a bind mount
// below /run/netns. A name that is taken gives EEXIST. made says that this also
// made /run/netns a mount of its own, which DropDir takes back.
func PinName(h *namespace.Handle, name string) (made bool, err error) {
	path, err := namePath(name)
	if err != nil {
		return false, err
	}
	if h.Kind.Name != "net" {
		return false, fmt.Errorf("only network namespaces have names, not %s: %w", h, unix.EINVAL)
	}
	unlock, made, err := prepareDir()
	if err != nil {
		return made, err
	}
	defer unlock()
	return made, Pin(h, path)
}

// Pin binds a namespace to a new file at path: it exists until that is removed, whoever lives in it.
func Pin(h *namespace.Handle, path string) error {
	f, err := os.OpenFile(path, os.O_RDONLY|os.O_CREATE|os.O_EXCL, 0)
	if err != nil {
		return err
	}
	f.Close()
	source := fmt.Sprintf("/proc/self/fd/%d", h.FD())
	if err := unix.Mount(source, path, "", unix.MS_BIND, ""); err != nil {
		return errors.Join(fmt.Errorf("bind %s to %s: %w", h, path, err), os.Remove(path))
	}
	return nil
}

// Unpin takes a pin away, and the file it was bound to if that is empty. What
// lives in the namespace goes on. A path that is no pin gives EINVAL and stays as
// it is, but for what Pin leaves behind if it dies half way: an empty file without permissions.
func Unpin(path string) error {
	pinned, err := isNamespace(path)
	if err != nil {
		return err
	}
	if pinned {
		if err := unix.Unmount(path, unix.MNT_DETACH|unix.UMOUNT_NOFOLLOW); err != nil {
			return fmt.Errorf("umount %s: %w", path, err)
		}
	}
	var st unix.Stat_t
	if err := unix.Lstat(path, &st); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	empty := st.Mode&unix.S_IFMT == unix.S_IFREG && st.Size == 0
	switch {
	case !pinned && (!empty || st.Mode&0o777 != 0):
		return fmt.Errorf("%s: no namespace is pinned there: %w", path, unix.EINVAL)
	case !empty:
		return nil
	}
	return os.Remove(path)
}

// isNamespace reports whether path itself, not what it links to, is a namespace's file.
func isNamespace(path string) (bool, error) {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return false, fmt.Errorf("%s: %w", path, err)
	}
	defer unix.Close(fd)
	var st unix.Statfs_t
	if err := unix.Fstatfs(fd, &st); err != nil {
		return false, fmt.Errorf("statfs %s: %w", path, err)
	}
	return st.Type == unix.NSFS_MAGIC, nil
}

// Names lists the named network namespaces.
func Names() ([]string, error) {
	entries, err := os.ReadDir(netnsDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, nil
}

// prepareDir makes /run/netns a shared mount, as ip netns does, so that a name
// made or removed in one mount namespace is so in all. It holds a lock against
// others who do the same, until unlock is called.
func prepareDir() (unlock func(), made bool, err error) {
	if err := os.MkdirAll(netnsDir, 0o755); err != nil {
		return nil, false, err
	}
	lock, err := os.Open(netnsDir)
	if err != nil {
		return nil, false, err
	}
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX); err != nil {
		lock.Close()
		return nil, false, fmt.Errorf("lock %s: %w", netnsDir, err)
	}
	shared := func() error { return unix.Mount("", netnsDir, "none", unix.MS_SHARED|unix.MS_REC, "") }
	err = shared()
	if err == unix.EINVAL { // it is no mount point yet
		if err = unix.Mount(netnsDir, netnsDir, "none", unix.MS_BIND|unix.MS_REC, ""); err == nil {
			made, err = true, shared()
		}
	}
	if err != nil {
		lock.Close()
		return nil, made, fmt.Errorf("make %s a shared mount: %w", netnsDir, err)
	}
	return func() { lock.Close() }, made, nil
}

// DropDir takes the mount on /run/netns away again if no name is left.
func DropDir() error {
	names, err := Names()
	if err != nil || len(names) > 0 {
		return err
	}
	if err := unix.Unmount(netnsDir, unix.MNT_DETACH|unix.UMOUNT_NOFOLLOW); err != nil && err != unix.EINVAL {
		return fmt.Errorf("umount %s: %w", netnsDir, err)
	}
	return nil
}
