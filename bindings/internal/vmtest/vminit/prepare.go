package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/vmtest"
)

// cgroupRoot is where the cgroup v2 hierarchy is; delegated is the cgroup given to the ordinary user.
const (
	cgroupRoot = "/sys/fs/cgroup"
	delegated  = cgroupRoot + "/user"
)

// prepare makes the machine what a login to a Debian system finds.
func prepare() error {
	const safe = unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC
	if err := mount("devtmpfs", "/dev", unix.MS_NOSUID, ""); err != nil {
		return err
	}
	if err := leaveRootfs(); err != nil {
		return err
	}
	for _, m := range []struct {
		fstype, dir string
		flags       uintptr
		data        string
	}{
		{"proc", "/proc", safe, ""},
		{"sysfs", "/sys", safe, ""},
		{"cgroup2", cgroupRoot, safe, "nsdelegate,memory_recursiveprot"},
		{"devpts", "/dev/pts", unix.MS_NOSUID | unix.MS_NOEXEC, "ptmxmode=0666,mode=620,gid=5"},
		{"tmpfs", "/dev/shm", unix.MS_NOSUID | unix.MS_NODEV, "mode=1777"},
		{"mqueue", "/dev/mqueue", safe, ""},
		{"tmpfs", "/run", unix.MS_NOSUID | unix.MS_NODEV, "mode=755"},
		{"tmpfs", "/tmp", unix.MS_NOSUID | unix.MS_NODEV, "mode=1777"},
		{"bpf", "/sys/fs/bpf", safe, ""},
	} {
		if err := mount(m.fstype, m.dir, m.flags, m.data); err != nil {
			return err
		}
	}
	for link, to := range map[string]string{"/dev/fd": "/proc/self/fd", "/dev/stdin": "fd/0", "/dev/stdout": "fd/1", "/dev/stderr": "fd/2"} {
		if err := os.Symlink(to, link); err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
	}
	// Or every new network namespace would have tunl0, sit0 and others as soon as their modules are loaded.
	if err := os.WriteFile("/proc/sys/net/core/fb_tunnels_only_for_init_net", []byte("1"), 0); err != nil {
		return err
	}
	return unix.Sethostname([]byte("vm"))
}

func mount(fstype, dir string, flags uintptr, data string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := unix.Mount(fstype, dir, fstype, flags, data); err != nil {
		return fmt.Errorf("mount %s: %w", dir, err)
	}
	return nil
}

// leaveRootfs makes a bind mount of the initial root the root: pivot_root(2) refuses to leave the initial one.
func leaveRootfs() error {
	const dir = "/newroot"
	return errors.Join(
		unix.Mkdir(dir, 0o755),
		unix.Mount("/", dir, "", unix.MS_BIND|unix.MS_REC, ""),
		unix.Chdir(dir),
		unix.Mount(".", "/", "", unix.MS_MOVE, ""),
		unix.Chroot("."),
		unix.Chdir("/"),
	)
}

func loopbackUp() error {
	s, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("socket", err)
	}
	defer unix.Close(s)
	request, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_UP)
	return os.NewSyscallError("set lo up", unix.IoctlIfreq(s, unix.SIOCSIFFLAGS, request))
}

// delegate gives the ordinary user a cgroup with every controller, as a systemd host does.
func delegate() error {
	controllers, err := os.ReadFile(filepath.Join(cgroupRoot, "cgroup.controllers"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(delegated, "session"), 0o755); err != nil {
		return err
	}
	for _, dir := range []string{cgroupRoot, delegated} {
		if err := enable(dir, string(controllers)); err != nil {
			return err
		}
	}
	for _, path := range []string{".", "cgroup.procs", "cgroup.threads", "cgroup.subtree_control", "session", "session/cgroup.procs"} {
		if err := os.Chown(filepath.Join(delegated, path), vmtest.Nobody, vmtest.Nobody); err != nil {
			return err
		}
	}
	return nil
}
