package spawn

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/namespace"
	"nslua/bindings/internal/nsfork"
	"nslua/lua"
)

// holdArg is the first argument of a process that only waits for the end of its standard input.
const holdArg = "--nslua-hold"

// Make makes a namespace of a kind that only a new process can be in, user or
// time, by means of a child that ends as soon as the namespace is open.
func Make(s *lua.State, o *Options, k namespace.Kind) (*namespace.Handle, error) {
	exe, err := program(s, o)
	if err != nil {
		return nil, err
	}
	sp, err := o.Spec()
	if err != nil {
		return nil, err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	sp.Files = []int{int(r.Fd()), 1, 2}
	sp.ExeFD = nsfork.Some(int(exe.Fd()))
	sp.Argv, sp.Env = []string{"nslua", holdArg}, os.Environ()
	child, err := startTracked(sp)
	r.Close()
	if err != nil {
		w.Close()
		return nil, lua.WithHint(err, StepHint(err))
	}
	h, err := namespace.OfPID(child.PID, k)
	w.Close()
	child.Close()
	if _, _, reapErr := reap(child.PID); reapErr != nil && err == nil {
		err = fmt.Errorf("wait for process %d: %w", child.PID, reapErr)
	}
	return h, err
}

// hold waits until nobody can write to the standard input any more.
func hold() int {
	var b [1]byte
	for {
		if _, err := unix.Read(0, b[:]); err != unix.EINTR {
			return 0
		}
	}
}
