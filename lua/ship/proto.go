package ship

import (
	"encoding/binary"
	"reflect"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// maxLevel is how deep functions may be written inside each other. No program
// comes near it: Lua's own compiler stops at 200.
const maxLevel = 1000

// EncodeProto makes bytes of a compiled chunk, to keep or to embed instead of its
// source text. They are good for the version of gopher-lua that compiled it.
func EncodeProto(p *lua.FunctionProto) []byte {
	w := &writer{}
	w.byte(protoMark)
	w.proto(p)
	return w.b
}

// DecodeProto is the inverse of EncodeProto.
func DecodeProto(b []byte) (p *lua.FunctionProto, err error) {
	defer catch(&err)
	r := &reader{b: b}
	if r.byte() != protoMark {
		panic(damaged("it begins with another byte"))
	}
	p = r.proto(0)
	if p.NumUpvalues > 0 {
		panic(damaged("a chunk with upvalues"))
	}
	if r.at < len(b) {
		panic(damaged("%d bytes are left over", len(b)-r.at))
	}
	return p, nil
}

// proto writes the number of a proto that was written before, counted from one,
// or 0 and the proto.
func (w *writer) proto(p *lua.FunctionProto) {
	if id, ok := w.protos[p]; ok {
		w.uint(id)
		return
	}
	w.uint(0)
	if w.protos == nil {
		w.protos = map[*lua.FunctionProto]uint64{}
	}
	w.protos[p] = uint64(len(w.protos) + 1)
	w.string(p.SourceName)
	w.int(p.LineDefined)
	w.int(p.LastLineDefined)
	w.b = append(w.b, p.NumUpvalues, p.NumParameters, p.IsVarArg, p.NumUsedRegisters)
	w.len(len(p.Code))
	for _, inst := range p.Code {
		w.b = binary.LittleEndian.AppendUint32(w.b, inst)
	}
	w.lines(p.DbgSourcePositions)
	w.len(len(p.Constants))
	for _, c := range p.Constants {
		w.scalar(c)
	}
	w.debug(p)
	w.len(len(p.FunctionPrototypes))
	for _, inner := range p.FunctionPrototypes {
		w.proto(inner)
	}
}

// lines writes the source line of each instruction, as the difference to the one before.
func (w *writer) lines(lines []int) {
	last := 0
	for _, n := range lines {
		w.int(n - last)
		last = n
	}
}

func (w *writer) debug(p *lua.FunctionProto) {
	w.len(len(p.DbgLocals))
	for _, l := range p.DbgLocals {
		w.string(l.Name)
		w.int(l.StartPc)
		w.int(l.EndPc)
	}
	w.len(len(p.DbgCalls))
	for _, c := range p.DbgCalls {
		w.string(c.Name)
		w.int(c.Pc)
	}
	for i := range int(p.NumUpvalues) {
		w.string(p.DbgUpvalues[i])
	}
}

// proto reads a proto that is written inside of level others.
func (r *reader) proto(level int) *lua.FunctionProto {
	if id := r.index(len(r.protos) + 1); id > 0 {
		p := r.protos[id-1]
		if p == nil {
			panic(damaged("a function inside itself at byte %d", r.at))
		}
		return p
	}
	if level > maxLevel {
		panic(damaged("functions nested more than %d deep", maxLevel))
	}
	at := len(r.protos)
	r.protos = append(r.protos, nil)
	p := &lua.FunctionProto{
		SourceName:      r.string(),
		LineDefined:     r.int(),
		LastLineDefined: r.int(),
		NumUpvalues:     r.byte(), NumParameters: r.byte(), IsVarArg: r.byte(), NumUsedRegisters: r.byte(),
	}
	r.code(p)
	r.constants(p)
	r.debug(p)
	p.FunctionPrototypes = make([]*lua.FunctionProto, r.count(1))
	for i := range p.FunctionPrototypes {
		p.FunctionPrototypes[i] = r.proto(level + 1)
	}
	r.checker.verify(p)
	r.protos[at] = p
	return p
}

func (r *reader) code(p *lua.FunctionProto) {
	n := r.count(5)
	p.Code = make([]uint32, n)
	raw := r.bytes(uint64(4 * n))
	for i := range p.Code {
		p.Code[i] = binary.LittleEndian.Uint32(raw[4*i:])
	}
	p.DbgSourcePositions = make([]int, n)
	last := 0
	for i := range p.DbgSourcePositions {
		last += r.int()
		p.DbgSourcePositions[i] = last
	}
}

func (r *reader) constants(p *lua.FunctionProto) {
	p.Constants = make([]lua.LValue, r.count(1))
	text := make([]string, len(p.Constants))
	for i := range p.Constants {
		c := r.scalar(r.byte())
		if c == nil {
			panic(damaged("a constant at byte %d", r.at))
		}
		p.Constants[i] = c
		if s, ok := c.(lua.LString); ok {
			text[i] = string(s)
		}
	}
	*(*[]string)(unsafe.Add(unsafe.Pointer(p), stringConstants)) = text
}

// stringConstants is where a proto keeps its constants that are strings, as Go
// strings: the one field that gopher-lua does not export.
var stringConstants = func() uintptr {
	f, ok := reflect.TypeFor[lua.FunctionProto]().FieldByName("stringConstants")
	if !ok || f.Type != reflect.TypeFor[[]string]() {
		panic("ship: this gopher-lua has no FunctionProto.stringConstants")
	}
	return f.Offset
}()

func (r *reader) debug(p *lua.FunctionProto) {
	locals := make([]lua.DbgLocalInfo, r.count(4))
	p.DbgLocals = make([]*lua.DbgLocalInfo, len(locals))
	for i := range locals {
		locals[i] = lua.DbgLocalInfo{Name: r.string(), StartPc: r.int(), EndPc: r.int()}
		p.DbgLocals[i] = &locals[i]
	}
	p.DbgCalls = make([]lua.DbgCall, r.count(3))
	for i := range p.DbgCalls {
		p.DbgCalls[i] = lua.DbgCall{Name: r.string(), Pc: r.int()}
		if p.DbgCalls[i].Name == "" { // gopher-lua's tracebacks look at the first byte
			p.DbgCalls[i].Name = "?"
		}
	}
	p.DbgUpvalues = make([]string, p.NumUpvalues)
	for i := range p.DbgUpvalues {
		p.DbgUpvalues[i] = r.string()
	}
}
