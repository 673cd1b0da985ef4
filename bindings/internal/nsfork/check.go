package nsfork

import (
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"
)

// check refuses what makes no sense, and above all what would act on the
// caller's own namespaces.
func (s *Spec) check() error {
	joined := 0
	for _, j := range s.Join {
		if j.Type == 0 || j.Type&^allKinds != 0 {
			return invalid("join: no kind of namespace: %#x", j.Type)
		}
		joined |= j.Type
	}
	inside := joined | s.New
	user := s.New&unix.CLONE_NEWUSER != 0
	switch {
	case s.New&^allKinds != 0:
		return invalid("new: no kind of namespace: %#x", s.New)
	case !user && (s.UIDMap != nil || s.GIDMap != nil || s.MapWriter != nil):
		return invalid("identity maps without a new user namespace")
	case s.New&unix.CLONE_NEWTIME == 0 && s.Offsets != TimeOffsets{}:
		return invalid("time offsets without a new time namespace")
	case s.New&unix.CLONE_NEWNS == 0 && s.Propagation != 0:
		return invalid("propagation without a new mount namespace")
	case inside&unix.CLONE_NEWNS == 0 && s.MountProc:
		return invalid("mount of /proc without a mount namespace")
	case inside&unix.CLONE_NEWUTS == 0 && (s.Hostname != "" || s.Domainname != ""):
		return invalid("host or domain name without a UTS namespace")
	case len(s.Argv) == 0:
		return invalid("empty argument vector")
	case !s.ExeFD.set && len(s.Paths) == 0:
		return invalid("no program")
	case s.Ctty.set && (s.Ctty.value < 0 || s.Ctty.value >= len(s.Files)):
		return invalid("terminal: no file %d", s.Ctty.value)
	case s.Foreground && !s.Ctty.set:
		return invalid("foreground without a terminal")
	}
	for i, st := range append(s.Steps[:len(s.Steps):len(s.Steps)], s.Last...) {
		if err := st.check(i); err != nil {
			return err
		}
	}
	return nil
}

func (st *Step) check(index int) error {
	if len(st.Args) > 6 || len(st.Allow) > 4 {
		return invalid("step %s: too many arguments or allowed errors", st.Name)
	}
	for _, a := range st.Args {
		if r, ok := a.(Result); ok && (r < 0 || int(r) >= index) {
			return invalid("step %s: result of step %d, which is not an earlier one", st.Name, r)
		}
	}
	return nil
}

func invalid(format string, args ...any) error {
	return fmt.Errorf("nsfork: "+format+": %w", append(args, syscall.EINVAL)...)
}
