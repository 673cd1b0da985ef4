package ktrace

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

// operation says how a system call is shown.
type operation struct {
	name   string
	args   []argument
	custom func(*invocation) []string // the arguments, where they depend on each other
	when   func(*invocation) bool     // whether the call is shown, judged at its entry; nil: always
	after  func(*invocation) bool     // the same, judged by its result
	opens  bool                       // the result is a descriptor
	exec   bool
	done   func(*tracer, *invocation) // handles the exit instead
}

// argument reads one argument: at the entry, or at the exit if the kernel fills it in.
type argument struct {
	text func(in *invocation, value uint64) string
	late bool
}

func op(name string, args ...argument) *operation { return &operation{name: name, args: args} }

// invocation is one system call that a task makes.
type invocation struct {
	t      *task
	op     *operation
	args   [6]uint64
	text   []string // of the arguments
	opens  bool     // the result is a descriptor, as with op.opens
	path   string   // the file it is about, for those that open one
	began  time.Time
	origin string
	result int64
	sent   []*request // what it sends by netlink
	child  int        // the process it made, as seen from here
}

// enter decodes what is known at the entry. It reports whether the call is to be shown.
func (in *invocation) enter() bool {
	if in.op.when != nil && !in.op.when(in) {
		return false
	}
	in.origin = in.t.origin()
	if in.op.custom != nil {
		in.text = in.op.custom(in)
	} else {
		in.text = make([]string, len(in.op.args))
		in.read(false)
	}
	in.began = time.Now()
	return true
}

// read decodes the arguments of one side of the call.
func (in *invocation) read(late bool) {
	for i, a := range in.op.args {
		if a.late == late {
			in.text[i] = a.text(in, in.args[i])
		}
	}
}

// int is an argument that the kernel takes as a 32-bit number.
func (in *invocation) int(i int) int { return int(int32(in.args[i])) }

// str is a string argument, "" if it can't be read.
func (in *invocation) str(i int) string {
	s, _ := in.t.memory.text(in.args[i])
	return s
}

// privileged reports whether the file to be executed brings a privilege, which
// the kernel withholds from a program under a tracer without it.
func (in *invocation) privileged() bool {
	dirfd, name := unix.AT_FDCWD, in.str(0)
	if in.op.name == "execveat" {
		dirfd, name = in.int(0), in.str(1)
	}
	file := fmt.Sprintf("/proc/%d/root/%s", in.t.pid, name)
	switch {
	case name == "":
		file = fmt.Sprintf("/proc/%d/fd/%d", in.t.pid, dirfd)
	case !strings.HasPrefix(name, "/") && dirfd == unix.AT_FDCWD:
		file = fmt.Sprintf("/proc/%d/cwd/%s", in.t.pid, name)
	case !strings.HasPrefix(name, "/"):
		file = fmt.Sprintf("/proc/%d/fd/%d/%s", in.t.pid, dirfd, name)
	}
	var st unix.Stat_t
	if unix.Stat(file, &st) != nil || unix.Access(file, unix.X_OK) != nil {
		return false
	}
	if st.Mode&(unix.S_ISUID|unix.S_ISGID) != 0 {
		return true
	}
	n, err := unix.Getxattr(file, "security.capability", nil)
	return err == nil && n > 0
}

// outcome is the result as text: "0", "5</run/x>", "-1 EPERM (operation not permitted)".
func (in *invocation) outcome() string {
	if in.result < 0 {
		return errorText(unix.Errno(-in.result))
	}
	if in.op.opens || in.opens {
		return in.t.fd(int(in.result))
	}
	if in.child != 0 && in.result != int64(in.child) { // in a pid namespace
		return fmt.Sprintf("%d [pid %d]", in.result, in.child)
	}
	return strconv.FormatInt(in.result, 10)
}

func errorText(errno unix.Errno) string {
	if name := lua.ErrnoName(errno); name != "" {
		return fmt.Sprintf("-1 %s (%s)", name, errno.Error())
	}
	return fmt.Sprintf("-1 errno %d", int(errno))
}

// fd shows a descriptor with what it stands for.
func (t *task) fd(fd int) string {
	if name := t.file(fd); name != "" {
		return fmt.Sprintf("%d<%s>", fd, printable(name))
	}
	return strconv.Itoa(fd)
}

// printable keeps a name of the kernel's on one line.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return '?'
		}
		return r
	}, name)
}

// quoted shows a string, cut after a reasonable length.
func quoted(s string) string {
	const most = 256
	if len(s) > most {
		return strconv.Quote(s[:most]) + "..."
	}
	return strconv.Quote(s)
}

// print writes the line of a call that has returned.
func (tr *tracer) print(in *invocation) { tr.write(in.t, in.line()) }

// line describes a call that has returned.
func (in *invocation) line() string {
	took := time.Since(in.began)
	if in.op.custom == nil {
		in.read(true)
	}
	return line(in.origin, in.call(), in.outcome(), took)
}

// printDetached writes the line of an exec whose end is not seen.
func (tr *tracer) printDetached(in *invocation) {
	tr.write(in.t, from(in.origin)+in.call()+" = ?  (not traced: the program brings a privilege that a tracer would take from it)")
}

// call is the operation with its arguments.
func (in *invocation) call() string {
	args := slices.DeleteFunc(slices.Clone(in.text), func(a string) bool { return a == "" })
	return in.op.name + "(" + strings.Join(args, ", ") + ")"
}

// printEnd writes the line about the end of a child.
func (tr *tracer) printEnd(t *task, ws syscall.WaitStatus) {
	tr.write(t, "+++ "+waitText(uint32(ws))+" +++")
}

func line(origin, call, result string, took time.Duration) string {
	return fmt.Sprintf("%s%s = %s  <%.6f>", from(origin), call, result, took.Seconds())
}

// home is shown in place of the script's line for what the shell does on its own.
const home = "nslua"

func from(origin string) string {
	if origin == "" {
		origin = home
	}
	return printable(origin) + "  "
}

// write writes one line. The first error of the output ends that; a reader who
// has gone does not want to hear of it.
func (tr *tracer) write(t *task, text string) {
	tr.flushHeld(t)
	if tr.failed {
		return
	}
	prefix := ""
	if t.pid != tr.first {
		prefix = fmt.Sprintf("[pid %d] ", t.pid)
	}
	_, err := io.WriteString(tr.out, prefix+text+"\n")
	if err == nil {
		return
	}
	tr.failed = true
	if lua.Errno(err) != unix.EPIPE {
		fmt.Fprintf(os.Stderr, "nslua: trace: %v\n", err)
	}
}

// flushHeld writes what was held back about a search along PATH: it has not found
// the program. Of one that has only the last step is shown.
func (tr *tracer) flushHeld(t *task) {
	held := t.held
	t.held = nil
	for _, text := range held {
		tr.write(t, text)
	}
}
