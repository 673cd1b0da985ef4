package command

import (
	"os/exec"
	"strings"
	"testing"
)

func TestPrefixed(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{"ip link", "P ip link"},
		{"echo 'a > b'", "P echo 'a > b'"},
		{"echo a > b", "P sh -c 'echo a > b'"},
		{"a && b", "P sh -c 'a && b'"},
		{"printf %s 'it'\\''s' > x", `P sh -c 'printf %s '\''it'\''\'\'''\''s'\'' > x'`},
		{"sleep 60 & p=$!", "P sleep 60 & p=$!"},
		{"false || :", "P false || :"},
		{"start ns1 unshare --net sleep 1", "start ns1 P unshare --net sleep 1"},
		{"exec sh", "exec P sh"},
		{"cd /x", "cd /x"},
		{"kill $p", "kill $p"},
		{"x=$(id)", "P sh -c 'x=$(id)'"},
	} {
		if got := Prefixed("P", tt.line); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.line, got, tt.want)
		}
	}
	if got := Prefixed("", "a > b"); got != "a > b" {
		t.Errorf("without a prefix: %s", got)
	}
}

// run is what a script prints, and its exit status.
func run(t *testing.T, s *Script) (string, int) {
	t.Helper()
	cmd := exec.Command("sh", "-s")
	cmd.Stdin = strings.NewReader(s.String("A test."))
	out, err := cmd.CombinedOutput()
	if _, ok := err.(*exec.ExitError); err != nil && !ok {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

func TestScriptUndo(t *testing.T) {
	var s Script
	s.Comment("two\nlines")
	s.Later([]string{"echo first", "echo 'it'\\''s'"})
	gone := s.Later([]string{"echo never"})
	changed := s.Later([]string{"echo old"})
	s.Run("echo body")
	s.Forget(gone)
	s.Instead(changed, []string{"echo new"})
	if out, code := run(t, &s); out != "body\nnew\nfirst\nit's\n" || code != 0 {
		t.Errorf("%d: %s", code, out)
	}
}

func TestScriptStops(t *testing.T) {
	var s Script
	s.Later([]string{"echo undone"})
	s.Stop("there's no way")
	s.Run("echo not reached")
	if out, code := run(t, &s); out != "sh: there's no way\nundone\n" || code != 1 {
		t.Errorf("%d: %s", code, out)
	}
	var failing Script
	failing.Later([]string{"echo undone"})
	failing.Run("exit 7")
	if out, code := run(t, &failing); out != "undone\n" || code != 7 {
		t.Errorf("%d: %s", code, out)
	}
}

func TestScriptStart(t *testing.T) {
	var s Script
	s.Later([]string{"kill $p1"})
	s.Run("start p1 sh -c 'exec sleep 60'")
	s.Run(`read -r name < "/proc/$p1/comm"; echo "$name"`)
	if out, code := run(t, &s); out != "sleep\n" || code != 0 {
		t.Errorf("%d: %s", code, out)
	}
}

func TestScriptNames(t *testing.T) {
	var s Script
	one, two, again := s.Name("env A=1"), s.Name("env A=2"), s.Name("env A=1")
	if one == two || one != again {
		t.Errorf("names %s, %s, %s", one, two, again)
	}
	s.Run(Prefixed(two, `echo "$A" > /dev/stdout`))
	if out, _ := run(t, &s); out != "2\n" {
		t.Error(out)
	}
}
