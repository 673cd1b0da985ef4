package nsfork

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestFiles(t *testing.T) {
	// Each file is told by its size.
	var fds [4]int
	for i := range fds {
		f, err := os.Create(filepath.Join(t.TempDir(), "f"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		f.Truncate(int64(i + 1))
		// Low numbers, which are the child's as well.
		if fds[i], err = unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 3); err != nil {
			t.Fatal(err)
		}
		defer unix.Close(fds[i])
	}
	leak, err := unix.Open("/dev/null", unix.O_RDONLY, 0) // not close-on-exec
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(leak)
	high, err := unix.FcntlInt(uintptr(fds[0]), unix.F_DUPFD_CLOEXEC, 400)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(high)
	size := func(fd int) int64 {
		var st unix.Stat_t
		unix.Fstat(fd, &st)
		return st.Size
	}
	count := 16 + max(fds[0], fds[1], fds[2], fds[3], self)
	for name, pick := range map[string]func(i int) int{
		"rotated":  func(i int) int { return fds[i%4] },
		"in place": func(i int) int { return i },
		"swapped":  func(i int) int { return fds[(i+1)%4] },
		"high":     func(int) int { return high },
		"one":      func(int) int { return fds[3] },
	} {
		t.Run(name, func(t *testing.T) {
			s := &Spec{Paths: []string{"/bin/sh"}}
			var want []string
			for i := range count {
				fd := pick(i)
				if _, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err != nil {
					fd = high
				}
				s.Files = append(s.Files, fd)
				want = append(want, strconv.FormatInt(size(fd), 10))
			}
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			s.Files[1] = int(w.Fd())
			want[1] = "0"
			s.DirFD, s.ExeFD = Some(openDir(t, "/tmp")), Some(openDir(t, "/bin/sh"))
			s.Argv = []string{"sh", "-c", "for i in /proc/self/fd/*; do echo ${i##*/} $(stat -Lc %s $i 2>/dev/null); done; pwd"}
			p, err := Start(s)
			w.Close()
			if err != nil {
				t.Fatal(err)
			}
			out := make([]byte, 1<<16)
			n := 0
			for {
				m, err := r.Read(out[n:])
				if err != nil {
					break
				}
				n += m
			}
			finish(t, p)
			got := map[int]string{}
			lines := strings.Split(strings.TrimSpace(string(out[:n])), "\n")
			for _, line := range lines[:len(lines)-1] {
				k, v, _ := strings.Cut(line, " ")
				i, _ := strconv.Atoi(k)
				got[i] = v
			}
			for i := range count {
				if i != 1 && i != 2 && got[i] != want[i] {
					t.Errorf("file %d has size %q, want %s", i, got[i], want[i])
				}
			}
			if lines[len(lines)-1] != "/tmp" {
				t.Errorf("directory %s", lines[len(lines)-1])
			}
		})
	}
}

func openDir(t *testing.T, path string) int {
	t.Helper()
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	return fd
}

func TestExactlyFiles(t *testing.T) {
	for range 40 {
		fd, err := unix.Open("/dev/null", unix.O_RDONLY, 0) // not close-on-exec
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(fd)
	}
	h := hold(t, ownUser(&Spec{New: allKinds, MountProc: true}))
	for _, s := range []*Spec{
		{},
		{Pdeathsig: unix.SIGKILL},
		{New: unix.CLONE_NEWUSER, UIDMap: []IDMap{{0, uint32(os.Getuid()), 1}}, Pdeathsig: unix.SIGKILL},
		{Join: []Join{{allKinds, h.PidFD}}},
		{Join: h.join("user", "net", "mnt", "pid")},
		{Join: []Join{{allKinds, h.PidFD}}, New: allKinds, UIDMap: []IDMap{{0, 0, 1}}, GIDMap: []IDMap{{0, 0, 1}}},
	} {
		if st := stateOf(t, s); !slices.Equal(st.Files, []int{0, 1, 2}) {
			t.Errorf("%+v: files %v", s, st.Files)
		}
	}
	asNobodyToo(t)
}

func TestStandardFilesClosedInParent(t *testing.T) {
	needRoot(t)
	out := output(t, helper("closed", &Spec{}))
	if n := strings.Count(out, `"Files":[0,1,2]`); n != 3 {
		t.Errorf("%d good children: %s", n, out)
	}
}
