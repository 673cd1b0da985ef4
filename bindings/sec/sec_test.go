package sec_test

import (
	"os"
	"testing"

	"nslua/bindings"
	"nslua/bindings/internal/kerntest"
)

func TestMain(m *testing.M) {
	kerntest.Main(m, bindings.All, func() {
		if bindings.IsStage(os.Args) {
			os.Exit(bindings.Stage(os.Args))
		}
	})
}

func TestLua(t *testing.T) { kerntest.Lua(t, "testdata/*.lua") }
