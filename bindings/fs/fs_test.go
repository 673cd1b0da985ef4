package fs

import (
	"testing"

	"nslua/bindings/internal/kerntest"
	"nslua/lua"
)

func modules() []*lua.Module { return []*lua.Module{Module()} }

func TestMain(m *testing.M) { kerntest.Main(m, modules) }

func TestLua(t *testing.T) { kerntest.Lua(t, "testdata/*.lua") }

func TestExamples(t *testing.T) { kerntest.Examples(t, Module()) }
