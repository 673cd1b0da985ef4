package confine

import (
	"encoding/binary"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"

	"nslua/bindings/internal/nsfork"
)

// A Landlock is a set of rules about files, TCP ports and signals; see landlock(7).
// What it handles is refused but for what it lists.
type Landlock struct {
	Files []FileRule
	// HandleFiles says that files are handled: with no rules nothing can be opened.
	HandleFiles bool
	// Programs are open files that may be read and executed besides.
	Programs []int
	// TCP ports that may be bound or connected to.
	Bind, Connect             []uint16
	HandleBind, HandleConnect bool
	Scoped                    uint64 // LANDLOCK_SCOPE_*: not to reach out of the domain that way
}

// A FileRule allows access to a file, or to a directory and all below it.
type FileRule struct {
	Path   string
	Access uint64 // LANDLOCK_ACCESS_FS_*
}

// Kinds of access.
const (
	AccessRead    = unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_READ_DIR
	AccessExecute = unix.LANDLOCK_ACCESS_FS_EXECUTE | AccessRead
	AccessWrite   = unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE | unix.LANDLOCK_ACCESS_FS_REFER |
		unix.LANDLOCK_ACCESS_FS_REMOVE_DIR | unix.LANDLOCK_ACCESS_FS_REMOVE_FILE |
		unix.LANDLOCK_ACCESS_FS_MAKE_CHAR | unix.LANDLOCK_ACCESS_FS_MAKE_DIR | unix.LANDLOCK_ACCESS_FS_MAKE_REG |
		unix.LANDLOCK_ACCESS_FS_MAKE_SOCK | unix.LANDLOCK_ACCESS_FS_MAKE_FIFO | unix.LANDLOCK_ACCESS_FS_MAKE_BLOCK |
		unix.LANDLOCK_ACCESS_FS_MAKE_SYM
	AccessIoctl = unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
)

// accessFile are the rights that make sense for a file that is no directory.
const accessFile = unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_READ_FILE |
	unix.LANDLOCK_ACCESS_FS_TRUNCATE | unix.LANDLOCK_ACCESS_FS_IOCTL_DEV

const (
	rulePath = unix.LANDLOCK_RULE_PATH_BENEATH
	ruleNet  = 2 // LANDLOCK_RULE_NET_PORT
)

// rulesetAttr is struct landlock_ruleset_attr up to ABI 6. Older kernels take it
// as long as what they do not know is 0.
type rulesetAttr struct{ fs, net, scoped uint64 }

// LandlockABI is the version of Landlock that the kernel has; 0: none.
func LandlockABI() (int, error) {
	n, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	switch errno {
	case 0:
		return int(n), nil
	case unix.ENOSYS, unix.EOPNOTSUPP: // not built in, or not switched on at boot
		return 0, nil
	}
	return 0, fmt.Errorf("landlock_create_ruleset: %w", errno)
}

// handledFiles are the rights about files that an ABI knows.
func handledFiles(abi int) uint64 {
	rights := uint64(AccessExecute | AccessWrite)
	if abi >= 5 {
		rights |= AccessIoctl
	}
	if abi < 3 {
		rights &^= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	if abi < 2 {
		rights &^= unix.LANDLOCK_ACCESS_FS_REFER
	}
	return rights
}

// NeedsABIError says that the kernel's Landlock is too old.
type NeedsABIError struct {
	What       string
	Need, Have int
}

func (e *NeedsABIError) Error() string {
	if e.Have == 0 {
		return "landlock: " + unix.EOPNOTSUPP.Error()
	}
	return fmt.Sprintf("landlock %s: needs ABI %d, the kernel has %d", e.What, e.Need, e.Have)
}

// Unwrap gives EOPNOTSUPP.
func (e *NeedsABIError) Unwrap() error { return unix.EOPNOTSUPP }

// attr is what the rule set handles. Of the rights about files, those that the
// kernel does not know stay free; ports and scopes that it does not know are an error.
func (l *Landlock) attr() (*rulesetAttr, error) {
	abi, err := LandlockABI()
	if err != nil {
		return nil, err
	}
	a := &rulesetAttr{scoped: l.Scoped}
	if l.HandleFiles {
		a.fs = handledFiles(abi)
	}
	if l.HandleBind {
		a.net |= unix.LANDLOCK_ACCESS_NET_BIND_TCP
	}
	if l.HandleConnect {
		a.net |= unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	}
	switch {
	case abi == 0:
		return nil, &NeedsABIError{Need: 1}
	case a.net != 0 && abi < 4:
		return nil, &NeedsABIError{"tcp", 4, abi}
	case a.scoped != 0 && abi < 6:
		return nil, &NeedsABIError{"scope", 6, abi}
	}
	return a, nil
}

// create makes the kernel's rule set, with the rules that name no path in it.
func (l *Landlock) create(a *rulesetAttr) (fd int, err error) {
	n, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(a)), unsafe.Sizeof(*a), 0)
	if errno != 0 {
		return -1, fmt.Errorf("landlock_create_ruleset: %w", errno)
	}
	fd = int(n)
	defer func() {
		if err != nil {
			unix.Close(fd)
		}
	}()
	for _, program := range l.Programs {
		if access := AccessExecute & accessFile & a.fs; access != 0 {
			// Files of no mounted file system, such as memfds, need no rule and take none.
			if err := addRule(fd, rulePath, pathAttr(access, program)); err != nil && err != unix.EBADFD {
				return -1, fmt.Errorf("landlock rule for the program: %w", err)
			}
		}
	}
	for right, ports := range map[uint64][]uint16{
		unix.LANDLOCK_ACCESS_NET_BIND_TCP: l.Bind, unix.LANDLOCK_ACCESS_NET_CONNECT_TCP: l.Connect,
	} {
		for _, port := range ports {
			if err := addRule(fd, ruleNet, portAttr(right, port)); err != nil {
				return -1, fmt.Errorf("landlock rule for port %d: %w", port, err)
			}
		}
	}
	return fd, nil
}

// portAttr is struct landlock_net_port_attr.
func portAttr(access uint64, port uint16) []byte {
	return binary.NativeEndian.AppendUint64(binary.NativeEndian.AppendUint64(nil, access), uint64(port))
}

// pathAttr is struct landlock_path_beneath_attr, which is packed.
func pathAttr(access uint64, fd int) []byte {
	return binary.NativeEndian.AppendUint32(binary.NativeEndian.AppendUint64(nil, access), uint32(fd))
}

func addRule(ruleset, kind int, attr []byte) error {
	_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(ruleset), uintptr(kind), uintptr(unsafe.Pointer(&attr[0])), 0, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}

// Restrict puts the calling thread under the rules, for ever. That takes
// no_new_privs, which it sets on request, or CAP_SYS_ADMIN.
func (l *Landlock) Restrict(noNewPrivs bool) error {
	a, err := l.attr()
	if err != nil {
		return err
	}
	ruleset, err := l.create(a)
	if err != nil {
		return err
	}
	defer unix.Close(ruleset)
	for _, r := range l.Files {
		if err := r.add(ruleset, a.fs); err != nil {
			return fmt.Errorf("landlock rule for %s: %w", r.Path, err)
		}
	}
	if noNewPrivs {
		if err := NoNewPrivs(); err != nil {
			return err
		}
	}
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, uintptr(ruleset), 0, 0); errno != 0 {
		return fmt.Errorf("landlock_restrict_self: %w", errno)
	}
	return nil
}

func (r FileRule) add(ruleset int, handled uint64) error {
	fd, err := unix.Open(r.Path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return err
	}
	access := r.Access & handled
	if st.Mode&unix.S_IFMT != unix.S_IFDIR {
		access &= accessFile
	}
	if access == 0 {
		return nil // a rule that allows nothing is refused with ENOMSG
	}
	return addRule(ruleset, rulePath, pathAttr(access, fd))
}

// firstFree is a descriptor number above those that a child's files take.
const firstFree = 16

// steps prepare a child's rule set: the files are opened by the child, in its own
// root. base is the number of the steps before. The rule names a file by its
// descriptor, which must be known beforehand: it is put in the place of a second
// descriptor of the rule set, which the parent holds for that.
func (l *Landlock) steps(base int) (steps []nsfork.Step, restrict nsfork.Step, release func(), err error) {
	a, err := l.attr()
	if err != nil {
		return nil, restrict, nil, err
	}
	low, err := l.create(a)
	if err != nil {
		return nil, restrict, nil, err
	}
	defer unix.Close(low)
	var fds [2]int
	for i := range fds {
		if fds[i], err = unix.FcntlInt(uintptr(low), unix.F_DUPFD_CLOEXEC, firstFree); err != nil {
			if i == 1 {
				unix.Close(fds[0])
			}
			return nil, restrict, nil, fmt.Errorf("fcntl(F_DUPFD_CLOEXEC): %w", err)
		}
	}
	ruleset, place := fds[0], fds[1]
	for _, r := range l.Files {
		name := "landlock rule for " + r.Path
		open := nsfork.Result(base + len(steps))
		steps = append(steps,
			nsfork.Step{Name: name, Nr: unix.SYS_OPENAT, Args: []any{unix.AT_FDCWD, r.Path, unix.O_PATH | unix.O_CLOEXEC}},
			nsfork.Step{Name: name, Nr: unix.SYS_DUP3, Args: []any{open, place, unix.O_CLOEXEC}},
			nsfork.Step{Name: name, Nr: unix.SYS_CLOSE, Args: []any{open}},
		)
		steps = append(steps, ruleSteps(name, ruleset, place, r.Access&a.fs)...)
	}
	restrict = nsfork.Step{Name: "landlock_restrict_self", Nr: unix.SYS_LANDLOCK_RESTRICT_SELF, Args: []any{ruleset, 0}}
	return steps, restrict, func() { closeAll(fds[:]) }, nil
}

// ruleSteps add a rule for a file or a directory, whichever it turns out to be: a
// file refuses the rights of directories with EINVAL, and takes those of files.
func ruleSteps(name string, ruleset, place int, access uint64) []nsfork.Step {
	var steps []nsfork.Step
	add := func(access uint64, allow ...unix.Errno) {
		if access != 0 {
			steps = append(steps, nsfork.Step{
				Name: name, Nr: unix.SYS_LANDLOCK_ADD_RULE, Args: []any{ruleset, rulePath, pathAttr(access, place), 0}, Allow: allow,
			})
		}
	}
	if access&^accessFile != 0 {
		add(access, unix.EINVAL)
	}
	add(access & accessFile)
	return steps
}

func closeAll(fds []int) {
	for _, fd := range fds {
		unix.Close(fd)
	}
}
