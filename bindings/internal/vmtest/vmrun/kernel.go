package main

import (
	"archive/tar"
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"nslua/bindings/internal/vmtest"
)

// wanted are the modules that go into the guest, with those they need: names, or directories below kernel/.
var wanted = strings.Fields(`
	virtio_pci virtio_console virtio_rng
	net/sched/ net/netfilter/ net/ipv4/ net/ipv6/ net/bridge/ net/8021q/ net/mpls/
	veth tun tap dummy ifb macvlan macvtap ipvlan ipvtap vxlan geneve wireguard vrf bonding netdevsim macsec
	drivers/net/team/ vcan vxcan nlmon hsr bareudp netkit xfrm_interface
	inet_diag tcp_diag udp_diag unix_diag netlink_diag af_packet_diag
	overlay loop null_blk brd fuse squashfs erofs ext4 isofs binfmt_misc bfq
	crc32c_generic crypto/ arch/x86/crypto/
`)

// module is a kernel module in a package.
type module struct {
	vmtest.Module
	data   []byte
	wanted bool
}

// unpackKernel makes vmlinuz and modules.cpio in dir from a package.
func unpackKernel(ctx context.Context, deb, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "dpkg-deb", "--fsys-tarfile", deb)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	version, all, err := readKernel(tar.NewReader(out), dir)
	if err := errors.Join(err, cmd.Wait()); err != nil {
		return err
	}
	if version == "" {
		return fmt.Errorf("no kernel in %s", deb)
	}
	if err := os.WriteFile(filepath.Join(dir, "modules.cpio"), archive(chosen(all)), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, complete), []byte(version+"\n"+strings.Join(wanted, " ")), 0o644)
}

// kernelVersion is the version of the kernel in dir, "" if there is none with the modules that are wanted now.
func kernelVersion(dir string) string {
	text, err := os.ReadFile(filepath.Join(dir, complete))
	version, modules, _ := strings.Cut(string(text), "\n")
	if err != nil || modules != strings.Join(wanted, " ") {
		return ""
	}
	return version
}

func readKernel(t *tar.Reader, dir string) (version string, all map[string]*module, err error) {
	all = map[string]*module{}
	for {
		h, err := t.Next()
		if err == io.EOF {
			return version, all, nil
		}
		if err != nil {
			return "", nil, err
		}
		name := strings.TrimPrefix(path.Clean("/"+h.Name), "/")
		base := path.Base(name)
		if h.Typeflag != tar.TypeReg {
			continue
		}
		if v, ok := strings.CutPrefix(base, "vmlinuz-"); ok {
			version = v
			err = copyFile(filepath.Join(dir, "vmlinuz"), t)
		} else if stem, suffix, ok := strings.Cut(base, ".ko"); ok {
			var m *module
			if m, err = readModule(t, suffix); err == nil {
				m.wanted = isWanted(name, stem)
				all[underscored(stem)] = m
			}
		}
		if err != nil {
			return "", nil, fmt.Errorf("%s: %w", name, err)
		}
	}
}

func copyFile(path string, r io.Reader) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}

func underscored(s string) string { return strings.ReplaceAll(s, "-", "_") }

// isWanted reports whether a module is one of wanted.
func isWanted(file, stem string) bool {
	return slices.ContainsFunc(wanted, func(w string) bool {
		return underscored(w) == underscored(stem) || strings.HasSuffix(w, "/") && strings.Contains(file, "/kernel/"+w)
	})
}

// chosen are the modules that are wanted, and those they need.
func chosen(all map[string]*module) map[string]*module {
	some := map[string]*module{}
	var add func(name string)
	add = func(name string) {
		m := all[name]
		if m == nil || some[name] != nil { // built in, or there already
			return
		}
		some[name] = m
		for _, n := range m.Needs {
			add(n)
		}
	}
	for name, m := range all {
		if m.wanted {
			add(name)
		}
	}
	return some
}

// readModule reads a module and what its section .modinfo says; packages have no modules.dep.
func readModule(r io.Reader, suffix string) (*module, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	if suffix == ".xz" {
		cmd := exec.Command("xz", "-dc")
		cmd.Stdin = bytes.NewReader(data)
		if data, err = cmd.Output(); err != nil {
			return nil, err
		}
	}
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	m := &module{data: data}
	section := f.Section(".modinfo")
	if section == nil {
		return nil, errors.New("no section .modinfo")
	}
	info, err := section.Data()
	if err != nil {
		return nil, err
	}
	for entry := range strings.SplitSeq(string(info), "\x00") {
		switch key, value, _ := strings.Cut(entry, "="); key {
		case "depends":
			m.Needs = append(m.Needs, strings.FieldsFunc(underscored(value), func(r rune) bool { return r == ',' })...)
		case "softdep":
			if before, ok := strings.CutPrefix(value, "pre: "); ok {
				m.Needs = append(m.Needs, strings.Fields(underscored(before))...)
			}
		case "alias":
			m.Aliases = append(m.Aliases, value)
		}
	}
	return m, nil
}

// archive makes the part of the initial RAM file system that has the modules.
func archive(all map[string]*module) []byte {
	var c cpio
	var list bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(all)) {
		m := all[name]
		file := "/vm/modules/" + name + ".ko"
		c.file(file, 0o644, m.data)
		needs := slices.DeleteFunc(m.Needs, func(n string) bool { return all[n] == nil }) // built in
		fmt.Fprintf(&list, "%s\t%s\t%s\t%s\n", name, file, strings.Join(needs, ","), strings.Join(m.Aliases, "|"))
	}
	c.file(vmtest.ModulesPath, 0o644, list.Bytes())
	return c.bytes()
}
