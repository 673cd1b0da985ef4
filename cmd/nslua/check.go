package main

import (
	"fmt"
	"os"
	"path/filepath"

	"nslua/bindings"
	"nslua/lua"
)

// findingLine is what --check --json prints of one finding.
type findingLine struct {
	Finding findingFields `json:"finding"`
}

type findingFields struct {
	File       string `json:"file"`
	Line       int    `json:"line,omitempty"`
	Kind       string `json:"kind"`
	Message    string `json:"message"`
	Suggestion string `json:"suggestion,omitempty"`
}

// checkFiles prints what is wrong with scripts. It returns 2 if something is, or if a file can't be read.
func checkFiles(o *options) int {
	catchPipe()
	out := &stdout{file: os.Stdout}
	code := exitOK
	for _, file := range o.args {
		found, err := checkFile(file)
		if err != nil {
			code = usageError(err)
			continue
		}
		for _, f := range found {
			code = exitUsage
			if err := printFinding(out, f, o.json); err != nil {
				return out.finish(code, err)
			}
		}
	}
	return code
}

func checkFile(file string) ([]lua.Finding, error) {
	text, err := readScript(file)
	if err != nil {
		return nil, err
	}
	state, err := lua.New(lua.Options{Modules: bindings.All()})
	if err != nil {
		return nil, err
	}
	defer state.Close()
	name := chunkName(file)
	if file != "-" {
		name = filepath.Clean(file)
	}
	return state.Check(text, name), nil
}

func printFinding(out *stdout, f lua.Finding, asJSON bool) error {
	if asJSON {
		return printJSON(out, findingLine{findingFields(f)})
	}
	_, err := fmt.Fprintln(out, visible(f.String()))
	return err
}
