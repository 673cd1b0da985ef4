package fs

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/mountinfo"
)

// Remove removes a file, or a directory that is empty.
func Remove(path string) error {
	err := unix.Unlink(path)
	if err == unix.EISDIR || err == unix.EPERM {
		if dirErr := unix.Rmdir(path); dirErr != unix.ENOTDIR {
			err = dirErr
		}
	}
	if err != nil {
		return fmt.Errorf("remove %s: %w", path, err)
	}
	return nil
}

// RemoveTree removes a file or a directory with all that is in it. It follows no
// symbolic link, and what is mounted somewhere in the tree is safe: it then removes nothing (EBUSY).
func RemoveTree(wait Wait, path string) error {
	if base := filepath.Base(filepath.Clean(path)); base == "/" || base == "." || base == ".." {
		return fmt.Errorf("remove %s: %w", path, unix.EBUSY)
	}
	points, err := mountsBelow(path)
	if err != nil {
		return err
	}
	if len(points) > 0 {
		return fmt.Errorf("remove %s: something is mounted at %s: %w", path, points[0], unix.EBUSY)
	}
	above := map[int]Info{} // the directories on the way down, by depth
	w := walker{
		wait: wait,
		pre: func(n *node) (bool, error) {
			if up, ok := above[n.depth-1]; ok && !n.info.sameMount(up) {
				return false, fmt.Errorf("remove %s: it is a mount point: %w", n.path, unix.EBUSY)
			}
			above[n.depth] = n.info
			return true, nil
		},
		post: func(n *node) error {
			flags := 0
			if n.info.Type == "dir" {
				flags = unix.AT_REMOVEDIR
			}
			err := unix.Unlinkat(n.dir, n.name, flags)
			if err == nil || err == unix.ENOENT {
				return nil
			}
			return fmt.Errorf("remove %s: %w", n.path, err)
		},
	}
	return w.walk(strings.TrimRight(path, "/"))
}

// mountsBelow lists the mount points at a path or below it, none if there is no /proc to say.
func mountsBelow(path string) ([]string, error) {
	dir, err := Realpath(filepath.Dir(filepath.Clean(path)))
	if err != nil {
		return nil, err
	}
	root := filepath.Join(dir, filepath.Base(path))
	f, err := os.Open("/proc/thread-self/mountinfo")
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var points []string
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 5 {
			continue
		}
		if point := mountinfo.Unescape(fields[4]); point == root || strings.HasPrefix(point, root+"/") {
			points = append(points, point)
		}
	}
	return points, lines.Err()
}
