// Package confine takes rights away: capabilities, system calls (seccomp) and
// files (Landlock). Everything can be done to the calling thread, or to a child
// by steps that nsfork runs in it before its exec.
//
// All of it belongs to a thread and is inherited by what the thread starts.
package confine

import (
	"errors"
	"fmt"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/nsfork"
)

// A Confinement is what a child is to lose. The zero value takes nothing.
type Confinement struct {
	// Keep, if not nil, are all the capabilities that the program has and can
	// ever get, whatever its user is.
	Keep *CapSet
	// Ambient gives Keep to a program whose user is not root: such a one would
	// lose everything at its exec.
	Ambient bool
	Filter  []unix.SockFilter // see Compile
	Flags   uint32            // SECCOMP_FILTER_FLAG_*
	Files   *Landlock
	// NoNewPrivs says that the child has no_new_privs set before Spec.Last, as
	// with Spec.NoNewPrivs. Without it filters take CAP_SYS_ADMIN and are put in
	// place early, while the child still has it: they must then allow the calls
	// that set up the rest.
	NoNewPrivs bool
}

// Apply adds the steps to a child's spec, behind those that are in it, and sets
// its NoNewPrivs. release gives back what they need; it is to be called when the
// child has been started. No step may be added in front of them.
//
// The steps are of two sorts. Spec.Steps are run with full rights in the child's
// namespaces and root: there the bounding set shrinks and the files of a Landlock
// rule set are opened. Spec.Last come after the change of user: capset, ambient
// capabilities, landlock_restrict_self, seccomp.
func (c *Confinement) Apply(s *nsfork.Spec) (release func(), err error) {
	s.NoNewPrivs = s.NoNewPrivs || c.NoNewPrivs
	release = func() {}
	if c.Keep != nil {
		s.Steps = append(s.Steps, boundingSteps(*c.Keep, s.NoNewPrivs)...)
		if uid, ok := s.UID.Get(); ok && uid != 0 {
			s.Steps = append(s.Steps, nsfork.Step{Name: "prctl(PR_SET_KEEPCAPS)", Nr: unix.SYS_PRCTL, Args: []any{unix.PR_SET_KEEPCAPS, 1}})
		}
		s.Last = append(s.Last, capSteps(*c.Keep, c.Ambient)...)
	}
	last := &s.Last
	if !s.NoNewPrivs {
		last = &s.Steps
	}
	if c.Files != nil {
		steps, restrict, done, err := c.Files.steps(len(s.Steps))
		if err != nil {
			return nil, err
		}
		release = done
		s.Steps = append(s.Steps, steps...)
		*last = append(*last, restrict)
	}
	if c.Filter != nil {
		*last = append(*last, filterStep(c.Filter, c.Flags))
	}
	return release, nil
}

// boundingSteps shrink the bounding set. Where no_new_privs rules out that an
// exec gives anything back, it is no error that the child may not shrink it.
func boundingSteps(keep CapSet, noNewPrivs bool) []nsfork.Step {
	var steps []nsfork.Step
	drop := KernelCaps() &^ keep
	for n := range 64 {
		bit := CapSet(1) << n
		if !drop.Has(bit) {
			continue
		}
		s := nsfork.Step{
			Name: "prctl(PR_CAPBSET_DROP) " + bit.Names()[0], Nr: unix.SYS_PRCTL, Args: []any{unix.PR_CAPBSET_DROP, n, 0, 0, 0},
		}
		if noNewPrivs {
			s.Allow = append(s.Allow, unix.EPERM)
		}
		steps = append(steps, s)
	}
	return steps
}

// capSteps set the other sets of a program that is about to be executed. Root
// needs nothing inheritable: it gets what the bounding set allows.
func capSteps(keep CapSet, ambient bool) []nsfork.Step {
	keep &= KernelCaps()
	c := Caps{Effective: keep, Permitted: keep}
	if ambient {
		c.Inheritable = keep
	}
	steps := []nsfork.Step{
		{Name: "capset " + strings.Join(keep.Names(), ","), Nr: unix.SYS_CAPSET, Args: []any{
			unsafe.Pointer(&unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}), unsafe.Pointer(c.data()),
		}},
		{Name: "prctl(PR_CAP_AMBIENT)", Nr: unix.SYS_PRCTL, Args: []any{unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0}},
	}
	for n := range 64 {
		if c.Inheritable&(1<<n) != 0 {
			steps = append(steps, nsfork.Step{
				Name: "prctl(PR_CAP_AMBIENT) " + (CapSet(1) << n).Names()[0], Nr: unix.SYS_PRCTL,
				Args: []any{unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_RAISE, n, 0, 0},
			})
		}
	}
	return steps
}

func filterStep(filter []unix.SockFilter, flags uint32) nsfork.Step {
	return nsfork.Step{
		Name: "seccomp", Nr: unix.SYS_SECCOMP,
		Args: []any{unix.SECCOMP_SET_MODE_FILTER, flags, unsafe.Pointer(program(filter))},
	}
}

func program(filter []unix.SockFilter) *unix.SockFprog {
	return &unix.SockFprog{Len: uint16(len(filter)), Filter: unsafe.SliceData(filter)}
}

// NoNewPrivs sets no_new_privs for the calling thread, for ever.
func NoNewPrivs() error {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("prctl(PR_SET_NO_NEW_PRIVS): %w", err)
	}
	return nil
}

// InstallFilter puts the calling thread under a filter, for ever. With
// SECCOMP_FILTER_FLAG_NEW_LISTENER it returns the listener's descriptor.
func InstallFilter(filter []unix.SockFilter, flags uint32) (listener int, err error) {
	n, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, uintptr(flags), uintptr(unsafe.Pointer(program(filter))))
	if errno != 0 {
		return -1, fmt.Errorf("seccomp: %w", errno)
	}
	return int(n), nil
}

// Listen is InstallFilter with a listener, in the mode in which only fatal
// signals end a wait for an answer, where the kernel has it (Linux 5.19).
func Listen(filter []unix.SockFilter, flags uint32) (listener int, err error) {
	flags |= unix.SECCOMP_FILTER_FLAG_NEW_LISTENER
	listener, err = InstallFilter(filter, flags|unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV)
	if errors.Is(err, unix.EINVAL) {
		return InstallFilter(filter, flags)
	}
	return listener, err
}
