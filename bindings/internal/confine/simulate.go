package confine

import (
	"encoding/binary"
	"fmt"

	"golang.org/x/net/bpf"
)

// A Call is a system call as a filter sees it.
type Call struct {
	Name string
	Arch string // "": the native one
	Args [6]uint64
}

// Simulate runs a profile's program for a call, without the kernel.
func Simulate(p *Profile, c Call) (Action, error) {
	if c.Arch == "" {
		c.Arch = NativeArch()
	}
	column, err := archIndex(c.Arch)
	if err != nil {
		return Action{}, err
	}
	nr, err := lookup(c.Name)
	if err != nil {
		return Action{}, err
	}
	if nr[column] < 0 {
		return Action{}, fmt.Errorf("%s has no system call %q", c.Arch, c.Name)
	}
	program, err := p.program()
	if err != nil {
		return Action{}, err
	}
	v, err := simulate(program, uint32(nr[column]), arches[column].audit, c.Args)
	return actionOf(v), err
}

// simulate lays struct seccomp_data out. The machine of package bpf reads words in network order.
func simulate(program []bpf.Instruction, nr, audit uint32, args [6]uint64) (uint32, error) {
	vm, err := bpf.NewVM(program)
	if err != nil {
		return 0, err
	}
	data := make([]byte, offArgs+6*8)
	binary.BigEndian.PutUint32(data[offNr:], nr)
	binary.BigEndian.PutUint32(data[offArch:], audit)
	for i, v := range args {
		binary.BigEndian.PutUint32(data[offArgs+8*i:], uint32(v))
		binary.BigEndian.PutUint32(data[offArgs+8*i+4:], uint32(v>>32))
	}
	v, err := vm.Run(data)
	return uint32(v), err
}

// Listing shows a profile's program, one instruction a line, as bpf_asm(8) writes them.
func Listing(p *Profile) ([]string, error) {
	program, err := p.program()
	if err != nil {
		return nil, err
	}
	lines := make([]string, len(program))
	for i, ins := range program {
		lines[i] = fmt.Sprint(ins)
	}
	return lines, nil
}
