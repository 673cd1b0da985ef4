package main

import (
	"os"
	"os/exec"
	"testing"
)

// TestCrash kills shells with SIGKILL at every step and checks that gc restores
// what was there before, in a world of its own: as real root and as an ordinary user.
func TestCrash(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	bin := binary(t)
	for _, c := range []struct {
		name string
		user bool
		args []string
	}{
		{"root", false, []string{"--unshare", "mnt,pid,net,uts,ipc"}},
		{"user", true, []string{"-U"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !c.user && os.Getuid() != 0 {
				t.Skip("needs root: the tests run as an ordinary user")
			}
			args := append(c.args, "testdata/crash/all.lua", bin, "testdata/crash/make.lua", "1")
			cmd := exec.Command(bin, args...)
			if c.user {
				asNobody(t, cmd)
			}
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}
