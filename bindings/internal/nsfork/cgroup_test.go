package nsfork

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// cgroupMounts returns where the hierarchies of a version are mounted.
func cgroupMounts(fstype string) (dirs []string) {
	b, _ := os.ReadFile("/proc/self/mounts")
	for _, line := range strings.Split(string(b), "\n") {
		if f := strings.Fields(line); len(f) > 2 && f[2] == fstype {
			dirs = append(dirs, f[1])
		}
	}
	return dirs
}

// makeCgroup makes a cgroup below dir, until the test ends.
func makeCgroup(t *testing.T, dir string) string {
	t.Helper()
	dir = filepath.Join(dir, fmt.Sprintf("nsfork-test-%d", os.Getpid()))
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Skipf("no cgroup of one's own: %v", err)
	}
	t.Cleanup(func() {
		var err error
		for range 100 {
			if err = os.Remove(dir); err == nil || !errors.Is(err, unix.EBUSY) {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if err != nil {
			t.Error(err)
		}
	})
	return dir
}

func TestCgroupV2(t *testing.T) {
	needRoot(t)
	mounts := cgroupMounts("cgroup2")
	if len(mounts) == 0 {
		t.Skip("no cgroup2 is mounted")
	}
	dir := makeCgroup(t, mounts[0])
	fd := openDir(t, dir)
	want := "0::/" + filepath.Base(dir)
	if st := stateOf(t, &Spec{CgroupFD: Some(fd)}); !strings.Contains(st.Cgroup, want) {
		t.Errorf("clone3: cgroups %s", st.Cgroup)
	}
	st := stateOf(t, ownUser(&Spec{CgroupFD: Some(fd), New: allKinds, MountProc: true}))
	if !strings.HasSuffix(st.Cgroup, "0::/") {
		t.Errorf("in a cgroup namespace of its own: %q", st.Cgroup)
	}

	// A filter like those of container engines of old: clone3 is unknown.
	s := helper("cgroup", &Spec{Files: []int{0, 1, 2, fd}, NoNewPrivs: true, Last: []Step{{
		Name: "seccomp", Nr: unix.SYS_SECCOMP, Args: []any{unix.SECCOMP_SET_MODE_FILTER, 0, unsafe.Pointer(without(unix.SYS_CLONE3))},
	}}})
	if out := output(t, s); !strings.Contains(out, want) {
		t.Errorf("without clone3: %s", out)
	}
}

// without returns a filter in which a system call does not exist.
func without(nr uint32) *unix.SockFprog {
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0}, // seccomp_data.nr
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: nr, Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
	}
	return &unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
}

func TestCgroupProcs(t *testing.T) {
	needRoot(t)
	var procs []int
	var want []string
	for _, mount := range append(cgroupMounts("cgroup2"), cgroupMounts("cgroup")...) {
		if base := filepath.Base(mount); base == "cpuset" || base == "memory" || len(procs) == 3 {
			continue // cpuset wants to be configured first
		}
		dir := makeCgroup(t, mount)
		fd, err := unix.Open(dir+"/cgroup.procs", unix.O_WRONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(fd)
		procs = append(procs, fd)
		want = append(want, ":/"+filepath.Base(dir))
	}
	if len(procs) == 0 {
		t.Skip("no cgroups are mounted")
	}
	for _, s := range []*Spec{{}, {New: unix.CLONE_NEWPID}, ownUser(&Spec{New: unix.CLONE_NEWPID | unix.CLONE_NEWTIME})} {
		s.CgroupProcs = procs
		st := stateOf(t, s)
		if n := strings.Count(st.Cgroup, want[0]); n != len(procs) {
			t.Errorf("in %d of %d cgroups: %s", n, len(procs), st.Cgroup)
		}
	}
}
