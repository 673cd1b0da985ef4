package confine

import (
	"testing"

	"nslua/bindings/internal/nsfork"
)

// child runs a program under the confinement and returns its exit code.
func child(t testing.TB, c *Confinement, argv ...string) int {
	t.Helper()
	if len(argv) == 0 {
		argv = []string{"/bin/true"}
	}
	s := &nsfork.Spec{Paths: argv[:1], Argv: argv, Files: []int{0, 1, 2}}
	release, err := c.Apply(s)
	if err != nil {
		t.Fatal(err)
	}
	p, err := nsfork.Start(s)
	release()
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	status, err := p.Wait()
	if err != nil {
		t.Fatal(err)
	}
	return status.ExitStatus()
}
