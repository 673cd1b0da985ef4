package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// dump prints the state of the kernel as far as scripts of testdata/explain change it.
const dump = `
echo "== host $(hostname)"
ip -d link show; ip addr show; ip route show table all; ip rule show; ip neigh show nud permanent
cat /proc/sys/net/ipv4/ip_forward
for n in $(ip netns list | cut -d' ' -f1); do
	echo "== $n"
	ip -n "$n" -d link show; ip -n "$n" addr show; ip -n "$n" route show table all
	ip netns exec "$n" cat /proc/sys/net/ipv4/ip_forward
done
echo "== mounts"
cut -d' ' -f4- /proc/self/mountinfo
echo "== files"
cd / && find run -path run/usr -prune -o -path run/proc -prune -o -path run/nslua -prune -o -path run/mount -prune -o -path run/bound/usr -prune -o -type d -printf '%p %m\n' -o -printf '%p %y %m %s %l\n' | sort
find run/d run/private run/colour -type f -exec md5sum {} + 2>/dev/null | sort
stat -c '%n %Y' run/d/empty 2>/dev/null
ipcs -a | awk '{print NF, $4, $5}'
`

// varying is what differs from run to run: hardware and link-local addresses,
// numbers of links, of temporary files, of mounts and of peer groups, and counters.
var varying = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`([0-9a-f]{2}:){5}[0-9a-f]{2}`), "MAC"},
	{regexp.MustCompile(`[0-9a-f]{4}\.([0-9a-f]{2}:?){6}`), "BRIDGE"},
	{regexp.MustCompile(`(bridge_id|designated_root|designated_bridge) \S+`), "$1"},
	{regexp.MustCompile(`\w+_timer +[0-9.]+`), "TIMER"},
	{regexp.MustCompile(`fe80:[0-9a-f:]+`), "LINKLOCAL"},
	{regexp.MustCompile(`(?m)^\d+: `), "N: "},
	{regexp.MustCompile(`link-netnsid \d+|link-netns \S+`), "NETNS"},
	{regexp.MustCompile(`@if\d+`), "@IF"},
	{regexp.MustCompile(`nslua-[0-9A-Za-z]+`), "TEMPORARY"},
	{regexp.MustCompile(`(shared|master|propagate_from):\d+`), "$1"},
	{regexp.MustCompile(`net:\[\d+\]`), "net"},
	{regexp.MustCompile(`(?m)^.*(LINKLOCAL|multicast ff00).*$`), ""},
	{regexp.MustCompile(`(?m)^ +valid_lft.*$`), ""},
	{regexp.MustCompile(`state \w+|,LOWER_UP|NO-CARRIER,|linkdown|port_no \S+ |qdisc \w+`), ""},
	{regexp.MustCompile(`(?m) *,* +`), " "},
}

func steady(text string) string {
	for _, v := range varying {
		text = v.pattern.ReplaceAllString(text, v.with)
	}
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// TestExplainScript turns scripts into shell scripts, runs those, and compares
// what they leave in the kernel with what the Lua scripts did.
func TestExplainScript(t *testing.T) {
	bin := binary(t)
	scripts, err := filepath.Glob("testdata/explain/*.lua")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts (%v)", err)
	}
	for _, script := range scripts {
		for _, as := range []string{"root", "user"} {
			t.Run(strings.TrimSuffix(filepath.Base(script), ".lua")+"/"+as, func(t *testing.T) {
				sameAsScript(t, bin, script, as)
			})
		}
	}
}

// sameAsScript compares a script's run with that of the shell script it gives.
func sameAsScript(t *testing.T, bin, script, as string) {
	start := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(name, args...)
		if as == "user" {
			asNobody(t, cmd)
		}
		return cmd
	}
	dir := openDir(t)
	look, sh := filepath.Join(dir, "look.sh"), filepath.Join(dir, "run.sh")
	if err := os.WriteFile(look, []byte(dump), 0o644); err != nil {
		t.Fatal(err)
	}
	want := output(t, start(bin, "-U", "--explain=script:"+sh, script, look))
	got := output(t, start("sh", sh))
	if t.Failed() {
		text, _ := os.ReadFile(sh)
		t.Logf("the script:\n%s", text)
		return
	}
	if want, got := steady(want), steady(got); want != got {
		text, _ := os.ReadFile(sh)
		t.Errorf("the state differs:\n%s\nthe script:\n%s", difference(t, want, got), text)
	}
}

// output is what a command prints on its standard output. It must succeed and print nothing on the other.
func output(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	if err := cmd.Run(); err != nil || errs.Len() > 0 {
		t.Errorf("%s: %v\n%s", cmd, err, errs.String())
	}
	return out.String()
}

func difference(t *testing.T, want, got string) string {
	dir := t.TempDir()
	for name, text := range map[string]string{"lua": want, "shell": got} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("diff", "-U1", "lua", "shell")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return fmt.Sprintf("%s(%v)", out, err)
}
