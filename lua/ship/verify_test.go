package ship

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

func abc(op, a, b, c int) uint32 { return uint32(op<<26 | a<<18 | c<<9 | b) }
func abx(op, a, bx int) uint32   { return uint32(op<<26 | a<<18 | bx) }
func asbx(op, a, sbx int) uint32 { return abx(op, a, sbx+0x3ffff>>1) }

func TestVerify(t *testing.T) {
	const k = constantBit
	ret := abc(lua.OP_RETURN, 0, 1, 0)
	// Constants: 0 is a string, 1 a number. Four registers, one inner function with one upvalue.
	tests := []struct {
		name string
		code []uint32
		want string // empty: it may run
	}{
		{"nothing", nil, "end of code 0"},
		{"return", []uint32{ret}, ""},
		{"no return", []uint32{abc(lua.OP_MOVE, 0, 1, 0)}, "end of code 1"},
		{"no such opcode", []uint32{abc(63, 0, 0, 0), ret}, "opcode 63 at instruction 0"},
		{"constant", []uint32{abx(lua.OP_LOADK, 0, 2), ret}, "constant 2"},
		{"constant operand", []uint32{abc(lua.OP_ADD, 0, k|1, k|2), ret}, "constant 2"},
		{"global's name", []uint32{abx(lua.OP_GETGLOBAL, 0, 1), ret}, "name 1"},
		{"upvalue", []uint32{abc(lua.OP_GETUPVAL, 0, 0, 0), ret}, "upvalue 0"},
		{"register never set", []uint32{abc(lua.OP_MOVE, 0, 4, 0), ret}, "register 4"},
		{"register out of range", []uint32{abc(lua.OP_NOT, 0, 300, 0), ret}, "register 300"},
		{"register set", []uint32{abc(lua.OP_MOVE, 9, 1, 0), abc(lua.OP_MOVE, 0, 9, 0), ret}, ""},
		{"registers out of range", []uint32{abc(lua.OP_LOADNIL, 0, 400, 0), ret}, "register 256"},
		{"cleared by a call", []uint32{abc(lua.OP_CALL, 0, 1, 1), abc(lua.OP_MOVE, 0, 1, 0), ret}, "register 1"},
		{"arguments", []uint32{abc(lua.OP_CALL, 2, 4, 1), ret}, "register 5"},
		{"results", []uint32{abc(lua.OP_CALL, 0, 1, 511), ret}, "register 509"},
		{"unknown number of values", []uint32{abc(lua.OP_RETURN, 0, 0, 0)}, "unknown number of values from 0"},
		{"call and return all", []uint32{abc(lua.OP_CALL, 1, 1, 0), abc(lua.OP_RETURN, 0, 0, 0)}, ""},
		{"return below the values", []uint32{abc(lua.OP_CALL, 1, 1, 0), abc(lua.OP_RETURN, 2, 0, 0)}, "unknown number of values from 2"},
		{"values of only one way", []uint32{
			abc(lua.OP_TEST, 0, 0, 0), asbx(lua.OP_JMP, 0, 1), abc(lua.OP_VARARG, 1, 0, 0), abc(lua.OP_RETURN, 1, 0, 0)}, "unknown number"},
		{"register of only one way", []uint32{
			abc(lua.OP_TEST, 0, 0, 0), asbx(lua.OP_JMP, 0, 1), abc(lua.OP_MOVE, 7, 0, 0), abc(lua.OP_RETURN, 7, 2, 0)}, "register 7"},
		{"jump past the end", []uint32{asbx(lua.OP_JMP, 0, 1), ret}, "jump to 2"},
		{"jump before the start", []uint32{asbx(lua.OP_JMP, 0, -2), ret}, "jump to -1"},
		{"test at the end", []uint32{ret, abc(lua.OP_TEST, 0, 0, 0)}, ""},
		{"test before the end", []uint32{abc(lua.OP_TEST, 0, 0, 0), ret}, "jump to 2"},
		{"loop forever", []uint32{asbx(lua.OP_JMP, 0, -1)}, ""},
		{"list without table", []uint32{abc(lua.OP_SETLIST, 0, 1, 1), ret}, "table in register 0"},
		{"list", []uint32{abc(lua.OP_NEWTABLE, 0, 0, 0), abc(lua.OP_SETLIST, 0, 3, 1), ret}, ""},
		{"list part", []uint32{abc(lua.OP_NEWTABLE, 0, 0, 0), abc(lua.OP_SETLIST, 0, 1, 0), 1 << 20, ret}, "list part 1048576"},
		{"list without part", []uint32{abc(lua.OP_NEWTABLE, 0, 0, 0), abc(lua.OP_SETLIST, 0, 1, 0)}, "missing words 1"},
		{"jump into a list", []uint32{asbx(lua.OP_JMP, 0, 2), abc(lua.OP_NEWTABLE, 0, 0, 0), abc(lua.OP_SETLIST, 0, 1, 0), 0, ret}, "jump to 3"},
		{"name in a register", []uint32{abx(lua.OP_LOADK, 0, 1), abc(lua.OP_SELF, 1, 0, 0), ret}, "name in register 0"},
		{"method", []uint32{abx(lua.OP_LOADK, 0, 0), abc(lua.OP_SELF, 1, 0, 0), ret}, ""},
		{"moves", []uint32{abc(lua.OP_MOVEN, 0, 1, 1), ret}, "moves 1"},
		{"concat", []uint32{abc(lua.OP_CONCAT, 0, 2, 1), ret}, "end of operands 1"},
		{"for", []uint32{asbx(lua.OP_FORPREP, 0, 1), abc(lua.OP_MOVE, 9, 3, 0), asbx(lua.OP_FORLOOP, 0, -2), ret}, ""},
		{"for clears", []uint32{asbx(lua.OP_FORPREP, 0, 0), asbx(lua.OP_FORLOOP, 0, -1), abc(lua.OP_RETURN, 1, 2, 0)}, "register 1"},
		{"for in without jump", []uint32{abc(lua.OP_TFORLOOP, 0, 0, 1), ret, ret}, "loop 1"},
		{"for in", []uint32{abc(lua.OP_TFORLOOP, 0, 0, 2), asbx(lua.OP_JMP, 0, -2), ret}, ""},
		{"function", []uint32{abx(lua.OP_CLOSURE, 0, 1), ret}, "function 1"},
		{"function without capture", []uint32{abx(lua.OP_CLOSURE, 0, 0)}, "missing words 1"},
		{"capture", []uint32{abx(lua.OP_CLOSURE, 0, 0), ret, ret}, "capture 33"},
		{"capture of a register", []uint32{abx(lua.OP_CLOSURE, 0, 0), abc(lua.OP_MOVE, 0, 9, 0), ret}, "register 9"},
		{"capture of itself", []uint32{abx(lua.OP_CLOSURE, 9, 0), abc(lua.OP_MOVE, 0, 9, 0), ret}, ""},
		{"capture of an upvalue", []uint32{abx(lua.OP_CLOSURE, 0, 0), abc(lua.OP_GETUPVAL, 0, 0, 0), ret}, "upvalue 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inner := &lua.FunctionProto{NumUpvalues: 1, NumUsedRegisters: 2, Code: []uint32{ret},
				DbgSourcePositions: []int{1}, DbgUpvalues: []string{"x"}}
			p := &lua.FunctionProto{SourceName: "lab.lua", NumUsedRegisters: 4, Code: tt.code,
				DbgSourcePositions: make([]int, len(tt.code)),
				Constants:          []lua.LValue{lua.LString("name"), lua.LNumber(1)},
				FunctionPrototypes: []*lua.FunctionProto{inner}}
			_, err := DecodeProto(EncodeProto(p))
			if tt.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}

func TestVerifyHeader(t *testing.T) {
	for name, change := range map[string]func(p *lua.FunctionProto){
		"registers":          func(p *lua.FunctionProto) { p.NumUsedRegisters = 201 },
		"parameters":         func(p *lua.FunctionProto) { p.NumParameters = 100 },
		"argument flags":     func(p *lua.FunctionProto) { p.IsVarArg = 8 },
		"chunk's upvalues":   func(p *lua.FunctionProto) { p.NumUpvalues, p.DbgUpvalues = 1, []string{"x"} },
		"function in itself": func(p *lua.FunctionProto) { p.FunctionPrototypes = append(p.FunctionPrototypes, p) },
	} {
		p := compile(t, "return 1")
		change(p)
		if _, err := DecodeProto(EncodeProto(p)); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Messages that promise more than they hold, or nest without end, are refused
// before they cost memory.
func TestBombs(t *testing.T) {
	repeat := func(n int, b ...byte) []byte { return slices.Concat([]byte{messageMark, 1}, slices.Repeat(b, n)) }
	huge := binary.AppendUvarint(nil, 1<<40)
	claims := slices.Concat([]byte{tagTable}, binary.AppendUvarint(nil, 300000), []byte{0})
	tests := map[string][]byte{
		"many values":        slices.Concat([]byte{messageMark}, huge),
		"long array":         slices.Concat([]byte{messageMark, 1, tagTable}, huge, []byte{0}),
		"many pairs":         slices.Concat([]byte{messageMark, 1, tagTable, 0}, huge),
		"long string":        slices.Concat([]byte{messageMark, 1, tagString}, huge),
		"arrays in arrays":   repeat(100000, claims...),
		"tables in tables":   repeat(100000, tagTable, 1, 0),
		"metatables":         repeat(100000, tagTable, 0, 0),
		"index far away":     slices.Concat([]byte{messageMark, 1, tagTable, 0, 1, tagInt}, binary.AppendVarint(nil, 60e6), []byte{tagTrue, tagNil, tagFalse}),
		"nil as a key":       {messageMark, 1, tagTable, 0, 1, tagNil, tagTrue, tagNil, tagFalse},
		"nil as a value":     {messageMark, 1, tagTable, 0, 1, tagTrue, tagNil, tagNil, tagFalse},
		"metatable":          {messageMark, 1, tagTable, 0, 0, tagTrue, tagFalse},
		"reference":          {messageMark, 1, tagRef, 0, tagFalse},
		"string":             {messageMark, 1, tagSeen, 0, tagFalse},
		"kind of value":      {messageMark, 1, 99, tagFalse},
		"mark":               {protoMark, 0, tagFalse},
		"something after it": {messageMark, 0, tagFalse, 0},
	}
	s := newSide(t)
	for name, b := range tests {
		t.Run(name, func(t *testing.T) {
			var err error
			if n := allocated(func() { _, err = s.Decode(b, nil) }); n > mayAllocate(len(b)) {
				t.Errorf("%d bytes made it allocate %d", len(b), n)
			}
			if !errors.Is(err, ErrDamaged) {
				t.Error(err)
			}
		})
	}
}
