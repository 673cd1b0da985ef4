package confine

import (
	_ "embed"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"nslua/lua/luadoc"
)

//go:generate go run gen.go

//go:embed syscalls.txt
var syscallText string

// arch is one of the system call interfaces that a filter tells apart. Its place
// in arches is its column in syscalls.txt.
type arch struct {
	name  string // as uname -m has it
	audit uint32 // AUDIT_ARCH_*
	goos  string // GOARCH
}

var arches = [...]arch{
	{"x86_64", unix.AUDIT_ARCH_X86_64, "amd64"},
	{"x86", unix.AUDIT_ARCH_I386, "386"},
	{"aarch64", unix.AUDIT_ARCH_AARCH64, "arm64"},
	{"arm", unix.AUDIT_ARCH_ARM, "arm"},
}

// x32Bit marks the system calls of the x32 interface, which has no AUDIT_ARCH of its own.
const x32Bit = 0x40000000

// numbers are a system call's numbers by architecture, -1 where there is none.
type numbers [len(arches)]int

var syscalls = sync.OnceValue(func() map[string]numbers {
	table := make(map[string]numbers, 500)
	for line := range strings.Lines(syscallText) {
		fields := strings.Fields(line)
		n := numbers{}
		for i := range n {
			nr, err := strconv.Atoi(fields[i+1])
			if err != nil {
				nr = -1
			}
			n[i] = nr
		}
		table[fields[0]] = n
	}
	return table
})

// Architectures are the names that Profile.Architectures may hold.
func Architectures() []string {
	names := make([]string, len(arches))
	for i, a := range arches {
		names[i] = a.name
	}
	return names
}

// NativeArch is the architecture of this program.
func NativeArch() string {
	for _, a := range arches {
		if a.goos == runtime.GOARCH {
			return a.name
		}
	}
	return runtime.GOARCH
}

// MachineArchs are all the architectures whose programs the machine may run: its own and its 32-bit one.
func MachineArchs() []string {
	switch runtime.GOARCH {
	case "amd64":
		return []string{"x86_64", "x86"}
	case "arm64":
		return []string{"aarch64", "arm"}
	}
	return []string{NativeArch()}
}

func archIndex(name string) (int, error) {
	i := slices.IndexFunc(arches[:], func(a arch) bool { return a.name == name })
	if i < 0 {
		return 0, fmt.Errorf("unknown architecture %q: one of %s expected", name, strings.Join(Architectures(), ", "))
	}
	return i, nil
}

// Syscalls are the system calls of an architecture, by name.
func Syscalls(architecture string) (map[string]int, error) {
	column, err := archIndex(architecture)
	if err != nil {
		return nil, err
	}
	byName := map[string]int{}
	for name, nr := range syscalls() {
		if nr[column] >= 0 {
			byName[name] = nr[column]
		}
	}
	return byName, nil
}

// SyscallName is the name of a system call as a filter sees it, and of its
// architecture. What has no name is shown as a number.
func SyscallName(audit uint32, nr int) (name, architecture string) {
	column := slices.IndexFunc(arches[:], func(a arch) bool { return a.audit == audit })
	if column < 0 {
		return strconv.Itoa(nr), fmt.Sprintf("%#x", audit)
	}
	for name, n := range syscalls() {
		if n[column] == nr {
			return name, arches[column].name
		}
	}
	return strconv.Itoa(nr), arches[column].name
}

// lookup finds a system call by name; it must exist on some architecture.
func lookup(name string) (numbers, error) {
	nr, ok := syscalls()[name]
	if ok {
		return nr, nil
	}
	text := fmt.Sprintf("unknown system call %q", name)
	if near, ok := luadoc.Nearest(name, slices.Sorted(maps.Keys(syscalls()))); ok {
		text += fmt.Sprintf(", did you mean %q?", near)
	}
	return nr, fmt.Errorf("%s", text)
}
