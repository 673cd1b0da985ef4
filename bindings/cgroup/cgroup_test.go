package cgroup_test

import (
	"os"
	"testing"

	"nslua/bindings"
	"nslua/bindings/cgroup"
	"nslua/bindings/internal/kerntest"
)

func TestMain(m *testing.M) {
	kerntest.Main(m, bindings.All, crash, func() {
		if bindings.IsStage(os.Args) {
			os.Exit(bindings.Stage(os.Args))
		}
	})
}

func TestLua(t *testing.T) { kerntest.Lua(t, "testdata/*.lua") }

func TestExamples(t *testing.T) { kerntest.Examples(t, cgroup.Module()) }
