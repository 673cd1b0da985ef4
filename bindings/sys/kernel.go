package sys

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// Kernel is what the running kernel says of itself.
type Kernel struct {
	Release             string // "6.8.0-45-generic"
	Major, Minor, Patch int
	CommandLine         string
	Filesystems         []string
	ConfigFile          string // the file that Config reads, "" if there is none
}

// GetKernel reads it.
func GetKernel() (Kernel, error) {
	u, err := GetUname()
	if err != nil {
		return Kernel{}, err
	}
	k := Kernel{Release: u.Release}
	// The parse ends where the numbers do: "6.8-rc1" has no patch level.
	fmt.Sscanf(u.Release, "%d.%d.%d", &k.Major, &k.Minor, &k.Patch)
	if k.CommandLine, err = readLine("/proc/cmdline"); err != nil && !errors.Is(err, os.ErrPermission) {
		return Kernel{}, err
	}
	text, err := os.ReadFile("/proc/filesystems")
	if err != nil {
		return Kernel{}, err
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) > 0 {
			k.Filesystems = append(k.Filesystems, f[len(f)-1])
		}
	}
	if f, err := openConfig(u.Release); err == nil {
		k.ConfigFile = f.Name()
		f.Close()
	}
	return k, nil
}

// openConfig opens the first of the places where a kernel's configuration may be.
func openConfig(release string) (f *os.File, err error) {
	for _, path := range []string{
		"/proc/config.gz",
		"/boot/config-" + release,
		"/lib/modules/" + release + "/config",
		"/usr/lib/modules/" + release + "/config",
	} {
		if f, err = os.Open(path); err == nil {
			return f, nil
		}
	}
	return nil, fmt.Errorf("configuration of kernel %s: %w", release, unix.ENOENT)
}

// Config reads the kernel's configuration: "y", "m", a number or a text by
// option ("CONFIG_NET_NS"). Options that are not set are left out. ENOENT: this
// kernel keeps no configuration where a process can find it.
func Config() (map[string]string, error) {
	u, err := GetUname()
	if err != nil {
		return nil, err
	}
	f, err := openConfig(u.Release)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(f.Name(), ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name(), err)
		}
	}
	options := map[string]string{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if name, value, ok := strings.Cut(lines.Text(), "="); ok && strings.HasPrefix(name, "CONFIG_") {
			options[name] = strings.Trim(value, `"`)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name(), err)
	}
	return options, nil
}
