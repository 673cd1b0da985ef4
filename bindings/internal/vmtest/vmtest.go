// Package vmtest runs tests on a stock Debian kernel in a virtual machine:
// vmrun, the command on the host, and vminit, PID 1 of the guest, speak with
// each other in the terms defined here.
//
// The guest has cgroup v2 only and no disk: everything is in its initial RAM
// file system. Nothing but QEMU's own emulation is needed, no KVM.
package vmtest

import (
	"encoding/binary"
	"fmt"
	"io"
	"time"
)

// Places in the guest.
const (
	SpecPath    = "/vm/spec.json"   // a Spec
	ModulesPath = "/vm/modules.txt" // see Module
	SourceDir   = "/src"            // the module's source tree
	PortName    = "/dev/vport0p1"   // the virtio-serial port that carries frames to the host
)

// Nobody is the ordinary user and group.
const Nobody = 65534

// Spec says what the guest does before it ends.
type Spec struct {
	Preload []string // kernel modules that nothing loads on demand
	Jobs    []Job    // run one after another
}

// Job is one program to run. What it leaves behind, processes and cgroups, is removed after it.
type Job struct {
	Name    string
	Args    []string
	Dir     string
	User    bool // as Nobody, in a cgroup delegated to it; else as root
	Timeout time.Duration
}

// Module is one line of the list of kernel modules: name, path, the modules
// it needs, and its aliases; separated by tabs, and by commas or bars within a field.
type Module struct {
	Path    string
	Needs   []string
	Aliases []string
}

// Kind is the kind of a Frame.
type Kind byte

// Kinds of frames, all of them from the guest to the host.
const (
	Ready  Kind = iota + 1 // the first job is about to start
	Output                 // what a job has written
	Exit                   // a job is over; one byte: its exit code
)

// Codes beyond a program's own.
const (
	CodeTimeout = 124 // the job was ended for its Timeout
	CodeBroken  = 125 // the virtual machine itself did not work
)

// maxFrame is more than any honest frame: a bigger one means that the stream is out of step.
const maxFrame = 1 << 20

// WriteFrame sends one frame: a byte for the kind, four for the length (big endian), the data.
func WriteFrame(w io.Writer, k Kind, data []byte) error {
	b := make([]byte, 5, 5+len(data))
	b[0] = byte(k)
	binary.BigEndian.PutUint32(b[1:], uint32(len(data)))
	_, err := w.Write(append(b, data...))
	return err
}

// ReadFrame receives one frame.
func ReadFrame(r io.Reader) (Kind, []byte, error) {
	var h [5]byte
	if _, err := io.ReadFull(r, h[:]); err != nil {
		return 0, nil, err
	}
	k, n := Kind(h[0]), binary.BigEndian.Uint32(h[1:])
	if k < Ready || k > Exit || n > maxFrame {
		return 0, nil, fmt.Errorf("the stream from the guest is out of step: % x", h)
	}
	data := make([]byte, n)
	_, err := io.ReadFull(r, data)
	return k, data, err
}
