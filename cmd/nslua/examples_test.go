package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestExamples runs every example as root and, under -U, as an ordinary user.
func TestExamples(t *testing.T) {
	bin := binary(t)
	dir := openDir(t)
	examples, err := filepath.Glob("../../examples/*.lua")
	if err != nil || len(examples) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, example := range examples {
		text, err := os.ReadFile(example)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, filepath.Base(example))
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(example)+"/root", func(t *testing.T) {
			if os.Getuid() != 0 {
				t.Skip("needs root: the tests run as an ordinary user")
			}
			accept(t, exec.Command(bin, path))
		})
		t.Run(filepath.Base(example)+"/user", func(t *testing.T) {
			cmd := exec.Command(bin, "-U", path)
			asNobody(t, cmd)
			accept(t, cmd)
		})
	}
}
