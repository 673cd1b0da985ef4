package nsfork

import (
	"fmt"
	"syscall"
	"unsafe"
)

const (
	maxSignal  = 64
	sigsetSize = 8
)

type opKind uint8

const (
	opCall   opKind = iota // an error ends the child, unless it is in allow
	opTry                  // errors are passed over
	opExpect               // a result other than want ends the child with ESRCH
	opGetcwd               // the path read into program.cwd must be within the root
	opExec                 // execve or execveat; see runOps for its errors
)

// An op is one system call of the child.
type op struct {
	nr    uintptr
	arg   [6]uintptr
	from  [6]*op // where not nil, that operation's result is the argument
	allow [4]uintptr
	want  uintptr
	ret   uintptr
	kind  opKind
	skip  bool
	// relieves is skipped once this one has succeeded.
	relieves *op

	// What the parent calls it in a StepError.
	name    string
	creates bool // makes namespaces
}

// A report is where the child leaves what the parent must know. It lies in
// memory that both share, whether or not they share the rest.
type report struct {
	// The ids of the second and third process, written by the kernel: as
	// their makers see them.
	second, third int32
	ready         uint32 // the set-up is complete
	step          uint64 // the operation that failed, if errno is not 0
	errno         uint64
}

// A program is what a child runs between fork and exec. It is complete, and
// reachable from the parent's stack, before the fork.
type program struct {
	clone         [4]uintptr // system call and arguments of the first fork
	splitFlags    uintptr    // of the others
	second, third uintptr    // where the operations of these processes begin, 0 if there are none
	base          unsafe.Pointer
	n             uintptr
	report        *report
	sigdfl, exit  op      // not among ops
	execAt        uintptr // the exec whose error, execErr, counts so far
	execErr       uintptr
	zero          [4]uint64 // SIG_DFL as a struct sigaction, and an empty signal set
	cwd           [4096]byte
	pidfd         int32 // written by the first clone, with CLONE_PIDFD
	cloneArgs     cloneArgs

	ops    []*op
	keep   []any  // what arguments point to
	sought string // the file that an exec looks for in several places
	err    error  // the first argument that cannot be encoded
}

// newProgram returns a program that is on the heap, where it does not move: it
// holds addresses of its own parts.
func newProgram(r *report) *program {
	p := &program{report: r, pidfd: -1}
	p.keep = append(p.keep, p)
	p.exit.nr = syscall.SYS_EXIT_GROUP
	p.sigdfl = op{nr: syscall.SYS_RT_SIGACTION, arg: [6]uintptr{1: uintptr(unsafe.Pointer(&p.zero)), 3: sigsetSize}}
	return p
}

// call appends a system call. Arguments are integers, strings (passed with a
// final NUL), []string (a vector of such, ended by a null pointer), []byte,
// unsafe.Pointer, *op (that operation's result) and resultAt.
func (p *program) call(name string, nr uintptr, args ...any) *op {
	o := &op{nr: nr, name: name}
	for i, a := range args {
		p.encode(o, i, a)
	}
	p.ops = append(p.ops, o)
	return o
}

// expect appends a system call that must return want.
func (p *program) expect(want uintptr, name string, nr uintptr, args ...any) *op {
	o := p.call(name, nr, args...)
	o.kind, o.want = opExpect, want
	return o
}

// allowing adds errors that do not end the child.
func (o *op) allowing(errs ...syscall.Errno) *op {
	for i, e := range errs {
		o.allow[i] = uintptr(e)
	}
	return o
}

// resultAt stands for the address of an operation's result.
type resultAt struct{ op *op }

func (p *program) encode(o *op, i int, a any) {
	switch a := a.(type) {
	case int:
		o.arg[i] = uintptr(a)
	case int32:
		o.arg[i] = uintptr(a)
	case int64:
		o.arg[i] = uintptr(a)
	case uint:
		o.arg[i] = uintptr(a)
	case uint32:
		o.arg[i] = uintptr(a)
	case uint64:
		o.arg[i] = uintptr(a)
	case uintptr:
		o.arg[i] = a
	case string:
		o.arg[i] = p.string(a)
	case []string:
		o.arg[i] = p.strings(a)
	case []byte:
		p.keep = append(p.keep, a)
		o.arg[i] = uintptr(unsafe.Pointer(unsafe.SliceData(a)))
	case unsafe.Pointer:
		p.keep = append(p.keep, a)
		o.arg[i] = uintptr(a)
	case *op:
		o.from[i] = a
	case resultAt:
		o.arg[i] = uintptr(unsafe.Pointer(&a.op.ret))
	default:
		p.fail(fmt.Errorf("nsfork: %s: argument of type %T: %w", o.name, a, syscall.EINVAL))
	}
}

func (p *program) string(s string) uintptr {
	b, err := syscall.ByteSliceFromString(s)
	if err != nil {
		p.fail(fmt.Errorf("nsfork: %q holds a zero byte: %w", s, err))
		return 0
	}
	p.keep = append(p.keep, b)
	return uintptr(unsafe.Pointer(&b[0]))
}

func (p *program) strings(list []string) uintptr {
	v := make([]uintptr, len(list)+1)
	for i, s := range list {
		v[i] = p.string(s)
	}
	p.keep = append(p.keep, v)
	return uintptr(unsafe.Pointer(&v[0]))
}

func (p *program) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}

// split makes a new process run the operations that follow: a second one, or
// after that a third. The latter takes flags without CLONE_VM.
func (p *program) split(name string, flags uintptr) {
	// A place for the name: nothing runs it.
	p.ops = append(p.ops, &op{name: name, skip: true})
	p.splitFlags = flags
	if p.second == 0 {
		p.second = uintptr(len(p.ops))
	} else {
		p.third = uintptr(len(p.ops))
	}
}

// seal fixes the list of operations for the child.
func (p *program) seal() error {
	p.base, p.n = unsafe.Pointer(unsafe.SliceData(p.ops)), uintptr(len(p.ops))
	return p.err
}
