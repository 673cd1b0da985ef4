// Package nsfork starts a program in any mix of existing and new namespaces,
// from a multi-threaded Go process, without cgo and without a helper program.
//
// The child runs no Go code. The parent prepares a list of system calls; the
// child makes them one after the other, the last of them the exec. The first
// that fails ends the child and comes back as a [StepError].
//
// Most children share the parent's memory until the exec, as vfork(2) has it,
// and are fast for that. A child that enters a time namespace, or that has its
// identity maps written for it, works on a copy. The whole process stands
// still while a child of the first sort prepares itself, and no other child
// can be started: steps that may block for long do not belong in a Spec.
package nsfork

import (
	"syscall"
	"time"
)

// An Opt is an int that may be absent. The zero Opt is absent.
type Opt struct {
	value int
	set   bool
}

// Some returns an Opt that holds v.
func Some(v int) Opt { return Opt{v, true} }

// Get returns the value, and whether there is one.
func (o Opt) Get() (v int, ok bool) { return o.value, o.set }

// A Join is a namespace to enter, or several of one process.
type Join struct {
	// Type is a CLONE_NEW* bit. If FD is a pidfd it may be a mask of them.
	Type int
	// FD is a namespace file, such as /proc/PID/ns/net opened, or a pidfd.
	FD int
}

// An IDMap maps the ids from Inside up to Inside+Count-1 of a new user
// namespace to the ids from Outside up in its parent namespace.
type IDMap struct{ Inside, Outside, Count uint32 }

// TimeOffsets are added to the clocks in a new time namespace.
type TimeOffsets struct{ Boottime, Monotonic time.Duration }

// An Rlimit is a limit to set, by prlimit(2).
type Rlimit struct {
	Resource   int // RLIMIT_*
	Soft, Hard uint64
}

// A Step is a system call for the child to make.
type Step struct {
	Name string // for the StepError
	Nr   uintptr
	// Args are up to six integers (int, int32, int64, uint, uint32, uint64,
	// uintptr), strings, []byte, unsafe.Pointer or [Result]. A string is
	// passed as the address of its bytes and a final NUL, a []byte as the
	// address of its bytes, an unsafe.Pointer as it is.
	Args []any
	// Allow lists up to four errors that do not end the child. The result
	// of a step that failed so is -1.
	Allow []syscall.Errno
}

// Result stands for what a step returned, in the Args of a later one. Steps are
// numbered from 0, over Spec.Steps and then Spec.Last.
type Result int

// A Spec says what the child is to be. The zero value of every field leaves
// things as they are in the calling thread, with these exceptions, which hold
// for every child: signals have their default actions and none is blocked; of
// the file descriptors only Files are open; RLIMIT_NOFILE is what this process
// was started with, unless it was changed since.
//
// The child works in the order of the fields.
type Spec struct {
	// CgroupFD is a directory of the cgroup v2 hierarchy to start in.
	CgroupFD Opt
	// CgroupProcs are open cgroup.procs or tasks files. The child writes
	// "0" to each before it does anything else; this is the way into
	// cgroups of version 1.
	CgroupProcs []int

	// Join lists namespaces to enter. Those the child is in already are
	// left out: to enter one's own user namespace is an error otherwise.
	//
	// With a user namespace among them, the others are entered before it or
	// after it, whichever the kernel allows; so both those that belong to
	// it and those that belong to the caller's own work. Once in it, the
	// child drops its supplementary groups where setgroups(2) is allowed
	// there, and takes on user and group 0 where these are mapped.
	Join []Join

	// New is a mask of CLONE_NEW* bits: namespaces to make, once those of
	// Join are entered.
	New int

	// UIDMap and GIDMap are written for a new user namespace. Without a map
	// its ids stay unmapped. With a GIDMap, setgroups(2) is denied there
	// unless AllowSetgroups is set. As after a join, the child then drops
	// its supplementary groups if it may, and becomes user and group 0 if
	// these are mapped.
	UIDMap, GIDMap []IDMap
	AllowSetgroups bool

	// MapWriter, if not nil, writes the maps in the place of UIDMap, GIDMap
	// and AllowSetgroups, as with newuidmap(1). The child pid is paused in
	// its new user namespace meanwhile. An error from it ends the child.
	MapWriter func(pid int) error

	// Offsets are those of a new time namespace.
	Offsets TimeOffsets

	// Propagation is a set of mount(2) flags, such as MS_REC|MS_PRIVATE,
	// applied to / in a new mount namespace.
	Propagation uintptr
	// Root is a directory to chroot(2) to.
	Root string
	// MountProc mounts a new proc on /proc, in a new or joined mount
	// namespace, with nosuid, nodev and noexec.
	MountProc bool
	// Hostname and Domainname are set in a new or joined UTS namespace.
	Hostname, Domainname string

	// Steps are made inside all the namespaces, with full capabilities over
	// those that are new. File descriptors they open should be
	// close-on-exec, and do not outlast the steps if their numbers are
	// below len(Files).
	Steps []Step

	// Files are the descriptors 0, 1, 2, … of the child. All must be open.
	Files []int

	// Setsid makes a session, and Setpgid a process group or, with Pgid,
	// enters one.
	Setsid, Setpgid bool
	Pgid            int
	// Ctty is the index in Files of a terminal. After Setsid it becomes the
	// controlling terminal.
	Ctty Opt
	// Foreground makes the child's process group, a new one unless Setsid
	// or Setpgid is given, the foreground one of the terminal Ctty.
	Foreground bool

	Rlimits []Rlimit
	Nice    Opt
	Umask   Opt

	// Groups, if not empty, are the supplementary groups; ClearGroups takes
	// them all away. GID and UID are set as real, effective and saved ids.
	// All of them are ids in the innermost user namespace. They do not
	// imply one another: a UID alone leaves the groups of the caller.
	Groups      []int
	ClearGroups bool
	GID, UID    Opt

	// DirFD and then Dir, which may be relative to it, become the working
	// directory. In a joined mount namespace, with Root and after Steps, a
	// working directory outside the root is refused with EXDEV.
	DirFD Opt
	Dir   string

	// Pdeathsig is sent to the child when the *thread* that called Start
	// ends: the caller should have locked it. Where the parent has ended
	// already the child ends as well.
	Pdeathsig  syscall.Signal
	NoNewPrivs bool
	// Ignore lists signals that the program starts with ignored.
	Ignore []syscall.Signal

	// Last are made right before the exec, with the credentials of the
	// program: the place for capabilities, Landlock and seccomp.
	Last []Step

	// ExeFD is the program, an open file. If absent, Paths are tried in
	// turn, within the root and the namespaces of the child, until one can
	// be run, as execvp(3) does.
	ExeFD Opt
	Paths []string
	// Argv, not empty, and Env are passed as they are.
	Argv, Env []string
}
