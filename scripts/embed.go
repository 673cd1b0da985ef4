// Package scripts embeds the Lua library of the shell: one file a module.
package scripts

import (
	"embed"
	"strings"
)

//go:embed *.lua
var files embed.FS

// Module is one file of the library.
type Module struct {
	Name   string // "doctor"
	Source string // its docs are in its comments
}

// Modules lists the library, in the order of the names.
func Modules() []Module {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(err) // the files are part of the program
	}
	modules := make([]Module, len(entries))
	for i, e := range entries {
		text, err := files.ReadFile(e.Name())
		if err != nil {
			panic(err)
		}
		modules[i] = Module{strings.TrimSuffix(e.Name(), ".lua"), string(text)}
	}
	return modules
}
