package nft

import (
	"testing"

	"nslua/bindings/internal/kerntest"
	"nslua/lua"
)

func TestMain(m *testing.M) { kerntest.Main(m, modules) }

func TestLua(t *testing.T) { kerntest.Lua(t, "testdata/*.lua") }

func TestExamples(t *testing.T) { kerntest.Examples(t, Module()) }

// modules are nft and as much of ns as its tests need: namespaces to work in.
func modules() []*lua.Module { return []*lua.Module{Module(), kerntest.Namespaces(), kerntest.Tools()} }
