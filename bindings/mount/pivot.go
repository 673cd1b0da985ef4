package mount

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// A thread's root and working directory belong to all threads that share them (CLONE_FS). Those of a Go program do,
// until one unshares its mount namespace: up to then these functions move the whole process, so that no thread is
// left behind with a way back to the old root.

// Chroot makes target the root directory and the working directory. The mounts stay as they are: what can be
// reached from inside through open files, or with CAP_SYS_CHROOT, is not shut off; see chroot(2).
func Chroot(target Target) error {
	dir, err := openDir(target)
	if err != nil {
		return err
	}
	defer dir.close()
	here, err := openRoot(".")
	if err != nil {
		return err
	}
	defer here.Close()
	if err := unix.Fchdir(dir.fd); err != nil {
		return fmt.Errorf("chdir %s: %w", dir.name, err)
	}
	if err := unix.Chroot("."); err != nil {
		return goBack(int(here.Fd()), fmt.Errorf("chroot %s: %w", dir.name, err))
	}
	return insideRoot()
}

// PivotRoot makes the mount at target the root of the mount namespace, for every process in it that had the old one
// as its root. The old root is then mounted at putOld, or with "" gone: its mounts are detached as a whole, and
// propagate nothing any more. The working directory becomes "/".
func PivotRoot(target Target, putOld string) error {
	dir, err := openDir(target)
	if err != nil {
		return err
	}
	defer dir.close()
	if putOld != "" {
		if err := unix.PivotRoot(dir.classic(), putOld); err != nil {
			return fmt.Errorf("pivot_root %s, %s: %w", dir.name, putOld, err)
		}
		if err := unix.Chdir("/"); err != nil {
			return fmt.Errorf("chdir /: %w", err)
		}
		return insideRoot()
	}
	here, err := openRoot(".")
	if err != nil {
		return err
	}
	defer here.Close()
	old, err := openRoot("/")
	if err != nil {
		return err
	}
	defer old.Close()
	if err := unix.Fchdir(dir.fd); err != nil {
		return fmt.Errorf("chdir %s: %w", dir.name, err)
	}
	if err := unix.PivotRoot(".", "."); err != nil { // the old root ends up on top of the new
		return goBack(int(here.Fd()), fmt.Errorf("pivot_root %s: %w", dir.name, err))
	}
	if err := unix.Fchdir(int(old.Fd())); err != nil {
		return fmt.Errorf("chdir to the old root: %w", err)
	}
	if err := unix.Mount("", ".", "", unix.MS_REC|unix.MS_SLAVE, ""); err != nil {
		return fmt.Errorf("mount(MS_REC|MS_SLAVE) the old root: %w", err)
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return fmt.Errorf("umount the old root: %w", err)
	}
	if err := unix.Chdir("/"); err != nil {
		return fmt.Errorf("chdir /: %w", err)
	}
	return insideRoot()
}

func openDir(t Target) (*place, error) {
	dir, err := t.resolve()
	if err != nil {
		return nil, err
	}
	if err := dir.full(); err != nil {
		return nil, err
	}
	return dir, nil
}

// goBack returns to the former working directory after an error.
func goBack(here int, err error) error {
	if back := unix.Fchdir(here); back != nil {
		return fmt.Errorf("%w; chdir back: %w", err, back)
	}
	return err
}

// insideRoot checks that the working directory is the new root and not one outside it: a directory left open from
// before is such a way out.
func insideRoot() error {
	cwd, err := unix.Getwd()
	if err == unix.ENOENT { // the kernel calls it "(unreachable)"
		return fmt.Errorf("the working directory is outside the new root: %w", unix.EXDEV)
	}
	if err != nil {
		return fmt.Errorf("getcwd: %w", err)
	}
	var dot, root unix.Stat_t
	if err := unix.Stat(".", &dot); err != nil {
		return fmt.Errorf("stat the working directory: %w", err)
	}
	if err := unix.Stat("/", &root); err != nil {
		return fmt.Errorf("stat /: %w", err)
	}
	if cwd != "/" || dot.Dev != root.Dev || dot.Ino != root.Ino {
		return fmt.Errorf("the working directory %s is not the new root: %w", cwd, unix.EXDEV)
	}
	return nil
}
