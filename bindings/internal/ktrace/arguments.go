package ktrace

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

func early(text func(*invocation, uint64) string) argument { return argument{text: text} }

// Arguments of many calls.
var (
	number   = early(func(_ *invocation, v uint64) string { return strconv.Itoa(int(int32(v))) })
	long     = early(func(_ *invocation, v uint64) string { return strconv.FormatInt(int64(v), 10) })
	octal    = early(func(_ *invocation, v uint64) string { return fmt.Sprintf("%#o", uint32(v)) })
	hexed    = early(func(_ *invocation, v uint64) string { return fmt.Sprintf("%#x", v) })
	fd       = early(func(in *invocation, v uint64) string { return in.t.fd(int(int32(v))) })
	filename = early(func(in *invocation, v uint64) string { return in.pointed(v) }) // or another string
	dirfd    = early(func(in *invocation, v uint64) string {
		if int32(v) == unix.AT_FDCWD {
			return "AT_FDCWD"
		}
		return in.t.fd(int(int32(v)))
	})
	hidden = early(func(*invocation, uint64) string { return "" }) // a length and the like
	id     = early(func(_ *invocation, v uint64) string {
		if uint32(v) == ^uint32(0) {
			return "-1"
		}
		return strconv.FormatUint(uint64(uint32(v)), 10)
	})
	sigNumber = early(func(_ *invocation, v uint64) string { return signalName(int(int32(v))) })
	device    = early(func(in *invocation, v uint64) string {
		if kind := in.args[modeBefore(in)] & unix.S_IFMT; kind != unix.S_IFCHR && kind != unix.S_IFBLK {
			return ""
		}
		return fmt.Sprintf("makedev(%d, %d)", unix.Major(v), unix.Minor(v))
	})
)

// modeBefore is the index of mknod's or mknodat's mode.
func modeBefore(in *invocation) int {
	if in.op.name == "mknodat" {
		return 2
	}
	return 1
}

// pointed shows the string at an address.
func (in *invocation) pointed(addr uint64) string {
	if addr == 0 {
		return "NULL"
	}
	s, ok := in.t.memory.text(addr)
	if !ok {
		return fmt.Sprintf("%#x", addr)
	}
	return quoted(s)
}

// sized shows the bytes that an argument points to; the argument at index n is their number.
func sized(n int) argument {
	return early(func(in *invocation, v uint64) string {
		const most = 257 // one more than is shown
		return quoted(string(in.t.memory.bytes(v, int(min(in.args[n], most)))))
	})
}

// list shows a vector of strings, as argv is.
var list = early(func(in *invocation, v uint64) string {
	const most = 64
	var out []string
	for _, p := range in.vector(v, most) {
		out = append(out, in.pointed(p))
	}
	if len(out) == most {
		out = append(out, "...")
	}
	return "[" + strings.Join(out, ", ") + "]"
})

// vector reads pointers up to a zero one.
func (in *invocation) vector(addr uint64, most int) []uint64 {
	var out []uint64
	for len(out) < most {
		w := in.t.memory.words(addr+uint64(8*len(out)), 1)
		if len(w) == 0 || w[0] == 0 {
			break
		}
		out = append(out, w[0])
	}
	return out
}

// ids shows a vector of 32-bit ids; the argument at index n is their number.
func ids(n int) argument {
	return early(func(in *invocation, v uint64) string {
		var out []string
		for _, x := range in.t.memory.halves(v, int(min(in.args[n], 64))) {
			out = append(out, strconv.FormatUint(uint64(x), 10))
		}
		return "[" + strings.Join(out, " ") + "]"
	})
}

// waited is what wait4(2) fills in.
var waited = argument{late: true, text: func(in *invocation, v uint64) string {
	w := in.t.memory.halves(v, 1)
	if in.result <= 0 || len(w) == 0 {
		return "-"
	}
	return "{" + waitText(w[0]) + "}"
}}

// waitText describes how a process ended, or what else wait(2) tells of it.
func waitText(status uint32) string {
	ws := syscall.WaitStatus(status)
	switch {
	case ws.Exited():
		return fmt.Sprintf("exited with %d", ws.ExitStatus())
	case ws.Signaled():
		return "killed by " + signalName(int(ws.Signal()))
	case ws.Stopped():
		return "stopped by " + signalName(int(ws.StopSignal()))
	case ws.Continued():
		return "continued"
	}
	return fmt.Sprintf("%#x", status)
}

func signalName(n int) string {
	if name := unix.SignalName(unix.Signal(n)); name != "" {
		return name
	}
	return strconv.Itoa(n)
}

// inCall reports whether a binding is at work, so that what happens is the script's wish.
func (in *invocation) inCall() bool { return in.t.origin() != "" }

// target is the path that a call at indexes dir (-1: none) and name means.
func (in *invocation) target(dir, name int) string {
	if dir < 0 {
		return in.t.absolute(unix.AT_FDCWD, in.str(name))
	}
	return in.t.absolute(in.int(dir), in.str(name))
}
