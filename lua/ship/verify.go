package ship

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// The parts of an instruction, as gopher-lua lays them out: opcode 6 bits, A 8, C 9,
// B 9; Bx and sBx are C and B in one.
func opcode(inst uint32) int { return int(inst >> 26) }
func argA(inst uint32) int   { return int(inst>>18) & 0xff }
func argB(inst uint32) int   { return int(inst & 0x1ff) }
func argC(inst uint32) int   { return int(inst>>9) & 0x1ff }
func argBx(inst uint32) int  { return int(inst & 0x3ffff) }
func argSbx(inst uint32) int { return argBx(inst) - 0x3ffff>>1 }

const (
	constantBit  = 1 << 8 // in B or C: a constant, not a register
	maxRegisters = 200    // as the compiler's
)

// verifier checks that a proto can be run. The virtual machine looks at nothing:
// it panics on a register that holds no value yet, on a jump out of the code, on a
// constant or upvalue that is not there. So the verifier follows every way through
// the code, knowing of each register whether it certainly holds a value.
type verifier struct {
	p  *lua.FunctionProto
	pc int
	frame
	steps  int // left, before the code is called too tangled
	places []int32
	frames []frame // what is certain at each place where ways meet
	todo   []int   // places from which the ways must be followed again
}

// What places holds for each instruction, other than its index in frames plus one.
const (
	placePlain = 0  // no jump leads here
	placeInner = -1 // not an instruction, but part of the one before
)

func (v *verifier) verify(p *lua.FunctionProto) {
	v.p, v.pc = p, 0
	v.header()
	v.layout()
	v.steps = 1000 + 100*len(p.Code)
	v.frame = frame{open: -1}
	v.set.fill(0, int(p.NumUsedRegisters))
	v.follow(0)
	for len(v.todo) > 0 {
		at := v.todo[len(v.todo)-1]
		v.todo = v.todo[:len(v.todo)-1]
		v.frame = v.frames[v.places[at]-1]
		v.follow(at)
	}
}

func (v *verifier) fail(what string, n int) {
	panic(failure{fmt.Errorf("%w: %s %d at instruction %d of %s", ErrDamaged, what, n, v.pc, where(v.p))})
}

func (v *verifier) header() {
	p := v.p
	switch {
	case p.NumUsedRegisters > maxRegisters || p.NumParameters > p.NumUsedRegisters:
		v.fail("register count", int(p.NumUsedRegisters))
	case p.IsVarArg > lua.VarArgHasArg|lua.VarArgIsVarArg|lua.VarArgNeedsArg:
		v.fail("argument flags", int(p.IsVarArg))
	}
}

// layout finds the words that are no instructions, and the places that jumps lead to.
func (v *verifier) layout() {
	code := v.p.Code
	v.todo, v.frames = v.todo[:0], v.frames[:0]
	v.places = append(v.places[:0], make([]int32, len(code))...)
	for v.pc = 0; v.pc < len(code); v.pc++ {
		inst, words := code[v.pc], 0
		switch opcode(inst) {
		case lua.OP_JMP, lua.OP_FORLOOP, lua.OP_FORPREP:
			v.target(v.pc + 1 + argSbx(inst))
		case lua.OP_EQ, lua.OP_LT, lua.OP_LE, lua.OP_TEST, lua.OP_TESTSET, lua.OP_TFORLOOP:
			v.target(v.pc + 2)
		case lua.OP_LOADBOOL:
			if argC(inst) != 0 {
				v.target(v.pc + 2)
			}
		case lua.OP_CLOSURE:
			words = int(v.function(argBx(inst)).NumUpvalues)
		case lua.OP_SETLIST:
			if argC(inst) == 0 {
				words = 1
			}
		}
		if v.pc+words >= len(code) {
			v.fail("missing words", words)
		}
		for range words {
			v.pc++
			v.places[v.pc] = placeInner
		}
	}
}

func (v *verifier) target(to int) {
	if to >= 0 && to < len(v.places) && v.places[to] == placePlain {
		v.frames = append(v.frames, frame{open: unvisited})
		v.places[to] = int32(len(v.frames))
	}
}

// unvisited is the open of a frame that no way has reached yet.
const unvisited = -2

// follow goes through the code from at until the way ends or joins one that was
// followed before.
func (v *verifier) follow(at int) {
	for v.pc = at; ; v.pc++ {
		if v.pc >= len(v.p.Code) {
			v.fail("end of code", len(v.p.Code))
		}
		place := v.places[v.pc]
		if place == placeInner {
			continue
		}
		if place != placePlain && v.pc != at {
			v.branch(v.pc)
			return
		}
		if v.steps--; v.steps < 0 {
			v.fail("tangled code", len(v.p.Code))
		}
		if !v.instruction(v.p.Code[v.pc]) {
			return
		}
	}
}

// branch takes what is certain here to the place at to.
func (v *verifier) branch(to int) {
	if to < 0 || to >= len(v.places) || v.places[to] <= 0 {
		v.fail("jump to", to)
	}
	f := &v.frames[v.places[to]-1]
	if f.open == unvisited {
		*f = v.frame
	} else if !f.meet(&v.frame) {
		return
	}
	v.todo = append(v.todo, to)
}

func (v *verifier) function(n int) *lua.FunctionProto {
	if n >= len(v.p.FunctionPrototypes) {
		v.fail("function", n)
	}
	return v.p.FunctionPrototypes[n]
}

func (v *verifier) constant(n int) lua.LValue {
	if n >= len(v.p.Constants) {
		v.fail("constant", n)
	}
	return v.p.Constants[n]
}

func (v *verifier) upvalue(n int) {
	if n >= int(v.p.NumUpvalues) {
		v.fail("upvalue", n)
	}
}

// name checks a constant that must be a string.
func (v *verifier) name(n int) {
	if _, ok := v.constant(n).(lua.LString); !ok {
		v.fail("name", n)
	}
}

// read checks that register n holds a value.
func (v *verifier) read(n int) {
	if n >= numRegisters || !v.set.has(n) {
		v.fail("register", n)
	}
}

// readRange checks n registers from a on.
func (v *verifier) readRange(a, n int) {
	if n > 0 && (a+n > numRegisters || v.set.prefix(a) < n) {
		v.fail("register", a+n-1)
	}
}

// readOpen checks the registers from a to the top, whose number is unknown.
func (v *verifier) readOpen(a int) {
	if v.open < a {
		v.fail("unknown number of values from", a)
	}
	v.readRange(a, v.open-a)
}

func (v *verifier) write(n int) {
	if n >= numRegisters {
		v.fail("register", n)
	}
	v.frame.write(n)
}

// writeRange notes n values from a on and, as after a call, nothing above them.
func (v *verifier) writeRange(a, n int) {
	if a+n > numRegisters {
		v.fail("register", a+n-1)
	}
	v.cut(a)
	v.set.fill(a, a+n)
}

// operand checks B or C where it may be a register or a constant.
func (v *verifier) operand(n int) {
	if n&constantBit != 0 {
		v.constant(n &^ constantBit)
	} else {
		v.read(n)
	}
}

// key checks an operand that must be a string.
func (v *verifier) key(n int) {
	switch {
	case n&constantBit != 0:
		v.name(n &^ constantBit)
	case !v.strings.has(n):
		v.fail("name in register", n)
	}
}
