package cgroup

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// On v2 a BPF program decides which devices a cgroup may use. It gets a
//
//	struct bpf_cgroup_dev_ctx { u32 access_type; u32 major; u32 minor; }
//
// where access_type has the type of the device in its lower half and the
// accesses wanted in its upper half, and returns 1 to allow. See bpf(2).

// instruction is a struct bpf_insn.
type instruction struct {
	code uint8
	regs uint8 // destination, and source in the upper half
	off  int16
	imm  int32
}

const (
	regAnswer = iota // r0
	regContext
	regType
	regAccess
	regMajor
	regMinor
)

func load(dst uint8, offset int16) instruction {
	return instruction{code: unix.BPF_LDX | unix.BPF_MEM | unix.BPF_W, regs: dst | regContext<<4, off: offset}
}

func alu(op, dst uint8, imm int32) instruction {
	return instruction{code: unix.BPF_ALU64 | op | unix.BPF_K, regs: dst, imm: imm}
}

func copyRegister(dst, src uint8) instruction {
	return instruction{code: unix.BPF_ALU64 | unix.BPF_MOV | unix.BPF_X, regs: dst | src<<4}
}

// jumpNot skips to the next rule, whose distance comes later, unless the register has the value.
func jumpNot(dst uint8, imm int32) instruction {
	return instruction{code: unix.BPF_JMP | unix.BPF_JNE | unix.BPF_K, regs: dst, imm: imm}
}

// answer returns 1 or 0.
func answer(n int32) []instruction {
	return []instruction{alu(unix.BPF_MOV, regAnswer, n), {code: unix.BPF_JMP | unix.BPF_EXIT}}
}

// deviceProgram allows what one of the rules allows in full: a device opened to
// read and write needs a rule that allows both.
func deviceProgram(rules []DeviceRule) []instruction {
	program := []instruction{
		load(regType, 0),
		copyRegister(regAccess, regType),
		alu(unix.BPF_AND, regType, 0xffff),
		alu(unix.BPF_RSH, regAccess, 16),
		load(regMajor, 4),
		load(regMinor, 8),
	}
	for _, r := range rules {
		rule := r.instructions()
		program = append(program, rule...)
		if len(rule) == len(answer(1)) { // it asks nothing, and the kernel refuses code that is never reached
			return program
		}
	}
	return append(program, answer(0)...)
}

func (r DeviceRule) instructions() []instruction {
	var tests []instruction
	switch r.Type {
	case 'b':
		tests = append(tests, jumpNot(regType, unix.BPF_DEVCG_DEV_BLOCK))
	case 'c':
		tests = append(tests, jumpNot(regType, unix.BPF_DEVCG_DEV_CHAR))
	}
	denied := int32(0)
	for name, bit := range map[string]int32{"m": unix.BPF_DEVCG_ACC_MKNOD, "r": unix.BPF_DEVCG_ACC_READ, "w": unix.BPF_DEVCG_ACC_WRITE} {
		if !strings.Contains(r.Access, name) {
			denied |= bit
		}
	}
	if denied != 0 {
		tests = append(tests, copyRegister(regAnswer, regAccess), alu(unix.BPF_AND, regAnswer, denied), jumpNot(regAnswer, 0))
	}
	if r.Major != Unlimited {
		tests = append(tests, jumpNot(regMajor, int32(r.Major)))
	}
	if r.Minor != Unlimited {
		tests = append(tests, jumpNot(regMinor, int32(r.Minor)))
	}
	rule := append(tests, answer(1)...)
	for i := range tests {
		if rule[i].code == unix.BPF_JMP|unix.BPF_JNE|unix.BPF_K {
			rule[i].off = int16(len(rule) - i - 1)
		}
	}
	return rule
}

// filterDevices attaches a program for the rules. It takes the place of those that the cgroup has.
func (c *Cgroup) filterDevices(rules []DeviceRule) error {
	dir, err := unix.Open(c.v2, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return &os.PathError{Op: "open", Path: c.v2, Err: err}
	}
	defer unix.Close(dir)
	before, err := attached(dir)
	if err != nil {
		return fmt.Errorf("device filters of cgroup %s: %w", c.Path, err)
	}
	program, err := loadProgram(deviceProgram(rules))
	if err != nil {
		return fmt.Errorf("load a device filter: %w", err)
	}
	defer unix.Close(program)
	if err := link(unix.BPF_PROG_ATTACH, dir, program, unix.BPF_F_ALLOW_MULTI); err != nil {
		return fmt.Errorf("attach a device filter to cgroup %s: %w", c.Path, err)
	}
	for _, id := range before {
		if err := detach(dir, id); err != nil {
			return fmt.Errorf("detach a device filter from cgroup %s: %w", c.Path, err)
		}
	}
	return nil
}

// bpf is the system call; attr is a pointer to the command's part of union bpf_attr.
func bpf[T any](command uintptr, attr *T) (int, error) {
	n, _, errno := unix.Syscall(unix.SYS_BPF, command, uintptr(unsafe.Pointer(attr)), unsafe.Sizeof(*attr))
	if errno != 0 {
		return -1, errno
	}
	return int(n), nil
}

func loadProgram(program []instruction) (int, error) {
	license := []byte("\x00")
	attr := struct {
		kind, count          uint32
		program, license     uint64
		logLevel, logSize    uint32
		log                  uint64
		kernelVersion, flags uint32
	}{kind: unix.BPF_PROG_TYPE_CGROUP_DEVICE, count: uint32(len(program))}
	var pin runtime.Pinner
	defer pin.Unpin()
	pin.Pin(&program[0])
	pin.Pin(&license[0])
	attr.program = uint64(uintptr(unsafe.Pointer(&program[0])))
	attr.license = uint64(uintptr(unsafe.Pointer(&license[0])))
	return bpf(unix.BPF_PROG_LOAD, &attr)
}

// link attaches a program to a cgroup, or detaches it.
func link(command uintptr, dir, program int, flags uint32) error {
	attr := struct{ target, program, kind, flags uint32 }{uint32(dir), uint32(program), unix.BPF_CGROUP_DEVICE, flags}
	_, err := bpf(command, &attr)
	return err
}

// attached are the numbers of the device filters of a cgroup itself.
func attached(dir int) ([]uint32, error) {
	ids := make([]uint32, 64) // the kernel allows no more
	var pin runtime.Pinner
	defer pin.Unpin()
	pin.Pin(&ids[0])
	attr := struct {
		target, kind, query, attachFlags uint32
		ids                              uint64
		count, _                         uint32
	}{target: uint32(dir), kind: unix.BPF_CGROUP_DEVICE, ids: uint64(uintptr(unsafe.Pointer(&ids[0]))), count: uint32(len(ids))}
	if _, err := bpf(unix.BPF_PROG_QUERY, &attr); err != nil {
		return nil, err
	}
	return slices.Clip(ids[:attr.count]), nil
}

func detach(dir int, id uint32) error {
	attr := struct{ id, next, flags uint32 }{id: id}
	program, err := bpf(unix.BPF_PROG_GET_FD_BY_ID, &attr)
	if err != nil {
		return err
	}
	defer unix.Close(program)
	return link(unix.BPF_PROG_DETACH, dir, program, 0)
}
