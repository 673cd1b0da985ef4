package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestCompletionFiles checks that the files for the shells know all options.
func TestCompletionFiles(t *testing.T) {
	for _, name := range []string{"nslua.bash", "_nslua", "nslua.fish"} {
		text, err := os.ReadFile("../../completions/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range flags() {
			want := regexp.QuoteMeta(f.name) + `\b`
			if name == "nslua.fish" {
				want = `-[lo] ` + strings.TrimLeft(f.name, "-") + ` `
			}
			if !regexp.MustCompile(want).Match(text) {
				t.Errorf("%s: no option %s", name, f.name)
			}
		}
		for _, command := range []string{"doc", "stubs", "gc", "doctor"} {
			if !strings.Contains(string(text), command) {
				t.Errorf("%s: no command %s", name, command)
			}
		}
	}
}

// TestBashCompletion has bash complete command lines.
func TestBashCompletion(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip(err)
	}
	for line, want := range map[string]string{
		"nslua --exp":             "--explain",
		"nslua --color al":        "always",
		"nslua --unshare user,ne": "user,net",
		"nslua doct":              "doctor",
		"nslua doc mount.tm":      "mount.tmpfs",
	} {
		words := strings.Fields(line)
		script := `source ../../completions/nslua.bash
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_nslua
printf '%s\n' "${COMPREPLY[@]}"`
		cmd := exec.Command(bash, append([]string{"-c", script, "bash"}, words...)...)
		cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(binary(t))+":"+os.Getenv("PATH"))
		out, err := cmd.CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != want {
			t.Errorf("%s: %q (%v), want %q", line, got, err, want)
		}
	}
}
