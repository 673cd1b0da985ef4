package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// kit is what the machine is made of, in the cache.
type kit struct {
	dir     string // unpacked packages with QEMU and busybox
	kernel  string // directory with vmlinuz and modules.cpio
	version string // of the kernel: "6.1.0-56-cloud-amd64"
}

func (k *kit) vmlinuz() string { return filepath.Join(k.kernel, "vmlinuz") }
func (k *kit) modules() string { return filepath.Join(k.kernel, "modules.cpio") }
func (k *kit) busybox() string { return filepath.Join(k.dir, "bin/busybox") }

// qemu is the command, with the libraries that were fetched along with it.
func (k *kit) qemu(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(k.dir, "usr/bin/qemu-system-x86_64"),
		append([]string{"-L", filepath.Join(k.dir, "usr/share/seabios")}, args...)...)
	lib := filepath.Join(k.dir, "usr/lib/x86_64-linux-gnu")
	cmd.Env = append(os.Environ(), "LD_LIBRARY_PATH="+lib+":"+lib+"/pulseaudio:"+filepath.Join(k.dir, "lib/x86_64-linux-gnu"))
	return cmd
}

// complete is a file written last into a directory of the cache; a kernel's has its version and modules.
const complete = "complete"

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, os.ErrNotExist)
}

// fetch fills the cache as far as it is not filled yet.
func fetch(ctx context.Context, cache, kernelPackage string) (*kit, error) {
	cache, err := filepath.Abs(cache)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return nil, err
	}
	k := &kit{dir: filepath.Join(cache, "host"), kernel: filepath.Join(cache, kernelPackage)}
	if !exists(filepath.Join(k.dir, complete)) || k.qemu(ctx, "--version").Run() != nil { // absent, or made on another system
		if err := fetchHost(ctx, k.dir); err != nil {
			return nil, err
		}
	}
	if k.version = kernelVersion(k.kernel); k.version == "" {
		if err := fetchKernel(ctx, k.kernel, kernelPackage); err != nil {
			return nil, err
		}
		k.version = kernelVersion(k.kernel)
	}
	return k, nil
}

// fetchHost unpacks QEMU, busybox and whatever they need that the system does not have.
func fetchHost(ctx context.Context, dir string) error {
	names, err := apt(ctx, "apt-get", "install", "--simulate", "--no-install-recommends", "qemu-system-x86", "busybox-static")
	if err != nil {
		return err
	}
	packages := []string{"qemu-system-x86", "qemu-system-common", "qemu-system-data", "seabios", "ipxe-qemu", "busybox-static"}
	for line := range strings.Lines(names) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "Inst" {
			packages = append(packages, f[1])
		}
	}
	err = download(ctx, packages, func(deb string) error {
		return command(ctx, "dpkg-deb", "--extract", deb, dir)
	})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, complete), nil, 0o644)
}

func fetchKernel(ctx context.Context, dir, name string) error {
	text, err := apt(ctx, "apt-cache", "depends", name)
	if err != nil {
		return err
	}
	for line := range strings.Lines(text) { // the package named is empty; it depends on the newest kernel
		if f := strings.Fields(line); len(f) == 2 && f[0] == "Depends:" && strings.HasPrefix(f[1], "linux-image-") {
			name = f[1]
		}
	}
	return download(ctx, []string{name}, func(deb string) error { return unpackKernel(ctx, deb, dir) })
}

// apt asks the package manager, whose lists may have to be fetched first.
func apt(ctx context.Context, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, args[0], args[1:]...).Output()
	if err == nil && len(out) > 0 {
		return string(out), nil
	}
	if err := command(ctx, "apt-get", "update", "--quiet=2"); err != nil {
		return "", err
	}
	out, err = exec.CommandContext(ctx, args[0], args[1:]...).Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", strings.Join(args, " "), err)
	}
	return string(out), nil
}

// download fetches packages and calls use for each of the files.
func download(ctx context.Context, packages []string, use func(deb string) error) error {
	tmp, err := os.MkdirTemp("", "vmrun-deb-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	cmd := exec.CommandContext(ctx, "apt-get", append([]string{"download", "--quiet=2", "--option=APT::Sandbox::User=root"}, packages...)...)
	cmd.Dir, cmd.Stderr = tmp, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), err)
	}
	files, err := filepath.Glob(filepath.Join(tmp, "*.deb"))
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := use(f); err != nil {
			return fmt.Errorf("unpack %s: %w", filepath.Base(f), err)
		}
	}
	return nil
}

func command(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(args, " "), err)
	}
	return nil
}
