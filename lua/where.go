package lua

import (
	"strings"
	"sync/atomic"
	"unsafe"

	glua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

// Where is the innermost Lua code on the way to the call: its chunk and its line,
// "" and 0 if there is none.
func (c *Call) Where() (chunk string, line int) { return where(c.l) }

func where(l *glua.LState) (chunk string, line int) {
	for level := 0; ; level++ {
		d, ok := l.GetStack(level)
		if !ok {
			return "", 0
		}
		if _, err := l.GetInfo("Sl", d, Nil); err == nil && d.What != "G" {
			return d.Source, d.CurrentLine
		}
	}
}

// Place is where a script is at the moment, for a tracer that reads it in the
// memory of this process. It is written by the thread that runs Lua, and to be
// read while that thread is stopped.
type Place struct {
	Traced uint64 // set by the tracer
	Line   int32  // 0: no binding is being called
	Len    int32  // of the chunk's name
	Chunk  [240]byte
}

// PlaceOp is an operation of prctl(2) that no kernel has: with it a state tells a
// tracer where its Place is, by the second argument; 0 takes it back. Without a
// tracer that knows it the call fails, and nothing more is done.
const PlaceOp = 0x6e736c75

// offerPlace makes the state keep its Place if there is a tracer.
func (s *State) offerPlace() {
	p := new(Place)
	unix.RawSyscall(unix.SYS_PRCTL, PlaceOp, uintptr(unsafe.Pointer(p)), 0)
	if atomic.LoadUint64(&p.Traced) != 0 {
		s.place = &placeKeeper{place: p}
		s.Observe(s.place)
		s.watchLibrary()
	}
}

// watchLibrary makes the standard library's functions that reach the kernel keep
// the Place too: they don't pass the gate of the bindings.
func (s *State) watchLibrary() {
	for v, name := range s.named {
		f, ok := v.(*Function)
		if !ok || !f.IsG || !strings.HasPrefix(name, "os.") && !strings.HasPrefix(name, "io.") {
			continue
		}
		run := f.GFunction
		f.GFunction = func(l *glua.LState) int {
			s.place.enter(l)
			defer s.place.leave()
			return run(l)
		}
	}
}

// withdrawPlace ends that, before the memory serves something else.
func (s *State) withdrawPlace() {
	if s.place != nil {
		unix.RawSyscall(unix.SYS_PRCTL, PlaceOp, 0, 0)
	}
}

// placeKeeper writes the place of the call that is under way. Calls nest.
type placeKeeper struct {
	place *Place
	outer []Place
}

func (k *placeKeeper) Before(c *Call)     { k.enter(c.l) }
func (k *placeKeeper) After(*Call, error) { k.leave() }

func (k *placeKeeper) enter(l *glua.LState) {
	k.outer = append(k.outer, *k.place)
	chunk, line := where(l)
	if line <= 0 {
		return // called by Go alone: what surrounds it is the place
	}
	k.place.Len = int32(copy(k.place.Chunk[:], chunk))
	k.place.Line = int32(line)
}

func (k *placeKeeper) leave() {
	last := len(k.outer) - 1
	*k.place, k.outer = k.outer[last], k.outer[:last]
}
