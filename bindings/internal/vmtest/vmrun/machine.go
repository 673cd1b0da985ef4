package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"nslua/bindings/internal/vmtest"
)

// machine is one boot of the virtual machine.
type machine struct {
	kit    *kit
	initrd string
	tmp    string
	memory string
}

// cmdline of the kernel: quick to boot under emulation, deaf to its slowness, and at its end at the first oops.
var cmdline = []string{
	"console=ttyS0", "quiet", "panic=-1", "oops=panic",
	"cgroup_no_v1=all", "psi=1", "swapaccount=1",
	"nokaslr", "mitigations=off", "no_timer_check", "nmi_watchdog=0", "nosoftlockup", "rcupdate.rcu_expedited=1",
	"random.trust_cpu=on", "selinux=0", "apparmor=0", "audit=0",
	"i8042.noaux", "i8042.nokbd", "i8042.nopnp", "8250.nr_uarts=1", "cryptomgr.notests",
}

// run boots and gives the report every frame until the last job is over.
func (m *machine) run(ctx context.Context, r *report) error {
	socket := filepath.Join(m.tmp, "port")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	defer listener.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := m.command(ctx, socket)
	runtime.LockOSThread() // the death signal comes when the thread that forked ends
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		cmd.Wait() // it is killed, in the end
		listener.Close()
		close(ended)
	}()
	err = receive(listener, r)
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	cancel()
	<-ended
	if err != nil {
		return fmt.Errorf("%w\n%s", err, m.console())
	}
	return nil
}

func (m *machine) command(ctx context.Context, socket string) *exec.Cmd {
	line := cmdline
	if khz := tscKHz(); khz > 0 {
		line = append(line[:len(line):len(line)], "tsc=reliable", fmt.Sprintf("tsc_early_khz=%d", khz))
	}
	cmd := m.kit.qemu(ctx,
		"-nodefaults", "-no-user-config", "-no-reboot", "-display", "none",
		"-machine", "q35,usb=off,smbus=off,sata=off", "-accel", "tcg,thread=multi", "-cpu", "qemu64,+rdrand",
		"-m", m.memory, "-smp", "2",
		"-kernel", m.kit.vmlinuz(), "-initrd", m.initrd, "-append", strings.Join(line, " "),
		"-chardev", "file,id=console,path="+m.consolePath(), "-serial", "chardev:console",
		"-chardev", "socket,id=port,path="+socket,
		"-device", "virtio-serial-pci,disable-legacy=on", "-device", "virtserialport,chardev=port",
		"-device", "virtio-rng-pci,disable-legacy=on")
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return cmd
}

func receive(listener net.Listener, r *report) error {
	conn, err := listener.Accept()
	if err != nil {
		return errors.New("QEMU ended at once")
	}
	defer conn.Close()
	in := bufio.NewReaderSize(conn, 64<<10)
	start := time.Now()
	for !r.complete() {
		kind, data, err := vmtest.ReadFrame(in)
		if err != nil {
			return fmt.Errorf("the guest ended without an exit code: %w", err)
		}
		switch kind {
		case vmtest.Ready:
			fmt.Fprintf(r.out, "booted in %.1fs\n", time.Since(start).Seconds())
			r.begin()
		case vmtest.Output:
			r.output(data)
		case vmtest.Exit:
			r.exit(int(data[0]))
		}
	}
	return nil
}

func (m *machine) consolePath() string { return filepath.Join(m.tmp, "console") }

// console is the end of what the kernel has printed.
func (m *machine) console() []byte {
	text, err := os.ReadFile(m.consolePath())
	if err != nil {
		return []byte(err.Error())
	}
	return text[max(0, len(text)-4000):]
}
