package mount

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// SetPropagation changes what the mount at target shares with others; recursive: those below it as well.
func SetPropagation(target Target, p Propagation, recursive bool) error {
	at, err := target.resolve()
	if err != nil {
		return err
	}
	defer at.close()
	return setPropagation(at, p, recursive)
}

func setPropagation(at *place, p Propagation, recursive bool) error {
	err := setattr(at, unix.MountAttr{Propagation: uint64(p)}, recursive)
	if !errors.Is(err, unix.ENOSYS) {
		return err
	}
	flags := uintptr(p)
	if recursive {
		flags |= unix.MS_REC
	}
	if err := unix.Mount("", at.classic(), "", flags, ""); err != nil {
		return fmt.Errorf("mount(MS_%s) %s: %w", p, at.name, err)
	}
	return nil
}

func setattr(at *place, attr unix.MountAttr, recursive bool) error {
	flags := uint(0)
	if at.path == "" {
		flags |= unix.AT_EMPTY_PATH
	}
	if recursive {
		flags |= unix.AT_RECURSIVE
	}
	if err := unix.MountSetattr(at.fd, at.path, flags, &attr); err != nil {
		return fmt.Errorf("mount_setattr %s: %w", at.name, err)
	}
	return nil
}

// RemountOptions are what Remount changes; all else stays.
type RemountOptions struct {
	Attr      Attr
	Params    []Param // of the file system, seen through all of its mounts
	Recursive bool    // Attr also of what is mounted below
}

// Remount changes flags of the mount at target and options of its file system.
func Remount(target Target, o RemountOptions) error {
	at, err := target.resolve()
	if err != nil {
		return err
	}
	defer at.close()
	if len(o.Params) > 0 {
		if err := reconfigure(at, o.Params); err != nil {
			return err
		}
	}
	if o.Attr == (Attr{}) {
		return nil
	}
	err = setattr(at, o.Attr.kernel(), o.Recursive)
	if !errors.Is(err, unix.ENOSYS) {
		return err
	}
	if err := at.full(); err != nil {
		return err
	}
	id, err := mountID(at.fd, "")
	if err != nil {
		return err
	}
	return setAttrClassic(&Mount{ID: id}, o.Attr, o.Recursive)
}

// reconfigure changes options of a file system. mount(2) would reset those that are not named.
func reconfigure(at *place, params []Param) error {
	flags := uint(fspickCloexec)
	if at.path == "" {
		flags |= fspickEmptyPath
	}
	fd, err := fspick(at.fd, at.path, flags)
	if err != nil {
		return fmt.Errorf("fspick %s: %w", at.name, err)
	}
	defer unix.Close(fd)
	if err := configure(fd, at.name, params); err != nil {
		return err
	}
	if err := unix.FsconfigReconfigure(fd); err != nil {
		return withLog(fd, "reconfigure "+at.name, err)
	}
	return nil
}

// Move moves the mount at from, with what is mounted below it, to another place.
func Move(from, to Target) error {
	src, err := from.resolve()
	if err != nil {
		return err
	}
	defer src.close()
	if err := src.full(); err != nil {
		return err
	}
	dst, err := to.resolve()
	if err != nil {
		return err
	}
	defer dst.close()
	err = dst.move(src.fd, to.Beneath)
	if errors.Is(err, unix.ENOSYS) && !to.Beneath {
		if err = unix.Mount(src.classic(), dst.classic(), "", unix.MS_MOVE, ""); err != nil {
			err = fmt.Errorf("mount(MS_MOVE) to %s: %w", dst.name, err)
		}
	}
	if err != nil {
		return fmt.Errorf("move %s: %w", src.name, err)
	}
	return nil
}
