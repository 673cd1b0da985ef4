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

// verifier checks that no instruction of a proto reaches outside of its code, constants,
// registers, upvalues or inner protos, where the virtual machine, which does not
// look, would panic.
type verifier struct {
	p         *lua.FunctionProto
	pc        int
	registers int
	// inner marks words that are part of the instruction before them.
	inner []bool
}

func verify(p *lua.FunctionProto) (err error) {
	defer catch(&err)
	v := &verifier{p: p, inner: make([]bool, len(p.Code))}
	v.header()
	v.layout()
	for v.pc = range p.Code {
		if !v.inner[v.pc] {
			v.instruction(p.Code[v.pc])
		}
	}
	return nil
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
	case len(p.Code) == 0 || opcode(p.Code[len(p.Code)-1]) != lua.OP_RETURN:
		v.fail("code length", len(p.Code))
	}
	v.registers = int(p.NumUsedRegisters)
}

// layout marks the words that belong to the instruction before them, and counts
// the registers of loops, which may lie above those that the proto asks for.
func (v *verifier) layout() {
	code := v.p.Code
	for v.pc = 0; v.pc < len(code); v.pc++ {
		inst, words := code[v.pc], 0
		switch opcode(inst) {
		case lua.OP_CLOSURE:
			words = int(v.innerProto(argBx(inst)).NumUpvalues)
		case lua.OP_SETLIST:
			if argC(inst) == 0 {
				words = 1
			}
		}
		v.registers = max(v.registers, writes(inst))
		if v.pc+words >= len(code)-1 && words > 0 {
			v.fail("words", words)
		}
		for range words {
			v.pc++
			v.inner[v.pc] = true
		}
	}
}

// writes is one more than the highest register that an instruction writes.
func writes(inst uint32) int {
	a := argA(inst)
	switch opcode(inst) {
	case lua.OP_SELF:
		return a + 2
	case lua.OP_LOADNIL:
		return max(a, argB(inst)) + 1
	case lua.OP_CALL:
		return a + max(argC(inst)-1, 1)
	case lua.OP_VARARG:
		return a + max(argB(inst)-1, 1)
	case lua.OP_FORLOOP:
		return a + 4
	case lua.OP_TFORLOOP:
		return a + 3 + argC(inst)
	}
	return a + 1
}

func (v *verifier) innerProto(n int) *lua.FunctionProto {
	if n >= len(v.p.FunctionPrototypes) {
		v.fail("function", n)
	}
	return v.p.FunctionPrototypes[n]
}

func (v *verifier) register(n int) {
	if n < 0 || n >= v.registers {
		v.fail("register", n)
	}
}

func (v *verifier) constant(n int) lua.LValue {
	if n >= len(v.p.Constants) {
		v.fail("constant", n)
	}
	return v.p.Constants[n]
}

// operand checks B or C where it may be a register or a constant.
func (v *verifier) operand(n int) {
	if n&constantBit != 0 {
		v.constant(n &^ constantBit)
	} else {
		v.register(n)
	}
}

// key checks an operand that must be a string.
func (v *verifier) key(n int) {
	v.operand(n)
	if n&constantBit != 0 {
		v.name(n &^ constantBit)
	}
}

func (v *verifier) name(n int) {
	if _, ok := v.constant(n).(lua.LString); !ok {
		v.fail("constant", n)
	}
}

func (v *verifier) upvalue(n int) {
	if n >= int(v.p.NumUpvalues) {
		v.fail("upvalue", n)
	}
}

// jump checks that an instruction begins at to.
func (v *verifier) jump(to int) {
	if to < 0 || to >= len(v.p.Code) || v.inner[to] {
		v.fail("jump to", to)
	}
}

func (v *verifier) instruction(inst uint32) {
	a, b, c := argA(inst), argB(inst), argC(inst)
	switch op := opcode(inst); op {
	case lua.OP_MOVE:
		v.register(a)
		v.register(b)
	case lua.OP_MOVEN:
		v.register(a)
		v.register(b)
		for i := 1; i <= c; i++ {
			if v.pc+i >= len(v.p.Code) || opcode(v.p.Code[v.pc+i]) != lua.OP_MOVE {
				v.fail("moves", c)
			}
		}
	case lua.OP_NEWTABLE:
		v.register(a)
	case lua.OP_LOADK:
		v.register(a)
		v.constant(argBx(inst))
	case lua.OP_LOADBOOL:
		v.register(a)
		if c != 0 {
			v.jump(v.pc + 2)
		}
	case lua.OP_LOADNIL:
		v.register(a)
		v.register(b)
	case lua.OP_GETUPVAL, lua.OP_SETUPVAL:
		v.register(a)
		v.upvalue(b)
	case lua.OP_GETGLOBAL, lua.OP_SETGLOBAL:
		v.register(a)
		v.name(argBx(inst))
	case lua.OP_GETTABLE:
		v.register(a)
		v.register(b)
		v.operand(c)
	case lua.OP_GETTABLEKS:
		v.register(a)
		v.register(b)
		v.key(c)
	case lua.OP_SETTABLE:
		v.register(a)
		v.operand(b)
		v.operand(c)
	case lua.OP_SETTABLEKS:
		v.register(a)
		v.key(b)
		v.operand(c)
	case lua.OP_SELF:
		v.register(a + 1)
		v.register(b)
		v.key(c)
	case lua.OP_ADD, lua.OP_SUB, lua.OP_MUL, lua.OP_DIV, lua.OP_MOD, lua.OP_POW:
		v.register(a)
		v.operand(b)
		v.operand(c)
	case lua.OP_UNM, lua.OP_LEN:
		v.register(a)
		v.operand(b)
	case lua.OP_NOT:
		v.register(a)
		v.register(b)
	case lua.OP_CONCAT:
		v.register(a)
		v.register(b)
		v.register(c)
		if b > c {
			v.fail("concat", c)
		}
	default:
		v.control(op, inst)
	}
}

// control checks the instructions that branch, call and build.
func (v *verifier) control(op int, inst uint32) {
	a, b, c := argA(inst), argB(inst), argC(inst)
	switch op {
	case lua.OP_JMP:
		v.jump(v.pc + 1 + argSbx(inst))
	case lua.OP_EQ, lua.OP_LT, lua.OP_LE:
		v.operand(b)
		v.operand(c)
		v.jump(v.pc + 2)
	case lua.OP_TEST:
		v.register(a)
		v.jump(v.pc + 2)
	case lua.OP_TESTSET:
		v.register(a)
		v.register(b)
		v.jump(v.pc + 2)
	case lua.OP_CALL, lua.OP_TAILCALL:
		v.register(a)
		if b > 0 {
			v.register(a + b - 1)
		}
	case lua.OP_RETURN:
		if b > 1 {
			v.register(a + b - 2)
		}
	case lua.OP_FORLOOP, lua.OP_FORPREP:
		v.register(a + 2)
		v.jump(v.pc + 1 + argSbx(inst))
	case lua.OP_TFORLOOP:
		v.register(a + 2)
		v.jump(v.pc + 2)
		if opcode(v.p.Code[v.pc+1]) != lua.OP_JMP {
			v.fail("loop", v.pc)
		}
	case lua.OP_SETLIST:
		v.register(a)
		if b > 0 {
			v.register(a + b)
		}
		if c == 0 && v.p.Code[v.pc+1] > uint32(len(v.p.Code)) {
			v.fail("list part", int(v.p.Code[v.pc+1]))
		}
	case lua.OP_CLOSURE:
		v.register(a)
		v.captures(argBx(inst))
	case lua.OP_VARARG:
		v.register(a)
	case lua.OP_CLOSE, lua.OP_NOP:
	default:
		v.fail("opcode", op)
	}
}

// captures checks the words after a CLOSURE, one for each upvalue.
func (v *verifier) captures(proto int) {
	n := int(v.innerProto(proto).NumUpvalues)
	for _, inst := range v.p.Code[v.pc+1 : v.pc+1+n] {
		switch opcode(inst) {
		case lua.OP_MOVE:
			v.register(argB(inst))
		case lua.OP_GETUPVAL:
			v.upvalue(argB(inst))
		default:
			v.fail("capture", opcode(inst))
		}
	}
}
