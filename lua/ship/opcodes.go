package ship

import lua "github.com/yuin/gopher-lua"

// instruction checks what inst reads, notes what it writes, and says whether the
// next one may follow it.
func (v *verifier) instruction(inst uint32) bool {
	open := v.open
	v.open = -1
	a, b, c := argA(inst), argB(inst), argC(inst)
	switch op := opcode(inst); op {
	case lua.OP_MOVEN:
		v.moves(c)
		v.move(a, b)
	case lua.OP_MOVE:
		v.move(a, b)
	case lua.OP_LOADK:
		_, isString := v.constant(argBx(inst)).(lua.LString)
		v.write(a)
		v.strings.put(a, isString)
	case lua.OP_LOADBOOL:
		v.write(a)
		if c != 0 {
			v.branch(v.pc + 2)
			return false
		}
	case lua.OP_LOADNIL:
		for r := a; r <= b; r++ {
			v.write(r)
		}
	case lua.OP_GETUPVAL:
		v.upvalue(b)
		v.write(a)
	case lua.OP_SETUPVAL:
		v.upvalue(b)
		v.read(a)
	case lua.OP_GETGLOBAL:
		v.name(argBx(inst))
		v.write(a)
	case lua.OP_SETGLOBAL:
		v.name(argBx(inst))
		v.read(a)
	case lua.OP_NEWTABLE:
		v.write(a)
		v.tables.add(a)
	case lua.OP_GETTABLE:
		v.read(b)
		v.operand(c)
		v.write(a)
	case lua.OP_GETTABLEKS:
		v.read(b)
		v.key(c)
		v.write(a)
	case lua.OP_SETTABLE:
		v.read(a)
		v.operand(b)
		v.operand(c)
	case lua.OP_SETTABLEKS:
		v.read(a)
		v.key(b)
		v.operand(c)
	case lua.OP_SELF:
		v.read(b)
		v.key(c)
		v.write(a)
		v.write(a + 1)
	case lua.OP_ADD, lua.OP_SUB, lua.OP_MUL, lua.OP_DIV, lua.OP_MOD, lua.OP_POW:
		v.operand(b)
		v.operand(c)
		v.write(a)
	case lua.OP_UNM, lua.OP_LEN:
		v.operand(b)
		v.write(a)
	case lua.OP_NOT:
		v.read(b)
		v.write(a)
	case lua.OP_CONCAT:
		if b > c {
			v.fail("end of operands", c)
		}
		v.readRange(b, c-b+1)
		v.write(a)
	case lua.OP_CLOSURE:
		v.captures(argBx(inst))
		v.write(a)
	case lua.OP_CLOSE, lua.OP_NOP:
	default:
		v.open = open
		return v.control(op, inst)
	}
	return true
}

// control does the same for instructions that branch, call, or deal with an
// unknown number of values.
func (v *verifier) control(op int, inst uint32) bool {
	a, b, c := argA(inst), argB(inst), argC(inst)
	switch op {
	case lua.OP_CALL:
		v.arguments(a, b)
		v.writeRange(a, max(c-1, 0))
		v.open = a
		return true
	case lua.OP_VARARG:
		v.writeRange(a, max(b-1, 0))
		v.open = a
		return true
	case lua.OP_TAILCALL:
		v.arguments(a, b)
		return false
	case lua.OP_RETURN:
		if b == 0 {
			v.readOpen(a)
		} else {
			v.readRange(a, b-1)
		}
		return false
	case lua.OP_SETLIST:
		v.list(a, b, c)
		v.open = -1
		return true
	}
	v.open = -1
	return v.jump(op, inst)
}

// jump does the same for instructions that only branch.
func (v *verifier) jump(op int, inst uint32) bool {
	a, b, c := argA(inst), argB(inst), argC(inst)
	to := v.pc + 1 + argSbx(inst)
	switch op {
	case lua.OP_JMP:
		v.branch(to)
		return false
	case lua.OP_EQ, lua.OP_LT, lua.OP_LE:
		v.operand(b)
		v.operand(c)
		v.branch(v.pc + 2)
	case lua.OP_TEST:
		v.read(a)
		v.branch(v.pc + 2)
	case lua.OP_TESTSET:
		v.read(b)
		v.branch(v.pc + 2)
		v.write(a)
	case lua.OP_FORPREP:
		v.readRange(a, 3)
		v.write(a)
		v.branch(to)
		return false
	case lua.OP_FORLOOP:
		v.readRange(a, 3)
		v.write(a)
		after := v.frame
		v.write(a + 3)
		v.branch(to)
		v.frame = after
		v.cut(a + 1)
	case lua.OP_TFORLOOP:
		v.readRange(a, 3)
		if c == 0 || v.pc+1 >= len(v.p.Code) || opcode(v.p.Code[v.pc+1]) != lua.OP_JMP {
			v.fail("loop", c)
		}
		v.writeRange(a+3, c)
		v.write(a + 2)
		v.branch(v.pc + 2) // else on to the JMP, which the machine reads with this one
	default:
		v.fail("opcode", op)
	}
	return true
}

func (v *verifier) move(a, b int) {
	v.read(b)
	isString, isTable := v.strings.has(b), v.tables.has(b)
	v.write(a)
	v.strings.put(a, isString)
	v.tables.put(a, isTable)
}

// moves checks that a MOVEN is followed by n of the MOVEs it takes along. They are
// checked one by one when the way comes to them.
func (v *verifier) moves(n int) {
	for i := v.pc + 1; i <= v.pc+n; i++ {
		if i >= len(v.p.Code) || v.places[i] == placeInner || opcode(v.p.Code[i]) != lua.OP_MOVE {
			v.fail("moves", n)
		}
	}
}

// arguments checks the function in register a and its arguments: b-1, or an unknown number.
func (v *verifier) arguments(a, b int) {
	v.read(a)
	if b == 0 {
		v.readOpen(a + 1)
	} else {
		v.readRange(a+1, b-1)
	}
}

// list checks the table in register a and what follows it: b elements, or an
// unknown number, of the part c, or of the part that the next word says.
func (v *verifier) list(a, b, c int) {
	if !v.tables.has(a) {
		v.fail("table in register", a)
	}
	if b == 0 {
		v.readOpen(a + 1)
	} else {
		v.readRange(a+1, b)
	}
	// A part has 50 elements, which the code before it computes. Far greater
	// numbers would make the table's array grow up to them.
	if c == 0 && v.p.Code[v.pc+1] > uint32(len(v.p.Code)) {
		v.fail("list part", int(v.p.Code[v.pc+1]))
	}
}

// captures checks the words after a CLOSURE, one for each upvalue.
func (v *verifier) captures(n int) {
	count := int(v.function(n).NumUpvalues)
	for _, inst := range v.p.Code[v.pc+1 : v.pc+1+count] {
		switch opcode(inst) {
		case lua.OP_MOVE:
			// The function itself may be among them: its register is set first.
			if argB(inst) != argA(v.p.Code[v.pc]) {
				v.read(argB(inst))
			}
		case lua.OP_GETUPVAL:
			v.upvalue(argB(inst))
		default:
			v.fail("capture", opcode(inst))
		}
	}
}
