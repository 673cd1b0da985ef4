package net

import (
	"fmt"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
)

// TunSpec describes a tun or tap link, which a device file makes: tuntap(4).
type TunSpec struct {
	Name       string
	Tap        bool // frames; else packets
	User       int  // who may attach to it, -1: anyone privileged
	Group      int
	MultiQueue bool
	PacketInfo bool // each packet is preceded by its protocol
	VnetHdr    bool // and by a virtio header
}

const tunDevice = "/dev/net/tun"

// AddTun makes a link that stays when no program is attached to it.
func AddTun(ns *namespace.Handle, s *TunSpec) error {
	if err := CheckName(s.Name); err != nil {
		return err
	}
	make := func() error { return addTun(s) }
	if ns != nil {
		return ns.Visit(make)
	}
	return make()
}

func addTun(s *TunSpec) error {
	fd, err := unix.Open(tunDevice, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open %s: %w", tunDevice, err)
	}
	defer unix.Close(fd) // a link that is not persistent yet goes with it
	ifr, err := unix.NewIfreq(s.Name)
	if err != nil {
		return fmt.Errorf("link %s: %w", s.Name, err)
	}
	flags := uint16(unix.IFF_TUN_EXCL)
	for _, f := range []struct {
		want bool
		flag uint16
	}{
		{s.Tap, unix.IFF_TAP}, {!s.Tap, unix.IFF_TUN}, {!s.PacketInfo, unix.IFF_NO_PI}, {s.MultiQueue, unix.IFF_MULTI_QUEUE},
		{s.VnetHdr, unix.IFF_VNET_HDR},
	} {
		if f.want {
			flags |= f.flag
		}
	}
	ifr.SetUint16(flags)
	if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, ifr); err != nil {
		return fmt.Errorf("add link %s: ioctl(TUNSETIFF): %w", s.Name, err)
	}
	for _, r := range []struct {
		name  string
		code  uint
		value int
	}{{"TUNSETOWNER", unix.TUNSETOWNER, s.User}, {"TUNSETGROUP", unix.TUNSETGROUP, s.Group}, {"TUNSETPERSIST", unix.TUNSETPERSIST, 1}} {
		if r.value < 0 {
			continue
		}
		if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), uintptr(r.code), uintptr(r.value)); errno != 0 {
			return fmt.Errorf("add link %s: ioctl(%s): %w", s.Name, r.name, errno)
		}
	}
	return nil
}
