package mount

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sys/unix"
)

// This file is mount(2), for kernels before 5.2 (5.12 for flags of binds) and where a seccomp filter refuses the
// newer calls with ENOSYS.

func bindClassic(from *place, target Target, o BindOptions) (*Mount, error) {
	if o.UserNS > 0 || target.Beneath {
		return nil, fmt.Errorf("mount_setattr %s: %w", from.name, unix.ENOSYS)
	}
	flags := uintptr(unix.MS_BIND)
	if o.Recursive {
		flags |= unix.MS_REC
	}
	if err := from.full(); err != nil {
		return nil, err
	}
	m, err := attachClassic(target, o.Propagation, func() (bool, error) { return isDir(from.fd) }, func(to string) error {
		return unix.Mount(from.classic(), to, "", flags, "")
	})
	if err != nil || o.Attr == (Attr{}) {
		return m, err
	}
	if err := setAttrClassic(m, o.Attr, o.Recursive); err != nil {
		return nil, errors.Join(err, m.Undo(nil), m.made.remove())
	}
	return m, nil
}

// setAttrClassic changes the flags of a mount, and of those below it. MS_REMOUNT replaces all flags, so the ones
// there are have to be read first.
func setAttrClassic(m *Mount, attr Attr, recursive bool) error {
	all, err := readMountinfo(0)
	if err != nil {
		return err
	}
	for _, i := range subtree(all, m.ID) {
		if uint64(i.ID) != m.ID && !recursive {
			continue
		}
		k := attr.kernel()
		flags := classicFlags(attrOf(i.Options)&^k.Attr_clr | k.Attr_set)
		if err := unix.Mount("", i.Target, "", flags|unix.MS_REMOUNT|unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("mount(MS_REMOUNT|MS_BIND) %s: %w", i.Target, err)
		}
	}
	return nil
}

func (f FS) mountClassic(target Target) (*Mount, error) {
	if target.Beneath {
		return nil, fmt.Errorf("move_mount to %s: %w", target.name(), unix.ENOSYS)
	}
	var words []string
	flags := classicFlags(f.Attr.Set)
	for _, p := range f.Params {
		switch {
		case p.Flag && p.Key == "ro":
			flags |= unix.MS_RDONLY
		case strings.Contains(p.Value, ",") && f.Type != "overlay":
			return nil, fmt.Errorf("option %s: mount(2) can't take a comma: %w", p, unix.EINVAL)
		default:
			words = append(words, p.String())
		}
	}
	data := strings.Join(words, ",")
	source := f.Source
	if source == "" {
		source = "none"
	}
	return attachClassic(target, f.Propagation, func() (bool, error) { return true, nil }, func(to string) error {
		if err := unix.Mount(source, to, f.Type, flags, data); err != nil {
			return fmt.Errorf("%s: %w", f.describe(), err)
		}
		return nil
	})
}

// attachClassic makes a mount by mount(2) at target and finds out its number.
func attachClassic(target Target, propagation Propagation, dir func() (bool, error), mount func(to string) error) (*Mount, error) {
	m, err := target.plan(dir)
	if err != nil {
		return nil, err
	}
	return target.attach(m, func(to *place) error {
		if err := mount(to.classic()); err != nil {
			return fmt.Errorf("mount %s: %w", to.name, err)
		}
		top, err := target.resolve() // the descriptor that was mounted on is below the mount now
		if err == nil {
			defer top.close()
			if err = top.full(); err == nil {
				m.ID, err = mountID(top.fd, "")
			}
		}
		if err == nil && propagation != 0 {
			err = setPropagation(top, propagation, true)
		}
		if err != nil {
			return errors.Join(err, unix.Unmount(target.name(), unix.MNT_DETACH))
		}
		return nil
	})
}
