// Package mount makes, changes, removes and lists mounts: mount_namespaces(7).
//
// It is written on the descriptor-based calls of Linux 5.2 and later (fsopen(2), open_tree(2), move_mount(2),
// mount_setattr(2)): a mount is complete, with its flags, before it is attached. Where the kernel lacks them it
// goes back to mount(2), call by call; a bind with flags is then without them for an instant.
//
// Everything acts on the mount namespace of the calling thread, and relative paths start at that thread's working
// directory: callers that changed either lock the thread first. Errors wrap the errno and name the operand.
package mount

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// Mount is a mount that this process made.
type Mount struct {
	// ID is the kernel's number for it: unique as long as the system runs since Linux 6.15, before that until the
	// mount is gone and another gets it.
	ID     uint64
	Target string // where it was attached; Where tells where it is
	made   made
}

// BindOptions say how a bind mount differs from its source.
type BindOptions struct {
	Recursive   bool // also what is mounted below the source
	Attr        Attr
	Propagation Propagation
	SourceRoot  string // the source is resolved inside this directory
	UserNS      int    // descriptor of the user namespace that maps the ids of the mount; 0 for none
}

// Bind makes the tree at source also visible at target.
func Bind(source string, target Target, o BindOptions) (*Mount, error) {
	from, err := Target{Path: source, Root: o.SourceRoot}.resolve()
	if err != nil {
		return nil, err
	}
	defer from.close()
	return bind(from, target, o)
}

func bind(from *place, target Target, o BindOptions) (*Mount, error) {
	tree, err := from.clone(o)
	if errors.Is(err, unix.ENOSYS) {
		return bindClassic(from, target, o)
	}
	if err != nil {
		return nil, err
	}
	defer unix.Close(tree)
	return attach(tree, target, o.Propagation)
}

// clone makes a detached copy of the tree at a place, with its attributes set.
func (p *place) clone(o BindOptions) (tree int, err error) {
	flags := uint(unix.OPEN_TREE_CLONE | unix.O_CLOEXEC)
	if o.Recursive {
		flags |= unix.AT_RECURSIVE
	}
	if p.path == "" {
		flags |= unix.AT_EMPTY_PATH
	}
	attr := o.Attr.kernel()
	if o.UserNS > 0 {
		attr.Attr_set |= unix.MOUNT_ATTR_IDMAP
		attr.Userns_fd = uint64(o.UserNS)
	}
	if attr == (unix.MountAttr{}) {
		tree, err = unix.OpenTree(p.fd, p.path, flags)
		if err != nil {
			return -1, fmt.Errorf("open_tree %s: %w", p.name, err)
		}
		return tree, nil
	}
	tree, err = openTreeAttr(p.fd, p.path, flags, &attr)
	if err == nil {
		return tree, nil
	}
	if err != unix.ENOSYS {
		return -1, fmt.Errorf("open_tree_attr %s: %w", p.name, err)
	}
	tree, err = unix.OpenTree(p.fd, p.path, flags)
	if err != nil {
		return -1, fmt.Errorf("open_tree %s: %w", p.name, err)
	}
	if err := unix.MountSetattr(tree, "", unix.AT_EMPTY_PATH|flags&unix.AT_RECURSIVE, &attr); err != nil {
		unix.Close(tree)
		return -1, fmt.Errorf("mount_setattr %s: %w", p.name, err)
	}
	return tree, nil
}

// attach puts a detached tree at its target.
func attach(tree int, target Target, propagation Propagation) (*Mount, error) {
	m, err := target.plan(func() (bool, error) { return isDir(tree) })
	if err != nil {
		return nil, err
	}
	if m.ID, err = mountID(tree, ""); err != nil {
		return nil, err
	}
	return target.attach(m, func(to *place) error {
		if err := to.move(tree, target.Beneath); err != nil || propagation == 0 {
			return err
		}
		attr := unix.MountAttr{Propagation: uint64(propagation)} // the parent's has just been passed on to it
		if err := unix.MountSetattr(tree, "", unix.AT_EMPTY_PATH|unix.AT_RECURSIVE, &attr); err != nil {
			return errors.Join(fmt.Errorf("mount_setattr %s: %w", to.name, err), m.Undo(nil))
		}
		return nil
	})
}

// plan is the mount that is about to be attached.
func (t Target) plan(dir func() (bool, error)) (*Mount, error) {
	made, err := t.missing(dir)
	if err != nil {
		return nil, err
	}
	return &Mount{Target: t.name(), made: made}, nil
}

// attach does what is planned. move puts the mount at its place.
func (t Target) attach(m *Mount, move func(*place) error) (*Mount, error) {
	if t.Attaching != nil {
		if err := t.Attaching(m); err != nil {
			return nil, err
		}
	}
	if err := m.made.make(); err != nil {
		return nil, err
	}
	to, err := t.resolve()
	if err == nil {
		defer to.close()
		err = move(to)
	}
	if err != nil {
		return nil, errors.Join(err, m.made.remove())
	}
	return m, nil
}

func isDir(fd int) (bool, error) {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return false, fmt.Errorf("fstat: %w", err)
	}
	return st.Mode&unix.S_IFMT == unix.S_IFDIR, nil
}
