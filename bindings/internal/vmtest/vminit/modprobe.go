package main

import (
	"errors"
	"fmt"
	"os"
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/vmtest"
)

// modules are the kernel modules at hand, by name with underscores.
type modules map[string]*vmtest.Module

func readModules() (modules, error) {
	text, err := os.ReadFile(vmtest.ModulesPath)
	if err != nil {
		return nil, err
	}
	all := modules{}
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != 4 {
			return nil, fmt.Errorf("%s: %q", vmtest.ModulesPath, line)
		}
		all[f[0]] = &vmtest.Module{Path: f[1], Needs: split(f[2], ","), Aliases: split(f[3], "|")}
	}
	return all, nil
}

func split(s, separator string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, separator)
}

func underscored(s string) string { return strings.ReplaceAll(s, "-", "_") }

// load loads a module and those it needs.
func (ms modules) load(name string) error {
	m := ms[underscored(name)]
	if m == nil {
		return fmt.Errorf("module %s: %w", name, unix.ENOENT)
	}
	for _, n := range m.Needs {
		if err := ms.load(n); err != nil {
			return err
		}
	}
	f, err := os.Open(m.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := unix.FinitModule(int(f.Fd()), "", 0); err != nil && !errors.Is(err, unix.EEXIST) {
		return fmt.Errorf("module %s: %w", name, err)
	}
	return nil
}

// modprobe is /sbin/modprobe: the kernel calls it as modprobe -q -- ALIAS.
func modprobe(args []string) int {
	all, err := readModules()
	if err != nil {
		complain(err)
		return 1
	}
	for _, arg := range args {
		if strings.HasPrefix(arg, "-") {
			continue
		}
		name, ok := all.find(arg)
		if !ok {
			return 1
		}
		if err := all.load(name); err != nil {
			complain(err)
			return 1
		}
	}
	return 0
}

// find looks a module up by its name or one of its aliases, which may be patterns.
func (ms modules) find(want string) (string, bool) {
	want = underscored(want)
	if ms[want] != nil {
		return want, true
	}
	for name, m := range ms {
		for _, alias := range m.Aliases {
			if ok, err := path.Match(underscored(alias), want); ok && err == nil {
				return name, true
			}
		}
	}
	return "", false
}
