package ship

import (
	"errors"
	"io"
	"os"
	"syscall"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

func TestRefusals(t *testing.T) {
	const coroutine = " is a coroutine, which can't leave its process"
	const builtin = " is a built-in function made while running (an iterator, a wrapped coroutine?), which can't leave its process"
	tests := []struct{ name, code, want string }{
		{"argument", `return print, coroutine.create(print)`, "argument 1" + coroutine},
		{"unnamed argument", `return print, 1, coroutine.create(print)`, "value 3" + coroutine},
		{"upvalue", "local co = coroutine.create(print)\nreturn function() return co end",
			"upvalue 'co' (of the function at lab.lua:2)" + coroutine},
		{"field of an upvalue", "local cfg = {on = {start = coroutine.create(print)}}\n\nreturn function() return cfg.on.start end",
			"upvalue 'cfg'.on.start (of the function at lab.lua:3)" + coroutine},
		{"upvalue of an upvalue", "local co = coroutine.create(print)\nlocal function f() return co end\nreturn function() return f() end",
			"upvalue 'co' (of the function at lab.lua:2)" + coroutine},
		{"odd keys", `return print, {[1.5] = {[true] = {["a b"] = {[print] = {{1, coroutine.create(print)}}}}}}`,
			`argument 1[1.5][true]["a b"][a function][1][2]` + coroutine},
		{"key", `return print, {x = {[coroutine.create(print)] = 1}}`, "a key of argument 1.x" + coroutine},
		{"metatable", `return print, {x = setmetatable({}, {__index = {co = coroutine.create(print)}})}`,
			"getmetatable(argument 1.x).__index.co" + coroutine},
		{"environment", `return setfenv(function() end, {co = coroutine.create(print)})`, "getfenv(run).co" + coroutine},
		{"global", "state = {co = coroutine.create(print)}\nreturn function() return function() return state end end",
			"global 'state'.co (read by the function at lab.lua:2)" + coroutine},
		{"global of a chunk", `co = coroutine.create(print) return loadstring('return co', 'x')`, "global 'co' (read by the main chunk of x)" + coroutine},
		{"long way", `return print, {a={b={c={d={e={f={g={h={i={j={k={l=coroutine.create(print)}}}}}}}}}}}}`,
			"argument 1.a.b.c.d.e.f....i.j.k.l" + coroutine},
		{"iterator", "local it = string.gmatch('a b', '%a')\nreturn function() return it() end",
			"upvalue 'it' (of the function at lab.lua:2)" + builtin},
		{"wrapped coroutine", `return print, coroutine.wrap(print)`, "argument 1" + builtin},
		{"channel", `return print, channel.make()`, "argument 1 is a channel, which can't leave its process"},
		{"userdata", `return print, newproxy()`, "argument 1 is a userdata (<nil>), which can't leave its process"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSide(t)
			_, fds, err := s.Encode([]string{"run", "argument 1"}, s.eval(tt.code)...)
			if err == nil || err.Error() != tt.want || fds != nil {
				t.Errorf("%v\nwant %s", err, tt.want)
			}
			if e, ok := errors.AsType[*Error](err); !ok || e.Path+" "+e.Reason != tt.want {
				t.Errorf("%#v", err)
			}
		})
	}
}

func TestPackFails(t *testing.T) {
	s := newSide(t)
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	_, _, err = s.Encode([]string{"argument 1"}, s.wrap(f))
	if !errors.Is(err, os.ErrClosed) || err.Error() != "argument 1 can't be sent: file already closed" {
		t.Error(err)
	}
}

// pipes makes n pipes and returns their write ends, whose closing can be seen.
func pipes(t *testing.T, n int) (ends []int, closed func() []bool) {
	t.Helper()
	var readers []int
	for range n {
		var p [2]int
		if err := syscall.Pipe2(p[:], syscall.O_CLOEXEC|syscall.O_NONBLOCK); err != nil {
			t.Fatal(err)
		}
		readers = append(readers, p[0])
		ends = append(ends, p[1])
		t.Cleanup(func() { syscall.Close(p[0]) })
	}
	return ends, func() []bool {
		out := make([]bool, n)
		for i, fd := range readers {
			n, err := syscall.Read(fd, make([]byte, 1))
			out[i] = n == 0 && err == nil
		}
		return out
	}
}

// Whatever is wrong with a message, none of its descriptors stays open.
func TestDecodeClosesDescriptors(t *testing.T) {
	from, to := newSide(t), newSide(t)
	open := func() lua.LValue {
		f, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return from.wrap(f)
	}
	msg, fds, err := from.Encode(nil, open(), lua.LString("between"), open())
	if err != nil || len(fds) != 2 {
		t.Fatal(fds, err)
	}
	tests := []struct {
		name string
		msg  []byte
		fds  int
	}{
		{"empty", nil, 3},
		{"cut at the start", msg[:3], 2},
		{"cut between", msg[:len(msg)/2], 2},
		{"cut at the end", msg[:len(msg)-1], 2},
		{"too many", msg, 3},
		{"too few", msg, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ends, closed := pipes(t, tt.fds)
			if _, err := to.Decode(tt.msg, ends); !errors.Is(err, ErrDamaged) {
				t.Fatal(err)
			}
			for i, c := range closed() {
				if !c {
					t.Errorf("descriptor %d of %d is still open", i, tt.fds)
				}
			}
		})
	}
	ends, closed := pipes(t, 2)
	vals, err := to.Decode(msg, ends)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range closed() {
		if c {
			t.Errorf("descriptor %d of a good message is closed", i)
		}
	}
	for _, v := range []lua.LValue{vals[0], vals[2]} {
		v.(*lua.LUserData).Value.(io.Closer).Close()
	}
}

func TestUnknownHere(t *testing.T) {
	from, to := newSide(t), newSide(t)
	extra := from.L.NewTable()
	from.names[extra] = "net"
	msg, _, err := from.Encode(nil, extra)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := to.Decode(msg, nil); err == nil || err.Error() != "'net' does not exist here" {
		t.Error(err)
	}
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	msg, _, err = from.Encode(nil, from.wrap(f))
	if err != nil {
		t.Fatal(err)
	}
	ends, closed := pipes(t, 1)
	to.TypeNamed = func(string) *Type { return nil }
	if _, err := to.Decode(msg, ends); err == nil || err.Error() != "userdata of type 'file' is not known here" {
		t.Error(err)
	}
	if !closed()[0] {
		t.Error("the descriptor is still open")
	}
}

// A message that fails must not have set globals.
func TestNoGlobalsOnFailure(t *testing.T) {
	from, to := newSide(t), newSide(t)
	msg, _, err := from.Encode(nil, from.eval(`a = 1 b = 2 return function() return a + b end`)...)
	if err != nil {
		t.Fatal(err)
	}
	for n := range msg {
		if _, err := to.Decode(msg[:n], nil); !errors.Is(err, ErrDamaged) {
			t.Fatalf("%d of %d bytes: %v", n, len(msg), err)
		}
		if got := texts(to.eval(`return a, b`)); got[0] != "nil" || got[1] != "nil" {
			t.Fatalf("%d of %d bytes: globals %q", n, len(msg), got)
		}
	}
}
