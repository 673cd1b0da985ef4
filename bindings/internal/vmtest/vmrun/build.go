package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"nslua/bindings/internal/vmtest"
)

// build compiles what runs in the guest and packs it.
type build struct {
	*config
	kit  *kit
	tmp  string
	root string // of the Go module
	cpio cpio
}

// tools of the host that tests compare with; those it has not, busybox stands in
// for. Its sh does not: that one runs its own applets, whatever PATH says.
var tools = strings.Fields("sh ip bridge tc nft ss unshare nsenter setpriv ping ps mkfs.ext4 mksquashfs mkfs.erofs")

// all builds everything and returns the jobs.
func (b *build) all(ctx context.Context) ([]vmtest.Job, error) {
	root, err := output(ctx, "go", "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return nil, err
	}
	b.root = strings.TrimSpace(root)
	b.system()
	for _, cmd := range []struct{ pkg, path string }{
		{b.root + "/bindings/internal/vmtest/vminit", "/init"},
		{b.root + "/cmd/nslua", "/usr/bin/nslua"},
	} {
		if err := b.compile(ctx, cmd.path, "build", cmd.pkg); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(b.busybox(ctx), b.tools(ctx), b.source(ctx)); err != nil {
		return nil, err
	}
	tests, err := b.tests(ctx)
	if err != nil {
		return nil, err
	}
	scripts, err := b.luaScripts()
	return append(tests, scripts...), err
}

func output(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", strings.Join(args, " "), err)
	}
	return string(out), nil
}

// compile runs go build or go test -c with the arguments, of which the first is
// the subcommand, and puts the static programs into the guest: one at target, or many below it if that ends in a slash.
func (b *build) compile(ctx context.Context, target string, args ...string) error {
	out := filepath.Join(b.tmp, "out")
	if err := os.Mkdir(out, 0o755); err != nil {
		return err
	}
	file := out + "/" // a directory, for many programs
	if !strings.HasSuffix(target, "/") {
		file = filepath.Join(out, path.Base(target))
	}
	cmd := exec.CommandContext(ctx, "go", slices.Insert(args, 1, "-trimpath", "-ldflags", "-s -w", "-o", file)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOARCH=amd64")
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
	}
	programs, err := os.ReadDir(out)
	if err != nil {
		return err
	}
	for _, p := range programs {
		data, err := os.ReadFile(filepath.Join(out, p.Name()))
		if err != nil {
			return err
		}
		b.cpio.file(path.Join(path.Dir(target), p.Name()), 0o755, data)
	}
	return os.RemoveAll(out)
}

// system is the least that programs expect of a Debian system.
func (b *build) system() {
	c := &b.cpio
	c.char("/dev/console", 0o600, 5, 1)
	c.char("/dev/null", 0o666, 1, 3)
	for _, d := range strings.Fields("proc sys run root mnt usr/local/bin var/lib var/empty etc vm") {
		c.dir(d, 0o755)
	}
	c.dir("/tmp", 0o777|fs.ModeSticky)
	c.dir("/var/tmp", 0o777|fs.ModeSticky)
	c.link("/var/run", "../run")
	c.link("/sbin/modprobe", "/init")
	for name, text := range map[string]string{
		"passwd":        "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/tmp:/bin/sh\n",
		"group":         "root:x:0:\nnogroup:x:65534:\n",
		"hosts":         "127.0.0.1 localhost\n::1 localhost\n",
		"hostname":      "vm\n",
		"nsswitch.conf": "hosts: files\n",
		"resolv.conf":   "",
		"os-release":    "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux, the kernel at least\"\n",
	} {
		c.file("/etc/"+name, 0o644, []byte(text))
	}
}

func (b *build) busybox(ctx context.Context) error {
	data, err := os.ReadFile(b.kit.busybox())
	if err != nil {
		return err
	}
	b.cpio.file("/bin/busybox", 0o755, data)
	list, err := output(ctx, b.kit.busybox(), "--list")
	for _, name := range strings.Fields(list) {
		if name != "modprobe" && name != "init" && !slices.Contains(tools, name) {
			b.cpio.link("/bin/"+name, "busybox")
		}
	}
	return err
}

// tools packs programs of the host with the libraries that ldd(1) names.
func (b *build) tools(ctx context.Context) error {
	for _, name := range tools {
		path, err := exec.LookPath(name)
		if err != nil {
			b.cpio.link("/bin/"+name, "busybox")
			continue
		}
		libraries, err := output(ctx, "ldd", path)
		if err != nil {
			return err
		}
		files := map[string]string{path: "/bin/" + name}
		for _, word := range strings.Fields(libraries) {
			if strings.HasPrefix(word, "/") {
				files[word] = word
			}
		}
		for from, to := range files {
			data, err := os.ReadFile(from)
			if err != nil {
				return err
			}
			b.cpio.file(to, 0o755, data)
		}
	}
	return nil
}

// source packs the files of the module, which tests read.
func (b *build) source(ctx context.Context) error {
	list, err := output(ctx, "git", "-C", b.root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if err != nil {
		return err
	}
	for _, name := range strings.Split(strings.TrimSuffix(list, "\x00"), "\x00") {
		info, err := os.Stat(filepath.Join(b.root, name))
		if errors.Is(err, os.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
			continue
		}
		data, readErr := os.ReadFile(filepath.Join(b.root, name))
		if err := cmp.Or(err, readErr); err != nil {
			return err
		}
		b.cpio.file(vmtest.SourceDir+"/"+name, info.Mode(), data)
	}
	return nil
}

// tests builds the packages' tests.
func (b *build) tests(ctx context.Context) ([]vmtest.Job, error) {
	if len(b.packages) == 0 {
		return nil, nil
	}
	list, err := output(ctx, append([]string{"go", "list", "-f", "{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}} {{.Dir}}{{end}}"}, b.packages...)...)
	if err != nil {
		return nil, err
	}
	dirs := map[string]string{} // by import path
	var packages []string
	for line := range strings.Lines(list) {
		if pkg, dir, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			packages = append(packages, pkg)
			dirs[pkg] = dir
		}
	}
	if err := b.compile(ctx, "/vm/", append([]string{"test", "-c"}, packages...)...); err != nil {
		return nil, err
	}
	var jobs []vmtest.Job
	for _, pkg := range packages {
		rel, err := filepath.Rel(b.root, dirs[pkg])
		if err != nil {
			return nil, err
		}
		args := []string{"/vm/" + path.Base(pkg) + ".test", "-test.v", "-test.short", "-test.timeout=" + (b.limit - 10*time.Second).String()}
		if b.run != "" {
			args = append(args, "-test.run="+b.run)
		}
		jobs = append(jobs, b.jobs(pkg, vmtest.SourceDir+"/"+rel, args, b.users)...)
	}
	return jobs, nil
}

// luaScripts are run from the module's root by the shell itself, for a user in
// a world of its own (-U). Where the first line of one names root or user before a colon, only they run it.
func (b *build) luaScripts() ([]vmtest.Job, error) {
	var jobs []vmtest.Job
	for _, pattern := range strings.Fields(b.scripts) {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			return nil, fmt.Errorf("scripts %s: none found (%v)", pattern, err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				return nil, err
			}
			path := "/vm/scripts/" + filepath.Base(f)
			b.cpio.file(path, 0o644, text)
			for _, j := range b.jobs(f, vmtest.SourceDir, []string{"/usr/bin/nslua", path}, whoRuns(string(text), b.users)) {
				if j.User {
					j.Args = slices.Insert(slices.Clone(j.Args), 1, "-U")
				}
				jobs = append(jobs, j)
			}
		}
	}
	return jobs, nil
}

// whoRuns are those of users that the first line of a script names, all of them if it names none.
func whoRuns(text, users string) string {
	line, _, _ := strings.Cut(text, "\n")
	who, _, ok := strings.Cut(strings.TrimPrefix(line, "--"), ":")
	if !ok {
		return users
	}
	var some []string
	for _, u := range strings.Split(users, ",") {
		if slices.Contains(strings.FieldsFunc(who, func(r rune) bool { return r == ' ' || r == ',' }), u) {
			some = append(some, u)
		}
	}
	if len(some) == 0 && !strings.Contains(who, "root") && !strings.Contains(who, "user") {
		return users
	}
	return strings.Join(some, ",")
}

func (b *build) jobs(name, dir string, args []string, users string) []vmtest.Job {
	var jobs []vmtest.Job
	for _, u := range strings.FieldsFunc(users, func(r rune) bool { return r == ',' }) {
		jobs = append(jobs, vmtest.Job{Name: name + " (" + u + ")", Args: args, Dir: dir, User: u == "user", Timeout: b.limit})
	}
	return jobs
}

// initrd is a file with the initial RAM file system.
type initrd struct {
	path string
	size int
}

func (b *build) initrd(spec vmtest.Spec) (initrd, error) {
	text, err := json.Marshal(spec)
	if err != nil {
		return initrd{}, err
	}
	b.cpio.file(vmtest.SpecPath, 0o644, text)
	modules, err := os.ReadFile(b.kit.modules())
	if err != nil {
		return initrd{}, err
	}
	data := bytes.Join([][]byte{modules, b.cpio.bytes()}, nil)
	file := initrd{filepath.Join(b.tmp, "initrd"), len(data)}
	return file, os.WriteFile(file.path, data, 0o600)
}
