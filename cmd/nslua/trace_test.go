package main

import (
	"bytes"
	"cmp"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// traced are scripts and what --trace shows of them: the number of a line in the
// script (0: none), then the operation as a regular expression. Other lines may stand between.
var traced = []struct {
	name, script string
	want         []string
}{
	{"unshare", `
ns.unshare("uts")
sys.hostname("box")
`, []string{
		`2 unshare\(CLONE_NEWUTS\) = 0`,
		`3 sethostname\("box"\) = 0`,
	}},
	{"clone", `
local function inside()
  net.link("lo"):up()
end
local p = ns.clone{"user", "net", run = inside}
p:result()
`, []string{
		`5 clone\(CLONE_VM\|CLONE_PIDFD\|CLONE_VFORK\|CLONE_NEWUSER\|CLONE_NEWNET\|SIGCHLD\) = \d+( \[pid \d+\])?`,
		`5 openat\(\d+</proc>, "self/uid_map", O_WRONLY\|O_CLOEXEC\) = \d+</proc/\d+/uid_map>`,
		`5 write\(\d+</proc/\d+/uid_map>, "0 \d+ 1\\n"\) = \d+`,
		`5 setresuid\(0, 0, 0\) = 0`,
		`5 execveat\(\d+<.*/nslua>, "", \["nslua", "--nslua-closure"\], AT_EMPTY_PATH\) = 0`,
		`3 netlink\(RTM_NEWLINK lo up\) = 0`,
		`0 \+\+\+ exited with 0 \+\+\+`,
	}},
	{"mount", `
ns.unshare("mnt")
mount.tmpfs("/mnt", {size = "1M"})
mount.bind("/mnt", "/opt")
`, []string{
		`2 unshare\(CLONE_NEWNS\) = 0`,
		`2 mount\("none", "/", MS_REC\|MS_PRIVATE\) = 0`,
		`3 fsopen\("tmpfs", CLOEXEC\) = \d+<anon_inode:\[fscontext\]>`,
		`3 fsconfig\(\d+<anon_inode:\[fscontext\]>, FSCONFIG_SET_STRING, "size", "1048576"\) = 0`,
		`3 fsconfig\(\d+<anon_inode:\[fscontext\]>, FSCONFIG_CMD_CREATE\) = 0`,
		`3 fsmount\(\d+<anon_inode:\[fscontext\]>, CLOEXEC, 0\) = \d+<.*>`,
		`3 move_mount\(\d+<.*>, "", AT_FDCWD, "/mnt", MOVE_MOUNT_F_EMPTY_PATH\|MOVE_MOUNT_T_SYMLINKS\) = 0`,
		`4 open_tree\(AT_FDCWD, "/mnt", OPEN_TREE_CLONE\|OPEN_TREE_CLOEXEC\) = \d+<.*>`,
		`4 move_mount\(.*"/opt".*\) = 0`,
	}},
	{"veth", `
ns.unshare("net")
local other = ns.new("net")
net.veth("veth0", {name = "veth1", ns = other})
net.link("veth0"):addr("10.1.1.2/24"):up()
net.link("veth0"):set{mtu = 1400}
net.route.add("10.9.0.0/16", {via = "10.1.1.1"})
`, []string{
		`2 unshare\(CLONE_NEWNET\) = 0`,
		`4 netlink\(RTM_NEWLINK veth0 kind=veth peer=veth1 peer netns=\d+<net:\[\d+\]>, NLM_F_EXCL\|NLM_F_CREATE.*\) = .*`,
		`5 netlink\(RTM_NEWADDR 10\.1\.1\.2/24 dev veth0, NLM_F_EXCL\|NLM_F_CREATE\) = 0`,
		`5 netlink\(RTM_NEWLINK veth0 up\) = 0`,
		`6 netlink\(RTM_NEWLINK veth0 mtu=1400\) = 0`,
		`7 netlink\(RTM_NEWROUTE 10\.9\.0\.0/16 via 10\.1\.1\.1.*\) = 0`,
	}},
	{"failure", `
ns.unshare("net", "mnt")
assert(not pcall(mount.tmpfs, "/nonexistent"))
local lo = net.link("lo")
lo:addr("10.1.1.2/24")
assert(not pcall(lo.addr, lo, "10.1.1.2/24"))
assert(not os.remove("/nonexistent"))
`, []string{
		`3 move_mount\(.*"/nonexistent".*\) = -1 ENOENT \(no such file or directory\)`,
		`5 netlink\(RTM_NEWADDR 10\.1\.1\.2/24 dev lo, .*\) = 0`,
		`6 netlink\(RTM_NEWADDR 10\.1\.1\.2/24 dev lo, .*\) = -1 EEXIST \(file exists\).*`,
		`7 unlinkat\(AT_FDCWD, "/nonexistent", 0\) = -1 ENOENT \(no such file or directory\)`,
	}},
	{"call", `
local h = ns.new("net")
h:call(function()
  net.link("lo"):up()
end)
net.at(h).link("lo"):down()
`, []string{
		`3 setns\(\d+<net:\[\d+\]>, CLONE_NEWNET\) = 0`,
		`4 netlink\(RTM_NEWLINK lo up\) = 0`,
		`3 setns\(\d+<net:\[\d+\]>, CLONE_NEWNET\) = 0`,
		`6 netlink\(RTM_NEWLINK lo down in net:\[\d+\]\) = 0`,
	}},
	{"command", `
assert(proc.run{"true"}.ok)
assert(proc.run{"sh", "-c", "exit 3"}.code == 3)
assert(not pcall(proc.run, {"no-such-command"}))
`, []string{
		`2 clone\(CLONE_VM\|CLONE_PIDFD\|CLONE_VFORK\|SIGCHLD\) = \d+.*`,
		`2 execve\("/[^ ]*/true", \["true"\]\) = 0`,
		`3 execve\("/[^ ]*/sh", \["sh", "-c", "exit 3"\]\) = 0`,
		`4 execve\("/[^ ]*/no-such-command", \["no-such-command"\]\) = -1 .*`,
	}},
	{"files", `
local dir = fs.tempdir()
fs.mkdir(dir .. "/d")
fs.write(dir .. "/d/f", "text")
fs.symlink("f", dir .. "/d/l")
os.rename(dir .. "/d/f", dir .. "/d/g")
`, []string{
		`3 mkdirat\(.*d", 0\d+\) = 0`,
		`4 openat\(.*f", O_WRONLY\|O_CREAT\|O_TRUNC.*, 0666\) = \d+</.*/d/f>`,
		`5 symlinkat\("f", .*l"\) = 0`,
		`6 renameat\(.*/d/f", .*/d/g"\) = 0`,
		`0 nslua  unlinkat\(.*AT_REMOVEDIR\) = 0`,
	}},
}

// traceLine is the form of every line.
var traceLine = regexp.MustCompile(`^(\[pid \d+\] )?(\+\+\+ .* \+\+\+|[^ ].*  \w+\(.*\) = .*  <\d+\.\d{6}>)$`)

// TestTrace runs scripts as root and, under -U, as an ordinary user.
func TestTrace(t *testing.T) {
	for _, test := range traced {
		t.Run(test.name+"/root", func(t *testing.T) {
			if os.Getuid() != 0 {
				t.Skip("needs root: the tests run as an ordinary user")
			}
			checkTrace(t, runTraced(t, false, test.script), test.want)
		})
		t.Run(test.name+"/user", func(t *testing.T) {
			lines := runTraced(t, true, test.script)
			world := []string{
				`0 nslua  clone\(CLONE_VM\|.*CLONE_NEWUSER\|CLONE_NEWNS\|CLONE_NEWPID.*\) = \d+`,
				`0 nslua  mount\("proc", "/proc", "proc", MS_NOSUID\|MS_NODEV\|MS_NOEXEC\) = 0`,
				`0 nslua  execveat\(\d+<.*/nslua>, "", \["nslua", "--nslua-world", .*\], AT_EMPTY_PATH\) = 0`,
			}
			checkTrace(t, lines, append(world, test.want...))
			if last := lines[len(lines)-1]; !strings.Contains(last, "{exited with 7}") {
				t.Errorf("the last line is no wait for the world: %s", last)
			}
		})
	}
}

// runTraced runs a script that goes on to exit with 7, and returns the lines of the trace.
func runTraced(t *testing.T, asUser bool, script string) []string {
	t.Helper()
	dir := openDir(t)
	file := filepath.Join(dir, "script.lua")
	if err := os.WriteFile(file, []byte(script+"os.exit(7)\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{"--trace=" + filepath.Join(dir, "trace"), "script.lua"}
	if asUser {
		args = append([]string{"-U"}, args...)
	}
	cmd := exec.Command(binary(t), args...)
	if asUser {
		asNobody(t, cmd)
	}
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != 7 {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "trace"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

func checkTrace(t *testing.T, lines, want []string) {
	t.Helper()
	for _, line := range lines {
		if !traceLine.MatchString(line) {
			t.Errorf("malformed: %s", line)
		}
		if strings.Contains(line, "/proc/self/exe") || strings.Contains(line, ".journal") {
			t.Errorf("the shell's own affair: %s", line)
		}
	}
	rest := lines
	for _, w := range want {
		number, operation, _ := strings.Cut(w, " ")
		place := ""
		if number != "0" {
			place = `script\.lua:` + number + `  `
		}
		re := regexp.MustCompile(`^(\[pid \d+\] )?` + place + operation + `(  <\d+\.\d{6}>)?$`)
		i := slices.IndexFunc(rest, re.MatchString)
		if i < 0 {
			t.Fatalf("not found after the ones before: %s\n%s", w, strings.Join(lines, "\n"))
		}
		rest = rest[i+1:]
	}
}

// TestTraceSpeed: a script may make many calls.
func TestTraceSpeed(t *testing.T) {
	const calls, limit = 10000, 10 * time.Second
	start := time.Now()
	lines := runTraced(t, false, "for i = 1, "+strconv.Itoa(calls)+" do sys.hostname() fs.exists('/') end os.remove('/nonexistent')\n")
	if took := time.Since(start); took > limit {
		t.Errorf("%d calls took %s", calls, took)
	}
	if len(lines) > 3 {
		t.Errorf("%d lines for one operation:\n%s", len(lines), strings.Join(lines[:3], "\n"))
	}
}

// TestTraceKilled: a tracer that is killed takes the shell with it.
func TestTraceKilled(t *testing.T) {
	cmd := exec.Command(binary(t), "--trace=/dev/null", "-e", "io.write(proc.pid(), '\\n') io.flush() proc.sleep('60s')")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var line [32]byte
	n, err := out.Read(line[:])
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(line[:n])))
	if err != nil || pid == cmd.Process.Pid {
		t.Fatalf("the shell is process %q, the tracer %d", line[:n], cmd.Process.Pid)
	}
	shell, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(shell)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	ready := 0
	for err = unix.EINTR; err == unix.EINTR; {
		ready, err = unix.Poll([]unix.PollFd{{Fd: int32(shell), Events: unix.POLLIN}}, 5000)
	}
	if ready != 1 {
		t.Errorf("the shell lives on (%v)", err)
		unix.PidfdSendSignal(shell, unix.SIGKILL, nil, 0)
	}
	io.Copy(io.Discard, out)
	cmd.Wait()
}

// TestTraceSignaled: the signal that ends the shell ends the tracer too.
func TestTraceSignaled(t *testing.T) {
	cmd := exec.Command(binary(t), "--trace=/dev/null", "-e", "proc.kill(proc.pid(), 'KILL')")
	cmd.Run()
	if ws := cmd.ProcessState.Sys().(syscall.WaitStatus); !ws.Signaled() || ws.Signal() != syscall.SIGKILL {
		t.Errorf("ended with %v", cmd.ProcessState)
	}
}

// TestTracePrivilege: a set-user-ID program keeps its privilege.
func TestTracePrivilege(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root: the tests run as an ordinary user")
	}
	id, err := exec.LookPath("id")
	if err != nil {
		t.Skip("this machine has no id(1)")
	}
	text, err := os.ReadFile(id)
	if err != nil {
		t.Fatal(err)
	}
	dir := openDir(t)
	file := filepath.Join(dir, "id")
	if err := os.WriteFile(file, text, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := unix.Chmod(file, 0o4755); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (string, string) {
		cmd := exec.Command(binary(t), append(args, "-e", `proc.run{"./id", "-u"}`)...)
		asNobody(t, cmd)
		cmd.Dir = dir
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		if err := cmd.Run(); err != nil {
			t.Fatalf("%v\n%s", err, errs.String())
		}
		return out.String(), errs.String()
	}
	if out, _ := run(); out != "0\n" {
		t.Skipf("set-user-ID has no effect in %s: %s", dir, out)
	}
	out, trace := run("--trace")
	if out != "0\n" {
		t.Errorf("the program ran as user %s", out)
	}
	if !strings.Contains(trace, `execve("./id", ["./id", "-u"]) = ?  (not traced: `) {
		t.Errorf("the trace does not say why it shows nothing of it:\n%s", trace)
	}
}

// compared are the calls for which TestTraceStrace asks strace(1) too.
var compared = []string{
	"unshare", "setns", "clone", "sethostname", "mount", "umount2", "fsopen", "fsconfig", "fsmount", "move_mount",
	"mkdirat", "unlinkat", "setresuid", "setresgid", "setgroups", "execve", "execveat",
}

// TestTraceStrace compares what is shown with what strace(1) shows: for each
// process the same calls in the same order with the same results.
func TestTraceStrace(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil || os.Getuid() != 0 {
		t.Skip("needs root and strace(1)")
	}
	const script = `
ns.unshare("mnt", "uts", "net")
sys.hostname("box")
mount.tmpfs("/mnt")
pcall(mount.tmpfs, "/nonexistent")
fs.mkdir("/mnt/d")
os.remove("/mnt/nothing")
proc.run{"true"}
ns.clone{"user", "pid", "net", run = function() sys.hostname() end}:result()
local h = ns.new("net")
h:call(function() net.links() end)
`
	ours := perProcess(runTraced(t, false, script), regexp.MustCompile(`^(?:\[pid (\d+)\] )?[^ ]+  (\w+)\(.*\) = (-1 (E\w+))?`))

	dir := openDir(t)
	if err := os.WriteFile(filepath.Join(dir, "script.lua"), []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(dir, "strace")
	cmd := exec.Command(strace, "-f", "-qq", "-o", log, "-e", "signal=none", "-e", "trace="+strings.Join(compared, ","), binary(t), "script.lua")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	theirs := perProcess(whole(strings.Split(string(text), "\n")), regexp.MustCompile(`^(\d+) +(\w+)\(.*\) += (-1 (E\w+))?`))
	theirs[0] = theirs[0][1:] // the exec of the shell, which the tracer's own child makes unseen
	if a, b := strings.Join(slices.Concat(ours...), "\n"), strings.Join(slices.Concat(theirs...), "\n"); a != b {
		t.Errorf("we show\n%s\n\nstrace shows\n%s", a, b)
	}
}

// whole joins the calls that strace shows in two parts.
func whole(lines []string) []string {
	const cut = " <unfinished ...>"
	resumed := regexp.MustCompile(`^(\d+) +<\.\.\. \w+ resumed>(.*)$`)
	open := map[string]int{} // by process
	var out []string
	for _, line := range lines {
		pid, _, _ := strings.Cut(line, " ")
		if m := resumed.FindStringSubmatch(line); m != nil {
			out[open[pid]] += m[2]
			continue
		}
		if strings.HasSuffix(line, cut) {
			line = strings.TrimSuffix(line, cut)
			open[pid] = len(out)
		}
		out = append(out, line)
	}
	return out
}

// perProcess are the compared calls of each process, in the order in which the processes appear.
func perProcess(lines []string, form *regexp.Regexp) [][]string {
	var pids []string
	var calls [][]string
	for _, line := range lines {
		m := form.FindStringSubmatch(line)
		if m == nil || !slices.Contains(compared, m[2]) || strings.Contains(line, "CLONE_THREAD") ||
			strings.Contains(line, ".journal") || strings.Contains(line, "/run/nslua") ||
			strings.HasPrefix(m[2], "exec") && m[4] != "" {
			continue
		}
		i := slices.Index(pids, m[1])
		if i < 0 {
			i = len(pids)
			pids, calls = append(pids, m[1]), append(calls, nil)
		}
		calls[i] = append(calls[i], m[2]+" "+cmp.Or(m[4], "ok"))
	}
	return calls
}
