package bindings

import (
	"flag"
	"os"
	"strings"
	"testing"

	"nslua/bindings/internal/kerntest"
	"nslua/lua"
)

var update = flag.Bool("update", false, "write REFERENCE.md")

func TestMain(m *testing.M) {
	kerntest.Main(m, All, func() {
		if IsStage(os.Args) {
			os.Exit(Stage(os.Args))
		}
	})
}

// newState makes a state with every module.
func newState(t *testing.T) (*lua.State, []*lua.Module) {
	t.Helper()
	modules := All()
	s, err := lua.New(lua.Options{Modules: modules})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, modules
}

// TestReference compares REFERENCE.md with what the stubs say now.
func TestReference(t *testing.T) {
	want := lua.Docs(All()).Markdown("nslua reference")
	if *update {
		if err := os.WriteFile("REFERENCE.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile("REFERENCE.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("REFERENCE.md is not what the stubs say; make reference writes it anew")
	}
}

// TestDocs checks that the documentation is sound: types and references name something, everything has a summary.
func TestDocs(t *testing.T) {
	for _, p := range lua.Docs(All()).Check() {
		t.Error(p)
	}
}

// TestExamples runs every example of the documentation in a world of its own, where all modules are at hand.
func TestExamples(t *testing.T) {
	for _, stub := range lua.Stubs(All()) {
		name, _, _ := strings.Cut(stub.Name, ".")
		t.Run(name, func(t *testing.T) { kerntest.Examples(t, &lua.Module{Name: name, Docs: stub.Text}) })
	}
}
