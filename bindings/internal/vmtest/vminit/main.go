// Command vminit is PID 1 of the guest that vmrun boots. Under the name modprobe
// it is also what the kernel calls when it wants a module.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/vmtest"
)

func main() {
	if filepath.Base(os.Args[0]) == "modprobe" {
		os.Exit(modprobe(os.Args[1:]))
	}
	if os.Getpid() != 1 {
		fmt.Fprintln(os.Stderr, "vminit: not PID 1")
		os.Exit(2)
	}
	if err := run(); err != nil {
		complain(err)
	}
	// The host ends the machine when it has the last exit code. This is for when it does not.
	time.Sleep(5 * time.Second)
	unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
}

// complain writes to the kernel's log, which the host shows if the guest ends without an exit code.
func complain(err error) {
	if f, e := os.OpenFile("/dev/kmsg", os.O_WRONLY, 0); e == nil {
		fmt.Fprintf(f, "<3>vminit: %v\n", err)
		f.Close()
	}
}

func run() error {
	if err := prepare(); err != nil {
		return err
	}
	text, err := os.ReadFile(vmtest.SpecPath)
	if err != nil {
		return err
	}
	var spec vmtest.Spec
	if err := json.Unmarshal(text, &spec); err != nil {
		return fmt.Errorf("%s: %w", vmtest.SpecPath, err)
	}
	modules, err := readModules()
	if err != nil {
		return err
	}
	for _, name := range append([]string{"virtio_pci", "virtio_console"}, spec.Preload...) {
		if err := modules.load(name); err != nil {
			complain(err)
		}
	}
	host, err := openPort()
	if err != nil {
		return err
	}
	if err := loopbackUp(); err != nil {
		return err
	}
	if err := delegate(); err != nil {
		return err
	}
	if err := vmtest.WriteFrame(host, vmtest.Ready, nil); err != nil {
		return err
	}
	for _, j := range spec.Jobs {
		code := runJob(host, &j)
		if err := vmtest.WriteFrame(host, vmtest.Exit, []byte{byte(code)}); err != nil {
			return err
		}
	}
	return nil
}

// port writes to the virtio-serial port. The descriptor blocks, unlike an
// os.File's: a write that returns early would lose what comes before the power-off.
type port int

func openPort() (port, error) {
	for deadline := time.Now().Add(5 * time.Second); ; {
		fd, err := unix.Open(vmtest.PortName, unix.O_WRONLY|unix.O_CLOEXEC, 0)
		if err == nil || time.Now().After(deadline) {
			return port(fd), os.NewSyscallError("open "+vmtest.PortName, err)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (p port) Write(b []byte) (int, error) {
	for n := 0; n < len(b); {
		k, err := unix.Write(int(p), b[n:])
		if err == unix.EINTR || err == unix.EAGAIN {
			continue
		}
		if err != nil {
			return n, err
		}
		n += k
	}
	return len(b), nil
}
