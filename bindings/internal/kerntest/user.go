package kerntest

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// AsUser runs body as an ordinary user, in a process that runs only this test.
// What stands before the call runs there too, and once more as root.
func AsUser(t *testing.T, body func(t *testing.T)) {
	t.Helper()
	if os.Getuid() != 0 {
		body(t)
		return
	}
	parts := strings.Split(t.Name(), "/")
	for i, p := range parts {
		parts[i] = "^" + regexp.QuoteMeta(p) + "$"
	}
	dir := openDir(t)
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe", userFlag, "-test.v", "-test.run="+strings.Join(parts, "/"))
	cmd.Env = environment(dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Credential: &syscall.Credential{Uid: Nobody, Gid: Nobody},
		Pdeathsig:  syscall.SIGKILL,
	}
	out, err := cmd.CombinedOutput()
	switch {
	case err != nil:
		t.Fatalf("as uid %d: %v\n%s", Nobody, err, out)
	case strings.Contains(string(out), "--- SKIP: "+t.Name()+" "):
		t.Skipf("as uid %d: %s", Nobody, out)
	case !strings.Contains(string(out), "--- PASS: "+t.Name()+" "):
		t.Fatalf("as uid %d the test did not run:\n%s", Nobody, out)
	}
}

// openDir makes a directory for temporary files that every user may use: the parents of t.TempDir are closed to others.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "kerntest-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o1777); err != nil {
		t.Fatal(err)
	}
	return dir
}
