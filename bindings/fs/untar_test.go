package fs

import (
	"archive/tar"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// archive makes a tar archive of headers; regular files contain "evil".
func archive(t *testing.T, headers ...tar.Header) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range headers {
		if h.Typeflag == tar.TypeReg {
			h.Size = 4
		}
		if h.Mode == 0 {
			h.Mode = 0o755
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			if _, err := w.Write([]byte("evil")); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := t.TempDir() + "/evil.tar"
	put(t, path, b.String())
	return path
}

func TestUntarStaysInside(t *testing.T) {
	link := func(name, to string) tar.Header {
		return tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: to}
	}
	hard := func(name, to string) tar.Header { return tar.Header{Typeflag: tar.TypeLink, Name: name, Linkname: to} }
	file := func(name string) tar.Header { return tar.Header{Typeflag: tar.TypeReg, Name: name} }
	dir := func(name string) tar.Header { return tar.Header{Typeflag: tar.TypeDir, Name: name, Mode: 0o777} }
	for name, tt := range map[string]struct {
		members []tar.Header
		fails   bool
		inside  string // what there must be below the target then
	}{
		"dots":              {[]tar.Header{file("../outside/x")}, true, ""},
		"dots within":       {[]tar.Header{file("a/../../outside/x")}, true, ""},
		"absolute":          {[]tar.Header{file("/OUT/x")}, false, "OUT/x"},
		"link up":           {[]tar.Header{link("l", "../outside"), file("l/x")}, true, ""},
		"link inside":       {[]tar.Header{dir("outside"), link("l", "../../outside"), file("l/x")}, false, "outside/x"},
		"absolute link":     {[]tar.Header{link("l", "OUT"), file("l/x")}, true, ""},
		"absolute inside":   {[]tar.Header{dir("usr/bin"), link("bin", "/usr/bin"), file("bin/x")}, false, "usr/bin/x"},
		"link to a link":    {[]tar.Header{link("a", "OUT"), link("b", "a/.."), file("b/x")}, true, ""},
		"file over a link":  {[]tar.Header{link("l", "OUT/precious"), file("l")}, false, "l"},
		"dir over a link":   {[]tar.Header{link("l", "OUT"), dir("l"), file("l/x")}, false, "l/x"},
		"dir then link":     {[]tar.Header{dir("d"), link("d", "OUT"), file("d/x")}, true, ""},
		"hard link":         {[]tar.Header{hard("h", "/OUT/precious"), file("h")}, true, ""},
		"hard link up":      {[]tar.Header{hard("h", "../outside/precious")}, true, ""},
		"hard link by link": {[]tar.Header{link("l", "OUT"), hard("h", "l/precious"), file("h")}, true, ""},
		"hard link to link": {[]tar.Header{link("l", "OUT/precious"), hard("h", "l"), file("h")}, false, "h"},
		"mode of a link":    {[]tar.Header{dir("d"), link("d", "OUT")}, false, "d"},
	} {
		t.Run(name, func(t *testing.T) {
			base := t.TempDir()
			outside, target := base+"/outside", base+"/target"
			mkdirs(t, outside, target)
			put(t, outside+"/precious", "good")
			if err := os.Chmod(outside, 0o700); err != nil {
				t.Fatal(err)
			}
			members := make([]tar.Header, len(tt.members))
			for i, h := range tt.members {
				h.Name = strings.Replace(h.Name, "/OUT", outside, 1)
				h.Linkname = strings.Replace(h.Linkname, "OUT", outside, 1)
				members[i] = h
			}
			_, err := Untar(noWait, archive(t, members...), target, UntarOptions{})
			if (err != nil) != tt.fails {
				t.Errorf("got %v", err)
			}
			if tt.inside != "" {
				inside := strings.Replace(tt.inside, "OUT", strings.TrimPrefix(outside, "/"), 1)
				if _, err := statInRoot(target, inside); err != nil {
					t.Error(err)
				}
			}
			entries, err := os.ReadDir(outside)
			text, _ := os.ReadFile(outside + "/precious")
			if err != nil || len(entries) != 1 || string(text) != "good" {
				t.Errorf("outside: %v, precious is %q", entries, text)
			}
			info, err := Stat(outside, false)
			if err != nil || info.Mode != 0o700 {
				t.Errorf("the mode outside is %o", info.Mode)
			}
			if info, err := Stat(outside+"/precious", false); err != nil || info.Links != 1 {
				t.Errorf("precious has %d names", info.Links)
			}
		})
	}
}

// statInRoot looks a path up as a process would that has root as its root.
func statInRoot(root, path string) (Info, error) {
	dir, err := unix.Open(root, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return Info{}, err
	}
	defer unix.Close(dir)
	parent, err := unix.Openat2(dir, filepath.Dir(path), &unix.OpenHow{
		Flags: unix.O_PATH | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT,
	})
	if err != nil {
		return Info{}, fmt.Errorf("%s in %s: %w", path, root, err)
	}
	defer unix.Close(parent)
	return statAt(parent, filepath.Base(path), path, false)
}
