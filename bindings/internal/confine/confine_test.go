package confine

import (
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func allowAll(rules ...Rule) *Profile { return &Profile{Default: Action{Name: "allow"}, Rules: rules} }

func TestCompileRefuses(t *testing.T) {
	eperm := Action{Name: "errno"}
	for _, c := range []struct {
		p    *Profile
		want string
	}{
		{&Profile{}, `default: unknown action ""`},
		{allowAll(Rule{Names: []string{"mkdirr"}, Action: eperm}), `rule 1: unknown system call "mkdirr", did you mean "mkdir"?`},
		{allowAll(Rule{Action: eperm}), "rule 1: no system calls"},
		{allowAll(Rule{Names: []string{"read"}, Action: Action{Name: "errno", Errno: 5000}}), "errno 5000"},
		{allowAll(Rule{Names: []string{"read"}, Action: Action{Name: "kill", Errno: 1}}), "takes no errno"},
		{allowAll(Rule{Names: []string{"read"}, Action: eperm, Args: []Arg{{Index: 6, Op: "eq"}}}), "arguments 0 to 5"},
		{allowAll(Rule{Names: []string{"read"}, Action: eperm, Args: []Arg{{Op: "=="}}}), "unknown comparison"},
		{allowAll(Rule{Names: []string{"read"}, Action: eperm, Args: []Arg{{Op: "eq", Value: 4, Mask: 3}}}), "outside the mask"},
		{&Profile{Default: eperm, Architectures: []string{"vax"}}, `unknown architecture "vax"`},
		{&Profile{Default: eperm, Architectures: []string{"x86", "x86"}}, "twice"},
	} {
		if _, err := Compile(c.p); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.p, err, c.want)
		}
	}
}

// TestCompileAgainstRules compares the compiled program with the rules read one
// after the other, for every call and for arguments around the values.
func TestCompileAgainstRules(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	all := slices.Sorted(maps.Keys(syscalls()))
	values := []uint64{0, 1, 7, 0x7fffffff, 0xffffffff, 0x100000000, 0x100000001, 1<<64 - 1}
	masks := []uint64{0, 0xffffffff, 0xff, 0xffffffff00000000}
	actions := []Action{{Name: "allow"}, {Name: "errno", Errno: 13}, {Name: "errno", Errno: 38}, {Name: "trap"}, {Name: "log"}, {Name: "kill_thread"}}
	for round := range 60 {
		p := &Profile{Default: actions[round%len(actions)], Architectures: []string{"x86_64", "x86", "aarch64", "arm"}}
		for range rng.IntN(400) {
			r := Rule{Action: actions[rng.IntN(len(actions))]}
			for range 1 + rng.IntN(8) {
				r.Names = append(r.Names, all[rng.IntN(len(all))])
			}
			for range rng.IntN(3) {
				g := Arg{Index: rng.IntN(6), Op: Operators()[rng.IntN(6)], Mask: masks[rng.IntN(len(masks))]}
				if g.Value = values[rng.IntN(len(values))]; g.Mask != 0 {
					g.Value &= g.Mask
				}
				r.Args = append(r.Args, g)
			}
			p.Rules = append(p.Rules, r)
		}
		program, err := p.program()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := sockFilter(program); err != nil {
			continue // too long, which the kernel would refuse as well
		}
		for range 400 {
			column := rng.IntN(len(arches))
			name := all[rng.IntN(len(all))]
			nr := syscalls()[name][column]
			if nr < 0 {
				continue
			}
			var args [6]uint64
			for i := range args {
				args[i] = values[rng.IntN(len(values))]
			}
			got, err := simulate(program, uint32(nr), arches[column].audit, args)
			if err != nil {
				t.Fatal(err)
			}
			if want := interpret(p, name, args); got != want {
				t.Fatalf("%s on %s %x: %v, want %v", name, arches[column].name, args, actionOf(got), actionOf(want))
			}
		}
	}
}

// interpret is what a profile means.
func interpret(p *Profile, name string, args [6]uint64) uint32 {
	for _, r := range p.Rules {
		holds := slices.Contains(r.Names, name)
		for _, g := range r.Args {
			v := args[g.Index]
			if g.Mask != 0 {
				v &= g.Mask
			}
			holds = holds && map[string]bool{
				"eq": v == g.Value, "ne": v != g.Value, "lt": v < g.Value, "le": v <= g.Value, "gt": v > g.Value, "ge": v >= g.Value,
			}[g.Op]
		}
		if holds {
			v, _ := r.Action.value()
			return v
		}
	}
	v, _ := p.Default.value()
	return v
}

// TestForeignInterfaces: a number means another call on another interface.
func TestForeignInterfaces(t *testing.T) {
	program, err := (&Profile{Default: Action{Name: "allow"}, Architectures: []string{"x86_64"}}).program()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		audit, nr, want uint32
	}{
		{unix.AUDIT_ARCH_X86_64, 0, unix.SECCOMP_RET_ALLOW},
		{unix.AUDIT_ARCH_X86_64, 1<<32 - 1, unix.SECCOMP_RET_ALLOW}, // skipped by a tracer
		{unix.AUDIT_ARCH_X86_64, x32Bit, unix.SECCOMP_RET_KILL_PROCESS},
		{unix.AUDIT_ARCH_X86_64, x32Bit | 59, unix.SECCOMP_RET_KILL_PROCESS},
		{unix.AUDIT_ARCH_I386, 3, unix.SECCOMP_RET_KILL_PROCESS},
		{unix.AUDIT_ARCH_AARCH64, 3, unix.SECCOMP_RET_KILL_PROCESS},
	} {
		if got, err := simulate(program, c.nr, c.audit, [6]uint64{}); err != nil || got != c.want {
			t.Errorf("%#x on %#x: %#x, %v, want %#x", c.nr, c.audit, got, err, c.want)
		}
	}
}

// refused are the calls that no capability opens in the default profile. A call
// that is new in the table must be put here or into the profile.
const refused = `_sysctl add_key afs_syscall bdflush create_module ftime get_kernel_syms getpmsg gtty idle io_uring_enter
	io_uring_register io_uring_setup kexec_file_load kexec_load keyctl lock mpx nfsservctl pciconfig_iobase pciconfig_read
	pciconfig_write personality prof profil putpmsg query_module request_key security socket stty swapoff swapon syscall_mask
	sysfs tuxcall ulimit uselib userfaultfd ustat vm86 vm86old vserver`

func TestDefaultProfileIsComplete(t *testing.T) {
	place := map[string]int{}
	for _, list := range append([]string{ordinary, refused}, func() (lists []string) {
		for _, s := range privileged {
			lists = append(lists, s.calls)
		}
		return lists
	}()...) {
		for _, name := range strings.Fields(list) {
			if _, err := lookup(name); err != nil {
				t.Error(err)
			}
			place[name]++
		}
	}
	for name := range syscalls() {
		if place[name] == 0 {
			t.Errorf("%s: neither allowed nor refused", name)
		}
	}
	for _, name := range strings.Fields(refused) {
		if place[name] > 1 {
			t.Errorf("%s: refused and allowed", name)
		}
	}
}

func TestDefaultProfile(t *testing.T) {
	def, admin := DefaultProfile(DefaultCaps), DefaultProfile(AllCaps)
	for _, c := range []struct {
		p    *Profile
		call Call
		want string
	}{
		{def, Call{Name: "openat"}, "allow"},
		{def, Call{Name: "mount"}, "errno EPERM"},
		{admin, Call{Name: "mount"}, "allow"},
		{def, Call{Name: "chroot"}, "allow"},
		{def, Call{Name: "keyctl"}, "errno EPERM"},
		{admin, Call{Name: "kexec_load"}, "errno EPERM"},
		{def, Call{Name: "clone", Args: [6]uint64{unix.CLONE_VM | unix.CLONE_THREAD}}, "allow"},
		{def, Call{Name: "clone", Args: [6]uint64{unix.CLONE_NEWUSER}}, "errno EPERM"},
		{admin, Call{Name: "clone", Args: [6]uint64{unix.CLONE_NEWUSER}}, "allow"},
		{def, Call{Name: "clone3"}, "errno ENOSYS"},
		{def, Call{Name: "socket", Args: [6]uint64{unix.AF_INET}}, "allow"},
		{def, Call{Name: "socket", Args: [6]uint64{unix.AF_VSOCK}}, "errno EPERM"},
		{def, Call{Name: "socket", Args: [6]uint64{unix.AF_VSOCK | 1<<32}}, "errno EPERM"}, // the kernel looks at 32 bits
		{def, Call{Name: "personality", Args: [6]uint64{0x20008}}, "allow"},
		{def, Call{Name: "personality", Args: [6]uint64{0x0040000}}, "errno EPERM"},
	} {
		got, err := Simulate(c.p, c.call)
		if err != nil || got.String() != c.want {
			t.Errorf("%+v: %v, %v, want %s", c.call, got, err, c.want)
		}
	}
	filter, err := Compile(def)
	if err != nil || len(filter) > 1000 {
		t.Errorf("%d instructions, %v", len(filter), err)
	}
}

func TestParseCaps(t *testing.T) {
	set, err := ParseCaps([]string{"CAP_NET_ADMIN", "chown"})
	if err != nil || strings.Join(set.Names(), " ") != "chown net_admin" {
		t.Errorf("%v, %v", set.Names(), err)
	}
	if _, err := ParseCaps([]string{"net_admn"}); err == nil || !strings.Contains(err.Error(), `did you mean "net_admin"`) {
		t.Error(err)
	}
	if set, err := ParseCaps([]string{"all"}); err != nil || set != AllCaps {
		t.Errorf("%x, %v", set, err)
	}
	if !AllCaps.Has(KernelCaps()) {
		t.Skipf("this kernel has capabilities that are not in the table: %v", (KernelCaps() &^ AllCaps).Names())
	}
}

func FuzzSimulate(f *testing.F) {
	f.Add("mkdir", uint64(1), uint64(3), uint64(0))
	f.Fuzz(func(t *testing.T, name string, arg, value, mask uint64) {
		for _, op := range Operators() {
			p := allowAll(Rule{Names: []string{name}, Action: Action{Name: "errno"}, Args: []Arg{{Index: 1, Op: op, Value: value, Mask: mask}}})
			got, err := Simulate(p, Call{Name: name, Arch: "x86_64", Args: [6]uint64{1: arg}})
			if err != nil {
				return
			}
			want := interpret(p, name, [6]uint64{1: arg})
			if v, _ := got.value(); v != want {
				t.Errorf("%s %#x %s %#x mask %#x: %v", name, arg, op, value, mask, got)
			}
		}
	})
}

// TestChild compares what the kernel does to a program with what the rules say.
func TestChild(t *testing.T) {
	refuse := func(args ...Arg) []unix.SockFilter {
		filter, err := Compile(allowAll(Rule{Names: []string{"dup2", "dup3"}, Action: Action{Name: "errno", Errno: unix.EMFILE}, Args: args}))
		if err != nil {
			t.Fatal(err)
		}
		return filter
	}
	for _, c := range []struct {
		name   string
		filter []unix.SockFilter
		want   bool
	}{
		{"no filter", nil, true},
		{"refused", refuse(), false},
		{"argument matches", refuse(Arg{Index: 1, Op: "ge", Value: 1}), false},
		{"argument does not", refuse(Arg{Index: 1, Op: "gt", Value: 1 << 32}), true},
		{"masked", refuse(Arg{Index: 1, Op: "eq", Value: 1, Mask: 0xffffffff}), false},
	} {
		code := child(t, &Confinement{Filter: c.filter, NoNewPrivs: true}, "/bin/sh", "-c", "echo >/dev/null 2>/dev/null")
		if (code == 0) != c.want {
			t.Errorf("%s: exit code %d", c.name, code)
		}
	}
	none := CapSet(0)
	if unix.Geteuid() != 0 {
		t.Skip("the rest takes a root that has something to lose")
	}
	for _, keep := range []*CapSet{nil, &none} {
		if code := child(t, &Confinement{Keep: keep, NoNewPrivs: true}, "/bin/grep", "-q", "CapEff:.0000000000000000", "/proc/self/status"); (code == 0) != (keep != nil) {
			t.Errorf("keep %v: exit code %d", keep, code)
		}
	}
	abi, err := LandlockABI()
	if err != nil || abi == 0 {
		t.Skipf("no Landlock in this kernel: %v", err)
	}
	for path, want := range map[string]bool{"/proc": true, "/sys": false} {
		rules := &Landlock{HandleFiles: true, Files: []FileRule{{path, AccessRead}}}
		for _, dir := range []string{"/usr", "/bin", "/lib", "/lib64"} {
			if _, err := os.Stat(dir); err == nil {
				rules.Files = append(rules.Files, FileRule{dir, AccessExecute})
			}
		}
		if code := child(t, &Confinement{Files: rules, NoNewPrivs: true}, "/bin/grep", "-q", "Name", "/proc/self/status"); (code == 0) != want {
			t.Errorf("read %s only: exit code %d", path, code)
		}
	}
}
