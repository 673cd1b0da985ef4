package confine

import (
	"fmt"
	"slices"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// An assembler writes a program from its end to its beginning. Jumps go forward
// only, so where they lead is known when they are written.
type assembler struct {
	code []bpf.Instruction // the last instruction first
	rets map[uint32]label
}

// A label is an instruction's place, counted from the end of the program.
type label int

// maxSkip is how many instructions a conditional jump can pass over.
const maxSkip = 255

func (a *assembler) emit(i bpf.Instruction) label {
	a.code = append(a.code, i)
	return label(len(a.code) - 1)
}

// distance is the number of instructions between the next one to write and a label.
func (a *assembler) distance(to label) int { return len(a.code) - int(to) - 1 }

// ret ends the program with a value; one that is in reach already is used again.
func (a *assembler) ret(value uint32) label {
	if at, ok := a.rets[value]; ok && a.distance(at) < maxSkip-8 {
		return at
	}
	at := a.emit(bpf.RetConstant{Val: value})
	a.rets[value] = at
	return at
}

// near is a label in reach that leads to the given one. The caller writes at most one instruction in between.
func (a *assembler) near(to label) label {
	if a.distance(to) < maxSkip {
		return to
	}
	return a.emit(bpf.Jump{Skip: uint32(a.distance(to))})
}

// branch compares the accumulator with a value.
func (a *assembler) branch(test bpf.JumpTest, value uint32, yes, no label) label {
	yes = a.near(yes)
	no = a.near(no)
	return a.emit(bpf.JumpIf{Cond: test, Val: value, SkipTrue: uint8(a.distance(yes)), SkipFalse: uint8(a.distance(no))})
}

// load reads a word of struct seccomp_data; but for the given bits it becomes 0.
func (a *assembler) load(offset, mask uint32) label {
	if mask != 1<<32-1 {
		a.emit(bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: mask})
	}
	return a.emit(bpf.LoadAbsolute{Off: offset, Size: 4})
}

// program is what was written, in the order in which it runs.
func (a *assembler) program() []bpf.Instruction {
	p := slices.Clone(a.code)
	slices.Reverse(p)
	return p
}

// maxProgram is the kernel's limit (BPF_MAXINSNS).
const maxProgram = 4096

func sockFilter(program []bpf.Instruction) ([]unix.SockFilter, error) {
	if len(program) > maxProgram {
		return nil, fmt.Errorf("the filter has %d instructions: %w", len(program), unix.E2BIG)
	}
	raw, err := bpf.Assemble(program)
	if err != nil {
		return nil, err
	}
	out := make([]unix.SockFilter, len(raw))
	for i, r := range raw {
		out[i] = unix.SockFilter{Code: r.Op, Jt: r.Jt, Jf: r.Jf, K: r.K}
	}
	return out, nil
}
