package mount

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"nslua/lua"
)

// stageFlag marks the test binary run again as the shell of a script, where kerntest's worlds do not do.
const stageFlag = "-mount.stage"

// stage runs a script: os.Args are the flag, "classic" or "", and the script.
func stage() {
	if len(os.Args) < 4 || os.Args[1] != stageFlag {
		return
	}
	if os.Args[2] == "classic" {
		if err := withoutNewAPI(); err != nil {
			fmt.Println("seccomp:", err)
			os.Exit(1)
		}
	}
	if r, w, err := os.Pipe(); err == nil { // the poller has descriptors of its own from the first use on
		r.SetReadDeadline(time.Time{})
		r.Close()
		w.Close()
	}
	s, err := lua.New(lua.Options{Modules: modules(), Strict: true, Stdout: os.Stdout, Stderr: os.Stderr})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	o := s.RunString(os.Args[3], "script")
	code := 0
	if o.Err != nil {
		fmt.Println(s.Report(o.Err, nil))
		code = 1
	}
	if err := s.Close(); err != nil {
		fmt.Println(err)
		code = 1
	}
	os.Exit(code)
}

// runScript runs a script in new namespaces made from the calling thread's.
func runScript(t *testing.T, mode string, flags uintptr, script string) {
	t.Helper()
	cmd := exec.Command("/proc/self/exe", stageFlag, mode, script)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: flags, Pdeathsig: syscall.SIGKILL}
	if flags&unix.CLONE_NEWUSER != 0 {
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// withoutNewAPI has the kernel answer ENOSYS to what mount(2) has no need of, as one before 5.2 does.
func withoutNewAPI() error {
	calls := []uint32{
		unix.SYS_OPEN_TREE, unix.SYS_MOVE_MOUNT, unix.SYS_FSOPEN, unix.SYS_FSCONFIG, unix.SYS_FSMOUNT, unix.SYS_FSPICK,
		unix.SYS_MOUNT_SETATTR, unix.SYS_STATMOUNT, unix.SYS_LISTMOUNT, unix.SYS_OPEN_TREE_ATTR, unix.SYS_OPENAT2,
	}
	filter := []unix.SockFilter{{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS}}
	for i, nr := range calls {
		filter = append(filter, unix.SockFilter{
			Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: uint8(len(calls) - i), K: nr,
		})
	}
	filter = append(filter,
		unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
		unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)},
	)
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	prog := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC,
		uintptr(unsafe.Pointer(&prog)))
	if errno != 0 {
		return errno
	}
	return nil
}

const freshWorld = unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWNET

// The scripts of basic, overlay and opaque pass by mount(2) alone.
func TestClassic(t *testing.T) {
	for _, name := range []string{"basic", "overlay", "opaque", "classic"} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile("testdata/" + name + ".lua")
			if err != nil {
				t.Fatal(err)
			}
			newMounts(t)
			script := `mount.tmpfs("/tmp") t.chdir("/tmp") mount.proc("/proc") t.classic = true ` + string(text)
			if name == "basic" { // statmount and the log of fsopen are of the new calls
				script = strings.Replace(script, "open_tree /no/such/place", "open /no/such/place", 1)
				script = script[:strings.Index(script, "ok, e = pcall(mount.mount, {target = \"/tmp/a\"")]
			}
			runScript(t, "classic", unix.CLONE_NEWNS|unix.CLONE_NEWPID, script)
		})
	}
}

// A /proc that is covered before the user namespace is made stays covered, and no new one is given out.
func TestTooRevealing(t *testing.T) {
	newMounts(t)
	if err := unix.Mount("tmpfs", "/proc/sys", "tmpfs", 0, ""); err != nil {
		t.Fatal(err)
	}
	const check = `
		local ok, e = pcall(mount.proc, "/mnt")
		assert(not ok and e.code == "EPERM", e)
	`
	runScript(t, "", freshWorld, check+`
		assert(e.hint:find("too revealing", 1, true) and e.hint:find("/proc/sys", 1, true), e.hint)
	`)
	runScript(t, "", freshWorld&^unix.CLONE_NEWPID, check+`
		assert(e.hint:find("pid namespace, which belongs to another", 1, true) and not e.hint:find("revealing", 1, true), e.hint)
	`)
	runScript(t, "", freshWorld&^unix.CLONE_NEWNET, `
		local ok, e = pcall(mount.sysfs, "/mnt")
		assert(not ok and e.hint:find("net namespace, which belongs to another", 1, true), e)
		ok, e = pcall(mount.cgroup, "/mnt")
		assert(not ok and e.hint:find("cgroup namespace, which belongs to another", 1, true), e)
		ok, e = pcall(mount.mqueue, "/mnt")
		assert(not ok and e.hint:find("ipc namespace, which belongs to another", 1, true), e)
		mount.tmpfs("/mnt")
	`)
}

// Who has no privilege is told so, and who has it only over another mount namespace too.
func TestPrivilegeHints(t *testing.T) {
	newMounts(t)
	runScript(t, "", unix.CLONE_NEWUSER, `
		local ok, e = pcall(mount.tmpfs, "/mnt")
		assert(not ok and e.code == "EPERM" and e.hint:find('ns.unshare("mnt")', 1, true), e)
	`)
	cmd := exec.Command("/proc/self/exe", stageFlag, "", `
		local ok, e = pcall(mount.tmpfs, "/mnt")
		assert(not ok and e.code == "EPERM" and e.hint:find("nslua -U", 1, true), e)
		ok, e = pcall(mount.tmpfs, "/no/such")
		assert(not ok and not e.hint or not e.hint:find("revealing"), e)
	`)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
