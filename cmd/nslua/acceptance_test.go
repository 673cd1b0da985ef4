package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"nslua/bindings"
	"nslua/lua"
)

// acceptance are the scripts of testdata/acceptance whose modules exist.
var acceptance = []string{"01-explore", "02-clone", "03-two-namespaces", "04-cgroups", "08-errors", "09-scope"}

// TestAcceptance runs the scripts as their first lines say: as root, and as an
// ordinary user under -U.
func TestAcceptance(t *testing.T) {
	bin := binary(t)
	dir := openDir(t)
	for _, name := range acceptance {
		text, err := os.ReadFile(filepath.Join("testdata/acceptance", name+".lua"))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name+".lua")
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		header, _, _ := strings.Cut(string(text), ":")
		if strings.Contains(header, "root") {
			t.Run(name+"/root", func(t *testing.T) {
				if os.Getuid() != 0 {
					t.Skip("needs root: the tests run as an ordinary user")
				}
				accept(t, exec.Command(bin, path))
			})
		}
		if strings.Contains(header, "user") {
			t.Run(name+"/user", func(t *testing.T) {
				cmd := exec.Command(bin, "-U", path)
				asNobody(t, cmd)
				accept(t, cmd)
			})
		}
	}
}

func accept(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	cmd.Dir = openDir(t)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestCheckAcceptance checks that --check finds nothing in scripts that run.
func TestCheckAcceptance(t *testing.T) {
	for _, name := range acceptance {
		text, err := os.ReadFile(filepath.Join("testdata/acceptance", name+".lua"))
		if err != nil {
			t.Fatal(err)
		}
		state, err := lua.New(lua.Options{Modules: bindings.All()})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range state.Check(string(text), name+".lua") {
			t.Error(f)
		}
		state.Close()
	}
}
