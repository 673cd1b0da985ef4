package fs

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

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

func mknodHint(err error) string {
	var device *DeviceError
	if errors.As(err, &device) && errors.Is(err, unix.EPERM) {
		return "device files take CAP_MKNOD in the initial user namespace: bind-mount the host's instead"
	}
	return ""
}

func chownHint(err error) string {
	switch {
	case errors.Is(err, unix.EPERM) && unix.Geteuid() != 0:
		return "only root gives files away"
	case errors.Is(err, unix.EINVAL):
		return "an id must be mapped in this user namespace; /proc/self/uid_map and gid_map show the ranges"
	}
	return ""
}

func xattrHint(name string, err error) string {
	switch {
	case errors.Is(err, unix.EOPNOTSUPP):
		return `the file system has no such attributes; names begin with "user.", "trusted.", "security." or "system."`
	case errors.Is(err, unix.EPERM):
		if strings.HasPrefix(name, "user.") {
			return "only regular files and directories have user attributes"
		}
		return "this attribute takes CAP_SYS_ADMIN in the initial user namespace"
	}
	return ""
}

func copyHint(target string, err error, o CopyOptions) string {
	switch {
	case errors.Is(err, unix.EISDIR):
		if info, lost := Stat(target, true); lost == nil && info.Type == "dir" {
			return "the target is a directory: name the file in it"
		}
		return "with {tree = true} a directory is copied with all that is in it"
	case errors.Is(err, unix.ENOENT):
		return missingParent(target)
	case errors.Is(err, unix.EOPNOTSUPP) && o.Reflink == "always", errors.Is(err, unix.EXDEV) && o.Reflink == "always":
		return "reflinks take btrfs, xfs or another file system that shares data, and both files on it"
	}
	if hint := mknodHint(err); hint != "" || !o.Preserve {
		return hint
	}
	return chownHint(err)
}

func watchHint(err error) string {
	switch {
	case errors.Is(err, unix.ENOSPC):
		return "this user watches too many files: the sysctl fs.inotify.max_user_watches"
	case errors.Is(err, unix.EMFILE):
		return "this user has too many watches: the sysctl fs.inotify.max_user_instances"
	}
	return ""
}

func untarHint(target string, err error, o UntarOptions) string {
	if there, lost := Exists(target); lost == nil && !there {
		return fmt.Sprintf("fs.mkdir(%q) first", target)
	}
	if hint := mknodHint(err); hint != "" || !o.Owner {
		return hint
	}
	return chownHint(err)
}
