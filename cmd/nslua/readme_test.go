package main

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// blocks returns the fenced blocks of a language in the README.
func blocks(t *testing.T, language string) []string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		out = append(out, m[1])
	}
	if len(out) == 0 {
		t.Fatalf("no %s blocks in the README", language)
	}
	return out
}

// TestTour runs the Lua of the README in order, as root and as an ordinary user,
// and compares what it prints with what stands behind "-->"; "…" stands for anything.
func TestTour(t *testing.T) {
	code := strings.Join(blocks(t, "lua"), "\n")
	var want []string
	for line := range strings.SplitSeq(code, "\n") {
		if _, out, ok := strings.Cut(line, "--> "); ok {
			want = append(want, strings.ReplaceAll(regexp.QuoteMeta(out), "…", ".*"))
		}
	}
	pattern := regexp.MustCompile("^" + strings.Join(want, "\n") + "\n")
	for _, user := range []string{"root", "user"} {
		t.Run(user, func(t *testing.T) {
			if user == "root" && os.Getuid() != 0 {
				t.Skip("needs root: the tests run as an ordinary user")
			}
			cmd := exec.Command(binary(t), "-U", "-")
			cmd.Stdin = strings.NewReader(code)
			cmd.Dir = openDir(t)
			if user == "user" {
				asNobody(t, cmd)
			}
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if !pattern.Match(out) {
				t.Errorf("printed:\n%s\nexpected:\n%s", out, pattern)
			}
		})
	}
}

// TestTourFile checks that make tour runs the lines of the README.
func TestTourFile(t *testing.T) {
	text, err := os.ReadFile("../../examples/tour.lua")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(string(text), "\n\n"+strings.Join(blocks(t, "lua"), "\n")) {
		t.Error("examples/tour.lua differs from the README")
	}
}

// TestReadmeCommands checks that the README's commands exist.
func TestReadmeCommands(t *testing.T) {
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range blocks(t, "sh") {
		for line := range strings.Lines(block) {
			target, ok := strings.CutPrefix(strings.TrimSpace(line), "make ")
			if !ok || !strings.Contains(string(makefile), "\n"+target+":") {
				t.Errorf("%q is not a target of the Makefile", strings.TrimSpace(line))
			}
		}
	}
}
