package fs

import (
	"errors"
	"fmt"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// The hints here are asked for after a failure only; err nil gives none.

func readHint(path string, err error) string {
	if errors.Is(err, unix.EISDIR) {
		return fmt.Sprintf("fs.list(%q) reads a directory", path)
	}
	return ""
}

func writeHint(path string, err error) string {
	if errors.Is(err, unix.ENOENT) {
		return missingParent(path)
	}
	return ""
}

// missingParent names the directory on the way to a path that does not exist.
func missingParent(path string) string {
	missing := ""
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if there, err := Exists(dir); err != nil || there {
			break
		}
		missing = dir
		if dir == filepath.Dir(dir) {
			break
		}
	}
	if missing == "" {
		return ""
	}
	return fmt.Sprintf("there is no %s: fs.mkdir(%q, {parents = true}) makes all directories of the way", missing, filepath.Dir(path))
}

func mkdirHint(path string, err error, parents bool) string {
	switch {
	case errors.Is(err, unix.ENOENT) && !parents:
		if missingParent(path) != "" {
			return "with {parents = true} the directories above it are made too"
		}
	case errors.Is(err, unix.EEXIST) && !parents:
		if info, err := Stat(path, true); err == nil && info.Type == "dir" {
			return "with {parents = true} a directory that exists is fine"
		}
	}
	return ""
}

func removeHint(path string, err error, tree bool) string {
	switch {
	case !tree && (errors.Is(err, unix.ENOTEMPTY) || errors.Is(err, unix.EEXIST)):
		return "with {tree = true} what is in it goes too"
	case errors.Is(err, unix.EBUSY):
		if points, lost := mountsBelow(path); lost == nil && len(points) > 0 {
			return fmt.Sprintf("umount %s first", points[0])
		}
	}
	return ""
}

func renameHint(err error) string {
	if errors.Is(err, unix.EXDEV) {
		return "the two are on different mounts: fs.copy and fs.remove move a file there"
	}
	return ""
}

func readlinkHint(path string, err error) string {
	if !errors.Is(err, unix.EINVAL) {
		return ""
	}
	if info, err := Stat(path, false); err == nil && info.Type != "symlink" {
		return "it is no symbolic link but a " + info.Type
	}
	return ""
}

func mknodHint(kind string, err error) string {
	if errors.Is(err, unix.EPERM) && (kind == "char" || kind == "block") {
		return "device files take CAP_MKNOD in the initial user namespace: bind-mount the host's instead"
	}
	return ""
}
