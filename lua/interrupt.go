package lua

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	glua "github.com/yuin/gopher-lua"
	"golang.org/x/sys/unix"
)

// A running script is stopped by exchanging entries of the virtual machine's
// jump table: the instructions that every loop and every call must pass then
// raise an error instead. Until that happens nothing is checked, so a script
// pays nothing for being interruptible; gopher-lua's own way, a context tested
// at every instruction, costs 18 to 53 %.
//
// The table is read by the Lua goroutine without a lock while another goroutine
// exchanges its entries. Each entry is one machine word, stored atomically, and
// Go's memory model says of such a race that the reader sees the old or the new
// entry; both are right.
//
// An interrupt is not caught by pcall: the entries stay exchanged until the
// error has reached the host, so the next instruction raises it again.

//go:linkname jumpTable github.com/yuin/gopher-lua.jumpTable
var jumpTable [glua.OP_NOP + 1]instruction

type instruction = func(l *glua.LState, inst uint32, base unsafe.Pointer) int

// checkpoints are the instructions that no loop and no recursion can do without.
var checkpoints = [...]int{glua.OP_JMP, glua.OP_FORLOOP, glua.OP_TFORLOOP, glua.OP_CALL, glua.OP_TAILCALL}

// ErrInterrupted is what a blocking call returns when the script is being stopped.
var ErrInterrupted = errors.New("interrupted")

// machine is the state of the exchanged jump table, shared by every State of the process.
var machine struct {
	sync.Mutex
	original [glua.OP_NOP + 1]instruction
	stopping int      // how many states are being stopped
	states   sync.Map // *glua.Global → *State
}

func registerState(s *State)   { machine.states.Store(s.l.G, s) }
func unregisterState(s *State) { s.unwind.clear(); machine.states.Delete(s.l.G) }

func stateOf(l *glua.LState) *State {
	s, _ := machine.states.Load(l.G)
	return s.(*State)
}

// trap puts the checks into the jump table; untrap takes them out again.
func trap() {
	machine.Lock()
	defer machine.Unlock()
	if machine.stopping++; machine.stopping > 1 {
		return
	}
	for _, op := range checkpoints {
		original := jumpTable[op]
		machine.original[op] = original
		store(op, func(l *glua.LState, inst uint32, base unsafe.Pointer) int {
			if s := stateOf(l); s.unwind.pending() {
				s.unwind.raise(l)
			}
			return original(l, inst, base)
		})
	}
}

func untrap() {
	machine.Lock()
	defer machine.Unlock()
	if machine.stopping--; machine.stopping > 0 {
		return
	}
	for _, op := range checkpoints {
		store(op, machine.original[op])
	}
}

func store(op int, f instruction) {
	atomic.StorePointer((*unsafe.Pointer)(unsafe.Pointer(&jumpTable[op])), *(*unsafe.Pointer)(unsafe.Pointer(&f)))
}

// Stop says why a script is being unwound.
type Stop struct {
	Exit bool // os.exit; else an interrupt
	Code int
}

// unwinder is the request to leave the script, from os.exit or an interrupt.
type unwinder struct {
	mu    sync.Mutex
	stop  *Stop
	flag  atomic.Bool // stop is set and not suspended
	event int         // eventfd, readable while flag is set
}

func (u *unwinder) init() (err error) {
	u.event, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	return err
}

func (u *unwinder) close() { unix.Close(u.event) }

func (u *unwinder) pending() bool { return u.flag.Load() }

func (u *unwinder) err() error {
	if u.pending() {
		return ErrInterrupted
	}
	return nil
}

// set asks for the unwinding; the first request wins.
func (u *unwinder) set(stop Stop) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.stop != nil {
		return
	}
	u.stop = &stop
	u.arm()
}

func (u *unwinder) arm() {
	u.flag.Store(true)
	one := [8]byte{1}
	unix.Write(u.event, one[:]) // an eventfd at 1 never blocks nor fails
	trap()
}

func (u *unwinder) disarm() {
	u.flag.Store(false)
	var n [8]byte
	unix.Read(u.event, n[:])
	untrap()
}

// clear ends the unwinding and returns what it was, nil if there was none.
func (u *unwinder) clear() *Stop {
	u.mu.Lock()
	defer u.mu.Unlock()
	stop := u.stop
	if stop != nil {
		u.stop = nil
		if u.pending() {
			u.disarm()
		}
	}
	return stop
}

// suspend lets f run Lua and blocking calls although an unwinding is under way: undo actions need that.
func (u *unwinder) suspend(f func()) {
	u.mu.Lock()
	was := u.pending()
	if was {
		u.disarm()
	}
	u.mu.Unlock()
	f()
	if was {
		u.mu.Lock()
		u.arm()
		u.mu.Unlock()
	}
}

func (u *unwinder) raise(l *glua.LState) { l.Error(String("interrupted"), 0) }

// Interrupt stops the script as soon as it reaches a loop, a call or a blocking
// function's check. Any goroutine may call it.
func (s *State) Interrupt() { s.unwind.set(Stop{Code: 130}) }

// Interrupted reports whether the script is being stopped. Long loops in Go ask it.
func (s *State) Interrupted() bool { return s.unwind.pending() }

// InterruptFD is readable while the script is being stopped, for those who poll themselves.
func (s *State) InterruptFD() int { return s.unwind.event }

// Wait polls the descriptors as ppoll(2) does, until one is ready, the timeout
// ends (n is 0) or the script is interrupted (ErrInterrupted). A negative timeout
// waits without end. What print has buffered is written out first, for those who watch.
func (s *State) Wait(fds []unix.PollFd, timeout time.Duration) (n int, err error) {
	if timeout != 0 {
		if err := s.out.Flush(); err != nil {
			return 0, err
		}
	}
	all := append(make([]unix.PollFd, 0, 8), fds...)
	all = append(all, unix.PollFd{Fd: int32(s.unwind.event), Events: unix.POLLIN})
	var end time.Time
	if timeout >= 0 {
		end = time.Now().Add(timeout)
	}
	for {
		var limit *unix.Timespec
		if timeout >= 0 {
			ts := unix.NsecToTimespec(max(0, time.Until(end).Nanoseconds()))
			limit = &ts
		}
		n, err = unix.Ppoll(all, limit, nil)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return 0, err
		}
		if all[len(fds)].Revents != 0 {
			return 0, ErrInterrupted
		}
		copy(fds, all)
		return n, nil
	}
}

// Sleep waits for d or until the script is interrupted.
func (s *State) Sleep(d time.Duration) error {
	_, err := s.Wait(nil, max(0, d))
	return err
}

// stdinReader reads the standard input so that an interrupt ends the wait.
type stdinReader struct{ s *State }

func (r stdinReader) Read(b []byte) (int, error) {
	f := r.s.opts.Stdin
	if f == nil {
		return 0, errors.New("no standard input")
	}
	if _, err := r.s.Wait([]unix.PollFd{{Fd: int32(f.Fd()), Events: unix.POLLIN}}, -1); err != nil {
		return 0, err
	}
	return f.Read(b)
}
