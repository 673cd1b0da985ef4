// Command nslua runs Lua scripts that build, enter and take apart what containers are made of.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"

	"nslua/bindings"
)

// Namespaces belong to threads, and /proc/self shows the main one: Lua runs there.
func init() { runtime.LockOSThread() }

// version is set by the linker.
var version = "devel"

// Exit codes, beside those that os.exit chooses.
const (
	exitOK          = 0
	exitError       = 1   // an uncaught error
	exitUsage       = 2   // the command line, the syntax, or a script that can't be read
	exitUnavailable = 3   // privilege or a kernel feature is missing
	exitInternal    = 70  // a bug in nslua
	exitSignal      = 128 // plus the signal that ended the script
)

func main() {
	defer func() {
		if bug := recover(); bug != nil {
			fmt.Fprintf(os.Stderr, "nslua: internal error: %v\n%s"+
				"This is a bug in nslua. Please report it, with the text above and what you ran.\n", bug, debug.Stack())
			os.Exit(exitInternal)
		}
	}()
	if bindings.IsStage(os.Args) {
		os.Exit(bindings.Stage(os.Args))
	}
	args, inside := bindings.InWorld(bindings.Traced(os.Args))
	os.Exit(run(args[1:], inside))
}

// run does what the command line says; inWorld is what -U has started.
func run(args []string, inWorld bool) int {
	o, err := parse(args)
	if err != nil {
		return usageError(err)
	}
	o.explain.inWorld = inWorld
	switch {
	case o.help:
		return printOut(usage)
	case o.version:
		return printOut(versionText())
	case o.complete != nil:
		return printCompletions(*o.complete)
	case o.check:
		return checkFiles(o)
	}
	switch o.command {
	case "doc":
		return showDoc(o)
	case "gc":
		return collectGarbage(o)
	case "stubs":
		return writeStubs(o)
	}
	return runScript(o)
}

func usageError(err error) int {
	fmt.Fprintf(os.Stderr, "nslua: %v\n", err)
	return exitUsage
}

// printOut writes text to the standard output.
func printOut(text string) int {
	out := &stdout{file: os.Stdout}
	_, err := out.Write([]byte(text))
	return out.finish(exitOK, err)
}

func versionText() string {
	return fmt.Sprintf("nslua %s (%s, %s/%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
