package main

import (
	"fmt"
	"strings"

	"nslua/bindings"
	"nslua/lua"
	"nslua/lua/repl"
)

// printCompletions prints what may stand at the end of a text. Each line has
// what the last word would become, its type and what it is, with tabs between.
func printCompletions(text string) int {
	catchPipe()
	state, err := lua.New(lua.Options{Modules: bindings.All()})
	if err != nil {
		return failed(err)
	}
	defer state.Close()
	c := repl.Completer{State: state, Names: names}
	found := c.Complete(text, len(text))
	var b strings.Builder
	for _, k := range found.List {
		fmt.Fprintf(&b, "%s\t%s\t%s\n", k.Text, k.Type, k.Brief)
	}
	return printOut(b.String())
}
