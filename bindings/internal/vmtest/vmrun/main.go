// Command vmrun runs the tests of packages with -short, and Lua scripts, on a stock Debian
// kernel in QEMU, as root and as an ordinary user, and prints what passed:
//
//	vmrun -cache .cache/vm ./bindings/...
//	vmrun -cache .cache/vm -scripts 'examples/*.lua' -run Freeze ./bindings/cgroup
//
// It exits with 1 if something failed, and with 125 if the machine did not work.
// What it needs it fetches as Debian packages, with apt-get, into the cache; nothing is installed.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"nslua/bindings/internal/vmtest"
)

// preload are modules that nothing loads on demand, or not before a look at /proc/filesystems.
var preload = strings.Fields("loop null_blk overlay tun fuse ext4 squashfs")

type config struct {
	cache    string
	kernel   string
	scripts  string
	run      string
	users    string
	verbose  bool
	timeout  time.Duration
	limit    time.Duration
	memory   string
	packages []string
}

func main() {
	var c config
	flag.StringVar(&c.cache, "cache", ".cache/vm", "`directory` for the kernel and QEMU")
	flag.StringVar(&c.kernel, "kernel", "linux-image-cloud-amd64", "Debian `package` of the kernel")
	flag.StringVar(&c.scripts, "scripts", "", "Lua scripts to run too: `patterns`, separated by spaces")
	flag.StringVar(&c.run, "run", "", "only the tests that match this `pattern`")
	flag.StringVar(&c.users, "as", "root,user", "who runs them")
	flag.BoolVar(&c.verbose, "v", false, "show what the tests print")
	flag.DurationVar(&c.timeout, "timeout", 12*time.Minute, "limit for everything")
	flag.DurationVar(&c.limit, "limit", 4*time.Minute, "limit for one test binary or script")
	flag.StringVar(&c.memory, "memory", "1536M", "of the guest")
	flag.Parse()
	c.packages = flag.Args()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	ctx, cancel := context.WithTimeoutCause(ctx, c.timeout, fmt.Errorf("not done after %s", c.timeout))
	code, err := run(ctx, &c)
	cancel()
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "vmrun: %v\n", err)
		code = vmtest.CodeBroken
	}
	os.Exit(code)
}

func run(ctx context.Context, c *config) (int, error) {
	start := time.Now()
	kit, err := fetch(ctx, c.cache, c.kernel)
	if err != nil {
		return 0, err
	}
	tmp, err := os.MkdirTemp("", "vmrun-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(tmp)
	b := &build{config: c, kit: kit, tmp: tmp}
	jobs, err := b.all(ctx)
	if err != nil {
		return 0, err
	}
	initrd, err := b.initrd(vmtest.Spec{Preload: preload, Jobs: jobs})
	if err != nil {
		return 0, err
	}
	fmt.Printf("%s: prepared in %.1fs, initrd %d MiB\n", kit.version, time.Since(start).Seconds(), initrd.size>>20)
	m := &machine{kit: kit, initrd: initrd.path, tmp: tmp, memory: c.memory}
	report := &report{jobs: jobs, verbose: c.verbose, out: os.Stdout}
	err = m.run(ctx, report)
	report.summary()
	if err != nil {
		return 0, err
	}
	if report.total.failed > 0 {
		return 1, nil
	}
	return 0, nil
}
